//! An account over POP3.
//!
//! ```text
//!   dial -> greeting -> CAPA -> [STLS, CAPA] -> sign-in -> CAPA, STAT -> rows -> UIDL, LIST
//!                                                                          |
//!              resting <-- QUIT, when nothing was done for a while --------+
//! ```
//!
//! A session locks the maildrop, and its deletions count at QUIT only: so it is held for a while
//! after the last action, then ended, and made again when something is wanted.

mod act;
mod download;
mod maildrop;
mod rows;
mod search;
mod session;

use std::{collections::HashSet, time::Duration};

use porthole_pop3::{UniqueId, client::Client};
use porthole_sasl::{Credentials, Nonce};
use porthole_store::{AccountId, AccountKey, MailboxRecord, Protocol as StoreProtocol};
use porthole_wire::{Instant, Machine, Output as MachineOutput, Secret};

use self::{maildrop::Maildrop, session::Link};
use crate::{
    account::{Account, Protocol},
    backend::Backend,
    change::{Activity, AfterDownload, Change, Connection, FailureKind, Mailbox, Purpose, Stage},
    core::Core,
    imap::{dial_failure, report_dialled},
    intent::{Mark, MessageId, Password, UndoId},
    output::{ConnectionId, DialError, Dialled, Output, TlsSummary},
    reins::Holdable,
    retry::Retry,
    wire::Named,
};

/// The back end.
#[derive(Debug)]
pub(crate) struct Pop3 {
    account: Account,
    credentials: Credentials,
    record: MailboxRecord,
    /// Dialled and not answered yet.
    dialling: Option<ConnectionId>,
    /// The intent that a session was wanted for.
    wanted_by: Option<u64>,
    link: Option<Link>,
    stage: Stage,
    retry: Retry,
    was_online: bool,
    maildrop: Maildrop,
    /// Marked with DELE in this session: gone when QUIT is answered.
    going: HashSet<UniqueId>,
    deletions: Vec<act::Deletion>,
    downloads: download::Downloads,
    /// Headers that came since the last write.
    fetched: Vec<porthole_store::NewMessage>,
    /// What the list shows instead of the maildrop.
    search: Option<Vec<porthole_store::MessageId>>,
    /// What waits for a session.
    wanted: Vec<act::Want>,
    used_at: Instant,
    checked_at: Instant,
    /// The server wants no session before this (RFC 2449 section 6.5).
    not_before: Instant,
    noticed: HashSet<&'static str>,
    /// A new session is wanted as soon as this one is over.
    again: bool,
}

/// A session is ended when nothing was done for this long.
const HOLD: Duration = Duration::from_secs(45);
/// New mail is looked for this often; POP3 has no way of being told.
const CHECK: Duration = Duration::from_secs(300);
/// The one mailbox of a POP3 account.
pub(crate) const MAILDROP: &str = "INBOX";

impl Pop3 {
    pub(crate) fn new(core: &mut Core, account: Account, password: Password) -> Self {
        let key = AccountKey {
            protocol: StoreProtocol::Pop3,
            host: account.destination.host.clone(),
            port: account.destination.port,
            user: account.user.clone(),
        };
        let account_id = core.store.account(&key);
        let account_id = core.stored(account_id.map(Some)).unwrap_or(AccountId::NONE);
        let record = core.store.mailbox(account_id, MAILDROP);
        let record = core.stored(record.map(Some)).unwrap_or(MailboxRecord::NONE);
        let credentials = Credentials::Password {
            user: account.user.clone(),
            password: Secret::new(password.0),
        };
        Self {
            account,
            credentials,
            record,
            dialling: None,
            wanted_by: None,
            link: None,
            stage: Stage::Proxy,
            retry: Retry::default(),
            was_online: false,
            maildrop: Maildrop::default(),
            going: HashSet::new(),
            deletions: Vec::new(),
            downloads: download::Downloads::default(),
            fetched: Vec::new(),
            search: None,
            wanted: Vec::new(),
            used_at: Instant::ZERO,
            checked_at: Instant::ZERO,
            not_before: Instant::ZERO,
            noticed: HashSet::new(),
            again: false,
        }
    }

    fn dial(&mut self, core: &mut Core) {
        let connection = core.next_connection();
        self.dialling = Some(connection);
        self.wanted_by = core.cause;
        self.retry.cancel();
        self.stage = Stage::Proxy;
        core.set_connection(Connection::Connecting);
        core.stage(Stage::Proxy, "", false);
        core.output(Output::Dial {
            connection,
            via: self.account.via,
            protocol: Protocol::Pop3,
            destination: self.account.destination.clone(),
        });
    }

    /// Makes a session if there is none, as soon as the server allows.
    fn want_session(&mut self, core: &mut Core, now: Instant) {
        self.used_at = now;
        if self.link.is_none() && self.dialling.is_none() {
            if now >= self.not_before {
                self.dial(core);
            } else {
                self.retry.at_least(self.not_before);
            }
        }
    }

