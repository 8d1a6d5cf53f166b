//! The side connection: what can wait, and what would disturb the open mailbox.
//!
//! It is dialled when there is something to do and hung up when there was nothing for a while.

use std::{collections::VecDeque, time::Duration};

use porthole_imap::{
    client::{Closed, Event},
    types::{
        code::ResponseCode,
        command::Command,
        mailbox::{ListItem, MailboxName},
        response::Untagged,
        set::UidSet,
    },
};
use porthole_sasl::Nonce;
use porthole_store::MailboxId;
use porthole_wire::{Instant, Machine, Output as MachineOutput};

use super::{
    Imap,
    deeds::Step,
    dial_output,
    link::{Link, of_client},
    mailboxes::{self, MOST_MAILBOXES},
    move_back::MoveBack,
    sign_in::{PREAUTH_IN_THE_CLEAR, channel},
};
use crate::{
    Habits,
    account::Security,
    change::{FailureKind, Notice},
    core::Core,
    output::{ConnectionId, DialError, Dialled, Output, TlsSummary},
    reins::Holdable,
};

/// Something to be done aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Job {
    /// LIST and the counts of every mailbox.
    List,
    /// Undo a move.
    MoveBack(MoveBack),
    /// What waits to be done in this mailbox.
    Deeds(String),
}

/// The connection and what it has to do.
#[derive(Debug, Default)]
pub(super) struct Side {
    pub(super) link: Option<Link<Task>>,
    ready: bool,
    jobs: VecDeque<Job>,
    pub(super) listed: Vec<ListItem>,
    /// Mailboxes that were listed and not taken in.
    pub(super) left_out: u32,
    /// What is known of the mailboxes is not what it could be.
    pub(super) stale: bool,
    quiet_since: Option<Instant>,
    used: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Task {
    Capability,
    StartTls,
    SignIn,
    List,
    Status,
    /// The mailbox that moved messages are in.
    Select(MoveBack),
    /// MOVE, or COPY of what is still to be removed.
    MoveBack {
        remove: Option<UidSet>,
    },
    Remove,
    /// The mailbox in which something waits to be done.
    Open(String),
    Deed(MailboxId, Step),
    Compress,
    Silent,
}

impl Task {
    /// Whether it is a step of undoing a move.
    fn undoes(&self) -> bool {
        matches!(self, Self::Select(_) | Self::MoveBack { .. } | Self::Remove)
    }

    /// Whether it is not said again when its answer is lost.
    fn copies(&self) -> bool {
        matches!(self, Self::Deed(_, Step::Copy(_)))
    }
}

/// Hung up when there was nothing to do for this long.
const QUIET: Duration = Duration::from_secs(60);

impl Side {
    pub(super) fn is(&self, connection: ConnectionId) -> bool {
        self.link.as_ref().is_some_and(|link| link.id == connection)
    }

    pub(super) fn is_unused(&self) -> bool {
        !self.used
    }

    /// A mailbox was listed. The inbox and the one that is open are taken in whatever came before.
    fn list(&mut self, item: ListItem, open: &str) {
        let needed = item.mailbox.is_inbox() || item.mailbox.as_str() == open;
        let beyond = self.listed.get(MOST_MAILBOXES..).unwrap_or_default();
        let known = |mailbox: &MailboxName| beyond.iter().any(|item| item.mailbox == *mailbox);
        if self.listed.len() < MOST_MAILBOXES || needed && !known(&item.mailbox) {
            self.listed.push(item);
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    /// Whether it has something to do.
    pub(super) fn is_busy(&self) -> bool {
        let asked = |link: &Link<Task>| !self.ready || link.client.pending() > 0;
        !self.jobs.is_empty() || self.link.as_ref().is_some_and(asked)
    }

    /// Its connection, while there is one.
    pub(super) fn reins(&mut self) -> Option<Box<dyn Holdable + '_>> {
        self.link.as_mut().map(Link::reins)
    }

    /// Makes use of other things from the next command on.
    pub(super) fn take_up(&mut self, habits: Habits) {
        if let Some(link) = &mut self.link {
            link.client.set_habits(of_client(habits));
            if self.ready && link.wants_compression(habits) {
                link.issue(Command::Compress, Task::Compress, None);
            }
        }
    }

    pub(super) fn hang_up(&mut self, core: &mut Core) {
        if let Some(mut link) = self.link.take() {
            link.record(core, false);
            core.output(Output::Hangup {
                connection: link.id,
            });
        }
        self.ready = false;
        self.used = false;
        self.quiet_since = None;
    }

    pub(super) fn deadline(&mut self) -> Option<Instant> {
        let machine = self.link.as_mut().and_then(Link::deadline);
        let quiet = self.quiet_since.map(|since| since + QUIET);
        machine.into_iter().chain(quiet).min()
    }
}

impl Imap {
    /// The mailboxes and their counts, once after each time that the connection was made.
    pub(super) fn side_refresh_once(&mut self, core: &mut Core, now: Instant) {
        if !std::mem::replace(&mut self.side.used, true) {
            self.side_do(core, now, Job::List);
        }
    }

