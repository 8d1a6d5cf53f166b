//! The commands: RFC 5321 section 4.1.1, RFC 4954, RFC 3207.

use std::fmt;

use porthole_wire::Secret;
use serde::{Deserialize, Serialize};

use super::{ForwardPath, ReversePath};

/// A command. A value that exists can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Who speaks, and what can you do?
    Ehlo(ClientName),
    /// Who speaks, in the old way.
    Helo(ClientName),
    /// Starts a SASL exchange (RFC 4954 section 4).
    Auth {
        /// The mechanism's name.
        mechanism: String,
        /// The client's first step as it crosses: base64, or `=`.
        initial_response: Option<Secret>,
    },
    /// Upgrade to TLS (RFC 3207 section 4).
    StartTls,
    /// Starts a mail transaction.
    Mail {
        /// Where failures are told to.
        from: ReversePath,
        /// What is to come.
        parameters: MailParameters,
    },
    /// Adds a recipient.
    Rcpt {
        /// Where the message goes.
        to: ForwardPath,
    },
    /// The mail data follows.
    Data,
    /// Forget the mail transaction.
    Rset,
    /// Is this a user?
    Vrfy,
    /// What can one say?
    Help,
    /// Nothing.
    Noop,
    /// End.
    Quit,
}

impl Command {
    /// Its first word.
    pub fn verb(&self) -> Verb {
        match self {
            Self::Ehlo(_) => Verb::Ehlo,
            Self::Helo(_) => Verb::Helo,
            Self::Auth { .. } => Verb::Auth,
            Self::StartTls => Verb::StartTls,
            Self::Mail { .. } => Verb::Mail,
            Self::Rcpt { .. } => Verb::Rcpt,
            Self::Data => Verb::Data,
            Self::Rset => Verb::Rset,
            Self::Vrfy => Verb::Vrfy,
            Self::Help => Verb::Help,
            Self::Noop => Verb::Noop,
            Self::Quit => Verb::Quit,
        }
    }
}

/// A command without its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is documented at `Command`")]
pub enum Verb {
    Ehlo,
    Helo,
    Auth,
    StartTls,
    Mail,
    Rcpt,
    Data,
    Rset,
    Vrfy,
    Help,
    Noop,
    Quit,
}

impl Verb {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Ehlo,
        Self::Helo,
        Self::Auth,
        Self::StartTls,
        Self::Mail,
        Self::Rcpt,
        Self::Data,
        Self::Rset,
        Self::Vrfy,
        Self::Help,
        Self::Noop,
        Self::Quit,
    ];

    /// The word itself.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ehlo => "EHLO",
            Self::Helo => "HELO",
            Self::Auth => "AUTH",
            Self::StartTls => "STARTTLS",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Rset => "RSET",
            Self::Vrfy => "VRFY",
            Self::Help => "HELP",
            Self::Noop => "NOOP",
            Self::Quit => "QUIT",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a client names itself: a domain or an address literal, visible ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientName(String);

impl ClientName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for ClientName {
    type Error = InvalidClientName;

    fn try_from(name: &str) -> Result<Self, InvalidClientName> {
        if name.is_empty() || !name.bytes().all(|octet| octet.is_ascii_graphic()) {
            return Err(InvalidClientName);
        }
        Ok(Self(name.to_owned()))
    }
}

/// A client's name was empty, or had a space or a control character in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a client's name is visible ASCII")]
pub struct InvalidClientName;

/// `Mail-parameters`: what MAIL says of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MailParameters {
    /// Its size in octets (RFC 1870 section 3).
    pub size: Option<u64>,
    /// Whether octets above 127 are in it (RFC 6152 section 2).
    pub body: Option<Body>,
    /// Header fields and addresses may be in UTF-8 (RFC 6531 section 3.4).
    pub smtp_utf8: bool,
}

/// `BODY=`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// `7BIT`
    SevenBit,
    /// `8BITMIME`
    EightBitMime,
}
