//! Mailboxes: names, and what LIST and NAMESPACE say of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::status::StatusItem;

/// The name of a mailbox, decoded. `INBOX` is the same in any case (RFC 9051 section 5.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MailboxName {
    text: String,
    /// The bytes from the wire, where encoding `text` again would give others.
    raw: Option<Vec<u8>>,
}

impl MailboxName {
    /// The mailbox that every account has.
    pub fn inbox() -> Self {
        Self {
            text: "INBOX".to_owned(),
            raw: None,
        }
    }

    /// The mailbox of this name.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.eq_ignore_ascii_case("INBOX") {
            Self::inbox()
        } else {
            Self { text, raw: None }
        }
    }

    /// A name whose encoding on the wire is not what this crate would make of `text`.
    pub(crate) fn with_raw(text: String, raw: Vec<u8>) -> Self {
        Self {
            text,
            raw: Some(raw),
        }
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is `INBOX`.
    pub fn is_inbox(&self) -> bool {
        self.text == "INBOX"
    }

    /// The bytes from the wire, where they cannot be made from the text.
    pub fn raw(&self) -> Option<&[u8]> {
        self.raw.as_deref()
    }
}

impl fmt::Display for MailboxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// An attribute of a mailbox in LIST (RFC 9051 section 7.3.1, RFC 5258, RFC 3348).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MailboxAttribute {
    /// `\Noinferiors`: cannot have children.
    NoInferiors,
    /// `\Noselect`: only a step in the hierarchy.
    NoSelect,
    /// `\NonExistent`.
    NonExistent,
    /// `\HasChildren`.
    HasChildren,
    /// `\HasNoChildren`.
    HasNoChildren,
    /// `\Marked`.
    Marked,
    /// `\Unmarked`.
    Unmarked,
    /// `\Subscribed`.
    Subscribed,
    /// `\Remote`.
    Remote,
    /// What the mailbox is for.
    SpecialUse(SpecialUse),
    /// Any other, with its backslash.
    Other(String),
}

/// What a mailbox is for (RFC 6154 section 2, RFC 8457).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SpecialUse {
    /// `\All`
    All,
    /// `\Archive`
    Archive,
    /// `\Drafts`
    Drafts,
    /// `\Flagged`
    Flagged,
    /// `\Important`
    Important,
    /// `\Junk`
    Junk,
    /// `\Sent`
    Sent,
    /// `\Trash`
    Trash,
}

const ATTRIBUTES: [(&str, MailboxAttribute); 17] = [
    ("\\Noinferiors", MailboxAttribute::NoInferiors),
    ("\\Noselect", MailboxAttribute::NoSelect),
    ("\\NonExistent", MailboxAttribute::NonExistent),
    ("\\HasChildren", MailboxAttribute::HasChildren),
    ("\\HasNoChildren", MailboxAttribute::HasNoChildren),
    ("\\Marked", MailboxAttribute::Marked),
    ("\\Unmarked", MailboxAttribute::Unmarked),
    ("\\Subscribed", MailboxAttribute::Subscribed),
    ("\\Remote", MailboxAttribute::Remote),
    ("\\All", MailboxAttribute::SpecialUse(SpecialUse::All)),
    (
        "\\Archive",
        MailboxAttribute::SpecialUse(SpecialUse::Archive),
    ),
    ("\\Drafts", MailboxAttribute::SpecialUse(SpecialUse::Drafts)),
    (
        "\\Flagged",
        MailboxAttribute::SpecialUse(SpecialUse::Flagged),
    ),
    (
        "\\Important",
        MailboxAttribute::SpecialUse(SpecialUse::Important),
    ),
    ("\\Junk", MailboxAttribute::SpecialUse(SpecialUse::Junk)),
    ("\\Sent", MailboxAttribute::SpecialUse(SpecialUse::Sent)),
    ("\\Trash", MailboxAttribute::SpecialUse(SpecialUse::Trash)),
];

impl MailboxAttribute {
    /// The attribute of this wire name.
    pub fn from_wire(name: &str) -> Self {
        ATTRIBUTES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map_or_else(
                || Self::Other(name.to_owned()),
                |(_, attribute)| attribute.clone(),
            )
    }
}

impl fmt::Display for MailboxAttribute {
    /// The wire form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(name) => f.write_str(name),
            known => {
                let name = ATTRIBUTES.iter().find(|(_, attribute)| attribute == known);
                f.write_str(name.map_or("", |(name, _)| name))
            }
        }
    }
}

/// One LIST or LSUB response (RFC 9051 section 7.3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListItem {
    /// The attributes.
    pub attributes: Vec<MailboxAttribute>,
    /// The hierarchy delimiter; `None` where the name space is flat.
    pub delimiter: Option<char>,
    /// The mailbox.
    pub mailbox: MailboxName,
    /// `OLDNAME`, where the server says that it was renamed.
    pub old_name: Option<MailboxName>,
    /// `CHILDINFO`: the selection options that a mailbox below it meets (RFC 5258).
    #[serde(default)]
    pub child_info: Vec<String>,
}

impl ListItem {
    /// What the mailbox is for, where the server says so.
    pub fn special_use(&self) -> Option<SpecialUse> {
        self.attributes
            .iter()
            .find_map(|attribute| match attribute {
                MailboxAttribute::SpecialUse(purpose) => Some(*purpose),
                _ => None,
            })
    }

    /// Whether it can be selected.
    pub fn is_selectable(&self) -> bool {
        !self.attributes.iter().any(|attribute| {
            matches!(
                attribute,
                MailboxAttribute::NoSelect | MailboxAttribute::NonExistent
            )
        })
    }
}

/// One name space (RFC 9051 section 7.3.2, RFC 2342).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namespace {
    /// What names in it begin with.
    pub prefix: MailboxName,
    /// Its hierarchy delimiter.
    pub delimiter: Option<char>,
}

/// The STATUS response (RFC 9051 section 7.3.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxStatus {
    /// The mailbox.
    pub mailbox: MailboxName,
    /// What was asked for and what it is, where that is a number.
    pub items: Vec<(StatusItem, u64)>,
    /// `MAILBOXID` (RFC 8474)
    pub id: Option<String>,
}

impl MailboxStatus {
    /// The value of one item, where it came.
    pub fn item(&self, item: StatusItem) -> Option<u64> {
        self.items
            .iter()
            .find(|(name, _)| *name == item)
            .map(|(_, value)| *value)
    }
}
