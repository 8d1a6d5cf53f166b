//! Which mechanism to use.

use porthole_wire::Secret;

use crate::{
    ClientMechanism, Credentials, Mechanism, Nonce,
    client::{CramMd5, Login, OAuthBearer, Plain, Scram, XOAuth2},
};

/// What is known of the connection that the exchange will cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Channel {
    /// Nobody on the way can read it.
    pub encrypted: bool,
    /// The user said that this server may have the password in the clear all the same.
    pub cleartext_allowed: bool,
}

impl Channel {
    /// Whether a mechanism or command that shows the credentials may be used.
    pub const fn may_expose_credentials(self) -> bool {
        self.encrypted || self.cleartext_allowed
    }
}

/// Why no mechanism can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoMechanism {
    /// The server offers none that the client speaks for these credentials.
    #[error("the server offers no way of signing in that fits")]
    NothingInCommon,
    /// All that both sides have would show the password on a connection that is not encrypted.
    #[error("the server would take the password in the clear only")]
    OnlyInTheClear,
    /// The credentials hold a character that no mechanism can carry.
    #[error("the user name or password holds a character that cannot be sent")]
    UnsendableCredentials,
}

/// Starts the strongest mechanism that both sides have.
///
/// For a password that is SCRAM-SHA-256, SCRAM-SHA-1, CRAM-MD5, PLAIN, LOGIN in this order; for a
/// token OAUTHBEARER, then XOAUTH2.
///
/// # Errors
/// [`NoMechanism`], which tells "none" from "none that is safe".
pub fn choose<'a>(
    offered: impl IntoIterator<Item = &'a str>,
    credentials: &Credentials,
    channel: Channel,
    nonce: &Nonce,
) -> Result<Box<dyn ClientMechanism>, NoMechanism> {
    if !credentials.can_be_carried() {
        return Err(NoMechanism::UnsendableCredentials);
    }
    let offered: Vec<_> = offered
        .into_iter()
        .filter_map(Mechanism::from_name)
        .collect();
    let mut refused = NoMechanism::NothingInCommon;
    for mechanism in Mechanism::ALL {
        if !offered.contains(&mechanism) {
            continue;
        }
        let Some(client) = start(mechanism, credentials, nonce) else {
            continue;
        };
        if !mechanism.exposes_credentials() || channel.may_expose_credentials() {
            return Ok(client);
        }
        refused = NoMechanism::OnlyInTheClear;
    }
    Err(refused)
}

/// The client side of `mechanism`, if it is one for such credentials.
fn start(
    mechanism: Mechanism,
    credentials: &Credentials,
    nonce: &Nonce,
) -> Option<Box<dyn ClientMechanism>> {
    Some(match credentials {
        Credentials::Password { user, password } => {
            start_with_password(mechanism, user, password, nonce)?
        }
        Credentials::Token { user, token } => match mechanism {
            Mechanism::OAuthBearer => Box::new(OAuthBearer::new(user, token)),
            Mechanism::XOAuth2 => Box::new(XOAuth2::new(user, token)),
            _ => return None,
        },
    })
}

fn start_with_password(
    mechanism: Mechanism,
    user: &str,
    password: &Secret,
    nonce: &Nonce,
) -> Option<Box<dyn ClientMechanism>> {
    Some(match mechanism {
        Mechanism::ScramSha256 => Box::new(Scram::sha256(user, password, nonce)),
        Mechanism::ScramSha1 => Box::new(Scram::sha1(user, password, nonce)),
        Mechanism::CramMd5 => Box::new(CramMd5::new(user, password)),
        Mechanism::Plain => Box::new(Plain::new(user, password)),
        Mechanism::Login => Box::new(Login::new(user, password)),
        Mechanism::OAuthBearer | Mechanism::XOAuth2 => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn check(
        offered: &str,
        credentials: &Credentials,
        encrypted: bool,
        expected: Result<Mechanism, NoMechanism>,
    ) {
        let channel = Channel {
            encrypted,
            cleartext_allowed: false,
        };
        let nonce = Nonce::from_bytes([1; 18]);
        let chosen = choose(offered.split_whitespace(), credentials, channel, &nonce);
        assert_eq!(
            chosen.map(|client| client.mechanism()),
            expected,
            "{offered}"
        );
    }

    fn password() -> Credentials {
        Credentials::Password {
            user: "alice".into(),
            password: Secret::new("wonderland"),
        }
    }

    #[test]
    fn the_strongest_in_common_is_taken() {
        use Mechanism::*;
        let all = "LOGIN PLAIN XOAUTH2 CRAM-MD5 oauthbearer SCRAM-SHA-1 GSSAPI scram-sha-256";
        check(all, &password(), true, Ok(ScramSha256));
        check("LOGIN PLAIN SCRAM-SHA-1", &password(), true, Ok(ScramSha1));
        check("LOGIN PLAIN CRAM-MD5", &password(), true, Ok(CramMd5));
        check("LOGIN PLAIN", &password(), true, Ok(Plain));
        check("LOGIN", &password(), true, Ok(Login));
        let token = Credentials::Token {
            user: "alice".into(),
            token: Secret::new("t"),
        };
        check(all, &token, true, Ok(OAuthBearer));
        check("PLAIN XOAUTH2", &token, true, Ok(XOAuth2));
        check("PLAIN", &token, true, Err(NoMechanism::NothingInCommon));
        check("XOAUTH2", &token, false, Err(NoMechanism::OnlyInTheClear));
    }

    #[test]
    fn no_password_in_the_clear_unless_allowed() {
        check(
            "PLAIN LOGIN",
            &password(),
            false,
            Err(NoMechanism::OnlyInTheClear),
        );
        check("PLAIN CRAM-MD5", &password(), false, Ok(Mechanism::CramMd5));
        check(
            "GSSAPI",
            &password(),
            false,
            Err(NoMechanism::NothingInCommon),
        );
        let allowed = Channel {
            encrypted: false,
            cleartext_allowed: true,
        };
        let nonce = Nonce::from_bytes([1; 18]);
        assert!(choose(["PLAIN"], &password(), allowed, &nonce).is_ok());
    }

    #[test]
    fn a_separator_inside_is_refused() {
        let evil = Credentials::Password {
            user: "alice\0bob".into(),
            password: Secret::new("x"),
        };
        check(
            "PLAIN",
            &evil,
            true,
            Err(NoMechanism::UnsendableCredentials),
        );
    }
}
