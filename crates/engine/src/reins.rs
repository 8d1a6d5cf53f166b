//! A connection in the user's hands, whatever it speaks.

use std::collections::HashMap;

use porthole_explain::Role;
use porthole_wire::{CommandId, Entry, Gate, Hold, Instant};

use crate::{intent::Wish, output::ConnectionId};

/// A connection's client, and what its commands are for.
pub(crate) struct Reins<'a, C> {
    pub(crate) id: ConnectionId,
    pub(crate) client: &'a mut C,
    pub(crate) causes: &'a mut HashMap<CommandId, Wish>,
}

/// [`Hold`] for a connection of any protocol.
pub(crate) trait Holdable {
    /// Which connection.
    fn id(&self) -> ConnectionId;
    /// See [`Hold::gate`].
    fn gate(&mut self) -> &mut Gate;
    /// See [`Hold::held`].
    fn held(&self) -> Option<(CommandId, Vec<Entry<Role>>)>;
    /// See [`Hold::replace_held`].
    fn replace_held(&mut self, line: &[u8]);
    /// See [`Hold::drop_held`].
    fn drop_held(&mut self);
    /// See [`Hold::issue_line`]; `cause` is what it is for.
    fn issue_line(&mut self, line: &[u8], cause: Option<Wish>);
    /// See [`Hold::send_verbatim`].
    fn send_verbatim(&mut self, now: Instant, octets: &[u8]);
    /// See [`Hold::awaits`].
    fn awaits(&self, id: CommandId) -> bool;
}

impl<C: Hold<Role: Into<Role>>> Holdable for Reins<'_, C> {
    fn id(&self) -> ConnectionId {
        self.id
    }

    fn gate(&mut self) -> &mut Gate {
        self.client.gate()
    }

    fn held(&self) -> Option<(CommandId, Vec<Entry<Role>>)> {
        let (id, entries) = self.client.held()?;
        let entries = entries.into_iter().map(|entry| entry.map(Into::into));
        Some((id, entries.collect()))
    }

    fn replace_held(&mut self, line: &[u8]) {
        self.client.replace_held(line);
    }

    fn drop_held(&mut self) {
        self.client.drop_held();
    }

    fn issue_line(&mut self, line: &[u8], cause: Option<Wish>) {
        let id = self.client.issue_line(line);
        if let Some(cause) = cause {
            self.causes.insert(id, cause);
        }
    }

    fn send_verbatim(&mut self, now: Instant, octets: &[u8]) {
        self.client.send_verbatim(now, octets);
    }

    fn awaits(&self, id: CommandId) -> bool {
        self.client.awaits(id)
    }
}
