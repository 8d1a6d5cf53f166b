//! What the page knows, and how each change of the engine changes it.

mod event;
mod wire;

use std::{collections::VecDeque, rc::Rc, time::Duration};

use porthole_demo::throttle::Conditions;
use porthole_interface::{
    Account, Change, Habits,
    account::{Protocol, Via},
    change::{
        Action, AfterDownload, Connection, Controls, Explained, Failure, Known, Mailbox, Message,
        Notice, Preview, Row, SearchState, Stage, WireTotals,
    },
    intent::{MessageId, UndoId},
};
use yew::Reducible;

pub use event::Event;
pub use wire::{WIRE_LIMIT, Wire};

use crate::{
    comparing::Comparing,
    lessons::{self, Learning},
    library::Library,
    progress::Progress,
    recordings::{Content, Recording},
    table::Table,
};

/// Everything that the page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The worker is there, of our build.
    pub ready: bool,
    /// The worker cannot go on: what to tell the user.
    pub broken: Option<String>,
    /// Whom the user signed in as, once that was tried.
    pub account: Option<Account>,
    /// Whether rows have come since then: the mail is shown rather than the form.
    pub entered: bool,
    /// Where the account stands.
    pub connection: Connection,
    /// How many of the user's actions wait for the server.
    pub waiting: u32,
    /// The stages of the attempt under way, with what is known of each, and whether it is over.
    pub stages: Vec<(Stage, String, bool)>,
    /// The failure that is shown.
    pub failure: Option<Failure>,
    /// What is worth saying, oldest first.
    pub notices: VecDeque<Notice>,
    /// The navigation.
    pub mailboxes: Vec<Mailbox>,
    /// The open mailbox, by its name.
    pub mailbox: String,
    /// How many messages it has.
    pub total: u32,
    /// The first row that is known.
    pub first: u32,
    /// The rows from there on.
    pub rows: Rc<Vec<Option<Row>>>,
    /// What the list shows is what a search found.
    pub search: Option<SearchState>,
    /// The message that the user opened.
    pub open: Option<MessageId>,
    /// What is known of it.
    pub message: Option<Rc<Message>>,
    /// It is no longer on the server.
    pub gone: bool,
    /// Its source, while that is shown.
    pub source: Option<Rc<Vec<u8>>>,
    /// How far large things have come.
    pub progress: Progress,
    /// What can be taken back.
    pub undoable: Vec<(UndoId, Action, u32)>,
    /// What crossed.
    pub wire: Wire,
    /// Counts of it.
    pub totals: WireTotals,
    /// What the engine said last of an entry of it.
    pub explained: Option<Rc<Explained>>,
    /// How the conversation goes on, and what waits for the user.
    pub controls: Rc<Controls>,
    /// The commands that the user may type.
    pub known: Rc<Vec<Known>>,
    /// What the line means that the user is typing.
    pub preview: Option<Rc<Preview>>,
    /// The message that the user points at.
    pub pointed: Option<MessageId>,
    /// The entries about it, ascending.
    pub traced: Rc<Vec<u64>>,
    /// Whether opening a message marks it as read.
    pub mark_read: bool,
    /// Mail is kept on this device.
    pub persistent: bool,
    /// Why not, where that was wanted.
    pub forgetful: Option<String>,
    /// POP3: what becomes of mail on the server once it is here.
    pub downloads: Downloads,
    /// How the demo server in the page was told to be.
    pub demo: Rc<DemoServer>,
    /// The saved transcript that was opened last.
    pub recording: Option<Recording>,
    /// What the client makes use of.
    pub habits: Habits,
    /// The open mailbox from all sides, while it is looked at so.
    pub table: Rc<Table>,
    /// POP3 beside IMAP.
    pub comparing: Comparing,
    /// The lessons that there are.
    pub library: Rc<Library>,
    /// The step of a lesson under way.
    pub learning: Rc<Learning>,
}

/// POP3: what becomes of mail on the server once it is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Downloads {
    /// What was chosen.
    pub choice: AfterDownload,
    /// Whether mail outlives the page: nothing is deleted from the server otherwise.
    pub possible: bool,
    /// Messages on the server of which all is here.
    pub here: u32,
    /// Messages on the server.
    pub of: u32,
}

