//! SCRAM-SHA-1 and SCRAM-SHA-256: RFC 5802 and RFC 7677, without channel binding.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{Directory, ServerMechanism, Verdict};
use crate::{
    Nonce,
    digest::Digest,
    scram::{Keys, MIN_ITERATIONS, attribute, unescape_name},
};

/// Checks the client's proof and shows its own.
#[derive(Debug)]
pub(super) struct Scram {
    digest: Digest,
    nonce: Nonce,
    state: State,
}

#[derive(Debug)]
enum State {
    Begin,
    Challenged {
        user: String,
        /// In base64, as the client has to repeat it.
        gs2_header: String,
        client_first_bare: String,
        server_first: String,
        nonce: String,
        salt: Vec<u8>,
    },
    SignatureSent {
        user: String,
    },
    Ended,
}

impl Scram {
    pub(super) fn new(digest: Digest, nonce: &Nonce) -> Self {
        Self {
            digest,
            nonce: nonce.clone(),
            state: State::Begin,
        }
    }

    /// `client-first-message = gs2-header client-first-message-bare`
    fn challenge(&self, first: &str) -> Option<(State, Verdict)> {
        let rest = first
            .strip_prefix("n,")
            .or_else(|| first.strip_prefix("y,"))?;
        let (actor, bare) = rest.split_once(',')?;
        let gs2_header = &first[..first.len() - bare.len()];
        let (name, rest) = attribute('n', bare)?;
        let (client_nonce, _extensions) = attribute('r', rest)?;
        let user = unescape_name(name)?;
        // Acting for somebody else is refused; saying whom one acts for is not.
        if !actor.is_empty() && unescape_name(actor.strip_prefix("a=")?)? != user {
            return None;
        }
        // The salt belongs to the user, so that the client's salted password can be kept.
        let salt = self.digest.hash(user.as_bytes());
        let nonce = format!("{client_nonce}{}", self.nonce.as_str());
        let server_first = format!("r={nonce},s={},i={MIN_ITERATIONS}", STANDARD.encode(&salt));
        let verdict = Verdict::Challenge(server_first.clone().into_bytes());
        let state = State::Challenged {
            user,
            gs2_header: STANDARD.encode(gs2_header),
            client_first_bare: bare.to_owned(),
            server_first,
            nonce,
            salt,
        };
        Some((state, verdict))
    }
}

impl ServerMechanism for Scram {
    fn step(&mut self, response: Option<&[u8]>, directory: &dyn Directory) -> Verdict {
        let Some(response) = response else {
            return Verdict::Challenge(Vec::new());
        };
        let Ok(text) = std::str::from_utf8(response) else {
            return Verdict::Refused;
        };
        let next = match std::mem::replace(&mut self.state, State::Ended) {
            State::Begin => self.challenge(text),
            State::Challenged {
                user,
                gs2_header,
                client_first_bare,
                server_first,
                nonce,
                salt,
            } => directory.password(&user).and_then(|password| {
                let keys = Keys::derive(self.digest, password.expose(), &salt, MIN_ITERATIONS);
                let (without_proof, proof) = text.rsplit_once(",p=")?;
                let bound = without_proof == format!("c={gs2_header},r={nonce}");
                let auth_message = format!("{client_first_bare},{server_first},{without_proof}");
                let expected = keys.client_proof(&auth_message);
                if !bound || STANDARD.decode(proof).ok()? != expected {
                    return None;
                }
                let signature = STANDARD.encode(keys.server_signature(&auth_message));
                let verdict = Verdict::Challenge(format!("v={signature}").into_bytes());
                Some((State::SignatureSent { user }, verdict))
            }),
            State::SignatureSent { user } if text.is_empty() => {
                Some((State::Ended, Verdict::Accepted { user }))
            }
            State::SignatureSent { .. } | State::Ended => None,
        };
        let Some((state, verdict)) = next else {
            return Verdict::Refused;
        };
        self.state = state;
        verdict
    }
}
