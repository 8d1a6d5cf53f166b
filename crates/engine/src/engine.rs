//! The engine: intents and bytes in, changes and bytes out.

use porthole_explain::Role;
use porthole_store::Store;
use porthole_wire::{Direction, Instant, Mark};

use crate::{
    account::{Protocol, Via},
    backend::Backend,
    change::{Belief, Change, Connection, WireEntry},
    control::{Control, Whose, known, preview},
    core::{Core, Window},
    farewell::Farewells,
    imap::Imap,
    intent::{Intent, MessageId},
    output::{ConnectionId, DialError, Dialled, Output, TlsSummary},
    pop3::Pop3,
    recording::file,
};

/// The mail program. Mutate, then drain [`poll_output`](Self::poll_output) until it waits.
#[derive(Debug)]
pub struct Engine {
    core: Core,
    backend: Option<Box<dyn Backend>>,
    /// Connections of accounts that were left.
    farewells: Farewells,
    whose: Whose,
    control: Control,
    /// How many actions the page was told to be waiting.
    waiting: u32,
    /// Whether the page is told of the open mailbox, and what it was told last.
    watched: bool,
    believed: Option<Belief>,
}

impl Engine {
    /// An engine on this store.
    pub fn new(store: Store) -> Self {
        Self {
            core: Core::new(store),
            backend: None,
            farewells: Farewells::default(),
            whose: Whose::default(),
            control: Control::default(),
            waiting: 0,
            watched: false,
            believed: None,
        }
    }

    /// Keeps what it learns in this store from now on. Nobody may be signed in, and no account be
    /// [left](Self::is_leaving): what these know lies in the store until now.
    pub fn keep_in(&mut self, store: Store) {
        self.core.store = store;
    }

    /// Whether an account that was left waits for the last answer.
    pub fn is_leaving(&self) -> bool {
        !self.farewells.is_empty()
    }

    /// What the time is at [`Instant::ZERO`], in seconds since 1970: 0 until this is said.
    pub fn set_epoch(&mut self, unix: i64) {
        self.core.epoch = unix;
    }

    /// The user wants something.
    pub fn handle_intent(&mut self, now: Instant, intent: Intent) {
        self.core.cause = Some(intent.wish());
        match intent {
            Intent::Connect { account, password } => {
                self.stop(now);
                self.waiting = 0;
                self.core.window = Window::START;
                self.whose = Whose {
                    protocol: account.protocol,
                    real: account.via == Via::Tunnel,
                };
                self.core.wire.leads_to(&account.destination.host);
                self.core.change(Change::Known(known(account.protocol)));
                let mut backend: Box<dyn Backend> = match account.protocol {
                    Protocol::Imap => Box::new(Imap::new(&mut self.core, account, password)),
                    Protocol::Pop3 => Box::new(Pop3::new(&mut self.core, account, password)),
                };
                backend.start(&mut self.core, now);
                self.backend = Some(backend);
            }
            Intent::Disconnect => {
                self.stop(now);
                self.core.set_connection(Connection::SignedOut);
            }
            Intent::ShowRows { first, count } => {
                self.core.window = Window::new(first, count);
                self.core.dirty = true;
                self.with(|backend, core| backend.window_moved(core, now));
            }
            Intent::OpenMessage(id) => {
                self.core.open(id);
                self.with(|backend, core| {
                    backend.come_back(core, now);
                    backend.open_message(core, now, id);
                });
            }
            Intent::CloseMessage => self.core.open = None,
            Intent::AllowRemote(id) => {
                self.core.remote_allowed.insert(id);
                self.core.refresh_open(id, false);
            }
            Intent::MarkReadOnOpen(on) => self.core.mark_read = on,
            Intent::Use(habits) => {
                self.core.habits = habits;
                self.with(|backend, core| backend.take_up(core, now));
            }
            Intent::Wheel(wheel) => match &mut self.backend {
                Some(backend) => {
                    let (core, backend) = (&mut self.core, backend.as_mut());
                    self.control.act(core, backend, now, self.whose, wheel);
                }
                None => self.control.prepare(wheel),
            },
            Intent::Preview(typed) => {
                let preview = preview(self.whose.protocol, typed);
                self.core.change(Change::Preview(Box::new(preview)));
            }
            Intent::Explain(number) => {
                let named = self.core.wire.named_by(number);
                let messages = match &self.backend {
                    Some(backend) => backend.messages(&mut self.core, &named),
                    None => Vec::new(),
                };
                if let Some(explained) = self.core.wire.explained(number, messages) {
                    self.core.change(Change::Explained(Box::new(explained)));
                }
            }
            Intent::Trace(message) => {
                let backend = self.backend.as_ref();
                let named = backend.and_then(|b| b.name_of(&mut self.core, message));
                let entries = named.map(|named| self.core.wire.naming(&named));
                let entries = entries.unwrap_or_default();
                self.core.change(Change::Traced { message, entries });
            }
            Intent::Watch(watch) => (self.watched, self.believed) = (watch, None),
            Intent::Measure => {
                let activity = self.backend.as_mut().map(|backend| backend.activity());
                let mut activity = activity.unwrap_or_default();
                activity.busy |= self.is_leaving();
                let measured = self.core.measure(activity);
                self.core.change(Change::Measured(Box::new(measured)));
            }
            Intent::SaveWire(format) => {
                let began = u64::try_from(self.core.epoch).unwrap_or(0) * 1_000_000;
                let saved = file(format, &self.core.wire.saved(began));
                self.core.change(saved);
            }
            other => self.with(|backend, core| act(backend, core, now, other)),
        }
        self.settle(now);
    }

