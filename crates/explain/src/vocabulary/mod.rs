//! The words of the protocols: what each means and where it is laid down.
//!
//! A table for each kind of word. Words are looked up without regard to case, as the protocols do.

mod header_fields;
mod imap_capabilities;
mod imap_codes;
mod imap_commands;
mod imap_flags;
mod imap_items;
mod imap_options;
mod imap_responses;
mod imap_search;
mod mechanisms;
mod pop3_capabilities;
mod pop3_codes;
mod pop3_commands;
mod smtp_commands;
mod smtp_keywords;
mod smtp_replies;

pub(crate) use header_fields::HEADER_FIELDS;
pub(crate) use imap_capabilities::IMAP_CAPABILITIES;
pub(crate) use imap_codes::IMAP_CODES;
pub(crate) use imap_commands::IMAP_COMMANDS;
pub(crate) use imap_flags::{IMAP_FLAGS, MAILBOX_ATTRIBUTES};
pub(crate) use imap_items::IMAP_ITEMS;
pub(crate) use imap_options::IMAP_OPTIONS;
pub(crate) use imap_responses::IMAP_RESPONSES;
pub(crate) use imap_search::{SEARCH_KEYS, SORT_KEYS};
pub(crate) use mechanisms::MECHANISMS;
pub(crate) use pop3_capabilities::POP3_CAPABILITIES;
pub(crate) use pop3_codes::POP3_CODES;
pub(crate) use pop3_commands::POP3_COMMANDS;
pub(crate) use smtp_commands::SMTP_COMMANDS;
pub(crate) use smtp_keywords::SMTP_KEYWORDS;
pub(crate) use smtp_replies::SMTP_REPLIES;

use crate::{decode, token::Term};

/// A word of a protocol.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    /// As the RFC writes it.
    word: &'static str,
    /// What it means, in one clause that a newcomer understands.
    pub(crate) meaning: &'static str,
    /// Where it is laid down: RFC and section.
    source: (u16, &'static str),
}

/// Words of one kind.
pub(crate) type Words = &'static [Word];

const fn word(word: &'static str, meaning: &'static str, rfc: u16, section: &'static str) -> Word {
    Word {
        word,
        meaning,
        source: (rfc, section),
    }
}

/// `word` in a table, without regard to case.
pub(crate) fn find(words: Words, word: &[u8]) -> Option<&'static Word> {
    words
        .iter()
        .find(|known| known.word.as_bytes().eq_ignore_ascii_case(word))
}

/// What a word of this kind means; where the table does not have it, what is so of all of them.
pub(crate) fn term(
    name: &'static str,
    words: Words,
    octets: &[u8],
    generic: &'static str,
    source: (u16, &'static str),
) -> Term {
    let word = decode::unquote(octets);
    // `AUTH=PLAIN` is a word of the table `AUTH=`, if it is not one itself.
    let family = word.iter().position(|&octet| octet == b'=');
    let found = find(words, &word).or_else(|| find(words, &word[..=family?]));
    let (meaning, (rfc, section)) =
        found.map_or((generic, source), |word| (word.meaning, word.source));
    Term::new(name, meaning, rfc, section)
}
