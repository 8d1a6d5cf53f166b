//! Where the parts of a message are, for a server: octets and nothing decoded.
//!
//! A client wants to know what a message means (`porthole-message`); a server has to say what it
//! looks like, with encoded words, parameter continuations and sizes as they stand.

mod address;
mod content_type;
mod envelope;
mod section;
mod structure;

use std::ops::Range;

use porthole_message::{Header, Limits};

pub(crate) use content_type::ContentType;
pub(crate) use envelope::envelope;
pub(crate) use structure::body_structure;

/// A message or a part of one: header section and body (RFC 2045 section 2.4).
#[derive(Debug)]
pub(crate) struct Entity {
    /// The header section with the empty line after it.
    pub(crate) header: Range<usize>,
    pub(crate) body: Range<usize>,
    pub(crate) content_type: ContentType,
    pub(crate) inner: Inner,
}

/// What a body is.
#[derive(Debug)]
pub(crate) enum Inner {
    Leaf,
    /// message/rfc822
    Message(Box<Entity>),
    /// multipart, with at least one part
    Multipart(Vec<Entity>),
}

impl Entity {
    /// Takes a message apart.
    pub(crate) fn parse(raw: &[u8]) -> Self {
        Self::parse_range(raw, 0..raw.len(), 0, false)
    }

    /// Takes `range` of `raw` apart. In a digest, parts are messages by default (RFC 2046 section
    /// 5.1.5).
    fn parse_range(raw: &[u8], range: Range<usize>, depth: usize, in_digest: bool) -> Self {
        let body_start = range.start + header_length(&raw[range.clone()]);
        let header = range.start..body_start;
        let body = body_start..range.end;
        let declared = self::header(&raw[header.clone()])
            .first("content-type")
            .and_then(|field| ContentType::parse(field.body));
        let content_type = declared.unwrap_or_else(|| ContentType::implied(in_digest));
        let mut entity = Self {
            header,
            body: body.clone(),
            content_type,
            inner: Inner::Leaf,
        };
        if depth >= MAX_DEPTH {
            return entity;
        }
        if entity.content_type.is("message", "rfc822") {
            let message = Self::parse_range(raw, body, depth + 1, false);
            entity.inner = Inner::Message(Box::new(message));
        } else if entity.content_type.kind.eq_ignore_ascii_case(b"multipart") {
            let digest = entity.content_type.is("multipart", "digest");
            let parts: Vec<_> = entity
                .content_type
                .boundary()
                .map(|boundary| split(raw, body, boundary))
                .unwrap_or_default()
                .into_iter()
                .take(MAX_PARTS)
                .map(|part| Self::parse_range(raw, part, depth + 1, digest))
                .collect();
            if parts.is_empty() {
                // A multipart without parts cannot be told in BODYSTRUCTURE.
                entity.content_type = ContentType::implied(false);
            } else {
                entity.inner = Inner::Multipart(parts);
            }
        }
        entity
    }

    /// Every part with content, depth first, those of nested messages too.
    pub(crate) fn leaves(&self) -> Vec<&Self> {
        match &self.inner {
            Inner::Leaf => vec![self],
            Inner::Message(message) => message.leaves(),
            Inner::Multipart(parts) => parts.iter().flat_map(Self::leaves).collect(),
        }
    }
}

/// The fields of a header section.
pub(crate) fn header(octets: &[u8]) -> Header<'_> {
    Header::parse(octets, &Limits::default())
}

/// How long the header section is, the empty line after it included.
fn header_length(octets: &[u8]) -> usize {
    if octets.starts_with(b"\r\n") {
        return 2;
    }
    memchr::memmem::find(octets, b"\r\n\r\n").map_or(octets.len(), |at| at + 4)
}

/// The parts between the delimiter lines of a multipart (RFC 2046 section 5.1.1).
fn split(raw: &[u8], body: Range<usize>, boundary: &[u8]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut open: Option<usize> = None;
    let mut line = body.start;
    while line < body.end {
        let next = memchr::memchr(b'\n', &raw[line..body.end]).map_or(body.end, |at| line + at + 1);
        let after = raw[line..next]
            .strip_prefix(b"--")
            .and_then(|rest| rest.strip_prefix(boundary));
        if let Some(after) = after {
            let closes = after.starts_with(b"--");
            if closes || after.trim_ascii().is_empty() {
                if let Some(start) = open.take() {
                    // The line ending before a delimiter belongs to it.
                    parts.push(start..line.saturating_sub(2).max(start));
                }
                if closes {
                    return parts;
                }
                open = Some(next);
            }
        }
        line = next;
    }
    parts.extend(open.map(|start| start..body.end));
    parts
}

/// Deeper nesting stays one opaque part.
const MAX_DEPTH: usize = 32;
/// A multipart of more parts is an attack.
const MAX_PARTS: usize = 10_000;
