//! What protects a session's connection, and how a client changes that.
//!
//! ```text
//!   None      nothing, and nothing else is offered
//!   StartTls --STARTTLS or STLS--> (the carrier puts TLS on) --> Tls
//!   Tls       from the first octet, or by now
//! ```
//!
//! The server never sees TLS: whoever carries its octets puts it on and takes it off. In the page
//! there is nobody to hide from and nothing to hide behind, so there the upgrade is simulated, and
//! the server says so.

use serde::{Deserialize, Serialize};

/// What protects a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// Nothing.
    #[default]
    None,
    /// Nothing until the client asks for it (RFC 9051 section 6.2.1, RFC 2595 section 4, RFC 3207).
    StartTls(Tls),
    /// TLS.
    Tls(Tls),
}

/// Whether TLS is what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// The carrier does it.
    Real,
    /// Nobody does: the same steps are taken, and nothing is encrypted.
    Simulated,
}

impl Security {
    /// What the server says when it agrees to begin TLS; `None` where it does not.
    pub(crate) fn agreement(self) -> Option<&'static str> {
        match self {
            Self::StartTls(Tls::Real) => Some("begin TLS now"),
            Self::StartTls(Tls::Simulated) => {
                Some("begin TLS now, which is only simulated here: nothing is encrypted")
            }
            Self::None | Self::Tls(_) => None,
        }
    }

    /// Why the server does not agree.
    pub(crate) fn objection(self) -> &'static str {
        match self {
            Self::None => "TLS is not available on this connection",
            Self::StartTls(_) => "not after the sign-in",
            Self::Tls(_) => "TLS is active already",
        }
    }

    /// The same once TLS is on.
    pub(crate) fn established(self) -> Self {
        match self {
            Self::StartTls(tls) => Self::Tls(tls),
            other => other,
        }
    }
}
