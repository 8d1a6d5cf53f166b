//! What the sessions of all three protocols have in common.

use porthole_imap::types::datetime::DateTime;
use porthole_sasl::{Mechanism, Nonce};
use porthole_wire::Instant;

use crate::{
    clock::Clock,
    entropy::Entropy,
    mailboxes::Mailboxes,
    misbehave::{Asked, Faults},
    security::Security,
    server::{Options, Protocol, SessionId},
    snapshot::State,
};

/// Everything that a session works on and does not own.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) mailboxes: Mailboxes,
    pub(crate) options: Options,
    pub(crate) faults: Faults,
    clock: Clock,
    entropy: Entropy,
}

impl World {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            mailboxes: Mailboxes::new(options.uid_validity),
            clock: Clock::new(options.epoch),
            entropy: Entropy::new(options.seed),
            faults: Faults::default(),
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

/// A session's connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) id: SessionId,
    pub(crate) protocol: Protocol,
    pub(crate) security: Security,
}

impl Link {
    /// That a command came, or [`GREETING`](crate::misbehave::GREETING).
    pub(crate) fn asked(self, command: &str) -> Asked<'_> {
        Asked {
            session: self.id,
            protocol: self.protocol,
            command,
        }
    }
}

/// What a session wants sent.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pub(crate) bytes: Vec<u8>,
    /// The connection ends after what is to be sent.
    pub(crate) closing: bool,
    /// How far putting TLS on the connection is.
    pub(crate) upgrade: Upgrade,
    /// From here on octets cross compressed, both ways.
    pub(crate) compress: bool,
    /// The connection ends after so many octets, whatever is to be sent.
    end: Option<u64>,
}

/// How far putting TLS on a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Upgrade {
    /// Nobody asked, or it is done.
    #[default]
    No,
    /// The session has agreed, and the carrier has to be told.
    Agreed,
    /// The carrier was told: until it is done, nothing that comes is the client's.
    UnderWay,
}

impl Outbox {
    /// Whether the session takes commands.
    pub(crate) fn is_open(&self) -> bool {
        !self.closing && self.upgrade == Upgrade::No && !self.compress
    }

    /// Ends the connection so many octets after place `from`, unless it ends earlier.
    pub(crate) fn end_after(&mut self, from: usize, octets: u64) -> bool {
        let end = octets.saturating_add(from as u64);
        let earlier = self.end.is_some_and(|known| known <= end);
        if !earlier {
            self.end = Some(end);
        }
        !earlier
    }

    /// Takes what is to be sent.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.bytes);
        if let Some(end) = &mut self.end {
            let octets = bytes.len() as u64;
            if *end <= octets {
                bytes.truncate(usize::try_from(*end).unwrap_or(usize::MAX));
                (self.closing, self.upgrade) = (true, Upgrade::No);
            }
            *end = end.saturating_sub(octets);
        }
        bytes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && !self.closing && self.upgrade != Upgrade::Agreed
    }
}

/// A session of one protocol.
pub(crate) trait Session: std::fmt::Debug + Send {
    /// The client sent something.
    fn handle_input(&mut self, now: Instant, bytes: &[u8], world: &mut World);

    /// Something may have changed in the mailboxes, or may be told by now.
    fn refresh(&mut self, world: &mut World);

    /// TLS is on the connection: what was known of the client came in the clear.
    fn handle_tls_established(&mut self);

    /// Says goodbye instead of the greeting.
    fn turn_away(&mut self);

    /// The client was silent for too long.
    fn time_out(&mut self);

    /// Gives up what the client sent and was not looked at: it has to be decompressed first.
    fn take_rest(&mut self) -> Vec<u8> {
        Vec::new()
    }

    /// What the client sends cannot be read any more.
    fn give_up(&mut self, _why: &str) {
        self.outbox().closing = true;
    }

    /// The connection is gone: give back what is held.
    fn end(&mut self, id: SessionId, world: &mut World);

    /// How far the session is.
    fn snapshot(&self, world: &World) -> State;

    /// What is to be sent.
    fn outbox(&mut self) -> &mut Outbox;
}
