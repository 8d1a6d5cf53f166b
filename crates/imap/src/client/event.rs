//! What a client tells its driver.

use std::{fmt, time::Duration};

use porthole_wire::CommandId;

use crate::{
    types::{
        fetch::Fetch,
        number::{SeqNum, Uid},
        response::{Status, StatusText, Untagged},
        set::UidSet,
    },
    wire::{FrameError, ParseError},
};

/// Something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The greeting came; `signed_in` where it was PREAUTH.
    Greeting {
        /// Whether the server knows the user already.
        signed_in: bool,
        /// What it said.
        text: StatusText,
    },
    /// `ALERT`: the user must be shown this.
    Alert(String),
    /// Data, or a notice, from the server. `command` is the oldest one without an answer, which
    /// is most likely the one that this belongs to; `None` where nobody asked.
    Untagged {
        /// What it probably answers.
        command: Option<CommandId>,
        /// What it is.
        response: Untagged,
    },
    /// Data of one message; its UID comes from the response or from the view.
    Fetch {
        /// What it probably answers.
        command: Option<CommandId>,
        /// The message's UID, where it is known.
        uid: Option<Uid>,
        /// The data.
        fetch: Fetch,
    },
    /// Octets of a literal too long to keep; the response that they belong to follows at its end.
    Chunk {
        /// What it probably answers.
        command: Option<CommandId>,
        /// Where in the literal the octets begin.
        offset: u64,
        /// How many octets the literal has.
        octets: u64,
        /// The octets.
        bytes: Vec<u8>,
    },
    /// A message is gone; the numbers after it have moved up by one.
    Expunged {
        /// The number that it had.
        seq: SeqNum,
        /// Its UID, where it was known.
        uid: Option<Uid>,
    },
    /// Messages are gone (RFC 7162 section 3.2.10).
    Vanished {
        /// Whether before this session.
        earlier: bool,
        /// Which.
        uids: UidSet,
    },
    /// The mailbox has this many messages now.
    Exists(u32),
    /// The server reports by IDLE from now on.
    Idling,
    /// A command was completed.
    Completed {
        /// Which.
        command: CommandId,
        /// How.
        result: Result<StatusText, Refused>,
    },
    /// The driver must put TLS on the connection now, then call `handle_tls_established`.
    StartTls,
    /// A response could not be understood and was dropped.
    Unreadable {
        /// Why.
        error: ParseError,
        /// Its beginning, for the transcript's reader.
        beginning: String,
    },
    /// The connection is over. Commands without an answer have none; nothing follows.
    Closed(Closed),
}

/// The server said NO or BAD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which of the two.
    pub status: Status,
    /// Its words.
    pub text: StatusText,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server refused: {}", self.text.text)
    }
}

impl std::error::Error for Refused {}

/// Why a connection is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// After LOGOUT, as asked.
    LoggedOut,
    /// The server said BYE.
    Bye(StatusText),
    /// The stream ended without a word.
    EndOfStream {
        /// The oldest command without an answer.
        during: Option<CommandId>,
    },
    /// The server was silent for too long.
    Silent {
        /// How long.
        after: Duration,
    },
    /// The server did what no server may.
    PeerMisbehaved(PeerMisbehaved),
}

/// What a server did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerMisbehaved {
    /// It went past a limit.
    Frame(FrameError),
    /// It is not an IMAP server: it greets with this line, or the beginning of it.
    NoGreeting(String),
    /// It sent octets in the clear after it agreed to STARTTLS.
    ClearTextAfterStartTls,
    /// It agreed to COMPRESS, and what came then is not compressed.
    NotCompressed,
    /// It claims success without having proved that it knows the password (RFC 5802 section 3).
    Unproved,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoggedOut => f.write_str("logged out"),
            Self::Bye(text) => write!(f, "the server said goodbye: {}", text.text),
            Self::EndOfStream { .. } => f.write_str("the server closed the connection"),
            Self::Silent { after } => {
                write!(f, "the server was silent for {} seconds", after.as_secs())
            }
            Self::PeerMisbehaved(PeerMisbehaved::Frame(error)) => error.fmt(f),
            Self::PeerMisbehaved(PeerMisbehaved::NoGreeting(line)) => {
                write!(
                    f,
                    "the server does not greet as an IMAP server does: {line}"
                )
            }
            Self::PeerMisbehaved(PeerMisbehaved::ClearTextAfterStartTls) => {
                f.write_str("octets came in the clear after STARTTLS")
            }
            Self::PeerMisbehaved(PeerMisbehaved::NotCompressed) => {
                f.write_str("what the server sent after COMPRESS cannot be decompressed")
            }
            Self::PeerMisbehaved(PeerMisbehaved::Unproved) => {
                f.write_str("the server did not prove that it knows the password")
            }
        }
    }
}

impl std::error::Error for Closed {}
