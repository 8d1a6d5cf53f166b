//! The demo mail server in the page, as a transport: the same bytes as over a network, and none.

use std::{collections::BTreeMap, time::Duration};

use porthole_demo::{
    Event, Options, Protocol as DemoProtocol, Security as DemoSecurity, Server, SessionId,
    Snapshot, Tls,
    misbehave::Misdeed,
    sample,
    throttle::{Arrival, Conditions, Throttle, Way},
};
use porthole_engine::{
    TlsSummary,
    account::{Protocol, Security},
    change::Belief,
};
use porthole_imap::types::number::UidValidity;
use porthole_web::{
    lessons::Overheard,
    protocol::{DemoOrder, ServersMailbox, ServersMessage},
};
use porthole_wire::{Direction, Instant, Output};

use super::network::LineId;

/// The server, and our connections to it.
pub(super) struct Demo {
    server: Server,
    /// Seconds since 1970 at `Instant::ZERO`.
    epoch: i64,
    conditions: Conditions,
    /// Messages that came while somebody was looking.
    news: usize,
    connections: BTreeMap<LineId, Connection>,
    /// What somebody on the way has read and the page was not told, while that is of interest.
    overheard: Option<Vec<Overheard>>,
}

struct Connection {
    protocol: DemoProtocol,
    security: DemoSecurity,
    /// When the client will have it: a round trip after it began.
    made: Option<Instant>,
    /// When the server will: as the client's acknowledgement arrives.
    begins: Option<Instant>,
    session: Option<SessionId>,
    /// TLS has begun, or would have.
    encrypted: bool,
    throttle: Throttle,
}

/// What came of the server.
pub(super) enum Happened {
    /// It took the connection.
    Opened(LineId),
    /// It sent octets.
    Sent(LineId, Vec<u8>),
    /// It closed.
    Closed(LineId),
}

impl Demo {
    /// A server with its sample mail. It begins anew with each page, so its UIDVALIDITY is the
    /// clock: what was kept of an earlier one is known to be of another.
    pub(super) fn new(unix: i64, now: Instant, seed: [u8; 32]) -> Self {
        Self::with(unix, unix, now, seed, |server| {
            sample::fill(server.mailboxes_mut(), unix)
        })
    }

    /// One as a step of a lesson wants it, so far away; the `generation` of its mailboxes is not that
    /// of any server before it.
    pub(super) fn of_lesson(
        lesson: &porthole_lesson::Server,
        far: Duration,
        generation: i64,
        (unix, now): (i64, Instant),
        seed: [u8; 32],
    ) -> Self {
        let mut demo = Self::with(generation, unix, now, seed, |server| {
            lesson.set_up(server, unix)
        });
        demo.conditions.round_trip = far;
        demo.overheard = lesson.overheard.then(Vec::new);
        demo
    }

    fn with(
        generation: i64,
        unix: i64,
        now: Instant,
        seed: [u8; 32],
        fill: impl FnOnce(&mut Server),
    ) -> Self {
        let epoch = unix.saturating_sub(seconds(now));
        let validity = u32::try_from(generation).unwrap_or(u32::MAX);
        let mut server = Server::new(Options {
            uid_validity: UidValidity(validity),
            epoch,
            seed,
            ..Options::default()
        });
        fill(&mut server);
        Self {
            server,
            epoch,
            conditions: Conditions::default(),
            news: 0,
            connections: BTreeMap::new(),
            overheard: None,
        }
    }

    /// Does what the page wants of the server.
    pub(super) fn obey(&mut self, order: DemoOrder, now: Instant) {
        match order {
            DemoOrder::Conditions(conditions) => {
                self.conditions = conditions;
                for connection in self.connections.values_mut() {
                    connection.throttle.set(conditions);
                }
            }
            DemoOrder::Misbehave(misbehaviours, times) => {
                self.server.behave();
                for misbehaviour in misbehaviours {
                    self.server.misbehave(misbehaviour, times);
                }
            }
            DemoOrder::Behave => self.server.behave(),
            DemoOrder::Deliver => {
                let unix = self.epoch.saturating_add(seconds(now));
                let message = sample::news(self.news, unix);
                self.news += 1;
                if let Some(account) = self.server.mailboxes_mut().account_mut("alice") {
                    message.deliver(account);
                }
            }
        }
    }

    /// Lets happen what a step of a lesson has prepared.
    pub(super) fn happen(&mut self, lesson: &porthole_lesson::Server, now: Instant) {
        let unix = self.epoch.saturating_add(seconds(now));
        lesson.happen(&mut self.server, unix);
    }

    /// The server as it is.
    pub(super) fn snapshot(&self) -> Snapshot {
        self.server.snapshot()
    }

    /// A mailbox of alice as it is.
    pub(super) fn mailbox(&self, name: &str) -> Option<ServersMailbox> {
        let snapshot = self.snapshot();
        let mailbox = snapshot.mailbox("alice", name)?;
        let count = u32::try_from(mailbox.messages.len()).unwrap_or(u32::MAX);
        let messages = (1..).zip(&mailbox.messages).map(|(number, message)| {
            let unique_id = message.unique_id.as_ref();
            ServersMessage {
                number,
                uid: message.uid.0,
                unique_id: unique_id.map(ToString::to_string),
                flags: message.flags.clone(),
                subject: message.subject.clone(),
            }
        });
        let before = count.saturating_sub(Belief::MOST);
        Some(ServersMailbox {
            name: mailbox.name.clone(),
            uid_validity: mailbox.uid_validity.0,
            count,
            messages: messages.skip(before as usize).collect(),
        })
    }

