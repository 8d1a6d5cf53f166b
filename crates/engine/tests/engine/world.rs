//! The engine and the demo server in memory, under virtual time.
//!
//! Every octet takes half a round trip each way; a [`Fault`] breaks one server transmission.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use porthole_demo::{
    Content, Options, Protocol as DemoProtocol, Security as DemoSecurity, Server, SessionId, Tls,
    misbehave::{Misbehaviour, Times},
};
use porthole_engine::{
    Account, Change, ConnectionId, DialError, DialErrorKind, Dialled, Engine, Intent, Output,
    TlsSummary,
    account::{Protocol, Security},
    change::{Connection, Failure, Row},
    intent::{Password, UndoId},
};
use porthole_imap::types::{datetime::DateTime, flag::Flag, number::UidValidity};
use porthole_store::Store;
use porthole_wire::Instant;

/// What happens to one transmission of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection ends instead.
    Cut,
    /// The connection ends in the middle of it.
    CutInside,
    /// Octets that mean nothing come instead, and then it.
    Garbage,
    /// It comes with the completion turned into a refusal.
    Refuse(&'static str),
    /// The server says goodbye instead.
    Bye,
    /// The server says this instead.
    Instead(&'static str),
    /// Nothing ever comes again.
    Silence,
}

/// Makes what crosses of what the server says in one transmission.
pub(crate) type Rewrite = Box<dyn FnMut(&[u8]) -> Vec<u8>>;

/// Everything.
pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) server: Server,
    pub(crate) now: Instant,
    pub(crate) changes: Vec<Change>,
    /// Half of a round trip.
    pub(crate) half: Duration,
    /// Which transmission of the server is broken, counted from 0 over all connections.
    pub(crate) fault: Option<(usize, Fault)>,
    /// Which transmission of the client never arrives, and the connection ends.
    pub(crate) lost: Option<usize>,
    /// Puts other words into the server's mouth.
    pub(crate) rewrite: Option<Rewrite>,
    /// Octets are cut into pieces of this size.
    pub(crate) chunk: usize,
    /// Each piece comes so long after the one before.
    pub(crate) gap: Duration,
    pub(crate) reachable: bool,
    /// What is said where it is not.
    pub(crate) unreachable: DialErrorKind,
    /// How often the engine dialled.
    pub(crate) dials: usize,
    pub(crate) transmissions: usize,
    /// The last connection that was dialled is to begin TLS later.
    start_tls: bool,
    /// What the client sent, one entry for each transmission.
    pub(crate) sent: Vec<(ConnectionId, Vec<u8>)>,
    /// The connections that the engine closed.
    pub(crate) hung_up: Vec<ConnectionId>,
    sessions: HashMap<ConnectionId, SessionId>,
    silent: Vec<ConnectionId>,
    deadline: Option<Instant>,
    events: BTreeMap<(Instant, u64), Event>,
    order: u64,
    entropy: u8,
}

enum Event {
    Dialled(ConnectionId, DemoProtocol),
    ToServer(ConnectionId, Vec<u8>),
    ToClient(ConnectionId, Vec<u8>),
    ServerGone(ConnectionId),
    ClientGone(ConnectionId),
}

impl World {
    /// A world in which alice's inbox has this mail.
    pub(crate) fn new(inbox: &[&[u8]]) -> Self {
        Self::on(Store::in_memory().unwrap(), inbox)
    }

    /// The same, on a device that has a store.
    pub(crate) fn on(store: Store, inbox: &[&[u8]]) -> Self {
        let mut server = Server::new(Options {
            uid_validity: UidValidity(7),
            ..Options::default()
        });
        for raw in inbox {
            deliver(&mut server, raw);
        }
        Self {
            engine: Engine::new(store),
            server,
            now: Instant::ZERO,
            changes: Vec::new(),
            half: Duration::from_millis(50),
            fault: None,
            lost: None,
            rewrite: None,
            chunk: usize::MAX,
            gap: Duration::ZERO,
            reachable: true,
            unreachable: DialErrorKind::Connect,
            dials: 0,
            start_tls: false,
            transmissions: 0,
            sent: Vec::new(),
            hung_up: Vec::new(),
            sessions: HashMap::new(),
            silent: Vec::new(),
            deadline: None,
            events: BTreeMap::new(),
            order: 0,
            entropy: 0,
        }
    }

