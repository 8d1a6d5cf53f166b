//! The session's commands can be held back, and others typed.

use porthole_explain::Role;
use porthole_wire::{CommandId, Entry, Gate, Instant};

use super::session::Link;
use crate::{
    control::{Holdable, unified},
    output::ConnectionId,
};

impl Holdable for Link {
    fn id(&self) -> ConnectionId {
        self.id
    }

    fn gate(&mut self) -> &mut Gate {
        self.client.gate()
    }

    fn held(&self) -> Option<(CommandId, Vec<Entry<Role>>)> {
        let (id, entries) = self.client.held()?;
        Some((id, entries.into_iter().map(unified).collect()))
    }

    fn replace_held(&mut self, line: &[u8]) {
        self.client.replace_held(line);
    }

    fn drop_held(&mut self) {
        self.client.drop_held();
    }

    fn issue_line(&mut self, line: &[u8], cause: Option<u64>) {
        let id = self.client.issue_line(line);
        if let Some(cause) = cause {
            self.causes.insert(id, cause);
        }
    }

    fn send_verbatim(&mut self, _now: Instant, octets: &[u8]) {
        self.client.send_verbatim(octets);
    }

    fn awaits(&self, id: CommandId) -> bool {
        self.client.awaits(id)
    }
}
