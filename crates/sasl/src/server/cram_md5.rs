//! CRAM-MD5: RFC 2195.

use super::{Directory, ServerMechanism, Verdict};
use crate::{Nonce, digest::hmac_md5_hex};

/// Sends a challenge that was never sent before and checks its keyed hash.
#[derive(Debug)]
pub(super) struct CramMd5 {
    challenge: String,
}

impl CramMd5 {
    pub(super) fn new(nonce: &Nonce) -> Self {
        Self {
            challenge: format!("<{}@demo.example>", nonce.as_str()),
        }
    }
}

impl ServerMechanism for CramMd5 {
    fn step(&mut self, response: Option<&[u8]>, directory: &dyn Directory) -> Verdict {
        let Some(response) = response else {
            return Verdict::Challenge(self.challenge.clone().into_bytes());
        };
        let accepted = std::str::from_utf8(response)
            .ok()
            .and_then(|text| text.rsplit_once(' '))
            .filter(|(user, hash)| {
                directory.password(user).is_some_and(|password| {
                    hmac_md5_hex(password.expose().as_bytes(), self.challenge.as_bytes()) == *hash
                })
            });
        accepted.map_or(Verdict::Refused, |(user, _)| Verdict::Accepted {
            user: user.to_owned(),
        })
    }
}
