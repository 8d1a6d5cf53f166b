//! What crossed, as far as the page keeps it.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use porthole_interface::change::WireEntry;
use porthole_wire::Direction;

/// Entries of the Wire that are kept in the page; older ones are dropped, and that is said.
pub const WIRE_LIMIT: usize = 20_000;

/// What crossed, shared between states since it is long and only grows.
#[derive(Debug, Clone, Default)]
pub struct Wire {
    entries: Rc<RefCell<VecDeque<WireEntry>>>,
    version: u64,
}

impl PartialEq for Wire {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version
    }
}

impl Wire {
    /// The same, with the first so many of these entries: what a step takes away or adds is all
    /// that is touched.
    pub fn showing(&self, all: &[WireEntry], count: usize) -> Self {
        let mut entries = self.entries.borrow_mut();
        entries.truncate(count);
        let more = all.iter().take(count).skip(entries.len());
        entries.extend(more.cloned());
        Self {
            entries: Rc::clone(&self.entries),
            version: count as u64,
        }
    }

    /// Looks at the entries.
    pub fn with<T>(&self, look: impl FnOnce(&VecDeque<WireEntry>) -> T) -> T {
        look(&self.entries.borrow())
    }

    /// Changes with every entry.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The last command of that name, by its entry's number.
    pub(super) fn asked(&self, command: &str) -> Option<u64> {
        let says = |entry: &&WireEntry| {
            let line = String::from_utf8_lossy(&entry.kept).to_ascii_uppercase();
            entry.direction == Direction::Client && line.contains(command)
        };
        let entries = self.entries.borrow();
        let asked = entries.iter().rev().find(says);
        asked.or_else(|| entries.back()).map(|entry| entry.number)
    }

    pub(super) fn extend(&mut self, more: Vec<WireEntry>) {
        self.version += more.len() as u64;
        let mut entries = self.entries.borrow_mut();
        entries.extend(more);
        let over = entries.len().saturating_sub(WIRE_LIMIT);
        entries.drain(..over);
    }
}
