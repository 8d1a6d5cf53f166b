//! Counting: from the entries of a run to its figures.

use std::collections::{BTreeMap, BTreeSet};

use porthole_wire::{Direction, Instant};

use super::{Device, Distance, EntryId, Figure, Kind, Value, screen::Screen};
use crate::{
    change::{AfterDownload, Kept, Sort, WireEntry},
    intent::Wish,
};

/// The beginning or the end of a task.
#[derive(Debug)]
pub(super) struct Moment {
    pub(super) at: Instant,
    /// How many entries each device had.
    pub(super) ends: [usize; 2],
    /// How many messages there were.
    pub(super) total: u32,
}

/// What the script saw that is not on the wire.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) kept: Option<Kept>,
    pub(super) other_sees: Option<bool>,
    pub(super) unprompted: Option<bool>,
    /// Whether the time holds what a person took to send a message.
    pub(super) awaited: bool,
    pub(super) found: Option<u64>,
    pub(super) downloaded: Option<AfterDownload>,
    /// How many, out of how many.
    pub(super) readable: Option<(u64, u64)>,
}

/// An entry and the device that it was seen on.
type Seen<'a> = (Device, &'a WireEntry);

/// The figures of a run, in the order in which they are shown.
pub(super) fn figures(
    screens: &[Screen; 2],
    began: &Moment,
    ended: &Moment,
    facts: &Facts,
) -> Vec<Figure> {
    let seen = |from: [usize; 2], to: Option<[usize; 2]>| -> Vec<Seen<'_>> {
        let mut seen = Vec::new();
        for device in Device::ALL {
            let (at, entries) = (device.index(), &screens[device.index()].entries);
            let to = to.map_or(entries.len(), |to| to[at]);
            let part = entries.get(from[at]..to).unwrap_or_default();
            seen.extend(part.iter().map(|entry| (device, entry)));
        }
        seen
    };
    let all = seen([0; 2], None);
    let before = turns(&seen([0; 2], Some(began.ends)));
    let task = answered(seen(began.ends, Some(ended.ends)));
    let here = |turn: &(TurnId, EntryId)| !before.iter().any(|(before, _)| *before == turn.0);
    let turns_here: Vec<_> = turns(&task).into_iter().filter(here).collect();
    let (waits, waited) = waits(&task, &turns_here);
    let octets = sum(&task, Direction::Client) + sum(&task, Direction::Server);

    let mut figures = vec![
        counted(Kind::Turns, turns_here.iter().map(|turn| turn.1)),
        round_trips(&task),
        Figure {
            kind: Kind::Waits,
            value: Value::Count(waits),
            entries: waited,
        },
        carried(Kind::Up, &task, Direction::Client),
        carried(Kind::Down, &task, Direction::Server),
        ahead(&task),
    ];
    // Without a connection it is patience that is measured.
    if facts.readable.is_none() {
        if !facts.awaited {
            figures.push(Figure {
                kind: Kind::Time,
                value: Value::Micros(micros(ended.at.since(began.at))),
                entries: ends(&task),
            });
        }
        let cost = super::Cost { waits, octets };
        figures.extend(Distance::USUAL.map(|distance| Figure {
            kind: Kind::TimeAt(distance),
            value: Value::Micros(cost.at(distance)),
            entries: ids(&task),
        }));
    }
    figures.extend(observed(screens, &task, &all, facts));
    figures.push(counted(
        Kind::AllTurns,
        turns(&all).iter().map(|turn| turn.1),
    ));
    figures.push(carried(Kind::AllUp, &all, Direction::Client));
    figures.push(carried(Kind::AllDown, &all, Direction::Server));
    figures.push(connections(&all));
    figures.extend(said(screens));
    figures
}

