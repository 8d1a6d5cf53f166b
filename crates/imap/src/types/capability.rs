//! Capabilities: RFC 9051 section 7.2.2 and the registry of IMAP capabilities.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What a server says that it can do. Names are kept in upper case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Capabilities(BTreeSet<String>);

impl Capabilities {
    /// Whether the capability of this name (in upper case) is there.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// The SASL mechanisms: what follows `AUTH=`.
    pub fn auth_mechanisms(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|name| name.strip_prefix("AUTH="))
    }

    /// All of them, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the server has said anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How long a literal may be that is sent without asking first, in octets: LITERAL+ sets no
    /// limit, LITERAL- (part of IMAP4rev2) 4096 (RFC 7888 sections 4 and 5).
    pub fn non_synchronizing_literal(&self) -> Option<u64> {
        if self.has("LITERAL+") {
            Some(u64::MAX)
        } else if self.has("LITERAL-") || self.has("IMAP4REV2") {
            Some(4096)
        } else {
            None
        }
    }

    /// `has`, or the server is IMAP4rev2, which contains it (RFC 9051 appendix E).
    pub fn has_or_rev2(&self, name: &str) -> bool {
        self.has(name) || self.has("IMAP4REV2")
    }
}

impl<S: AsRef<str>> FromIterator<S> for Capabilities {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        Self(
            names
                .into_iter()
                .map(|name| name.as_ref().to_ascii_uppercase())
                .collect(),
        )
    }
}
