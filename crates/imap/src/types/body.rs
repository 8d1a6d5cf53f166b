//! BODY and BODYSTRUCTURE: RFC 9051 section 7.5.2.

use serde::{Deserialize, Serialize};

use super::envelope::{Envelope, NString};

/// The MIME structure of a message or of a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BodyStructure {
    /// A part with content.
    Single(Single),
    /// A part that holds parts.
    Multipart(Multipart),
}

/// A parameter list: names and values as the server sent them.
pub type Parameters = Vec<(Vec<u8>, Vec<u8>)>;

/// A part with content.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Single {
    /// `text` of `text/plain`.
    pub media_type: Vec<u8>,
    /// `plain` of `text/plain`.
    pub media_subtype: Vec<u8>,
    /// Content-Type parameters.
    pub parameters: Parameters,
    /// Content-ID.
    pub id: NString,
    /// Content-Description.
    pub description: NString,
    /// Content-Transfer-Encoding.
    pub encoding: Vec<u8>,
    /// Octets as encoded for transfer.
    pub octets: u64,
    /// Lines, for text and message/rfc822.
    pub lines: Option<u64>,
    /// The message within, for message/rfc822.
    pub message: Option<Box<(Envelope, BodyStructure)>>,
    /// Content-MD5.
    pub md5: NString,
    /// The fields that every kind of part has.
    pub extension: Extension,
}

/// A part that holds parts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Multipart {
    /// The parts in order; their specifiers are 1, 2, 3.
    pub parts: Vec<BodyStructure>,
    /// `mixed` of `multipart/mixed`.
    pub media_subtype: Vec<u8>,
    /// Content-Type parameters.
    pub parameters: Parameters,
    /// The fields that every kind of part has.
    pub extension: Extension,
}

/// Extension data: only in BODYSTRUCTURE, and there optional from the right.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Extension {
    /// Content-Disposition and its parameters.
    pub disposition: Option<(Vec<u8>, Parameters)>,
    /// Content-Language.
    pub language: Vec<Vec<u8>>,
    /// Content-Location.
    pub location: NString,
}

impl Single {
    /// A text/plain of nothing.
    pub fn empty_text() -> Self {
        Self {
            media_type: b"text".to_vec(),
            media_subtype: b"plain".to_vec(),
            encoding: b"7bit".to_vec(),
            lines: Some(0),
            ..Self::default()
        }
    }
}

impl BodyStructure {
    /// Every part with content and its part specifier, depth first, those of nested messages too.
    ///
    /// The only part of a message that is not multipart is 1; the parts of a nested message
    /// continue its own specifier (RFC 9051 section 6.4.5.1).
    pub fn singles(&self) -> Vec<(Vec<u32>, &Single)> {
        let mut found = Vec::new();
        collect(self, &mut Vec::new(), true, &mut found);
        found
    }
}

/// `top` where `body` is the body of a message, whose single part is numbered 1.
fn collect<'a>(
    body: &'a BodyStructure,
    path: &mut Vec<u32>,
    top: bool,
    found: &mut Vec<(Vec<u32>, &'a Single)>,
) {
    match body {
        BodyStructure::Multipart(multipart) => {
            for (part, number) in multipart.parts.iter().zip(1..) {
                path.push(number);
                collect(part, path, false, found);
                path.pop();
            }
        }
        BodyStructure::Single(single) => {
            if top {
                path.push(1);
            }
            found.push((path.clone(), single));
            if let Some(message) = &single.message {
                collect(&message.1, path, true, found);
            }
            if top {
                path.pop();
            }
        }
    }
}
