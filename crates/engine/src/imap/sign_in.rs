//! From the greeting to the open mailbox.

use porthole_imap::{
    client::Refused,
    types::{
        command::{Command, SelectParameter},
        mailbox::MailboxName,
        response::StatusText,
    },
};
use porthole_sasl::{Channel, NoMechanism};
use porthole_wire::Instant;

use super::{Imap, Task, events::temporary, link::Link};
use crate::{
    account::{Account, Security},
    change::{Change, Connection, FailureKind, Notice, Stage},
    core::Core,
};

/// A server that has signed us in already leaves no room for STARTTLS; whoever stands in between
/// could have said so (RFC 9051 section 11.1).
pub(super) const PREAUTH_IN_THE_CLEAR: &str =
    "the server greeted with PREAUTH, which leaves no room for STARTTLS";

impl Imap {
    /// The server has greeted.
    pub(super) fn greeted(
        &mut self,
        core: &mut Core,
        now: Instant,
        signed_in: bool,
        text: &StatusText,
    ) {
        core.stage(Stage::Greeting, text.text.clone(), true);
        let Some(main) = &mut self.main else { return };
        if self.account.destination.security == Security::StartTls && !main.encrypted {
            if signed_in {
                main.stage = Stage::Tls;
                return self.lost(core, now, FailureKind::NoStartTls, PREAUTH_IN_THE_CLEAR);
            }
            main.stage = Stage::Tls;
            core.stage(Stage::Tls, "", false);
            main.issue(Command::StartTls, Task::StartTls, None);
        } else if signed_in {
            self.signed_in(core, now);
        } else if main.client.capabilities().is_empty() {
            main.stage = Stage::SignIn;
            main.issue(Command::Capability, Task::Capability, None);
        } else {
            self.sign_in(core, now);
        }
    }

    /// Signs in. A server that was asked for its capabilities and named none may know LOGIN.
    pub(super) fn sign_in(&mut self, core: &mut Core, now: Instant) {
        let Some(main) = &mut self.main else { return };
        main.stage = Stage::SignIn;
        core.stage(Stage::SignIn, "", false);
        // A nonce serves once: without one the dial was never answered.
        let Some(nonce) = main.nonce.take() else {
            return;
        };
        let channel = channel(&self.account, main.encrypted);
        match main.client.sign_in(&self.credentials, channel, &nonce) {
            Ok(id) => main.expect(id, Task::SignIn, None),
            Err(error) => {
                let kind = no_mechanism(error.0);
                self.lost(core, now, kind, &error.to_string());
            }
        }
    }

    /// The user is known to the server.
    pub(super) fn signed_in(&mut self, core: &mut Core, now: Instant) {
        let Some(main) = &mut self.main else { return };
        main.stage = Stage::Mailbox;
        core.stage(Stage::SignIn, "", true);
        core.stage(Stage::Mailbox, "", false);
        core.set_connection(Connection::CatchingUp);
        if main.wants_compression(core.habits) {
            main.issue(Command::Compress, Task::Compress, None);
        }
        let capabilities = main.client.capabilities();
        if capabilities.is_empty() {
            main.issue(Command::Capability, Task::Capability, None);
        } else if capabilities.has_or_rev2("ENABLE") && capabilities.has("QRESYNC") {
            main.issue(
                Command::Enable(vec!["QRESYNC".to_owned()]),
                Task::Enable,
                None,
            );
        }
        self.select(core, now);
    }

    /// Opens the mailbox that is wanted.
    pub(super) fn select(&mut self, core: &Core, now: Instant) {
        let name = self.mailboxes.wire_name(&self.mailbox);
        let mut parameters = Vec::new();
        if let Some(main) = &self.main {
            let capabilities = main.client.capabilities();
            if capabilities.has("CONDSTORE") || capabilities.has("QRESYNC") {
                parameters.push(SelectParameter::CondStore);
            }
        }
        self.issue(core, now, Task::Select, Command::select(name, parameters));
    }

    /// SELECT was answered.
    pub(super) fn mailbox_opened(
        &mut self,
        core: &mut Core,
        now: Instant,
        result: Result<StatusText, Refused>,
    ) {
        let awaits_another = |main: &Link<Task>| main.has(|task| *task == Task::Select);
        if self.main.as_ref().is_some_and(awaits_another) {
            // Meanwhile another is wanted, whose answer counts.
            if let Err(refused) = result {
                core.fail(None, FailureKind::NoMailbox, refused.text.text);
            }
            return;
        }
        if let Err(refused) = result {
            if self.was_online && !MailboxName::new(self.mailbox.as_str()).is_inbox() {
                // A page takes being online for the end of what was wrong before it.
                core.set_connection(Connection::Online);
                core.fail(None, FailureKind::NoMailbox, refused.text.text);
                return;
            }
            let kind = temporary(&refused).unwrap_or(FailureKind::NoMailbox);
            return self.lost(core, now, kind, &refused.text.text);
        }
        self.unpreviewed.clear();
        self.rowless.clear();
        if let Some(validity) = self.validity() {
            let renewed = core.store.renew(self.record.id, validity);
            self.record.validity = Some(validity);
            if core.stored(renewed) {
                core.notice(Notice::MailboxReset);
                self.forget_held(core);
                if let Some(open) = core.open.take() {
                    core.change(Change::MessageGone(open));
                }
            }
        }
        core.dirty = true;
        self.just_opened = true;
        self.send_waiting(core, now);
        if let Some(open) = core.open_in_vain() {
            core.open(open);
            self.fetch_message(core, now, open);
        }
        self.catch_up(core, now);
    }

    /// Asks for the rows that are wanted, if any are not there, once it is sure what is where.
    pub(super) fn catch_up(&mut self, core: &mut Core, now: Instant) {
        self.fetch_rows(core, now);
        if !self.fetching_rows && !self.renumbers() {
            self.rows_are_there(core, now);
        }
    }

    /// The rows that are wanted have all come.
    pub(super) fn rows_are_there(&mut self, core: &mut Core, now: Instant) {
        if self.selected().is_none() {
            return;
        }
        self.forget_missing(core);
        let Some(main) = &self.main else { return };
        core.set_connection(Connection::Online);
        if self.side.is_unused() {
            core.stage(Stage::Mailbox, "", true);
            if !main.client.capabilities().has_or_rev2("IDLE") {
                core.notice(Notice::NoIdle);
            }
        }
        self.was_online = true;
        self.retry.succeeded();
        self.checked_at = self.checked_at.max(now);
        self.side_refresh_once(core, now);
        self.send_elsewhere(core, now);
    }
}

/// What is known of the connection that a sign-in will cross.
pub(crate) fn channel(account: &Account, encrypted: bool) -> Channel {
    Channel {
        encrypted,
        cleartext_allowed: account.cleartext_allowed,
    }
}

/// What having no mechanism means to the user.
pub(crate) fn no_mechanism(why: NoMechanism) -> FailureKind {
    match why {
        NoMechanism::OnlyInTheClear => FailureKind::OnlyInTheClear,
        NoMechanism::NothingInCommon | NoMechanism::UnsendableCredentials => {
            FailureKind::NoMechanism
        }
    }
}
