//! The capabilities of IMAP servers, by what they are about.

mod mailboxes;
mod messages;
mod search;
mod session;
mod vendors;

use super::{Words, count, joined};

const ABOUT: &[Words] = &[
    session::SESSION,
    mailboxes::MAILBOXES,
    messages::MESSAGES,
    search::SEARCH,
    vendors::VENDORS,
];

pub(crate) const IMAP_CAPABILITIES: Words = &joined::<{ count(ABOUT) }>(ABOUT);
