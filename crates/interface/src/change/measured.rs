//! What whoever compares asks of an engine.

pub use porthole_explain::{Said, Sort};
use serde::{Deserialize, Serialize};

/// How things stand at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Something was asked for and is not answered, or is about to be asked for.
    pub busy: bool,
    /// Nothing is asked for, and the server is to say by itself what is new (RFC 2177).
    pub listening: bool,
    /// What is kept of mail on this device.
    pub kept: Kept,
    /// What was said on the wire, as far as it is kept.
    pub said: Vec<Said>,
    /// How many messages the server said last that there are.
    pub messages: Option<Counted>,
}

/// A number, and where it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The number.
    pub count: u64,
    /// The entry of the Wire that has it.
    pub entry: u64,
}

/// How much of mail is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Kept {
    /// Octets of contents as the server sent them, and of what is kept for rows. What SQLite adds,
    /// such as the index of words, is not counted.
    pub octets: u64,
    /// Messages of which there is a row.
    pub messages: u32,
    /// Messages that are here whole.
    pub whole: u32,
}
