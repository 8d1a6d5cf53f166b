//! What crossed the wire, when, and in answer to what.

use std::{collections::VecDeque, ops::Range};

use serde::{Deserialize, Serialize};

use crate::{CommandId, Instant, Mark};

/// Who sent the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// The mail client.
    Client,
    /// The mail server.
    Server,
}

/// What kind of unit an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Shape {
    /// One line with its ending.
    Line,
    /// The octets of one literal (RFC 9051 section 4.3).
    Literal,
    /// A multi-line payload with stuffing and termination as they crossed (RFC 1939 section 3).
    Payload,
}

/// One unit that crossed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry<Role> {
    /// When its last octet crossed.
    pub at: Instant,
    /// A command: when it could have been sent, but for others and for whoever held it back.
    pub queued: Option<Instant>,
    /// Who sent it.
    pub direction: Direction,
    /// What unit it is.
    pub shape: Shape,
    /// The command that it is, or belongs to.
    pub command: Option<CommandId>,
    /// How many octets crossed, secrets and what is not kept included.
    pub octets: u64,
    /// How many of them the parser did not understand.
    pub unknown: u64,
    /// The first octets, secrets replaced.
    pub kept: Vec<u8>,
    /// Where in `kept` a secret was replaced.
    pub masked: Vec<Range<usize>>,
    /// What the parser took the octets of `kept` for, in order.
    pub marks: Vec<Mark<Role>>,
    /// Which turn of the connection it is part of: 0 for the greeting.
    pub turn: u64,
}

impl<Role> Entry<Role> {
    /// The same entry, its marks in other words.
    pub fn map<To>(self, role: impl Fn(Role) -> To) -> Entry<To> {
        let marks = self.marks.into_iter().map(|mark| mark.map(&role));
        Entry {
            at: self.at,
            queued: self.queued,
            direction: self.direction,
            shape: self.shape,
            command: self.command,
            octets: self.octets,
            unknown: self.unknown,
            kept: self.kept,
            masked: self.masked,
            marks: marks.collect(),
            turn: self.turn,
        }
    }
}

/// A unit that is to be recorded.
#[derive(Debug, Clone, Copy)]
pub struct Unit<'a, Role> {
    /// Who sent it.
    pub direction: Direction,
    /// What unit it is.
    pub shape: Shape,
    /// The command that it is, or belongs to.
    pub command: Option<CommandId>,
    /// A command: since when it has waited.
    pub queued: Option<Instant>,
    /// How many octets crossed.
    pub octets: u64,
    /// The first of them, as many as are at hand.
    pub bytes: &'a [u8],
    /// Where in `bytes` there are secrets: in order, not overlapping.
    pub secrets: &'a [Range<usize>],
    /// What the parser took `bytes` for, in order.
    pub marks: &'a [Mark<Role>],
    /// How many of `octets` it did not understand.
    pub unknown: u64,
}

/// Collects the entries of one connection until the driver takes them.
#[derive(Debug)]
pub struct Transcript<Role> {
    entries: VecDeque<Entry<Role>>,
    keep: usize,
    turns: u64,
    server_spoke: bool,
}

impl<Role: Copy> Transcript<Role> {
    /// A transcript that keeps at most `keep` octets of each entry.
    pub fn with_limit(keep: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            keep,
            turns: 0,
            server_spoke: true,
        }
    }

    /// Records a unit without its secrets.
    ///
    /// Each secret becomes a mark of fixed length, so that its own length is not told. A secret
    /// that lies beyond what is kept is cut off with it.
    pub fn record(&mut self, at: Instant, unit: &Unit<'_, Role>) {
        let bytes = &unit.bytes[..self.kept_of(unit)];
        let mask = Mask::new(unit.secrets);
        let mut kept = Vec::with_capacity(bytes.len());
        let mut masked = Vec::new();
        let mut from = 0;
        for secret in unit.secrets.iter().take_while(|s| s.start < bytes.len()) {
            kept.extend_from_slice(&bytes[from..secret.start]);
            let start = kept.len();
            kept.extend_from_slice(MASK);
            masked.push(start..kept.len());
            from = secret.end.min(bytes.len());
        }
        kept.extend_from_slice(&bytes[from..]);
        let marks = unit.marks.iter().filter_map(|mark| {
            let range = mask.place(mark.range.start)..mask.place(mark.range.end);
            let range = range.start.min(kept.len())..range.end.min(kept.len());
            let role = mark.role;
            (!range.is_empty()).then_some(Mark { range, role })
        });
        let entry = Entry {
            at,
            queued: unit.queued,
            direction: unit.direction,
            shape: unit.shape,
            command: unit.command,
            octets: unit.octets,
            unknown: unit.unknown,
            marks: marks.collect(),
            kept,
            masked,
            turn: 0,
        };
        self.push(entry);
    }

    /// The server has said something, be it a part of a unit.
    pub fn hear(&mut self) {
        self.server_spoke = true;
    }

    /// How many octets of an entry are kept.
    pub fn limit(&self) -> usize {
        self.keep
    }

    /// The oldest entry that was not taken yet.
    pub fn next_entry(&mut self) -> Option<Entry<Role>> {
        self.entries.pop_front()
    }

    /// How often the client spoke after the server had spoken: what a distant server costs.
    /// The greeting counts as the server speaking, so the first command is the first turn.
    pub fn turns(&self) -> u64 {
        self.turns
    }

    /// Octets at hand that are kept: a secret is replaced whole.
    fn kept_of(&self, unit: &Unit<'_, Role>) -> usize {
        let end = unit.bytes.len().min(self.keep);
        let mut secrets = unit.secrets.iter();
        let cut = secrets.find(|secret| secret.start < end && end < secret.end);
        cut.map_or(end, |secret| secret.start)
    }

    fn push(&mut self, mut entry: Entry<Role>) {
        if entry.direction == Direction::Client && self.server_spoke {
            self.server_spoke = false;
            self.turns += 1;
        }
        entry.turn = self.turns;
        self.entries.push_back(entry);
    }
}

