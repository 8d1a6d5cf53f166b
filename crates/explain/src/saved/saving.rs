//! From what crossed to what is saved.

use std::collections::HashMap;

use porthole_wire::{Direction, Mark, Shape};

use super::{Connection, Entry, Saved, Term, Token, VERSION, check, json};
use crate::{Role, Unit, command_name, explain};

/// A unit that crossed, with what its parser took it for.
#[derive(Debug, Clone, Copy)]
pub struct Crossed<'a> {
    /// On which connection.
    pub connection: u32,
    /// When its last octet crossed, in microseconds since the beginning.
    pub at: u64,
    /// A command: since when it had waited to be sent.
    pub queued: Option<u64>,
    /// Who sent it.
    pub direction: Direction,
    /// Line, literal or payload.
    pub shape: Shape,
    /// Which turn of the connection it is part of.
    pub turn: u64,
    /// The command that it is or belongs to, as numbered on the connection.
    pub command: Option<u64>,
    /// What the user wanted that caused it, in a word.
    pub wish: Option<&'a str>,
    /// How many octets crossed.
    pub octets: u64,
    /// The first of them, secrets replaced.
    pub kept: &'a [u8],
    /// Where a secret was replaced: start and end, in order.
    pub masked: &'a [(u32, u32)],
    /// What the parser took `kept` for: in order, not overlapping.
    pub marks: &'a [Mark<Role>],
}

/// Collects a transcript that is to be saved.
#[derive(Debug)]
pub struct Saving {
    saved: Saved,
    /// Where each term stands.
    terms: HashMap<Term, u32>,
    /// The name of each command, by connection and number.
    commands: HashMap<(u32, u64), Vec<u8>>,
}

impl Saving {
    /// Nothing so far; `began` is the time at the entries' 0, in microseconds since 1970-01-01.
    pub fn new(product: &str, began: u64, connections: Vec<Connection>) -> Self {
        Self {
            saved: Saved {
                format: json::Format::Transcript,
                version: VERSION,
                product: product.to_owned(),
                began: began.min(check::END_OF_TIME),
                connections,
                terms: Vec::new(),
                entries: Vec::new(),
            },
            terms: HashMap::new(),
            commands: HashMap::new(),
        }
    }

    /// Takes in a unit. One of a connection that was not named is left out.
    pub fn add(&mut self, crossed: &Crossed<'_>) {
        if self.saved.connection(crossed.connection).is_none() {
            return;
        }
        let kept = crossed.kept;
        // Marks that do not fit say nothing.
        let ordered = check::in_order(crossed.marks.iter().map(|m| m.range.clone()), kept.len());
        let marks = if ordered { crossed.marks } else { &[] };
        let masked = crossed.masked.iter();
        let masked = masked.map(|&(start, end)| start as usize..end as usize);
        let fits = check::in_order(masked, kept.len());
        let explanation = explain(&Unit {
            direction: crossed.direction,
            octets: kept,
            marks,
            command: self.command(crossed, marks),
        });
        let mut marks = marks.iter().peekable();
        let tokens = explanation.tokens.into_iter().map(|token| {
            let range = token.start as usize..token.end as usize;
            while marks
                .next_if(|mark| mark.range.end <= range.start)
                .is_some()
            {}
            let mark = marks.next_if(|mark| mark.range == range);
            let term = self.term(Term {
                role: mark.map(|mark| mark.role),
                name: token.name.into_owned(),
                meaning: token.meaning.into_owned(),
                source: token.source,
            });
            Token {
                start: token.start,
                end: token.end,
                term,
                decoded: token.decoded,
            }
        });
        let tokens = tokens.collect();
        let at = crossed.at.min(check::END_OF_TIME);
        let entry = Entry {
            connection: crossed.connection,
            at,
            queued: crossed.queued.map(|queued| queued.min(at)),
            direction: crossed.direction,
            shape: crossed.shape,
            turn: crossed.turn,
            command: crossed.command,
            wish: crossed.wish.map(str::to_owned),
            octets: octets(crossed),
            kept: kept.to_vec(),
            masked: if fits {
                crossed.masked.to_vec()
            } else {
                Vec::new()
            },
            summary: explanation.summary,
            tokens,
        };
        self.saved.entries.push(entry);
    }

    /// All that was taken in.
    pub fn finish(self) -> Saved {
        self.saved
    }

    /// The name of the command that a unit is or belongs to; empty where there is none.
    fn command(&mut self, crossed: &Crossed<'_>, marks: &[Mark<Role>]) -> &[u8] {
        let Some(number) = crossed.command else {
            return b"";
        };
        let id = (crossed.connection, number);
        let name = command_name(crossed.kept, marks);
        if crossed.direction == Direction::Client && !name.is_empty() {
            self.commands.entry(id).or_insert_with(|| name.to_vec());
        }
        self.commands.get(&id).map_or(b"", Vec::as_slice)
    }

    fn term(&mut self, term: Term) -> u32 {
        let next = u32::try_from(self.saved.terms.len()).unwrap_or(u32::MAX);
        let terms = &mut self.saved.terms;
        *self.terms.entry(term).or_insert_with_key(|term| {
            terms.push(term.clone());
            next
        })
    }
}

/// How many octets a unit is said to have had: where all of it was kept, a secret counts as its
/// mask, since the difference would tell how long it is.
fn octets(crossed: &Crossed<'_>) -> u64 {
    let whole = match crossed.shape {
        Shape::Line => crossed.kept.ends_with(b"\n"),
        Shape::Literal => crossed.masked == [(0, small(crossed.kept.len()))],
        Shape::Payload => false,
    };
    if whole && !crossed.masked.is_empty() {
        crossed.kept.len() as u64
    } else {
        crossed.octets
    }
}

fn small(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
