//! The commands: RFC 1939 sections 4 to 7, RFC 2449 section 5, RFC 2595, RFC 5034, RFC 6856.

use std::fmt;

use porthole_wire::Secret;
use serde::{Deserialize, Serialize};

use super::{ApopDigest, MessageNumber, Password, UserName};

/// A command. A value that exists can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// What can the server do?
    Capa,
    /// Who signs in.
    User(UserName),
    /// With what password.
    Pass(Password),
    /// Who signs in, and the proof of its password.
    Apop {
        /// The user.
        name: UserName,
        /// The proof.
        digest: ApopDigest,
    },
    /// Starts a SASL exchange.
    Auth {
        /// The mechanism's name.
        mechanism: String,
        /// The client's first step as it crosses: base64, or `=`.
        initial_response: Option<Secret>,
    },
    /// Upgrade to TLS.
    Stls,
    /// How much is there?
    Stat,
    /// How large is each message, or this one?
    List(Option<MessageNumber>),
    /// What is each message's unique-id, or this one's?
    Uidl(Option<MessageNumber>),
    /// The header section and so many lines of the body.
    Top {
        /// The message.
        number: MessageNumber,
        /// Lines of the body.
        lines: u32,
    },
    /// The whole message.
    Retr(MessageNumber),
    /// Mark as deleted; it goes at QUIT.
    Dele(MessageNumber),
    /// Take all marks back.
    Rset,
    /// Nothing.
    Noop,
    /// Messages and names may be in UTF-8 from now on.
    Utf8,
    /// Update the maildrop and end.
    Quit,
}

impl Command {
    /// Its first word.
    pub fn verb(&self) -> Verb {
        match self {
            Self::Capa => Verb::Capa,
            Self::User(_) => Verb::User,
            Self::Pass(_) => Verb::Pass,
            Self::Apop { .. } => Verb::Apop,
            Self::Auth { .. } => Verb::Auth,
            Self::Stls => Verb::Stls,
            Self::Stat => Verb::Stat,
            Self::List(None) => Verb::List,
            Self::List(Some(_)) => Verb::ListOne,
            Self::Uidl(None) => Verb::Uidl,
            Self::Uidl(Some(_)) => Verb::UidlOne,
            Self::Top { .. } => Verb::Top,
            Self::Retr(_) => Verb::Retr,
            Self::Dele(_) => Verb::Dele,
            Self::Rset => Verb::Rset,
            Self::Noop => Verb::Noop,
            Self::Utf8 => Verb::Utf8,
            Self::Quit => Verb::Quit,
        }
    }

    /// The mechanism of an AUTH.
    pub fn mechanism(&self) -> Option<&str> {
        match self {
            Self::Auth { mechanism, .. } => Some(mechanism),
            _ => None,
        }
    }
}

/// A command without its arguments: what one must know to read its response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is documented at `Command`")]
pub enum Verb {
    Capa,
    User,
    Pass,
    Apop,
    Auth,
    Stls,
    Stat,
    List,
    /// LIST with a message-number, which is answered in one line.
    ListOne,
    Uidl,
    /// UIDL with a message-number, which is answered in one line.
    UidlOne,
    Top,
    Retr,
    Dele,
    Rset,
    Noop,
    Utf8,
    Quit,
}

/// What the lines of a multi-line response are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Payload {
    /// A capability each.
    Capabilities,
    /// A scan listing each.
    ScanListings,
    /// A unique-id listing each.
    UniqueIdListings,
    /// A message, or its beginning.
    Content,
}

impl Verb {
    /// The word itself.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Capa => "CAPA",
            Self::User => "USER",
            Self::Pass => "PASS",
            Self::Apop => "APOP",
            Self::Auth => "AUTH",
            Self::Stls => "STLS",
            Self::Stat => "STAT",
            Self::List | Self::ListOne => "LIST",
            Self::Uidl | Self::UidlOne => "UIDL",
            Self::Top => "TOP",
            Self::Retr => "RETR",
            Self::Dele => "DELE",
            Self::Rset => "RSET",
            Self::Noop => "NOOP",
            Self::Utf8 => "UTF8",
            Self::Quit => "QUIT",
        }
    }

    /// What follows `+OK`, where the response is a multi-line one (RFC 1939 section 3).
    pub const fn payload(self) -> Option<Payload> {
        match self {
            Self::Capa => Some(Payload::Capabilities),
            Self::List => Some(Payload::ScanListings),
            Self::Uidl => Some(Payload::UniqueIdListings),
            Self::Top | Self::Retr => Some(Payload::Content),
            _ => None,
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
