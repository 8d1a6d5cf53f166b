//! Why a command or the connection failed, by blame.

use porthole_wire::LineError;
use serde::{Deserialize, Serialize};

use crate::{types::ResponseCode, wire::ParseError};

/// Why a command failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The server said `-ERR`.
    #[error(transparent)]
    Refused(Refused),
    /// The server did what POP3 does not allow.
    #[error(transparent)]
    PeerMisbehaved(PeerMisbehaved),
    /// The caller asked for what cannot be asked for now.
    #[error(transparent)]
    Misuse(Misuse),
    /// The server was silent for too long.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The connection ended.
    #[error("the connection ended")]
    Disconnected,
}

/// The server said `-ERR`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("the server refused: {text}")]
pub struct Refused {
    /// Why, for programs.
    pub code: Option<ResponseCode>,
    /// Why, for people.
    pub text: String,
}

/// What a server can do wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeerMisbehaved {
    /// It is no POP3 server: it greets with this line, or the beginning of it.
    #[error("the server does not greet as a POP3 server does: {0}")]
    Greeting(String),
    /// An answer that cannot be read.
    #[error("the answer cannot be read: {0}")]
    Unreadable(ParseError),
    /// A line beyond the limit.
    #[error(transparent)]
    LongLine(LineError),
    /// A listing beyond the limit.
    #[error("a listing has more than {limit} lines")]
    LongListing {
        /// The limit that was passed.
        limit: usize,
    },
    /// More lines that belong to no response than the limit.
    #[error("more than {limit} lines belong to no response")]
    StrayLines {
        /// The limit that was passed.
        limit: u32,
    },
    /// Octets in the clear after the server agreed to STLS: somebody may have put them there.
    #[error("octets came in the clear after the upgrade to TLS was agreed")]
    CleartextAfterStls,
    /// The SASL exchange went wrong.
    #[error(transparent)]
    Sasl(porthole_sasl::Error),
    /// The server says that the sign-in succeeded before it proved itself.
    #[error("the server ended the sign-in before it proved that it knows the password")]
    UnprovenSignIn,
}

/// What a caller can do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misuse {
    /// The command needs a signed-in session.
    #[error("not signed in")]
    NotSignedIn,
    /// The command is for before the sign-in.
    #[error("already signed in")]
    AlreadySignedIn,
    /// The session has ended, or QUIT was given.
    #[error("the session has ended")]
    Ended,
}

/// Why a connection is closed. The driver should end its stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    /// QUIT was answered, whoever gave it. Deletions are done unless it was refused.
    #[error("the session was quit")]
    Quit(Result<(), Refused>),
    /// Something went wrong; nothing is deleted, as far as the server keeps to RFC 1939 section 6.
    #[error(transparent)]
    Failed(Error),
}
