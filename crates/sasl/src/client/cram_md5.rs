//! CRAM-MD5: RFC 2195.

use porthole_wire::Secret;

use super::{ClientMechanism, misbehaved};
use crate::{
    Error, Mechanism, PeerMisbehaved,
    digest::hmac_md5_hex,
    prepare::{prepare, prepare_secret},
};

/// Answers one challenge with the name and a keyed hash of the challenge.
#[derive(Debug)]
pub struct CramMd5 {
    user: String,
    password: Option<Secret>,
}

impl CramMd5 {
    /// Signs `user` in.
    pub fn new(user: &str, password: &Secret) -> Self {
        Self {
            user: prepare(user).into_owned(),
            password: Some(prepare_secret(password)),
        }
    }
}

impl ClientMechanism for CramMd5 {
    fn mechanism(&self) -> Mechanism {
        Mechanism::CramMd5
    }

    fn initial_response(&mut self) -> Option<Vec<u8>> {
        None
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Vec<u8>, Error> {
        let password = self
            .password
            .take()
            .ok_or_else(|| misbehaved(Mechanism::CramMd5, PeerMisbehaved::UnexpectedChallenge))?;
        let hash = hmac_md5_hex(password.expose().as_bytes(), challenge);
        Ok(format!("{} {hash}", self.user).into_bytes())
    }

    fn is_complete(&self) -> bool {
        self.password.is_none()
    }
}