/// Where octets stand once the secrets before them are replaced.
struct Mask<'a> {
    secrets: &'a [Range<usize>],
}

impl<'a> Mask<'a> {
    fn new(secrets: &'a [Range<usize>]) -> Self {
        Self { secrets }
    }

    /// Within a secret, its end.
    fn place(&self, at: usize) -> usize {
        let mut place = at;
        for secret in self.secrets.iter().take_while(|s| s.start < at) {
            place = place + MASK.len() - (secret.end.min(at) - secret.start);
        }
        place
    }
}

impl<Role: Copy> Default for Transcript<Role> {
    /// Keeps 8 KiB of an entry: whole for nearly every line, the beginning of a large payload.
    fn default() -> Self {
        Self::with_limit(8 * 1024)
    }
}

/// What stands in a transcript where a secret crossed.
const MASK: &[u8] = b"********";

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn unit(direction: Direction, bytes: &[u8]) -> Unit<'_, char> {
        Unit {
            direction,
            shape: Shape::Line,
            command: None,
            queued: None,
            octets: bytes.len() as u64,
            bytes,
            secrets: &[],
            marks: &[],
            unknown: 0,
        }
    }

    fn mark(range: Range<usize>, role: char) -> Mark<char> {
        Mark { range, role }
    }

    #[test]
    fn secrets_never_enter() {
        let mut transcript = Transcript::default();
        let marks = [mark(0..14, 'a'), mark(14..24, 'p'), mark(24..26, 'e')];
        let line = Unit {
            secrets: std::slice::from_ref(&(14..24)),
            marks: &marks,
            ..unit(Direction::Client, b"a LOGIN alice wonderland\r\n")
        };
        transcript.record(Instant::ZERO, &line);
        let entry = transcript.next_entry().unwrap();
        assert_eq!(entry.kept, b"a LOGIN alice ********\r\n");
        assert_eq!(entry.masked, vec![Range { start: 14, end: 22 }]);
        assert_eq!(entry.octets, 26);
        let marks = [mark(0..14, 'a'), mark(14..22, 'p'), mark(22..24, 'e')];
        assert_eq!(entry.marks, marks);
    }

    #[test]
    fn what_is_not_kept_has_no_mark_and_no_part_of_a_secret() {
        let mut transcript = Transcript::with_limit(8);
        let marks = [mark(0..2, 'a'), mark(2..6, 'b'), mark(6..12, 'c')];
        let mut kept = |secrets: &[Range<usize>]| {
            let line = Unit {
                secrets,
                marks: &marks,
                ..unit(Direction::Client, b"a bcd efghi\n")
            };
            transcript.record(Instant::ZERO, &line);
            let entry = transcript.next_entry().unwrap();
            (entry.kept, entry.marks)
        };
        let cut = vec![mark(0..2, 'a'), mark(2..6, 'b'), mark(6..8, 'c')];
        assert_eq!(kept(&[]), (b"a bcd ef".to_vec(), cut));
        let without = vec![mark(0..2, 'a'), mark(2..6, 'b')];
        let secret = std::slice::from_ref(&(6..11));
        assert_eq!(kept(secret), (b"a bcd ".to_vec(), without));
    }

    #[test]
    fn a_turn_is_the_client_after_the_server() {
        let mut transcript = Transcript::default();
        let speak = |transcript: &mut Transcript<char>| {
            transcript.record(Instant::ZERO, &unit(Direction::Client, b"x\r\n"));
            transcript.turns()
        };
        // Before the first command is the greeting.
        assert_eq!(speak(&mut transcript), 1);
        assert_eq!(speak(&mut transcript), 1);
        // In the middle of a unit, which ends after the client has spoken.
        transcript.hear();
        assert_eq!(speak(&mut transcript), 2);
        transcript.record(Instant::ZERO, &unit(Direction::Server, b"x\r\n"));
        assert_eq!(speak(&mut transcript), 2);
        transcript.hear();
        assert_eq!(speak(&mut transcript), 3);
    }
}
