//! Commands that are held back, and lines that somebody types.
//!
//! Each of the two lines of USER and PASS is held by itself; steps of a SASL exchange belong to the
//! AUTH before them and are not held.

use std::ops::Range;

use porthole_wire::{CommandId, DROPPED, Entry, Gate, Hold, Instant, Transcript};

use super::{Client, Error, Refused, State, queue::Waiting, state::Reading};
use crate::{
    types::{Command, Verb},
    wire::{Encoded, Mark, Notes, Role, encode_command, parse_command, parse_sasl_response},
};

impl Hold for Client {
    type Role = Role;

    fn gate(&mut self) -> &mut Gate {
        &mut self.gate
    }

    fn held(&self) -> Option<(CommandId, Vec<Entry<Role>>)> {
        let next = self.waits().then(|| self.queue.waiting.front())??;
        let (encoded, notes) = line_of(next);
        let mut scratch = Transcript::with_limit(self.options.transcript_keep);
        scratch.record(Instant::ZERO, &super::unit(next.id, &encoded, &notes));
        let entries = std::iter::from_fn(|| scratch.next_entry());
        Some((next.id, entries.collect()))
    }

    fn replace_held(&mut self, line: &[u8]) {
        if self.waits()
            && let Some(next) = self.queue.waiting.front_mut()
        {
            *next = typed(next.id, line);
        }
    }

    fn drop_held(&mut self) {
        if self.waits()
            && let Some(next) = self.queue.waiting.pop_front()
        {
            // Of a sign-in in two lines, neither goes.
            while self.queue.withdraw(next.id) {}
            let refused = Refused {
                code: None,
                text: DROPPED.to_owned(),
            };
            // Where the first line went, its answer is what completes the command.
            if !self.queue.sent.iter().any(|sent| sent.id == next.id) {
                self.complete(next.id, Err(Error::Refused(refused)));
            }
        }
    }

    fn issue_line(&mut self, line: &[u8]) -> CommandId {
        let id = self.queue.next_id();
        let before = match self.gate {
            Gate::Open => self.queue.waiting.len(),
            // Behind what was typed before it.
            Gate::Held { .. } => {
                let typed = self.queue.waiting.iter();
                typed.take_while(|waiting| waiting.typed.is_some()).count()
            }
        };
        self.queue.waiting.insert(before, typed(id, line));
        self.gate.step();
        id
    }

    fn awaits(&self, id: CommandId) -> bool {
        let reading = matches!(&self.reading, Reading::Payload(reader) if reader.id == id);
        reading || self.queue.goes_on(id)
    }

    fn send_verbatim(&mut self, now: Instant, octets: &[u8]) {
        self.now = now;
        for line in octets.split_inclusive(|&octet| octet == b'\n') {
            self.send_line(line);
        }
    }
}

impl Client {
    /// Sends octets up to the end of a line, or some of a line.
    fn send_line(&mut self, octets: &[u8]) {
        if matches!(self.state(), State::Greeting | State::Closed) {
            return;
        }
        let sent = self.queue.sent.front();
        let id = sent.map(|sent| sent.id);
        let exchange = sent.is_some_and(|sent| sent.verb == Verb::Auth) || self.verbatim.is_some();
        let mut notes = Notes::with_marks();
        let secret = if exchange {
            let step = parse_sasl_response(octets, &mut notes);
            step.map(|step| 0..step.len())
        } else {
            let command = parse_command(octets, &mut notes).ok();
            self.verbatim = command.filter(|command| command.mechanism().is_some());
            secret_of(octets, &notes)
        };
        let encoded = Encoded {
            line: octets.to_vec(),
            secret,
        };
        self.send(id.unwrap_or_default(), &encoded, &notes);
    }

    /// Whether the next line is held back.
    fn waits(&self) -> bool {
        let over = matches!(self.state(), State::Greeting | State::Closed);
        !over && !self.gate.lets_through() && !self.queue.waiting.is_empty()
    }
}

/// What a line is on the wire.
pub(super) fn line_of(waiting: &Waiting) -> (Encoded, Notes) {
    let mut notes = Notes::with_marks();
    let encoded = match &waiting.typed {
        None => {
            let encoded = encode_command(&waiting.command);
            // For its marks: what is written can be read.
            let _ = parse_command(&encoded.line, &mut notes);
            encoded
        }
        Some(typed) => {
            let line = [typed.as_slice(), b"\r\n"].concat();
            let _ = parse_command(&line, &mut notes);
            let secret = secret_of(&line, &notes);
            Encoded { line, secret }
        }
    };
    (encoded, notes)
}

/// Where a typed line has a secret: that is the last argument, and what was not understood behind
/// it may belong to it.
fn secret_of(line: &[u8], notes: &Notes) -> Option<Range<usize>> {
    let marks = notes.marks();
    let is_keyword = |mark: &&Mark| mark.role == Role::Keyword;
    let keyword = marks
        .iter()
        .find(is_keyword)
        .map_or(0..0, |mark| mark.range.clone());
    let names: [&[u8]; 3] = [b"PASS", b"APOP", b"AUTH"];
    let signs_in = names
        .iter()
        .any(|name| line[keyword.clone()].eq_ignore_ascii_case(name));
    let secret = |role| match role {
        Role::Password | Role::Digest | Role::SaslData => true,
        Role::Unknown => signs_in,
        _ => false,
    };
    let start = marks.iter().find(|mark| secret(mark.role))?.range.start;
    let end = line.strip_suffix(b"\r\n").map_or(line.len(), <[u8]>::len);
    (start < end).then_some(start..end)
}

fn typed(id: CommandId, line: &[u8]) -> Waiting {
    let mut line = line.to_vec();
    // One line is one command: an ending within would begin another that nobody waits for.
    line.retain(|octet| !matches!(octet, b'\r' | b'\n'));
    let whole = [line.as_slice(), b"\r\n"].concat();
    let command = parse_command(&whole, &mut Notes::default());
    Waiting {
        id,
        command: command.unwrap_or(Command::Noop),
        typed: Some(line),
        mechanism: None,
        since: None,
    }
}
