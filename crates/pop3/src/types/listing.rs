//! The listings that a maildrop gives of itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{MessageNumber, UniqueId};

/// The answer to STAT: how many messages, and how many octets they are (RFC 1939 section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DropListing {
    /// Messages not marked as deleted.
    pub messages: u32,
    /// Their size.
    pub octets: u64,
}

impl fmt::Display for DropListing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.messages, self.octets)
    }
}

/// A line of LIST: a message and its size (RFC 1939 section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanListing {
    /// The message.
    pub number: MessageNumber,
    /// Its size with every line ending as two octets and no byte-stuffing.
    pub octets: u64,
}

impl fmt::Display for ScanListing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.octets)
    }
}

/// A line of UIDL: a message and its unique-id (RFC 1939 section 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UniqueIdListing {
    /// The message.
    pub number: MessageNumber,
    /// Its name for good.
    pub unique_id: UniqueId,
}

impl fmt::Display for UniqueIdListing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.unique_id)
    }
}
