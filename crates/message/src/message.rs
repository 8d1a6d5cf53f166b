//! A message that is there as a whole: its structure, found without decoding anything.

use std::ops::Range;

use memchr::memmem;
use serde::{Deserialize, Serialize};

use crate::{
    Disposition, Header, Layout, Limits, MediaType, Part, PartNumber, Summary, TransferEncoding,
    encoded_word, preview, summary::message_ids,
};

/// The summary and the part tree of a message, and where its parts lie.
///
/// It holds none of the message's octets; methods that decode are given them again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Message {
    /// The header section, understood.
    pub summary: Summary,
    /// The body; for most messages a multipart.
    pub root: Part,
    bodies: Vec<(PartNumber, Range<usize>)>,
}

impl Message {
    /// Finds the parts of a message, at any depth that `limits` allow.
    ///
    /// This has no way to fail: what breaks the rules of MIME (no boundary, no end, a part within
    /// itself) is a part of text or of unknown octets. The work is bounded by the size of `raw`
    /// times the depth.
    pub fn parse(raw: &[u8], limits: &Limits) -> Self {
        let mut builder = Builder {
            raw,
            limits,
            parts: 0,
            bodies: Vec::new(),
        };
        let (header, body) = Header::split(raw, limits);
        let mut summary = Summary::of(&header);
        let mut path = Vec::new();
        let root = builder.entity(&header, body..raw.len(), &mut path, Place::Message);
        summary.has_attachment = Layout::of(&root).attachments.iter().any(|a| !a.inline);
        Self {
            summary,
            root,
            bodies: builder.bodies,
        }
    }

    /// The octets of a part as they stand in `raw`, encoded for transfer.
    pub fn body<'a>(&self, raw: &'a [u8], number: &PartNumber) -> Option<&'a [u8]> {
        let (_, range) = self.bodies.iter().find(|(n, _)| n == number)?;
        raw.get(range.clone())
    }

    /// The octets of a part, decoded.
    pub fn decode(&self, raw: &[u8], number: &PartNumber) -> Option<Vec<u8>> {
        Some(self.root.find(number)?.decode(self.body(raw, number)?))
    }

    /// The text of a part, decoded.
    pub fn text(&self, raw: &[u8], number: &PartNumber) -> Option<String> {
        Some(self.root.find(number)?.text(self.body(raw, number)?))
    }

    /// The text of the message, for searching: that of HTML without its markup, about the first MiB
    /// of it.
    pub fn plain_text(&self, raw: &[u8]) -> String {
        let mut plain = String::new();
        for number in Layout::of(&self.root).text {
            let (Some(part), Some(encoded)) = (self.root.find(&number), self.body(raw, &number))
            else {
                continue;
            };
            let room = PLAIN_TEXT_OCTETS.saturating_sub(plain.len());
            let text = part.text(&encoded[..encoded.len().min(room)]);
            match part.media_type.essence.as_str() {
                "text/html" => plain += &preview::html_to_text(&text, room),
                _ => plain += &text,
            }
            plain.push('\n');
        }
        plain
    }

    /// The first words of the message, for the list.
    pub fn preview(&self, raw: &[u8]) -> Option<String> {
        let number = Layout::of(&self.root).text.into_iter().next()?;
        let part = self.root.find(&number)?;
        let encoded = self.body(raw, &number)?;
        let text = part.text(&encoded[..encoded.len().min(PREVIEW_OCTETS)]);
        let preview = match part.media_type.essence.as_str() {
            "text/html" => preview::from_html(&text),
            _ => preview::from_text(&text),
        };
        (!preview.is_empty()).then_some(preview)
    }
}

/// More text than this is not searched: nobody wrote it.
const PLAIN_TEXT_OCTETS: usize = 1024 * 1024;

/// Enough for the style sheet that a newsletter begins with.
const PREVIEW_OCTETS: usize = 64 * 1024;

/// Where an entity stands: this decides its number and its default type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The body of a message.
    Message,
    /// In a multipart.
    Multipart,
    /// In a multipart/digest, where the default is message/rfc822 (RFC 2046 section 5.1.5).
    Digest,
}

struct Builder<'a> {
    raw: &'a [u8],
    limits: &'a Limits,
    parts: usize,
    bodies: Vec<(PartNumber, Range<usize>)>,
}

