//! What is searched and sorted for.

use super::{Words, word};

pub(crate) const SEARCH_KEYS: Words = &[word("ALL", "every message of the mailbox", 9051, "6.4.4")];

pub(crate) const SORT_KEYS: Words = &[word("ARRIVAL", "when the server got it", 5256, "3")];
