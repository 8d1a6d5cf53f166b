//! MIME entities: RFC 2045 and RFC 2046.

use std::fmt::Write as _;

/// A body part, or a whole body.
#[derive(Debug, Clone)]
pub(in super::super) struct Entity {
    fields: Vec<String>,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    /// Octets as they cross.
    Encoded(Vec<u8>),
    /// Octets to be encoded in base64 when they are written.
    Base64(Vec<u8>),
    Parts(String, Vec<Entity>),
}

impl Entity {
    /// Plain text, in quoted-printable where it is not ASCII.
    pub(in super::super) fn text(text: &str) -> Self {
        Self::written("text/plain; charset=utf-8", text)
    }

    /// Plain text whose lines flow: each paragraph of `text` is one line (RFC 3676).
    pub(in super::super) fn flowed(text: &str) -> Self {
        let lines: Vec<_> = text.lines().map(flow).collect();
        Self::written(
            "text/plain; charset=utf-8; format=flowed",
            &lines.join("\n"),
        )
    }

    /// HTML.
    pub(in super::super) fn html(html: &str) -> Self {
        Self::written("text/html; charset=utf-8", html)
    }

    /// Text of another kind, or with other parameters.
    pub(in super::super) fn written(content_type: &str, text: &str) -> Self {
        let text = text.replace('\n', "\r\n");
        if text.is_ascii() && text.lines().all(|line| line.len() < 200) {
            return Self::encoded(content_type, "7bit", text);
        }
        Self::encoded(
            content_type,
            "quoted-printable",
            quoted_printable(text.as_bytes()),
        )
    }

    /// Octets in a transfer encoding already.
    pub(in super::super) fn encoded(
        content_type: &str,
        encoding: &str,
        octets: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            fields: typed(content_type, encoding),
            body: Body::Encoded(octets.into()),
        }
    }

    /// Text in a charset, its octets given, in base64 or quoted-printable.
    pub(in super::super) fn in_charset(charset: &str, encoding: &str, octets: &[u8]) -> Self {
        let content_type = format!("text/plain; charset={charset}");
        let crlf = octets
            .split(|b| *b == b'\n')
            .collect::<Vec<_>>()
            .join(&b"\r\n"[..]);
        match encoding {
            "base64" => Self {
                fields: typed(&content_type, encoding),
                body: Body::Base64(crlf),
            },
            "quoted-printable" => Self::encoded(&content_type, encoding, quoted_printable(&crlf)),
            _ => Self::encoded(&content_type, encoding, crlf),
        }
    }

    /// A file to save. Its name is written as RFC 2231 wants it.
    pub(in super::super) fn file(name: &str, media_type: &str, octets: Vec<u8>) -> Self {
        let disposition = format!("attachment; {}", parameter("filename", name));
        let mut entity = Self {
            fields: typed(
                &format!("{media_type}; {}", parameter("name", name)),
                "base64",
            ),
            body: Body::Base64(octets),
        };
        entity
            .fields
            .push(format!("Content-Disposition: {disposition}"));
        entity
    }

    /// A picture that HTML refers to as `cid:`.
    pub(in super::super) fn inline(
        name: &str,
        media_type: &str,
        content_id: &str,
        octets: Vec<u8>,
    ) -> Self {
        let mut entity = Self::file(name, media_type, octets);
        entity.fields.pop();
        entity.fields.push(format!(
            "Content-Disposition: inline; {}",
            parameter("filename", name)
        ));
        entity.field(format!("Content-ID: <{content_id}>"))
    }

    /// A message within a message.
    pub(in super::super) fn message(octets: Vec<u8>) -> Self {
        Self::encoded("message/rfc822", "8bit", octets)
    }

    /// A multipart of that subtype, parameters included.
    pub(in super::super) fn multipart(subtype: &str, parts: Vec<Self>) -> Self {
        Self {
            fields: Vec::new(),
            body: Body::Parts(subtype.to_owned(), parts),
        }
    }

    /// The same in two forms, the plainer first.
    pub(in super::super) fn alternative(plain: Self, rich: Self) -> Self {
        Self::multipart("alternative", vec![plain, rich])
    }

    /// A body and its attachments.
    pub(in super::super) fn mixed(parts: Vec<Self>) -> Self {
        Self::multipart("mixed", parts)
    }

    /// Another header field of the part.
    pub(in super::super) fn field(mut self, field: impl Into<String>) -> Self {
        self.fields.push(field.into());
        self
    }

    /// Writes its fields, an empty line and its body. `id` makes its boundary its own.
    pub(in super::super) fn write(&self, id: &str, raw: &mut Vec<u8>) {
        for field in &self.fields {
            raw.extend_from_slice(field.as_bytes());
            raw.extend_from_slice(b"\r\n");
        }
        match &self.body {
            Body::Encoded(octets) => {
                raw.extend_from_slice(b"\r\n");
                raw.extend_from_slice(octets);
            }
            Body::Base64(octets) => {
                raw.extend_from_slice(b"\r\n");
                raw.extend_from_slice(base64(octets, 76).as_bytes());
            }
            Body::Parts(subtype, parts) => {
                let boundary = format!("=_{id}");
                let line =
                    format!("Content-Type: multipart/{subtype};\r\n boundary=\"{boundary}\"\r\n");
                raw.extend_from_slice(line.as_bytes());
                for (part, number) in parts.iter().zip(1..) {
                    raw.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
                    part.write(&format!("{id}.{number}"), raw);
                }
                raw.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
            }
        }
    }
}

