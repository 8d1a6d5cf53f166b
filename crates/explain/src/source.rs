//! Where a meaning is laid down.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A section of an RFC.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Source {
    /// The RFC's number.
    pub rfc: u16,
    /// The section's number, such as `6.4.5`; empty for the whole RFC.
    pub section: std::borrow::Cow<'static, str>,
}

impl Source {
    /// This section of this RFC.
    pub const fn new(rfc: u16, section: &'static str) -> Self {
        Self {
            rfc,
            section: std::borrow::Cow::Borrowed(section),
        }
    }

    /// Where it can be read.
    pub fn url(&self) -> String {
        let page = format!("https://www.rfc-editor.org/rfc/rfc{}", self.rfc);
        match self.section.as_ref() {
            "" => page,
            section if section.starts_with(|first: char| first.is_ascii_digit()) => {
                format!("{page}#section-{section}")
            }
            appendix => format!("{page}#appendix-{appendix}"),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RFC {}", self.rfc)?;
        match self.section.as_ref() {
            "" => Ok(()),
            section if section.starts_with(|first: char| first.is_ascii_digit()) => {
                write!(f, " section {section}")
            }
            appendix => write!(f, " appendix {appendix}"),
        }
    }
}
