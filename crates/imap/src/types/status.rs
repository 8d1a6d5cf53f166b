//! What STATUS can tell (RFC 9051 section 6.3.11, RFC 7162, RFC 7889, RFC 8438, RFC 8474, RFC
//! 9208).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A STATUS data item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StatusItem {
    /// How many messages there are.
    Messages,
    /// How many are recent (RFC 3501).
    Recent,
    /// The UID that the next message will have at least.
    UidNext,
    /// The UID validity.
    UidValidity,
    /// How many are unseen.
    Unseen,
    /// How many are marked `\Deleted`.
    Deleted,
    /// The octets of all messages (RFC 8438).
    Size,
    /// The highest modification sequence (RFC 7162).
    HighestModSeq,
    /// The largest message that APPEND takes, in octets (RFC 7889).
    AppendLimit,
    /// The octets of the messages that are marked `\Deleted` (RFC 9208).
    DeletedStorage,
    /// The mailbox's identifier (RFC 8474), the one item whose value is no number.
    MailboxId,
}

const NAMES: [(&str, StatusItem); 11] = [
    ("MESSAGES", StatusItem::Messages),
    ("RECENT", StatusItem::Recent),
    ("UIDNEXT", StatusItem::UidNext),
    ("UIDVALIDITY", StatusItem::UidValidity),
    ("UNSEEN", StatusItem::Unseen),
    ("DELETED", StatusItem::Deleted),
    ("SIZE", StatusItem::Size),
    ("HIGHESTMODSEQ", StatusItem::HighestModSeq),
    ("APPENDLIMIT", StatusItem::AppendLimit),
    ("DELETED-STORAGE", StatusItem::DeletedStorage),
    ("MAILBOXID", StatusItem::MailboxId),
];

impl StatusItem {
    /// The item of this name, in any case.
    pub fn from_wire(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, item)| *item)
    }
}

impl fmt::Display for StatusItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(_, item)| item == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}
