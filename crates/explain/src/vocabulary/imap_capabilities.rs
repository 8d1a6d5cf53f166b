//! The capabilities of IMAP servers.

use super::{Words, word};

pub(crate) const IMAP_CAPABILITIES: Words = &[word(
    "IDLE",
    "the server can tell what is new while nobody asks",
    2177,
    "",
)];
