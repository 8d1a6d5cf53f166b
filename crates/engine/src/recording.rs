//! A transcript as a file, and one that is opened again: played back without a network.

use std::collections::HashMap;

use porthole_explain::{
    Course, Role, Unit as Said, command_name,
    saved::{self, Saved},
};
use porthole_wire::Mark;

use crate::{
    Recorded,
    account::Protocol,
    change::{Change, ExchangeId, Explained, Notice, WireEntry},
    intent::{Format, Wish},
    wire::exchange,
};

/// A transcript that was opened.
#[derive(Debug)]
pub struct Recording {
    saved: Saved,
    units: Vec<Unit>,
}

#[derive(Debug)]
struct Unit {
    /// Its place in the file.
    place: usize,
    entry: WireEntry,
    marks: Vec<Mark<Role>>,
}

impl Recording {
    /// Opens what [`Intent::SaveWire`](crate::Intent::SaveWire) saved as JSON, or somebody else.
    ///
    /// # Errors
    /// It is none; in words for the user.
    pub fn open(json: &[u8]) -> Result<Self, String> {
        let saved = Saved::read(json).map_err(|error| error.to_string())?;
        let mut units = Vec::new();
        let mut courses: HashMap<u32, Course> = HashMap::new();
        for (place, entry) in saved.entries.iter().enumerate() {
            let spoken = saved.connection(entry.connection).map(|c| c.protocol);
            let (protocol, spoken) = match spoken {
                Some(spoken @ saved::Protocol::Imap) => (Protocol::Imap, spoken),
                Some(spoken @ saved::Protocol::Pop3) => (Protocol::Pop3, spoken),
                // Sending is in no transcript yet.
                Some(saved::Protocol::Smtp) | None => continue,
            };
            let marks = saved.marks(entry);
            let course = courses.entry(entry.connection);
            let course = course.or_insert_with(|| Course::new(spoken));
            let phase = course.take(&Said {
                direction: entry.direction,
                octets: &entry.kept,
                marks: &marks,
                command: b"",
            });
            units.push(Unit {
                place,
                marks,
                entry: WireEntry {
                    number: units.len() as u64,
                    connection: entry.connection,
                    protocol,
                    at: entry.at,
                    queued: entry.queued,
                    direction: entry.direction,
                    shape: entry.shape,
                    turn: entry.turn,
                    command: entry.command,
                    wish: entry.wish.as_deref().and_then(Wish::of_word),
                    octets: entry.octets,
                    kept: entry.kept.clone(),
                    masked: entry.masked.clone(),
                    phase,
                },
            });
        }
        Ok(Self { saved, units })
    }

    /// What a page shows of it.
    pub fn recorded(&self) -> Recorded {
        let connections = || self.saved.connections.iter();
        Recorded {
            product: self.saved.product.clone(),
            began: self.saved.began,
            hosts: connections().map(|c| c.host.clone()).collect(),
            beside: connections()
                .filter(|c| c.beside)
                .map(|c| c.number)
                .collect(),
            entries: self.units.iter().map(|unit| unit.entry.clone()).collect(),
            unknown: self.units.iter().map(|unit| self.unknown(unit)).collect(),
        }
    }

    /// Octets of a unit that the parser did not understand, as far as it was kept.
    fn unknown(&self, unit: &Unit) -> u64 {
        let entry = self.saved.entries.get(unit.place);
        let tokens = entry.map(|entry| self.saved.explanation(entry).tokens);
        let tokens = tokens.into_iter().flatten();
        let unknown = tokens.filter(|token| !token.known);
        unknown
            .map(|token| u64::from(token.end - token.start))
            .sum()
    }

    /// What an entry means, as it was explained when it was saved.
    pub fn explained(&self, number: u64) -> Option<Explained> {
        let unit = self.units.get(usize::try_from(number).ok()?)?;
        let entry = self.saved.entries.get(unit.place)?;
        let of = |id: ExchangeId| {
            let units = self.units.iter();
            let units = units.filter(|unit| unit.entry.exchange() == Some(id));
            exchange(
                id,
                units.map(|unit| {
                    let name = command_name(&unit.entry.kept, &unit.marks);
                    (&unit.entry, name)
                }),
            )
        };
        Some(Explained {
            number,
            explanation: self.saved.explanation(entry),
            exchange: unit.entry.exchange().map(of),
            messages: Vec::new(),
        })
    }
}

/// A transcript as a file, or why it is none.
pub(crate) fn file(format: Format, saved: &Saved) -> Change {
    let (name, media_type, bytes) = match format {
        Format::Text => ("porthole-wire.txt", "text/plain", saved.text().into_bytes()),
        Format::Json => match saved.json() {
            Ok(json) => ("porthole-wire.json", "application/json", json),
            Err(error) => return Change::Notice(Notice::NotSaved(error.to_string())),
        },
        Format::Page => ("porthole-wire.html", "text/html", saved.html().into_bytes()),
        Format::Capture => (
            "porthole-wire.pcapng",
            "application/x-pcapng",
            saved.pcapng(),
        ),
    };
    Change::Saved {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        bytes,
    }
}
