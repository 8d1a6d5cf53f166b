//! The mechanisms by name.

use std::fmt;

/// A mechanism that this crate speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mechanism {
    /// SCRAM-SHA-256 (RFC 7677).
    ScramSha256,
    /// SCRAM-SHA-1 (RFC 5802).
    ScramSha1,
    /// CRAM-MD5 (RFC 2195).
    CramMd5,
    /// PLAIN (RFC 4616).
    Plain,
    /// LOGIN, never standardised.
    Login,
    /// OAUTHBEARER (RFC 7628).
    OAuthBearer,
    /// XOAUTH2, never standardised.
    XOAuth2,
}

impl Mechanism {
    /// All of them, the strongest of each kind of credentials first.
    pub const ALL: [Self; 7] = [
        Self::ScramSha256,
        Self::ScramSha1,
        Self::CramMd5,
        Self::Plain,
        Self::Login,
        Self::OAuthBearer,
        Self::XOAuth2,
    ];

    /// The name as registered, in upper case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha1 => "SCRAM-SHA-1",
            Self::CramMd5 => "CRAM-MD5",
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::OAuthBearer => "OAUTHBEARER",
            Self::XOAuth2 => "XOAUTH2",
        }
    }

    /// The mechanism of that name, in any case; `None` for one that is not spoken here.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|mechanism| mechanism.name().eq_ignore_ascii_case(name))
    }

    /// Whether somebody who listens learns what is needed to sign in again.
    pub const fn exposes_credentials(self) -> bool {
        match self {
            Self::ScramSha256 | Self::ScramSha1 | Self::CramMd5 => false,
            Self::Plain | Self::Login | Self::OAuthBearer | Self::XOAuth2 => true,
        }
    }

    /// Whether the client speaks first, so that its first step may ride on the command (an
    /// initial response, RFC 4422 section 3.3).
    pub const fn client_speaks_first(self) -> bool {
        !matches!(self, Self::CramMd5 | Self::Login)
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
