//! What crossed the wire, when, and in answer to what.

use std::{collections::VecDeque, ops::Range};

use serde::{Deserialize, Serialize};

use crate::{CommandId, Instant};

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
pub struct Entry {
    /// When its last octet crossed.
    pub at: Instant,
    /// Who sent it.
    pub direction: Direction,
    /// What unit it is.
    pub shape: Shape,
    /// The command that it is, or belongs to.
    pub command: Option<CommandId>,
    /// How many octets crossed, secrets and what is not kept included.
    pub octets: u64,
    /// The first octets, secrets replaced.
    pub kept: Vec<u8>,
    /// Where in `kept` a secret was replaced.
    pub masked: Vec<Range<usize>>,
    /// Which turn of the connection it is part of: 0 for the greeting.
    pub turn: u64,
}

/// Collects the entries of one connection until the driver takes them.
#[derive(Debug)]
pub struct Transcript {
    entries: VecDeque<Entry>,
    keep: usize,
    turns: u64,
    server_spoke: bool,
}

impl Transcript {
    /// A transcript that keeps at most `keep` octets of each entry.
    pub fn with_limit(keep: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            keep,
            turns: 0,
            server_spoke: true,
        }
    }

    /// Records a unit in which `secrets` must not be seen.
    ///
    /// Each secret becomes a mark of fixed length, so that its own length is not told. A secret
    /// that lies beyond what is kept is cut off with it.
    pub fn record(
        &mut self,
        at: Instant,
        direction: Direction,
        shape: Shape,
        command: Option<CommandId>,
        bytes: &[u8],
        secrets: &[Range<usize>],
    ) {
        let mut kept = Vec::with_capacity(bytes.len().min(self.keep));
        let mut masked = Vec::new();
        let mut from = 0;
        for secret in secrets {
            kept.extend_from_slice(&bytes[from.min(secret.start)..secret.start]);
            let mark = kept.len();
            kept.extend_from_slice(MASK);
            masked.push(mark..kept.len());
            from = secret.end;
        }
        kept.extend_from_slice(&bytes[from..]);
        kept.truncate(self.keep);
        masked.retain(|range| range.end <= kept.len());
        self.push(Entry {
            at,
            direction,
            shape,
            command,
            octets: bytes.len() as u64,
            kept,
            masked,
            turn: 0,
        });
    }

    /// Records a unit of which only the beginning is at hand.
    pub fn record_large(
        &mut self,
        at: Instant,
        direction: Direction,
        shape: Shape,
        command: Option<CommandId>,
        octets: u64,
        beginning: &[u8],
    ) {
        let kept = beginning[..beginning.len().min(self.keep)].to_vec();
        self.push(Entry {
            at,
            direction,
            shape,
            command,
            octets,
            kept,
            masked: Vec::new(),
            turn: 0,
        });
    }

    /// How many octets of an entry are kept.
    pub fn limit(&self) -> usize {
        self.keep
    }

    /// The oldest entry that was not taken yet.
    pub fn next_entry(&mut self) -> Option<Entry> {
        self.entries.pop_front()
    }

    /// How often the client spoke after the server had spoken: what a distant server costs.
    /// The greeting counts as the server speaking, so the first command is the first turn.
    pub fn turns(&self) -> u64 {
        self.turns
    }

    fn push(&mut self, mut entry: Entry) {
        match entry.direction {
            Direction::Server => self.server_spoke = true,
            Direction::Client if self.server_spoke => {
                self.server_spoke = false;
                self.turns += 1;
            }
            Direction::Client => {}
        }
        entry.turn = self.turns;
        self.entries.push_back(entry);
    }
}

impl Default for Transcript {
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

    #[test]
    fn secrets_never_enter() {
        let mut transcript = Transcript::default();
        let line = b"a LOGIN alice wonderland\r\n";
        transcript.record(
            Instant::ZERO,
            Direction::Client,
            Shape::Line,
            None,
            line,
            std::slice::from_ref(&(14..24)),
        );
        let entry = transcript.next_entry().unwrap();
        assert_eq!(entry.kept, b"a LOGIN alice ********\r\n");
        assert_eq!(entry.masked, vec![Range { start: 14, end: 22 }]);
        assert_eq!(entry.octets, 26);
    }

    #[test]
    fn a_turn_is_the_client_after_the_server() {
        let mut transcript = Transcript::default();
        let mut cross = |direction| {
            transcript.record(Instant::ZERO, direction, Shape::Line, None, b"x\r\n", &[]);
            transcript.turns()
        };
        assert_eq!(cross(Direction::Server), 0);
        assert_eq!(cross(Direction::Client), 1);
        assert_eq!(cross(Direction::Client), 1);
        assert_eq!(cross(Direction::Server), 1);
        assert_eq!(cross(Direction::Client), 2);
    }
}