    /// The mailboxes and their counts, where they were asked for in vain.
    pub(super) fn side_refresh_stale(&mut self, core: &mut Core, now: Instant) {
        if std::mem::take(&mut self.side.stale) {
            self.side_refresh(core, now);
        }
    }

    /// The mailboxes and their counts again.
    pub(super) fn side_refresh(&mut self, core: &mut Core, now: Instant) {
        self.side_do_once(core, now, Job::List);
    }

    /// Does a job, unless it is to be done already.
    pub(super) fn side_do_once(&mut self, core: &mut Core, now: Instant, job: Job) {
        if !self.side.jobs.contains(&job) {
            self.side_do(core, now, job);
        }
    }

    /// Does a job, dialling first if need be.
    pub(super) fn side_do(&mut self, core: &mut Core, now: Instant, job: Job) {
        self.side.jobs.push_back(job);
        self.side.quiet_since = None;
        if self.side.link.is_none() {
            let connection = core.next_connection();
            self.side.link = Some(Link::new(connection, core.habits, core.cause));
            self.side.ready = false;
            core.output(dial_output(&self.account, connection));
        }
        self.side_drive(core, now);
    }

    pub(super) fn side_dialled(
        &mut self,
        core: &mut Core,
        now: Instant,
        result: Result<Dialled, DialError>,
        entropy: [u8; 18],
    ) {
        let Some(link) = &mut self.side.link else {
            return;
        };
        match result {
            Ok(dialled) => {
                link.nonce = Some(Nonce::from_bytes(entropy));
                link.encrypted = dialled.tls.is_some();
                link.client.handle_timeout(now);
            }
            Err(error) => self.side_failed(core, &error.message),
        }
    }

    pub(super) fn side_tls(
        &mut self,
        core: &mut Core,
        now: Instant,
        result: Result<TlsSummary, DialError>,
    ) {
        let Some(link) = &mut self.side.link else {
            return;
        };
        match result {
            Ok(_) => {
                link.encrypted = true;
                link.client.handle_tls_established(now);
                link.issue(Command::Capability, Task::Capability, None);
                self.side_drive(core, now);
            }
            Err(error) => self.side_failed(core, &error.message),
        }
    }

    pub(super) fn side_input(&mut self, core: &mut Core, now: Instant, bytes: &[u8]) {
        if let Some(link) = &mut self.side.link {
            link.client.handle_input(now, bytes);
        }
        self.side_drive(core, now);
    }

    pub(super) fn side_eof(&mut self, core: &mut Core, now: Instant) {
        if let Some(link) = &mut self.side.link {
            link.client.handle_eof(now);
        }
        self.side_drive(core, now);
    }

    pub(super) fn side_timeout(&mut self, core: &mut Core, now: Instant) {
        if let Some(link) = &mut self.side.link {
            link.client.handle_timeout(now);
        }
        self.side_drive(core, now);
        if self
            .side
            .quiet_since
            .is_some_and(|since| now >= since + QUIET)
        {
            if let Some(link) = &mut self.side.link {
                link.issue(Command::Logout, Task::Silent, None);
            }
            self.side_drive(core, now);
            let used = self.side.used;
            self.side.hang_up(core);
            self.side.used = used;
        }
    }

    /// The connection cannot go on, or was never made.
    fn side_failed(&mut self, core: &mut Core, words: &str) {
        self.side_gives_up(core, words);
        let used = self.side.used;
        self.side.hang_up(core);
        self.side.used = used;
    }

    /// What was to be done by itself is done another time; what the user wanted is told.
    pub(super) fn side_gives_up(&mut self, core: &mut Core, words: &str) {
        let (mut lists, mut wanted, mut copies) = (false, false, false);
        for job in self.side.jobs.drain(..) {
            lists |= job == Job::List;
            wanted |= matches!(job, Job::MoveBack(_));
        }
        if let Some(link) = &self.side.link {
            lists |= link.has(|task| matches!(task, Task::List | Task::Status));
            wanted |= link.has(Task::undoes);
            copies |= link.has(Task::copies);
        }
        self.side.stale |= lists;
        if wanted {
            let words = format!("the move may not be undone: {words}");
            core.fail(None, FailureKind::Lost, words);
        }
        if copies {
            let words = format!("the messages may not have been moved: {words}");
            core.fail(None, FailureKind::Lost, words);
        }
    }

