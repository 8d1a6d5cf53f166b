//! A figure: what was measured, and the entries that it was counted from.

use serde::{Deserialize, Serialize};

use super::{distance::Distance, task::Device};

/// What a figure says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// How often the client spoke after the server had spoken, on all connections. A batch of
    /// commands is one turn.
    Turns,
    /// Questions that were answered: what a client would wait for that never asks ahead.
    RoundTrips,
    /// Turns that follow one another, and connections made meanwhile; see [`Cost`](super::Cost).
    Waits,
    /// Octets from the client.
    Up,
    /// Octets from the server.
    Down,
    /// Octets both ways for what was fetched ahead: they are among those up and down.
    Ahead,
    /// How long it took.
    Time,
    /// How long it would take so far away; computed.
    TimeAt(Distance),
    /// Connections made in the whole run.
    Connections,
    /// Octets of mail on the first device when the task was done.
    Kept,
    /// Messages on the server, as it told the device that asked last.
    Left,
    /// Whether the other device shows what was done.
    OtherSees,
    /// Whether new mail was shown before anybody asked for it.
    Unprompted,
    /// Messages that the search found.
    Found,
    /// Messages that could be read without a connection.
    Readable,
    /// Turns in the whole run.
    AllTurns,
    /// Octets from the client in the whole run.
    AllUp,
    /// Octets from the server in the whole run.
    AllDown,
    /// Different commands in the whole run.
    Commands,
    /// Different responses and response codes in the whole run.
    Responses,
    /// Different states that the connections went through in the whole run.
    States,
}

impl Kind {
    /// What it is called.
    pub fn label(self) -> String {
        let label = match self {
            Self::Turns => "Turns",
            Self::RoundTrips => "Round trips",
            Self::Waits => "Waits",
            Self::Up => "Bytes up",
            Self::Down => "Bytes down",
            Self::Ahead => "Of these, fetched ahead",
            Self::Time => "Time",
            Self::TimeAt(distance) => return format!("Time {}", distance.label()),
            Self::Connections => "Connections",
            Self::Kept => "Bytes kept on the device",
            Self::Left => "Messages left on the server",
            Self::OtherSees => "The other device sees it",
            Self::Unprompted => "Shown without asking",
            Self::Found => "Messages found",
            Self::Readable => "Messages readable offline",
            Self::AllTurns => "Turns, whole run",
            Self::AllUp => "Bytes up, whole run",
            Self::AllDown => "Bytes down, whole run",
            Self::Commands => "Commands used",
            Self::Responses => "Responses seen",
            Self::States => "States gone through",
        };
        label.to_owned()
    }
}

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Value {
    /// A number of things.
    Count(u64),
    /// A number of things out of so many.
    OutOf(u64, u64),
    /// Octets.
    Octets(u64),
    /// Microseconds.
    Micros(u64),
    /// Whether it is so.
    Is(bool),
}

impl Value {
    /// For comparing with another of the same kind: what is more.
    pub fn number(self) -> u64 {
        match self {
            Self::Count(n) | Self::OutOf(n, _) | Self::Octets(n) | Self::Micros(n) => n,
            Self::Is(so) => u64::from(so),
        }
    }

    /// What the number counts.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Octets(_) => "bytes",
            Self::Micros(_) => "seconds",
            Self::Count(_) | Self::OutOf(..) | Self::Is(_) => "",
        }
    }
}

/// As people read it, without the unit of octets: `12,345`, `0.40 s`, `3 of 10`, `yes`.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Count(n) | Self::Octets(n) => f.write_str(&grouped(n)),
            Self::OutOf(n, all) => write!(f, "{n} of {all}"),
            Self::Micros(n) => write!(f, "{}.{:03} s", n / 1_000_000, n % 1_000_000 / 1000),
            Self::Is(so) => f.write_str(if so { "yes" } else { "no" }),
        }
    }
}

/// Names an entry of a run's transcripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryId {
    /// On which device.
    pub device: Device,
    /// Its number there.
    pub number: u64,
}

/// What was measured in a run, and from what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// What it says.
    pub kind: Kind,
    /// The value.
    pub value: Value,
    /// The entries that it was counted from, in order; none where nothing crossed.
    pub entries: Vec<EntryId>,
}

fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_as_people_write_them() {
        for (value, text) in [
            (Value::Count(0), "0"),
            (Value::Octets(999), "999"),
            (Value::Octets(1000), "1,000"),
            (Value::Octets(12_345_678), "12,345,678"),
            (Value::Micros(1_402_999), "1.402 s"),
            (Value::OutOf(2, 10), "2 of 10"),
            (Value::Is(true), "yes"),
        ] {
            assert_eq!(value.to_string(), text);
        }
    }
}
