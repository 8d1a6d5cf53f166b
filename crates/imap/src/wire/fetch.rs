//! `msg-att` of RFC 9051 section 9: the data items of a FETCH response.

use super::{
    body,
    list::object_id,
    mark::Role,
    parser::{ParseError, Parser, Result},
    quirk::Quirk,
    response::message_flags,
};
use crate::types::{
    datetime::{Date, DateTime, MONTHS},
    fetch::{Fetch, MessageDataItem},
    number::{ModSeq, SeqNum, Uid},
    section::{Section, SectionText},
};

/// `msg-att = "(" (msg-att-dynamic / msg-att-static) *(SP ..) ")"`
///
/// An item that cannot be read costs itself: its value is skipped, the rest is kept.
pub(super) fn fetch(p: &mut Parser<'_>, seq: SeqNum) -> Result<Fetch> {
    let items = p.list(|p| {
        let start = p.checkpoint();
        match item(p) {
            Ok(item) => Ok(item),
            Err(error) => {
                p.restore(&start);
                if error.expected != UNKNOWN {
                    p.quirk(Quirk::UnreadableItem);
                }
                unknown(p)
            }
        }
    })?;
    Ok(Fetch { seq, items })
}

/// What is expected where an item has a name that is not known.
const UNKNOWN: &str = "a known data item";

/// The name of an item: `BODY[` ends at the bracket.
fn name<'a>(p: &mut Parser<'a>) -> Result<&'a [u8]> {
    p.take_while(Role::ItemName, "a data item", |byte| {
        !matches!(byte, 0..=b' ' | b'(' | b')' | b'[' | b'"' | b'{' | b'<')
    })
}

fn item(p: &mut Parser<'_>) -> Result<MessageDataItem> {
    let name = name(p)?;
    let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
    if p.peek() == Some(b'[') {
        return bracketed(p, &name.to_ascii_uppercase());
    }
    p.space()?;
    Ok(if is("FLAGS") {
        MessageDataItem::Flags(message_flags(p)?)
    } else if is("UID") {
        MessageDataItem::Uid(Uid(p.number32(Role::Uid)?))
    } else if is("RFC822.SIZE") {
        MessageDataItem::Rfc822Size(p.number(Role::Octets)?)
    } else if is("INTERNALDATE") {
        MessageDataItem::InternalDate(date_time(p)?)
    } else if is("ENVELOPE") {
        MessageDataItem::Envelope(Box::new(body::envelope(p)?))
    } else if is("BODYSTRUCTURE") || is("BODY") {
        MessageDataItem::BodyStructure(Box::new(body::body(p)?))
    } else if is("MODSEQ") {
        p.open()?;
        let mod_seq = p.number(Role::ModSeq)?;
        p.close()?;
        MessageDataItem::ModSeq(ModSeq(mod_seq))
    } else if is("PREVIEW") {
        MessageDataItem::Preview(p.nstring(Role::Preview)?)
    } else if is("EMAILID") {
        MessageDataItem::EmailId(object_id(p)?)
    } else if is("THREADID") {
        let none = p.nil();
        MessageDataItem::ThreadId(if none { None } else { Some(object_id(p)?) })
    } else if is("SAVEDATE") {
        let none = p.nil();
        MessageDataItem::SaveDate(if none { None } else { Some(date_time(p)?) })
    } else if is("RFC822") {
        section_data(p, Section::default())?
    } else if is("RFC822.HEADER") {
        section_data(
            p,
            Section {
                part: Vec::new(),
                text: Some(SectionText::Header),
            },
        )?
    } else if is("RFC822.TEXT") {
        section_data(
            p,
            Section {
                part: Vec::new(),
                text: Some(SectionText::Text),
            },
        )?
    } else {
        return p.fail(UNKNOWN);
    })
}

fn section_data(p: &mut Parser<'_>, section: Section) -> Result<MessageDataItem> {
    Ok(MessageDataItem::Section {
        section,
        origin: None,
        data: p.ndata(Role::Content)?,
    })
}

/// `"BODY" section ["<" number ">"] SP nstring` and the same of BINARY.
fn bracketed(p: &mut Parser<'_>, name: &[u8]) -> Result<MessageDataItem> {
    let section = section(p)?;
    let origin = if p.eat(b'<', Role::PartialMark) {
        let origin = p.number(Role::Offset)?;
        p.expect(b'>', Role::PartialMark, "'>'")?;
        Some(origin)
    } else {
        None
    };
    p.space()?;
    Ok(match name {
        b"BODY" => MessageDataItem::Section {
            section,
            origin,
            data: p.ndata(Role::Content)?,
        },
        b"BINARY" => MessageDataItem::Binary {
            part: section.part,
            origin,
            data: p.ndata(Role::Content)?,
        },
        b"BINARY.SIZE" => MessageDataItem::BinarySize {
            part: section.part,
            octets: p.number(Role::Octets)?,
        },
        _ => return p.fail(UNKNOWN),
    })
}

