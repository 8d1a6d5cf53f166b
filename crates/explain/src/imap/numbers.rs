//! The numbers: places, identifiers, counts.

use porthole_imap::wire::Role;

use super::Context;
use crate::{decode, token::Term};

pub(super) fn term(role: Role, octets: &[u8], context: Context<'_>) -> Option<Term> {
    let number = String::from_utf8_lossy(octets);
    let is = |name: &[u8], word: &str| name.eq_ignore_ascii_case(word.as_bytes());
    let term = match role {
        Role::SeqNum if is(context.response, "EXPUNGE") => Term::new(
            "sequence number",
            format!("message {number} is gone, and every one after it moves down by one"),
            9051,
            "7.5.1",
        ),
        Role::SeqNum if is_found(context) => Term::new(
            "sequence number",
            "a message that was found, by its place in the mailbox now",
            9051,
            "7.3.4",
        ),
        Role::SeqNum if is(context.response, "THREAD") => Term::new(
            "sequence number",
            "a message of the thread, by its place in the mailbox now",
            5256,
            "4",
        ),
        Role::Uid if is_found(context) => {
            Term::new("UID", "a message that was found, by its UID", 9051, "7.3.4")
        }
        Role::Uid if is(context.response, "THREAD") => {
            Term::new("UID", "a message of the thread, by its UID", 5256, "4")
        }
        Role::SeqNum => Term::new(
            "sequence number",
            format!(
                "the message that is number {number} in the mailbox now; it may be another after an EXPUNGE"
            ),
            9051,
            "2.3.1.2",
        ),
        Role::Uid if is(context.item, "UIDNEXT") => Term::new(
            "UIDNEXT",
            format!("the next message will get the UID {number}, or a higher one"),
            9051,
            "2.3.1.1",
        ),
        Role::Uid => Term::new(
            "UID",
            "names this message in this mailbox for good, as long as UIDVALIDITY stays",
            9051,
            "2.3.1.1",
        ),
        Role::SeqSet => Term::new(
            "sequence set",
            "places in the mailbox: a colon for a range, a star for the last message",
            9051,
            "4.1.1",
        ),
        Role::UidSet => Term::new("UID set", uid_set(context, is), 9051, "4.1.1"),
        Role::UidValidity => Term::new(
            "UIDVALIDITY",
            "while it is the same, UIDs mean the same messages; when it changes, all that was kept is forgotten",
            9051,
            "2.3.1.1",
        ),
        Role::ModSeq => Term::new(
            "modification sequence",
            "counts the changes of the mailbox: whoever knows it can ask what changed since",
            7162,
            "3.1",
        ),
        Role::Count => Term::new("count", count(&number, context, is), 9051, "7.4"),
        Role::Octets if is(context.item, "RFC822.SIZE") => Term::new(
            "octets",
            format!("the whole message has {number} octets"),
            9051,
            "7.5.2",
        ),
        Role::Octets => Term::new("octets", format!("{number} octets"), 9051, "7.5.2"),
        Role::Lines => Term::new(
            "lines",
            format!("{number} lines of text, as encoded for transfer"),
            9051,
            "7.5.2",
        ),
        Role::Offset => Term::new(
            "origin octet",
            format!("the data begins with octet {number} of the section"),
            9051,
            "7.5.2",
        ),
        Role::Number if is(context.response, "QUOTA") => Term::new(
            "number",
            "first what is used, then what may be used",
            9208,
            "4.2.1",
        ),
        Role::Number => Term::new("number", "a number", 9051, "4.2"),
        Role::Date => Term::new(
            "date",
            "a day, whatever the time and the zone",
            9051,
            "6.4.4",
        ),
        Role::DateTime => Term::new(
            "internal date",
            "when the server got the message, which is not the Date that its sender wrote",
            9051,
            "2.3.3",
        )
        .decoded(octets, decode::date(octets)),
        _ => return None,
    };
    Some(term)
}

fn is_found(context: Context<'_>) -> bool {
    let found = [&b"SEARCH"[..], b"ESEARCH", b"SORT"];
    found
        .iter()
        .any(|name| context.response.eq_ignore_ascii_case(name))
}

fn uid_set(context: Context<'_>, is: impl Fn(&[u8], &str) -> bool) -> &'static str {
    if is(context.item, "COPYUID") {
        "the UIDs that the copies came from, then those that they got"
    } else if is(context.item, "APPENDUID") {
        "the UID that the new message got"
    } else if is(context.response, "VANISHED") {
        "messages that are gone"
    } else {
        "UIDs: a colon for a range, a star for the highest"
    }
}

fn count(number: &str, context: Context<'_>, is: impl Fn(&[u8], &str) -> bool) -> String {
    if is(context.response, "EXISTS") {
        format!("the mailbox has {number} messages now")
    } else if is(context.response, "RECENT") {
        format!("{number} messages came since the mailbox was opened last")
    } else if is(context.response, "FETCH") {
        format!("what follows is of the message that is number {number} in the mailbox now")
    } else if is(context.response, "EXPUNGE") {
        format!("message {number} is gone, and every one after it moves down by one")
    } else if is(context.item, "UNSEEN") {
        format!("{number} messages are unread")
    } else if is(context.item, "MESSAGES") {
        format!("there are {number} messages")
    } else {
        format!("{number} of them")
    }
}
