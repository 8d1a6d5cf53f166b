//! The mailboxes of an account, as the navigation shows them.

use serde::{Deserialize, Serialize};

/// A mailbox in the navigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// Its whole name, which intents use.
    pub name: String,
    /// Its last component, or what it is called everywhere.
    pub label: String,
    /// How deep it is in the hierarchy.
    pub depth: u8,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether it can be opened.
    pub selectable: bool,
    /// Unread messages, where known.
    pub unread: Option<u32>,
    /// Messages, where known.
    pub total: Option<u32>,
}

/// What a mailbox is for, for its icon and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Purpose {
    /// The inbox.
    Inbox,
    /// Starred messages of all mailboxes.
    Flagged,
    /// Sent.
    Sent,
    /// Drafts.
    Drafts,
    /// Archive.
    Archive,
    /// All mail.
    All,
    /// Junk.
    Junk,
    /// Trash.
    Trash,
    /// Nothing in particular.
    Plain,
}
