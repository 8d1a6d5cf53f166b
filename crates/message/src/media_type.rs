//! Content-Type (RFC 2045 section 5) and Content-Disposition (RFC 2183).

use serde::{Deserialize, Serialize};

use crate::parameters::Parameters;

/// What a part is, such as `text/plain; charset=utf-8`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaType {
    /// `text/plain`, in lower case.
    pub essence: String,
    /// What follows it.
    pub parameters: Parameters,
}

impl Default for MediaType {
    /// What a part without Content-Type is: RFC 2045 section 5.2.
    fn default() -> Self {
        Self {
            essence: "text/plain".to_owned(),
            parameters: Parameters::default(),
        }
    }
}

impl MediaType {
    /// From type, subtype and parameters, as in an IMAP BODYSTRUCTURE.
    pub fn new(kind: &[u8], subtype: &[u8], parameters: Parameters) -> Self {
        let essence = [token(kind), token(subtype)].join("/");
        Self {
            essence,
            parameters,
        }
    }

    /// From the body of a Content-Type field. What cannot be read is `text/plain`, and an unknown
    /// type without subtype `application/octet-stream`.
    pub fn parse(body: &[u8]) -> Self {
        let (essence, parameters) = split(body);
        match memchr::memchr(b'/', &essence) {
            Some(slash) => Self::new(&essence[..slash], &essence[slash + 1..], parameters),
            None if essence.is_empty() || essence.eq_ignore_ascii_case(b"text") => Self {
                parameters,
                ..Self::default()
            },
            None => Self {
                essence: "application/octet-stream".to_owned(),
                parameters,
            },
        }
    }

    /// The type without the subtype.
    pub fn kind(&self) -> &str {
        self.essence.split('/').next().unwrap_or_default()
    }

    /// Whether it holds parts.
    pub fn is_multipart(&self) -> bool {
        self.kind() == "multipart"
    }

    /// Whether it holds a message (RFC 2046 section 5.2.1, RFC 6532 section 3.7).
    pub fn is_message(&self) -> bool {
        matches!(self.essence.as_str(), "message/rfc822" | "message/global")
    }

    /// The charset parameter.
    pub fn charset(&self) -> Option<&str> {
        self.parameters.get("charset")
    }
}

/// How the sender wants a part to be presented.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Disposition {
    /// Inline, attachment, or not said.
    pub kind: Option<DispositionKind>,
    /// What follows it; `filename` above all.
    pub parameters: Parameters,
}

/// RFC 2183 sections 2.1 and 2.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DispositionKind {
    /// To be shown with the message.
    Inline,
    /// To be listed; every unknown kind is taken as this (section 2.8).
    Attachment,
}

impl Disposition {
    /// From kind and parameters, as in an IMAP BODYSTRUCTURE.
    pub fn new(kind: &[u8], parameters: Parameters) -> Self {
        let kind = match token(kind).as_str() {
            "" => None,
            "inline" => Some(DispositionKind::Inline),
            _ => Some(DispositionKind::Attachment),
        };
        Self { kind, parameters }
    }

    /// From the body of a Content-Disposition field.
    pub fn parse(body: &[u8]) -> Self {
        let (kind, parameters) = split(body);
        Self::new(&kind, parameters)
    }
}

/// Splits a field's body at its first `;`, having unfolded it.
fn split(body: &[u8]) -> (Vec<u8>, Parameters) {
    let body: Vec<u8> = body
        .iter()
        .copied()
        .filter(|b| !matches!(b, b'\r' | b'\n'))
        .collect();
    let end = memchr::memchr(b';', &body).unwrap_or(body.len());
    let value = &body[..end];
    // Some senders forget the semicolon: `text/plain charset=utf-8`.
    let value = value.trim_ascii();
    let stop = value
        .iter()
        .position(|b| b.is_ascii_whitespace() || *b == b'(');
    let token = &value[..stop.unwrap_or(value.len())];
    let parameters = match stop {
        Some(stop) if memchr::memchr(b'=', &value[stop..]).is_some() => {
            let at = memchr::memmem::find(&body, token).unwrap_or(0) + token.len();
            Parameters::parse(&body[at..])
        }
        _ => Parameters::parse(&body[end..]),
    };
    (token.to_vec(), parameters)
}

/// A token in lower case; the characters of RFC 2045 section 5.1 only.
fn token(bytes: &[u8]) -> String {
    bytes
        .iter()
        .filter(|b| b.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(b))
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, essence: &str, charset: Option<&str>) {
        let media_type = MediaType::parse(body.as_bytes());
        assert_eq!(media_type.essence, essence, "{body}");
        assert_eq!(media_type.charset(), charset, "{body}");
    }

    #[test]
    fn media_types() {
        check(" Text/HTML; charset=UTF-8", "text/html", Some("UTF-8"));
        check(
            "text/plain;\r\n charset=\"utf-8\"",
            "text/plain",
            Some("utf-8"),
        );
        check("text/plain charset=utf-8", "text/plain", Some("utf-8"));
        check("text", "text/plain", None);
        check("", "text/plain", None);
        check("pdf", "application/octet-stream", None);
        check("image/svg+xml", "image/svg+xml", None);
        check("text/<script>", "text/script", None);
        check(
            "text/plain (comment); charset=koi8-r",
            "text/plain",
            Some("koi8-r"),
        );
    }

    #[test]
    fn dispositions() {
        let parse = |body: &str| Disposition::parse(body.as_bytes());
        assert_eq!(parse("inline").kind, Some(DispositionKind::Inline));
        assert_eq!(
            parse("ATTACHMENT; filename=a.txt").kind,
            Some(DispositionKind::Attachment)
        );
        assert_eq!(parse("form-data").kind, Some(DispositionKind::Attachment));
        assert_eq!(parse("; filename=a.txt").kind, None);
        assert_eq!(
            parse("; filename=a.txt").parameters.get("filename"),
            Some("a.txt")
        );
    }
}
