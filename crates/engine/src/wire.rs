//! What crossed: told to the page as it comes, and kept for whoever wants it explained.

use std::collections::VecDeque;

use porthole_explain::{Role, Unit, command_name, explain};
use porthole_wire::{CommandId, Direction, Entry, Mark};

use crate::{
    account::Protocol,
    change::{Exchange, ExchangeId, Explained, WireEntry, WireTotals},
    intent::Wish,
    output::ConnectionId,
};

/// Entries that are kept; the page keeps as many.
const MOST_ENTRIES: usize = 20_000;
/// Octets of them that are kept.
const MOST_OCTETS: usize = 32 << 20;

/// The account's transcript, of all its connections.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    kept: VecDeque<Kept>,
    /// Octets of `kept`.
    octets: usize,
    /// How many of the last were not told to the page.
    untold: usize,
    next: u64,
    totals: WireTotals,
    /// Turns of the user's connections that are closed.
    past_turns: u64,
    /// What the user wanted, by the number of the intent, from 1.
    wishes: Vec<Wish>,
}

/// An entry, and what the parser took it for.
#[derive(Debug)]
struct Kept {
    entry: WireEntry,
    marks: Vec<Mark<Role>>,
}

impl Wire {
    /// The user wants something; its number.
    pub(crate) fn wish(&mut self, wish: Wish) -> u64 {
        self.wishes.push(wish);
        self.wishes.len() as u64
    }

    /// Takes in a unit that crossed.
    pub(crate) fn record<R: Into<Role>>(
        &mut self,
        connection: ConnectionId,
        protocol: Protocol,
        entry: Entry<R>,
        cause: impl Fn(CommandId) -> Option<u64>,
    ) {
        match entry.direction {
            Direction::Client => self.totals.up += entry.octets,
            Direction::Server => self.totals.down += entry.octets,
        }
        self.totals.unknown += entry.unknown;
        let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let masked = entry.masked.iter();
        let marks = entry.marks.into_iter().map(|mark| Mark {
            range: mark.range,
            role: mark.role.into(),
        });
        self.octets += entry.kept.len();
        self.kept.push_back(Kept {
            marks: marks.collect(),
            entry: WireEntry {
                number: self.next,
                connection: connection.0,
                protocol,
                at: entry.at.as_micros(),
                direction: entry.direction,
                shape: entry.shape,
                turn: entry.turn,
                command: entry.command.map(|command| command.0),
                intent: entry.command.and_then(cause),
                octets: entry.octets,
                masked: masked.map(|r| (small(r.start), small(r.end))).collect(),
                kept: entry.kept,
            },
        });
        self.next += 1;
        self.untold += 1;
    }

    /// The user's connection has had so many turns.
    pub(crate) fn set_turns(&mut self, turns: u64) {
        self.totals.turns = self.past_turns + turns;
    }

    /// The user's connection is over; the next one counts its turns from zero.
    pub(crate) fn connection_over(&mut self) {
        self.past_turns = self.totals.turns;
    }

    /// What crossed since the last time, if anything did.
    pub(crate) fn untold(&mut self) -> Option<(Vec<WireEntry>, WireTotals)> {
        let untold = std::mem::take(&mut self.untold);
        let from = self.kept.len() - untold;
        let entries: Vec<_> = self.kept.range(from..).map(|k| k.entry.clone()).collect();
        while self.kept.len() > MOST_ENTRIES || self.octets > MOST_OCTETS {
            let oldest = self.kept.pop_front();
            self.octets -= oldest.map_or(self.octets, |oldest| oldest.entry.kept.len());
        }
        (!entries.is_empty()).then_some((entries, self.totals))
    }

    /// What an entry means, if it is still kept.
    pub(crate) fn explained(&self, number: u64) -> Option<Explained> {
        let first = self.kept.front()?.entry.number;
        let at = usize::try_from(number.checked_sub(first)?).ok()?;
        let Kept { entry, marks } = self.kept.get(at)?;
        let exchange = entry.exchange().map(|id| self.exchange(id));
        let explanation = explain(&Unit {
            direction: entry.direction,
            octets: &entry.kept,
            marks,
            command: exchange.as_ref().map_or(b"", |e| e.command.as_bytes()),
        });
        Some(Explained {
            number,
            explanation,
            exchange,
        })
    }

    fn exchange(&self, id: ExchangeId) -> Exchange {
        let mut exchange = Exchange {
            id,
            command: String::new(),
            sent: 0,
            first: None,
            last: None,
            up: 0,
            down: 0,
            wish: None,
        };
        let units = self.kept.iter().filter(|k| k.entry.exchange() == Some(id));
        for Kept { entry, marks } in units {
            match entry.direction {
                Direction::Client => {
                    if exchange.up == 0 {
                        let name = command_name(&entry.kept, marks);
                        exchange.command = String::from_utf8_lossy(name).into_owned();
                        exchange.sent = entry.at;
                        exchange.wish = entry.intent.and_then(|number| self.wish_of(number));
                    }
                    exchange.up += entry.octets;
                }
                Direction::Server => {
                    exchange.first = exchange.first.or(Some(entry.at));
                    exchange.last = Some(entry.at);
                    exchange.down += entry.octets;
                }
            }
        }
        exchange
    }

    fn wish_of(&self, number: u64) -> Option<Wish> {
        let at = usize::try_from(number.checked_sub(1)?).ok()?;
        self.wishes.get(at).copied()
    }
}
