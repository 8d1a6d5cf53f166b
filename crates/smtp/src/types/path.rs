//! Where mail comes from and goes to: RFC 5321 section 4.1.2.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `Forward-path`: an address that mail goes to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ForwardPath {
    address: String,
    at: Option<usize>,
}

impl ForwardPath {
    /// The address without angle brackets.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The part before the last `@`, or all of it: `Postmaster` needs no domain.
    pub fn local_part(&self) -> &str {
        self.at.map_or(&*self.address, |at| &self.address[..at])
    }

    /// The part after the last `@`.
    pub fn domain(&self) -> Option<&str> {
        self.at.map(|at| &self.address[at + 1..])
    }
}

impl TryFrom<&str> for ForwardPath {
    type Error = InvalidPath;

    /// Takes an address without angle brackets. The local part is not looked into beyond what
    /// could end the path: what is in it is the receiving server's affair.
    fn try_from(address: &str) -> Result<Self, InvalidPath> {
        let at = address.rfind('@');
        let is_allowed = |c: char| !(c.is_control() || matches!(c, '<' | '>'));
        let quoted = address.starts_with('"');
        if address.is_empty()
            || address.len() > MAX_PATH
            || !address.chars().all(is_allowed)
            || (!quoted && address.contains(' '))
            || at == Some(0)
            || at == Some(address.len() - 1)
            || (at.is_none() && !address.eq_ignore_ascii_case("postmaster"))
        {
            return Err(InvalidPath);
        }
        Ok(Self {
            address: address.to_owned(),
            at,
        })
    }
}

impl fmt::Display for ForwardPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.address)
    }
}

/// `Reverse-path`: an address that failures are told to, or `<>` for nobody.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReversePath(pub Option<ForwardPath>);

impl fmt::Display for ReversePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(path) => path.fmt(f),
            None => f.write_str("<>"),
        }
    }
}

/// An address that cannot stand in a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an address has a local part, an @ and a domain, and no angle brackets or line endings")]
pub struct InvalidPath;

/// RFC 5321 section 4.5.3.1.3 has 256 with the brackets.
const MAX_PATH: usize = 254;
