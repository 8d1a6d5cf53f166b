//! `response` of RFC 9051 section 9: what a server says.

use super::{
    code, fetch,
    frame::Frame,
    list,
    mark::{Marks, Role},
    parser::{ParseError, Parser, Result, is_astring_char, lossy},
    quirk::{Quirk, Quirks},
    search,
};
use crate::types::{
    capability::Capabilities,
    flag::Flag,
    number::{Numbering, SeqNum},
    response::{Continuation, Response, Status, StatusText, Untagged},
    set::{Endpoint, NumberSet},
};

/// Reads one response. With `utf8`, mailbox names are UTF-8: after ENABLE of UTF8=ACCEPT or
/// IMAP4rev2. Numbers that were asked for are taken for sequence numbers.
///
/// # Errors
/// The octet that could not be understood. Unknown response names, codes and data items are not
/// errors but values.
pub fn parse_response(frame: &Frame, utf8: bool) -> std::result::Result<Response, ParseError> {
    response(&mut Parser::new(frame, utf8))
}

/// What a parse leaves besides its value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notes {
    /// What was tolerated.
    pub quirks: Quirks,
    /// What each octet is.
    pub marks: Marks,
}

/// The same, telling what was tolerated and what each octet is. `numbering` is that of the command
/// that is answered: SEARCH, SORT, THREAD and MODIFIED do not say what their numbers are.
///
/// # Errors
/// As [`parse_response`]; what could not be understood is marked so.
pub fn parse_response_noting(
    frame: &Frame,
    utf8: bool,
    numbering: Numbering,
) -> (std::result::Result<Response, ParseError>, Notes) {
    let mut parser = Parser::marking(frame, utf8);
    parser.numbering = numbering;
    let response = response(&mut parser);
    let notes = Notes {
        quirks: parser.quirks(),
        marks: parser.into_marks(),
    };
    (response, notes)
}

/// `response = continue-req / response-data / response-tagged`
fn response(p: &mut Parser<'_>) -> Result<Response> {
    let response = if p.eat(b'+', Role::ContinuationMark) {
        p.eat(b' ', Role::Space);
        let text = p.rest_of_line(Role::Text).to_vec();
        Response::Continuation(Continuation { text })
    } else if p.eat(b'*', Role::UntaggedMark) {
        p.space()?;
        Response::Untagged(untagged(p)?)
    } else {
        let tag = p.atom(Role::Tag)?.to_owned();
        p.space()?;
        let word = p.keyword(Role::Status)?;
        let status = match word.as_str() {
            "OK" => Status::Ok,
            "NO" => Status::No,
            "BAD" => Status::Bad,
            _ => return p.fail("OK, NO or BAD"),
        };
        Response::Tagged {
            tag,
            status,
            text: status_text(p)?,
        }
    };
    p.end()?;
    Ok(response)
}

fn untagged(p: &mut Parser<'_>) -> Result<Untagged> {
    if p.peek().is_some_and(|byte| byte.is_ascii_digit()) {
        return numbered(p);
    }
    let start = p.checkpoint();
    let name = p.keyword(Role::ResponseName)?;
    let status: Option<fn(StatusText) -> Untagged> = match name.as_str() {
        "OK" => Some(Untagged::Ok),
        "NO" => Some(Untagged::No),
        "BAD" => Some(Untagged::Bad),
        "BYE" => Some(Untagged::Bye),
        "PREAUTH" => Some(Untagged::PreAuth),
        _ => None,
    };
    if let Some(status) = status {
        p.mark_whole(&start, Role::Status);
        return status_text(p).map(status);
    }
    p.skip_spaces();
    match name.as_str() {
        "CAPABILITY" => capabilities(p).map(Untagged::Capability),
        "ENABLED" => capabilities(p).map(Untagged::Enabled),
        "LIST" => list::list_item(p).map(Untagged::List),
        "LSUB" => list::list_item(p).map(Untagged::Lsub),
        "STATUS" => list::status(p).map(Untagged::Status),
        "NAMESPACE" => list::namespace(p),
        "FLAGS" => message_flags(p).map(Untagged::Flags),
        "SEARCH" => search::search(p),
        "ESEARCH" => search::extended_search(p).map(Untagged::ExtendedSearch),
        "SORT" => search::sort(p),
        "THREAD" => search::threads(p).map(Untagged::Thread),
        "VANISHED" => vanished(p),
        "ID" => id(p).map(Untagged::Id),
        "QUOTA" => list::quota(p),
        "QUOTAROOT" => list::quota_root(p),
        _ => {
            while !p.at_end() {
                p.skip_value()?;
                p.skip_spaces();
            }
            Ok(Untagged::Unknown { name })
        }
    }
}

