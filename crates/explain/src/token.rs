//! What is said of a unit that crossed, and of each of its tokens.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::Source;

/// What a unit means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// What it is, in one sentence.
    pub summary: String,
    /// Its tokens, in order; together they are all that is kept of it.
    pub tokens: Vec<Token>,
}

/// A token and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Where it begins in what is kept.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// What it is called.
    pub name: Cow<'static, str>,
    /// What it means here and now.
    pub meaning: Cow<'static, str>,
    /// What it says once decoded, where that differs from its octets.
    pub decoded: Option<String>,
    /// Where that is laid down; `None` where nothing is.
    pub source: Option<Source>,
    /// Whether it was understood.
    pub known: bool,
}

/// What is said of a token, wherever it stands.
#[derive(Debug)]
pub(crate) struct Term {
    pub(crate) name: &'static str,
    pub(crate) meaning: Cow<'static, str>,
    pub(crate) decoded: Option<String>,
    pub(crate) source: Option<Source>,
}

impl Term {
    pub(crate) fn new(
        name: &'static str,
        meaning: impl Into<Cow<'static, str>>,
        rfc: u16,
        section: &'static str,
    ) -> Self {
        Self {
            name,
            meaning: meaning.into(),
            decoded: None,
            source: Some(Source::new(rfc, section)),
        }
    }

    /// What stands where nothing was expected.
    pub(crate) fn unknown() -> Self {
        Self {
            name: "not understood",
            meaning: "the parser could make nothing of this".into(),
            decoded: None,
            source: None,
        }
    }

    /// With what it says once decoded, unless that is what it looks like.
    pub(crate) fn decoded(mut self, octets: &[u8], decoded: Option<String>) -> Self {
        self.decoded = decoded.filter(|decoded| decoded.as_bytes() != octets);
        self
    }
}
