//! SMTP's machine, as submission goes through it (RFC 5321 section 3).

use porthole_smtp::wire::Role;
use porthole_wire::Direction;

use super::{Course, Move, State, Within};
use crate::{Unit, command_name, word};

pub(super) const MOVES: &[Move] = &[
    Move::new(State::Connected, State::Greeted, "EHLO"),
    Move::new(State::Greeted, State::SignedIn, "AUTH"),
    Move::new(State::Greeted, State::MailTransaction, "MAIL"),
    Move::new(State::SignedIn, State::MailTransaction, "MAIL"),
];

impl Course {
    pub(super) fn smtp(&mut self, unit: &Unit<'_>) {
        match unit.direction {
            Direction::Client => {
                // What is asked for in the middle of a command is none.
                if !matches!(self.phase.within, Within::SignIn | Within::MailData) {
                    let name = String::from_utf8_lossy(command_name(unit.octets, unit.marks));
                    self.sent.push_back((String::new(), name.to_uppercase()));
                }
            }
            Direction::Server => self.smtp_answered(unit),
        }
    }

    fn smtp_answered(&mut self, unit: &Unit<'_>) {
        let more = |mark: &porthole_wire::Mark<crate::Role>| mark.role == Role::MoreLines.into();
        let Some(code) = word(unit, Role::ReplyCode) else {
            return;
        };
        if unit.marks.iter().any(more) {
            return;
        }
        let greeting = !std::mem::replace(&mut self.greeted, true) && self.sent.is_empty();
        // The server closes the connection (RFC 5321 section 3.8), or does not open it.
        if code == "421" || (greeting && !code.starts_with('2')) {
            return self.enter(State::Closed);
        }
        let command = self.sent.front().map_or("", |(_, name)| name.as_str());
        match (code.as_bytes().first(), command) {
            (Some(b'3'), "AUTH") => self.phase.within = Within::SignIn,
            (Some(b'3'), "DATA") => self.phase.within = Within::MailData,
            (class, _) => {
                let command = self.sent.pop_front();
                self.phase.within = Within::Commands;
                let name = command.map(|(_, name)| name).unwrap_or_default();
                self.smtp_completed(&name, class == Some(&b'2'));
            }
        }
    }

    fn smtp_completed(&mut self, command: &str, ok: bool) {
        let state = match (command, ok) {
            ("EHLO" | "HELO", true) => {
                if self.home == State::Connected {
                    self.home = State::Greeted;
                }
                self.home
            }
            // What was learnt before counts no more (RFC 3207 section 4.2).
            ("STARTTLS", true) => {
                self.home = State::Connected;
                self.home
            }
            ("AUTH", true) => {
                self.home = State::SignedIn;
                self.home
            }
            ("MAIL", true) => State::MailTransaction,
            ("RSET", true) | ("DATA", _) => self.home,
            ("QUIT", true) => State::Closed,
            _ => return,
        };
        self.phase.state = state;
    }
}
