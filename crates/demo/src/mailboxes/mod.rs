//! What the server keeps: accounts, their mailboxes, and the messages in them.
//!
//! All sessions of all three protocols work on this one state. None of them is told of a change by
//! another: each compares its own view with what is here.

mod account;
mod content;
mod mailbox;

pub(crate) use account::DELIMITER;
pub use account::{Account, MailboxError};
pub use content::Content;
pub use mailbox::{Mailbox, MailboxId, Message};

use std::collections::BTreeMap;

use porthole_imap::types::{flag::Flag, mailbox::SpecialUse, number::UidValidity};
use porthole_pop3::UniqueId;
use porthole_sasl::Directory;
use porthole_wire::Secret;

/// Every account.
#[derive(Debug)]
pub struct Mailboxes {
    accounts: BTreeMap<String, Account>,
}

impl Mailboxes {
    /// The demo's two accounts, `alice` with password `wonderland` and `bob` with `builder`, each
    /// with an empty INBOX and the usual special-use mailboxes.
    ///
    /// Mailboxes get `uid_validity` and the numbers after it. Where the state begins anew and is
    /// not kept, it must be higher than ever before: the clock's seconds will do.
    pub fn new(uid_validity: UidValidity) -> Self {
        let mut mailboxes = Self {
            accounts: BTreeMap::new(),
        };
        for (at, (user, password)) in [("alice", "wonderland"), ("bob", "builder")]
            .into_iter()
            .enumerate()
        {
            // Each account may make a thousand mailboxes before its numbers meet the next one's,
            // which would not matter either.
            let first = uid_validity.0.saturating_add(at as u32 * 1000).max(1);
            let mut account = Account::new(Secret::new(password), UidValidity(first));
            for (name, purpose) in SPECIAL {
                // A fresh account has no mailbox of that name.
                let _ = account.create(name, Some(purpose));
                account.subscribe(name, true);
            }
            mailboxes.accounts.insert(user.to_owned(), account);
        }
        mailboxes
    }

    /// The account of that user.
    pub fn account(&self, user: &str) -> Option<&Account> {
        self.accounts.get(user)
    }

    /// The account of that user, to be changed.
    pub fn account_mut(&mut self, user: &str) -> Option<&mut Account> {
        self.accounts.get_mut(user)
    }

    /// The users' names.
    pub fn users(&self) -> impl Iterator<Item = &str> {
        self.accounts.keys().map(String::as_str)
    }

    /// The user that mail for this local part goes to.
    pub(crate) fn recipient(&self, local_part: &str) -> Option<&str> {
        let local_part = local_part.to_ascii_lowercase();
        // `alice+lists` is alice: RFC 5233's sub-addresses.
        let name = local_part.split('+').next().unwrap_or_default();
        let name = if name == "postmaster" { "alice" } else { name };
        self.accounts
            .get_key_value(name)
            .map(|(user, _)| user.as_str())
    }
}

impl Directory for Mailboxes {
    fn password(&self, user: &str) -> Option<Secret> {
        Some(self.account(user)?.password().clone())
    }

    /// The password serves as a token too, so that the OAuth mechanisms can be tried.
    fn accepts_token(&self, user: &str, token: &str) -> bool {
        self.account(user)
            .is_some_and(|account| account.password().expose() == token)
    }
}

/// The unique-id over POP3 of a message; `part` is its UID, unless the server misbehaves.
pub(crate) fn unique_id(validity: UidValidity, part: u32) -> Option<UniqueId> {
    let unique_id = format!("{:08x}{part:08x}", validity.0);
    UniqueId::try_from(unique_id.as_str()).ok()
}

/// The flags that every mailbox keeps; keywords may be added.
pub(crate) const SYSTEM_FLAGS: [Flag; 5] = [
    Flag::Answered,
    Flag::Flagged,
    Flag::Deleted,
    Flag::Seen,
    Flag::Draft,
];

const SPECIAL: [(&str, SpecialUse); 5] = [
    ("Archive", SpecialUse::Archive),
    ("Drafts", SpecialUse::Drafts),
    ("Junk", SpecialUse::Junk),
    ("Sent", SpecialUse::Sent),
    ("Trash", SpecialUse::Trash),
];
