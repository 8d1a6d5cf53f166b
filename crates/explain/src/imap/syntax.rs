//! What holds a line together, and its words.

use porthole_imap::wire::Role;

use super::Context;
use crate::{
    decode, sasl,
    token::Term,
    vocabulary::{self, Words},
};

pub(super) fn term(role: Role, octets: &[u8], context: Context<'_>) -> Option<Term> {
    let word = |name, words: Words, generic: &'static str, rfc, section| {
        Some(vocabulary::term(
            name,
            words,
            octets,
            generic,
            (rfc, section),
        ))
    };
    let term = |name, meaning, rfc, section| Some(Term::new(name, meaning, rfc, section));
    match role {
        Role::Tag if context.by_server => term(
            "tag",
            "the command that this completes: the client chose the tag when it sent it",
            9051,
            "2.2.2",
        ),
        Role::Tag => term(
            "tag",
            "chosen by the client; the server's completion of this command carries it again, so \
             that several may be on the way at once",
            9051,
            "2.2.1",
        ),
        Role::UntaggedMark => term(
            "untagged",
            "data, or news that nobody asked for: it completes no command",
            9051,
            "2.2.2",
        ),
        Role::ContinuationMark => term(
            "continuation request",
            "the server is ready for the rest of the command",
            9051,
            "7.6",
        ),
        Role::Space => term(
            "space",
            "between two tokens there is exactly one",
            9051,
            "9",
        ),
        Role::LineEnd => term("CR LF", "ends the line", 9051, "2.2"),
        Role::Parenthesis => term("parenthesis", "begins or ends a list", 9051, "4.4"),
        Role::Bracket => term(
            "bracket",
            "encloses a response code, or the section of a message",
            9051,
            "7.1",
        ),
        Role::PartialMark => term(
            "partial",
            "only a stretch of the section: where it begins, and in a command how long it is",
            9051,
            "6.4.5",
        ),
        Role::CommandName => word("command", vocabulary::IMAP_COMMANDS, "a command", 9051, "6"),
        Role::UidPrefix => term(
            "UID",
            "the numbers of this command are UIDs and not sequence numbers",
            9051,
            "6.4.9",
        ),
        Role::ResponseName => word(
            "response",
            vocabulary::IMAP_RESPONSES,
            "a response",
            9051,
            "7",
        ),
        Role::Status => word(
            "status",
            vocabulary::statuses(octets, context.tagged),
            "how it went",
            9051,
            "7.1",
        ),
        Role::CodeName => word(
            "response code",
            vocabulary::IMAP_CODES,
            "for programs, while the text behind it is for people",
            9051,
            "7.1",
        ),
        Role::CodeText => term("argument", "what the response code has to say", 9051, "7.1"),
        Role::Text => term(
            "text",
            "for people to read; programs do not look at it",
            9051,
            "7.1",
        ),
        Role::ItemName => word(
            "data item",
            vocabulary::IMAP_ITEMS,
            "what is asked for or told of a message or a mailbox",
            9051,
            "6.4.5",
        ),
        Role::OptionName => word(
            "option",
            vocabulary::IMAP_OPTIONS,
            "says how the command is meant",
            9051,
            "6",
        ),
        Role::LiteralHeader => Some(literal(octets)),
        Role::Capability => word(
            "capability",
            vocabulary::IMAP_CAPABILITIES,
            "something that the server can do",
            9051,
            "7.2.2",
        ),
        Role::Mechanism => Some(sasl::mechanism(octets)),
        Role::SaslData => Some(sasl::step(octets, 9051, "6.2.2")),
        Role::UserName => term("user name", "who signs in", 9051, "6.2.3"),
        Role::Password => term(
            "password",
            "crossed as it is; here it was taken out",
            9051,
            "6.2.3",
        ),
        Role::MailboxName => Some(mailbox_name(octets)),
        Role::Pattern => term(
            "pattern",
            "which names are wanted: * stands for anything, % for anything on one level",
            9051,
            "6.3.9",
        ),
        Role::Delimiter => term(
            "hierarchy delimiter",
            "stands between the levels of a mailbox's name",
            9051,
            "7.3.1",
        ),
        Role::MailboxAttribute => word(
            "mailbox attribute",
            vocabulary::MAILBOX_ATTRIBUTES,
            "something that is so of this mailbox",
            9051,
            "7.3.1",
        ),
        Role::Flag => word(
            "flag",
            vocabulary::IMAP_FLAGS,
            "a keyword that a client made up",
            9051,
            "2.3.2",
        ),
        Role::Nil => term(
            "NIL",
            "nothing is here, which is not the same as an empty string",
            9051,
            "4.5",
        ),
        Role::EntryName => term(
            "entry",
            "the flag whose changes are meant, and no others of the message",
            7162,
            "3.1.5",
        ),
        Role::SearchKey => word(
            "search key",
            vocabulary::SEARCH_KEYS,
            "what a message must be to be found",
            9051,
            "6.4.4",
        ),
        Role::SearchText => Some(Term::new(
            "search text",
            "is looked for anywhere in the field, in any case",
            9051,
            "6.4.4",
        )),
        Role::SortKey => word(
            "sort key",
            vocabulary::SORT_KEYS,
            "what the order goes by",
            5256,
            "3",
        ),
        Role::Charset => term(
            "charset",
            "in which the strings of the search are written",
            9051,
            "6.4.4",
        ),
        Role::IdField => term("field", "what is told of the program", 2971, "3.3"),
        Role::IdValue => term("value", "what the program says of itself", 2971, "3.3"),
        Role::QuotaRoot => term(
            "quota root",
            "what has a limit, such as all mailboxes of one user",
            9208,
            "3.2",
        ),
        Role::QuotaResource => term(
            "resource",
            "what is limited: STORAGE counts units of 1,024 octets",
            9208,
            "5",
        ),
        _ => None,
    }
}

/// A name in UTF-8 or in modified UTF-7, as far as it shows which.
fn mailbox_name(octets: &[u8]) -> Term {
    let decoded = decode::mailbox_name(octets);
    let term = |meaning, rfc, section| Term::new("mailbox name", meaning, rfc, section);
    let term = if !octets.is_ascii() && std::str::from_utf8(octets).is_ok() {
        term(
            "in UTF-8, as names are once IMAP4rev2 or UTF8=ACCEPT is enabled",
            9051,
            "5.1",
        )
    } else if decoded.is_some() {
        term(
            "in modified UTF-7, as IMAP4rev1 writes what is not plain ASCII",
            3501,
            "5.1.3",
        )
    } else {
        term(
            "which mailbox is meant; INBOX is the same in any case",
            9051,
            "5.1",
        )
    };
    term.decoded(octets, decoded)
}

/// `{12}`, `{12+}` or `~{12}`.
fn literal(octets: &[u8]) -> Term {
    let digits: String = octets
        .iter()
        .filter(|octet| octet.is_ascii_digit())
        .map(|&octet| char::from(octet))
        .collect();
    let waits = if octets.contains(&b'+') {
        "; the + says that the client does not wait to be asked for them"
    } else {
        ""
    };
    let meaning = format!(
        "the {digits} is how many octets of literal follow the line's end, whatever they are{waits}"
    );
    Term::new("literal", meaning, 9051, "4.3")
}
