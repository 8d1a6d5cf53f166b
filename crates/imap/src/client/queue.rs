//! What may be sent when.

use porthole_wire::Instant;

use super::{Client, Idle, Issued, State};
use crate::{
    types::command::Command,
    wire::{Mark, Role, encode::Fragment},
};

impl Client {
    /// Sends as much of the queue as the protocol allows.
    pub(super) fn pump(&mut self, now: Instant) {
        for issued in &mut self.queue {
            issued.since = issued.since.or(Some(now));
        }
        while self.may_send(now) {
            let Some(mut issued) = self.queue.pop_front() else {
                return;
            };
            if self.send(now, &mut issued) {
                self.sent(issued);
            } else {
                self.queue.push_front(issued);
                return;
            }
        }
    }

    /// Whether the first of the queue may go, as far as others are concerned.
    fn may_send(&mut self, now: Instant) -> bool {
        let Some(first) = self.queue.front() else {
            return false;
        };
        if matches!(self.state, State::Connecting | State::Logout) || self.upgrading {
            return false;
        }
        if first.waiting {
            return false;
        }
        if first.fragments.is_some() {
            return true;
        }
        if !self.gate.lets_through() {
            return false;
        }
        let pipelines = self.options.habits.pipelining;
        let alone = is_exclusive(&first.command) || first.command == Command::Idle || !pipelines;
        match self.idle {
            Idle::Requested => return false,
            Idle::Active => self.send_done(now),
            Idle::No => {}
        }
        // After DONE the IDLE still lacks its completion; that one need not be waited for.
        let others = || {
            self.in_flight
                .iter()
                .filter(|issued| issued.command != Command::Idle || !pipelines)
        };
        others().all(|issued| !alone && !is_exclusive(&issued.command))
    }

    /// Writes what may go of a command; `false` where the rest waits for a continuation request.
    fn send(&mut self, now: Instant, issued: &mut Issued) -> bool {
        let mut fragments = match issued.fragments.take() {
            Some(begun) => begun,
            None => {
                self.gate.passed();
                self.encode(issued).into()
            }
        };
        while let Some((fragment, marks)) = fragments.pop_front() {
            self.transmit(now, (issued.id, issued.since), &fragment, &marks);
            if fragment.awaits_continuation {
                issued.waiting = true;
                issued.fragments = Some(fragments);
                return false;
            }
        }
        true
    }

    fn sent(&mut self, issued: Issued) {
        if issued.command == Command::Idle {
            self.idle = Idle::Requested;
        }
        self.in_flight.push_back(issued);
        self.oldest_changed();
    }

    /// Ends IDLE on the wire.
    pub(super) fn send_done(&mut self, now: Instant) {
        self.idle = Idle::No;
        let mut newest = self.in_flight.iter().rev();
        let idle = newest.find(|issued| issued.command == Command::Idle);
        if let Some(id) = idle.map(|issued| issued.id) {
            let done = Fragment {
                bytes: b"DONE\r\n".to_vec(),
                ..Fragment::default()
            };
            self.transmit(now, (id, None), &done, &line_of(Role::CommandName, &done));
        }
    }
}

/// The marks of a line that is one token.
pub(super) fn line_of(role: Role, line: &Fragment) -> [Mark; 2] {
    let end = line.bytes.len() - 2;
    let mark = |range, role| Mark { range, role };
    [mark(0..end, role), mark(end..end + 2, Role::LineEnd)]
}

/// The tag of a command: a letter and its number.
pub(super) fn tag(issued: &Issued) -> String {
    format!("A{:03}", issued.id.0)
}

/// Whether nothing may be sent beside this command: what follows it depends on its answer, or the
/// lines that follow belong to it.
fn is_exclusive(command: &Command) -> bool {
    matches!(
        command,
        Command::StartTls
            | Command::Compress
            | Command::Authenticate { .. }
            | Command::Login { .. }
            | Command::Logout
    )
}
