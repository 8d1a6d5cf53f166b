//! Commands as a server reads them: RFC 1939 section 3, RFC 2449 section 4, RFC 5034 section 4.

use porthole_wire::Secret;

use super::{
    cursor::Cursor,
    listing::message_number,
    notes::{Notes, Role},
};
use crate::types::{ApopDigest, Command, MessageNumber, Password, UserName};

/// A line is no command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at octet {at}")]
pub struct CommandError {
    /// The octet in the line.
    pub at: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What can be wrong with a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The first word is no command.
    #[error("unknown command")]
    UnknownKeyword,
    /// An argument that must be there is not.
    #[error("missing argument")]
    MissingArgument,
    /// An argument that is not of the kind that must be there.
    #[error("invalid argument")]
    InvalidArgument,
    /// More arguments than the command has.
    #[error("too many arguments")]
    TooManyArguments,
}

/// `command = keyword *(SP argument) CRLF`; keywords in any case.
///
/// # Errors
/// [`CommandError`]; what could not be read is marked as unknown.
pub fn parse_command(line: &[u8], notes: &mut Notes) -> Result<Command, CommandError> {
    let mut cursor = Cursor::new(line, notes);
    let length = cursor.rest().len();
    let parsed = command(&mut cursor);
    let at = length - cursor.rest().len();
    let result = match parsed {
        Ok(_) if !cursor.is_at_end() => Err(Problem::TooManyArguments),
        other => other,
    };
    cursor.finish();
    result.map_err(|problem| CommandError { at, problem })
}

/// `base64 CRLF`, or `*` to cancel (RFC 5034 section 4): the base64, or `None` when cancelled.
pub fn parse_sasl_response<'a>(line: &'a [u8], notes: &mut Notes) -> Option<&'a [u8]> {
    let mut cursor = Cursor::new(line, notes);
    let cancelled = cursor.rest() == b"*";
    let response = cursor.take_rest(if cancelled {
        Role::SaslCancel
    } else {
        Role::SaslData
    });
    cursor.finish();
    (!cancelled).then_some(response)
}

fn command(cursor: &mut Cursor<'_, '_>) -> Result<Command, Problem> {
    let rest = cursor.rest();
    let length = memchr::memchr(b' ', rest).unwrap_or(rest.len());
    let keyword = rest[..length].to_ascii_uppercase();
    if !KEYWORDS.contains(&keyword.as_slice()) {
        return Err(Problem::UnknownKeyword);
    }
    cursor.take(length, Role::Keyword);
    Ok(match keyword.as_slice() {
        b"CAPA" => Command::Capa,
        b"STLS" => Command::Stls,
        b"STAT" => Command::Stat,
        b"RSET" => Command::Rset,
        b"NOOP" => Command::Noop,
        b"UTF8" => Command::Utf8,
        b"USER" => Command::User(user_name(cursor)?),
        b"PASS" => Command::Pass(password(cursor)?),
        b"APOP" => apop(cursor)?,
        b"AUTH" => auth(cursor)?,
        b"LIST" => Command::List(optional_number(cursor)?),
        b"UIDL" => Command::Uidl(optional_number(cursor)?),
        b"RETR" => Command::Retr(number(cursor)?),
        b"DELE" => Command::Dele(number(cursor)?),
        b"TOP" => Command::Top {
            number: number(cursor)?,
            lines: {
                argument(cursor)?;
                cursor
                    .number(Role::LineCount, "a count of lines")
                    .map_err(|_| Problem::InvalidArgument)?
            },
        },
        _ => Command::Quit,
    })
}

/// Passes the space before an argument that must be there.
fn argument(cursor: &mut Cursor<'_, '_>) -> Result<(), Problem> {
    cursor.space().map_err(|_| Problem::MissingArgument)?;
    if cursor.is_at_end() {
        return Err(Problem::MissingArgument);
    }
    Ok(())
}

fn number(cursor: &mut Cursor<'_, '_>) -> Result<MessageNumber, Problem> {
    argument(cursor)?;
    message_number(cursor).map_err(|_| Problem::InvalidArgument)
}

fn optional_number(cursor: &mut Cursor<'_, '_>) -> Result<Option<MessageNumber>, Problem> {
    if cursor.is_at_end() {
        return Ok(None);
    }
    number(cursor).map(Some)
}

/// The rest of the line: RFC 1939 has names without spaces, servers take them with.
fn user_name(cursor: &mut Cursor<'_, '_>) -> Result<UserName, Problem> {
    argument(cursor)?;
    to_user_name(cursor.take_rest(Role::UserName))
}

/// The rest of the line: "a server may treat spaces in the argument as part of the password"
/// (RFC 1939 section 7, PASS).
fn password(cursor: &mut Cursor<'_, '_>) -> Result<Password, Problem> {
    if cursor.rest().first() != Some(&b' ') {
        return Err(Problem::MissingArgument);
    }
    cursor.take(1, Role::Space);
    let octets = cursor.take_rest(Role::Password);
    let text = std::str::from_utf8(octets).map_err(|_| Problem::InvalidArgument)?;
    Password::try_from(&Secret::new(text)).map_err(|_| Problem::InvalidArgument)
}

fn apop(cursor: &mut Cursor<'_, '_>) -> Result<Command, Problem> {
    argument(cursor)?;
    let name = to_user_name(cursor.word(Role::UserName))?;
    argument(cursor)?;
    let digest = cursor.word(Role::Digest);
    let digest = ApopDigest::from_octets(digest).ok_or(Problem::InvalidArgument)?;
    Ok(Command::Apop { name, digest })
}

/// `"AUTH" SP mechanism [SP initial-response]`
fn auth(cursor: &mut Cursor<'_, '_>) -> Result<Command, Problem> {
    argument(cursor)?;
    let mechanism = cursor.word(Role::Mechanism);
    let is_name = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_');
    if !mechanism.iter().all(is_name) {
        return Err(Problem::InvalidArgument);
    }
    let mechanism = String::from_utf8_lossy(mechanism).into_owned();
    let initial_response = if cursor.is_at_end() {
        None
    } else {
        argument(cursor)?;
        let octets = cursor.word(Role::SaslData);
        Some(Secret::new(String::from_utf8_lossy(octets)))
    };
    Ok(Command::Auth {
        mechanism,
        initial_response,
    })
}

fn to_user_name(octets: &[u8]) -> Result<UserName, Problem> {
    let text = std::str::from_utf8(octets).map_err(|_| Problem::InvalidArgument)?;
    UserName::try_from(text).map_err(|_| Problem::InvalidArgument)
}

const KEYWORDS: [&[u8]; 16] = [
    b"CAPA", b"USER", b"PASS", b"APOP", b"AUTH", b"STLS", b"STAT", b"LIST", b"UIDL", b"TOP",
    b"RETR", b"DELE", b"RSET", b"NOOP", b"UTF8", b"QUIT",
];