    /// A world with `count` small messages.
    pub(crate) fn with_mail(count: u32) -> Self {
        let mail: Vec<Vec<u8>> = (1..=count).map(message).collect();
        let mail: Vec<&[u8]> = mail.iter().map(Vec::as_slice).collect();
        Self::new(&mail)
    }

    /// The server has none of these.
    pub(crate) fn strip(&mut self, capabilities: &[&str]) {
        for capability in capabilities {
            let capability = (*capability).to_owned();
            let strip = Misbehaviour::Strip { capability };
            self.server.misbehave(strip, Times::Always);
        }
    }

    /// The device is switched off and on again; the server has not noticed.
    pub(crate) fn restart(&mut self, store: Store) {
        self.engine = Engine::new(store);
        self.changes.clear();
        self.events.clear();
        for (_, session) in self.sessions.drain() {
            self.server.handle_eof(session);
        }
        self.silent.clear();
    }

    /// Connects as alice.
    pub(crate) fn connect(&mut self, protocol: Protocol) {
        self.connect_with(protocol, "wonderland");
    }

    /// A world with `count` small messages in which alice is online.
    pub(crate) fn online(protocol: Protocol, count: u32) -> Self {
        let mut world = Self::with_mail(count);
        world.connect(protocol);
        world.run(Duration::from_secs(5));
        assert_eq!(world.connection(), Connection::Online);
        world
    }

    pub(crate) fn connect_with(&mut self, protocol: Protocol, password: &str) {
        self.connect_as(Account::demo(protocol), password);
    }

    pub(crate) fn connect_as(&mut self, account: Account, password: &str) {
        let password = Password(password.to_owned());
        self.intent(Intent::Connect { account, password });
    }

    pub(crate) fn intent(&mut self, intent: Intent) {
        self.engine.handle_intent(self.now, intent);
        self.drain();
    }

