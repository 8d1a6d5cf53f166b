//! Somebody's mail: what the demo's users find in their mailboxes.
//!
//! All of it is made here, the same each time but for its dates, which lie before the clock that is
//! given. It is the mail of a small harbour town, and a collection of what mail programs must cope
//! with: languages and charsets, newsletters, threads, attachments, invitations, and messages that
//! break the rules in the ways that messages do.

mod daily;
mod discussion;
mod file;
mod languages;
mod malformed;
mod news;
mod newsletters;
mod others;
mod people;
mod rich;
mod write;

use std::{collections::BTreeSet, sync::Arc};

use porthole_imap::types::{datetime::DateTime, flag::Flag};

use crate::mailboxes::{Account, Content, Mailboxes};
use write::Letter;

/// A message as it lies in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleMessage {
    /// The mailbox's name, such as `INBOX` or `Projects/Harbour`.
    pub mailbox: &'static str,
    /// Its flags and keywords.
    pub flags: BTreeSet<Flag>,
    /// When it came, in seconds since 1970-01-01 00:00 UTC.
    pub internal_date_unix: i64,
    /// Its octets. Some end their lines in bare LF.
    pub raw: Vec<u8>,
}

impl SampleMessage {
    /// Puts it into its mailbox, if the account has that.
    pub fn deliver(self, account: &mut Account) {
        if let Some(mailbox) = account.mailbox_mut(self.mailbox) {
            let date = DateTime::from_unix(self.internal_date_unix);
            mailbox.append(Arc::new(Content::new(self.raw)), self.flags, date);
        }
    }
}

/// What alice has, oldest first.
pub fn alice(now_unix: i64) -> Vec<SampleMessage> {
    let letters = [
        daily::letters(),
        rich::letters(now_unix),
        newsletters::letters(),
        languages::letters(),
        discussion::letters(),
        malformed::letters(),
    ];
    arrived(letters.into_iter().flatten(), now_unix)
}

/// What bob has, oldest first.
pub fn bob(now_unix: i64) -> Vec<SampleMessage> {
    arrived(others::letters().into_iter(), now_unix)
}

/// A message that comes to alice now: of those that come while somebody is looking, this one,
/// counted from 0.
pub fn news(count: usize, now_unix: i64) -> SampleMessage {
    news::letter(count).arrive(now_unix)
}

/// Puts the sample mail into the mailboxes of the demo's users, making those that are missing.
pub fn fill(mailboxes: &mut Mailboxes, now_unix: i64) {
    for (user, mail) in [("alice", alice(now_unix)), ("bob", bob(now_unix))] {
        let Some(account) = mailboxes.account_mut(user) else {
            continue;
        };
        for message in mail {
            if account.mailbox(message.mailbox).is_none()
                && account.create(message.mailbox, None).is_ok()
            {
                account.subscribe(message.mailbox, true);
            }
            message.deliver(account);
        }
    }
}

fn arrived(letters: impl Iterator<Item = Letter>, now_unix: i64) -> Vec<SampleMessage> {
    let mut mail: Vec<_> = letters.map(|letter| letter.arrive(now_unix)).collect();
    mail.sort_by_key(|message| message.internal_date_unix);
    mail
}

#[cfg(test)]
mod tests;
