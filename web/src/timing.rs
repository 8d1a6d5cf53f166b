//! Commands and their answers as they overlap in time: what the sequence and the timing are drawn
//! from.

use std::collections::HashMap;

use porthole_interface::change::{ExchangeId, WireEntry};
use porthole_wire::{Direction, Shape};

/// A command and its answers, as far as they crossed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Which.
    pub id: ExchangeId,
    /// The place of its first entry, and of its last.
    pub places: (usize, usize),
    /// When it could have been sent, in microseconds.
    pub queued: u64,
    /// When it was sent.
    pub sent: u64,
    /// When the first entry of its answer was there.
    pub first: Option<u64>,
    /// When the last one was that is not its completion.
    pub data: Option<u64>,
    /// When the last one was: what completes it, once all of it is there.
    pub last: Option<u64>,
    /// Octets of the command.
    pub up: u64,
    /// Octets of the answer.
    pub down: u64,
    /// Beside how many others that lasted it began: the lowest that was free.
    pub lane: usize,
}

impl Span {
    /// When it ended, as far as is known.
    pub fn end(&self) -> u64 {
        self.last.unwrap_or(self.sent)
    }
}

/// The commands among these entries, in the order in which they were sent.
pub fn spans<'a>(entries: impl Iterator<Item = &'a WireEntry>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut known: HashMap<ExchangeId, usize> = HashMap::new();
    for (place, entry) in entries.enumerate() {
        let Some(id) = entry.exchange() else {
            continue;
        };
        let at = match (known.get(&id), entry.direction) {
            (Some(&at), _) => at,
            // Its command is no longer here.
            (None, Direction::Server) => continue,
            (None, Direction::Client) => {
                known.insert(id, spans.len());
                spans.push(Span {
                    id,
                    places: (place, place),
                    queued: entry.queued.unwrap_or(entry.at),
                    sent: entry.at,
                    first: None,
                    data: None,
                    last: None,
                    up: 0,
                    down: 0,
                    lane: 0,
                });
                spans.len() - 1
            }
        };
        let span = &mut spans[at];
        span.places.1 = place;
        match entry.direction {
            Direction::Client => span.up += entry.octets,
            Direction::Server => {
                span.first = span.first.or(Some(entry.at));
                span.data = span.last;
                span.last = Some(entry.at);
                span.down += entry.octets;
            }
        }
    }
    spread(&mut spans);
    spans
}

/// Puts spans that overlap beside each other.
fn spread(spans: &mut [Span]) {
    let mut ends: Vec<usize> = Vec::new();
    for span in spans {
        let free = ends.iter().position(|&end| end < span.places.0);
        let lane = free.unwrap_or(ends.len());
        if lane == ends.len() {
            ends.push(0);
        }
        ends[lane] = span.places.1;
        span.lane = lane;
    }
}

/// What an entry says, in one short line.
pub fn label(entry: &WireEntry) -> String {
    let text = String::from_utf8_lossy(&entry.kept[..entry.kept.len().min(120)]);
    match entry.shape {
        Shape::Line => text.trim_end().to_owned(),
        Shape::Literal => format!("literal of {} octets", entry.octets),
        Shape::Payload => format!("payload of {} octets", entry.octets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use porthole_interface::{
        account::Protocol,
        change::{Phase, State},
    };

    fn entry(direction: Direction, command: Option<u64>, at: u64) -> WireEntry {
        WireEntry {
            number: at,
            connection: 1,
            protocol: Protocol::Imap,
            at,
            queued: None,
            direction,
            shape: Shape::Line,
            turn: 0,
            command,
            wish: None,
            octets: 10,
            kept: b"A1 NOOP\r\n".to_vec(),
            masked: Vec::new(),
            phase: Phase::of(State::Selected),
        }
    }

    #[test]
    fn a_command_may_have_waited() {
        use Direction::Client;
        let waited = WireEntry {
            queued: Some(4),
            ..entry(Client, Some(1), 9)
        };
        let spans = spans([waited, entry(Client, Some(2), 10)].iter());
        let told: Vec<_> = spans.iter().map(|span| (span.queued, span.sent)).collect();
        assert_eq!(told, [(4, 9), (10, 10)]);
    }

    #[test]
    fn pipelined_commands_lie_beside_each_other() {
        use Direction::{Client, Server};
        let entries = [
            entry(Server, None, 1),
            entry(Client, Some(1), 2),
            entry(Client, Some(2), 3),
            entry(Server, Some(1), 10),
            entry(Server, Some(2), 11),
            entry(Server, Some(2), 12),
            entry(Client, Some(3), 13),
            entry(Server, Some(9), 14),
        ];
        let spans = spans(entries.iter());
        let told: Vec<_> = spans
            .iter()
            .map(|span| {
                (
                    span.id.command,
                    span.places,
                    span.lane,
                    span.first,
                    span.end(),
                    span.down,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (1, (1, 3), 0, Some(10), 10, 10),
                (2, (2, 5), 1, Some(11), 12, 20),
                (3, (6, 6), 0, None, 13, 0),
            ]
        );
    }
}
