//! Responses and the greeting: RFC 1939 sections 3 and 4, RFC 2449 section 8.

use super::{
    capability,
    cursor::{Cursor, ParseError},
    listing::{drop_listing, scan_listing, unique_id_listing},
    notes::{Notes, Quirk, Role},
};
use crate::types::{
    Capabilities, DropListing, ResponseCode, ScanListing, StatusIndicator, Timestamp,
    UniqueIdListing, Verb,
};

/// The first, or only, line of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Success or failure.
    pub status: StatusIndicator,
    /// Why, for programs.
    pub code: Option<ResponseCode>,
    /// Why, for people.
    pub text: String,
    /// What the command asked for, where it stands on this line; an error where it should and
    /// cannot be read.
    pub data: Result<Data, ParseError>,
}

/// What stands on the `+OK` line of some commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// Nothing for programs.
    None,
    /// Of STAT.
    DropListing(DropListing),
    /// Of LIST with a message-number.
    ScanListing(ScanListing),
    /// Of UIDL with a message-number.
    UniqueIdListing(UniqueIdListing),
    /// Of CAPA, where [`Quirk::SingleLineCapa`] applies: no payload follows.
    Capabilities(Capabilities),
}

/// `greeting = "+OK" [SP *CHAR] [timestamp *CHAR] CRLF`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// `-ERR` where the server will not talk.
    pub status: StatusIndicator,
    /// Why not, for programs.
    pub code: Option<ResponseCode>,
    /// Words for people, the timestamp among them.
    pub text: String,
    /// What APOP needs.
    pub timestamp: Option<Timestamp>,
}

/// `single-line = status [SP text] CRLF`, or the first line of a multi-line response.
///
/// # Errors
/// [`ParseError`] if the line does not begin with a status indicator: it is no response.
pub fn parse_response(verb: Verb, line: &[u8], notes: &mut Notes) -> Result<Response, ParseError> {
    let mut cursor = Cursor::new(line, notes);
    let status = status_indicator(&mut cursor)?;
    let code = response_code(&mut cursor);
    let text = text_of(&cursor);
    let data = match (status, verb) {
        (StatusIndicator::Ok, Verb::Stat) => drop_listing(&mut cursor).map(Data::DropListing),
        (StatusIndicator::Ok, Verb::ListOne) => scan_listing(&mut cursor).map(Data::ScanListing),
        (StatusIndicator::Ok, Verb::UidlOne) => {
            unique_id_listing(&mut cursor).map(Data::UniqueIdListing)
        }
        (StatusIndicator::Ok, Verb::Capa) => Ok(match capability::single_line(&text) {
            Some(capabilities) => {
                cursor.notes.quirk(Quirk::SingleLineCapa);
                Data::Capabilities(capabilities)
            }
            None => Data::None,
        }),
        _ => Ok(Data::None),
    };
    match &data {
        Ok(Data::None | Data::Capabilities(_)) => {
            cursor.take_rest(Role::Text);
            cursor.finish();
        }
        Ok(_) => cursor.end_of_listing(),
        Err(_) => cursor.finish(),
    }
    Ok(Response {
        status,
        code,
        text,
        data,
    })
}

/// The line that a server speaks first.
///
/// # Errors
/// [`ParseError`] if the line does not begin with a status indicator: it is no POP3 server.
pub fn parse_greeting(line: &[u8], notes: &mut Notes) -> Result<Greeting, ParseError> {
    let mut cursor = Cursor::new(line, notes);
    let status = status_indicator(&mut cursor)?;
    let code = response_code(&mut cursor);
    let text = text_of(&cursor);
    let timestamp = timestamp(&mut cursor);
    cursor.take_rest(Role::Text);
    cursor.finish();
    Ok(Greeting {
        status,
        code,
        text,
        timestamp,
    })
}

/// `continue-req = "+" SP [base64] CRLF` (RFC 5034 section 4): the base64, if the line is one.
pub fn parse_challenge<'a>(line: &'a [u8], notes: &mut Notes) -> Option<&'a [u8]> {
    let mut cursor = Cursor::new(line, notes);
    let after_mark = cursor.rest().strip_prefix(b"+")?;
    if after_mark.len() >= 2 && after_mark[..2].eq_ignore_ascii_case(b"OK") {
        return None;
    }
    cursor.take(1, Role::ContinuationMark);
    match after_mark.first() {
        Some(b' ') => {
            cursor.take(1, Role::Space);
        }
        Some(_) => cursor.notes.quirk(Quirk::GluedText),
        None => {}
    }
    let challenge = cursor.take_rest(Role::SaslData);
    cursor.finish();
    Some(challenge)
}

/// `status = "+OK" / "-ERR"` and the space after it.
fn status_indicator(cursor: &mut Cursor<'_, '_>) -> Result<StatusIndicator, ParseError> {
    for (status, word) in [
        (StatusIndicator::Ok, &b"+OK"[..]),
        (StatusIndicator::Err, b"-ERR"),
    ] {
        let Some(found) = cursor.rest().get(..word.len()) else {
            continue;
        };
        if !found.eq_ignore_ascii_case(word) {
            continue;
        }
        if found != word {
            cursor.notes.quirk(Quirk::LowerCaseStatus);
        }
        cursor.take(word.len(), Role::StatusIndicator);
        if !cursor.is_at_end() && cursor.space().is_err() {
            cursor.notes.quirk(Quirk::GluedText);
        }
        return Ok(status);
    }
    cursor.fail("+OK or -ERR")
}

/// `"[" resp-level *("/" resp-level) "]"` and the space after it (RFC 2449 section 8).
fn response_code(cursor: &mut Cursor<'_, '_>) -> Option<ResponseCode> {
    let inner = cursor.rest().strip_prefix(b"[")?;
    let length = memchr::memchr(b']', inner)?;
    let name = std::str::from_utf8(&inner[..length]).ok()?;
    if !name.bytes().all(|octet| octet.is_ascii_graphic()) || name.is_empty() {
        return None;
    }
    cursor.take(1, Role::Bracket);
    cursor.take(length, Role::ResponseCode);
    cursor.take(1, Role::Bracket);
    if cursor.rest().first() == Some(&b' ') {
        cursor.take(1, Role::Space);
    }
    Some(ResponseCode::from_name(name))
}

/// `timestamp = "<" *VCHAR ">"` wherever in the greeting it is.
fn timestamp(cursor: &mut Cursor<'_, '_>) -> Option<Timestamp> {
    let rest = cursor.rest();
    let start = memchr::memchr(b'<', rest)?;
    let length = memchr::memchr(b'>', &rest[start..])? + 1;
    let found = Timestamp::from_octets(&rest[start..start + length]);
    if found.is_some() {
        cursor.take(start, Role::Text);
        cursor.take(length, Role::Timestamp);
    } else if length == 2 {
        cursor.notes.quirk(Quirk::EmptyTimestamp);
    }
    found
}

fn text_of(cursor: &Cursor<'_, '_>) -> String {
    String::from_utf8_lossy(cursor.rest()).into_owned()
}
