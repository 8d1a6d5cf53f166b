//! The tokens of SMTP.

use porthole_smtp::wire::Role;
use porthole_wire::Direction;

use crate::{
    Unit, sasl,
    token::Term,
    vocabulary::{self, Words},
};

/// What a token is and means.
pub(crate) fn term(role: Role, octets: &[u8]) -> Term {
    let word = |name, words: Words, generic: &'static str, rfc, section| {
        vocabulary::term(name, words, octets, generic, (rfc, section))
    };
    let term = |name, meaning: &'static str, rfc, section| Term::new(name, meaning, rfc, section);
    match role {
        Role::Keyword => word(
            "command",
            vocabulary::SMTP_COMMANDS,
            "a command",
            5321,
            "4.1",
        ),
        Role::PathKeyword => term(
            "path",
            "who the message is from, or whom it goes to",
            5321,
            "4.1.1",
        ),
        Role::Space => term(
            "space",
            "between two tokens there is exactly one",
            5321,
            "4.1.1",
        ),
        Role::LineEnd => term("CR LF", "ends the line", 5321, "2.3.8"),
        Role::ClientName => term(
            "client's name",
            "how the client calls itself",
            5321,
            "4.1.1.1",
        ),
        Role::Mechanism => sasl::mechanism(octets),
        Role::SaslData => sasl::step(octets, 4954, "4"),
        Role::SaslCancel => sasl::cancel(4954, "4"),
        Role::AngleBracket => term(
            "angle bracket",
            "encloses an address; with nothing inside, nobody is to be answered",
            5321,
            "4.1.2",
        ),
        Role::SourceRoute => term(
            "source route",
            "hosts that mail should go through; ignored",
            5321,
            "C",
        ),
        Role::Address => term(
            "address",
            "of the envelope, which need not be those of the message",
            5321,
            "4.1.2",
        ),
        Role::Parameter => word(
            "parameter",
            vocabulary::SMTP_KEYWORDS,
            "says more of the command",
            5321,
            "4.1.2",
        ),
        Role::ReplyCode => word(
            "reply code",
            vocabulary::SMTP_REPLIES,
            "how it went: 2 well, 3 go on, 4 try later, 5 not",
            5321,
            "4.2.1",
        ),
        Role::MoreLines => term(
            "hyphen",
            "the reply goes on with another line",
            5321,
            "4.2.1",
        ),
        Role::EnhancedStatusCode => term(
            "enhanced status code",
            "how it went, more exactly",
            3463,
            "2",
        ),
        Role::Text => word(
            "text",
            vocabulary::SMTP_KEYWORDS,
            "for people to read",
            5321,
            "4.2",
        ),
        Role::Unknown => Term::unknown(),
    }
}

/// What a whole line is.
pub(crate) fn summary(unit: &Unit<'_>) -> String {
    let (role, words, other) = match unit.direction {
        Direction::Client => (
            Role::Keyword,
            vocabulary::SMTP_COMMANDS,
            "What the client says",
        ),
        Direction::Server => (Role::ReplyCode, vocabulary::SMTP_REPLIES, "A reply"),
    };
    let Some(name) = crate::word(unit, role) else {
        return other.to_owned();
    };
    match vocabulary::find(words, name.as_bytes()) {
        Some(word) => format!("{name} {}", word.meaning),
        None => name,
    }
}
