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

use std::borrow::Cow;

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

use crate::{Source, decode, token::Term};

/// A word of a protocol.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    /// As the RFC writes it.
    word: &'static str,
    /// What it means, in one clause that a newcomer understands.
    pub(crate) meaning: &'static str,
    /// Where it is laid down: RFC and section; `None` for what vendors made up.
    source: Option<(u16, &'static str)>,
}

impl Word {
    fn term(&self, name: &'static str) -> Term {
        Term {
            name,
            meaning: Cow::Borrowed(self.meaning),
            decoded: None,
            source: self.source.map(|(rfc, section)| Source::new(rfc, section)),
        }
    }
}

/// Words of one kind.
pub(crate) type Words = &'static [Word];

/// A word of this section of this RFC; of the whole RFC where the section is empty.
const fn word(word: &'static str, meaning: &'static str, rfc: u16, section: &'static str) -> Word {
    Word {
        word,
        meaning,
        source: Some((rfc, section)),
    }
}

/// A word that is met on the wire and in no RFC.
const fn vendor(word: &'static str, meaning: &'static str) -> Word {
    Word {
        word,
        meaning,
        source: None,
    }
}

/// How many words these tables have together.
const fn count(tables: &[Words]) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < tables.len() {
        count += tables[at].len();
        at += 1;
    }
    count
}

/// One table of several: `N` is their [`count`].
const fn joined<const N: usize>(tables: &[Words]) -> [Word; N] {
    let mut joined = [vendor("", ""); N];
    let (mut filled, mut table) = (0, 0);
    while table < tables.len() {
        let mut at = 0;
        while at < tables[table].len() {
            joined[filled] = tables[table][at];
            filled += 1;
            at += 1;
        }
        table += 1;
    }
    joined
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
    match found {
        Some(word) => word.term(name),
        None => Term::new(name, generic, source.0, source.1),
    }
}
