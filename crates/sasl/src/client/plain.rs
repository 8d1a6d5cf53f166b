//! PLAIN: RFC 4616.

use porthole_wire::Secret;

use super::{ClientMechanism, misbehaved};
use crate::{
    Error, Mechanism, PeerMisbehaved,
    prepare::{prepare, prepare_secret},
};

/// `message = [authzid] NUL authcid NUL passwd`, in one step.
#[derive(Debug)]
pub struct Plain {
    message: Option<Secret>,
}

impl Plain {
    /// Signs `user` in as itself.
    pub fn new(user: &str, password: &Secret) -> Self {
        let (user, password) = (prepare(user), prepare_secret(password));
        Self {
            message: Some(Secret::new(format!("\0{user}\0{}", password.expose()))),
        }
    }
}

impl ClientMechanism for Plain {
    fn mechanism(&self) -> Mechanism {
        Mechanism::Plain
    }

    fn initial_response(&mut self) -> Option<Vec<u8>> {
        let message = self.message.take()?;
        Some(message.expose().as_bytes().to_vec())
    }

    fn step(&mut self, _challenge: &[u8]) -> Result<Vec<u8>, Error> {
        self.initial_response()
            .ok_or_else(|| misbehaved(Mechanism::Plain, PeerMisbehaved::UnexpectedChallenge))
    }

    fn is_complete(&self) -> bool {
        self.message.is_none()
    }
}
