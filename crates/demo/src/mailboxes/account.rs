//! One user's mailboxes.

use std::collections::{BTreeMap, BTreeSet};

use porthole_imap::types::{mailbox::SpecialUse, number::UidValidity};
use porthole_wire::Secret;

use super::mailbox::{Mailbox, MailboxId};
use crate::server::SessionId;

/// One user's mailboxes, subscriptions and password.
#[derive(Debug)]
pub struct Account {
    password: Secret,
    mailboxes: BTreeMap<String, Mailbox>,
    subscribed: BTreeSet<String>,
    next_validity: UidValidity,
    /// The POP3 session that has the maildrop to itself (RFC 1939 section 4).
    maildrop: Option<SessionId>,
}

impl Account {
    pub(super) fn new(password: Secret, first_validity: UidValidity) -> Self {
        let mut account = Self {
            password,
            mailboxes: BTreeMap::new(),
            subscribed: BTreeSet::new(),
            next_validity: first_validity,
            maildrop: None,
        };
        account.insert("INBOX", None);
        account.subscribe("INBOX", true);
        account
    }

    pub(super) fn password(&self) -> &Secret {
        &self.password
    }

    /// The mailbox of that name; `INBOX` in any case.
    pub fn mailbox(&self, name: &str) -> Option<&Mailbox> {
        self.mailboxes.get(canonical(name))
    }

    /// The mailbox of that name, to be changed.
    pub fn mailbox_mut(&mut self, name: &str) -> Option<&mut Mailbox> {
        self.mailboxes.get_mut(canonical(name))
    }

    /// The mailbox that mail is delivered to and that POP3 shows.
    pub fn inbox_mut(&mut self) -> &mut Mailbox {
        let validity = self.next_validity;
        // It is made with the account and cannot be deleted; were it gone, a new one is right.
        self.mailboxes
            .entry("INBOX".to_owned())
            .or_insert_with(|| Mailbox::new(MailboxId(0), validity, None))
    }

    /// The mailbox that is known by `id`, whatever it is called by now.
    pub(crate) fn by_id_mut(&mut self, id: MailboxId) -> Option<&mut Mailbox> {
        self.mailboxes
            .values_mut()
            .find(|mailbox| mailbox.id() == id)
    }

    /// The mailbox that is known by `id`, and what it is called by now.
    pub(crate) fn by_id(&self, id: MailboxId) -> Option<(&str, &Mailbox)> {
        self.mailboxes().find(|(_, mailbox)| mailbox.id() == id)
    }

    /// Every mailbox with its name, sorted.
    pub fn mailboxes(&self) -> impl Iterator<Item = (&str, &Mailbox)> {
        self.mailboxes
            .iter()
            .map(|(name, mailbox)| (name.as_str(), mailbox))
    }

    /// Makes a mailbox; the names above it need not exist.
    ///
    /// # Errors
    /// [`MailboxError::AlreadyExists`], or [`MailboxError::InvalidName`].
    pub fn create(
        &mut self,
        name: &str,
        special_use: Option<SpecialUse>,
    ) -> Result<(), MailboxError> {
        // A trailing delimiter announces children (RFC 9051 section 6.3.4) and means nothing here.
        let name = name.strip_suffix(DELIMITER).unwrap_or(name);
        check_name(name)?;
        if self.mailbox(name).is_some() {
            return Err(MailboxError::AlreadyExists);
        }
        self.insert(name, special_use);
        Ok(())
    }

    /// Deletes a mailbox with its messages. Its children stay.
    ///
    /// # Errors
    /// [`MailboxError::NonExistent`], or [`MailboxError::Cannot`] for INBOX.
    pub fn delete(&mut self, name: &str) -> Result<(), MailboxError> {
        if canonical(name) == "INBOX" {
            return Err(MailboxError::Cannot);
        }
        self.mailboxes
            .remove(name)
            .map(|_| ())
            .ok_or(MailboxError::NonExistent)
    }