    /// Lets time pass until nothing is on its way, but at most this long.
    pub(crate) fn run(&mut self, limit: Duration) {
        let end = self.now + limit;
        for _ in 0..1_000_000 {
            let event = self.events.first_key_value().map(|(&(at, _), _)| at);
            let next = event.into_iter().chain(self.deadline).min();
            match next.filter(|&at| at <= end) {
                Some(at) => self.now = at.max(self.now),
                None => {
                    self.now = end;
                    return;
                }
            }
            if event.is_some_and(|at| at <= self.now) {
                if let Some((_, event)) = self.events.pop_first() {
                    self.happen(event);
                }
            } else {
                self.engine.handle_timeout(self.now);
            }
            self.drain();
        }
        panic!("it never comes to rest");
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Dialled(id, protocol) => {
                self.entropy += 1;
                let result = if self.reachable {
                    let security = match self.start_tls {
                        true => DemoSecurity::StartTls(Tls::Simulated),
                        false => DemoSecurity::None,
                    };
                    let session = self.server.open_with(protocol, security, self.now);
                    self.sessions.insert(id, session);
                    Ok(Dialled::default())
                } else {
                    let message = "nobody there".to_owned();
                    let kind = self.unreachable;
                    Err(DialError { kind, message })
                };
                self.engine
                    .handle_dialled(self.now, id, result, [self.entropy; 18]);
            }
            Event::ToServer(id, bytes) => {
                if let Some(&session) = self.sessions.get(&id) {
                    self.server.handle_input(session, self.now, &bytes);
                }
            }
            Event::ToClient(id, bytes) => {
                self.engine.handle_input(self.now, id, &bytes);
                self.drain();
            }
            Event::ServerGone(id) => self.engine.handle_eof(self.now, id),
            Event::ClientGone(id) => {
                if let Some(session) = self.sessions.remove(&id) {
                    self.server.handle_eof(session);
                }
            }
        }
    }

    fn later(&mut self, event: Event) {
        self.after(self.half, event);
    }

    fn after(&mut self, time: Duration, event: Event) {
        self.order += 1;
        self.events.insert((self.now + time, self.order), event);
    }

    /// Does what the engine asks for, and takes what the server has.
    fn drain(&mut self) {
        loop {
            match self.engine.poll_output() {
                Output::Dial {
                    connection,
                    protocol,
                    destination,
                    ..
                } => {
                    self.dials += 1;
                    self.start_tls = destination.security == Security::StartTls;
                    let protocol = match protocol {
                        Protocol::Imap => DemoProtocol::Imap,
                        Protocol::Pop3 => DemoProtocol::Pop3,
                    };
                    self.later(Event::Dialled(connection, protocol));
                }
                Output::Transmit { connection, bytes } => {
                    assert!(!bytes.is_empty());
                    let number = self.sent.len();
                    self.sent.push((connection, bytes.clone()));
                    if self.lost == Some(number) {
                        self.break_off(connection);
                    } else {
                        self.later(Event::ToServer(connection, bytes));
                    }
                }
                Output::Hangup { connection } => {
                    self.hung_up.push(connection);
                    self.later(Event::ClientGone(connection));
                }
                Output::StartTls { connection } => {
                    if let Some(&session) = self.sessions.get(&connection) {
                        self.server.handle_tls_established(session, self.now);
                        let simulated = TlsSummary::default();
                        self.engine.handle_tls(self.now, connection, Ok(simulated));
                    }
                }
                Output::Change(change) => self.changes.push(change),
                Output::Wait(deadline) => {
                    self.deadline = deadline;
                    break;
                }
            }
        }
        let mut sessions: Vec<_> = self
            .sessions
            .iter()
            .map(|(&id, &session)| (id, session))
            .collect();
        // In the same order each time.
        sessions.sort();
        for (id, session) in sessions {
            loop {
                match self.server.poll_output(session) {
                    porthole_wire::Output::Transmit(bytes) => self.transmit(id, bytes),
                    // The client asks for TLS when it has read that the server agrees.
                    porthole_wire::Output::Event(porthole_demo::Event::StartTls) => {}
                    porthole_wire::Output::Event(porthole_demo::Event::Closed) => {
                        self.sessions.remove(&id);
                        self.end_stream(id);
                    }
                    porthole_wire::Output::Wait(_) => break,
                }
            }
        }
    }

    /// Mail arrives that [`message`] makes; whoever listens is told.
    pub(crate) fn arrive(&mut self, n: u32) {
        deliver(&mut self.server, &message(n));
        self.intent(Intent::CloseMessage);
        self.run(Duration::from_secs(2));
    }

    /// A stream ends behind what was sent on it.
    fn end_stream(&mut self, id: ConnectionId) {
        let behind = self.on_its_way(id).max(self.half);
        self.after(behind, Event::ServerGone(id));
    }

    /// How long the last of what the server sent on a connection is still on its way.
    fn on_its_way(&self, id: ConnectionId) -> Duration {
        let is_sent = |event: &Event| matches!(event, Event::ToClient(to, _) if *to == id);
        let sent = self.events.iter().filter(|(_, event)| is_sent(event));
        let last = sent.map(|((at, _), _)| at.since(self.now)).max();
        last.unwrap_or_default()
    }

    fn transmit(&mut self, id: ConnectionId, mut bytes: Vec<u8>) {
        if self.silent.contains(&id) {
            return;
        }
        if let Some(rewrite) = &mut self.rewrite {
            bytes = rewrite(&bytes);
        }
        let number = self.transmissions;
        self.transmissions += 1;
        let Some((_, fault)) = self.fault.filter(|(at, _)| *at == number) else {
            let behind = self.on_its_way(id).max(self.half);
            for (piece, at) in bytes.chunks(self.chunk).zip(0..) {
                self.after(behind + at * self.gap, Event::ToClient(id, piece.into()));
            }
            return;
        };
        match fault {
            Fault::Cut => {}
            Fault::CutInside => {
                self.later(Event::ToClient(id, bytes[..bytes.len() / 2].to_vec()));
            }
            Fault::Garbage => {
                self.later(Event::ToClient(
                    id,
                    b"\x00\xff garbage {\r\n(((\r\n".to_vec(),
                ));
                self.later(Event::ToClient(id, bytes));
            }
            Fault::Refuse(word) => {
                let text = String::from_utf8_lossy(&bytes).replace(" OK ", &format!(" {word} "));
                let text = text.replace("+OK", "-ERR");
                self.later(Event::ToClient(id, text.into_bytes()));
            }
            Fault::Bye => {
                self.later(Event::ToClient(id, b"* BYE going down\r\n".to_vec()));
            }
            Fault::Instead(words) => self.later(Event::ToClient(id, words.into())),
            Fault::Silence => self.silent.push(id),
        }
        if matches!(fault, Fault::Cut | Fault::CutInside | Fault::Bye) {
            self.break_off(id);
        }
    }

    /// Both ends learn that a connection has ended.
    fn break_off(&mut self, id: ConnectionId) {
        self.later(Event::ServerGone(id));
        if let Some(session) = self.sessions.remove(&id) {
            self.server.handle_eof(session);
        }
    }

    /// The rows that the page shows now.
    pub(crate) fn rows(&self) -> Vec<Option<Row>> {
        let rows = self.changes.iter().rev().find_map(|change| match change {
            Change::Rows { rows, .. } => Some(rows.clone()),
            _ => None,
        });
        rows.unwrap_or_default()
    }

    /// The subjects that the page shows now; "-" for a row that is not there.
    pub(crate) fn subjects(&self) -> Vec<String> {
        let subject = |row: Option<Row>| row.map_or_else(|| "-".to_owned(), |row| row.subject);
        self.rows().into_iter().map(subject).collect()
    }

    /// How many messages the page says there are.
    pub(crate) fn total(&self) -> Option<u32> {
        self.changes.iter().rev().find_map(|change| match change {
            Change::List { total, .. } => Some(*total),
            _ => None,
        })
    }

    pub(crate) fn connection(&self) -> Connection {
        let found = self.changes.iter().rev().find_map(|change| match change {
            Change::Connection(connection) => Some(*connection),
            _ => None,
        });
        found.unwrap_or(Connection::SignedOut)
    }

    /// How many rows were asked for, by TOP or by FETCH, in what was sent from there on.
    pub(crate) fn rows_asked(&self, from: usize) -> u32 {
        let sent = self.sent[from..].iter();
        let lines = sent.flat_map(|(_, bytes)| bytes.split(|&octet| octet == b'\n'));
        let rows = lines.map(|line| {
            let line = String::from_utf8_lossy(line);
            match line.split_once("FETCH ") {
                Some((_, what)) => what.split(' ').next().map_or(0, members),
                None => line.starts_with("TOP ").into(),
            }
        });
        rows.sum()
    }

    /// What went wrong that the page was told, the oldest first.
    pub(crate) fn failures(&self) -> Vec<Failure> {
        let failures = self.changes.iter().filter_map(|change| match change {
            Change::Failed(failure) => Some(failure.clone()),
            _ => None,
        });
        failures.collect()
    }

    /// What can be taken back, the last that was offered.
    pub(crate) fn undoable(&self) -> UndoId {
        let offered = self.changes.iter().rev().find_map(|change| match change {
            Change::Undoable { id, .. } => Some(*id),
            _ => None,
        });
        offered.expect("nothing can be taken back")
    }

    /// The row of this subject.
    pub(crate) fn row(&self, subject: &str) -> Row {
        let row = self
            .rows()
            .into_iter()
            .flatten()
            .find(|row| row.subject == subject);
        row.unwrap_or_else(|| panic!("no {subject} among {:?}", self.subjects()))
    }
}

