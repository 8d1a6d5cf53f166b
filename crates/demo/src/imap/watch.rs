//! What a client that uses NOTIFY was told of the mailboxes that it has not open.

use std::collections::{BTreeMap, BTreeSet};

use porthole_imap::{
    types::{
        mailbox::{MailboxAttribute, MailboxName},
        number::{ModSeq, Uid, UidValidity},
        status::StatusItem,
    },
    wire::Encoder,
};

use super::{
    ImapSession, State,
    list::attributes,
    notify::{Events, Watch},
    status,
};
use crate::mailboxes::{Account, Mailbox, MailboxId};

/// The account as the client knows it.
#[derive(Debug, Default)]
pub(super) struct Told {
    mailboxes: BTreeMap<MailboxId, Known>,
    subscribed: BTreeSet<String>,
}

#[derive(Debug)]
struct Known {
    name: String,
    validity: UidValidity,
    next: Uid,
    messages: usize,
    mod_seq: ModSeq,
}

impl ImapSession {
    pub(super) fn open_mailbox(&self) -> Option<MailboxId> {
        match &self.state {
            State::Selected(selected) => Some(selected.view.mailbox()),
            State::NotAuthenticated | State::Authenticated { .. } => None,
        }
    }
}

impl Told {
    /// The account as it is.
    pub(super) fn of(account: &Account) -> Self {
        let known = |(name, mailbox): (&str, &Mailbox)| (mailbox.id(), Known::of(name, mailbox));
        Self {
            mailboxes: account.mailboxes().map(known).collect(),
            subscribed: account.subscriptions().map(str::to_owned).collect(),
        }
    }

    /// Whether nothing is different: asked much oftener than it is not so.
    fn is_current(&self, account: &Account) -> bool {
        let mut mailboxes = account.mailboxes();
        self.subscribed
            .iter()
            .map(String::as_str)
            .eq(account.subscriptions())
            && self.mailboxes.len() == account.mailboxes().count()
            && mailboxes.all(|(name, mailbox)| {
                let known = self.mailboxes.get(&mailbox.id());
                known.is_some_and(|known| known.is_current(name, mailbox))
            })
    }
}

impl Known {
    fn of(name: &str, mailbox: &Mailbox) -> Self {
        Self {
            name: name.to_owned(),
            validity: mailbox.uid_validity(),
            next: mailbox.uid_next(),
            messages: mailbox.messages().len(),
            mod_seq: mailbox.highest_mod_seq(),
        }
    }

    /// Every other change of a mailbox is one of its modification sequence.
    fn is_current(&self, name: &str, mailbox: &Mailbox) -> bool {
        self.name == name
            && self.validity == mailbox.uid_validity()
            && self.mod_seq == mailbox.highest_mod_seq()
    }

    /// Whether anything is different that is wanted.
    fn differs(&self, other: &Self, wanted: Events) -> bool {
        let counted = |known: &Self| (known.validity, known.next, known.messages);
        (wanted.messages && counted(self) != counted(other))
            || (wanted.flags && self.mod_seq != other.mod_seq)
    }
}

impl Watch {
    /// A STATUS of each mailbox whose messages are watched.
    pub(super) fn tell_status(
        &self,
        account: &Account,
        open: Option<MailboxId>,
        append_limit: usize,
        out: &mut Encoder,
    ) {
        for (name, mailbox) in account.mailboxes() {
            let wanted = self.events(name, account);
            if wanted.messages && Some(mailbox.id()) != open {
                write_status(out, name, mailbox, wanted, append_limit);
            }
        }
    }

    /// What is different from what was told: the names, the subscriptions, the messages.
    pub(super) fn tell(
        &mut self,
        account: &Account,
        open: Option<MailboxId>,
        append_limit: usize,
        out: &mut Encoder,
    ) {
        if self.told.is_current(account) {
            return;
        }
        let now = Told::of(account);
        let before = std::mem::take(&mut self.told);
        for (id, known) in &before.mailboxes {
            if !now.mailboxes.contains_key(id) && self.events(&known.name, account).names {
                write_list(out, account, &known.name, None);
            }
        }
        for (name, mailbox) in account.mailboxes() {
            let (id, wanted) = (mailbox.id(), self.events(name, account));
            let known = before.mailboxes.get(&id);
            let old_name = known.map(|known| known.name.as_str());
            if wanted.names && old_name != Some(name) {
                write_list(out, account, name, old_name);
            }
            let differs = known.is_none_or(|known| known.differs(&now.mailboxes[&id], wanted));
            let is_news = known.is_some() || !mailbox.messages().is_empty();
            if wanted.messages && differs && is_news && Some(id) != open {
                write_status(out, name, mailbox, wanted, append_limit);
            }
        }
        for name in before.subscribed.symmetric_difference(&now.subscribed) {
            if self.events(name, account).subscriptions {
                write_list(out, account, name, None);
            }
        }
        self.told = now;
    }
}

fn write_status(
    out: &mut Encoder,
    name: &str,
    mailbox: &Mailbox,
    wanted: Events,
    append_limit: usize,
) {
    use StatusItem::{HighestModSeq, Messages, UidNext, UidValidity, Unseen};
    let items: &[StatusItem] = if wanted.flags {
        &[Messages, UidNext, UidValidity, Unseen, HighestModSeq]
    } else {
        &[Messages, UidNext, UidValidity]
    };
    status::write(out, &MailboxName::new(name), mailbox, items, append_limit);
}

fn write_list(out: &mut Encoder, account: &Account, name: &str, old_name: Option<&str>) {
    let mut attributes = attributes(account, name, account.mailbox(name));
    if account.is_subscribed(name) {
        attributes.push(MailboxAttribute::Subscribed);
    }
    out.raw("* LIST ")
        .list(&attributes, |out, attribute| {
            out.display(attribute);
        })
        .raw(" \"/\" ")
        .mailbox(&MailboxName::new(name));
    if let Some(old_name) = old_name {
        out.raw(" (\"OLDNAME\" (")
            .mailbox(&MailboxName::new(old_name))
            .raw("))");
    }
    out.raw("\r\n");
}