    /// Renames a mailbox and all below it. INBOX stays, and its messages move (RFC 9051 section
    /// 6.3.6).
    ///
    /// # Errors
    /// [`MailboxError`]
    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), MailboxError> {
        check_name(to)?;
        if self.mailbox(to).is_some() {
            return Err(MailboxError::AlreadyExists);
        }
        if canonical(from) == "INBOX" {
            self.insert(to, None);
            let messages = self.inbox_mut().expunge(|_| true);
            if let Some(target) = self.mailbox_mut(to) {
                for message in messages {
                    target.append(message.content, message.flags, message.internal_date);
                }
            }
            return Ok(());
        }
        let below = format!("{from}{DELIMITER}");
        if to.starts_with(&below) {
            return Err(MailboxError::InvalidName);
        }
        let moved: Vec<String> = self
            .mailboxes
            .keys()
            .filter(|name| *name == from || name.starts_with(&below))
            .cloned()
            .collect();
        if moved.is_empty() {
            return Err(MailboxError::NonExistent);
        }
        let renamed = |name: &str| format!("{to}{}", &name[from.len()..]);
        let is_taken = |name: &String| {
            let renamed = renamed(name);
            self.mailboxes.contains_key(&renamed) && !moved.contains(&renamed)
        };
        if moved.iter().any(is_taken) {
            return Err(MailboxError::AlreadyExists);
        }
        for name in moved {
            if let Some(mailbox) = self.mailboxes.remove(&name) {
                self.mailboxes.insert(renamed(&name), mailbox);
            }
        }
        Ok(())
    }

    /// Begins a new generation of a mailbox, as after the loss of an index: a new UIDVALIDITY, and
    /// UIDs from 1 on.
    pub fn renew(&mut self, name: &str) {
        let validity = self.next_validity;
        if let Some(mailbox) = self.mailboxes.get_mut(canonical(name)) {
            self.next_validity = UidValidity(validity.0.saturating_add(1));
            mailbox.renew(validity);
        }
    }

    /// Whether a mailbox of that name is subscribed; it need not exist.
    pub fn is_subscribed(&self, name: &str) -> bool {
        self.subscribed.contains(canonical(name))
    }

    /// The subscribed names, sorted.
    pub(crate) fn subscriptions(&self) -> impl Iterator<Item = &str> {
        self.subscribed.iter().map(String::as_str)
    }

    /// Subscribes a name, or takes that back.
    pub fn subscribe(&mut self, name: &str, subscribed: bool) {
        if subscribed {
            self.subscribed.insert(canonical(name).to_owned());
        } else {
            self.subscribed.remove(canonical(name));
        }
    }

    /// The POP3 session that has the maildrop.
    pub(crate) fn maildrop(&self) -> Option<SessionId> {
        self.maildrop
    }

    /// Gives the maildrop to a POP3 session, unless another has it.
    pub(crate) fn lock_maildrop(&mut self, session: SessionId) -> bool {
        let free = self.maildrop.is_none_or(|holder| holder == session);
        if free {
            self.maildrop = Some(session);
        }
        free
    }

    pub(crate) fn unlock_maildrop(&mut self, session: SessionId) {
        if self.maildrop == Some(session) {
            self.maildrop = None;
        }
    }

    fn insert(&mut self, name: &str, special_use: Option<SpecialUse>) {
        let validity = self.next_validity;
        self.next_validity = UidValidity(validity.0.saturating_add(1));
        // UID validities are never used twice, so they name the mailbox as well.
        let mailbox = Mailbox::new(MailboxId(validity.0), validity, special_use);
        self.mailboxes.insert(canonical(name).to_owned(), mailbox);
    }
}

/// Why a mailbox cannot be made, deleted or renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailboxError {
    /// There is one of that name.
    AlreadyExists,
    /// There is none of that name.
    NonExistent,
    /// Not with this one.
    Cannot,
    /// No mailbox can be called so.
    InvalidName,
}

/// What separates the levels of a name.
pub(crate) const DELIMITER: char = '/';

/// INBOX is the same in any case (RFC 9051 section 5.1).
fn canonical(name: &str) -> &str {
    if name.eq_ignore_ascii_case("INBOX") {
        "INBOX"
    } else {
        name
    }
}

fn check_name(name: &str) -> Result<(), MailboxError> {
    let level_is_empty = name.split(DELIMITER).any(str::is_empty);
    let unusable = |c: char| c.is_control() || matches!(c, '*' | '%');
    if name.is_empty() || name.len() > MAX_NAME || level_is_empty || name.contains(unusable) {
        return Err(MailboxError::InvalidName);
    }
    Ok(())
}

/// Far longer than anybody's, and short enough for every LIST.
const MAX_NAME: usize = 500;
