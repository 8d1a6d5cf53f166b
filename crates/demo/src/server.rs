//! The server: the mailboxes and the sessions on them.

use std::{collections::BTreeMap, time::Duration};

use porthole_imap::types::number::UidValidity;
use porthole_sasl::Mechanism;
use porthole_wire::{Instant, Output};
use serde::{Deserialize, Serialize};

use crate::{
    connection::Connection,
    imap::ImapSession,
    mailboxes::Mailboxes,
    misbehave::{GREETING, Misbehaviour, Misdeed, Order, Times},
    pop3::Pop3Session,
    security::Security,
    session::{Link, Session, World},
    smtp::SmtpSession,
    snapshot::{self, Snapshot},
};

/// How the server presents itself.
#[derive(Debug, Clone)]
pub struct Options {
    /// The first UIDVALIDITY; see [`Mailboxes::new`].
    pub uid_validity: UidValidity,
    /// What the time is at [`Instant::ZERO`], in seconds since 1970-01-01 00:00 UTC.
    pub epoch: i64,
    /// Randomness, from which nonces are made.
    pub seed: [u8; 32],
    /// The SASL mechanisms that are offered.
    pub mechanisms: Vec<Mechanism>,
    /// Whether POP3 announces PIPELINING and offers APOP: switches for whoever compares.
    pub pop3_pipelining: bool,
    /// As above.
    pub pop3_apop: bool,
    /// How long a client may be silent.
    pub idle_timeout: Duration,
    /// Octets of the largest message that is taken.
    pub max_message: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            uid_validity: UidValidity(1),
            epoch: 0,
            seed: [0; 32],
            // SCRAM works and costs two turns more; the demo's first screen need not wait for it.
            mechanisms: vec![Mechanism::Plain, Mechanism::Login],
            pop3_pipelining: true,
            pop3_apop: true,
            // RFC 9051 section 5.4 wants at least 30 minutes, RFC 1939 section 3 at least 10.
            idle_timeout: Duration::from_secs(31 * 60),
            // The largest that common providers take.
            max_message: 50 << 20,
        }
    }
}

/// Which protocol a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// IMAP4rev1 and IMAP4rev2.
    Imap,
    /// POP3.
    Pop3,
    /// SMTP submission.
    Smtp,
}

/// Names a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SessionId(pub(crate) u64);

/// What a session tells its driver besides bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The client is to begin TLS: put it on the connection, unless it is simulated, and say so by
    /// [`Server::handle_tls_established`]. Comes only where [`Server::open_with`] said that TLS can
    /// be had. Whatever came behind the client's command was dropped (RFC 9051 section 11.1).
    StartTls,
    /// The server has ended the session: close the connection.
    Closed,
}

/// A mail server without a socket.
///
/// For each connection the driver opens a session, feeds it what comes and drains
/// [`poll_output`](Self::poll_output) until it waits, as with any [`porthole_wire::Machine`]. One
/// session's doings may concern another: after feeding one, drain all that are [`ready`](Self::ready).
#[derive(Debug)]
pub struct Server {
    world: World,
    connections: BTreeMap<SessionId, Connection>,
    opened: u64,
}

impl Server {
    /// A server with the demo's accounts and no mail in them.
    pub fn new(options: Options) -> Self {
        Self {
            world: World::new(options),
            connections: BTreeMap::new(),
            opened: 0,
        }
    }

    /// How the server presents itself.
    pub fn options(&self) -> &Options {
        &self.world.options
    }

    /// How it does from now on, also in the sessions that are open. Where the time and the seed
    /// began does not change any more.
    pub fn options_mut(&mut self) -> &mut Options {
        &mut self.world.options
    }

    /// The mailboxes.
    pub fn mailboxes(&self) -> &Mailboxes {
        &self.world.mailboxes
    }

    /// The mailboxes, to be changed: as if another client had done it.
    pub fn mailboxes_mut(&mut self) -> &mut Mailboxes {
        &mut self.world.mailboxes
    }

