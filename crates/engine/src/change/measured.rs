//! What whoever compares asks of an engine.

pub use porthole_explain::{Said, Sort};
pub use porthole_store::Kept;
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

/// What a back end is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Activity {
    pub(crate) busy: bool,
    pub(crate) listening: bool,
}