/// How many a sequence set names; `*` may be any number, and there is no counting it.
fn members(set: &str) -> u32 {
    let number = |end: &str| end.parse::<u32>().unwrap_or_else(|_| panic!("FETCH {set}"));
    let ranges = set.split(',').map(|range| {
        let (from, to) = range.split_once(':').unwrap_or((range, range));
        number(from).abs_diff(number(to)) + 1
    });
    ranges.sum()
}

/// Puts a message into alice's inbox, as another client would.
pub(crate) fn deliver(server: &mut Server, raw: &[u8]) {
    let alice = server.mailboxes_mut().account_mut("alice").unwrap();
    let content = std::sync::Arc::new(Content::new(raw));
    alice.inbox_mut().append(
        content,
        Default::default(),
        DateTime::from_unix(1_795_421_700),
    );
}

/// Sets a flag on the newest message in alice's inbox, as another client would.
pub(crate) fn flag_newest(server: &mut Server, flag: Flag) {
    let inbox = server
        .mailboxes_mut()
        .account_mut("alice")
        .unwrap()
        .inbox_mut();
    let uid = inbox.messages().last().unwrap().uid;
    inbox.set_flags(uid, [flag].into());
}

/// Message number `n` of a mailbox.
pub(crate) fn message(n: u32) -> Vec<u8> {
    format!(
        "From: Ines Haddad <ines@example.com>\r\nTo: alice@example.com\r\nSubject: Number {n}\r\n\
         Date: Mon, 23 Nov 2026 09:15:00 +0100\r\nMessage-ID: <{n}@example.com>\r\n\r\n\
         This is number {n}.\r\n"
    )
    .into_bytes()
}

