//! A session of an account that was left, until QUIT is answered: only then what was marked is gone.

use porthole_wire::{Instant, Machine};

use super::{Pop3, link::Link};
use crate::{core::Core, farewell::Farewell, output::ConnectionId};

impl Pop3 {
    /// Nobody looks at the account any more. Whether QUIT is on its way; hangs up otherwise.
    pub(super) fn leave(&mut self, core: &mut Core) -> bool {
        if !self.link.as_ref().is_some_and(Link::is_ending) {
            self.end_link(core);
            return false;
        }
        if let Some(link) = &mut self.link {
            link.give_up(core);
        }
        core.wire.connection_over();
        self.left = true;
        true
    }
}

impl Farewell for Pop3 {
    fn is(&self, connection: ConnectionId) -> bool {
        self.link.as_ref().is_some_and(|link| link.id == connection)
    }

    fn input(&mut self, core: &mut Core, now: Instant, bytes: &[u8]) {
        if let Some(link) = &mut self.link {
            link.client.handle_input(now, bytes);
        }
        self.drive(core, now);
    }

    fn eof(&mut self, core: &mut Core, now: Instant) {
        if let Some(link) = &mut self.link {
            link.client.handle_eof(now);
        }
        self.drive(core, now);
    }

    fn is_over(&self) -> bool {
        self.link.is_none()
    }
}
