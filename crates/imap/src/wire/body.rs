//! `envelope` and `body` of RFC 9051 section 9.

use super::{
    mark::Role,
    parser::{Parser, Result},
    quirk::Quirk,
};
use crate::types::{
    body::{BodyStructure, Extension, Multipart, Parameters, Single},
    envelope::{Address, Envelope},
};

/// `envelope = "(" env-date SP env-subject SP env-from SP .. env-message-id ")"`
pub(super) fn envelope(p: &mut Parser<'_>) -> Result<Envelope> {
    p.open()?;
    let date = p.nstring(Role::HeaderDate)?;
    p.space()?;
    let subject = p.nstring(Role::Subject)?;
    p.space()?;
    let mut lists = [const { Vec::new() }; 6];
    for list in &mut lists {
        *list = addresses(p)?;
        p.space()?;
    }
    let [from, sender, reply_to, to, cc, bcc] = lists;
    let in_reply_to = p.nstring(Role::MessageId)?;
    p.space()?;
    let message_id = p.nstring(Role::MessageId)?;
    p.skip_spaces();
    p.close()?;
    Ok(Envelope {
        date,
        subject,
        from,
        sender,
        reply_to,
        to,
        cc,
        bcc,
        in_reply_to,
        message_id,
    })
}

/// `"(" 1*address ")" / nil`; an empty list and spaces between addresses are tolerated.
fn addresses(p: &mut Parser<'_>) -> Result<Vec<Address>> {
    if p.nil() {
        return Ok(Vec::new());
    }
    p.open()?;
    let mut addresses = Vec::new();
    while p.peek() == Some(b'(') {
        addresses.push(address(p)?);
        if p.skip_spaces() {
            p.quirk(Quirk::ExtraSpace);
        }
    }
    p.close()?;
    if addresses.is_empty() {
        p.quirk(Quirk::EmptyAddressList);
    }
    Ok(addresses)
}

/// `address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"`
fn address(p: &mut Parser<'_>) -> Result<Address> {
    p.open()?;
    let name = p.nstring(Role::DisplayName)?;
    p.space()?;
    let adl = p.nstring(Role::SourceRoute)?;
    p.space()?;
    let mailbox = p.nstring(Role::LocalPart)?;
    p.space()?;
    let host = p.nstring(Role::Domain)?;
    p.close()?;
    Ok(Address {
        name,
        adl,
        mailbox,
        host,
    })
}

/// `body = "(" (body-type-1part / body-type-mpart) ")"`
pub(super) fn body(p: &mut Parser<'_>) -> Result<BodyStructure> {
    p.open()?;
    let body = if p.peek() == Some(b'(') {
        BodyStructure::Multipart(multipart(p)?)
    } else {
        let media_type = p.string_or_quirk(Role::MediaType)?;
        if p.peek() == Some(b')') {
            p.quirk(Quirk::EmptyMultipart);
            empty_multipart(media_type)
        } else {
            BodyStructure::Single(single(p, media_type)?)
        }
    };
    // Body extensions of the future.
    while p.peek() != Some(b')') {
        if !p.skip_spaces() {
            return p.fail("a space");
        }
        if p.peek() != Some(b')') {
            p.skip_value()?;
        }
    }
    p.close()?;
    Ok(body)
}

/// `body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]`
fn multipart(p: &mut Parser<'_>) -> Result<Multipart> {
    let mut multipart = Multipart::default();
    while p.peek() == Some(b'(') {
        multipart.parts.push(body(p)?);
        p.skip_spaces();
    }
    multipart.media_subtype = p.string_or_quirk(Role::MediaSubtype)?;
    if more(p) {
        multipart.parameters = parameters(p)?;
    }
    multipart.extension = extension(p)?;
    Ok(multipart)
}

/// `body-type-1part` of which only one string is there: a multipart that is empty.
fn empty_multipart(media_subtype: Vec<u8>) -> BodyStructure {
    BodyStructure::Multipart(Multipart {
        media_subtype,
        ..Multipart::default()
    })
}

