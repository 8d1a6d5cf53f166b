//! The tokens of IMAP.

mod message;
mod numbers;
mod syntax;

use porthole_imap::wire::Role;
use porthole_wire::Direction;

use crate::{
    Unit,
    token::Term,
    vocabulary::{self, Word, Words},
};

/// What stands around a token.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Context<'a> {
    /// The name of the response, such as `FETCH`; empty in a command.
    pub(crate) response: &'a [u8],
    /// The item, code or option that was named last.
    pub(crate) item: &'a [u8],
    /// Who speaks.
    pub(crate) by_server: bool,
}

/// What a token is and means.
pub(crate) fn term(role: Role, octets: &[u8], context: Context<'_>) -> Term {
    syntax::term(role, octets, context)
        .or_else(|| numbers::term(role, octets, context))
        .or_else(|| message::term(role, octets, context))
        .unwrap_or_else(Term::unknown)
}

/// What a whole line is.
pub(crate) fn summary(unit: &Unit<'_>) -> String {
    let named = |role: Role| crate::word(unit, role);
    let command = String::from_utf8_lossy(unit.command).to_uppercase();
    let of = |words: Words, name: &str| {
        vocabulary::find(words, name.as_bytes()).map_or("", |word: &Word| word.meaning)
    };
    if unit.direction == Direction::Client {
        let name = named(Role::CommandName).unwrap_or_default();
        let meaning = of(vocabulary::IMAP_COMMANDS, &name);
        return match (name.is_empty(), named(Role::SaslData).is_some()) {
            (true, true) => "A step of signing in, from the client".to_owned(),
            (true, false) => format!("Part of {command}"),
            _ if meaning.is_empty() => name,
            _ => format!("{name} {meaning}"),
        };
    }
    if named(Role::ContinuationMark).is_some() {
        return if named(Role::SaslData).is_some() {
            "A step of signing in, from the server".to_owned()
        } else {
            "The server is ready for more".to_owned()
        };
    }
    let answer = |what: String| {
        if command.is_empty() {
            what
        } else {
            format!("{what}, in answer to {command}")
        }
    };
    match (
        named(Role::Tag),
        named(Role::ResponseName),
        named(Role::Status),
    ) {
        (Some(_), _, Some(status)) => match status.as_str() {
            "OK" => format!("{command} is done"),
            "NO" => format!("{command} was understood and not done"),
            _ => format!("{command} was not understood"),
        },
        (_, Some(name), _) => match of(vocabulary::IMAP_RESPONSES, &name) {
            "" => answer(name),
            meaning => answer(format!("{name} {meaning}")),
        },
        (_, _, Some(status)) => match of(vocabulary::IMAP_RESPONSES, &status) {
            "" => answer(status),
            meaning => answer(format!("{status} {meaning}")),
        },
        _ => answer("Part of an answer".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_says_of_which_kind_it_is() {
        for (role, response, name, meaning) in [
            (Role::SeqNum, "SEARCH", "sequence number", "was found"),
            (Role::Uid, "SEARCH", "UID", "was found"),
            (Role::SeqNum, "ESEARCH", "sequence number", "was found"),
            (Role::Uid, "SORT", "UID", "was found"),
            (Role::SeqNum, "THREAD", "sequence number", "of the thread"),
            (Role::Uid, "THREAD", "UID", "of the thread"),
            (Role::SeqNum, "FETCH", "sequence number", "number 7"),
            (Role::Uid, "FETCH", "UID", "for good"),
        ] {
            let context = Context {
                response: response.as_bytes(),
                by_server: true,
                ..Context::default()
            };
            let term = term(role, b"7", context);
            assert_eq!(term.name, name, "{response}");
            assert!(
                term.meaning.contains(meaning),
                "{response}: {}",
                term.meaning
            );
        }
    }

    #[test]
    fn the_entry_of_a_search_is_a_flag() {
        let term = term(Role::EntryName, b"\"/flags/$Work\"", Context::default());
        assert!(term.meaning.contains("flag"), "{}", term.meaning);
        assert_eq!(term.source.map(|source| source.rfc), Some(7162));
    }
}
