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
    /// Whether a tag stands before it: a response with one completes a command.
    pub(crate) tagged: bool,
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
        (_, _, Some(status)) => {
            let meaning = of(vocabulary::statuses(status.as_bytes(), false), &status);
            match (status.as_str(), meaning) {
                // Which command it is about is what the server could not tell.
                ("BAD", meaning) => format!("{status} {meaning}"),
                (_, "") => answer(status),
                (_, meaning) => answer(format!("{status} {meaning}")),
            }
        }
        _ => answer("Part of an answer".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use porthole_imap::wire::{Frame, Peer, marks};
    use porthole_wire::Mark;

    use super::*;
    use crate::{Explanation, Source, Token, explain};

    /// What is said of a line that this side sends.
    fn told(direction: Direction, line: &str) -> Explanation {
        let frame = Frame {
            text: format!("{line}\r\n").into_bytes(),
            literals: Vec::new(),
        };
        let peer = match direction {
            Direction::Client => Peer::Client,
            Direction::Server => Peer::Server,
        };
        let marks = marks(&frame, peer, false).text.into_iter();
        let marks = marks.map(|mark| Mark {
            range: mark.range,
            role: mark.role.into(),
        });
        explain(&Unit {
            direction,
            octets: &frame.text,
            marks: &marks.collect::<Vec<_>>(),
            command: b"COPY",
        })
    }

    /// What is said of one of its tokens.
    fn of(direction: Direction, line: &str, token: &str) -> Token {
        let told = told(direction, line);
        let is_token = |t: &Token| line.get(t.start as usize..t.end as usize) == Some(token);
        let found = told.tokens.iter().find(|found| is_token(found)).cloned();
        found.unwrap_or_else(|| panic!("{token} in {line}: {told:?}"))
    }

    fn check(line: &str, token: &str, meaning: &str, (rfc, section): (u16, &'static str)) {
        let found = of(Direction::Server, line, token);
        assert!(found.meaning.contains(meaning), "{line}: {found:?}");
        assert_eq!(found.source, Some(Source::new(rfc, section)), "{line}");
    }

    #[test]
    fn the_next_uid_is_of_no_message_yet() {
        let source = (9051, "2.3.1.1");
        let next = "the next message will get the UID 4392, or a higher one";
        check("* OK [UIDNEXT 4392] next", "4392", next, source);
        check(
            "* STATUS INBOX (MESSAGES 3 UIDNEXT 4392)",
            "4392",
            next,
            source,
        );
        check("* 1 FETCH (UID 4392)", "4392", "for good", source);
    }

    #[test]
    fn a_section_is_one_token() {
        for (section, token, meaning) in [
            ("HEADER", "HEADER", "the header of the message"),
            (
                "TEXT",
                "TEXT",
                "everything behind the header of the message",
            ),
            (
                "HEADER.FIELDS (From To)",
                "HEADER.FIELDS",
                "these fields of the header of the message",
            ),
            (
                "1.2",
                "1.2",
                "part 1.2 of the message, counted from 1 on every level",
            ),
            (
                "2.HEADER",
                "2.HEADER",
                "the header of the message that is part 2",
            ),
            (
                "2.HEADER.FIELDS (From)",
                "2.HEADER.FIELDS",
                "these fields of the header of the message that is part 2",
            ),
            (
                "2.1.HEADER.FIELDS.NOT (From)",
                "2.1.HEADER.FIELDS.NOT",
                "the header of the message that is part 2.1 without these fields",
            ),
            (
                "2.TEXT",
                "2.TEXT",
                "everything behind the header of the message that is part 2",
            ),
            ("2.3.mime", "2.3.mime", "the MIME header of part 2.3"),
        ] {
            let asked = format!("A1 FETCH 1 BODY.PEEK[{section}]<0.10>");
            let told = format!("* 1 FETCH (BODY[{section}]<0> NIL)");
            for (direction, line) in [(Direction::Client, asked), (Direction::Server, told)] {
                let found = of(direction, &line, token);
                assert_eq!(found.name, "section", "{line}");
                assert_eq!(found.meaning, meaning, "{line}");
            }
        }
    }

    /// RFC 9051 sections 7.1.2 and 7.1.3.
    #[test]
    fn a_status_without_a_tag_ends_no_command() {
        let summary = |line: &str| told(Direction::Server, line).summary;
        let no = "warns of something: a command that is under way may still be done";
        check("* NO nearly full", "NO", no, (9051, "7.1.2"));
        assert_eq!(
            summary("* NO nearly full"),
            format!("NO {no}, in answer to COPY")
        );
        let bad = "reports an error that the server can lay to no command, or a failure of its own";
        check("* BAD too long", "BAD", bad, (9051, "7.1.3"));
        assert_eq!(summary("* BAD too long"), format!("BAD {bad}"));
        check("A1 NO full", "NO", "could not be done", (9051, "7.1.2"));
        check("A1 BAD what", "BAD", "not understood", (9051, "7.1.3"));
        assert_eq!(summary("A1 NO full"), "COPY was understood and not done");
    }

    #[test]
    fn content_is_as_the_server_keeps_it_unless_decoded() {
        let exactly = "exactly as the server keeps them";
        check("* 1 FETCH (BODY[1] \"x\")", "\"x\"", exactly, (9051, "4.3"));
        check(
            "* 1 FETCH (BODY[2] NIL BINARY[1] \"x\")",
            "\"x\"",
            "its transfer encoding undone",
            (3516, "4.3"),
        );
        // A literal crosses apart from the line that names its item.
        let context = Context {
            by_server: true,
            ..Context::default()
        };
        let literal = term(Role::Content, b"x", context).meaning;
        assert!(literal.contains("where BINARY asked"), "{literal}");
        assert!(!literal.contains("exactly"), "{literal}");
    }

    #[test]
    fn a_mailbox_name_says_how_it_is_written() {
        for (name, meaning, source, decoded) in [
            ("Drafts", "which mailbox", (9051, "5.1"), None),
            ("R&D", "which mailbox", (9051, "5.1"), None),
            (
                "\"Entw&APw-rfe\"",
                "modified UTF-7",
                (3501, "5.1.3"),
                Some("Entw\u{fc}rfe"),
            ),
            ("\"Entw\u{fc}rfe\"", "in UTF-8", (9051, "5.1"), None),
        ] {
            let line = format!("* STATUS {name} (MESSAGES 3)");
            check(&line, name, meaning, source);
            let found = of(Direction::Server, &line, name);
            assert_eq!(found.decoded.as_deref(), decoded, "{line}");
        }
    }

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
