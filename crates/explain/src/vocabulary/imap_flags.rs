//! Flags and mailbox attributes.

use super::{Words, word};

pub(crate) const IMAP_FLAGS: Words = &[word("\\Seen", "the message was read", 9051, "2.3.2")];

pub(crate) const MAILBOX_ATTRIBUTES: Words = &[word(
    "\\Noselect",
    "a level of the hierarchy that holds no messages",
    9051,
    "7.3.1",
)];
