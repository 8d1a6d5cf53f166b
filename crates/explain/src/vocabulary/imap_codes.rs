//! The response codes of IMAP.

use super::{Words, word};

pub(crate) const IMAP_CODES: Words = &[word("ALERT", "must be shown to the user", 9051, "7.1")];
