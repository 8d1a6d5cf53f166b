//! What a page is told of a conversation that the user has taken into their own hands.

pub use porthole_explain::{Consequence, Known};
use serde::{Deserialize, Serialize};

use crate::intent::Typed;

/// How the conversation goes on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Run {
    /// By itself.
    #[default]
    Free,
    /// Each command waits for the user.
    Held,
    /// By itself until a command has its answer.
    ToAnswer,
    /// By itself until this text is about to be sent, or was received; in any case.
    Until(String),
}

/// How the conversation goes on, and what waits.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Controls {
    /// How it goes on.
    pub run: Run,
    /// The command that waits for the user.
    pub held: Option<Held>,
    /// What is not done before the user has confirmed it.
    pub asked: Option<Asked>,
    /// The connections that a command can be sent on; that for the user first.
    pub connections: Vec<u32>,
}

/// What could destroy mail, and waits for the user's word: see [`Wheel::GoAhead`](crate::intent::Wheel).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The line that would be sent.
    pub line: String,
    /// What comes of it.
    pub words: String,
}

/// A command that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// On which connection.
    pub connection: u32,
    /// The command, as numbered on that connection.
    pub command: u64,
    /// It, secrets replaced, without its tag and its ending.
    pub line: String,
    /// Whether it holds a secret, or has literals: it can be sent or dropped, not edited.
    pub secret: bool,
    /// What it means.
    pub summary: String,
}

/// What a line means that was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The line.
    pub typed: Typed,
    /// What it means.
    pub summary: String,
    /// Whether all of it was understood.
    pub understood: bool,
    /// What comes of it beyond that.
    pub consequence: Option<Consequence>,
}