    /// A connection that was asked for is there, or is not. `entropy` is randomness that was
    /// never used before; sign-in nonces are made of it.
    pub fn handle_dialled(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        result: Result<Dialled, DialError>,
        entropy: [u8; 18],
    ) {
        self.with(|backend, core| backend.dialled(core, now, connection, result, entropy));
        self.settle(now);
    }

    /// TLS that was asked for is there, or is not.
    pub fn handle_tls(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        result: Result<TlsSummary, DialError>,
    ) {
        self.with(|backend, core| backend.tls(core, now, connection, result));
        self.settle(now);
    }

    /// Octets came.
    pub fn handle_input(&mut self, now: Instant, connection: ConnectionId, bytes: &[u8]) {
        self.core.wire.carried(Direction::Server, bytes.len());
        if !self.farewells.input(&mut self.core, now, connection, bytes) {
            self.with(|backend, core| backend.input(core, now, connection, bytes));
        }
        self.settle(now);
    }

    /// The stream ended, or broke.
    pub fn handle_eof(&mut self, now: Instant, connection: ConnectionId) {
        if !self.farewells.eof(&mut self.core, now, connection) {
            self.with(|backend, core| backend.eof(core, now, connection));
        }
        self.settle(now);
    }

    /// The deadline of the last [`Output::Wait`] has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.farewells.timeout(&mut self.core, now);
        self.with(|backend, core| backend.timeout(core, now));
        self.settle(now);
    }

    /// What is to be done next.
    pub fn poll_output(&mut self) -> Output {
        if let Some(output) = self.core.next_output() {
            if let Output::Transmit { bytes, .. } = &output {
                self.core.wire.carried(Direction::Client, bytes.len());
            }
            return output;
        }
        let backend = self.backend.as_mut().and_then(|backend| backend.deadline());
        Output::Wait(backend.into_iter().chain(self.farewells.deadline()).min())
    }

    /// What crossed, from the entry of this number on as far as it is kept, and what the parser took
    /// it for.
    pub fn crossed(&self, since: u64) -> impl Iterator<Item = (&WireEntry, &[Mark<Role>])> {
        let units = self.core.wire.units();
        units.filter(move |(entry, _)| entry.number >= since)
    }

    fn with(&mut self, act: impl FnOnce(&mut dyn Backend, &mut Core)) {
        if let Some(backend) = &mut self.backend {
            act(backend.as_mut(), &mut self.core);
        }
    }

    fn stop(&mut self, now: Instant) {
        let left = self.backend.take();
        if let Some(farewell) = left.and_then(|backend| backend.stop(&mut self.core, now)) {
            self.farewells.add(now, farewell);
        }
        self.core.open = None;
        self.core.remote_allowed.clear();
    }

    /// After every input: what the page shows is brought up to date once.
    fn settle(&mut self, now: Instant) {
        let backend = self.backend.as_mut();
        self.control.settle(
            &mut self.core,
            backend.map(|b| b.as_mut() as &mut dyn Backend),
            now,
        );
        if std::mem::take(&mut self.core.dirty) {
            self.with(|backend, core| backend.show(core));
        }
        self.tell_waiting();
        self.tell_belief();
        self.core.flush_wire();
        self.core.cause = None;
    }

    fn tell_waiting(&mut self) {
        let backend = self.backend.as_ref();
        let waiting = backend.map_or(0, |backend| backend.waiting(&mut self.core));
        if std::mem::replace(&mut self.waiting, waiting) != waiting {
            self.core.change(Change::Waiting(waiting));
        }
    }

    fn tell_belief(&mut self) {
        let backend = self.backend.as_ref().filter(|_| self.watched);
        let belief = backend.and_then(|backend| backend.belief(&mut self.core));
        if self.believed != belief {
            let change = Change::Belief(belief.clone().map(Box::new));
            self.core.change(change);
            self.believed = belief;
        }
    }
}

