//! What a unit of the server answers.

use porthole_imap::wire::Role as Imap;
use porthole_pop3::wire::Role as Pop3;
use porthole_wire::{Direction, Mark};

use crate::{Role, Unit, word};

/// What came of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// `OK`, `+OK`.
    Done,
    /// `NO`, `BAD`, `-ERR`.
    Refused,
}

/// What a unit of the server says of the command that it completes; `None` where it completes none.
pub fn outcome(octets: &[u8], marks: &[Mark<Role>]) -> Option<Outcome> {
    let unit = of_server(octets, marks);
    if let Some(indicator) = word(&unit, Pop3::StatusIndicator) {
        return Some(match indicator.as_str() {
            "+OK" => Outcome::Done,
            _ => Outcome::Refused,
        });
    }
    // Without a tag it completes nothing (RFC 9051 section 2.2.2).
    word(&unit, Imap::Tag)?;
    match word(&unit, Imap::Status)?.as_str() {
        "OK" => Some(Outcome::Done),
        "NO" | "BAD" => Some(Outcome::Refused),
        _ => None,
    }
}

/// The names of a response, in capitals: `FETCH`, `OK`, `+OK`, `+`.
pub fn response_names(octets: &[u8], marks: &[Mark<Role>]) -> Vec<String> {
    let unit = of_server(octets, marks);
    let roles: [Role; 4] = [
        Imap::ResponseName.into(),
        Imap::Status.into(),
        Pop3::StatusIndicator.into(),
        Pop3::ContinuationMark.into(),
    ];
    let mut names: Vec<_> = roles
        .into_iter()
        .filter_map(|role| word(&unit, role))
        .collect();
    let continues = Role::from(Imap::ContinuationMark);
    if marks.iter().any(|mark| mark.role == continues) {
        names.push("+".to_owned());
    }
    names
}

fn of_server<'a>(octets: &'a [u8], marks: &'a [Mark<Role>]) -> Unit<'a> {
    Unit {
        direction: Direction::Server,
        octets,
        marks,
        command: b"",
    }
}
