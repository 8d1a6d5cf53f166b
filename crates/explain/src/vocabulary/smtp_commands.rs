//! The commands of SMTP.

use super::{Words, word};

pub(crate) const SMTP_COMMANDS: Words = &[word(
    "MAIL",
    "begins a message and names who sends it",
    5321,
    "4.1.1.2",
)];
