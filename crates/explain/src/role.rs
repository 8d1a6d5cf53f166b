//! What a token can be, in any of the protocols.

use porthole_imap::wire::Role as Imap;
use porthole_pop3::wire::Role as Pop3;
use porthole_smtp::wire::Role as Smtp;
use serde::{Deserialize, Serialize};

/// What a parser took a token for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// In IMAP.
    Imap(Imap),
    /// In POP3.
    Pop3(Pop3),
    /// In SMTP.
    Smtp(Smtp),
}

impl From<Imap> for Role {
    fn from(role: Imap) -> Self {
        Self::Imap(role)
    }
}

impl From<Pop3> for Role {
    fn from(role: Pop3) -> Self {
        Self::Pop3(role)
    }
}

impl From<Smtp> for Role {
    fn from(role: Smtp) -> Self {
        Self::Smtp(role)
    }
}
