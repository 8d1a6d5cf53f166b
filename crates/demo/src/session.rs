//! What the sessions of all three protocols have in common.

use porthole_imap::types::datetime::DateTime;
use porthole_sasl::{Mechanism, Nonce};
use porthole_wire::Instant;

use crate::{
    clock::Clock, entropy::Entropy, mailboxes::Mailboxes, server::Options, server::SessionId,
};

/// Everything that a session works on and does not own.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) mailboxes: Mailboxes,
    pub(crate) options: Options,
    clock: Clock,
    entropy: Entropy,
}

impl World {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            mailboxes: Mailboxes::new(options.uid_validity),
            clock: Clock::new(options.epoch),
            entropy: Entropy::new(options.seed),
            options,
        }
    }

    pub(crate) fn nonce(&mut self) -> Nonce {
        self.entropy.nonce()
    }

    pub(crate) fn date_time(&self, now: Instant) -> DateTime {
        self.clock.date_time(now)
    }

    /// The mechanism of that name, if it is offered.
    pub(crate) fn mechanism(&self, name: &str) -> Option<Mechanism> {
        Mechanism::from_name(name).filter(|found| self.options.mechanisms.contains(found))
    }
}

/// What a session wants sent.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) bytes: Vec<u8>,
    /// The connection ends after what is to be sent.
    pub(crate) closing: bool,
}

impl Outbox {
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && !self.closing
    }
}

/// A session of one protocol.
pub(crate) trait Session: std::fmt::Debug + Send {
    /// The client sent something.
    fn handle_input(&mut self, now: Instant, bytes: &[u8], world: &mut World);

    /// Something may have changed in the mailboxes, or may be told by now.
    fn refresh(&mut self, world: &mut World);

    /// The client was silent for too long.
    fn time_out(&mut self);

    /// The connection is gone: give back what is held.
    fn end(&mut self, id: SessionId, world: &mut World);

    /// What is to be sent.
    fn outbox(&mut self) -> &mut Outbox;
}
