//! LOGIN: the server asks for the name, then for the password.

use porthole_wire::Secret;

use super::{ClientMechanism, misbehaved};
use crate::{Error, Mechanism, PeerMisbehaved};

/// Answers two prompts. Their texts differ from server to server and carry no meaning; only their
/// order does.
#[derive(Debug)]
pub struct Login {
    state: State,
}

#[derive(Debug)]
enum State {
    User { user: String, password: Secret },
    Password { password: Secret },
    Complete,
}

impl Login {
    /// Signs `user` in.
    pub fn new(user: &str, password: &Secret) -> Self {
        Self {
            state: State::User {
                user: user.to_owned(),
                password: password.clone(),
            },
        }
    }
}

impl ClientMechanism for Login {
    fn mechanism(&self) -> Mechanism {
        Mechanism::Login
    }

    fn initial_response(&mut self) -> Option<Vec<u8>> {
        None
    }

    fn step(&mut self, _challenge: &[u8]) -> Result<Vec<u8>, Error> {
        match std::mem::replace(&mut self.state, State::Complete) {
            State::User { user, password } => {
                self.state = State::Password { password };
                Ok(user.into_bytes())
            }
            State::Password { password } => Ok(password.expose().as_bytes().to_vec()),
            State::Complete => Err(misbehaved(
                Mechanism::Login,
                PeerMisbehaved::UnexpectedChallenge,
            )),
        }
    }

    fn is_complete(&self) -> bool {
        matches!(self.state, State::Complete)
    }
}
