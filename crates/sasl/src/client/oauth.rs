//! OAUTHBEARER (RFC 7628) and XOAUTH2: a bearer token in one step.

use porthole_wire::Secret;

use super::{ClientMechanism, misbehaved};
use crate::{Error, Mechanism, PeerMisbehaved};

/// `gs2-header kvsep "auth=Bearer " token kvsep kvsep` (RFC 7628 section 3.1).
#[derive(Debug)]
pub struct OAuthBearer(Bearer);

impl OAuthBearer {
    /// Signs in as `user` with `token`.
    pub fn new(user: &str, token: &Secret) -> Self {
        let name = crate::scram::escape_name(user);
        let message = format!("n,a={name},\x01auth=Bearer {}\x01\x01", token.expose());
        // RFC 7628 section 3.2.3: a failed exchange is acknowledged with a lone separator.
        Self(Bearer::new(Mechanism::OAuthBearer, message, b"\x01"))
    }
}

/// `"user=" user kvsep "auth=Bearer " token kvsep kvsep`.
#[derive(Debug)]
pub struct XOAuth2(Bearer);

impl XOAuth2 {
    /// Signs in as `user` with `token`.
    pub fn new(user: &str, token: &Secret) -> Self {
        let message = format!("user={user}\x01auth=Bearer {}\x01\x01", token.expose());
        Self(Bearer::new(Mechanism::XOAuth2, message, b""))
    }
}

/// Either of the two: the token, then the acknowledgement of a failure if one is reported.
#[derive(Debug)]
struct Bearer {
    mechanism: Mechanism,
    message: Option<Secret>,
    acknowledgement: Option<&'static [u8]>,
}

impl Bearer {
    fn new(mechanism: Mechanism, message: String, acknowledgement: &'static [u8]) -> Self {
        Self {
            mechanism,
            message: Some(Secret::new(message)),
            acknowledgement: Some(acknowledgement),
        }
    }

    fn initial_response(&mut self) -> Option<Vec<u8>> {
        let message = self.message.take()?;
        Some(message.expose().as_bytes().to_vec())
    }

    fn step(&mut self) -> Result<Vec<u8>, Error> {
        if let Some(message) = self.initial_response() {
            return Ok(message);
        }
        // A challenge after the token is the server's description of what is wrong with it.
        let acknowledgement = self
            .acknowledgement
            .take()
            .ok_or_else(|| misbehaved(self.mechanism, PeerMisbehaved::UnexpectedChallenge))?;
        Ok(acknowledgement.to_vec())
    }

    fn is_complete(&self) -> bool {
        self.message.is_none() && self.acknowledgement.is_some()
    }
}

impl ClientMechanism for OAuthBearer {
    fn mechanism(&self) -> Mechanism {
        Mechanism::OAuthBearer
    }

    fn initial_response(&mut self) -> Option<Vec<u8>> {
        self.0.initial_response()
    }

    fn step(&mut self, _challenge: &[u8]) -> Result<Vec<u8>, Error> {
        self.0.step()
    }

    fn is_complete(&self) -> bool {
        self.0.is_complete()
    }
}

impl ClientMechanism for XOAuth2 {
    fn mechanism(&self) -> Mechanism {
        Mechanism::XOAuth2
    }

    fn initial_response(&mut self) -> Option<Vec<u8>> {
        self.0.initial_response()
    }

    fn step(&mut self, _challenge: &[u8]) -> Result<Vec<u8>, Error> {
        self.0.step()
    }

    fn is_complete(&self) -> bool {
        self.0.is_complete()
    }
}
