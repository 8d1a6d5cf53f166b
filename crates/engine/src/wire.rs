//! What crossed: told to the page as it comes, and kept for whoever wants it explained.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    ops::RangeInclusive,
    sync::Arc,
};

use porthole_explain::{
    Course, Role, Unit, command_name, explain, numbers, opened,
    saved::{self, Connection, Crossed, Saved, Saving},
    uids,
};
use porthole_wire::{CommandId, Direction, Entry, Mark};

use crate::{
    account::Protocol,
    change::{Exchange, ExchangeId, Explained, WireEntry, WireTotals},
    control::says,
    intent::{MessageId, Wish},
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
    /// The mailboxes that are open.
    mailboxes: HashMap<ConnectionId, Arc<str>>,
    /// The server that is spoken to.
    host: String,
    /// The connections on which anything crossed.
    connections: Vec<Connection>,
    /// How far each of them is.
    courses: HashMap<ConnectionId, Course>,
}

/// An entry, and what the parser took it for.
#[derive(Debug)]
struct Kept {
    entry: WireEntry,
    marks: Vec<Mark<Role>>,
    /// The mailbox that is open on its connection.
    mailbox: Option<Arc<str>>,
}

/// A message as the wire names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// By these UIDs of this mailbox.
    Uids(Arc<str>, RangeInclusive<u32>),
    /// By this message number of the newest session.
    Number(u32),
}

impl Kept {
    /// The messages that it names; `session` is the newest.
    fn names(&self, session: u32) -> Vec<Named> {
        let (octets, marks) = (&self.entry.kept, &self.marks);
        match self.entry.protocol {
            Protocol::Imap => {
                let Some(mailbox) = &self.mailbox else {
                    return Vec::new();
                };
                let named = |uids| Named::Uids(Arc::clone(mailbox), uids);
                uids(octets, marks).into_iter().map(named).collect()
            }
            Protocol::Pop3 if self.entry.connection == session => numbers(octets, marks)
                .into_iter()
                .map(Named::Number)
                .collect(),
            Protocol::Pop3 => Vec::new(),
        }
    }
}

impl Named {
    fn includes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Uids(mailbox, uids), Self::Uids(of, wanted)) => {
                mailbox == of && uids.contains(wanted.start())
            }
            (Self::Number(number), Self::Number(wanted)) => number == wanted,
            _ => false,
        }
    }
}

impl Wire {
    /// So many octets went to the transport, or came from it.
    pub(crate) fn carried(&mut self, direction: Direction, octets: usize) {
        match direction {
            Direction::Client => self.totals.carried_up += octets as u64,
            Direction::Server => self.totals.carried_down += octets as u64,
        }
    }

    /// A connection compresses from now on.
    pub(crate) fn compressed(&mut self) {
        self.totals.compressed = true;
    }

    /// Takes in a unit that crossed; `main` is the connection for what the user does.
    pub(crate) fn record(
        &mut self,
        connection: ConnectionId,
        protocol: Protocol,
        main: bool,
        entry: Entry<Role>,
        cause: impl Fn(CommandId) -> Option<Wish>,
    ) {
        match entry.direction {
            Direction::Client => self.totals.up += entry.octets,
            Direction::Server => self.totals.down += entry.octets,
        }
        self.totals.unknown += entry.unknown;
        if self.connections.iter().all(|c| c.number != connection.0) {
            self.connections.push(Connection {
                number: connection.0,
                protocol: spoken(protocol),
                host: self.host.clone(),
                beside: !main,
            });
        }
        let course = self.courses.entry(connection);
        let course = course.or_insert_with(|| Course::new(spoken(protocol)));
        let phase = course.take(&Unit {
            direction: entry.direction,
            octets: &entry.kept,
            marks: &entry.marks,
            command: b"",
        });
        let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let masked = entry.masked.iter();
        if let Some(name) = opened(&entry.kept, &entry.marks) {
            self.mailboxes.insert(connection, name.into());
        }
        self.octets += entry.kept.len();
        self.kept.push_back(Kept {
            marks: entry.marks,
            mailbox: self.mailboxes.get(&connection).cloned(),
            entry: WireEntry {
                number: self.next,
                connection: connection.0,
                protocol,
                at: entry.at.as_micros(),
                queued: entry.queued.map(|queued| queued.as_micros()),
                direction: entry.direction,
                shape: entry.shape,
                turn: entry.turn,
                command: entry.command.map(|command| command.0),
                wish: entry.command.and_then(cause),
                octets: entry.octets,
                masked: masked.map(|r| (small(r.start), small(r.end))).collect(),
                kept: entry.kept,
                phase,
            },
        });
        self.next += 1;
        self.untold += 1;
    }

