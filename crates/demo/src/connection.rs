//! A session, and what its octets go through on their way.
//!
//! ```text
//!   carrier, with TLS or without -- inflate -- session -- deflate -- carrier
//! ```

use porthole_wire::{
    Instant, Output,
    deflate::{Deflater, Inflater},
};

use crate::{
    server::Event,
    session::{Link, Session, Upgrade, World},
};

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) link: Link,
    pub(crate) session: Box<dyn Session>,
    pub(crate) last: Instant,
    /// As it crosses.
    ready: Vec<u8>,
    compression: Option<Box<Compression>>,
}

/// Both directions, from the answer to COMPRESS on (RFC 4978).
#[derive(Debug, Default)]
struct Compression {
    inflater: Inflater,
    deflater: Deflater,
}

impl Connection {
    pub(crate) fn new(link: Link, session: Box<dyn Session>, now: Instant) -> Self {
        Self {
            link,
            session,
            last: now,
            ready: Vec::new(),
            compression: None,
        }
    }

    pub(crate) fn is_compressed(&self) -> bool {
        self.compression.is_some()
    }

    pub(crate) fn handle_input(&mut self, now: Instant, bytes: &[u8], world: &mut World) {
        self.last = now;
        // In the clear between the agreement and TLS: whose it is nobody knows.
        if self.session.outbox().upgrade != Upgrade::No {
            return;
        }
        match &mut self.compression {
            Some(compression) => compression.inflater.push(bytes),
            None => {
                self.session.handle_input(now, bytes, world);
                self.begin_compression();
            }
        }
        self.inflate(world);
    }

    pub(crate) fn handle_tls_established(&mut self, now: Instant) {
        if self.session.outbox().upgrade != Upgrade::No {
            self.last = now;
            self.link.security = self.link.security.established();
            self.session.outbox().upgrade = Upgrade::No;
            self.session.handle_tls_established();
        }
    }

    /// The client was silent for too long.
    pub(crate) fn time_out(&mut self) {
        // While TLS begins, no word of the session's may cross.
        match self.session.outbox() {
            outbox if outbox.upgrade == Upgrade::No => self.session.time_out(),
            outbox => outbox.closing = true,
        }
    }

    /// What is to be done next; `Wait` has no deadline here.
    pub(crate) fn poll_output(&mut self, world: &mut World) -> Output<Event> {
        loop {
            self.session.refresh(world);
            self.deflate();
            if !self.ready.is_empty() {
                return Output::Transmit(std::mem::take(&mut self.ready));
            }
            let outbox = self.session.outbox();
            if outbox.upgrade == Upgrade::Agreed {
                outbox.upgrade = Upgrade::UnderWay;
                return Output::Event(Event::StartTls);
            }
            if outbox.closing {
                return Output::Event(Event::Closed);
            }
            if !self.inflate(world) {
                return Output::Wait(None);
            }
        }
    }

    pub(crate) fn is_ready(&mut self, world: &mut World) -> bool {
        self.session.refresh(world);
        !self.ready.is_empty() || !self.session.outbox().is_empty()
    }

    /// What the session wants sent becomes what crosses: one batch, one flush.
    fn deflate(&mut self) {
        let plain = self.session.outbox().take();
        match &mut self.compression {
            Some(compression) if !plain.is_empty() => {
                compression.deflater.deflate(&plain, &mut self.ready);
            }
            _ => self.ready.extend(plain),
        }
    }

    /// Gives the session what came compressed, piece by piece, the next only once the answers to
    /// the last were taken: a few octets may be a million commands. Tells whether there was any.
    fn inflate(&mut self, world: &mut World) -> bool {
        let mut any = false;
        while self.session.outbox().is_open() && self.session.outbox().bytes.is_empty() {
            let Some(compression) = &mut self.compression else {
                break;
            };
            match compression.inflater.next_piece() {
                Ok(Some(piece)) => self.session.handle_input(self.last, &piece, world),
                Ok(None) => break,
                Err(error) => self.session.give_up(&error.to_string()),
            }
            any = true;
        }
        any
    }

    /// If the session has just agreed to compression: its answer is the last that is not, and what
    /// the client sent behind its command is the first that is.
    fn begin_compression(&mut self) {
        if self.session.outbox().compress {
            self.deflate();
            self.session.outbox().compress = false;
            let mut compression = Compression::default();
            compression.inflater.push(&self.session.take_rest());
            self.compression = Some(Box::new(compression));
        }
    }
}