/// The intents that only a back end can act on.
fn act(backend: &mut dyn Backend, core: &mut Core, now: Instant, intent: Intent) {
    if !matches!(intent, Intent::Retry | Intent::OpenMailbox(_)) {
        backend.come_back(core, now);
    }
    match intent {
        Intent::Retry => backend.retry(core, now),
        Intent::OpenMailbox(name) => {
            core.window = Window::START;
            core.open = None;
            backend.open_mailbox(core, now, name);
        }
        Intent::ShowSource(id) => match whole(core, id) {
            Some(bytes) => core.change(Change::Source { message: id, bytes }),
            None => backend.fetch_source(core, now, id),
        },
        Intent::FetchPart { message, part } => backend.fetch_part(core, now, message, part),
        Intent::Stop { message, part } => backend.stop_fetching(core, now, message, part),
        Intent::Mark { messages, mark, on } => backend.mark(core, now, &messages, mark, on),
        Intent::Delete(messages) => backend.delete(core, now, &messages),
        Intent::Move { messages, mailbox } => backend.move_to(core, now, &messages, mailbox),
        Intent::Undo(id) => backend.undo(core, now, id),
        Intent::CheckNow => backend.check(core, now),
        Intent::AfterDownload(choice) => backend.after_download(core, now, choice),
        Intent::Search(text) => {
            core.window = Window::START;
            backend.search(core, now, &text);
        }
        // `Engine::handle_intent` acts on these itself.
        Intent::Connect { .. }
        | Intent::Disconnect
        | Intent::ShowRows { .. }
        | Intent::OpenMessage(_)
        | Intent::CloseMessage
        | Intent::AllowRemote(_)
        | Intent::MarkReadOnOpen(_)
        | Intent::Wheel(_)
        | Intent::Use(_)
        | Intent::Preview(_)
        | Intent::Explain(_)
        | Intent::Trace(_)
        | Intent::Watch(_)
        | Intent::Measure
        | Intent::SaveWire(_) => {}
    }
}

/// The whole of a message, if it was kept.
fn whole(core: &mut Core, id: MessageId) -> Option<Vec<u8>> {
    let bytes = core.store.content(porthole_store::MessageId(id.0), "");
    core.stored(bytes)
}
