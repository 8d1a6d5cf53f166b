//! A session: from the greeting to the end, and what each command was sent for.

use std::collections::HashMap;

use porthole_pop3::{
    Capability, Event, MessageNumber, ResponseCode, UniqueId,
    client::{Client, Closed, Error, Misuse, PeerMisbehaved, State},
};
use porthole_sasl::Nonce;
use porthole_wire::{CommandId, Instant, Machine, Output as MachineOutput};

use super::{
    Pop3,
    act::{Fetched, Purpose, Want},
    client,
};
use crate::{
    Habits,
    account::{Protocol, Security},
    change::{Change, Connection, FailureKind, Notice, Stage},
    core::Core,
    imap::{describe, no_mechanism},
    intent::{MessageId, Wish},
    output::{ConnectionId, Output, TlsSummary},
    reins::{Holdable, Reins},
    retry::silent_greeting,
};

#[derive(Debug)]
pub(super) struct Link {
    pub(super) id: ConnectionId,
    pub(super) client: Client,
    nonce: Option<Nonce>,
    pub(super) encrypted: bool,
    tasks: HashMap<CommandId, Task>,
    pub(super) causes: HashMap<CommandId, Wish>,
    /// What the session itself was wanted for, until the list is there.
    pub(super) cause: Option<Wish>,
    /// Signed in, and the maildrop's count is known.
    pub(super) ready: bool,
    /// The unique-ids and sizes of all messages were asked for.
    pub(super) listed: bool,
    /// What waited has been told all unique-ids: there are no others.
    pub(super) named: bool,
}

/// Why a command was sent.
#[derive(Debug)]
pub(super) enum Task {
    Capa,
    Stls,
    SignIn,
    Stat,
    /// Header of a row.
    Top {
        number: u32,
        bytes: Vec<u8>,
    },
    Uidl,
    /// All unique-ids, for what waits.
    Resume,
    List,
    Retr {
        message: MessageId,
        unique_id: UniqueId,
        bytes: Vec<u8>,
        total: u64,
        /// None where nobody asked for it: it is to be here.
        purposes: Vec<Purpose>,
    },
    Dele(UniqueId),
    Rset,
    Quit,
    Noop,
}

impl Link {
    pub(super) fn new(
        id: ConnectionId,
        encrypted: bool,
        nonce: Nonce,
        habits: Habits,
        cause: Option<Wish>,
    ) -> Self {
        Self {
            id,
            client: client(encrypted, habits),
            nonce: Some(nonce),
            encrypted,
            tasks: HashMap::new(),
            causes: HashMap::new(),
            cause,
            ready: false,
            listed: false,
            named: false,
        }
    }

