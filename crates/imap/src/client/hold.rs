//! Commands that are held back, and lines that somebody types.
//!
//! A literal and a step of a SASL exchange belong to the command that has begun; neither they nor
//! DONE, which makes room for the next command, are held.

use std::ops::Range;

use porthole_wire::{CommandId, DROPPED, Entry, Gate, Hold, Instant, Transcript};

use super::{Client, Event, Issued, Refused, State, queue::tag};
use crate::{
    types::{
        command::Command,
        response::{Status, StatusText},
    },
    wire::{
        Encoder, Frame, Mark, Peer, Role,
        encode::{Fragment, mark_fragments},
        parse_command,
    },
};

impl Hold for Client {
    type Role = Role;

    fn gate(&mut self) -> &mut Gate {
        &mut self.gate
    }

    fn held(&self) -> Option<(CommandId, Vec<Entry<Role>>)> {
        let first = self.waits().then(|| self.queue.front())??;
        let mut scratch = Transcript::default();
        for (fragment, marks) in self.encode(first) {
            scratch.record(Instant::ZERO, &super::unit(first.id, &fragment, &marks));
        }
        let entries = std::iter::from_fn(|| scratch.next_entry());
        Some((first.id, entries.collect()))
    }

    fn replace_held(&mut self, line: &[u8]) {
        if self.waits()
            && let Some(first) = self.queue.front_mut()
        {
            let id = first.id;
            *first = typed(id, line);
        }
    }

    fn drop_held(&mut self) {
        if self.waits()
            && let Some(first) = self.queue.pop_front()
        {
            let text = StatusText {
                code: None,
                text: DROPPED.to_owned(),
            };
            let status = Status::No;
            let result = Err(Refused { status, text });
            let command = first.id;
            self.events.push_back(Event::Completed { command, result });
        }
    }

    fn issue_line(&mut self, line: &[u8]) -> CommandId {
        let id = self.next;
        self.next = id.next();
        // Behind what has begun, and what was typed before it.
        let first = |issued: &&Issued| issued.fragments.is_some() || issued.typed.is_some();
        let at = self.queue.iter().take_while(first).count();
        match self.gate {
            Gate::Open => self.queue.push_back(typed(id, line)),
            Gate::Held { .. } => self.queue.insert(at, typed(id, line)),
        }
        self.gate.step();
        id
    }

    fn awaits(&self, id: CommandId) -> bool {
        let mut all = self.queue.iter().chain(&self.in_flight);
        all.any(|issued| issued.id == id)
    }

    fn send_verbatim(&mut self, now: Instant, octets: &[u8]) {
        for line in octets.split_inclusive(|&octet| octet == b'\n') {
            self.send_line(now, line);
        }
    }
}

impl Client {
    /// Sends octets up to the end of a line, or some of a line.
    fn send_line(&mut self, now: Instant, octets: &[u8]) {
        if matches!(self.state, State::Connecting | State::Logout) {
            return;
        }
        let id = self.in_flight.front().map_or(self.next, |issued| issued.id);
        let signs_in = |issued: &Issued| {
            let word = |line: &Vec<u8>| signs_in(line.split(|&octet| octet == b' ').next());
            let typed = issued.typed.as_ref().is_some_and(word);
            typed || matches!(issued.command, Command::Authenticate { .. })
        };
        let exchange = self.verbatim.is_some() || self.in_flight.iter().any(signs_in);
        let end = text_end(octets);
        let marks = if exchange {
            let mark = |range: Range<usize>, role| Mark { range, role };
            vec![
                mark(0..end, Role::SaslData),
                mark(end..octets.len(), Role::LineEnd),
            ]
        } else {
            let marks = line_marks(octets, self.utf8);
            if self::signs_in(name_of(octets, &marks)) {
                let parsed = parse_command(&frame(octets), self.utf8);
                let command = parsed.map_or(Command::Noop, |(_, command)| command);
                let whole = matches!(command, Command::Login { .. });
                self.verbatim = (!whole).then_some(command);
            }
            marks
        };
        let fragment = Fragment {
            bytes: octets.to_vec(),
            secrets: match exchange {
                true => std::iter::once(0..end).collect(),
                false => secrets(octets, &marks),
            },
            ..Fragment::default()
        };
        self.transmit(now, (id, None), &fragment, &marks);
    }

