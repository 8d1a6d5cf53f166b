//! Who signs in, and with what.

use porthole_wire::Secret;

/// What the user signs in with, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A user name and its password.
    Password {
        /// The authentication identity.
        user: String,
        /// Its password.
        password: Secret,
    },
    /// A user name and an OAuth 2.0 bearer token (RFC 6750).
    Token {
        /// The authorization identity.
        user: String,
        /// The access token, without the word "Bearer".
        token: Secret,
    },
}

impl Credentials {
    /// The user's name.
    pub fn user(&self) -> &str {
        match self {
            Self::Password { user, .. } | Self::Token { user, .. } => user,
        }
    }

    /// Whether a mechanism can carry them: NUL separates the fields of PLAIN (RFC 4616 section 2),
    /// and control characters those of the OAuth mechanisms (RFC 7628 section 3.1).
    pub(crate) fn can_be_carried(&self) -> bool {
        match self {
            Self::Password { user, password } => {
                !user.contains('\0') && !password.expose().contains('\0')
            }
            Self::Token { user, token } => !user
                .chars()
                .chain(token.expose().chars())
                .any(|c| c.is_ascii_control()),
        }
    }
}