/// How the demo server in the page was told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoServer {
    /// Whether the panel is unfolded, which it stays while somebody signs in again.
    pub open: bool,
    /// The network between it and the client.
    pub conditions: Conditions,
    /// What it does wrong, by its key in [`crate::faults`].
    pub fault: Option<&'static str>,
    /// For which protocol that was ordered.
    pub ordered_for: Option<Protocol>,
    /// Whether whenever it can, and not just once.
    pub always: bool,
    /// After so many octets of an answer a connection is cut.
    pub cut_after: u64,
    /// The commands in whose answers that has happened.
    pub done: Vec<String>,
    /// The entry that was answered so the last time.
    pub since: Option<u64>,
}

impl Default for DemoServer {
    fn default() -> Self {
        Self {
            open: false,
            conditions: Conditions::default(),
            fault: None,
            ordered_for: None,
            always: false,
            cut_after: 40,
            done: Vec::new(),
            since: None,
        }
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            ready: false,
            broken: None,
            account: None,
            entered: false,
            connection: Connection::SignedOut,
            waiting: 0,
            stages: Vec::new(),
            failure: None,
            notices: VecDeque::new(),
            mailboxes: Vec::new(),
            mailbox: String::new(),
            total: 0,
            first: 0,
            rows: Rc::default(),
            search: None,
            open: None,
            message: None,
            gone: false,
            source: None,
            progress: Progress::default(),
            undoable: Vec::new(),
            wire: Wire::default(),
            totals: WireTotals::default(),
            explained: None,
            controls: Rc::default(),
            known: Rc::default(),
            preview: None,
            pointed: None,
            traced: Rc::default(),
            mark_read: true,
            persistent: false,
            forgetful: None,
            downloads: Downloads::default(),
            demo: Rc::default(),
            habits: Habits::default(),
            table: Rc::default(),
            recording: None,
            comparing: Comparing::default(),
            library: Rc::default(),
            learning: Rc::default(),
        }
    }
}

impl Reducible for State {
    type Action = Event;

    fn reduce(self: Rc<Self>, event: Event) -> Rc<Self> {
        let mut state = (*self).clone();
        state.apply(event);
        Rc::new(state)
    }
}

impl State {
    /// The rows of the list by their place.
    pub fn row(&self, at: u32) -> Option<&Row> {
        self.rows
            .get(at.checked_sub(self.first)? as usize)?
            .as_ref()
    }

    /// What the account speaks.
    pub fn protocol(&self) -> Protocol {
        let account = self.account.as_ref();
        account.map_or(Protocol::Imap, |account| account.protocol)
    }

    /// Whether the mail is somebody's, and not the demo's.
    pub fn is_real(&self) -> bool {
        let demo = |account: &Account| account.via == Via::Demo;
        !self.account.as_ref().is_some_and(demo)
    }

