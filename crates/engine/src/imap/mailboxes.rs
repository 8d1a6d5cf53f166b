//! The mailboxes of the account: what LIST says, in the order in which people expect them.

use std::collections::HashMap;

use porthole_imap::types::{
    command::{Command, List},
    mailbox::{ListItem, MailboxName, SpecialUse},
    number::Uid,
    status::StatusItem,
};

use super::{Imap, link::Link, record, side::Task};
use crate::{
    change::{Change, Mailbox, Notice, Purpose},
    core::Core,
};

/// Without LIST-STATUS, no more mailboxes than this are asked for their counts one by one.
const MOST_STATUS: usize = 50;

/// What is shown of a mailbox that is not open.
const COUNTS: [StatusItem; 3] = [
    StatusItem::Messages,
    StatusItem::Unseen,
    // Whether a message was there when these were counted.
    StatusItem::UidNext,
];

/// What is known of the mailboxes.
#[derive(Debug, Default)]
pub(super) struct Mailboxes {
    pub(super) listing: Vec<ListItem>,
    counts: HashMap<String, Counts>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    total: Option<u32>,
    unread: Option<u32>,
    uid_next: Option<u32>,
}

/// Mailboxes beyond this many are not taken in: all of them are shown at once.
pub(super) const MOST_MAILBOXES: usize = 10_000;

impl Mailboxes {
    /// The name as the server spells it.
    pub(super) fn wire_name(&self, name: &str) -> MailboxName {
        let listed = self
            .listing
            .iter()
            .find(|item| item.mailbox.as_str() == name);
        listed.map_or_else(|| MailboxName::new(name), |item| item.mailbox.clone())
    }

    /// STATUS came, maybe of something that was never listed.
    pub(super) fn set_status(&mut self, name: &str, item: StatusItem, value: u64) {
        if self.counts.len() >= MOST_MAILBOXES && !self.counts.contains_key(name) {
            return;
        }
        let counts = self.counts.entry(name.to_owned()).or_default();
        let value = u32::try_from(value).ok();
        match item {
            StatusItem::Messages => counts.total = value,
            StatusItem::Unseen => counts.unread = value,
            StatusItem::UidNext => counts.uid_next = value,
            _ => {}
        }
    }

    pub(super) fn set_total(&mut self, name: &str, total: u32) {
        self.counts.entry(name.to_owned()).or_default().total = Some(total);
    }

    /// So many more unread messages, or fewer; nothing where the number is not known.
    pub(super) fn count_unread(&mut self, name: &str, more: i64) {
        if let Some(unread) = self.counts.get_mut(name).and_then(|c| c.unread.as_mut()) {
            *unread = u32::try_from(i64::from(*unread) + more).unwrap_or(0);
        }
    }

    /// A message is seen for the first time: it counts if it came after the others were counted.
    pub(super) fn arrived(&mut self, name: &str, uid: Uid, unread: bool) {
        let next = self.counts.get(name).and_then(|counts| counts.uid_next);
        if unread && next.is_some_and(|next| uid.0 >= next) {
            self.count_unread(name, 1);
        }
    }

    pub(super) fn unread(&self, name: &str) -> Option<u32> {
        self.counts.get(name)?.unread
    }

    /// The mailbox for a purpose, by what the server says or else by its name.
    pub(super) fn of(&self, purpose: Purpose) -> Option<&ListItem> {
        let selectable = || self.listing.iter().filter(|item| item.is_selectable());
        let said = selectable().find(|item| special_use(item) == Some(purpose));
        said.or_else(|| selectable().find(|item| purpose_of(item) == purpose))
    }

    /// Whether rows show whom a message goes to.
    pub(super) fn shows_recipients(&self, name: &str) -> bool {
        let item = self
            .listing
            .iter()
            .find(|item| item.mailbox.as_str() == name);
        item.is_some_and(|item| matches!(purpose_of(item), Purpose::Sent | Purpose::Drafts))
    }

    /// What the page shows: the inbox, the mailboxes with a purpose, then the others by name.
    fn shown(&self) -> Vec<Mailbox> {
        let mut shown: Vec<_> = self.listing.iter().map(|item| self.mailbox(item)).collect();
        shown.sort_by(|a, b| {
            (a.purpose, a.name.to_lowercase()).cmp(&(b.purpose, b.name.to_lowercase()))
        });
        shown
    }

    fn mailbox(&self, item: &ListItem) -> Mailbox {
        let name = item.mailbox.as_str();
        let purpose = purpose_of(item);
        let path: Vec<&str> = match item.delimiter {
            Some(delimiter) => name.split(delimiter).collect(),
            None => vec![name],
        };
        let label = match purpose {
            Purpose::Inbox => "Inbox",
            _ => path.last().copied().unwrap_or(name),
        };
        let counts = self.counts.get(name).copied().unwrap_or_default();
        let depth = if purpose == Purpose::Plain {
            path.len() - 1
        } else {
            0
        };
        Mailbox {
            name: name.to_owned(),
            label: label.to_owned(),
            depth: u8::try_from(depth).unwrap_or(u8::MAX),
            purpose,
            selectable: item.is_selectable(),
            unread: counts.unread,
            total: counts.total,
        }
    }
}

