//! The capabilities of POP3 servers.

use super::{Words, word};

pub(crate) const POP3_CAPABILITIES: Words = &[word(
    "TOP",
    "the server can send a header and some lines",
    2449,
    "6.2",
)];