/// `section = "[" [section-spec] "]"`; all of it before the names of fields is one mark.
pub(super) fn section(p: &mut Parser<'_>) -> Result<Section> {
    p.expect(b'[', Role::Bracket, "'['")?;
    let mut section = Section::default();
    let start = p.checkpoint();
    while p.peek().is_some_and(|byte| byte.is_ascii_digit()) {
        section.part.push(p.number32(Role::Section)?);
        if !p.eat(b'.', Role::Section) {
            break;
        }
    }
    if p.peek() != Some(b']') {
        let at = p.position();
        let name = p
            .take_while(Role::Section, "a section", |byte| {
                byte.is_ascii_alphabetic() || byte == b'.'
            })?
            .to_ascii_uppercase();
        p.mark_whole(&start, Role::Section);
        section.text = Some(match name.as_slice() {
            b"HEADER" => SectionText::Header,
            b"TEXT" => SectionText::Text,
            b"MIME" => SectionText::Mime,
            b"HEADER.FIELDS" => SectionText::HeaderFields(field_names(p)?),
            b"HEADER.FIELDS.NOT" => SectionText::HeaderFieldsNot(field_names(p)?),
            _ => {
                return Err(ParseError {
                    at,
                    expected: "a section",
                });
            }
        });
    } else {
        p.mark_whole(&start, Role::Section);
    }
    p.expect(b']', Role::Bracket, "']'")?;
    Ok(section)
}

/// `header-list = "(" header-fld-name *(SP header-fld-name) ")"`
fn field_names(p: &mut Parser<'_>) -> Result<Vec<String>> {
    p.space()?;
    p.list(|p| p.astring_text(Role::FieldName))
}

/// `date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE`
pub(super) fn date_time(p: &mut Parser<'_>) -> Result<DateTime> {
    let at = p.position();
    let text = p.string(Role::DateTime)?;
    read_date_time(&text).ok_or(ParseError {
        at,
        expected: "a date with time and zone",
    })
}

/// `date = date-text / DQUOTE date-text DQUOTE`
pub(super) fn date(p: &mut Parser<'_>) -> Result<Date> {
    let at = p.position();
    let text = p.astring(Role::Date)?;
    read_date(&text).ok_or(ParseError {
        at,
        expected: "a date",
    })
}

fn read_date(text: &[u8]) -> Option<Date> {
    let text = std::str::from_utf8(text).ok()?.trim_start();
    let mut parts = text.splitn(3, '-');
    let day = parts
        .next()?
        .parse()
        .ok()
        .filter(|day| (1..=31).contains(day))?;
    let name = parts.next()?;
    let month = MONTHS
        .iter()
        .position(|month| month.eq_ignore_ascii_case(name))?;
    let year = parts.next()?.parse().ok()?;
    Some(Date {
        year,
        month: month as u8 + 1,
        day,
    })
}

fn read_date_time(text: &[u8]) -> Option<DateTime> {
    let text = std::str::from_utf8(text).ok()?.trim_start();
    let mut parts = text.split_ascii_whitespace();
    let date = read_date(parts.next()?.as_bytes())?;
    let mut time = parts.next()?.splitn(3, ':');
    let mut next = |limit: u8| time.next()?.parse().ok().filter(|value| *value <= limit);
    let (hour, minute, second) = (next(23)?, next(59)?, next(60)?);
    let zone = parts.next()?;
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits: i16 = digits
        .parse()
        .ok()
        .filter(|digits| (0..=2359).contains(digits))?;
    Some(DateTime {
        date,
        hour,
        minute,
        second,
        zone: sign * (digits / 100 * 60 + digits % 100),
    })
}

/// An item of a name that is not known, or whose value could not be read.
fn unknown(p: &mut Parser<'_>) -> Result<MessageDataItem> {
    let name = name(p)?;
    if p.peek() == Some(b'[') {
        // Whatever the section is, it ends at the bracket that is outside of quotes.
        p.take_while(Role::Unknown, "a section", |byte| {
            !matches!(byte, b']' | b'\n')
        })?;
        p.expect(b']', Role::Bracket, "']'")?;
        if p.peek() == Some(b'<') {
            p.take_while(Role::Unknown, "an origin", |byte| {
                !matches!(byte, b' ' | b'\n')
            })?;
        }
    }
    p.skip_spaces();
    if p.peek() != Some(b')') {
        p.skip_value()?;
    }
    Ok(MessageDataItem::Unknown(
        String::from_utf8_lossy(name).to_ascii_uppercase(),
    ))
}