impl Builder<'_> {
    /// One entity (RFC 2045 section 2.4) whose body lies in `body`.
    fn entity(
        &mut self,
        header: &Header<'_>,
        body: Range<usize>,
        path: &mut Vec<u32>,
        place: Place,
    ) -> Part {
        self.parts += 1;
        let field = |name: &str| header.first(name).map(|field| field.body);
        let mut part = Part {
            number: PartNumber(path.clone()),
            media_type: match (field("content-type"), place) {
                (Some(field), _) => MediaType::parse(field),
                (None, Place::Digest) => MediaType::parse(b"message/rfc822"),
                (None, _) => MediaType::default(),
            },
            disposition: field("content-disposition")
                .map(Disposition::parse)
                .unwrap_or_default(),
            content_id: field("content-id").and_then(|id| message_ids(id).into_iter().next()),
            description: field("content-description").map(encoded_word::decode),
            encoding: field("content-transfer-encoding")
                .map(TransferEncoding::parse)
                .unwrap_or_default(),
            octets: body.len() as u64,
            message: None,
            parts: Vec::new(),
        };
        // A path as long as the limit is as deep as the limit: messages within messages, which add
        // no number when they are not multiparts, add the 1 of their single part.
        let deeper = path.len() < self.limits.depth;
        if part.media_type.is_multipart() {
            if deeper && let Some(parts) = self.multipart(&part.media_type, body.clone(), path) {
                // RFC 2045 section 6.4: a multipart is encoded by nothing that changes octets.
                part.encoding = TransferEncoding::Identity;
                part.parts = parts;
                return part;
            }
            // Without its boundaries it is text, which may be readable.
            part.media_type = MediaType::default();
        }
        if place == Place::Message {
            part.number.0.push(1);
        }
        self.bodies.push((part.number.clone(), body.clone()));
        let is_readable = part.encoding == TransferEncoding::Identity;
        if part.media_type.is_message() && is_readable && deeper && self.parts < self.limits.parts {
            let (header, offset) = Header::split(&self.raw[body.clone()], self.limits);
            part.message = Some(Box::new(Summary::of(&header)));
            let inner = body.start + offset..body.end;
            let added = part.number.0.len() - path.len();
            path.extend(vec![1; added]);
            part.parts = vec![self.entity(&header, inner, path, Place::Message)];
            path.truncate(path.len() - added);
        }
        part
    }

    /// The body parts of a multipart (RFC 2046 section 5.1.1), or nothing if no boundary is in it.
    fn multipart(
        &mut self,
        media_type: &MediaType,
        body: Range<usize>,
        path: &mut Vec<u32>,
    ) -> Option<Vec<Part>> {
        let raw = self.raw;
        let octets = &raw[body.clone()];
        let boundary = media_type.parameters.get("boundary").map(str::trim_end);
        let boundary = match boundary {
            // An extended parameter (RFC 2231 section 4) may hold line endings; no delimiter does.
            Some(boundary) if !boundary.is_empty() && !boundary.contains(char::is_control) => {
                boundary.as_bytes()
            }
            _ => first_boundary(octets)?,
        };
        let ranges = split(octets, boundary);
        if ranges.is_empty() {
            return None;
        }
        let place = match media_type.essence.as_str() {
            "multipart/digest" => Place::Digest,
            _ => Place::Multipart,
        };
        let mut parts = Vec::new();
        for (range, number) in ranges.into_iter().zip(1..) {
            if self.parts >= self.limits.parts {
                break;
            }
            let range = body.start + range.start..body.start + range.end;
            let (header, offset) = part_header(&raw[range.clone()], self.limits);
            path.push(number);
            parts.push(self.entity(&header, range.start + offset..range.end, path, place));
            path.pop();
        }
        Some(parts)
    }
}

/// The header of a body part; one that begins with an empty line has none.
fn part_header<'a>(octets: &'a [u8], limits: &Limits) -> (Header<'a>, usize) {
    match octets {
        [b'\n', ..] => (Header::default(), 1),
        [b'\r', b'\n', ..] => (Header::default(), 2),
        _ => Header::split(octets, limits),
    }
}

/// The body parts between the delimiter lines of `boundary`, which is within a line. Without a close delimiter the last
/// one goes to the end.
fn split(octets: &[u8], boundary: &[u8]) -> Vec<Range<usize>> {
    let mut delimiter = b"--".to_vec();
    delimiter.extend_from_slice(boundary);
    let mut ranges = Vec::new();
    let mut start = None;
    for at in memmem::find_iter(octets, &delimiter) {
        if at > 0 && octets[at - 1] != b'\n' {
            continue;
        }
        let line_end = memchr::memchr(b'\n', &octets[at..]).map_or(octets.len(), |i| at + i + 1);
        let rest = octets[at + delimiter.len()..line_end].trim_ascii_end();
        let closes = rest == b"--";
        if !rest.is_empty() && !closes {
            continue;
        }
        if let Some(start) = start.replace(line_end) {
            ranges.push(start..before_line_ending(octets, at).max(start));
        }
        if closes {
            return ranges;
        }
    }
    if let Some(start) = start {
        ranges.push(start..octets.len());
    }
    ranges
}

/// The line ending before a delimiter belongs to the delimiter.
fn before_line_ending(octets: &[u8], at: usize) -> usize {
    match &octets[..at] {
        [.., b'\r', b'\n'] => at - 2,
        [.., b'\n'] => at - 1,
        _ => at,
    }
}

/// Where the boundary parameter is lost or is none: the first line that looks like a delimiter.
fn first_boundary(octets: &[u8]) -> Option<&[u8]> {
    let window = &octets[..octets.len().min(16 * 1024)];
    window
        .split(|b| *b == b'\n')
        .map(<[u8]>::trim_ascii_end)
        .find(|line| {
            line.len() > 3 && line.len() < 74 && line.starts_with(b"--") && line[2] != b' '
        })
        .map(|line| &line[2..])
}
