//! APPEND: RFC 9051 section 6.3.12, RFC 4315.

use std::{collections::BTreeSet, sync::Arc};

use porthole_imap::types::{datetime::DateTime, flag::Flag, mailbox::MailboxName};

use super::{ImapSession, reply::Completion, store::storable};
use crate::{mailboxes::Content, session::World};

impl ImapSession {
    pub(super) fn append(
        &self,
        name: &MailboxName,
        flags: Vec<Flag>,
        internal_date: DateTime,
        message: Vec<u8>,
        world: &mut World,
    ) -> Completion {
        let Some(mailbox) = self
            .account(world)
            .and_then(|account| account.mailbox_mut(name.as_str()))
        else {
            return Completion::no("no such mailbox").code("TRYCREATE");
        };
        let flags: BTreeSet<Flag> = flags.into_iter().filter(storable).collect();
        let uid = mailbox.append(Arc::new(Content::new(message)), flags, internal_date);
        let code = format!("APPENDUID {} {uid}", mailbox.uid_validity());
        Completion::ok("appended").code(code)
    }
}