    /// The place of a message in the list, while it is among the rows that are known.
    pub fn place(&self, id: MessageId) -> Option<u32> {
        let at = self
            .rows
            .iter()
            .position(|row| row.as_ref().is_some_and(|row| row.id == id))?;
        Some(self.first + at as u32)
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Ready => self.ready = true,
            Event::Broken(why) => self.broken = Some(why),
            Event::Engine(changes) => changes.into_iter().for_each(|change| self.change(change)),
            Event::SigningIn(account) => {
                self.leave();
                self.account = Some(account);
            }
            Event::SignedOut => self.leave(),
            Event::Compare(particulars) => self.comparing.begin(particulars),
            Event::Comparing(told) => self.comparing.apply(told),
            Event::BeginStep(lesson, step, slow) => {
                self.leave();
                // The step has a server of its own.
                let task = &lesson.tasks[step];
                let far = task.round_trip.max(slow);
                let demo = Rc::make_mut(&mut self.demo);
                *demo = DemoServer::default();
                demo.conditions.round_trip = Duration::from_millis(far.into());
                self.account = Some(Account::demo(task.protocol));
                self.habits = Habits::default();
                Rc::make_mut(&mut self.learning).step = Some((lesson, step));
            }
            Event::CheckStep => Rc::make_mut(&mut self.learning).verdict = None,
            Event::Lesson(told) => {
                if told == lessons::Told::Begun {
                    // What was worth saying until now is not the learner's.
                    self.notices.clear();
                }
                Rc::make_mut(&mut self.learning).apply(told);
            }
            Event::Library(found) => Rc::make_mut(&mut self.library).apply(found),
            Event::MarkRead(on) => self.mark_read = on,
            Event::Open(id) => {
                if self.open != id {
                    self.message = None;
                }
                self.open = id;
                self.gone = false;
                self.source = None;
            }
            Event::Point(id) => {
                self.pointed = id;
                self.traced = Rc::default();
            }
            Event::CloseSource => self.source = None,
            Event::OpenMailbox(name) => {
                self.mailbox = name;
                self.total = 0;
                self.first = 0;
                self.rows = Rc::default();
                self.search = None;
                self.open = None;
                self.message = None;
                self.source = None;
            }
            Event::OpeningRecording(name) => {
                let content = Content::Opening;
                self.recording = Some(Recording { name, content });
            }
            Event::Recording(result) => {
                if let Some(recording) = &mut self.recording {
                    recording.content = match result {
                        Ok(opened) => Content::Open(Rc::new(opened)),
                        Err(why) => Content::Unreadable(why),
                    };
                }
            }
            Event::Demo(demo) => self.demo = Rc::new(demo),
            Event::Use(habits) => self.habits = habits,
            Event::Other(other) => Rc::make_mut(&mut self.table).other = other.map(|o| *o),
            Event::Server(mailbox) => Rc::make_mut(&mut self.table).server = mailbox.map(|m| *m),
            Event::Misdeed(command) => {
                let demo = Rc::make_mut(&mut self.demo);
                demo.since = self.wire.asked(&command);
                demo.done.push(command);
            }
            Event::Dismiss => self.failure = None,
            Event::DismissNotice => _ = self.notices.pop_front(),
        }
    }

    /// Forgets all that belongs to an account.
    fn leave(&mut self) {
        let demo = match &self.learning.step {
            Some(_) => Rc::default(),
            None => Rc::clone(&self.demo),
        };
        *self = Self {
            ready: self.ready,
            wire: std::mem::take(&mut self.wire),
            controls: Rc::clone(&self.controls),
            mark_read: self.mark_read,
            persistent: self.persistent,
            forgetful: self.forgetful.take(),
            demo,
            habits: self.habits,
            recording: self.recording.take(),
            comparing: std::mem::take(&mut self.comparing).elsewhere(),
            library: std::mem::take(&mut self.library),
            ..Self::default()
        };
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Connection(connection) => {
                self.connection = connection;
                if matches!(connection, Connection::Connecting) {
                    self.stages.clear();
                    self.failure = None;
                }
                if matches!(connection, Connection::Online) {
                    self.entered = true;
                    // What an action came to is not mended by being online.
                    self.failure.take_if(|failure| failure.stage.is_some());
                }
            }
            Change::Waiting(count) => self.waiting = count,
            Change::Stage {
                stage,
                detail,
                done,
            } => match self.stages.iter_mut().find(|(known, ..)| *known == stage) {
                Some(known) => *known = (stage, detail, done),
                None => self.stages.push((stage, detail, done)),
            },
            Change::Failed(failure) => self.failure = Some(failure),
            Change::Saved { .. } => {}
            Change::AfterDownload {
                choice,
                possible,
                here,
                of,
            } => {
                self.downloads = Downloads {
                    choice,
                    possible,
                    here,
                    of,
                }
            }
            Change::Notice(notice) => {
                if !self.notices.contains(&notice) {
                    self.notices.push_back(notice);
                }
            }
            Change::Mailboxes(mailboxes) => self.mailboxes = mailboxes,
            Change::List {
                mailbox,
                total,
                unread,
            } => {
                self.entered |= total > 0;
                let known = self.mailboxes.iter_mut().find(|m| m.name == mailbox);
                if let Some(known) = known.filter(|_| self.search.is_none()) {
                    known.total = Some(total);
                    known.unread = unread.or(known.unread);
                }
                self.mailbox = mailbox;
                self.total = total;
            }
            Change::Search(search) => {
                self.search = search;
                self.rows = Rc::default();
            }
            Change::Rows { first, rows, .. } => {
                self.first = first;
                self.rows = Rc::new(rows);
            }
            Change::Message(message) => {
                self.progress.shown(&message);
                if self.open == Some(message.id) {
                    self.message = Some(Rc::new(*message));
                }
            }
            Change::MessageGone(id) => self.gone |= self.open == Some(id),
            Change::Progress {
                message,
                part,
                received,
                total,
            } => {
                self.progress.came(message, part, (received, total));
            }
            Change::Part { message, part, .. } => {
                self.progress.over(message, Some(part));
            }
            Change::Source { message, bytes } => {
                self.progress.over(message, None);
                if self.open == Some(message) {
                    self.source = Some(Rc::new(bytes));
                }
            }
            Change::Stopped { message, part } => {
                self.progress.over(message, part);
            }
            Change::Undoable { id, action, count } => self.undoable.push((id, action, count)),
            Change::UndoGone(id) => self.undoable.retain(|(known, ..)| *known != id),
            Change::Wire(entries) => self.wire.extend(entries),
            Change::WireTotals(totals) => self.totals = totals,
            Change::Explained(explained) => self.explained = Some(Rc::new(*explained)),
            Change::Controls(controls) => {
                // Whoever steps through signing in does so beside the Wire.
                self.entered |= self.account.is_some() && controls.held.is_some();
                self.controls = Rc::new(*controls);
            }
            Change::Belief(belief) => Rc::make_mut(&mut self.table).belief = belief.map(|b| *b),
            Change::Preview(preview) => self.preview = Some(Rc::new(*preview)),
            // Only who compares asks for it.
            Change::Measured(_) => {}
            Change::Known(known) => self.known = Rc::new(known),
            Change::Traced { message, entries } => {
                if self.pointed == Some(message) {
                    self.traced = Rc::new(entries);
                }
            }
            Change::Storage { persistent, reason } => {
                self.persistent = persistent;
                self.forgetful = reason;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use porthole_interface::{
        account::Protocol,
        change::{Body, WireEntry},
    };

    use super::*;

    fn row(id: i64) -> Option<Row> {
        Some(Row {
            id: MessageId(id),
            correspondent: "Ines".to_owned(),
            subject: format!("Number {id}"),
            date: None,
            preview: String::new(),
            unread: true,
            flagged: false,
            answered: false,
            attachment: false,
            going: false,
            kept: false,
            size: 0,
        })
    }

    fn after(changes: Vec<Change>) -> State {
        let mut state = State::default();
        state.apply(Event::SigningIn(Account::demo(Protocol::Imap)));
        state.apply(Event::Engine(changes));
        state
    }

    #[test]
    fn rows_are_found_by_place_and_by_message() {
        let rows = vec![row(7), None, row(5)];
        let state = after(vec![Change::Rows {
            mailbox: "INBOX".into(),
            first: 40,
            rows,
        }]);
        assert_eq!(state.row(40).map(|row| row.id), Some(MessageId(7)));
        assert_eq!(state.row(41), None);
        assert_eq!(state.row(39), None);
        assert_eq!(state.place(MessageId(5)), Some(42));
    }

    #[test]
    fn a_long_message_that_has_come_is_no_longer_on_its_way() {
        let message = |body| {
            let long = Message {
                id: MessageId(7),
                subject: String::new(),
                from: Vec::new(),
                to: Vec::new(),
                cc: Vec::new(),
                reply_to: Vec::new(),
                date: None,
                unread: false,
                flagged: false,
                size: 400_000,
                body,
                attachments: Vec::new(),
            };
            Change::Message(Box::new(long))
        };
        let mut state = State::default();
        let progress = Change::Progress {
            message: MessageId(7),
            part: None,
            received: 200_000,
            total: 400_000,
        };
        state.apply(Event::Open(Some(MessageId(7))));
        state.apply(Event::Engine(vec![message(Body::Loading), progress]));
        let on_its_way = |state: &State| state.progress.of_text(state.message.as_ref()?);
        assert_eq!(on_its_way(&state), Some((200_000, 400_000)));
        state.apply(Event::Engine(vec![message(Body::Empty)]));
        assert_eq!(on_its_way(&state), None);
    }

    #[test]
    fn a_stage_is_shown_once() {
        let stage = |done| Change::Stage {
            stage: Stage::Tcp,
            detail: String::new(),
            done,
        };
        assert_eq!(after(vec![stage(false), stage(true)]).stages.len(), 1);
    }

    #[test]
    fn signing_out_forgets_the_mail_and_keeps_what_crossed() {
        let entry = WireEntry {
            number: 0,
            connection: 1,
            protocol: Protocol::Imap,
            at: 0,
            queued: None,
            direction: porthole_wire::Direction::Server,
            shape: porthole_wire::Shape::Line,
            turn: 0,
            command: None,
            wish: None,
            octets: 6,
            kept: b"* OK\r\n".to_vec(),
            masked: Vec::new(),
            phase: porthole_interface::change::Phase::of(
                porthole_interface::change::State::Selected,
            ),
        };
        let mut state = after(vec![Change::Wire(vec![entry])]);
        state.apply(Event::SignedOut);
        assert_eq!(state.account, None);
        assert_eq!(state.wire.with(VecDeque::len), 1);
    }
}