    fn drive(&mut self, core: &mut Core, now: Instant) {
        // The machine learns the time before it sends what was queued since.
        if let Some(link) = &mut self.link {
            link.client.handle_timeout(now);
        }
        while let Some(link) = &mut self.link {
            let id = link.id;
            match link.client.poll_output() {
                MachineOutput::Transmit(bytes) => {
                    core.output(Output::Transmit {
                        connection: id,
                        bytes,
                    });
                }
                MachineOutput::Event(event) => self.event(core, now, event),
                MachineOutput::Wait(_) => break,
            }
        }
        if let Some(link) = &mut self.link {
            link.record(core);
        }
        self.write_rows(core);
    }

    /// The session cannot go on, or was never made.
    fn lost(&mut self, core: &mut Core, now: Instant, kind: FailureKind, words: &str) {
        self.end_link(core);
        self.dialling = None;
        // Without QUIT nothing was deleted (RFC 1939 section 6).
        self.forget_deletions(core);
        for want in std::mem::take(&mut self.wanted) {
            want.give_up(core);
        }
        let again = matches!(
            kind,
            FailureKind::Lost
                | FailureKind::NoAnswer
                | FailureKind::InUse
                | FailureKind::LoginDelay
        );
        if self.was_online && again {
            let after = self.retry.failed(now);
            core.set_connection(Connection::Offline {
                retry_in: after.as_secs() as u32,
            });
        } else {
            core.fail(Some(self.stage), kind, words);
            let state = match kind {
                FailureKind::WrongPassword => Connection::SignInNeeded,
                _ => Connection::SignedOut,
            };
            core.set_connection(state);
        }
        core.dirty = true;
    }

    /// Closes the connection and takes in what crossed last.
    fn end_link(&mut self, core: &mut Core) {
        if let Some(mut link) = self.link.take() {
            link.record(core);
            link.give_up(core);
            core.output(Output::Hangup {
                connection: link.id,
            });
            core.wire.connection_over();
        }
    }

    fn is(&self, connection: ConnectionId) -> bool {
        self.link.as_ref().is_some_and(|link| link.id == connection)
    }
}

impl Backend for Pop3 {
    fn start(&mut self, core: &mut Core, now: Instant) {
        self.checked_at = now;
        core.change(Change::Mailboxes(vec![Mailbox {
            name: MAILDROP.to_owned(),
            label: "Inbox".to_owned(),
            depth: 0,
            purpose: Purpose::Inbox,
            selectable: true,
            unread: None,
            total: None,
        }]));
        core.dirty = true;
        self.load_choice(core);
        self.want_session(core, now);
    }

    fn stop(&mut self, core: &mut Core, now: Instant) {
        // Deletions that were not taken back are meant: QUIT makes them count.
        self.quit(core, now);
        self.end_link(core);
        self.dialling = None;
    }

    fn retry(&mut self, core: &mut Core, now: Instant) {
        self.want_session(core, now);
    }

    fn dialled(
        &mut self,
        core: &mut Core,
        now: Instant,
        connection: ConnectionId,
        result: Result<Dialled, DialError>,
        entropy: [u8; 18],
    ) {
        if self.dialling != Some(connection) {
            return;
        }
        self.dialling = None;
        match result {
            Ok(dialled) => {
                report_dialled(core, &dialled);
                self.stage = Stage::Greeting;
                let nonce = Nonce::from_bytes(entropy);
                let cause = self.wanted_by.take();
                let mut link = Link::new(connection, dialled.tls.is_some(), nonce, cause);
                link.client.handle_timeout(now);
                self.link = Some(link);
            }
            Err(error) => {
                let (stage, kind) = dial_failure(core, error.kind);
                self.stage = stage;
                self.lost(core, now, kind, &error.message);
            }
        }
    }

    fn tls(
        &mut self,
        core: &mut Core,
        now: Instant,
        connection: ConnectionId,
        result: Result<TlsSummary, DialError>,
    ) {
        if !self.is(connection) {
            return;
        }
        match result {
            Ok(tls) => self.secured(core, now, &tls),
            Err(error) => {
                self.stage = Stage::Tls;
                self.lost(core, now, FailureKind::Tls, &error.message);
            }
        }
        self.drive(core, now);
    }

    fn input(&mut self, core: &mut Core, now: Instant, connection: ConnectionId, bytes: &[u8]) {
        if let Some(link) = self.link.as_mut().filter(|link| link.id == connection) {
            link.client.handle_input(now, bytes);
            self.drive(core, now);
        }
    }

    fn eof(&mut self, core: &mut Core, now: Instant, connection: ConnectionId) {
        if let Some(link) = self.link.as_mut().filter(|link| link.id == connection) {
            link.client.handle_eof(now);
            self.drive(core, now);
        }
    }

