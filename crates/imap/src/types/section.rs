//! Which octets of a message: RFC 9051 section 6.4.5.1.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `section-spec`: a part, and what of it. Empty means the whole message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Section {
    /// The part specifier; empty for the message itself.
    pub part: Vec<u32>,
    /// What of it; `None` for its whole content.
    pub text: Option<SectionText>,
}

/// `section-text`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SectionText {
    /// `HEADER`
    Header,
    /// `HEADER.FIELDS (..)`
    HeaderFields(Vec<String>),
    /// `HEADER.FIELDS.NOT (..)`
    HeaderFieldsNot(Vec<String>),
    /// `TEXT`
    Text,
    /// `MIME`: the header of a part.
    Mime,
}

/// `<offset.length>`, in octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Partial {
    /// The first octet, from 0.
    pub offset: u64,
    /// How many at most.
    pub length: u64,
}

impl Section {
    /// The content of one part.
    pub fn part(part: impl Into<Vec<u32>>) -> Self {
        Self {
            part: part.into(),
            text: None,
        }
    }

    /// The header of one part.
    pub fn mime(part: impl Into<Vec<u32>>) -> Self {
        Self {
            part: part.into(),
            text: Some(SectionText::Mime),
        }
    }

    /// These fields of the message's header.
    pub fn header_fields(names: &[&str]) -> Self {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        Self {
            part: Vec::new(),
            text: Some(SectionText::HeaderFields(names)),
        }
    }
}

impl fmt::Display for Section {
    /// What stands between the brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<_> = self.part.iter().map(u32::to_string).collect();
        f.write_str(&numbers.join("."))?;
        let Some(text) = &self.text else {
            return Ok(());
        };
        if !self.part.is_empty() {
            f.write_str(".")?;
        }
        match text {
            SectionText::Header => f.write_str("HEADER"),
            SectionText::HeaderFields(names) => {
                write!(f, "HEADER.FIELDS ({})", names.join(" "))
            }
            SectionText::HeaderFieldsNot(names) => {
                write!(f, "HEADER.FIELDS.NOT ({})", names.join(" "))
            }
            SectionText::Text => f.write_str("TEXT"),
            SectionText::Mime => f.write_str("MIME"),
        }
    }
}