fn typed(content_type: &str, encoding: &str) -> Vec<String> {
    vec![
        format!("Content-Type: {content_type}"),
        format!("Content-Transfer-Encoding: {encoding}"),
    ]
}

/// A parameter with a name of a file: quoted, or extended where it is not ASCII (RFC 2231).
fn parameter(name: &str, value: &str) -> String {
    if value.is_ascii() {
        return format!("{name}=\"{value}\"");
    }
    let mut encoded = format!("{name}*=utf-8''");
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                encoded.push(char::from(byte));
            }
            // Writing to a String cannot fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    encoded
}

/// Breaks a paragraph into lines that end in a space (RFC 3676 section 4.2).
fn flow(paragraph: &str) -> String {
    if paragraph.starts_with('>') || paragraph == "-- " {
        return paragraph.to_owned();
    }
    let mut lines = vec![String::new()];
    for word in paragraph.split_inclusive(' ') {
        if let Some(line) = lines.last_mut() {
            if line.chars().count() + word.chars().count() <= 72 || line.is_empty() {
                line.push_str(word);
            } else {
                lines.push(word.to_owned());
            }
        }
    }
    // What begins with a space, a quote mark or `From ` is stuffed with a space (section 4.4).
    let stuffed = |line: &String| {
        let stuff = line.starts_with([' ', '>']) || line.starts_with("From ");
        if stuff {
            format!(" {line}")
        } else {
            line.clone()
        }
    };
    lines.iter().map(stuffed).collect::<Vec<_>>().join("\n")
}

/// RFC 2045 section 6.7.
fn quoted_printable(octets: &[u8]) -> String {
    let mut encoded = String::with_capacity(octets.len() * 2);
    for (number, line) in octets.split(|b| *b == b'\n').enumerate() {
        if number > 0 {
            encoded.push_str("\r\n");
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut column = 0;
        for (at, &byte) in line.iter().enumerate() {
            let last = at + 1 == line.len();
            let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~')
                || (matches!(byte, b' ' | b'\t') && !last);
            let width = if plain { 1 } else { 3 };
            if column + width > 75 {
                encoded.push_str("=\r\n");
                column = 0;
            }
            if plain {
                encoded.push(char::from(byte));
            } else {
                // Writing to a String cannot fail.
                let _ = write!(encoded, "={byte:02X}");
            }
            column += width;
        }
    }
    encoded
}

/// RFC 2045 section 6.8, in lines of at most `width` characters.
pub(in super::super) fn base64(octets: &[u8], width: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = Vec::with_capacity(octets.len() / 3 * 4 + octets.len() / 28 + 8);
    let mut column = 0;
    for group in octets.chunks(3) {
        if column + 4 > width {
            encoded.extend_from_slice(b"\r\n");
            column = 0;
        }
        let (first, second, third) = match *group {
            [first, second, third] => (first, second, third),
            [first, second] => (first, second, 0),
            [first] => (first, 0, 0),
            _ => (0, 0, 0),
        };
        let mut quantum = [
            ALPHABET[usize::from(first >> 2)],
            ALPHABET[usize::from((first << 4 | second >> 4) & 63)],
            ALPHABET[usize::from((second << 2 | third >> 6) & 63)],
            ALPHABET[usize::from(third & 63)],
        ];
        quantum[group.len() + 1..].fill(b'=');
        encoded.extend_from_slice(&quantum);
        column += 4;
    }
    // All of it is ASCII.
    String::from_utf8(encoded).unwrap_or_default()
}