    fn timeout(&mut self, core: &mut Core, now: Instant) {
        if self.retry.is_due(now) && now >= self.not_before {
            self.retry.cancel();
            self.want_session(core, now);
        }
        if let Some(link) = &mut self.link {
            link.client.handle_timeout(now);
        }
        self.drive(core, now);
        self.settle_hidden(core, now);
        self.download(core, now);
        self.rest(core, now);
        self.drive(core, now);
    }

    fn deadline(&mut self) -> Option<Instant> {
        let machine = self.link.as_mut().and_then(Link::deadline);
        let hidden = self.hidden_deadline();
        [machine, self.retry.at(), self.rest_deadline(), hidden]
            .into_iter()
            .flatten()
            .min()
    }

    fn open_mailbox(&mut self, core: &mut Core, now: Instant, _name: String) {
        core.dirty = true;
        self.window_moved(core, now);
    }

    fn window_moved(&mut self, core: &mut Core, now: Instant) {
        self.fetch_rows(core, now);
        self.drive(core, now);
    }

    fn open_message(&mut self, core: &mut Core, now: Instant, id: MessageId) {
        self.fetch_message(core, now, id, act::Purpose::Show);
        if core.mark_read {
            self.set_mark(core, &[id], Mark::Seen, true);
        }
        self.drive(core, now);
    }

    fn fetch_part(&mut self, core: &mut Core, now: Instant, id: MessageId, part: String) {
        if !crate::part::give_stored_part(core, id, &part) {
            self.fetch_message(core, now, id, act::Purpose::Save(part));
            self.drive(core, now);
        }
    }

    fn fetch_source(&mut self, core: &mut Core, now: Instant, id: MessageId) {
        self.fetch_message(core, now, id, act::Purpose::Source);
        self.drive(core, now);
    }

    fn stop_fetching(&mut self, core: &mut Core, now: Instant, id: MessageId) {
        self.stop_message(core, now, id);
    }

    fn mark(&mut self, core: &mut Core, _now: Instant, ids: &[MessageId], mark: Mark, on: bool) {
        self.set_mark(core, ids, mark, on);
    }

    fn delete(&mut self, core: &mut Core, now: Instant, ids: &[MessageId]) {
        self.remove(core, now, ids);
        self.drive(core, now);
    }

    fn move_to(&mut self, core: &mut Core, _now: Instant, _ids: &[MessageId], _mailbox: String) {
        core.fail(
            None,
            FailureKind::Refused,
            "POP3 knows one maildrop and no other mailboxes",
        );
    }

    fn undo(&mut self, core: &mut Core, now: Instant, id: UndoId) {
        if !self.unhide(core, id) {
            self.take_back(core, id);
        }
        self.used_at = now;
        self.drive(core, now);
    }

    fn after_download(&mut self, core: &mut Core, now: Instant, choice: AfterDownload) {
        self.choose(core, now, choice);
        self.drive(core, now);
    }

    fn check(&mut self, core: &mut Core, now: Instant) {
        self.check_now(core, now);
        self.drive(core, now);
    }

    fn search(&mut self, core: &mut Core, now: Instant, text: &str) {
        self.search_for(core, text);
        self.window_moved(core, now);
    }

    fn links(&mut self) -> Vec<Box<dyn Holdable + '_>> {
        self.link.iter_mut().map(Link::reins).collect()
    }

    fn go_on(&mut self, core: &mut Core, now: Instant) {
        self.drive(core, now);
    }

    fn activity(&mut self) -> Activity {
        Activity {
            busy: self.dialling.is_some()
                || self.retry.at().is_some()
                || self.link.as_ref().is_some_and(Link::is_busy),
            listening: false,
        }
    }

    fn name_of(&self, core: &mut Core, id: MessageId) -> Option<Named> {
        let message = core.message_of(Some(self.record.id), id)?;
        let number = self.maildrop.number_of(message.unique_id()?)?;
        Some(Named::Number(number))
    }

    fn messages(&self, core: &mut Core, named: &[Named]) -> Vec<MessageId> {
        let unique_id = |named: &Named| match named {
            Named::Number(number) => self.maildrop.unique_id(*number),
            Named::Uids(..) => None,
        };
        let unique_ids = named.iter().filter_map(unique_id);
        let found = core.store.by_unique_ids(self.record.id, unique_ids);
        let found = core.stored(found).into_iter();
        found.map(|message| MessageId(message.id.0)).collect()
    }

    fn show(&mut self, core: &mut Core) {
        self.show_rows(core);
    }
}

/// What a client is made with.
fn client(encrypted: bool) -> Client {
    Client::new(porthole_pop3::Options {
        encrypted,
        ..Default::default()
    })
}
