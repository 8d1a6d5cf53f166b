//! What names a message: its number within a session, and its unique-id across sessions.

use std::{fmt, num::NonZeroU32};

use serde::{Deserialize, Serialize};

/// A message-number: from 1, fixed while the session lasts, meaningless after it (RFC 1939
/// section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageNumber(NonZeroU32);

impl MessageNumber {
    /// The number, unless it is zero.
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number.
    pub const fn value(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Display for MessageNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A unique-id: names a message in its maildrop for good (RFC 1939 section 7, UIDL).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UniqueId(String);

impl UniqueId {
    /// The longest one that RFC 1939 allows, in octets.
    pub const MAX_STANDARD: usize = 70;
    /// The longest one that is taken: servers have been seen to pass the standard's limit.
    pub const MAX: usize = 512;

    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&[u8]> for UniqueId {
    type Error = InvalidUniqueId;

    fn try_from(octets: &[u8]) -> Result<Self, InvalidUniqueId> {
        if octets.is_empty() || octets.len() > Self::MAX {
            return Err(InvalidUniqueId);
        }
        if !octets.iter().all(u8::is_ascii_graphic) {
            return Err(InvalidUniqueId);
        }
        Ok(Self(octets.iter().copied().map(char::from).collect()))
    }
}

impl TryFrom<&str> for UniqueId {
    type Error = InvalidUniqueId;

    fn try_from(text: &str) -> Result<Self, InvalidUniqueId> {
        Self::try_from(text.as_bytes())
    }
}

impl fmt::Display for UniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Not a unique-id: empty, too long, or with an octet outside 0x21 to 0x7E.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a unique-id is 1 to {max} visible ASCII characters", max = UniqueId::MAX)]
pub struct InvalidUniqueId;