/// What the task was for, as the devices show it.
fn observed(
    screens: &[Screen; 2],
    task: &[Seen<'_>],
    all: &[Seen<'_>],
    facts: &Facts,
) -> Vec<Figure> {
    let from_server = |seen: &[Seen<'_>], device| -> Vec<EntryId> {
        let answers = seen
            .iter()
            .filter(|(on, entry)| device == *on && entry.direction == Direction::Server);
        answers.map(id).collect()
    };
    let figure = |kind, value, entries| Figure {
        kind,
        value,
        entries,
    };
    let mut figures = Vec::new();
    if let Some(kept) = facts.kept {
        let entries = from_server(all, Device::First);
        figures.push(figure(Kind::Kept, Value::Octets(kept.octets), entries));
    }
    let told = |device: Device| {
        let screen = &screens[device.index()];
        let messages = screen.measured.as_ref()?.messages?;
        let number = messages.entry;
        let at = screen
            .entries
            .iter()
            .find(|entry| entry.number == number)?
            .at;
        Some((at, messages.count, EntryId { device, number }))
    };
    let told = Device::ALL.into_iter().filter_map(told);
    if let Some((_, count, entry)) = told.max_by_key(|(at, ..)| *at) {
        figures.push(figure(Kind::Left, Value::Count(count), vec![entry]));
    }
    if let Some(sees) = facts.other_sees {
        let entries = from_server(task, Device::Second);
        figures.push(figure(Kind::OtherSees, Value::Is(sees), entries));
    }
    if let Some(unprompted) = facts.unprompted {
        figures.push(figure(Kind::Unprompted, Value::Is(unprompted), ids(task)));
    }
    if let Some(found) = facts.found {
        figures.push(figure(Kind::Found, Value::Count(found), ids(task)));
    }
    if let Some((readable, of)) = facts.readable {
        // What was there had come before.
        let entries = from_server(all, Device::First);
        figures.push(figure(Kind::Readable, Value::OutOf(readable, of), entries));
    }
    figures
}

/// Without what was sent and not answered yet when the task was done: that belongs to what comes
/// after it.
fn answered(task: Vec<Seen<'_>>) -> Vec<Seen<'_>> {
    let mut last = BTreeMap::new();
    for (device, entry) in &task {
        if entry.direction == Direction::Server {
            last.insert((*device, entry.connection), entry.number);
        }
    }
    let is_answered = |(device, entry): &Seen<'_>| {
        let last = last.get(&(*device, entry.connection));
        last.is_some_and(|last| entry.number <= *last)
    };
    task.into_iter().filter(is_answered).collect()
}

/// A turn of one connection.
type TurnId = (Device, u32, u64);

/// The turns that the client took, each with the entry that began it.
fn turns(seen: &[Seen<'_>]) -> Vec<(TurnId, EntryId)> {
    let mut known = BTreeSet::new();
    let client = seen
        .iter()
        .filter(|(_, e)| e.direction == Direction::Client);
    client
        .map(|seen| ((seen.0, seen.1.connection, seen.1.turn), id(seen)))
        .filter(|(turn, _)| known.insert(*turn))
        .collect()
}

/// A question and its answer: one for each command that was answered, and one for each time that
/// the client went on within it.
fn round_trips(task: &[Seen<'_>]) -> Figure {
    let mut asked: BTreeMap<(Device, u32, u64), BTreeMap<u64, EntryId>> = BTreeMap::new();
    let mut answered = BTreeSet::new();
    for seen @ (device, entry) in task {
        let Some(command) = entry.command else {
            continue;
        };
        let exchange = (*device, entry.connection, command);
        match entry.direction {
            Direction::Client => {
                let turns = asked.entry(exchange).or_default();
                turns.entry(entry.turn).or_insert_with(|| id(seen));
            }
            Direction::Server => _ = answered.insert(exchange),
        }
    }
    asked.retain(|exchange, _| answered.contains(exchange));
    let mut entries: Vec<_> = asked
        .into_values()
        .flat_map(BTreeMap::into_values)
        .collect();
    entries.sort_unstable();
    counted(Kind::RoundTrips, entries.into_iter())
}

/// The most round trips that follow one another: of connections that were open side by side the
/// one with the most, and those that followed each other all.
fn waits(task: &[Seen<'_>], turns: &[(TurnId, EntryId)]) -> (u64, Vec<EntryId>) {
    struct Open {
        from: u64,
        to: u64,
        entries: Vec<EntryId>,
    }
    let mut open: BTreeMap<(Device, u32), Open> = BTreeMap::new();
    for seen @ (device, entry) in task {
        let open = open
            .entry((*device, entry.connection))
            .or_insert_with(|| Open {
                from: entry.at,
                to: entry.at,
                entries: Vec::new(),
            });
        open.to = entry.at;
        // The greeting is waited for as an answer is.
        let greeting = entry.turn == 0 && entry.direction == Direction::Server;
        if greeting && open.entries.is_empty() {
            open.entries.push(id(seen));
        }
    }
    for ((device, connection, _), entry) in turns {
        if let Some(open) = open.get_mut(&(*device, *connection)) {
            open.entries.push(*entry);
        }
    }
    let mut chains: Vec<Open> = Vec::new();
    let mut by_end: Vec<_> = open.into_values().collect();
    by_end.sort_by_key(|open| (open.to, open.from));
    for mut open in by_end {
        let before = chains.iter().filter(|chain| chain.to < open.from);
        if let Some(longest) = before.max_by_key(|chain| chain.entries.len()) {
            open.entries = [&longest.entries[..], &open.entries].concat();
        }
        chains.push(open);
    }
    let longest = chains.into_iter().max_by_key(|chain| chain.entries.len());
    let entries = longest.map(|chain| chain.entries).unwrap_or_default();
    (entries.len() as u64, entries)
}

fn connections(all: &[Seen<'_>]) -> Figure {
    let mut known = BTreeSet::new();
    let first = all
        .iter()
        .filter(|(device, e)| known.insert((*device, e.connection)));
    counted(Kind::Connections, first.map(id))
}

/// Words of either device, each once.
fn said(screens: &[Screen; 2]) -> [Figure; 3] {
    [
        (Kind::Commands, Sort::Command),
        (Kind::Responses, Sort::Response),
        (Kind::States, Sort::State),
    ]
    .map(|(kind, sort)| {
        let mut words = BTreeMap::new();
        for device in Device::ALL {
            let measured = screens[device.index()].measured.iter();
            for said in measured.flat_map(|m| &m.said).filter(|s| s.sort == sort) {
                let number = said.entry;
                words
                    .entry(&said.name)
                    .or_insert(EntryId { device, number });
            }
        }
        // An entry may say more than one.
        let value = Value::Count(words.len() as u64);
        let entries: BTreeSet<_> = words.into_values().collect();
        Figure {
            kind,
            value,
            entries: entries.into_iter().collect(),
        }
    })
}

fn carried(kind: Kind, seen: &[Seen<'_>], direction: Direction) -> Figure {
    let carried = seen
        .iter()
        .filter(|(_, entry)| entry.direction == direction);
    Figure {
        kind,
        value: Value::Octets(sum(seen, direction)),
        entries: carried.map(id).collect(),
    }
}

/// What came for a message that nobody had opened yet.
fn ahead(task: &[Seen<'_>]) -> Figure {
    let ahead = task
        .iter()
        .filter(|(_, entry)| entry.wish == Some(Wish::ReadNext));
    let octets = ahead.clone().map(|(_, entry)| entry.octets).sum();
    Figure {
        kind: Kind::Ahead,
        value: Value::Octets(octets),
        entries: ahead.map(id).collect(),
    }
}

fn sum(seen: &[Seen<'_>], direction: Direction) -> u64 {
    let carried = seen
        .iter()
        .filter(|(_, entry)| entry.direction == direction);
    carried.map(|(_, entry)| entry.octets).sum()
}

fn counted(kind: Kind, entries: impl Iterator<Item = EntryId>) -> Figure {
    let entries: Vec<_> = entries.collect();
    Figure {
        kind,
        value: Value::Count(entries.len() as u64),
        entries,
    }
}

/// The first and the last.
fn ends(seen: &[Seen<'_>]) -> Vec<EntryId> {
    let mut by_time: Vec<_> = seen.iter().collect();
    by_time.sort_by_key(|(device, entry)| (entry.at, *device, entry.number));
    let first = by_time.first().into_iter();
    let ends = first.chain(by_time.last().filter(|_| by_time.len() > 1));
    ends.map(|seen| id(seen)).collect()
}

fn ids(seen: &[Seen<'_>]) -> Vec<EntryId> {
    seen.iter().map(id).collect()
}

fn id((device, entry): &Seen<'_>) -> EntryId {
    EntryId {
        device: *device,
        number: entry.number,
    }
}

fn micros(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