/// `number SP ("EXISTS" / "RECENT" / "EXPUNGE" / "FETCH" ..)`
fn numbered(p: &mut Parser<'_>) -> Result<Untagged> {
    let start = p.checkpoint();
    let number = p.number32(Role::Count)?;
    p.space()?;
    let name = p.keyword(Role::ResponseName)?;
    if matches!(name.as_str(), "EXPUNGE" | "FETCH") {
        // Read again, now that it is known what the number is.
        p.restore(&start);
        p.number32(Role::SeqNum)?;
        p.space()?;
        p.keyword(Role::ResponseName)?;
    }
    match name.as_str() {
        "EXISTS" => Ok(Untagged::Exists(number)),
        "RECENT" => Ok(Untagged::Recent(number)),
        "EXPUNGE" => Ok(Untagged::Expunge(SeqNum(number))),
        "FETCH" => {
            p.space()?;
            fetch::fetch(p, SeqNum(number)).map(Untagged::Fetch)
        }
        _ => {
            p.rest_of_line(Role::Unknown);
            Ok(Untagged::Unknown { name })
        }
    }
}

/// `resp-text = ["[" resp-text-code "]" SP] text`
fn status_text(p: &mut Parser<'_>) -> Result<StatusText> {
    if !p.skip_spaces() {
        p.quirk(Quirk::MissingText);
    }
    let code = if p.peek() == Some(b'[') {
        code::code(p)?
    } else {
        None
    };
    p.skip_spaces();
    let text = lossy(p.rest_of_line(Role::Text).to_vec());
    Ok(StatusText { code, text })
}

/// Capabilities up to the end of the line.
fn capabilities(p: &mut Parser<'_>) -> Result<Capabilities> {
    let mut names = Vec::new();
    while !p.at_end() {
        names.push(p.take_while(Role::Capability, "a capability", |byte| byte > b' ')?);
        p.skip_spaces();
    }
    let names = names.into_iter().map(String::from_utf8_lossy);
    Ok(names.collect())
}

/// `flag-list = "(" [flag *(SP flag)] ")"`
pub(super) fn flags(p: &mut Parser<'_>) -> Result<Vec<Flag>> {
    p.list(flag)
}

/// `flag-list` of a message, in which there is no `\*`.
pub(super) fn message_flags(p: &mut Parser<'_>) -> Result<Vec<Flag>> {
    let flags = flags(p)?;
    if flags.contains(&Flag::AnyKeyword) {
        p.quirk(Quirk::InvalidFlag);
    }
    Ok(flags)
}

/// `flag`, and `\*` of `flag-perm`.
pub(super) fn flag(p: &mut Parser<'_>) -> Result<Flag> {
    let belongs = |byte| !matches!(byte, 0..=b' ' | 0x7f | b'(' | b')' | b'{' | b'"');
    let name = if p.peek() == Some(b'"') {
        p.quirk(Quirk::QuotedFlag);
        p.string(Role::Flag)?
    } else {
        p.take_while(Role::Flag, "a flag", belongs)?.to_vec()
    };
    let atom = name.strip_prefix(b"\\").unwrap_or(&name);
    let is_atom = atom
        .iter()
        .all(|&byte| is_astring_char(byte) && byte != b']');
    if !is_atom && name != b"\\*" {
        p.quirk(Quirk::InvalidFlag);
    }
    Ok(Flag::from_wire(&String::from_utf8_lossy(&name)))
}

/// `expunged-resp = "VANISHED" [SP "(EARLIER)"] SP known-uids`
fn vanished(p: &mut Parser<'_>) -> Result<Untagged> {
    let earlier = p.peek() == Some(b'(');
    if earlier {
        p.list(|p| p.keyword(Role::OptionName))?;
        p.space()?;
    }
    let uids = number_set(p, Role::UidSet)?;
    Ok(Untagged::Vanished { earlier, uids })
}

/// `sequence-set`, for either kind of number.
pub(super) fn number_set<T>(p: &mut Parser<'_>, role: Role) -> Result<NumberSet<T>>
where
    T: Copy + Into<u32> + From<u32>,
{
    let start = p.checkpoint();
    let mut ranges = Vec::new();
    loop {
        let first = endpoint(p)?;
        let last = if p.eat(b':', role) {
            endpoint(p)?
        } else {
            first
        };
        ranges.push((first, last));
        if !p.eat(b',', role) {
            break;
        }
    }
    p.mark_whole(&start, role);
    Ok(NumberSet::from_ranges(ranges))
}

fn endpoint(p: &mut Parser<'_>) -> Result<Endpoint> {
    if p.eat(b'*', Role::UidSet) {
        Ok(Endpoint::Last)
    } else {
        p.number32(Role::UidSet).map(Endpoint::Number)
    }
}

/// `id-params-list = "(" *(string SP nstring) ")" / nil` (RFC 2971)
pub(super) fn id(p: &mut Parser<'_>) -> Result<Vec<(String, Option<String>)>> {
    if p.nil() {
        return Ok(Vec::new());
    }
    p.list(|p| {
        let field = p.astring_text(Role::IdField)?;
        p.space()?;
        Ok((field, p.nstring(Role::IdValue)?.map(lossy)))
    })
}