/// `body-type-1part = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part]`
fn single(p: &mut Parser<'_>, media_type: Vec<u8>) -> Result<Single> {
    p.space()?;
    let media_subtype = if p.peek() == Some(b'(') {
        p.quirk(Quirk::MissingSubtype);
        Vec::new()
    } else {
        let subtype = p.string_or_quirk(Role::MediaSubtype)?;
        p.space()?;
        subtype
    };
    let parameters = parameters(p)?;
    p.space()?;
    let id = p.nstring(Role::ContentId)?;
    p.space()?;
    let description = p.nstring(Role::Description)?;
    p.space()?;
    let encoding = p.string_or_quirk(Role::TransferEncoding)?;
    p.space()?;
    let octets = if p.nil() {
        p.quirk(Quirk::NilForNumber);
        0
    } else {
        p.number(Role::Octets)?
    };
    let mut single = Single {
        media_type,
        media_subtype,
        parameters,
        id,
        description,
        encoding,
        octets,
        ..Single::default()
    };
    let is = |octets: &[u8], name: &str| octets.eq_ignore_ascii_case(name.as_bytes());
    let is_message = is(&single.media_type, "message")
        && (is(&single.media_subtype, "rfc822") || is(&single.media_subtype, "global"));
    // Some servers leave the envelope of a message/rfc822 out: then no parenthesis follows.
    if is_message && p.peek() == Some(b' ') && p.peek_at(1) == Some(b'(') {
        p.space()?;
        let envelope = envelope(p)?;
        p.space()?;
        let body = body(p)?;
        single.message = Some(Box::new((envelope, body)));
    } else if is_message {
        p.quirk(Quirk::MissingMessage);
    }
    let has_lines = is_message || is(&single.media_type, "text");
    if has_lines && p.peek_at(1).is_some_and(|byte| byte.is_ascii_digit()) {
        p.space()?;
        single.lines = Some(p.number(Role::Lines)?);
    }
    if more(p) {
        single.md5 = p.nstring(Role::Md5)?;
    }
    single.extension = extension(p)?;
    Ok(single)
}

/// Whether a further field follows; takes the space before it.
fn more(p: &mut Parser<'_>) -> bool {
    let spaced = p.peek() == Some(b' ') && p.peek_at(1) != Some(b')');
    spaced && p.skip_spaces()
}

/// `[SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc ..]]]`
fn extension(p: &mut Parser<'_>) -> Result<Extension> {
    let mut extension = Extension::default();
    if more(p) {
        extension.disposition = disposition(p)?;
    }
    if more(p) {
        extension.language = if p.peek() == Some(b'(') {
            p.list(|p| p.string_or_quirk(Role::Language))?
        } else {
            p.nstring(Role::Language)?.into_iter().collect()
        };
    }
    if more(p) {
        extension.location = p.nstring(Role::Location)?;
    }
    Ok(extension)
}

/// `body-fld-dsp = "(" string SP body-fld-param ")" / nil`; a bare string is tolerated.
fn disposition(p: &mut Parser<'_>) -> Result<Option<(Vec<u8>, Parameters)>> {
    if p.nil() {
        return Ok(None);
    }
    if p.peek() != Some(b'(') {
        p.quirk(Quirk::BareDisposition);
        return Ok(Some((p.astring(Role::Disposition)?, Vec::new())));
    }
    p.open()?;
    let kind = p.string_or_quirk(Role::Disposition)?;
    let parameters = if more(p) { parameters(p)? } else { Vec::new() };
    p.close()?;
    Ok(Some((kind, parameters)))
}

/// `body-fld-param = "(" string SP string *(SP string SP string) ")" / nil`
fn parameters(p: &mut Parser<'_>) -> Result<Parameters> {
    if p.nil() {
        return Ok(Vec::new());
    }
    p.list(|p| {
        let name = p.string_or_quirk(Role::ParameterName)?;
        p.space()?;
        Ok((name, p.string_or_quirk(Role::ParameterValue)?))
    })
}
