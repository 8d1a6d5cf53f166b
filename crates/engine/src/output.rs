//! What the engine asks of its driver, and what the driver tells it.

use porthole_wire::Instant;
use serde::{Deserialize, Serialize};

use crate::{
    account::{Destination, Protocol, Via},
    change::Change,
};

/// Names one connection; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ConnectionId(pub u32);

/// One step that the engine asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Reach this server, then call `handle_dialled`. TLS from the first octet is the driver's
    /// (or its proxy's) part of reaching it.
    Dial {
        /// The new connection.
        connection: ConnectionId,
        /// What carries its bytes.
        via: Via,
        /// What it is going to speak.
        protocol: Protocol,
        /// Where to.
        destination: Destination,
    },
    /// Send these octets.
    Transmit {
        /// On which connection.
        connection: ConnectionId,
        /// The octets; one batch of commands.
        bytes: Vec<u8>,
    },
    /// Put TLS on the connection, then call `handle_tls`.
    StartTls {
        /// Which.
        connection: ConnectionId,
    },
    /// Close the connection; nothing more is expected of it.
    Hangup {
        /// Which.
        connection: ConnectionId,
    },
    /// Tell the page.
    Change(Change),
    /// Nothing to do until something happens or, where given, until this moment.
    Wait(Option<Instant>),
}

/// A connection that was made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dialled {
    /// The address that was reached; empty for the demo server in the page.
    pub peer: String,
    /// The TLS session, where there is one already.
    pub tls: Option<TlsSummary>,
}

/// What is known of a TLS session and the server's certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsSummary {
    /// `TLS 1.3`
    pub version: String,
    /// The cipher suite.
    pub cipher: String,
    /// Whose certificate it is.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// Until when it is valid.
    pub not_after: String,
    /// Its fingerprint.
    pub sha256: String,
}

/// A connection that was not made, or not secured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialError {
    /// At what point.
    pub kind: DialErrorKind,
    /// In the words of whoever failed.
    pub message: String,
}

/// At what point dialling failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DialErrorKind {
    /// No proxy answers.
    NoProxy,
    /// The proxy does not allow it.
    Denied,
    /// No such name.
    Resolve,
    /// The server does not take the connection.
    Connect,
    /// The handshake or the certificate.
    Tls,
    /// Too many connections.
    Limit,
    /// It took too long.
    Timeout,
}
