//! What a server says that it can do: EHLO keywords, RFC 5321 section 4.1.1.1.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One line of the reply to EHLO.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Extension {
    /// SIZE: the largest message, if there is a limit (RFC 1870).
    Size(Option<u64>),
    /// 8BITMIME (RFC 6152).
    EightBitMime,
    /// PIPELINING (RFC 2920).
    Pipelining,
    /// AUTH with these mechanisms (RFC 4954).
    Auth(Vec<String>),
    /// ENHANCEDSTATUSCODES (RFC 2034).
    EnhancedStatusCodes,
    /// SMTPUTF8 (RFC 6531).
    SmtpUtf8,
    /// STARTTLS (RFC 3207).
    StartTls,
    /// CHUNKING (RFC 3030).
    Chunking,
    /// Any other, as it crossed.
    Other(String),
}

impl Extension {
    /// The extension on a line of the reply to EHLO.
    pub fn from_line(line: &str) -> Self {
        let mut words = line.split_ascii_whitespace();
        let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
        match keyword.as_str() {
            // RFC 1870 section 4: zero means that there is no fixed limit.
            "SIZE" => Self::Size(
                words
                    .next()
                    .and_then(|word| word.parse().ok())
                    .filter(|&size| size != 0),
            ),
            "8BITMIME" => Self::EightBitMime,
            "PIPELINING" => Self::Pipelining,
            "AUTH" => Self::Auth(words.map(str::to_owned).collect()),
            "ENHANCEDSTATUSCODES" => Self::EnhancedStatusCodes,
            "SMTPUTF8" => Self::SmtpUtf8,
            "STARTTLS" => Self::StartTls,
            "CHUNKING" => Self::Chunking,
            _ => Self::Other(line.to_owned()),
        }
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size(None) => f.write_str("SIZE"),
            Self::Size(Some(size)) => write!(f, "SIZE {size}"),
            Self::EightBitMime => f.write_str("8BITMIME"),
            Self::Pipelining => f.write_str("PIPELINING"),
            Self::Auth(mechanisms) => write!(f, "AUTH {}", mechanisms.join(" ")),
            Self::EnhancedStatusCodes => f.write_str("ENHANCEDSTATUSCODES"),
            Self::SmtpUtf8 => f.write_str("SMTPUTF8"),
            Self::StartTls => f.write_str("STARTTLS"),
            Self::Chunking => f.write_str("CHUNKING"),
            Self::Other(line) => f.write_str(line),
        }
    }
}
