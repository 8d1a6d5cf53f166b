//! What both protocols' back ends share: the store, the way out, the window of the list, the
//! account of what crossed.

use std::collections::{HashSet, VecDeque};

use porthole_explain::Role;
use porthole_store::{Found, MailboxId, Store, StoredMessage};
use porthole_wire::{CommandId, DROPPED, Instant, Transcript};

use crate::{
    Habits,
    account::Protocol,
    change::{
        Action, Change, Connection, Failure, FailureKind, Notice, Row, SearchState, Searched, Stage,
    },
    intent::{MessageId, UndoId, Wish},
    output::{ConnectionId, Output},
    render,
    wire::Wire,
};

/// The state of the engine that does not depend on the protocol.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) store: Store,
    outputs: VecDeque<Output>,
    next_connection: u32,
    next_undo: u64,
    /// The rows that the page shows.
    pub(crate) window: Window,
    /// Whether something in the window, or its size, has changed.
    pub(crate) dirty: bool,
    pub(crate) mark_read: bool,
    pub(crate) habits: Habits,
    /// The message that is shown.
    pub(crate) open: Option<MessageId>,
    /// What it lacks was asked for in vain, and nobody has asked again.
    in_vain: bool,
    pub(crate) remote_allowed: HashSet<MessageId>,
    /// Which intent is being acted on, if any.
    pub(crate) cause: Option<Wish>,
    connection: Connection,
    pub(crate) wire: Wire,
    /// Seconds since 1970 at `Instant::ZERO`.
    pub(crate) epoch: i64,
}

/// A stretch of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) first: u32,
    pub(crate) count: u32,
}

impl Window {
    /// What is shown before a page said anything.
    pub(crate) const START: Self = Self {
        first: 0,
        count: 50,
    };

    /// More than any screen shows at once.
    const MOST: u32 = 200;

    pub(crate) fn new(first: u32, count: u32) -> Self {
        Self {
            first,
            count: count.clamp(1, Self::MOST),
        }
    }

    /// The rows that exist in a list of `total`: first, and the one after the last.
    pub(crate) fn clip(self, total: u32) -> (u32, u32) {
        let end = self.first.saturating_add(self.count).min(total);
        (self.first.min(end), end)
    }
}

