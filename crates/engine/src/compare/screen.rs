//! What a device shows, as its engine tells it.

use porthole_wire::Direction;

use crate::{
    change::{
        Attachment, Body, Change, Connection, Failure, Measured, Message, Row, SearchState,
        WireEntry,
    },
    intent::MessageId,
};

/// What is known of a device.
#[derive(Debug, Default)]
pub(super) struct Screen {
    /// All that crossed.
    pub(super) entries: Vec<WireEntry>,
    /// How things stood when they were asked for last.
    pub(super) measured: Option<Measured>,
    pub(super) connection: Option<Connection>,
    pub(super) failure: Option<Failure>,
    pub(super) search: Option<SearchState>,
    /// An attachment has come.
    pub(super) saved: bool,
    /// What was asked for will not come.
    pub(super) stopped: bool,
    /// POP3: how many messages of the maildrop are on the device whole.
    pub(super) here: u32,
    total: Option<u32>,
    rows: Vec<Option<Row>>,
    message: Option<Message>,
}

/// The rows that a task is about.
pub(super) const TEN: u32 = 10;

impl Screen {
    pub(super) fn apply(&mut self, change: &Change) {
        match change {
            Change::Wire(entries) => self.entries.extend_from_slice(entries),
            Change::Measured(measured) => self.measured = Some((**measured).clone()),
            Change::Connection(connection) => self.connection = Some(*connection),
            Change::Failed(failure) => self.failure = Some(failure.clone()),
            Change::List { total, .. } => self.total = Some(*total),
            Change::Rows { first: 0, rows, .. } => self.rows.clone_from(rows),
            Change::Search(search) => self.search.clone_from(search),
            Change::Message(message) => self.message = Some((**message).clone()),
            Change::Part { .. } => self.saved = true,
            Change::AfterDownload { here, .. } => self.here = *here,
            Change::Stopped { .. } => self.stopped = true,
            _ => {}
        }
    }

    /// A new visit: what the screen showed is gone, what crossed stays.
    pub(super) fn clear(&mut self) {
        *self = Self {
            entries: std::mem::take(&mut self.entries),
            measured: self.measured.take(),
            ..Self::default()
        };
    }

    /// How many entries there are.
    pub(super) fn end(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing was sent since the server spoke.
    pub(super) fn server_spoke_last(&self) -> bool {
        let last = self.entries.last();
        last.is_some_and(|entry| entry.direction == Direction::Server)
    }

    /// The newest rows, if all that should be there are.
    pub(super) fn newest(&self) -> Option<Vec<&Row>> {
        let wanted = self.total?.min(TEN) as usize;
        let rows = self.rows.iter().take(wanted).map(Option::as_ref);
        let rows: Option<Vec<_>> = rows.collect();
        rows.filter(|rows| rows.len() == wanted)
    }

    /// All rows that are there.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().flatten()
    }

    pub(super) fn total(&self) -> u32 {
        self.total.unwrap_or(0)
    }

    pub(super) fn is_online(&self) -> bool {
        self.connection == Some(Connection::Online)
    }

    /// Whether there is no connection any more.
    pub(super) fn is_away(&self) -> bool {
        matches!(
            self.connection,
            None | Some(Connection::SignedOut | Connection::Resting | Connection::Offline { .. })
        )
    }

    /// The message that was asked for, once its content is there.
    pub(super) fn body(&self, id: MessageId) -> Option<&Body> {
        let message = self.message.as_ref().filter(|message| message.id == id)?;
        (message.body != Body::Loading).then_some(&message.body)
    }

    /// The largest attachment of the open message.
    pub(super) fn largest(&self) -> Option<(MessageId, &Attachment)> {
        let message = self.message.as_ref()?;
        let largest = message.attachments.iter().max_by_key(|part| part.size)?;
        Some((message.id, largest))
    }
}
