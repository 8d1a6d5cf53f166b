//! Arguments that cannot break out of their line.

use std::fmt;

use porthole_wire::Secret;

/// A name for USER or APOP: not empty, without NUL, CR and LF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserName(String);

impl UserName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for UserName {
    type Error = InvalidArgument;

    fn try_from(text: &str) -> Result<Self, InvalidArgument> {
        fits_a_line(text).map(|()| Self(text.to_owned()))
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A password for PASS: not empty, without NUL, CR and LF. Spaces belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Password(Secret);

impl Password {
    /// The password.
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

impl TryFrom<&Secret> for Password {
    type Error = InvalidArgument;

    fn try_from(secret: &Secret) -> Result<Self, InvalidArgument> {
        fits_a_line(secret.expose()).map(|()| Self(secret.clone()))
    }
}

fn fits_a_line(text: &str) -> Result<(), InvalidArgument> {
    if text.is_empty() || text.contains(['\0', '\r', '\n']) {
        return Err(InvalidArgument);
    }
    Ok(())
}

/// An argument was empty or would have ended its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an argument may not be empty nor hold a line ending")]
pub struct InvalidArgument;
