//! An account over IMAP.
//!
//! ```text
//!   dial -> greeting -> [STARTTLS] -> sign-in -> SELECT -> first rows -> online
//!                                                             |
//!                       the side connection: LIST, STATUS ----+
//! ```
//!
//! Two connections: `main` for what the user does, which idles when it is quiet, and `side` for
//! what can wait and what would disturb the open mailbox.

mod act;
mod backend;
mod content;
mod deeds;
mod events;
mod farewell;
mod link;
mod mailboxes;
mod move_back;
mod previews;
mod rows;
mod search;
mod side;
mod sign_in;
mod structure;
mod task;
mod transfer;

use std::{collections::HashSet, time::Duration};

use porthole_imap::types::{
    command::Command,
    number::{Uid, UidValidity},
};
use porthole_sasl::Credentials;
use porthole_store::{AccountId, AccountKey, MailboxRecord, Protocol as StoreProtocol};
use porthole_wire::{Instant, Machine, Output as MachineOutput, Secret};

use self::{link::Link, mailboxes::Mailboxes, side::Side, task::Task, transfer::Transfer};
pub(crate) use self::{
    link::{describe, dial_failure, report_dialled},
    sign_in::no_mechanism,
};
use crate::{
    account::{Account, Protocol},
    change::{Connection, Failure, FailureKind, Stage},
    core::Core,
    intent::Password,
    output::{ConnectionId, Output},
    retry::Retry,
};

/// The back end.
#[derive(Debug)]
pub(crate) struct Imap {
    account: Account,
    credentials: Credentials,
    account_id: AccountId,
    /// The mailbox that is open or to be opened.
    mailbox: String,
    record: MailboxRecord,
    mailboxes: Mailboxes,
    main: Option<Link<Task>>,
    side: Side,
    retry: Retry,
    /// Whether the first rows have ever come: then a lost connection is made again by itself.
    was_online: bool,
    /// Rows are being fetched; one FETCH at a time, so that each sees the list as it is.
    fetching_rows: bool,
    /// Rows came of it.
    rows_came: bool,
    /// Rows may be wanted since that were not asked for.
    rows_wanted: bool,
    /// Messages whose UID is known and whose row is not here: the server told their flags only.
    rowless: HashSet<Uid>,
    /// The mailbox was just opened: what is here of an earlier visit was not looked up yet.
    just_opened: bool,
    /// Data of rows that came since the last write.
    fetched: Vec<porthole_store::NewMessage>,
    /// Messages of the open mailbox of which the server did not know at once what they begin with.
    unpreviewed: HashSet<Uid>,
    /// When they are asked for it once more.
    previews_at: Option<Instant>,
    transfers: Vec<Transfer>,
    /// Tells one transfer from another of the same part, which was stopped.
    transfers_begun: u64,
    undo: Vec<act::Undoable>,
    /// What the list shows instead of the mailbox.
    search: Option<search::Search>,
    /// Tells the answer to one search from that to another.
    searches: u64,
    /// When the connection was last used.
    quiet_since: Instant,
    /// When the server was last asked whether it forgot to say something.
    checked_at: Instant,
    unreadable_told: bool,
    /// Something since the last completion could not be read.
    unread: bool,
    /// Whether IDLE is worth trying: it is wanted, and was not refused.
    idles: bool,
    /// Whether the server agreed to the last IDLE.
    idle_agreed: bool,
}

/// IDLE begins when nothing was asked for this long.
const QUIET: Duration = Duration::from_secs(2);
/// How often a server is asked outright: some forget to report by IDLE, and RFC 2177 wants IDLE
/// renewed before 29 minutes are over.
const CHECK: Duration = Duration::from_secs(240);
/// How often it is asked where there is no IDLE.
const CHECK_WITHOUT_IDLE: Duration = Duration::from_secs(30);

impl Imap {
    pub(crate) fn new(core: &mut Core, account: Account, password: Password) -> Self {
        let key = AccountKey {
            protocol: StoreProtocol::Imap,
            host: account.destination.host.clone(),
            port: account.destination.port,
            user: account.user.clone(),
        };
        let account_id = core.store.account(&key);
        let account_id = core.stored(account_id.map(Some)).unwrap_or(AccountId::NONE);
        let mailbox = "INBOX".to_owned();
        let record = record(core, account_id, &mailbox);
        let credentials = Credentials::Password {
            user: account.user.clone(),
            password: Secret::new(password.0),
        };
        Self {
            account,
            credentials,
            account_id,
            mailbox,
            record,
            mailboxes: Mailboxes::default(),
            main: None,
            side: Side::default(),
            retry: Retry::default(),
            was_online: false,
            fetching_rows: false,
            rows_came: false,
            rows_wanted: false,
            rowless: HashSet::new(),
            just_opened: false,
            fetched: Vec::new(),
            unpreviewed: HashSet::new(),
            previews_at: None,
            transfers: Vec::new(),
            transfers_begun: 0,
            undo: Vec::new(),
            search: None,
            searches: 0,
            quiet_since: Instant::ZERO,
            checked_at: Instant::ZERO,
            unreadable_told: false,
            unread: false,
            idles: true,
            idle_agreed: false,
        }
    }