/// A server that has to compute previews: the first come as NIL (RFC 8970 section 4.1).
pub(crate) fn slow_previews() -> Rewrite {
    Box::new(|said| {
        let said = String::from_utf8(said.to_vec()).unwrap();
        let lazy = said.contains("ENVELOPE");
        let lines = said.split_inclusive("\r\n").map(|line| {
            let preview = line.find("PREVIEW ").filter(|_| lazy);
            preview.map_or_else(
                || line.to_owned(),
                |at| format!("{}PREVIEW NIL)\r\n", &line[..at]),
            )
        });
        lines.collect::<String>().into_bytes()
    })
}

/// A message with attachments: parts 2, 3 ..
pub(crate) fn attached(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut raw = b"From: Ines Haddad <ines@example.com>\r\nTo: alice@example.com\r\n\
        Subject: Attached\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=rope\r\n\r\n\
        --rope\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
        .to_vec();
    for (part, at) in parts.iter().zip(2..) {
        let head = format!(
            "\r\n--rope\r\nContent-Type: application/octet-stream\r\n\
             Content-Disposition: attachment; filename=part-{at}\r\n\r\n"
        );
        raw.extend_from_slice(head.as_bytes());
        raw.extend_from_slice(part);
    }
    raw.extend_from_slice(b"\r\n--rope--\r\n");
    raw
}

/// So many lines of 16 octets, each another.
pub(crate) fn lines(count: u32) -> Vec<u8> {
    let lines = (0..count).map(|n| format!("Line {n:09}\r\n"));
    lines.collect::<String>().into_bytes()
}

/// Subjects `from` down to `to`.
pub(crate) fn numbers(from: u32, to: u32) -> Vec<String> {
    (to..=from).rev().map(|n| format!("Number {n}")).collect()
}