    /// Everything that the server knows at this moment, as plain data.
    pub fn snapshot(&self) -> Snapshot {
        let sessions = self
            .connections
            .iter()
            .map(|(&id, open)| snapshot::Session {
                id,
                protocol: open.link.protocol,
                security: open.link.security,
                compressed: open.is_compressed(),
                state: open.session.snapshot(&self.world),
            });
        Snapshot {
            accounts: snapshot::accounts(&self.world.mailboxes),
            sessions: sessions.collect(),
        }
    }

    /// A client has connected, in the clear or by TLS that is not spoken of; its greeting can be
    /// polled.
    pub fn open(&mut self, protocol: Protocol, now: Instant) -> SessionId {
        self.open_with(protocol, Security::None, now)
    }

    /// The same, on a connection that is protected so, or can be.
    pub fn open_with(&mut self, protocol: Protocol, security: Security, now: Instant) -> SessionId {
        self.opened += 1;
        let id = SessionId(self.opened);
        let link = Link {
            id,
            protocol,
            security,
        };
        let mut session: Box<dyn Session> = match protocol {
            Protocol::Imap => Box::new(ImapSession::new(link, &self.world)),
            Protocol::Pop3 => Box::new(Pop3Session::new(link, &mut self.world)),
            Protocol::Smtp => Box::new(SmtpSession::new(link)),
        };
        let greeting = link.asked(GREETING);
        if self.world.faults.refusal(greeting).is_some() {
            session.turn_away();
        }
        self.world.faults.spoil(greeting, session.outbox(), 0);
        self.connections
            .insert(id, Connection::new(link, session, now));
        id
    }

    /// Orders a fault for whichever session meets it first, or for all that do.
    pub fn misbehave(&mut self, misbehaviour: Misbehaviour, times: Times) {
        self.world.faults.order(Order {
            session: None,
            misbehaviour,
            times,
        });
    }

    /// Orders a fault for one session.
    pub fn misbehave_in(&mut self, session: SessionId, misbehaviour: Misbehaviour, times: Times) {
        self.world.faults.order(Order {
            session: Some(session),
            misbehaviour,
            times,
        });
    }

    /// Orders no fault any more. What a session was told wrongly it is not told anew.
    pub fn behave(&mut self) {
        self.world.faults.clear();
    }

    /// The faults that can still happen.
    pub fn orders(&self) -> &[Order] {
        self.world.faults.orders()
    }

    /// The oldest fault that has happened and was not taken yet; the last hundred are kept.
    pub fn next_misdeed(&mut self) -> Option<Misdeed> {
        self.world.faults.next_misdeed()
    }

    /// A client sent something.
    pub fn handle_input(&mut self, id: SessionId, now: Instant, bytes: &[u8]) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.handle_input(now, bytes, &mut self.world);
        }
    }

    /// TLS is on a connection, after [`Event::StartTls`].
    pub fn handle_tls_established(&mut self, id: SessionId, now: Instant) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.handle_tls_established(now);
        }
    }

    /// The deadline of a session's last `Wait` has passed.
    pub fn handle_timeout(&mut self, id: SessionId, now: Instant) {
        let limit = self.world.options.idle_timeout;
        if let Some(connection) = self.connections.get_mut(&id)
            && connection.last + limit <= now
        {
            connection.time_out();
        }
    }

    /// A client's connection has ended.
    pub fn handle_eof(&mut self, id: SessionId) {
        if let Some(mut connection) = self.connections.remove(&id) {
            connection.session.end(id, &mut self.world);
            self.world.faults.forget(id);
        }
    }

    /// What is to be done next for a session.
    pub fn poll_output(&mut self, id: SessionId) -> Output<Event> {
        let Some(connection) = self.connections.get_mut(&id) else {
            return Output::Wait(None);
        };
        let output = connection.poll_output(&mut self.world);
        match output {
            Output::Wait(_) => {
                Output::Wait(Some(connection.last + self.world.options.idle_timeout))
            }
            Output::Event(Event::Closed) => {
                self.handle_eof(id);
                output
            }
            output => output,
        }
    }

    /// The sessions that have something to send.
    pub fn ready(&mut self) -> Vec<SessionId> {
        let mut ready = Vec::new();
        for (&id, connection) in &mut self.connections {
            if connection.is_ready(&mut self.world) {
                ready.push(id);
            }
        }
        ready
    }
}
