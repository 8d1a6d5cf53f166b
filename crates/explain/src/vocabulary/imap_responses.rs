//! The responses of IMAP.

use super::{Words, word};

pub(crate) const IMAP_RESPONSES: Words = &[word(
    "EXISTS",
    "tells how many messages the mailbox has now",
    9051,
    "7.4.1",
)];
