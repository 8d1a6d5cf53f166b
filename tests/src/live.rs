//! The engine over real sockets, in real time, on the test's own thread.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher as _, RandomState},
    time::{Duration, Instant as Clock},
};

use porthole_engine::{Account, ConnectionId, Engine, Intent, Output, intent::Password};
use porthole_store::Store;
use porthole_wire::Instant;
use tokio::{
    runtime::{Builder, Runtime},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::timeout,
};
use tokio_rustls::TlsConnector;

use crate::{
    Certificate, Screen,
    link::{Link, News, Order},
};

/// The client. Nothing moves unless [`until`](Self::until) or [`run`](Self::run) is called, its clock
/// neither: while others act on the server, no patience of the engine's ends.
pub struct Live {
    runtime: Runtime,
    engine: Engine,
    connector: TlsConnector,
    /// How long it has run.
    ran: Duration,
    /// Since when it runs, while it does.
    running: Option<Clock>,
    links: HashMap<ConnectionId, UnboundedSender<Order>>,
    sender: UnboundedSender<(ConnectionId, News)>,
    receiver: UnboundedReceiver<(ConnectionId, News)>,
    /// How many octets may still come before everything is lost.
    budget: Option<usize>,
    /// Connections from which nothing comes through any more.
    severed: HashSet<ConnectionId>,
    /// What it shows.
    pub screen: Screen,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Live(..)")
    }
}

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

impl Live {
    /// A client that trusts this certificate, with an empty store in memory.
    pub fn new(trusted: &Certificate) -> Self {
        let (sender, receiver) = unbounded_channel();
        Self {
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
            engine: Engine::new(Store::in_memory().unwrap()),
            connector: trusted.connector(),
            ran: Duration::ZERO,
            running: None,
            links: HashMap::new(),
            sender,
            receiver,
            budget: None,
            severed: HashSet::new(),
            screen: Screen::default(),
        }
    }

    /// Signs in.
    pub fn connect(&mut self, account: Account, password: &str) {
        let password = Password(password.to_owned());
        self.intent(Intent::Connect { account, password });
    }

    /// The user wants something.
    pub fn intent(&mut self, intent: Intent) {
        self.engine.handle_intent(self.now(), intent);
    }

    /// Lets so many octets more come in; the next one and all after it are lost on their way.
    pub fn sever_after(&mut self, octets: usize) {
        self.budget = Some(octets);
    }

    /// Whether that point was reached.
    pub fn is_severed(&self) -> bool {
        self.budget == Some(0)
    }

    /// Runs until something is found on the screen.
    ///
    /// # Panics
    /// When it does not come within a minute, with the end of what crossed the wire.
    pub fn until<T>(&mut self, what: &str, find: impl Fn(&Self) -> Option<T>) -> T {
        let end = Clock::now() + PATIENCE;
        loop {
            if let Some(found) = find(self) {
                return found;
            }
            let screen = &self.screen;
            assert!(
                Clock::now() < end,
                "no {what}; {:?}, {:?}; the wire:\n{}",
                screen.connection(),
                screen.failure(),
                screen.wire()
            );
            self.step(Duration::from_millis(50));
        }
    }

    /// Runs for so long.
    pub fn run(&mut self, time: Duration) {
        let end = Clock::now() + time;
        while Clock::now() < end {
            self.step(Duration::from_millis(20));
        }
    }

    /// Whether no connection is left: each was hung up once the server had answered the last
    /// command, or had taken too long for it.
    pub fn is_parted(&self) -> bool {
        self.links.is_empty()
    }

    fn now(&self) -> Instant {
        let running = self.running.map_or(Duration::ZERO, |since| since.elapsed());
        Instant::ZERO + self.ran + running
    }

    /// Does what the engine asks for, and gives it one thing that happened.
    fn step(&mut self, most: Duration) {
        let since = Clock::now();
        self.running = Some(since);
        self.happen_next(most);
        self.running = None;
        self.ran += since.elapsed();
    }

    fn happen_next(&mut self, most: Duration) {
        let deadline = self.drain();
        let wait = deadline.map_or(most, |deadline| most.min(deadline - self.now()));
        let receiver = &mut self.receiver;
        let received = self
            .runtime
            .block_on(async { timeout(wait, receiver.recv()).await });
        match received {
            Ok(Some((id, news))) => self.happen(id, news),
            _ => self.engine.handle_timeout(self.now()),
        }
        self.drain();
    }

    fn drain(&mut self) -> Option<Instant> {
        loop {
            match self.engine.poll_output() {
                Output::Dial {
                    connection,
                    destination,
                    ..
                } => {
                    let (sender, orders) = unbounded_channel();
                    self.links.insert(connection, sender);
                    let link = Link {
                        id: connection,
                        connector: self.connector.clone(),
                        orders,
                        news: self.sender.clone(),
                    };
                    self.runtime.spawn(link.run(destination));
                }
                Output::Transmit { connection, bytes } => {
                    self.order(connection, Order::Send(bytes));
                }
                Output::StartTls { connection } => self.order(connection, Order::StartTls),
                Output::Hangup { connection } => {
                    self.links.remove(&connection);
                }
                Output::Change(change) => self.screen.changes.push(change),
                Output::Wait(deadline) => return deadline,
            }
        }
    }

    fn order(&self, connection: ConnectionId, order: Order) {
        if let Some(link) = self.links.get(&connection) {
            // A link that ended has told so, or will.
            let _ = link.send(order);
        }
    }

    fn happen(&mut self, id: ConnectionId, news: News) {
        let now = self.now();
        match news {
            News::Dialled(result) => {
                let entropy = entropy();
                self.engine.handle_dialled(now, id, result, entropy);
            }
            News::Secured(result) => self.engine.handle_tls(now, id, result),
            News::Ended => self.engine.handle_eof(now, id),
            News::Input(bytes) => {
                let bytes = self.allowed(id, &bytes);
                if !bytes.is_empty() {
                    self.engine.handle_input(now, id, bytes);
                }
            }
        }
    }

    /// As much of this as still comes through.
    fn allowed<'a>(&mut self, id: ConnectionId, bytes: &'a [u8]) -> &'a [u8] {
        if self.severed.contains(&id) {
            return &[];
        }
        let Some(budget) = self.budget.filter(|&budget| budget > 0) else {
            return bytes;
        };
        let passed = budget.min(bytes.len());
        self.budget = Some(budget - passed);
        if budget == passed {
            self.severed.extend(self.links.keys());
        }
        &bytes[..passed]
    }
}

/// Randomness that was never used before, from the keys of the standard library's hashers.
fn entropy() -> [u8; 18] {
    let mut entropy = [0; 18];
    for eight in entropy.chunks_mut(8) {
        let random = RandomState::new().hash_one(0).to_ne_bytes();
        eight.copy_from_slice(&random[..eight.len()]);
    }
    entropy
}
