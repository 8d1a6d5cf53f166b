//! How a response begins: RFC 1939 section 3 and RFC 2449 section 8.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Success or failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StatusIndicator {
    /// `+OK`
    Ok,
    /// `-ERR`
    Err,
}

impl fmt::Display for StatusIndicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "+OK",
            Self::Err => "-ERR",
        })
    }
}

/// Why, in a form for programs. Matched without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResponseCode {
    /// `IN-USE`: another session holds the maildrop (RFC 2449 section 8.1.2).
    InUse,
    /// `LOGIN-DELAY`: this sign-in came too soon after the last (RFC 2449 section 8.1.1).
    LoginDelay,
    /// `SYS/TEMP`: trouble that will pass (RFC 3206 section 4).
    SysTemp,
    /// `SYS/PERM`: trouble that somebody must mend (RFC 3206 section 4).
    SysPerm,
    /// `AUTH`: the credentials are wrong (RFC 3206 section 5).
    Auth,
    /// `UTF8`: the message cannot be given without UTF8 (RFC 6856 section 5).
    Utf8,
    /// Any other.
    Other(String),
}

impl ResponseCode {
    /// The code of that name.
    pub fn from_name(name: &str) -> Self {
        KNOWN
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map_or_else(|| Self::Other(name.to_owned()), |(_, code)| code.clone())
    }
}

impl fmt::Display for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = KNOWN.iter().find(|(_, code)| code == self);
        match (self, known) {
            (Self::Other(name), _) => f.write_str(name),
            (_, known) => f.write_str(known.map_or("", |(name, _)| name)),
        }
    }
}

const KNOWN: [(&str, ResponseCode); 6] = [
    ("IN-USE", ResponseCode::InUse),
    ("LOGIN-DELAY", ResponseCode::LoginDelay),
    ("SYS/TEMP", ResponseCode::SysTemp),
    ("SYS/PERM", ResponseCode::SysPerm),
    ("AUTH", ResponseCode::Auth),
    ("UTF8", ResponseCode::Utf8),
];
