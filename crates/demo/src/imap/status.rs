//! STATUS: RFC 9051 section 6.3.11, RFC 7162, RFC 8438.

use porthole_imap::{
    types::{flag::Flag, mailbox::MailboxName, status::StatusItem},
    wire::Encoder,
};

use super::{ImapSession, reply::Completion};
use crate::{mailboxes::Mailbox, session::World};

impl ImapSession {
    pub(super) fn status(
        &mut self,
        name: &MailboxName,
        items: &[StatusItem],
        world: &mut World,
    ) -> Completion {
        if !items.iter().all(is_announced) {
            return Completion::bad("an item that is not announced");
        }
        let mut out = self.encoder();
        let limit = world.options.max_message;
        let Some(mailbox) = self
            .account(world)
            .and_then(|account| account.mailbox(name.as_str()))
        else {
            return Completion::nonexistent();
        };
        write(&mut out, name, mailbox, items, limit);
        self.outbox.bytes.extend(out.into_bytes());
        self.enabled.cond_store |= items.contains(&StatusItem::HighestModSeq);
        Completion::ok("that is all")
    }
}

/// Whether an item can be had here: neither QUOTA nor OBJECTID is announced.
pub(super) fn is_announced(item: &StatusItem) -> bool {
    !matches!(item, StatusItem::DeletedStorage | StatusItem::MailboxId)
}

/// One STATUS response.
pub(super) fn write(
    out: &mut Encoder,
    name: &MailboxName,
    mailbox: &Mailbox,
    items: &[StatusItem],
    append_limit: usize,
) {
    out.raw("* STATUS ").mailbox(name).raw(" ");
    out.list(items, |out, item| {
        out.display(item)
            .raw(" ")
            .display(value(mailbox, *item, append_limit));
    });
    out.raw("\r\n");
}

fn value(mailbox: &Mailbox, item: StatusItem, append_limit: usize) -> u64 {
    let messages = mailbox.messages();
    match item {
        StatusItem::Messages => messages.len() as u64,
        StatusItem::Recent => {
            let recent = mailbox.recent_from();
            messages.iter().filter(|m| m.uid >= recent).count() as u64
        }
        StatusItem::UidNext => mailbox.uid_next().0.into(),
        StatusItem::UidValidity => mailbox.uid_validity().0.into(),
        StatusItem::Unseen => mailbox.count_without(&Flag::Seen) as u64,
        StatusItem::Deleted => (messages.len() - mailbox.count_without(&Flag::Deleted)) as u64,
        StatusItem::Size => mailbox.octets(),
        StatusItem::HighestModSeq => mailbox.highest_mod_seq().0,
        StatusItem::AppendLimit => append_limit as u64,
        // Refused before.
        StatusItem::DeletedStorage | StatusItem::MailboxId => 0,
    }
}
