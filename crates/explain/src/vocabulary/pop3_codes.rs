//! The response codes of POP3.

use super::{Words, word};

pub(crate) const POP3_CODES: Words = &[word(
    "IN-USE",
    "another session holds the maildrop",
    2449,
    "8.1.1",
)];
