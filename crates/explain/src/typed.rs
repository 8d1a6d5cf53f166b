//! What a line means that somebody is about to send, and what it may destroy.

use std::borrow::Cow;

use porthole_imap::wire::{Frame, Peer, Role as Imap, marks};
use porthole_pop3::wire::{Notes, parse_command};
use porthole_wire::{Direction, Mark};
use serde::{Deserialize, Serialize};

use crate::{Explanation, Role, Unit, command_name, explain, vocabulary};

/// A command that somebody may type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Its name.
    pub name: Cow<'static, str>,
    /// What it does.
    pub meaning: Cow<'static, str>,
}

/// What comes of a command, where that is more than its meaning says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequence {
    /// In words.
    pub words: String,
    /// Whether mail may be lost for good.
    pub destroys: bool,
}

/// The commands of IMAP.
pub fn imap_commands() -> impl Iterator<Item = Known> {
    vocabulary::IMAP_COMMANDS.iter().map(known)
}

/// The commands of POP3.
pub fn pop3_commands() -> impl Iterator<Item = Known> {
    vocabulary::POP3_COMMANDS.iter().map(known)
}

/// Explains a line of IMAP without its ending; `tagged` is whether it has a tag.
pub fn imap_line(line: &[u8], tagged: bool) -> (Explanation, Option<Consequence>) {
    // The parser wants a tag, which the client puts before it.
    let tag = if tagged { b"" } else { TAG };
    let text = [tag, line, b"\r\n"].concat();
    let frame = Frame {
        text,
        literals: Vec::new(),
    };
    let marks = marks(&frame, Peer::Client, false).text.into_iter();
    typed(line, marks.map(|mark| shifted(mark, tag.len(), line)))
}

/// Explains a line of POP3, without its ending.
pub fn pop3_line(line: &[u8]) -> (Explanation, Option<Consequence>) {
    let text = [line, b"\r\n"].concat();
    let mut notes = Notes::with_marks();
    // For its marks: what is no command is marked so.
    let _ = parse_command(&text, &mut notes);
    let marks = notes.marks().to_vec().into_iter();
    typed(line, marks.map(|mark| shifted(mark, 0, line)))
}

const TAG: &[u8] = b"A ";

fn known(word: &vocabulary::Word) -> Known {
    Known {
        name: word.word.into(),
        meaning: word.meaning.into(),
    }
}

fn shifted<R: Into<Role>>(mark: Mark<R>, by: usize, line: &[u8]) -> Mark<Role> {
    let place = |at: usize| at.saturating_sub(by).min(line.len());
    Mark {
        range: place(mark.range.start)..place(mark.range.end),
        role: mark.role.into(),
    }
}

fn typed(
    line: &[u8],
    marks: impl Iterator<Item = Mark<Role>>,
) -> (Explanation, Option<Consequence>) {
    let marks: Vec<_> = marks.filter(|mark| !mark.range.is_empty()).collect();
    let command = command_name(line, &marks);
    let explanation = explain(&Unit {
        direction: Direction::Client,
        octets: line,
        marks: &marks,
        command,
    });
    let by_uid = marks.iter().any(|mark| mark.role == Imap::UidPrefix.into());
    (explanation, consequence(command, by_uid, line))
}

