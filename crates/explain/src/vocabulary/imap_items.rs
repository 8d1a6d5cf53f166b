//! The data items of IMAP.

use super::{Words, word};

pub(crate) const IMAP_ITEMS: Words = &[word(
    "UID",
    "the number that names the message for good",
    9051,
    "7.5.2",
)];
