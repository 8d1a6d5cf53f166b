//! How far each connection is at a moment, from what crossed until then.

use std::collections::BTreeMap;

use porthole_interface::{
    account::Protocol,
    change::{Phase, WireEntry},
};

use crate::timing::label;

/// A connection's state machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Which connection.
    pub connection: u32,
    /// What it speaks.
    pub protocol: Protocol,
    /// How far it is.
    pub phase: Phase,
    /// The entry that brought it into its state, and what that says.
    pub since: (u64, String),
}

/// The machines once the entry of this number had crossed, or everything; by connection.
pub fn machines<'a>(
    entries: impl Iterator<Item = &'a WireEntry>,
    until: Option<u64>,
) -> Vec<Machine> {
    let mut known: BTreeMap<u32, (&WireEntry, &WireEntry)> = BTreeMap::new();
    for entry in entries.take_while(|entry| until.is_none_or(|until| entry.number <= until)) {
        let machine = known.entry(entry.connection);
        let (last, since) = machine.or_insert((entry, entry));
        if last.phase.state != entry.phase.state {
            *since = entry;
        }
        *last = entry;
    }
    let machine = |(connection, (last, since)): (u32, (&WireEntry, &WireEntry))| Machine {
        connection,
        protocol: last.protocol,
        phase: last.phase,
        since: (since.number, label(since)),
    };
    known.into_iter().map(machine).collect()
}

#[cfg(test)]
mod tests {
    use porthole_interface::change::State;
    use porthole_wire::{Direction, Shape};

    use super::*;

    fn entry(number: u64, connection: u32, state: State) -> WireEntry {
        WireEntry {
            number,
            connection,
            protocol: Protocol::Imap,
            at: number,
            queued: None,
            direction: Direction::Server,
            shape: Shape::Line,
            turn: 0,
            command: None,
            wish: None,
            octets: 4,
            kept: format!("* {number}\r\n").into_bytes(),
            masked: Vec::new(),
            phase: Phase::of(state),
        }
    }

    #[test]
    fn a_machine_is_as_it_was_at_the_moment() {
        use State::{Authenticated, NotAuthenticated, Selected};
        let entries = [
            entry(1, 1, NotAuthenticated),
            entry(2, 1, Authenticated),
            entry(3, 2, NotAuthenticated),
            entry(4, 1, Selected),
            entry(5, 1, Selected),
        ];
        let told = |until| -> Vec<_> {
            let found = machines(entries.iter(), until).into_iter();
            found
                .map(|m| (m.connection, m.phase.state, m.since.0, m.since.1))
                .collect()
        };
        let line = |number: u64| format!("* {number}");
        assert_eq!(
            told(None),
            [(1, Selected, 4, line(4)), (2, NotAuthenticated, 3, line(3))]
        );
        assert_eq!(told(Some(2)), [(1, Authenticated, 2, line(2))]);
        assert_eq!(told(Some(0)), []);
    }
}