    fn dial(&mut self, core: &mut Core) {
        let connection = core.next_connection();
        self.main = Some(Link::new(connection, core.habits, core.cause));
        self.idles = core.habits.push;
        self.retry.cancel();
        self.fetching_rows = false;
        self.previews_at = None;
        core.set_connection(Connection::Connecting);
        core.stage(Stage::Proxy, "", false);
        core.output(dial_output(&self.account, connection));
    }

    /// Issues a command on the main connection, if there is one.
    fn issue(&mut self, core: &Core, now: Instant, task: Task, command: Command) -> bool {
        let Some(main) = &mut self.main else {
            return false;
        };
        self.quiet_since = now;
        main.issue(command, task, core.cause);
        true
    }

    /// The UID validity of the mailbox that is open on the server.
    fn validity(&self) -> Option<UidValidity> {
        self.selected()?.uid_validity
    }

    fn selected(&self) -> Option<&porthole_imap::client::Selected> {
        let selected = self.main.as_ref()?.client.selected()?;
        (selected.mailbox.as_str() == self.mailbox).then_some(selected)
    }

    /// Sends what may go, and acts on what came, until the machine waits.
    fn drive(&mut self, core: &mut Core, now: Instant) {
        if let Some(main) = &mut self.main {
            main.client.flush(now);
        }
        while let Some(main) = &mut self.main {
            let id = main.id;
            match main.client.poll_output() {
                MachineOutput::Transmit(bytes) => {
                    core.output(Output::Transmit {
                        connection: id,
                        bytes,
                    });
                }
                MachineOutput::Event(event) => {
                    self.event(core, now, event);
                    if let Some(main) = &mut self.main {
                        main.client.flush(now);
                    }
                }
                MachineOutput::Wait(_) => break,
            }
        }
        if let Some(main) = &mut self.main {
            main.record(core, true);
        }
        self.write_rows(core);
    }

    /// Some transfers come to nothing.
    fn transfers_stopped(&mut self, core: &mut Core, which: impl Fn(&Transfer) -> bool) {
        let (stopped, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.transfers)
            .into_iter()
            .partition(which);
        self.transfers = kept;
        for transfer in stopped {
            transfer.give_up(core);
        }
    }

    /// The main connection cannot go on.
    fn lost(&mut self, core: &mut Core, now: Instant, kind: FailureKind, words: &str) {
        let Some(mut main) = self.main.take() else {
            return;
        };
        main.record(core, true);
        core.output(Output::Hangup {
            connection: main.id,
        });
        core.wire.connection_over();
        self.side_gives_up(core, words);
        self.side.hang_up(core);
        self.transfers_stopped(core, |_| true);
        self.search_lost(core);
        for task in main.tasks() {
            if let Task::Deed(step) = task {
                self.undo_is_unsure(step);
            }
        }
        self.take_back_wanted(core, now);
        if main.has(Task::copies) {
            let words = "the server did not say whether it did what was asked";
            core.fail(None, FailureKind::Lost, words);
        }
        if let Some(open) = core.open {
            core.refresh_open(open, true);
        }
        let known = self.is_known(core);
        let failure = Failure {
            stage: Some(main.stage),
            kind,
            words: words.to_owned(),
        };
        self.retry.failed(core, now, known, failure);
        core.dirty = true;
    }

    /// Whether the way there has been found, now or on an earlier visit.
    fn is_known(&self, core: &mut Core) -> bool {
        self.was_online || core.has_stored(self.record.id)
    }
}

/// The output that dials for this account.
fn dial_output(account: &Account, connection: ConnectionId) -> Output {
    Output::Dial {
        connection,
        via: account.via,
        protocol: Protocol::Imap,
        destination: account.destination.clone(),
    }
}

fn record(core: &mut Core, account: AccountId, name: &str) -> MailboxRecord {
    let record = core.store.mailbox(account, name);
    core.stored(record.map(Some)).unwrap_or(MailboxRecord::NONE)
}
