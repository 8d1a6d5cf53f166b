//! The engine over real sockets: one thread for each connection reads, the test's own thread acts.

use std::{
    collections::HashMap,
    io::{Read as _, Write as _},
    net::{Shutdown, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant as Clock},
};

use porthole_engine::{
    Account, Change, ConnectionId, DialError, DialErrorKind, Dialled, Engine, Intent, Output,
    account::{Destination, Protocol, Security, Via},
    change::{Connection, FailureKind, Row},
    intent::Password,
};
use porthole_store::Store;
use porthole_wire::Instant;

use crate::dovecot::Dovecot;

pub(crate) struct Client {
    engine: Engine,
    ports: [u16; 2],
    start: Clock,
    streams: HashMap<ConnectionId, TcpStream>,
    sender: Sender<(ConnectionId, Vec<u8>)>,
    receiver: Receiver<(ConnectionId, Vec<u8>)>,
    pub(crate) changes: Vec<Change>,
    entropy: u8,
}

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

impl Client {
    pub(crate) fn new(dovecot: &Dovecot) -> Self {
        let (sender, receiver) = channel();
        Self {
            engine: Engine::new(Store::in_memory().unwrap()),
            ports: [dovecot.imap, dovecot.pop3],
            start: Clock::now(),
            streams: HashMap::new(),
            sender,
            receiver,
            changes: Vec::new(),
            entropy: 0,
        }
    }

    pub(crate) fn connect(&mut self, protocol: Protocol, password: &str) {
        self.connect_as(protocol, "alice", password);
    }

    pub(crate) fn connect_as(&mut self, protocol: Protocol, user: &str, password: &str) {
        let port = match protocol {
            Protocol::Imap => self.ports[0],
            Protocol::Pop3 => self.ports[1],
        };
        let security = Security::None;
        let account = Account {
            protocol,
            via: Via::Tunnel,
            destination: Destination {
                host: "127.0.0.1".to_owned(),
                port,
                security,
            },
            user: user.to_owned(),
            cleartext_allowed: true,
        };
        self.intent(Intent::Connect {
            account,
            password: Password(password.to_owned()),
        });
    }

    pub(crate) fn intent(&mut self, intent: Intent) {
        self.engine.handle_intent(self.now(), intent);
    }

    /// Runs until the condition holds.
    pub(crate) fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let end = Clock::now() + PATIENCE;
        while !holds(self) {
            assert!(Clock::now() < end, "no {what}: {:?}", self.subjects());
            self.step(Duration::from_millis(20));
        }
    }

    /// Runs for so long.
    pub(crate) fn run(&mut self, time: Duration) {
        let end = Clock::now() + time;
        while Clock::now() < end {
            self.step(Duration::from_millis(20));
        }
    }

    fn now(&self) -> Instant {
        Instant::ZERO + self.start.elapsed()
    }

    fn step(&mut self, most: Duration) {
        let deadline = loop {
            match self.engine.poll_output() {
                Output::Dial {
                    connection,
                    destination,
                    ..
                } => {
                    self.dial(connection, &destination);
                }
                Output::Transmit { connection, bytes } => {
                    if let Some(stream) = self.streams.get_mut(&connection) {
                        // A stream that broke is told by its reader.
                        let _ = stream.write_all(&bytes);
                    }
                }
                Output::Hangup { connection } => {
                    if let Some(stream) = self.streams.remove(&connection) {
                        let _ = stream.shutdown(Shutdown::Both);
                    }
                }
                Output::StartTls { .. } => panic!("no TLS was asked for"),
                Output::Change(change) => self.changes.push(change),
                Output::Wait(deadline) => break deadline,
            }
        };
        let wait = deadline.map_or(most, |deadline| most.min(deadline - self.now()));
        let received = self.receiver.recv_timeout(wait);
        let now = self.now();
        match received {
            Ok((id, bytes)) if bytes.is_empty() => self.engine.handle_eof(now, id),
            Ok((id, bytes)) => self.engine.handle_input(now, id, &bytes),
            Err(_) => self.engine.handle_timeout(now),
        }
    }

    fn dial(&mut self, id: ConnectionId, destination: &Destination) {
        self.entropy += 1;
        let now = self.now();
        let result = TcpStream::connect((destination.host.as_str(), destination.port));
        let result = match result {
            Ok(stream) => {
                let (mut reader, sender) = (stream.try_clone().unwrap(), self.sender.clone());
                self.streams.insert(id, stream);
                thread::spawn(move || {
                    let mut buffer = [0; 4096];
                    loop {
                        let count = reader.read(&mut buffer).unwrap_or(0);
                        if sender.send((id, buffer[..count].to_vec())).is_err() || count == 0 {
                            return;
                        }
                    }
                });
                Ok(Dialled::default())
            }
            Err(error) => Err(DialError {
                kind: DialErrorKind::Connect,
                message: error.to_string(),
            }),
        };
        self.engine
            .handle_dialled(now, id, result, [self.entropy; 18]);
    }

    pub(crate) fn rows(&self) -> Vec<Option<Row>> {
        let rows = self.changes.iter().rev().find_map(|change| match change {
            Change::Rows { rows, .. } => Some(rows.clone()),
            _ => None,
        });
        rows.unwrap_or_default()
    }

    pub(crate) fn subjects(&self) -> Vec<String> {
        let subject = |row: Option<Row>| row.map_or_else(|| "-".to_owned(), |row| row.subject);
        self.rows().into_iter().map(subject).collect()
    }

    pub(crate) fn total(&self) -> Option<u32> {
        self.changes.iter().rev().find_map(|change| match change {
            Change::List { total, .. } => Some(*total),
            _ => None,
        })
    }

    /// Turns that had been taken when so many rows were there for the first time.
    pub(crate) fn turns_until_rows(&self, count: usize) -> u64 {
        let mut turns = 0;
        for change in &self.changes {
            match change {
                Change::WireTotals(totals) => turns = totals.turns,
                Change::Rows { rows, .. } if rows.iter().flatten().count() == count => {
                    return turns;
                }
                _ => {}
            }
        }
        panic!("there never were {count} rows");
    }

    pub(crate) fn failure(&self) -> Option<FailureKind> {
        self.changes.iter().find_map(|change| match change {
            Change::Failed(failure) => Some(failure.kind),
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
}
