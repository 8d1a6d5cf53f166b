//! A transcript to take along: as text, JSON, a page and a capture; and JSON back again.
//!
//! [`Saving`] collects what crossed, explained; the [`Saved`] that comes of it is plain data and is
//! written by [`Saved::text`], [`Saved::json`], [`Saved::html`] and [`Saved::pcapng`], and read
//! again by [`Saved::read`]. Secrets were replaced before an entry left its machine. Here their
//! length goes too: an entry with a secret counts the mask in its place.
//!
//! ```
//! use porthole_explain::saved::{Connection, Protocol, Saved, Saving};
//!
//! let connection = Connection {
//!     number: 1,
//!     protocol: Protocol::Imap,
//!     host: "imap.example.com".to_owned(),
//!     beside: false,
//! };
//! let saved = Saving::new("Porthole 0.1.0", 1_795_424_400_000_000, vec![connection]).finish();
//! assert_eq!(Saved::read(&saved.json()?)?, saved);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod capture;
mod check;
mod html;
mod json;
mod octets;
mod saving;
mod text;
mod visible;

use porthole_wire::{Direction, Mark, Shape};
use serde::{Deserialize, Serialize};

use crate::{Explanation, Role, Source, is_unknown};
pub use check::Fault;
pub use html::escape;
pub use json::{ReadError, TooLarge};
pub use saving::{Crossed, Saving};

/// The version of the JSON that is written, and the only one that is read.
pub const VERSION: u32 = 1;

/// A transcript with what it means. All offsets count octets of what is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// What the file is: [`json`] looks at it before anything else.
    format: json::Format,
    /// [`VERSION`].
    version: u32,
    /// What it was saved by.
    pub product: String,
    /// What the time was where the entries' times are 0: microseconds since 1970-01-01 00:00 UTC.
    pub began: u64,
    /// Who was spoken to.
    pub connections: Vec<Connection>,
    /// What tokens can be: each once, however many there are of it.
    pub terms: Vec<Term>,
    /// What crossed, in order.
    pub entries: Vec<Entry>,
}

/// A connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// As the entries name it.
    pub number: u32,
    /// What it speaks.
    pub protocol: Protocol,
    /// The server's name.
    pub host: String,
    /// Whether it works beside the one for what the user does. Its turns make nobody wait.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beside: bool,
}

/// What a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// RFC 9051.
    Imap,
    /// RFC 1939.
    Pop3,
    /// RFC 5321, as RFC 6409 has it.
    Smtp,
}

/// A unit that crossed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// On which connection.
    pub connection: u32,
    /// When its last octet crossed, in microseconds since the beginning.
    pub at: u64,
    /// A command: since when it had waited to be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    pub wish: Option<String>,
    /// How many octets crossed; a secret counts as its mask.
    pub octets: u64,
    /// The first of them, secrets replaced.
    #[serde(with = "octets")]
    pub kept: Vec<u8>,
    /// Where a secret was replaced: start and end, in order.
    pub masked: Vec<(u32, u32)>,
    /// What it is, in one sentence.
    pub summary: String,
    /// Its tokens, in order; together they are all that is kept.
    pub tokens: Vec<Token>,
}

/// A token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// What it is: which of the terms.
    pub term: u32,
    /// What it says once decoded, where that differs from its octets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoded: Option<String>,
}

/// What a token can be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Term {
    /// What the parser took it for; `None` where it left no mark.
    pub role: Option<Role>,
    /// What it is called.
    pub name: String,
    /// What it means where it stands.
    pub meaning: String,
    /// Where that is laid down.
    pub source: Option<Source>,
}

impl Saved {
    /// The connection of that number.
    pub fn connection(&self, number: u32) -> Option<&Connection> {
        self.connections.iter().find(|c| c.number == number)
    }

    /// What an entry means, as [`explain`](crate::explain) put it when it was saved.
    pub fn explanation(&self, entry: &Entry) -> Explanation {
        let told = |token: &Token| {
            let term = self.term(token)?;
            Some(crate::Token {
                start: token.start,
                end: token.end,
                name: term.name.clone().into(),
                meaning: term.meaning.clone().into(),
                decoded: token.decoded.clone(),
                source: term.source.clone(),
                known: term.is_known(),
            })
        };
        Explanation {
            summary: entry.summary.clone(),
            tokens: entry.tokens.iter().filter_map(told).collect(),
        }
    }

    /// What the parser took an entry for.
    pub fn marks(&self, entry: &Entry) -> Vec<Mark<Role>> {
        let mark = |token: &Token| {
            let range = token.start as usize..token.end as usize;
            let role = self.term(token)?.role?;
            Some(Mark { range, role })
        };
        entry.tokens.iter().filter_map(mark).collect()
    }

    fn term(&self, token: &Token) -> Option<&Term> {
        self.terms.get(token.term as usize)
    }

    /// How many secrets were replaced.
    fn secrets(&self) -> usize {
        self.entries.iter().map(|entry| entry.masked.len()).sum()
    }
}

impl Entry {
    /// Octets that crossed and were not kept.
    fn left_out(&self) -> u64 {
        self.octets.saturating_sub(self.kept.len() as u64)
    }

    fn at(&self, start: u32, end: u32) -> &[u8] {
        let range = start as usize..end as usize;
        self.kept.get(range).unwrap_or_default()
    }
}

impl Term {
    /// Whether the parser understood it.
    pub fn is_known(&self) -> bool {
        self.role.is_some_and(|role| !is_unknown(role))
    }
}

impl Protocol {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Imap => "IMAP",
            Self::Pop3 => "POP3",
            Self::Smtp => "SMTP",
        }
    }
}

/// `C` or `S`, as RFCs write it.
fn initial(direction: Direction) -> char {
    match direction {
        Direction::Client => 'C',
        Direction::Server => 'S',
    }
}
