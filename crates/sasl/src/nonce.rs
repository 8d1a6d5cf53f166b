//! Randomness, as an input.

use base64::{Engine, engine::general_purpose::STANDARD};

/// A value that was never used before and cannot be guessed: printable ASCII without a comma
/// (RFC 5802 section 7, `c-nonce`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// A nonce from 18 random octets.
    pub fn from_bytes(bytes: [u8; 18]) -> Self {
        Self(STANDARD.encode(bytes))
    }

    /// The nonce as it crosses.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for Nonce {
    type Error = InvalidNonce;

    fn try_from(value: &str) -> Result<Self, InvalidNonce> {
        if value.is_empty() || !value.bytes().all(|b| b.is_ascii_graphic() && b != b',') {
            return Err(InvalidNonce);
        }
        Ok(Self(value.to_owned()))
    }
}

/// A nonce was empty or had an octet that may not be in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a nonce is printable ASCII without a comma, and not empty")]
pub struct InvalidNonce;
