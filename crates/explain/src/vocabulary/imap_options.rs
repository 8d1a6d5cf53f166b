//! Options and modifiers of commands.

use super::{Words, word};

pub(crate) const IMAP_OPTIONS: Words = &[word(
    "RETURN",
    "says what the answer is to contain",
    9051,
    "6.3.9",
)];