    /// Whether the next command is held back.
    fn waits(&self) -> bool {
        let begun = |first: &Issued| first.fragments.is_some() || self.state == State::Connecting;
        let next = self.queue.front();
        !self.gate.lets_through() && next.is_some_and(|first| !begun(first))
    }

    /// What a command is on the wire.
    pub(super) fn encode(&self, issued: &Issued) -> Vec<(Fragment, Vec<Mark>)> {
        let fragments = match &issued.typed {
            Some(line) => {
                let bytes = [tag(issued).as_bytes(), b" ", line, b"\r\n"].concat();
                let marks = line_marks(&bytes, self.utf8);
                let fragment = Fragment {
                    secrets: secrets(&bytes, &marks),
                    bytes,
                    ..Fragment::default()
                };
                return vec![(fragment, marks)];
            }
            None => {
                let literal = self.capabilities.non_synchronizing_literal();
                let literal = literal.filter(|_| self.options.habits.non_synchronizing_literals);
                let mut encoder = Encoder::for_client(literal, self.utf8);
                encoder.command(&tag(issued), &issued.command);
                encoder.finish()
            }
        };
        let marks = mark_fragments(&fragments, self.utf8);
        fragments.into_iter().zip(marks).collect()
    }
}

/// A command from a typed line. What cannot be understood does, as far as the client can know,
/// what NOOP does.
fn typed(id: CommandId, line: &[u8]) -> Issued {
    let mut line = line.to_vec();
    // One line is one command: an ending within would begin another that nobody waits for.
    line.retain(|octet| !matches!(octet, b'\r' | b'\n'));
    let whole = frame(&[b"A " as &[u8], &line, b"\r\n"].concat());
    let command = parse_command(&whole, false);
    Issued {
        id,
        command: command.map_or(Command::Noop, |(_, command)| command),
        typed: Some(line),
        fragments: None,
        waiting: false,
        since: None,
    }
}

/// Where a typed line has secrets. One that is to sign in and was not understood may have them
/// wherever that is.
fn secrets(line: &[u8], marks: &[Mark]) -> Vec<Range<usize>> {
    let signs_in = signs_in(name_of(line, marks));
    let secret = |mark: &&Mark| match mark.role {
        Role::Password | Role::SaslData => true,
        Role::Unknown => signs_in,
        _ => false,
    };
    let end = text_end(line);
    let secrets = marks.iter().filter(secret);
    let secrets = secrets.map(|mark| mark.range.start..mark.range.end.min(end));
    secrets.filter(|range| !range.is_empty()).collect()
}

/// The name of the command on a line.
fn name_of<'a>(line: &'a [u8], marks: &[Mark]) -> Option<&'a [u8]> {
    let name = marks.iter().find(|mark| mark.role == Role::CommandName)?;
    line.get(name.range.clone())
}

/// Whether this is the name of a command that a secret may follow.
fn signs_in(name: Option<&[u8]>) -> bool {
    let names: [&[u8]; 2] = [b"LOGIN", b"AUTHENTICATE"];
    name.is_some_and(|name| names.iter().any(|of| name.eq_ignore_ascii_case(of)))
}

/// Where a line ends but for CR LF.
fn text_end(line: &[u8]) -> usize {
    line.strip_suffix(b"\r\n").map_or(line.len(), <[u8]>::len)
}

fn line_marks(line: &[u8], utf8: bool) -> Vec<Mark> {
    crate::wire::marks(&frame(line), Peer::Client, utf8).text
}

/// A line alone: what it announces as a literal is typed after it.
fn frame(line: &[u8]) -> Frame {
    Frame {
        text: line.to_vec(),
        literals: Vec::new(),
    }
}
