//! Commands as methods, and when they go out.

use porthole_wire::{CommandId, Instant, Unit};

use super::{
    Client, Error, Misuse,
    hold::line_of,
    queue::Sent,
    state::{Deadline, Phase, Reading, State},
    unit,
};
use crate::{
    types::{Capability, Command, MessageNumber, Verb},
    wire::{Encoded, Notes},
};

impl Client {
    /// CAPA: what can the server do? Ask before signing in, and again after.
    pub fn capa(&mut self) -> CommandId {
        self.queue.push(Command::Capa)
    }

    /// STLS: upgrade to TLS. What was learned before is forgotten (RFC 2595 section 4).
    pub fn stls(&mut self) -> CommandId {
        self.queue.push(Command::Stls)
    }

    /// UTF8: user names, passwords and messages may be in UTF-8 (RFC 6856 section 2).
    pub fn utf8(&mut self) -> CommandId {
        self.queue.push(Command::Utf8)
    }

    /// STAT: how much is there?
    pub fn stat(&mut self) -> CommandId {
        self.queue.push(Command::Stat)
    }

    /// LIST: how large is each message, or this one?
    pub fn list(&mut self, number: Option<MessageNumber>) -> CommandId {
        self.queue.push(Command::List(number))
    }

    /// UIDL: what is each message's unique-id, or this one's?
    pub fn uidl(&mut self, number: Option<MessageNumber>) -> CommandId {
        self.queue.push(Command::Uidl(number))
    }

    /// TOP: the header section and so many lines of the body.
    pub fn top(&mut self, number: MessageNumber, lines: u32) -> CommandId {
        self.queue.push(Command::Top { number, lines })
    }

    /// RETR: the whole message.
    pub fn retr(&mut self, number: MessageNumber) -> CommandId {
        self.queue.push(Command::Retr(number))
    }

    /// DELE: mark as deleted. It counts only once QUIT was answered.
    pub fn dele(&mut self, number: MessageNumber) -> CommandId {
        self.queue.push(Command::Dele(number))
    }

    /// RSET: take all marks back.
    pub fn rset(&mut self) -> CommandId {
        self.queue.push(Command::Rset)
    }

    /// NOOP: nothing, but the server hears that we are there.
    pub fn noop(&mut self) -> CommandId {
        self.queue.push(Command::Noop)
    }

    /// QUIT: do what was marked, and end.
    pub fn quit(&mut self) -> CommandId {
        self.queue.push(Command::Quit)
    }

    /// Sends what may be sent now; what can never be is answered here.
    pub(super) fn send_waiting(&mut self) {
        for waiting in &mut self.queue.waiting {
            waiting.since = waiting.since.or(Some(self.now));
        }
        while self.gate.lets_through() && self.may_send() {
            let Some(next) = self.queue.waiting.pop_front() else {
                return;
            };
            let verb = next.command.verb();
            // What somebody typed goes whatever the state: the server's answer is the lesson.
            let fits = self.fits_state(verb);
            if let Err(misuse) =
                fits.or_else(|misuse| next.typed.is_some().then_some(()).ok_or(misuse))
            {
                // A sign-in in two lines is one command: neither goes.
                while self.queue.withdraw(next.id) {}
                self.complete(next.id, Err(Error::Misuse(misuse)));
                continue;
            }
            if verb == Verb::Quit && matches!(self.phase, Phase::Transaction(_)) {
                self.phase = Phase::Update;
            }
            if self.queue.sent.is_empty() {
                self.deadline = Deadline::Unarmed;
            }
            self.gate.passed();
            let (encoded, notes) = line_of(&next);
            self.send_queued(next.id, next.since, &encoded, &notes);
            self.queue.sent.push_back(Sent {
                id: next.id,
                verb,
                name: next.command.mechanism().map(str::to_owned),
                mechanism: next.mechanism,
            });
        }
    }

    /// Writes a line that belongs to `id`.
    pub(super) fn send(&mut self, id: CommandId, encoded: &Encoded, notes: &Notes) {
        self.send_queued(id, None, encoded, notes);
    }

    fn send_queued(
        &mut self,
        id: CommandId,
        queued: Option<Instant>,
        encoded: &Encoded,
        notes: &Notes,
    ) {
        let unit = Unit {
            queued,
            ..unit(id, encoded, notes)
        };
        self.transcript.record(self.now, &unit);
        if let Some(secret) = encoded.secret.clone() {
            let text = std::str::from_utf8(&encoded.line[secret]).unwrap_or_default();
            self.remember_sent(text.trim());
        }
        self.transmit.extend_from_slice(&encoded.line);
    }

    /// Whether the server owes us something.
    pub(super) fn awaits_something(&self) -> bool {
        match self.reading {
            Reading::Nothing => false,
            Reading::Handshake { .. } | Reading::Payload(_) => true,
            Reading::Lines => matches!(self.phase, Phase::Greeting) || !self.queue.sent.is_empty(),
        }
    }

    fn may_send(&self) -> bool {
        if matches!(self.reading, Reading::Handshake { .. }) {
            return false;
        }
        match (&self.phase, self.queue.sent.back()) {
            (Phase::Greeting, _) => false,
            (Phase::Closed, _) => true,
            (_, None) => matches!(self.reading, Reading::Lines) || self.pipelines(),
            (_, Some(last)) => {
                self.pipelines()
                    && self.queue.sent.len() < self.options.max_pipelined
                    && !matches!(last.verb, Verb::Auth | Verb::Stls | Verb::Quit)
            }
        }
    }

    /// Whether commands go before the last was answered: the server takes them (RFC 2449 section
    /// 6.6), and it is wanted.
    pub fn pipelines(&self) -> bool {
        let capabilities = self.capabilities.as_ref();
        self.options.pipelining && capabilities.is_some_and(|c| c.has(&Capability::Pipelining))
    }

    /// Makes use of pipelining from the next command on, or no use of it.
    pub fn set_pipelining(&mut self, wanted: bool) {
        self.options.pipelining = wanted;
    }

    fn fits_state(&self, verb: Verb) -> Result<(), Misuse> {
        match (self.phase.state(), verb) {
            (State::Update | State::Closed, _) => Err(Misuse::Ended),
            (_, Verb::Capa | Verb::Quit) => Ok(()),
            (
                State::Authorization,
                Verb::User | Verb::Pass | Verb::Apop | Verb::Auth | Verb::Stls | Verb::Utf8,
            ) => Ok(()),
            (_, Verb::User | Verb::Pass | Verb::Apop | Verb::Auth | Verb::Stls | Verb::Utf8) => {
                Err(Misuse::AlreadySignedIn)
            }
            (State::Transaction, _) => Ok(()),
            _ if self.queue.signs_in() => Ok(()),
            _ => Err(Misuse::NotSignedIn),
        }
    }
}