    /// This connection in the user's hands.
    pub(super) fn reins(&mut self) -> Box<dyn Holdable + '_> {
        Box::new(Reins {
            id: self.id,
            client: &mut self.client,
            causes: &mut self.causes,
        })
    }

    /// Notes why a command was sent.
    pub(super) fn expect(&mut self, id: CommandId, task: Task, cause: Option<Wish>) {
        self.tasks.insert(id, task);
        if let Some(cause) = cause.or(self.cause) {
            self.causes.insert(id, cause);
        }
    }

    /// Whether the server said that it can do this.
    pub(super) fn can(&self, capability: &Capability) -> bool {
        self.client
            .capabilities()
            .is_some_and(|all| all.has(capability))
    }

    /// Whether the server may be able to do this: one without CAPA is asked.
    pub(super) fn may(&self, capability: &Capability) -> bool {
        self.client
            .capabilities()
            .is_none_or(|all| all.has(capability))
    }

    pub(super) fn is_busy(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// Whether QUIT is on its way.
    pub(super) fn is_ending(&self) -> bool {
        self.tasks.values().any(|task| matches!(task, Task::Quit))
    }

    /// Whether the content of a message is on its way.
    pub(super) fn fetches(&self, id: MessageId) -> bool {
        self.tasks
            .values()
            .any(|task| matches!(task, Task::Retr { message, .. } if *message == id))
    }

    /// Notes what else a message is wanted for that is on its way; `false` where it is not.
    pub(super) fn is_wanted(&mut self, id: MessageId, purpose: &Purpose) -> bool {
        let on_its_way = self.tasks.values_mut().find_map(|task| match task {
            Task::Retr {
                message, purposes, ..
            } if *message == id => Some(purposes),
            _ => None,
        });
        let Some(purposes) = on_its_way else {
            return false;
        };
        if !purposes.contains(purpose) {
            purposes.push(purpose.clone());
        }
        true
    }

    /// What the user still wants of this session, but for a message that is stopped, in the order
    /// in which it was asked for. It is no longer expected of it.
    pub(super) fn unfinished(&mut self, stopped: Option<MessageId>) -> Vec<Want> {
        let wanted = |_: &CommandId, task: &mut Task| match task {
            Task::Retr {
                message, purposes, ..
            } => Some(*message) != stopped && !purposes.is_empty(),
            _ => false,
        };
        let mut tasks: Vec<_> = self.tasks.extract_if(wanted).collect();
        tasks.sort_by_key(|(id, _)| *id);
        let mut wants = Vec::new();
        for (_, task) in tasks {
            if let Task::Retr {
                message, purposes, ..
            } = task
            {
                let want = |purpose| Want(message, purpose);
                wants.extend(purposes.into_iter().map(want));
            }
        }
        wants
    }

    pub(super) fn record(&mut self, core: &mut Core, main: bool) {
        let causes = &self.causes;
        let find = |command| causes.get(&command).copied();
        core.record(
            self.id,
            Protocol::Pop3,
            main,
            self.client.transcript_mut(),
            find,
        );
        self.causes.retain(|id, _| self.tasks.contains_key(id));
    }

    pub(super) fn deadline(&mut self) -> Option<Instant> {
        match self.client.poll_output() {
            MachineOutput::Wait(deadline) => deadline,
            // Drained by every input.
            _ => None,
        }
    }

    /// What was on its way will not come.
    pub(super) fn give_up(&mut self, core: &mut Core) {
        let fetches = |_: &CommandId, task: &mut Task| matches!(task, Task::Retr { .. });
        for (_, task) in self.tasks.extract_if(fetches) {
            if let Task::Retr {
                message, purposes, ..
            } = task
            {
                for purpose in purposes {
                    let part = purpose.part();
                    core.change(Change::Stopped { message, part });
                }
                core.refresh_open(message, true);
            }
        }
    }
}

impl Pop3 {
    pub(super) fn event(&mut self, core: &mut Core, now: Instant, event: Event) {
        match event {
            Event::Greeting { text, .. } => {
                core.stage(Stage::Greeting, text, true);
                self.stage = Stage::SignIn;
                if let Some(link) = &mut self.link {
                    let id = link.client.capa();
                    link.expect(id, Task::Capa, None);
                }
            }
            Event::Capabilities { capabilities, .. } => {
                if let Some(seconds) = capabilities.login_delay() {
                    let pause = std::time::Duration::from_secs(seconds.into());
                    self.retry.pause_until(now + pause);
                }
            }
            // One that somebody typed says nothing new: a session's numbers stay (RFC 1939 section 8).
            Event::DropListing { id, listing } if self.is_opening(id) => {
                self.maildrop.reset(listing.messages);
                core.dirty = true;
            }
            Event::DropListing { .. } => {}
            Event::ScanListing { listing, .. } => {
                for line in listing {
                    self.maildrop.learn_octets(line.number.value(), line.octets);
                }
            }
            Event::UniqueIdListing { listing, .. } => {
                let all = listing.len() > 1;
                for line in listing {
                    self.maildrop
                        .learn_unique_id(line.number.value(), line.unique_id);
                }
                self.hide_rows();
                core.dirty = true;
                if all {
                    // Rows that were scrolled to before their names were known.
                    self.fetch_rows(core, now);
                }
            }
            Event::PayloadChunk { id, bytes } => self.chunk(core, now, id, &bytes),
            Event::Unreadable { error, .. } => {
                if self.noticed.insert("unreadable") {
                    core.notice(Notice::Unreadable {
                        beginning: error.to_string(),
                    });
                }
            }
            Event::Tolerated { quirk } => core.notice(Notice::Quirk(quirk.to_string())),
            Event::StartTls { .. } => {
                if let Some(link) = &self.link {
                    core.output(Output::StartTls {
                        connection: link.id,
                    });
                }
            }
            Event::Completed { id, result } => self.completed(core, now, id, result),
            Event::Closed {
                why: Closed::Quit(result),
            } => {
                match result {
                    Ok(()) => self.deletions_done(core),
                    Err(refused) => self.deletions_lost(core, &refused.to_string()),
                }
                self.rested(core, now);
            }
            Event::Closed {
                why: Closed::Failed(error),
            } => {
                let kind = match error {
                    Error::TimedOut if self.stage == Stage::Greeting => {
                        silent_greeting(self.is_known(core))
                    }
                    ref error => self.kind(error),
                };
                self.lost(core, now, kind, &error.to_string());
            }
        }
    }

