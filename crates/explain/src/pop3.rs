//! The tokens of POP3.

use porthole_pop3::wire::Role;
use porthole_wire::{Direction, Mark};

use crate::{
    Unit, decode, sasl,
    token::Term,
    vocabulary::{self, Words},
};

/// What a token is and means, in a unit that is or belongs to this command.
pub(crate) fn term(role: Role, octets: &[u8], command: &[u8]) -> Term {
    let number = String::from_utf8_lossy(octets);
    let word = |name, words: Words, generic: &'static str, rfc, section| {
        vocabulary::term(name, words, octets, generic, (rfc, section))
    };
    let term = |name, meaning: &'static str, rfc, section| Term::new(name, meaning, rfc, section);
    match role {
        Role::Keyword => word("command", vocabulary::POP3_COMMANDS, "a command", 1939, "3"),
        Role::Space => term(
            "space",
            "between two tokens there is exactly one",
            1939,
            "3",
        ),
        Role::LineEnd => term("CR LF", "ends the line", 1939, "3"),
        Role::UserName => term("user name", "whose maildrop it is", 1939, "7"),
        Role::Password => term(
            "password",
            "crossed as it is; here it was taken out",
            1939,
            "7",
        ),
        Role::Digest => term(
            "digest",
            "MD5 of the greeting's timestamp and the password: proves it without sending it; here it was taken out",
            1939,
            "7",
        ),
        Role::Mechanism => sasl::mechanism(octets),
        Role::SaslData => sasl::step(octets, 5034, "4"),
        Role::SaslCancel => sasl::cancel(5034, "4"),
        Role::MessageNumber => Term::new(
            "message number",
            format!("message {number} of this session: the numbers are given anew in the next one"),
            1939,
            "4",
        ),
        Role::LineCount => Term::new(
            "lines",
            format!("{number} lines of the body are wanted beside the header"),
            1939,
            "7",
        ),
        Role::StatusIndicator if octets.starts_with(b"+") => {
            term("status indicator", "it went well", 1939, "3")
        }
        Role::StatusIndicator => term(
            "status indicator",
            "it did not work, and the text says why",
            1939,
            "3",
        ),
        Role::ContinuationMark => term(
            "continuation",
            "a step of signing in comes from the server",
            5034,
            "4",
        ),
        Role::Bracket => term("bracket", "encloses a response code", 2449, "8"),
        Role::ResponseCode => word(
            "response code",
            vocabulary::POP3_CODES,
            "for programs, while the text behind it is for people",
            2449,
            "8",
        ),
        Role::Text => term(
            "text",
            "for people to read; programs do not look at it",
            1939,
            "3",
        ),
        Role::Timestamp => term(
            "timestamp",
            "never the same twice: with it APOP proves the password without sending it",
            1939,
            "7",
        ),
        Role::MessageCount => Term::new(
            "messages",
            format!("the maildrop has {number} messages"),
            1939,
            "5",
        ),
        Role::Octets if command.eq_ignore_ascii_case(b"STAT") => Term::new(
            "octets",
            format!("all messages together have {number} octets"),
            1939,
            "5",
        ),
        Role::Octets => Term::new(
            "octets",
            format!("the message has {number} octets"),
            1939,
            "5",
        ),
        Role::UniqueId => term(
            "unique-id",
            "names the message for good, so that a client knows what it has fetched already",
            1939,
            "7",
        ),
        Role::CapabilityName => word(
            "capability",
            vocabulary::POP3_CAPABILITIES,
            "something that the server can do",
            2449,
            "5",
        ),
        Role::CapabilityArgument => word(
            "argument",
            vocabulary::MECHANISMS,
            "says more of the capability",
            2449,
            "5",
        ),
        Role::StuffedDot => term(
            "stuffed dot",
            "put before a line that begins with a dot, and taken away by whoever reads it",
            1939,
            "3",
        ),
        Role::Termination => term(
            "termination",
            "a dot alone on a line: the answer ends here",
            1939,
            "3",
        ),
        Role::Content => term(
            "content",
            "a line of the message, exactly as the server keeps it",
            1939,
            "5",
        )
        .decoded(octets, decode::encoded_words(octets)),
        Role::Unknown => Term::unknown(),
    }
}

/// What a whole unit is.
pub(crate) fn summary(unit: &Unit<'_>) -> String {
    let named = |role: Role| crate::word(unit, role);
    let command = String::from_utf8_lossy(unit.command).to_uppercase();
    if unit.direction == Direction::Client {
        let is_step = |mark: &Mark<crate::Role>| {
            matches!(
                mark.role,
                crate::Role::Pop3(Role::SaslData | Role::SaslCancel)
            )
        };
        let Some(name) = named(Role::Keyword) else {
            let what = if unit.marks.iter().any(is_step) {
                "A step of signing in, from the client"
            } else {
                "No command of POP3"
            };
            return what.to_owned();
        };
        return match vocabulary::find(vocabulary::POP3_COMMANDS, name.as_bytes()) {
            Some(word) => format!("{name} {}", word.meaning),
            None => name,
        };
    }
    let refused = named(Role::StatusIndicator).is_some_and(|indicator| indicator.starts_with('-'));
    match (named(Role::StatusIndicator), command.is_empty()) {
        _ if named(Role::ContinuationMark).is_some() => {
            "A step of signing in, from the server".to_owned()
        }
        (Some(_), true) if refused => "The server takes its leave".to_owned(),
        (Some(_), true) => "The greeting: the server speaks first".to_owned(),
        (Some(_), false) if refused => format!("{command} was not done"),
        (Some(_), false) => format!("{command} was done"),
        (None, _) => format!("What {command} brought"),
    }
}
