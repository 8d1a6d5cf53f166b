//! Commands as a server reads them: RFC 5321 section 4.1.1 and 4.1.2, RFC 4954 section 4.

use porthole_wire::Secret;

use super::{
    cursor::Cursor,
    notes::{Notes, Role},
};
use crate::types::{Body, ClientName, Command, ForwardPath, MailParameters, ReversePath, Verb};

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
    /// A parameter of MAIL or RCPT that no announced extension has.
    #[error("unknown parameter")]
    UnknownParameter,
    /// More arguments than the command has.
    #[error("too many arguments")]
    TooManyArguments,
}

/// `command = verb [SP argument] CRLF`; verbs in any case.
///
/// # Errors
/// [`CommandError`]; what could not be read is marked as unknown.
pub fn parse_command(line: &[u8], notes: &mut Notes) -> Result<Command, CommandError> {
    let mut cursor = Cursor::new(line, notes);
    let result = command(&mut cursor).and_then(|command| {
        cursor.spaces();
        if cursor.is_at_end() {
            Ok(command)
        } else {
            Err(Problem::TooManyArguments)
        }
    });
    let at = cursor.at();
    cursor.finish();
    result.map_err(|problem| CommandError { at, problem })
}

/// `base64 CRLF`, or `*` to cancel (RFC 4954 section 4): the base64, or `None` when cancelled.
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
    let verb = Verb::ALL
        .into_iter()
        .find(|verb| {
            verb.as_str()
                .as_bytes()
                .eq_ignore_ascii_case(&rest[..length])
        })
        .ok_or(Problem::UnknownKeyword)?;
    cursor.take(length, Role::Keyword);
    Ok(match verb {
        Verb::Ehlo => Command::Ehlo(client_name(cursor)?),
        Verb::Helo => Command::Helo(client_name(cursor)?),
        Verb::Auth => auth(cursor)?,
        Verb::Mail => mail(cursor)?,
        Verb::Rcpt => rcpt(cursor)?,
        Verb::StartTls => Command::StartTls,
        Verb::Data => Command::Data,
        Verb::Rset => Command::Rset,
        Verb::Quit => Command::Quit,
        // Any argument will do: nothing depends on it (sections 4.1.1.6, 4.1.1.8, 4.1.1.9).
        Verb::Vrfy | Verb::Help | Verb::Noop => {
            cursor.spaces();
            cursor.take_rest(Role::Text);
            match verb {
                Verb::Vrfy => Command::Vrfy,
                Verb::Help => Command::Help,
                _ => Command::Noop,
            }
        }
    })
}

/// `SP ( Domain / address-literal )`
fn client_name(cursor: &mut Cursor<'_, '_>) -> Result<ClientName, Problem> {
    argument(cursor)?;
    let name = utf8(cursor.word(Role::ClientName))?;
    ClientName::try_from(name).map_err(|_| Problem::InvalidArgument)
}

/// `"AUTH" SP sasl-mech [SP initial-response]`
fn auth(cursor: &mut Cursor<'_, '_>) -> Result<Command, Problem> {
    argument(cursor)?;
    let is_name = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_');
    let mechanism = cursor.word(Role::Mechanism);
    if !mechanism.iter().all(is_name) {
        return Err(Problem::InvalidArgument);
    }
    let mechanism = utf8(mechanism)?.to_owned();
    let initial_response = if cursor.spaces() && !cursor.is_at_end() {
        Some(Secret::new(utf8(cursor.word(Role::SaslData))?))
    } else {
        None
    };
    Ok(Command::Auth {
        mechanism,
        initial_response,
    })
}

/// `"MAIL FROM:" Reverse-path [SP Mail-parameters]`
fn mail(cursor: &mut Cursor<'_, '_>) -> Result<Command, Problem> {
    argument(cursor)?;
    if !cursor.literal(b"FROM:", Role::PathKeyword) {
        return Err(Problem::InvalidArgument);
    }
    let address = path(cursor)?;
    let from = if address.is_empty() {
        ReversePath(None)
    } else {
        ReversePath(Some(forward_path(address)?))
    };
    let mut parameters = MailParameters::default();
    while cursor.spaces() && !cursor.is_at_end() {
        mail_parameter(cursor, &mut parameters)?;
    }
    Ok(Command::Mail { from, parameters })
}

/// `esmtp-param = esmtp-keyword ["=" esmtp-value]`
fn mail_parameter(
    cursor: &mut Cursor<'_, '_>,
    parameters: &mut MailParameters,
) -> Result<(), Problem> {
    let rest = cursor.rest();
    let length = memchr::memchr(b' ', rest).unwrap_or(rest.len());
    let text = utf8(&rest[..length])?.to_ascii_uppercase();
    let (name, value) = text.split_once('=').unwrap_or((&text, ""));
    match (name, value) {
        ("SIZE", size) => {
            parameters.size = Some(size.parse().map_err(|_| Problem::InvalidArgument)?);
        }
        ("BODY", "7BIT") => parameters.body = Some(Body::SevenBit),
        ("BODY", "8BITMIME") => parameters.body = Some(Body::EightBitMime),
        ("BODY", _) => return Err(Problem::InvalidArgument),
        ("SMTPUTF8", "") => parameters.smtp_utf8 = true,
        // RFC 4954 section 5: who the message is really from. A submission server need not care.
        ("AUTH", _) => {}
        _ => return Err(Problem::UnknownParameter),
    }
    cursor.take(length, Role::Parameter);
    Ok(())
}

/// `"RCPT TO:" Forward-path [SP Rcpt-parameters]`, of which none is known.
fn rcpt(cursor: &mut Cursor<'_, '_>) -> Result<Command, Problem> {
    argument(cursor)?;
    if !cursor.literal(b"TO:", Role::PathKeyword) {
        return Err(Problem::InvalidArgument);
    }
    let to = forward_path(path(cursor)?)?;
    cursor.spaces();
    if !cursor.is_at_end() {
        return Err(Problem::UnknownParameter);
    }
    Ok(Command::Rcpt { to })
}

/// `"<" [A-d-l ":"] Mailbox ">"`; a space before it is tolerated, as many clients write one.
fn path<'a>(cursor: &mut Cursor<'a, '_>) -> Result<&'a [u8], Problem> {
    cursor.spaces();
    let Some(inner) = cursor.rest().strip_prefix(b"<") else {
        return Err(Problem::InvalidArgument);
    };
    let length = memchr::memchr(b'>', inner).ok_or(Problem::InvalidArgument)?;
    let inner = &inner[..length];
    let route = if inner.starts_with(b"@") {
        memchr::memchr(b':', inner).map_or(0, |at| at + 1)
    } else {
        0
    };
    cursor.take(1, Role::AngleBracket);
    cursor.take(route, Role::SourceRoute);
    let address = cursor.take(length - route, Role::Address);
    cursor.take(1, Role::AngleBracket);
    Ok(address)
}

fn forward_path(address: &[u8]) -> Result<ForwardPath, Problem> {
    ForwardPath::try_from(utf8(address)?).map_err(|_| Problem::InvalidArgument)
}

/// Passes the space before an argument that must be there.
fn argument(cursor: &mut Cursor<'_, '_>) -> Result<(), Problem> {
    if !cursor.spaces() || cursor.is_at_end() {
        return Err(Problem::MissingArgument);
    }
    Ok(())
}

fn utf8(octets: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(octets).map_err(|_| Problem::InvalidArgument)
}
