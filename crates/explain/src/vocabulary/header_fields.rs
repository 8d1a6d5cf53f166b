//! The fields of a message header.

use super::{Words, word};

pub(crate) const HEADER_FIELDS: Words = &[word(
    "Subject",
    "what the message is about, in the words of its sender",
    5322,
    "3.6.5",
)];
