//! The commands of POP3.

use super::{Words, word};

pub(crate) const POP3_COMMANDS: Words = &[word(
    "STAT",
    "asks how many messages there are and how large they are together",
    1939,
    "5",
)];
