//! Flags: RFC 9051 section 2.3.2.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A flag of a message, or a place in PERMANENTFLAGS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Flag {
    /// `\Seen`: the message was read.
    Seen,
    /// `\Answered`.
    Answered,
    /// `\Flagged`: marked for attention.
    Flagged,
    /// `\Deleted`: EXPUNGE will remove it.
    Deleted,
    /// `\Draft`.
    Draft,
    /// `\Recent` (RFC 3501 only): this session is the first that was told of it.
    Recent,
    /// `\*` in PERMANENTFLAGS: new keywords may be made.
    AnyKeyword,
    /// Another name with a backslash, kept without it.
    Extension(String),
    /// A keyword: a name without a backslash, such as `$Forwarded`.
    Keyword(String),
}

impl Flag {
    /// The flag of this wire name.
    pub fn from_wire(name: &str) -> Self {
        let Some(system) = name.strip_prefix('\\') else {
            return Self::Keyword(name.to_owned());
        };
        match system.to_ascii_lowercase().as_str() {
            "seen" => Self::Seen,
            "answered" => Self::Answered,
            "flagged" => Self::Flagged,
            "deleted" => Self::Deleted,
            "draft" => Self::Draft,
            "recent" => Self::Recent,
            "*" => Self::AnyKeyword,
            _ => Self::Extension(system.to_owned()),
        }
    }
}

impl fmt::Display for Flag {
    /// The wire form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seen => f.write_str("\\Seen"),
            Self::Answered => f.write_str("\\Answered"),
            Self::Flagged => f.write_str("\\Flagged"),
            Self::Deleted => f.write_str("\\Deleted"),
            Self::Draft => f.write_str("\\Draft"),
            Self::Recent => f.write_str("\\Recent"),
            Self::AnyKeyword => f.write_str("\\*"),
            Self::Extension(name) => write!(f, "\\{name}"),
            Self::Keyword(name) => f.write_str(name),
        }
    }
}
