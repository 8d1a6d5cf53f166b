//! CREATE, DELETE, RENAME, SUBSCRIBE and UNSUBSCRIBE: RFC 9051 sections 6.3.4 to 6.3.8.

use porthole_imap::types::mailbox::{MailboxAttribute, MailboxName};

use super::{ImapSession, State, reply::Completion};
use crate::{mailboxes::MailboxError, session::World};

impl ImapSession {
    pub(super) fn create(
        &self,
        name: &MailboxName,
        uses: &[MailboxAttribute],
        world: &mut World,
    ) -> Completion {
        // CREATE-SPECIAL-USE is not announced (RFC 6154 section 3).
        if !uses.is_empty() {
            return Completion::no("no mailbox is made for a use").code("USEATTR");
        }
        let result = self
            .account(world)
            .map_or(Err(MailboxError::Cannot), |account| {
                account.create(name.as_str(), None)
            });
        completion(result, "created")
    }

    pub(super) fn delete(&mut self, name: &MailboxName, world: &mut World) -> Completion {
        let Some(account) = self.account(world) else {
            return completion(Err(MailboxError::Cannot), "");
        };
        let id = account.mailbox(name.as_str()).map(|mailbox| mailbox.id());
        let result = account.delete(name.as_str());
        // Who deletes the mailbox that it has open wants to stay connected.
        if result.is_ok()
            && let State::Selected(selected) = &self.state
            && Some(selected.view.mailbox()) == id
        {
            self.unselect();
        }
        completion(result, "deleted")
    }

    pub(super) fn rename(
        &self,
        from: &MailboxName,
        to: &MailboxName,
        world: &mut World,
    ) -> Completion {
        let result = self
            .account(world)
            .map_or(Err(MailboxError::Cannot), |account| {
                account.rename(from.as_str(), to.as_str())
            });
        completion(result, "renamed")
    }

    pub(super) fn subscribe(
        &self,
        name: &MailboxName,
        subscribed: bool,
        world: &mut World,
    ) -> Completion {
        if let Some(account) = self.account(world) {
            account.subscribe(name.as_str(), subscribed);
        }
        Completion::ok("noted")
    }
}

fn completion(result: Result<(), MailboxError>, done: &str) -> Completion {
    match result {
        Ok(()) => Completion::ok(done),
        Err(MailboxError::AlreadyExists) => {
            Completion::no("there is one of that name").code("ALREADYEXISTS")
        }
        Err(MailboxError::NonExistent) => Completion::nonexistent(),
        Err(MailboxError::Cannot) => Completion::no("not with this mailbox").code("CANNOT"),
        Err(MailboxError::InvalidName) => {
            Completion::no("no mailbox can be called so").code("CANNOT")
        }
    }
}
