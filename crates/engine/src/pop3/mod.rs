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
mod backend;
mod deletion;
mod download;
mod farewell;
mod link;
mod maildrop;
mod rows;
mod search;
mod session;

use std::{collections::HashSet, time::Duration};

use porthole_pop3::{UniqueId, client::Client};
use porthole_sasl::Credentials;
use porthole_store::{AccountId, AccountKey, MailboxRecord, Protocol as StoreProtocol};
use porthole_wire::{Instant, Machine, Output as MachineOutput, Secret};

use self::{link::Link, maildrop::Maildrop};
use crate::{
    Habits,
    account::{Account, Protocol},
    change::{Change, Connection, Failure, FailureKind, Stage},
    core::Core,
    intent::{Password, Wish},
    output::{ConnectionId, Output},
    retry::Retry,
};

/// The back end.
#[derive(Debug)]
pub(crate) struct Pop3 {
    account: Account,
    credentials: Credentials,
    record: MailboxRecord,
    /// Dialled and not answered yet.
    dialling: Option<ConnectionId>,
    /// What a session was wanted for.
    wanted_by: Option<Wish>,
    link: Option<Link>,
    stage: Stage,
    retry: Retry,
    was_online: bool,
    maildrop: Maildrop,
    /// To be deleted, and shown so.
    going: HashSet<UniqueId>,
    /// What DELE was sent for in this session: gone when QUIT is answered.
    marked: HashSet<UniqueId>,
    deletions: Vec<deletion::Deletion>,
    downloads: download::Downloads,
    /// What was fetched ahead last.
    ahead: Option<UniqueId>,
    /// Headers that came since the last write.
    fetched: Vec<porthole_store::NewMessage>,
    /// What the list shows instead of the maildrop.
    search: Option<String>,
    /// What waits for a session.
    wanted: Vec<act::Want>,
    used_at: Instant,
    checked_at: Instant,
    noticed: HashSet<&'static str>,
    /// A new session is wanted as soon as this one is over.
    again: bool,
    /// Nobody looks at the account any more: all that is to come is the end of its session.
    left: bool,
}

/// A session is ended when nothing was done for this long.
const HOLD: Duration = Duration::from_secs(45);
/// New mail is looked for this often; POP3 has no way of being told.
const CHECK: Duration = Duration::from_secs(300);
/// How long a server is left in peace that wants a pause and does not say how long.
const PAUSE: Duration = Duration::from_secs(60);
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
            marked: HashSet::new(),
            deletions: Vec::new(),
            downloads: download::Downloads::default(),
            ahead: None,
            fetched: Vec::new(),
            search: None,
            wanted: Vec::new(),
            used_at: Instant::ZERO,
            checked_at: Instant::ZERO,
            noticed: HashSet::new(),
            again: false,
            left: false,
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
        // What ends is over before another can begin.
        self.again |= self.link.as_ref().is_some_and(Link::is_ending);
        if self.link.is_none() && self.dialling.is_none() && self.retry.is_allowed(core, now) {
            self.dial(core);
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
            link.record(core, !self.left);
        }
        self.write_rows(core);
    }

    /// The session cannot go on, or was never made.
    fn lost(&mut self, core: &mut Core, now: Instant, kind: FailureKind, words: &str) {
        self.end_link(core);
        self.dialling = None;
        self.deletions_lost(core, words);
        self.forget_session();
        if !self.maildrop.is_named() {
            // What is on this device is shown by its names until a session has told them again.
            self.maildrop = Maildrop::default();
        }
        if self.left {
            return;
        }
        for want in std::mem::take(&mut self.wanted) {
            want.give_up(core);
        }
        if kind == FailureKind::LoginDelay {
            self.retry.pause_until(now + PAUSE);
        }
        let known = self.is_known(core);
        let failure = Failure {
            stage: Some(self.stage),
            kind,
            words: words.to_owned(),
        };
        self.retry.failed(core, now, known, failure.clone());
        if self.retry.at().is_some() {
            // The way there is fine: why it is not taken is the server's to say.
            if matches!(kind, FailureKind::InUse | FailureKind::LoginDelay) {
                core.change(Change::Failed(failure));
            }
        } else if kind != FailureKind::WrongPassword {
            self.give_up_waiting(core, words);
        }
        core.dirty = true;
    }

    /// Whether the way there has been found, now or on an earlier visit.
    fn is_known(&self, core: &mut Core) -> bool {
        self.was_online || core.has_stored(self.record.id)
    }

    /// Closes the connection and takes in what crossed last.
    fn end_link(&mut self, core: &mut Core) {
        if let Some(mut link) = self.link.take() {
            link.record(core, !self.left);
            link.give_up(core);
            self.ahead = None;
            core.output(Output::Hangup {
                connection: link.id,
            });
            if !self.left {
                core.wire.connection_over();
            }
        }
    }
}

/// What a client is made with.
fn client(encrypted: bool, habits: Habits) -> Client {
    Client::new(porthole_pop3::Options {
        encrypted,
        pipelining: habits.pipelining,
        ..Default::default()
    })
}
