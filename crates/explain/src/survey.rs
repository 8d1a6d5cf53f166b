//! What was said on the wire, each word once: the commands, the responses, the states.
//!
//! Whoever asks how complex a protocol is gets an answer that was counted: words that a client and
//! a server used with each other, as the parser marked them, and the states that they went through.

use std::collections::{HashMap, VecDeque};

use porthole_imap::wire::Role as Imap;
use porthole_pop3::wire::Role as Pop3;
use porthole_wire::Direction;
use serde::{Deserialize, Serialize};

use crate::{Course, Role, State, Unit, answer::response_names, command_name, word};

/// What kind of word it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Sort {
    /// The name of a command.
    Command,
    /// The name of a response or of a response code, a status.
    Response,
    /// A state that a connection went into (RFC 9051 section 3, RFC 1939 section 3).
    State,
}

/// A word that was said, or a state that was entered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Said {
    /// What it is.
    pub sort: Sort,
    /// As the RFC writes it; a response code in brackets.
    pub name: String,
    /// The number of the entry in which it was said first.
    pub entry: u64,
}

/// Where a unit comes from.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The number of its entry.
    pub entry: u64,
    /// On which connection.
    pub connection: u32,
    /// The command that it is or belongs to, as numbered on that connection.
    pub command: Option<u64>,
}

/// Takes in units in the order in which they crossed.
#[derive(Debug, Default)]
pub struct Survey {
    said: Vec<Said>,
    courses: HashMap<u32, Course>,
    /// The commands that were sent under one number: USER and PASS go together.
    commands: HashMap<(u32, u64), VecDeque<String>>,
    messages: Option<(u64, u64)>,
}

impl Survey {
    /// Takes in a unit. What it says of its command does not matter.
    pub fn take(&mut self, place: Place, unit: &Unit<'_>) {
        match unit.direction {
            Direction::Client => self.sent(place, unit),
            Direction::Server => self.answered(place, unit),
        }
        self.follow(place, unit);
    }

    /// What was said, in the order in which it was said first.
    pub fn said(self) -> Vec<Said> {
        self.said
    }

    /// How many messages the server said last that the open mailbox has (EXISTS, STAT), and in
    /// which entry.
    pub fn messages(&self) -> Option<(u64, u64)> {
        self.messages
    }

    fn sent(&mut self, place: Place, unit: &Unit<'_>) {
        let name = command_name(unit.octets, unit.marks);
        if name.is_empty() {
            return;
        }
        let name = String::from_utf8_lossy(name).to_uppercase();
        if let Some(command) = place.command {
            let sent = self.commands.entry((place.connection, command));
            sent.or_default().push_back(name.clone());
        }
        self.note(Sort::Command, name, place.entry);
    }

    fn answered(&mut self, place: Place, unit: &Unit<'_>) {
        let says = |role: Role| unit.marks.iter().any(|mark| mark.role == role);
        for name in response_names(unit.octets, unit.marks) {
            self.note(Sort::Response, name, place.entry);
        }
        for role in [Role::from(Imap::CodeName), Role::from(Pop3::ResponseCode)] {
            if let Some(code) = word(unit, role) {
                self.note(Sort::Response, format!("[{code}]"), place.entry);
            }
        }
        let command = self.command_of(place, says(Pop3::StatusIndicator.into()));
        self.count(place.entry, &command, unit);
    }

    /// Notes the state that the connection is in after this.
    fn follow(&mut self, place: Place, unit: &Unit<'_>) {
        let Some(mark) = unit.marks.first() else {
            return;
        };
        let course = self.courses.entry(place.connection);
        let course = course.or_insert_with(|| Course::new(mark.role.into()));
        let state = course.take(unit).state;
        if state != State::Closed {
            self.note(Sort::State, state.name().to_owned(), place.entry);
        }
    }

    /// The command that this answers. Several over POP3 are answered in their order.
    fn command_of(&mut self, place: Place, completes: bool) -> String {
        let sent = place
            .command
            .and_then(|command| self.commands.get_mut(&(place.connection, command)));
        match sent {
            Some(sent) if completes && sent.len() > 1 => sent.pop_front(),
            Some(sent) => sent.front().cloned(),
            None => None,
        }
        .unwrap_or_default()
    }

    fn count(&mut self, entry: u64, command: &str, unit: &Unit<'_>) {
        let role = match word(unit, Imap::ResponseName).as_deref() {
            Some("EXISTS") => Imap::Count.into(),
            None if command == "STAT" => Role::from(Pop3::MessageCount),
            _ => return,
        };
        let count = word(unit, role).and_then(|count| count.parse().ok());
        self.messages = count.map(|count| (count, entry)).or(self.messages);
    }

    fn note(&mut self, sort: Sort, name: String, entry: u64) {
        if !self.said.iter().any(|s| s.sort == sort && s.name == name) {
            self.said.push(Said { sort, name, entry });
        }
    }
}