    /// What somebody on the way has read since the last time.
    pub(super) fn overheard(&mut self) -> Vec<Overheard> {
        self.overheard
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    fn overhear(&mut self, id: LineId, by: Direction, octets: &[u8]) {
        let Some(overheard) = &mut self.overheard else {
            return;
        };
        let encrypted = self.connections.get(&id).is_some_and(|c| c.encrypted);
        overheard.push(Overheard {
            by,
            octets: (!encrypted).then(|| octets.to_vec()),
            count: octets.len() as u64,
        });
    }

    /// Connects: the client has the connection after one round trip.
    pub(super) fn open(
        &mut self,
        id: LineId,
        protocol: Protocol,
        security: Security,
        now: Instant,
    ) {
        let protocol = match protocol {
            Protocol::Imap => DemoProtocol::Imap,
            Protocol::Pop3 => DemoProtocol::Pop3,
        };
        let security = match security {
            Security::StartTls => DemoSecurity::StartTls(Tls::Simulated),
            Security::Tls | Security::None => DemoSecurity::None,
        };
        let made = now + self.conditions.round_trip;
        let connection = Connection {
            protocol,
            security,
            made: Some(made),
            begins: Some(made + self.conditions.round_trip / 2),
            session: None,
            encrypted: false,
            throttle: Throttle::new(self.conditions),
        };
        self.connections.insert(id, connection);
    }

    /// Whether this connection leads here. Octets for it are taken if so.
    pub(super) fn handle_input(&mut self, id: LineId, now: Instant, bytes: &[u8]) -> bool {
        self.overhear(id, Direction::Client, bytes);
        let connection = self.connections.get_mut(&id);
        connection
            .map(|connection| connection.throttle.send(now, Way::Up, bytes))
            .is_some()
    }

    /// The client begins TLS after the server has agreed to it; `None` where the connection leads
    /// elsewhere.
    pub(super) fn start_tls(&mut self, id: LineId, now: Instant) -> Option<TlsSummary> {
        let connection = self.connections.get_mut(&id)?;
        connection.encrypted = true;
        let session = connection.session?;
        self.server.handle_tls_established(session, now);
        Some(TlsSummary {
            version: "TLS, only simulated: nothing is encrypted".to_owned(),
            cipher: String::new(),
            subject: "the demo in this page".to_owned(),
            issuer: "nobody".to_owned(),
            not_after: "this page is closed".to_owned(),
            sha256: String::new(),
        })
    }

    pub(super) fn close(&mut self, id: LineId) {
        let connection = self.connections.remove(&id);
        if let Some(session) = connection.and_then(|connection| connection.session) {
            self.server.handle_eof(session);
        }
    }

    /// What has come of the server by now, on any connection.
    pub(super) fn poll(&mut self, now: Instant) -> Vec<Happened> {
        let mut happened = Vec::new();
        // What one session does may be news to another, and an answer may arrive at once.
        loop {
            let before = happened.len();
            for (&id, connection) in &mut self.connections {
                connection.advance(id, &mut self.server, now, &mut happened);
            }
            if happened.len() == before {
                break;
            }
        }
        for event in &happened {
            match event {
                Happened::Sent(id, octets) => self.overhear(*id, Direction::Server, octets),
                Happened::Closed(id) => self.close(*id),
                Happened::Opened(_) => {}
            }
        }
        happened
    }

    /// When the next thing arrives somewhere.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.connections
            .values()
            .filter_map(Connection::deadline)
            .min()
    }

    /// The oldest fault that the server has had and was not asked for.
    pub(super) fn next_misdeed(&mut self) -> Option<Misdeed> {
        self.server.next_misdeed()
    }
}

impl Connection {
    fn advance(
        &mut self,
        id: LineId,
        server: &mut Server,
        now: Instant,
        happened: &mut Vec<Happened>,
    ) {
        if self.made.take_if(|made| *made <= now).is_some() {
            happened.push(Happened::Opened(id));
        }
        if self.begins.take_if(|begins| *begins <= now).is_some() {
            self.session = Some(server.open_with(self.protocol, self.security, now));
        }
        let Some(session) = self.session else {
            return;
        };
        loop {
            match server.poll_output(session) {
                Output::Transmit(bytes) => self.throttle.send(now, Way::Down, &bytes),
                Output::Event(Event::Closed) => self.throttle.end(now, Way::Down),
                // The client asks for it when it has read that the server agrees.
                Output::Event(Event::StartTls) => {}
                Output::Wait(_) => match self.throttle.next_arrival(now) {
                    Some((Way::Up, Arrival::Octets(bytes))) => {
                        server.handle_input(session, now, &bytes);
                    }
                    Some((Way::Up, Arrival::End)) => server.handle_eof(session),
                    Some((Way::Down, Arrival::Octets(bytes))) => {
                        happened.push(Happened::Sent(id, bytes));
                    }
                    Some((Way::Down, Arrival::End)) => happened.push(Happened::Closed(id)),
                    None => return,
                },
            }
        }
    }

    fn deadline(&self) -> Option<Instant> {
        let opening = [self.made, self.begins].into_iter().flatten();
        opening.chain(self.throttle.deadline()).min()
    }
}

fn seconds(now: Instant) -> i64 {
    i64::try_from(now.as_micros() / 1_000_000).unwrap_or(i64::MAX)
}
