//! POP3's machine (RFC 1939 section 3).

use porthole_pop3::wire::Role;
use porthole_wire::Direction;

use super::{Course, Move, State, Within};
use crate::{Unit, command_name, word};

pub(super) const MOVES: &[Move] = &[
    Move::new(State::Authorization, State::Transaction, "PASS"),
    Move::new(State::Transaction, State::Update, "QUIT"),
    Move::new(State::Authorization, State::Closed, "QUIT"),
];

impl Course {
    pub(super) fn pop3(&mut self, unit: &Unit<'_>) {
        match unit.direction {
            Direction::Client => self.pop3_sent(unit),
            Direction::Server => self.pop3_answered(unit),
        }
    }

    fn pop3_sent(&mut self, unit: &Unit<'_>) {
        // A step of a sign-in is no command.
        if self.phase.within == Within::SignIn {
            return;
        }
        let name = String::from_utf8_lossy(command_name(unit.octets, unit.marks)).to_uppercase();
        // The state begins with the command, not with its answer (RFC 1939 section 6), unless
        // others come first.
        if name == "QUIT" && self.sent.is_empty() && self.phase.state == State::Transaction {
            self.enter(State::Update);
        }
        self.sent.push_back((String::new(), name));
    }

    fn pop3_answered(&mut self, unit: &Unit<'_>) {
        let says = |role: Role| unit.marks.iter().any(|mark| mark.role == role.into());
        if says(Role::ContinuationMark) {
            self.phase.within = Within::SignIn;
            return;
        }
        let Some(indicator) = word(unit, Role::StatusIndicator) else {
            return;
        };
        let ok = indicator == "+OK";
        if !std::mem::replace(&mut self.greeted, true) && self.sent.is_empty() {
            if !ok {
                self.enter(State::Closed);
            }
            return;
        }
        // Answers come in the order of the commands (RFC 2449 section 6.6).
        let Some((_, command)) = self.sent.pop_front() else {
            return;
        };
        let before = self.phase;
        self.phase.within = Within::Commands;
        match (command.as_str(), before.state) {
            ("USER", State::Authorization) if ok => self.phase.within = Within::Password,
            ("PASS" | "APOP" | "AUTH", State::Authorization) if ok => {
                self.enter(State::Transaction);
            }
            ("QUIT", State::Authorization) => self.enter(State::Closed),
            ("QUIT", State::Transaction) => self.enter(State::Update),
            (command, State::Authorization) if ok => self.infer(command),
            _ => {}
        }
    }
}