impl Core {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            outputs: VecDeque::new(),
            next_connection: 1,
            next_undo: 1,
            window: Window::START,
            dirty: false,
            mark_read: true,
            habits: Habits::default(),
            open: None,
            in_vain: false,
            remote_allowed: HashSet::new(),
            cause: None,
            connection: Connection::SignedOut,
            wire: Wire::default(),
            epoch: 0,
        }
    }

    pub(crate) fn output(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    pub(crate) fn change(&mut self, change: Change) {
        let change = match change {
            // What the user dropped no server has refused.
            Change::Failed(failure) if failure.words.ends_with(DROPPED) => {
                Change::Failed(Failure {
                    kind: FailureKind::Dropped,
                    words: String::new(),
                    ..failure
                })
            }
            change => change,
        };
        self.outputs.push_back(Output::Change(change));
    }

    pub(crate) fn next_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    pub(crate) fn next_connection(&mut self) -> ConnectionId {
        let id = ConnectionId(self.next_connection);
        self.next_connection += 1;
        id
    }

    pub(crate) fn set_connection(&mut self, connection: Connection) {
        if self.connection != connection {
            self.connection = connection;
            self.change(Change::Connection(connection));
        }
    }

    pub(crate) fn stage(&mut self, stage: Stage, detail: impl Into<String>, done: bool) {
        self.change(Change::Stage {
            stage,
            detail: detail.into(),
            done,
        });
    }

    pub(crate) fn fail(
        &mut self,
        stage: Option<Stage>,
        kind: FailureKind,
        words: impl Into<String>,
    ) {
        self.change(Change::Failed(Failure {
            stage,
            kind,
            words: words.into(),
        }));
    }

    pub(crate) fn notice(&mut self, notice: Notice) {
        self.change(Change::Notice(notice));
    }

    pub(crate) fn undoable(&mut self, action: Action, count: usize) -> UndoId {
        let id = UndoId(self.next_undo);
        self.next_undo += 1;
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.change(Change::Undoable { id, action, count });
        id
    }

    /// The result of the store, or its default with a failure told: the program goes on without
    /// its memory.
    pub(crate) fn stored<T: Default>(&mut self, result: Result<T, porthole_store::Error>) -> T {
        result.unwrap_or_else(|error| {
            self.change(Change::Storage {
                persistent: false,
                reason: Some(error.to_string()),
            });
            T::default()
        })
    }

    /// Looks through what is on this device of a mailbox of so many messages.
    pub(crate) fn search(
        &mut self,
        mailbox: MailboxId,
        text: &str,
        total: u32,
    ) -> (Vec<Found>, SearchState) {
        let found = self.store.search(mailbox, text);
        let searchable = self.store.searchable(mailbox);
        let searchable = self.stored(searchable);
        let state = SearchState {
            text: text.to_owned(),
            searched: Searched::Device {
                headers: searchable.headers,
                texts: searchable.texts,
                total: total.max(searchable.headers),
            },
            done: true,
        };
        (self.stored(found), state)
    }

    /// A message that the page named.
    pub(crate) fn message(&mut self, id: MessageId) -> Option<StoredMessage> {
        let found = self.store.message(porthole_store::MessageId(id.0));
        self.stored(found)
    }

    /// A message of this mailbox that the page named.
    pub(crate) fn message_of(
        &mut self,
        mailbox: Option<MailboxId>,
        id: MessageId,
    ) -> Option<StoredMessage> {
        self.message(id)
            .filter(|message| Some(message.mailbox) == mailbox)
    }

    /// Rows of the store in the order of their place, for when no server is there to ask.
    pub(crate) fn stored_rows(
        &mut self,
        mailbox: MailboxId,
        row: impl Fn(&StoredMessage) -> Row,
    ) -> (u32, Vec<Option<Row>>) {
        let count = self.store.count(mailbox);
        let count = self.stored(count);
        let total = count + self.count_kept(mailbox);
        let (first, end) = self.window.clip(total);
        let (first, last) = (first.min(count), end.min(count));
        let messages = self.store.newest(mailbox, first, last - first);
        let messages = self.stored(messages);
        let mut rows: Vec<_> = messages.iter().map(row).map(Some).collect();
        rows.extend(self.kept_rows(mailbox, count));
        (total, rows)
    }

    /// Whether messages of this mailbox are on the device, from this visit or an earlier one.
    pub(crate) fn has_stored(&mut self, mailbox: MailboxId) -> bool {
        let count = self.store.count(mailbox);
        self.stored(count) > 0
    }

    /// How many messages are on this device only.
    pub(crate) fn count_kept(&mut self, mailbox: MailboxId) -> u32 {
        let kept = self.store.count_kept(mailbox);
        self.stored(kept)
    }

    /// The rows of those that are in the window, where they come after so many others.
    pub(crate) fn kept_rows(&mut self, mailbox: MailboxId, after: u32) -> Vec<Option<Row>> {
        let total = after + self.count_kept(mailbox);
        let (first, end) = self.window.clip(total);
        let (first, end) = (first.max(after), end.max(after));
        let kept = self
            .store
            .kept_messages(mailbox, first - after, end - first);
        let kept = self.stored(kept);
        let row = |message: &StoredMessage| Some(render::row(message, false, false));
        kept.iter().map(row).collect()
    }

    /// What the time is, in seconds since 1970.
    pub(crate) fn unix(&self, now: Instant) -> i64 {
        let seconds = i64::try_from(now.as_micros() / 1_000_000).unwrap_or(i64::MAX);
        self.epoch.saturating_add(seconds)
    }

    /// Shows a message from now on.
    pub(crate) fn open(&mut self, id: MessageId) {
        self.open = Some(id);
        self.in_vain = false;
        self.refresh_open(id, false);
    }

    /// The open message, if what it lacks was asked for in vain.
    pub(crate) fn open_in_vain(&self) -> Option<MessageId> {
        self.open.filter(|_| self.in_vain)
    }

    /// Shows the open message again, if it is this one; `in_vain` where what it lacks does not come.
    pub(crate) fn refresh_open(&mut self, id: MessageId, in_vain: bool) {
        if self.open != Some(id) {
            return;
        }
        self.in_vain |= in_vain;
        if let Some(stored) = self.message(id) {
            let remote = self.remote_allowed.contains(&id);
            let shown = render::message(&self.store, &stored, remote, self.in_vain);
            let shown = self.stored(shown.map(Some));
            if let Some(shown) = shown {
                self.change(Change::Message(Box::new(shown)));
            }
        }
    }

    /// Takes in what crossed a connection; `main` is the one for what the user does. `cause` finds
    /// the intent behind a command.
    pub(crate) fn record<R: Copy + Into<Role>>(
        &mut self,
        connection: ConnectionId,
        protocol: Protocol,
        main: bool,
        transcript: &mut Transcript<R>,
        cause: impl Fn(CommandId) -> Option<Wish>,
    ) {
        while let Some(entry) = transcript.next_entry() {
            let entry = entry.map(Into::into);
            self.wire.record(connection, protocol, main, entry, &cause);
        }
        if main {
            self.wire.set_turns(transcript.turns());
        }
    }

    /// Hands on what crossed since the last time.
    pub(crate) fn flush_wire(&mut self) {
        if let Some((entries, totals)) = self.wire.untold() {
            self.change(Change::Wire(entries));
            self.change(Change::WireTotals(totals));
        }
    }
}
