//! SASL mechanisms.

use super::{Words, word};

pub(crate) const MECHANISMS: Words = &[word(
    "PLAIN",
    "sends the name and the password itself, hidden only by TLS",
    4616,
    "2",
)];