impl Imap {
    /// LIST was answered on the side connection.
    pub(super) fn side_listed(&mut self, core: &mut Core, ok: bool) {
        let listed = std::mem::take(&mut self.side.listed);
        self.side.stale = !ok;
        if !ok || listed.is_empty() {
            return;
        }
        if self.side.left_out > 0 {
            core.notice(Notice::MailboxesLeftOut(self.side.left_out));
        }
        let kept = core.store.set_listing(self.account_id, &listed);
        core.stored(kept);
        self.mailboxes.listing = listed;
        // Mailboxes of the store may have been made and forgotten: look this one up again.
        self.record = record(core, self.account_id, &self.mailbox);
        let Some(link) = &mut self.side.link else {
            return;
        };
        if !link.client.capabilities().has_or_rev2("LIST-STATUS") {
            for item in self
                .mailboxes
                .listing
                .iter()
                .filter(|i| i.is_selectable())
                .take(MOST_STATUS)
            {
                let mailbox = item.mailbox.clone();
                link.issue(
                    Command::Status {
                        mailbox,
                        items: COUNTS.to_vec(),
                    },
                    Task::Status,
                    None,
                );
            }
        }
        core.dirty = true;
        self.show_mailboxes(core);
    }

    /// Tells the page the mailboxes, as they were kept if the server did not list them yet.
    pub(super) fn show_mailboxes(&mut self, core: &mut Core) {
        if self.mailboxes.listing.is_empty() {
            let kept = core.store.listing(self.account_id);
            self.mailboxes.listing = core.stored(kept);
        }
        if self.mailboxes.listing.is_empty() {
            self.mailboxes.listing.push(ListItem {
                attributes: Vec::new(),
                delimiter: None,
                mailbox: MailboxName::inbox(),
                old_name: None,
                child_info: Vec::new(),
            });
        }
        core.change(Change::Mailboxes(self.mailboxes.shown()));
    }
}

fn special_use(item: &ListItem) -> Option<Purpose> {
    Some(match item.special_use()? {
        SpecialUse::All => Purpose::All,
        SpecialUse::Archive => Purpose::Archive,
        SpecialUse::Drafts => Purpose::Drafts,
        SpecialUse::Flagged | SpecialUse::Important => Purpose::Flagged,
        SpecialUse::Junk => Purpose::Junk,
        SpecialUse::Sent => Purpose::Sent,
        SpecialUse::Trash => Purpose::Trash,
    })
}

/// What a mailbox is for; servers without SPECIAL-USE are taken at their mailboxes' names.
fn purpose_of(item: &ListItem) -> Purpose {
    if item.mailbox.is_inbox() {
        return Purpose::Inbox;
    }
    if let Some(purpose) = special_use(item) {
        return purpose;
    }
    let name = item.mailbox.as_str();
    let name = name
        .strip_prefix("INBOX")
        .map_or(name, |rest| rest.trim_start_matches(['.', '/']));
    match name.to_ascii_lowercase().as_str() {
        "sent" | "sent items" | "sent messages" => Purpose::Sent,
        "drafts" => Purpose::Drafts,
        "archive" | "archives" => Purpose::Archive,
        "junk" | "spam" | "junk e-mail" => Purpose::Junk,
        "trash" | "deleted items" | "deleted messages" => Purpose::Trash,
        _ => Purpose::Plain,
    }
}

/// All mailboxes, with their counts where the server can tell both at once (RFC 5819).
pub(super) fn list(link: &Link<Task>) -> List {
    let capabilities = link.client.capabilities();
    let mut returns = Vec::new();
    if capabilities.has_or_rev2("SPECIAL-USE") && capabilities.has_or_rev2("LIST-EXTENDED") {
        returns.push("SPECIAL-USE".to_owned());
    }
    let with_status = capabilities.has_or_rev2("LIST-STATUS");
    List {
        patterns: vec!["*".to_owned()],
        returns,
        status: if with_status {
            COUNTS.to_vec()
        } else {
            Vec::new()
        },
        ..List::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_what_was_never_listed_have_an_end() {
        let mut mailboxes = Mailboxes::default();
        for n in 0..MOST_MAILBOXES + 5 {
            mailboxes.set_status(&n.to_string(), StatusItem::Unseen, 1);
        }
        assert_eq!(mailboxes.counts.len(), MOST_MAILBOXES);
        mailboxes.set_status("7", StatusItem::Unseen, 2);
        assert_eq!(mailboxes.unread("7"), Some(2));
    }
}
