//! The reply codes of SMTP.

use super::{Words, word};

pub(crate) const SMTP_REPLIES: Words = &[word("250", "what was asked is done", 5321, "4.2.3")];
