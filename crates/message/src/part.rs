//! A part and its place in the message: RFC 2045 section 2.4, RFC 9051 section 6.4.5.1.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    Disposition, DispositionKind, MediaType, Summary, TransferEncoding, charset, transfer,
};

/// The part specifier of IMAP, such as `1.2`. The root of a multipart message has none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct PartNumber(pub Vec<u32>);

impl fmt::Display for PartNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, number) in self.0.iter().enumerate() {
            let dot = if i == 0 { "" } else { "." };
            write!(f, "{dot}{number}")?;
        }
        Ok(())
    }
}

impl FromStr for PartNumber {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split('.')
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// One part of a message, without its octets.
///
/// The same whether it was found in the message itself ([`Message::parse`](crate::Message::parse))
/// or is made from what an IMAP server says in BODYSTRUCTURE.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Part {
    /// Its specifier. A multipart that is the whole body of a nested message shares the number of
    /// that message's part; neither is ever fetched by it.
    pub number: PartNumber,
    /// Content-Type.
    pub media_type: MediaType,
    /// Content-Disposition.
    pub disposition: Disposition,
    /// Content-ID without its angle brackets.
    pub content_id: Option<String>,
    /// Content-Description.
    pub description: Option<String>,
    /// Content-Transfer-Encoding.
    pub encoding: TransferEncoding,
    /// Octets as encoded for transfer.
    pub octets: u64,
    /// The nested message's summary, for message/rfc822.
    pub message: Option<Box<Summary>>,
    /// The parts of a multipart, or the body of a nested message.
    pub parts: Vec<Self>,
}

impl Part {
    /// The name that the sender gave it, as it stands: see [`safe_file_name`](crate::safe_file_name).
    pub fn name(&self) -> Option<&str> {
        let filename = self.disposition.parameters.get("filename");
        filename
            .or_else(|| self.media_type.parameters.get("name"))
            .filter(|name| !name.is_empty())
    }

    /// Whether the sender wants it listed and not shown.
    pub fn is_attachment(&self) -> bool {
        self.disposition.kind == Some(DispositionKind::Attachment)
    }

    /// About how many octets it has once decoded. Lines of 76 characters are assumed for base64.
    pub fn decoded_size(&self) -> u64 {
        match self.encoding {
            TransferEncoding::Base64 => {
                (self.octets / 78).saturating_mul(57) + self.octets % 78 * 3 / 4
            }
            _ => self.octets,
        }
    }

    /// The part with that number that has content: not a multipart.
    pub fn find(&self, number: &PartNumber) -> Option<&Self> {
        if self.number == *number && !self.media_type.is_multipart() {
            return Some(self);
        }
        self.parts.iter().find_map(|part| part.find(number))
    }

    /// This part and all below it, in order.
    pub fn walk(&self) -> impl Iterator<Item = &Self> {
        let mut ahead = vec![self];
        std::iter::from_fn(move || {
            let part = ahead.pop()?;
            ahead.extend(part.parts.iter().rev());
            Some(part)
        })
    }

    /// Decodes this part's octets as they crossed.
    pub fn decode(&self, encoded: &[u8]) -> Vec<u8> {
        transfer::decode(self.encoding, encoded)
    }

    /// Decodes this part's octets as they crossed into text.
    ///
    /// A part that was fetched only to some offset may end within a character; what is left of it
    /// becomes U+FFFD.
    pub fn text(&self, encoded: &[u8]) -> String {
        let bytes = self.decode(encoded);
        let declared = match self.media_type.charset() {
            None if self.media_type.essence == "text/html" => charset::declared_in_html(&bytes),
            _ => None,
        };
        charset::decode(self.media_type.charset().or(declared.as_deref()), &bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let number: PartNumber = "1.2.3".parse().unwrap();
        assert_eq!(number, PartNumber(vec![1, 2, 3]));
        assert_eq!(number.to_string(), "1.2.3");
        assert!("1.x".parse::<PartNumber>().is_err());
    }

    #[test]
    fn a_part_fetched_alone() {
        let part = Part {
            media_type: MediaType::parse(b"text/plain; charset=koi8-r"),
            encoding: TransferEncoding::QuotedPrintable,
            ..Part::default()
        };
        assert_eq!(part.text(b"=ED=CF=D2=C5"), "Море");
        let part = Part {
            media_type: MediaType::parse(b"text/html"),
            encoding: TransferEncoding::Base64,
            ..Part::default()
        };
        // <meta charset=iso-8859-2>Wroc\xb3aw
        assert_eq!(
            part.text(b"PG1ldGEgY2hhcnNldD1pc28tODg1OS0yPldyb2OzYXc="),
            "<meta charset=iso-8859-2>Wrocław",
        );
    }

    #[test]
    fn sizes() {
        let part = |octets| Part {
            octets,
            encoding: TransferEncoding::Base64,
            ..Part::default()
        };
        assert_eq!(part(78_000).decoded_size(), 57_000);
        assert_eq!(part(4).decoded_size(), 3);
    }
}