    /// Whether this is the STAT that opens the maildrop.
    fn is_opening(&self, id: CommandId) -> bool {
        let task = self.link.as_ref().and_then(|link| link.tasks.get(&id));
        matches!(task, Some(Task::Stat))
    }

    fn kind(&self, error: &Error) -> FailureKind {
        match error {
            Error::Refused(refused) => match (&refused.code, self.stage) {
                (Some(ResponseCode::InUse), _) => FailureKind::InUse,
                (Some(ResponseCode::LoginDelay), _) => FailureKind::LoginDelay,
                // RFC 3206 section 4: it will pass, or it will not.
                (Some(ResponseCode::SysTemp), _) => FailureKind::TurnedAway,
                (Some(ResponseCode::SysPerm), _) => FailureKind::Refused,
                (_, Stage::Greeting) => FailureKind::TurnedAway,
                (_, Stage::SignIn) => FailureKind::WrongPassword,
                _ => FailureKind::Refused,
            },
            Error::PeerMisbehaved(PeerMisbehaved::Greeting(_)) => FailureKind::NotThatProtocol,
            Error::PeerMisbehaved(_) => FailureKind::Misbehaved,
            _ => FailureKind::Lost,
        }
    }

    /// TLS is on: what the server can do must be asked again (RFC 2595 section 4).
    pub(super) fn secured(&mut self, core: &mut Core, now: Instant, tls: &TlsSummary) {
        core.stage(Stage::Tls, describe(tls), true);
        let Some(link) = &mut self.link else { return };
        link.encrypted = true;
        link.client.handle_tls_established(now);
        self.stage = Stage::SignIn;
        let id = link.client.capa();
        link.expect(id, Task::Capa, None);
    }

    fn sign_in(&mut self, core: &mut Core, now: Instant) {
        let Some(link) = &mut self.link else { return };
        if self.account.destination.security == Security::StartTls && !link.encrypted {
            self.stage = Stage::Tls;
            core.stage(Stage::Tls, "", false);
            let id = link.client.stls();
            link.expect(id, Task::Stls, None);
            return;
        }
        let Some(nonce) = link.nonce.take() else {
            return;
        };
        self.stage = Stage::SignIn;
        core.stage(Stage::SignIn, "", false);
        match link
            .client
            .sign_in(&self.credentials, self.account.cleartext_allowed, &nonce)
        {
            Ok(id) => link.expect(id, Task::SignIn, None),
            Err(why) => self.lost(core, now, no_mechanism(why), &why.to_string()),
        }
    }

    fn signed_in(&mut self, core: &mut Core) {
        self.stage = Stage::Mailbox;
        core.stage(Stage::SignIn, "", true);
        core.stage(Stage::Mailbox, "", false);
        core.set_connection(Connection::CatchingUp);
        let Some(link) = &mut self.link else { return };
        if link.client.capabilities().is_some() {
            let id = link.client.capa();
            link.expect(id, Task::Capa, None);
        }
        let id = link.client.stat();
        link.expect(id, Task::Stat, None);
    }