    pub(super) fn side_drive(&mut self, core: &mut Core, now: Instant) {
        self.side_next(now);
        while let Some(link) = &mut self.side.link {
            link.client.flush(now);
            let id = link.id;
            match link.client.poll_output() {
                MachineOutput::Transmit(bytes) => {
                    core.output(Output::Transmit {
                        connection: id,
                        bytes,
                    });
                }
                MachineOutput::Event(event) => {
                    self.side_event(core, event);
                    self.side_next(now);
                }
                MachineOutput::Wait(_) => break,
            }
        }
        if let Some(link) = &mut self.side.link {
            link.record(core, false);
        }
    }

    /// Begins the next job, if the connection is free for it.
    fn side_next(&mut self, now: Instant) {
        let Some(link) = &mut self.side.link else {
            return;
        };
        if !self.side.ready || link.client.pending() > 0 {
            return;
        }
        let Some(job) = self.side.jobs.pop_front() else {
            self.side.quiet_since = self.side.quiet_since.or(Some(now));
            return;
        };
        match job {
            Job::List => {
                self.side.listed.clear();
                self.side.left_out = 0;
                link.issue(Command::List(mailboxes::list(link)), Task::List, None);
            }
            Job::MoveBack(back) => {
                let select = Command::select(self.mailboxes.wire_name(&back.from), Vec::new());
                link.issue(select, Task::Select(back), None);
            }
            Job::Deeds(mailbox) => {
                let select = Command::select(self.mailboxes.wire_name(&mailbox), Vec::new());
                link.issue(select, Task::Open(mailbox), None);
            }
        }
    }

    fn side_event(&mut self, core: &mut Core, event: Event) {
        match event {
            Event::Greeting { signed_in, .. } => {
                let Some(link) = &mut self.side.link else {
                    return;
                };
                let tls = self.account.destination.security == Security::StartTls;
                if tls && !link.encrypted && signed_in {
                    // As on the first connection.
                    self.side_failed(core, PREAUTH_IN_THE_CLEAR);
                } else if tls && !link.encrypted {
                    link.issue(Command::StartTls, Task::StartTls, None);
                } else if signed_in {
                    self.side.ready = true;
                } else if link.client.capabilities().is_empty() {
                    link.issue(Command::Capability, Task::Capability, None);
                } else {
                    self.side_sign_in(core);
                }
            }
            Event::StartTls => {
                if let Some(link) = &self.side.link {
                    core.output(Output::StartTls {
                        connection: link.id,
                    });
                }
            }
            Event::Untagged { response, .. } => match response {
                Untagged::List(item) => self.side.list(item, &self.mailbox),
                Untagged::Status(status) => {
                    for (item, value) in status.items {
                        self.mailboxes
                            .set_status(status.mailbox.as_str(), item, value);
                    }
                }
                _ => {}
            },
            Event::Completed { command, result } => {
                let Some(link) = &mut self.side.link else {
                    return;
                };
                match (link.complete(command).0, result) {
                    (Some(Task::Capability), Ok(_)) => self.side_sign_in(core),
                    (Some(Task::SignIn), Ok(_)) => {
                        self.side.ready = true;
                        if link.wants_compression(core.habits) {
                            link.issue(Command::Compress, Task::Compress, None);
                        }
                    }
                    (Some(Task::Compress), Ok(_)) => core.wire.compressed(),
                    (Some(Task::SignIn | Task::StartTls | Task::Capability), Err(refused)) => {
                        self.side_failed(core, &refused.text.text);
                    }
                    (Some(Task::List), result) => self.side_listed(core, result.is_ok()),
                    (Some(Task::Status), _) => self.show_mailboxes(core),
                    (Some(Task::Select(back)), Ok(_)) => self.move_back(core, back),
                    (Some(Task::MoveBack { remove }), Ok(_)) => self.moved_back(remove),
                    (Some(Task::Open(mailbox)), Ok(_)) => self.side_send(core, &mailbox),
                    (Some(Task::Deed(mailbox, step)), result) => {
                        self.side_deed_answered(core, mailbox, step, result);
                    }
                    (Some(task), Err(refused)) if task.undoes() => {
                        core.fail(None, FailureKind::Refused, refused.text.text);
                    }
                    _ => {}
                }
            }
            Event::Alert(text) => core.notice(Notice::Alert(text)),
            Event::Closed(why) => {
                // An ALERT was shown already.
                if let Closed::Bye(text) = &why
                    && text.code != Some(ResponseCode::Alert)
                {
                    core.notice(Notice::Alert(text.text.clone()));
                }
                self.side_failed(core, &why.to_string());
            }
            _ => {}
        }
    }

    fn side_sign_in(&mut self, core: &mut Core) {
        let Some(link) = &mut self.side.link else {
            return;
        };
        let Some(nonce) = link.nonce.take() else {
            return;
        };
        let channel = channel(&self.account, link.encrypted);
        match link.client.sign_in(&self.credentials, channel, &nonce) {
            Ok(id) => link.expect(id, Task::SignIn, None),
            Err(error) => self.side_failed(core, &error.to_string()),
        }
    }
}
