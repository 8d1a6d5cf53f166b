//! What a page is told of the wire.

pub use porthole_explain::{Explanation, Move, Phase, Rule, Source, State, Token};
use porthole_wire::{Direction, Shape};
use serde::{Deserialize, Serialize};

use crate::{
    account::Protocol,
    intent::{MessageId, Wish},
};

/// One unit on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireEntry {
    /// Its number, ascending without gaps.
    pub number: u64,
    /// On which connection, from 1.
    pub connection: u32,
    /// What that connection speaks.
    pub protocol: Protocol,
    /// When, in microseconds since the engine started.
    pub at: u64,
    /// A command: since when it has waited to be sent; `None` where that is not known.
    pub queued: Option<u64>,
    /// Who sent it.
    pub direction: Direction,
    /// Line, literal or payload.
    pub shape: Shape,
    /// Which turn of that connection it is part of.
    pub turn: u64,
    /// The command that it is or belongs to, as numbered on that connection.
    pub command: Option<u64>,
    /// What the user wanted that caused it; `None` for the engine's own ends.
    pub wish: Option<Wish>,
    /// Octets that crossed.
    pub octets: u64,
    /// The first of them, secrets replaced.
    pub kept: Vec<u8>,
    /// Where in `kept` a secret was replaced: start and end.
    pub masked: Vec<(u32, u32)>,
    /// How far its connection was once it had crossed.
    pub phase: Phase,
}

impl WireEntry {
    /// The exchange that it is part of; a greeting and news are part of none.
    pub fn exchange(&self) -> Option<ExchangeId> {
        let connection = self.connection;
        self.command.map(|command| ExchangeId {
            connection,
            command,
        })
    }
}

/// Names a command and its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ExchangeId {
    /// On which connection.
    pub connection: u32,
    /// The command, as numbered on that connection.
    pub command: u64,
}

/// A command and its answers, as far as they have come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// Which.
    pub id: ExchangeId,
    /// The command's name, such as `FETCH`.
    pub command: String,
    /// When it was sent, in microseconds since the engine started.
    pub sent: u64,
    /// When the first unit of the answer was there.
    pub first: Option<u64>,
    /// When the last one was.
    pub last: Option<u64>,
    /// Octets of the command.
    pub up: u64,
    /// Octets of its answers.
    pub down: u64,
    /// What the user wanted that caused it; `None` for the engine's own.
    pub wish: Option<Wish>,
}

/// A unit that was explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// The entry's number.
    pub number: u64,
    /// What it means.
    pub explanation: Explanation,
    /// The exchange that it is part of.
    pub exchange: Option<Exchange>,
    /// The messages of the open mailbox that it names, or that its exchange does.
    pub messages: Vec<MessageId>,
}

/// What crossed in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WireTotals {
    /// Octets from the client.
    pub up: u64,
    /// Octets from the server.
    pub down: u64,
    /// Octets that the client gave to the transport: fewer than `up` where they were compressed.
    pub carried_up: u64,
    /// Octets that the transport gave to the client.
    pub carried_down: u64,
    /// Whether any connection has compressed.
    pub compressed: bool,
    /// Octets that the parser did not understand.
    pub unknown: u64,
    /// How often the client spoke after the server had: the connection for the user.
    pub turns: u64,
}

impl WireTotals {
    /// The share of octets that were understood, in tenths of a percent, rounded down: 1,000 is
    /// said of nothing less than all.
    pub fn explained(&self) -> u64 {
        let all = self.up + self.down;
        (1000 * all.saturating_sub(self.unknown))
            .checked_div(all)
            .unwrap_or(1000)
    }
}