    fn completed(
        &mut self,
        core: &mut Core,
        now: Instant,
        id: CommandId,
        result: Result<(), Error>,
    ) {
        let Some(link) = &mut self.link else { return };
        let Some(task) = link.tasks.remove(&id) else {
            return;
        };
        let cause = link.causes.get(&id).copied();
        core.cause = core.cause.or(cause);
        // That the session is over is no answer to what was asked in it; its end is told apart.
        let is_over = matches!(
            result,
            Err(Error::TimedOut | Error::Disconnected | Error::Misuse(Misuse::Ended))
        );
        match (task, result) {
            (Task::Capa | Task::Uidl | Task::Resume, Err(_)) if is_over => {}
            // A server without CAPA is taken as RFC 1939 has it.
            (Task::Capa, _) if !link.ready && self.stage == Stage::SignIn => {
                self.sign_in(core, now);
            }
            (Task::Stls, Err(error)) => {
                self.lost(core, now, FailureKind::NoStartTls, &error.to_string());
            }
            (Task::SignIn, Ok(())) => self.signed_in(core),
            (Task::SignIn | Task::Stat, Err(error)) => {
                let kind = self.kind(&error);
                self.lost(core, now, kind, &error.to_string());
            }
            (Task::Stat, Ok(())) => {
                link.ready = true;
                self.maildrop_opened(core, now);
            }
            (Task::Top { number, bytes }, result) => {
                self.top_came(core, now, number, bytes, result);
            }
            (Task::Uidl, result) => self.uidl_came(core, now, result),
            (Task::Resume, Ok(())) => {
                link.named = true;
                self.resume_now(core, now);
            }
            (Task::Resume, Err(error)) => {
                link.named = true;
                self.not_resumed(core, now, error);
            }
            (
                Task::Retr {
                    message,
                    unique_id,
                    bytes,
                    purposes,
                    ..
                },
                result,
            ) => {
                let fetched = Fetched {
                    message,
                    unique_id,
                    raw: bytes,
                    purposes,
                };
                self.message_came(core, now, &fetched, result);
            }
            (Task::Dele(unique_id), Err(error)) => self.dele_failed(core, &unique_id, &error),
            // At QUIT the server would remove what is to stay.
            (Task::Rset, Err(_)) if !is_over => self.break_off(core, now, None),
            // It was never sent: the session goes on.
            (Task::Quit, _) if link.client.state() != State::Closed => {
                link.ready = true;
                self.again = false;
                self.used_at = now;
            }
            _ => {}
        }
        if !is_over {
            self.rows_done(core, now);
        }
    }

    fn chunk(&mut self, core: &mut Core, now: Instant, id: CommandId, chunk: &[u8]) {
        let Some(task) = self.link.as_mut().and_then(|link| link.tasks.get_mut(&id)) else {
            return;
        };
        match task {
            Task::Top { bytes, .. } => {
                bytes.extend_from_slice(chunk);
                if bytes.len() > MOST_OF_A_HEADER {
                    self.lost(core, now, FailureKind::Misbehaved, ENDLESS);
                }
            }
            Task::Retr {
                message,
                bytes,
                total,
                purposes,
                ..
            } => {
                bytes.extend_from_slice(chunk);
                let received = bytes.len() as u64;
                // Small messages are there before anybody could look.
                for purpose in purposes.iter().filter(|_| *total > LARGE) {
                    core.change(Change::Progress {
                        message: *message,
                        part: purpose.part(),
                        received,
                        total: (*total).max(received),
                    });
                }
            }
            _ => {}
        }
    }

    /// QUIT was answered.
    fn rested(&mut self, core: &mut Core, now: Instant) {
        self.end_link(core);
        if self.left {
            return;
        }
        self.maildrop.forget_asked();
        self.forget_session();
        core.set_connection(Connection::Resting);
        self.begin_wanted(core, now);
    }
}

/// Messages up to this many octets are fetched without a word about progress.
const LARGE: u64 = 128 << 10;
/// Octets of a header that is still taken for one.
const MOST_OF_A_HEADER: usize = 1 << 20;
const ENDLESS: &str = "the server sends a header without end";

/// A message number that is at least 1.
pub(super) fn number(number: u32) -> Option<MessageNumber> {
    MessageNumber::new(number)
}
