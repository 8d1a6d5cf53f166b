//! IMAP's machine (RFC 9051 section 3).

use porthole_imap::wire::Role;
use porthole_wire::Direction;

use super::{Course, Move, State, Within};
use crate::{Unit, command_name, word};

pub(super) const MOVES: &[Move] = &[
    Move::new(State::NotAuthenticated, State::Authenticated, "LOGIN"),
    Move::new(State::Authenticated, State::Selected, "SELECT"),
    Move::new(State::Selected, State::Authenticated, "CLOSE"),
    Move::new(State::NotAuthenticated, State::Logout, "LOGOUT"),
    Move::new(State::Authenticated, State::Logout, "LOGOUT"),
    Move::new(State::Selected, State::Logout, "LOGOUT"),
];

impl Course {
    pub(super) fn imap(&mut self, unit: &Unit<'_>) {
        match unit.direction {
            Direction::Client => self.imap_sent(unit),
            Direction::Server => self.imap_answered(unit),
        }
    }

    fn imap_sent(&mut self, unit: &Unit<'_>) {
        let tag = word(unit, Role::Tag);
        match (self.phase.within, tag) {
            // DONE has no tag; what follows it in the same write has.
            (Within::Idle, None) => self.phase.within = Within::Commands,
            (_, Some(tag)) => {
                let name = String::from_utf8_lossy(command_name(unit.octets, unit.marks));
                self.sent.push_back((tag, name.to_uppercase()));
            }
            (_, None) => {}
        }
    }

    fn imap_answered(&mut self, unit: &Unit<'_>) {
        let greeting = !std::mem::replace(&mut self.greeted, true);
        let says = |role: Role| unit.marks.iter().any(|mark| mark.role == role.into());
        if says(Role::ContinuationMark) {
            self.phase.within = match self.sent.back().map(|(_, name)| name.as_str()) {
                Some("IDLE") => Within::Idle,
                Some("AUTHENTICATE") => Within::SignIn,
                // The octets of a literal follow, which the command goes on with.
                _ => self.phase.within,
            };
            return;
        }
        let Some(status) = word(unit, Role::Status) else {
            return;
        };
        match (status.as_str(), word(unit, Role::Tag)) {
            ("BYE", _) => self.enter(State::Logout),
            ("PREAUTH", None) if greeting => self.enter(State::Authenticated),
            // The mailbox that was open is not (RFC 7162 section 3.2.11).
            ("OK", None)
                if word(unit, Role::CodeName).as_deref() == Some("CLOSED")
                    && self.phase.state == State::Selected =>
            {
                self.phase.state = State::Authenticated;
            }
            (status, Some(tag)) => self.imap_completed(status, &tag),
            _ => {}
        }
    }

    fn imap_completed(&mut self, status: &str, tag: &str) {
        let Some(at) = self.sent.iter().position(|(sent, _)| sent == tag) else {
            return;
        };
        let Some((_, command)) = self.sent.remove(at) else {
            return;
        };
        if matches!(command.as_str(), "IDLE" | "AUTHENTICATE") {
            self.phase.within = Within::Commands;
        }
        if self.phase.state == State::Logout {
            return;
        }
        match (status, command.as_str()) {
            ("OK", "LOGIN" | "AUTHENTICATE" | "CLOSE" | "UNSELECT") => {
                self.phase.state = State::Authenticated;
            }
            ("OK", "SELECT" | "EXAMINE") => self.phase.state = State::Selected,
            // Whichever was open is closed before the attempt (RFC 3501 section 6.3.1).
            ("NO", "SELECT" | "EXAMINE") if self.phase.state == State::Selected => {
                self.phase.state = State::Authenticated;
            }
            // RFC 8437 section 3.
            ("OK", "UNAUTHENTICATE") => self.phase.state = State::NotAuthenticated,
            ("OK", "LOGOUT") => self.phase.state = State::Logout,
            ("OK", command) => self.infer(command),
            _ => {}
        }
    }
}
