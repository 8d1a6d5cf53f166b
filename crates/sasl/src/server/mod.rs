//! The server's side of each mechanism, for the demo server.

mod cram_md5;
mod login;
mod oauth;
mod plain;
mod scram;

use std::fmt;

use porthole_wire::Secret;

use crate::{Mechanism, Nonce, digest::Digest};

/// Who may sign in.
pub trait Directory {
    /// The password of `user`, if there is one of that name.
    fn password(&self, user: &str) -> Option<Secret>;

    /// Whether `token` lets `user` in.
    fn accepts_token(&self, user: &str, token: &str) -> bool;
}

/// What the server does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Send this challenge and wait for the response.
    Challenge(Vec<u8>),
    /// That user is signed in.
    Accepted {
        /// Its name.
        user: String,
    },
    /// The exchange failed; why is not told to the client.
    Refused,
}

/// The server's side of one exchange. Steps are plain octets; base64 is the caller's.
pub trait ServerMechanism: fmt::Debug + Send {
    /// Takes the client's step; the first one is `None` where the command carried no initial
    /// response. After anything but [`Verdict::Challenge`] every further step is refused.
    fn step(&mut self, response: Option<&[u8]>, directory: &dyn Directory) -> Verdict;
}

/// Starts the server's side of `mechanism`. The nonce makes the challenge unique.
pub fn start(mechanism: Mechanism, nonce: &Nonce) -> Box<dyn ServerMechanism> {
    Box::new(UntilDecided(Some(match mechanism {
        Mechanism::ScramSha256 => Box::new(scram::Scram::new(Digest::Sha256, nonce)),
        Mechanism::ScramSha1 => Box::new(scram::Scram::new(Digest::Sha1, nonce)),
        Mechanism::CramMd5 => Box::new(cram_md5::CramMd5::new(nonce)),
        Mechanism::Plain => Box::new(plain::Plain),
        Mechanism::Login => Box::new(login::Login::default()),
        Mechanism::OAuthBearer => Box::new(oauth::Bearer::oauth_bearer()),
        Mechanism::XOAuth2 => Box::new(oauth::Bearer::xoauth2()),
    })))
}

/// An exchange that is over once it is decided, whichever the mechanism.
#[derive(Debug)]
struct UntilDecided(Option<Box<dyn ServerMechanism>>);

impl ServerMechanism for UntilDecided {
    fn step(&mut self, response: Option<&[u8]>, directory: &dyn Directory) -> Verdict {
        let Some(mechanism) = &mut self.0 else {
            return Verdict::Refused;
        };
        let verdict = mechanism.step(response, directory);
        if !matches!(verdict, Verdict::Challenge(_)) {
            self.0 = None;
        }
        verdict
    }
}

/// Accepts `user` if that is its password.
fn check_password(directory: &dyn Directory, user: &str, password: &str) -> Verdict {
    match directory.password(user) {
        Some(known) if known.expose() == password => Verdict::Accepted {
            user: user.to_owned(),
        },
        _ => Verdict::Refused,
    }
}
