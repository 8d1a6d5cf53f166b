//! What a unit names: messages and mailboxes.

use std::ops::RangeInclusive;

use porthole_imap::wire::{Role as Imap, utf7};
use porthole_pop3::wire::Role as Pop3;
use porthole_wire::Mark;

use crate::{Role, at, command_name, decode};

/// The UIDs (IMAP) that a unit names, as ranges; `*` is the highest number there is.
pub fn uids(octets: &[u8], marks: &[Mark<Role>]) -> Vec<RangeInclusive<u32>> {
    // UIDNEXT is the UID of a message that is not there yet.
    let mut is_next = false;
    let sets = marks.iter().filter_map(|mark| match mark.role {
        Role::Imap(Imap::CodeName | Imap::ItemName) => {
            is_next = at(octets, mark).eq_ignore_ascii_case(b"UIDNEXT");
            None
        }
        Role::Imap(Imap::Uid | Imap::UidSet) if !is_next => Some(at(octets, mark)),
        _ => None,
    });
    sets.flat_map(|set| set.split(|&octet| octet == b','))
        .filter_map(range)
        .collect()
}

/// The message numbers (POP3) that a unit names.
pub fn numbers(octets: &[u8], marks: &[Mark<Role>]) -> Vec<u32> {
    let is_number = |mark: &&Mark<Role>| mark.role == Role::Pop3(Pop3::MessageNumber);
    let found = marks.iter().filter(is_number).map(|mark| at(octets, mark));
    found.filter_map(number).collect()
}

/// The mailbox that a SELECT or EXAMINE opens, as people read its name.
pub fn opened(octets: &[u8], marks: &[Mark<Role>]) -> Option<String> {
    let command = command_name(octets, marks);
    let opens = [&b"SELECT"[..], b"EXAMINE"];
    if !opens.iter().any(|name| command.eq_ignore_ascii_case(name)) {
        return None;
    }
    let is_name = |mark: &&Mark<Role>| mark.role == Role::Imap(Imap::MailboxName);
    let name = decode::unquote(at(octets, marks.iter().find(is_name)?));
    Some(utf7::decode_name(&name, false).as_str().to_owned())
}

/// `7`, `7:12`, `7:*`; the ends may stand the other way round (RFC 9051 section 9, seq-range).
fn range(octets: &[u8]) -> Option<RangeInclusive<u32>> {
    let mut ends = octets.splitn(2, |&octet| octet == b':');
    let first = number(ends.next()?)?;
    let last = ends.next().map_or(Some(first), number)?;
    Some(first.min(last)..=first.max(last))
}

fn number(octets: &[u8]) -> Option<u32> {
    if octets == b"*" {
        return Some(u32::MAX);
    }
    std::str::from_utf8(octets).ok()?.parse().ok()
}
