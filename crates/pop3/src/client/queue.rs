//! Commands on their way: given and not yet sent, sent and not yet answered.

use std::collections::VecDeque;

use porthole_sasl::ClientMechanism;
use porthole_wire::{CommandId, Instant};

use crate::types::{Command, Verb};

/// A command that was given.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) id: CommandId,
    pub(super) command: Command,
    /// The line that somebody typed, where that is what goes.
    pub(super) typed: Option<Vec<u8>>,
    /// The exchange that an AUTH starts.
    pub(super) mechanism: Option<Exchange>,
    /// Since when it has waited to be sent.
    pub(super) since: Option<Instant>,
}

/// A command that was sent.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) id: CommandId,
    pub(super) verb: Verb,
    /// The mechanism that an AUTH names.
    pub(super) name: Option<String>,
    pub(super) mechanism: Option<Exchange>,
}

/// A SASL exchange under way.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) mechanism: Box<dyn ClientMechanism>,
    /// The first step, where it did not fit on the command's line.
    pub(super) first: Option<Vec<u8>>,
    /// Why the client cancelled.
    pub(super) failed: Option<porthole_sasl::Error>,
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    last: CommandId,
    pub(super) waiting: VecDeque<Waiting>,
    pub(super) sent: VecDeque<Sent>,
}

impl Queue {
    /// The handle of the next command.
    pub(super) fn next_id(&mut self) -> CommandId {
        self.last = self.last.next();
        self.last
    }

    pub(super) fn push(&mut self, command: Command) -> CommandId {
        let id = self.next_id();
        self.push_as(id, command, None);
        id
    }

    pub(super) fn push_exchange(&mut self, command: Command, exchange: Exchange) -> CommandId {
        let id = self.next_id();
        self.push_as(id, command, Some(exchange));
        id
    }

    /// Adds a further line of a command that has several.
    pub(super) fn push_continued(&mut self, command: Command) {
        self.push_as(self.last, command, None);
    }

    fn push_as(&mut self, id: CommandId, command: Command, mechanism: Option<Exchange>) {
        self.waiting.push_back(Waiting {
            id,
            command,
            typed: None,
            mechanism,
            since: None,
        });
    }

    /// Takes the next line of `id` back if it was not sent yet.
    pub(super) fn withdraw(&mut self, id: CommandId) -> bool {
        let next = self.waiting.front().is_some_and(|next| next.id == id);
        if next {
            self.waiting.pop_front();
        }
        next
    }

    /// Whether another line of this command is on its way.
    pub(super) fn goes_on(&self, id: CommandId) -> bool {
        self.sent.iter().any(|sent| sent.id == id)
            || self.waiting.iter().any(|waiting| waiting.id == id)
    }

    /// Whether a sign-in is under way, behind which a session may be expected.
    pub(super) fn signs_in(&self) -> bool {
        self.sent
            .iter()
            .any(|sent| matches!(sent.verb, Verb::Pass | Verb::Apop))
    }

    /// Empties it; each command once, in order.
    pub(super) fn drain(&mut self) -> Vec<CommandId> {
        let sent = self.sent.drain(..).map(|sent| sent.id);
        let mut ids: Vec<_> = sent
            .chain(self.waiting.drain(..).map(|waiting| waiting.id))
            .collect();
        ids.dedup();
        ids
    }
}