    /// What is kept, as it crossed, and what the parser took it for.
    pub(crate) fn units(&self) -> impl Iterator<Item = (&WireEntry, &[Mark<Role>])> {
        self.kept.iter().map(|kept| (&kept.entry, &*kept.marks))
    }

    /// Whether the server has said this since the last time that the page was told.
    pub(crate) fn server_said(&self, text: &str) -> bool {
        let untold = self.kept.range(self.kept.len() - self.untold..);
        let mut said = untold.filter(|kept| kept.entry.direction == Direction::Server);
        said.any(|kept| says(&kept.entry.kept, text))
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
    pub(crate) fn explained(&self, number: u64, messages: Vec<MessageId>) -> Option<Explained> {
        let Kept { entry, marks, .. } = self.entry(number)?;
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
            messages,
        })
    }

    /// The exchanges that name a message, and of the answers those entries that do.
    pub(crate) fn naming(&self, message: &Named) -> Vec<u64> {
        let session = self.session();
        let names = |kept: &&Kept| {
            let mut names = kept.names(session).into_iter();
            names.any(|named| named.includes(message))
        };
        // Over POP3 only the command has the number; its answer belongs to it.
        let exchanges: HashSet<_> = match message {
            Named::Uids(..) => HashSet::new(),
            Named::Number(_) => {
                let naming = self.kept.iter().filter(names);
                naming.filter_map(|kept| kept.entry.exchange()).collect()
            }
        };
        let belongs = |kept: &&Kept| {
            names(kept)
                || kept
                    .entry
                    .exchange()
                    .is_some_and(|id| exchanges.contains(&id))
        };
        let found = self.kept.iter().filter(belongs);
        found.map(|kept| kept.entry.number).collect()
    }

    /// The messages that an entry names; where it names none, those that its exchange does.
    pub(crate) fn named_by(&self, number: u64) -> Vec<Named> {
        let session = self.session();
        let Some(kept) = self.entry(number) else {
            return Vec::new();
        };
        let named = kept.names(session);
        let Some(id) = kept.entry.exchange().filter(|_| named.is_empty()) else {
            return named;
        };
        let exchange = self.kept.iter().filter(|k| k.entry.exchange() == Some(id));
        exchange.flat_map(|kept| kept.names(session)).collect()
    }

    /// The newest connection.
    fn session(&self) -> u32 {
        self.kept.back().map_or(0, |kept| kept.entry.connection)
    }

    fn entry(&self, number: u64) -> Option<&Kept> {
        let first = self.kept.front()?.entry.number;
        let at = usize::try_from(number.checked_sub(first)?).ok()?;
        self.kept.get(at)
    }

    fn exchange(&self, id: ExchangeId) -> Exchange {
        let units = self.kept.iter().filter(|k| k.entry.exchange() == Some(id));
        exchange(
            id,
            units.map(|Kept { entry, marks, .. }| {
                let name = command_name(&entry.kept, marks);
                (entry, name)
            }),
        )
    }

    /// The connections from here on lead to this server.
    pub(crate) fn leads_to(&mut self, host: &str) {
        host.clone_into(&mut self.host);
    }

    /// All that is kept, to be taken along; `began` is the time at `Instant::ZERO`, in
    /// microseconds since 1970.
    pub(crate) fn saved(&self, began: u64) -> Saved {
        let product = concat!("Porthole ", env!("CARGO_PKG_VERSION"));
        let mut saving = Saving::new(product, began, self.connections.clone());
        for Kept { entry, marks, .. } in &self.kept {
            saving.add(&Crossed {
                connection: entry.connection,
                at: entry.at,
                queued: entry.queued,
                direction: entry.direction,
                shape: entry.shape,
                turn: entry.turn,
                command: entry.command,
                wish: entry.wish.map(Wish::word),
                octets: entry.octets,
                kept: &entry.kept,
                masked: &entry.masked,
                marks,
            });
        }
        saving.finish()
    }
}

/// A protocol as transcripts call it.
fn spoken(protocol: Protocol) -> saved::Protocol {
    match protocol {
        Protocol::Imap => saved::Protocol::Imap,
        Protocol::Pop3 => saved::Protocol::Pop3,
    }
}

/// A command and its answers, from what crossed of it: units, and the name of the command that each
/// is.
pub(crate) fn exchange<'a>(
    id: ExchangeId,
    units: impl Iterator<Item = (&'a WireEntry, &'a [u8])>,
) -> Exchange {
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
    for (entry, name) in units {
        match entry.direction {
            Direction::Client => {
                if exchange.up == 0 {
                    exchange.command = String::from_utf8_lossy(name).into_owned();
                    exchange.sent = entry.at;
                    exchange.wish = entry.wish;
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
