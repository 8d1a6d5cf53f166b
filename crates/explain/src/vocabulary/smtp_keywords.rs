//! What SMTP servers offer.

use super::{Words, word};

pub(crate) const SMTP_KEYWORDS: Words = &[word(
    "PIPELINING",
    "several commands may be sent before the first is answered",
    2920,
    "",
)];
