//! The states of a session (RFC 1939 section 3) and what is known in each.

use porthole_wire::{CommandId, Instant};
use serde::{Deserialize, Serialize};

use super::payload::PayloadReader;
use crate::types::Timestamp;

/// The state of a session, for whoever shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum State {
    /// The server has not spoken yet.
    Greeting,
    /// AUTHORIZATION.
    Authorization,
    /// TRANSACTION: the maildrop is locked for this session.
    Transaction,
    /// UPDATE: QUIT was sent, and what is marked as deleted goes.
    Update,
    /// Over.
    Closed,
}

#[derive(Debug)]
pub(super) enum Phase {
    Greeting,
    Authorization(Authorization),
    Transaction(Transaction),
    Update,
    Closed,
}

#[derive(Debug)]
pub(super) struct Authorization {
    pub(super) timestamp: Option<Timestamp>,
}

#[derive(Debug, Default)]
pub(super) struct Transaction {
    /// How many lines a listing should have: known after STAT, until something is deleted.
    pub(super) messages: Option<u32>,
}

impl Phase {
    pub(super) fn state(&self) -> State {
        match self {
            Self::Greeting => State::Greeting,
            Self::Authorization(_) => State::Authorization,
            Self::Transaction(_) => State::Transaction,
            Self::Update => State::Update,
            Self::Closed => State::Closed,
        }
    }
}

/// What the next octets are.
#[derive(Debug)]
pub(super) enum Reading {
    /// Lines of responses.
    Lines,
    /// A multi-line response.
    Payload(PayloadReader),
    /// None may come until TLS is there.
    Handshake { id: CommandId },
    /// Of no interest any more.
    Nothing,
}

/// When the server must have spoken.
#[derive(Debug, Clone, Copy)]
pub(super) enum Deadline {
    /// To be set once the time is known.
    Unarmed,
    At(Instant),
}