/// RFC 1939 section 6, RFC 9051 sections 6.3.5, 6.4.1, 6.4.3, 6.4.6 and 6.4.9, RFC 8508 section 3.4.
fn consequence(command: &[u8], by_uid: bool, line: &[u8]) -> Option<Consequence> {
    let name = String::from_utf8_lossy(command).to_ascii_uppercase();
    let deletes = || {
        line.to_ascii_lowercase()
            .windows(8)
            .any(|flag| flag == b"\\deleted")
    };
    let (words, destroys) = match name.as_str() {
        "DELE" => (
            "This deletes nothing until QUIT; RSET takes it back. Then the message is gone for good.",
            true,
        ),
        "QUIT" => ("What DELE has marked is gone for good with this.", false),
        "RSET" => ("Nothing is deleted: all that DELE has marked stays.", false),
        "STORE" if deletes() => ("This deletes nothing until EXPUNGE or CLOSE.", false),
        "EXPUNGE" if by_uid => (
            "Those of these messages that have the flag \\Deleted are gone for good; no others.",
            true,
        ),
        "EXPUNGE" => (
            "Every message with the flag \\Deleted is gone for good.",
            true,
        ),
        "CLOSE" => (
            "Every message with the flag \\Deleted is gone for good, and the server does not say which; UNSELECT closes and deletes nothing.",
            true,
        ),
        "DELETE" => (
            "The mailbox is gone for good, and all the mail in it.",
            true,
        ),
        "REPLACE" => (
            "The new message takes the place of the old one, which is gone for good.",
            true,
        ),
        "LOGOUT" => ("The connection ends; nothing is deleted.", false),
        // The end of IDLE has no tag (RFC 2177 section 3).
        _ if line.trim_ascii().is_empty() || line.eq_ignore_ascii_case(b"DONE") => return None,
        _ if !is_known(&name) => (
            "Nobody can tell what this does: it is no command, or a part of one.",
            true,
        ),
        _ => return None,
    };
    Some(Consequence {
        words: words.to_owned(),
        destroys,
    })
}

fn is_known(name: &str) -> bool {
    let mut commands = vocabulary::IMAP_COMMANDS
        .iter()
        .chain(vocabulary::POP3_COMMANDS);
    commands.any(|known| known.word == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_lost_is_said_before() {
        let told = |line: &str| {
            let (_, consequence) = if line.starts_with("DELE ") {
                pop3_line(line.as_bytes())
            } else {
                imap_line(line.as_bytes(), line.starts_with("a1 "))
            };
            consequence.map(|consequence| consequence.destroys)
        };
        for (line, destroys) in [
            ("DELE 3", Some(true)),
            ("uid expunge 7", Some(true)),
            ("close", Some(true)),
            ("DELETE Archive", Some(true)),
            ("STORE 1 +FLAGS (\\Deleted)", Some(false)),
            ("STORE 1 +FLAGS (\\Seen)", None),
            ("NOOP", None),
            ("", None),
            ("{", Some(true)),
            ("FROB 1", Some(true)),
            ("DONE", None),
            ("a1 UID EXPUNGE 7", Some(true)),
            ("REPLACE 4 Drafts {", Some(true)),
            ("uid replace 42 Drafts {", Some(true)),
            ("a1 NOOP", None),
            // The rest of a command whose flags are a literal.
            ("a1 (\\Deleted)", Some(true)),
        ] {
            assert_eq!(told(line), destroys, "{line}");
        }
    }

    /// RFC 9051 section 6.4.9.
    #[test]
    fn an_expunge_by_uid_removes_no_others() {
        let told = |line: &[u8]| imap_line(line, false).1.map(|told| told.words);
        let every = told(b"EXPUNGE").unwrap();
        assert!(every.starts_with("Every message"), "{every}");
        let some = told(b"UID EXPUNGE 7").unwrap();
        assert!(some.contains("no others"), "{some}");
        assert!(some.contains("\\Deleted"), "{some}");
    }

    #[test]
    fn a_line_is_explained_before_it_goes() {
        let (explanation, _) = imap_line(b"UID FETCH 1:* (FLAGS)", false);
        assert!(explanation.summary.starts_with("FETCH "), "{explanation:?}");
        let names: Vec<_> = explanation
            .tokens
            .iter()
            .map(|token| &*token.name)
            .collect();
        assert!(names.contains(&"UID set"), "{names:?}");
        assert_eq!(explanation.tokens.last().map(|token| token.end), Some(21));
        assert_eq!(pop3_line(b"FROB").0.summary, "No command of POP3");
        let (explanation, _) = pop3_line(b"TOP 1 x");
        assert!(explanation.tokens.iter().any(|token| !token.known));
        assert!(imap_commands().count() > 20 && pop3_commands().count() > 10);
    }
}
