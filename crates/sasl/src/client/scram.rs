//! SCRAM-SHA-1 and SCRAM-SHA-256: RFC 5802 and RFC 7677, without channel binding.

use base64::{Engine, engine::general_purpose::STANDARD};
use porthole_wire::Secret;

use super::{ClientMechanism, misbehaved};
use crate::{
    Error, Mechanism, Nonce, PeerMisbehaved,
    digest::Digest,
    prepare::prepare,
    scram::{
        GS2_HEADER, GS2_HEADER_BASE64, Keys, MAX_ITERATIONS, MIN_ITERATIONS, attribute, escape_name,
    },
};

/// Proves that it knows the password without showing it, and has the server prove the same.
#[derive(Debug)]
pub struct Scram {
    mechanism: Mechanism,
    digest: Digest,
    state: State,
}

#[derive(Debug)]
enum State {
    Begin(First),
    FirstSent(First),
    ProofSent { server_signature: Vec<u8> },
    Complete,
    Failed,
}

#[derive(Debug)]
struct First {
    bare: String,
    nonce: String,
    password: Secret,
}

impl Scram {
    /// Signs `user` in with SCRAM-SHA-256.
    pub fn sha256(user: &str, password: &Secret, nonce: &Nonce) -> Self {
        Self::new(
            Mechanism::ScramSha256,
            Digest::Sha256,
            user,
            password,
            nonce,
        )
    }

    /// Signs `user` in with SCRAM-SHA-1.
    pub fn sha1(user: &str, password: &Secret, nonce: &Nonce) -> Self {
        Self::new(Mechanism::ScramSha1, Digest::Sha1, user, password, nonce)
    }

    fn new(
        mechanism: Mechanism,
        digest: Digest,
        user: &str,
        password: &Secret,
        nonce: &Nonce,
    ) -> Self {
        let first = First {
            bare: format!("n={},r={}", escape_name(&prepare(user)), nonce.as_str()),
            nonce: nonce.as_str().to_owned(),
            password: password.clone(),
        };
        Self {
            mechanism,
            digest,
            state: State::Begin(first),
        }
    }

    fn prove(&self, first: &First, challenge: &[u8]) -> Result<(State, Vec<u8>), PeerMisbehaved> {
        let challenge = ServerFirst::parse(challenge)?;
        if !challenge.nonce.starts_with(&first.nonce) || challenge.nonce == first.nonce {
            return Err(PeerMisbehaved::NonceMismatch);
        }
        let keys = Keys::derive(
            self.digest,
            first.password.expose(),
            &challenge.salt,
            challenge.iterations,
        );
        let without_proof = format!("c={GS2_HEADER_BASE64},r={}", challenge.nonce);
        let auth_message = format!("{},{},{without_proof}", first.bare, challenge.text);
        let proof = STANDARD.encode(keys.client_proof(&auth_message));
        let state = State::ProofSent {
            server_signature: keys.server_signature(&auth_message),
        };
        Ok((state, format!("{without_proof},p={proof}").into_bytes()))
    }
}

impl ClientMechanism for Scram {
    fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    fn initial_response(&mut self) -> Option<Vec<u8>> {
        match std::mem::replace(&mut self.state, State::Failed) {
            State::Begin(first) => {
                let message = format!("{GS2_HEADER}{}", first.bare);
                self.state = State::FirstSent(first);
                Some(message.into_bytes())
            }
            other => {
                self.state = other;
                None
            }
        }
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Vec<u8>, Error> {
        if let Some(first) = self.initial_response() {
            return Ok(first);
        }
        let result = match std::mem::replace(&mut self.state, State::Failed) {
            State::FirstSent(first) => self.prove(&first, challenge),
            State::ProofSent { server_signature } => {
                verify(&server_signature, challenge).map(|()| (State::Complete, Vec::new()))
            }
            State::Begin(_) | State::Complete | State::Failed => {
                Err(PeerMisbehaved::UnexpectedChallenge)
            }
        };
        let (state, response) = result.map_err(|what| misbehaved(self.mechanism, what))?;
        self.state = state;
        Ok(response)
    }

    fn is_complete(&self) -> bool {
        matches!(self.state, State::Complete)
    }
}

/// `server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count ["," extensions]`
struct ServerFirst<'a> {
    text: &'a str,
    nonce: &'a str,
    salt: Vec<u8>,
    iterations: u32,
}

impl<'a> ServerFirst<'a> {
    fn parse(challenge: &'a [u8]) -> Result<Self, PeerMisbehaved> {
        let malformed = PeerMisbehaved::MalformedChallenge;
        let text = std::str::from_utf8(challenge).map_err(|_| malformed)?;
        if text.starts_with("m=") {
            return Err(PeerMisbehaved::MandatoryExtension);
        }
        if text.starts_with("e=") {
            return Err(PeerMisbehaved::ServerError);
        }
        let (nonce, rest) = attribute('r', text).ok_or(malformed)?;
        let (salt, rest) = attribute('s', rest).ok_or(malformed)?;
        let (iterations, _extensions) = attribute('i', rest).ok_or(malformed)?;
        let iterations = iterations.parse().map_err(|_| malformed)?;
        if iterations < MIN_ITERATIONS {
            return Err(PeerMisbehaved::TooFewIterations);
        }
        if iterations > MAX_ITERATIONS {
            return Err(PeerMisbehaved::TooManyIterations);
        }
        Ok(Self {
            text,
            nonce,
            salt: STANDARD.decode(salt).map_err(|_| malformed)?,
            iterations,
        })
    }
}

/// `server-final-message = (server-error / verifier) ["," extensions]`
fn verify(expected: &[u8], challenge: &[u8]) -> Result<(), PeerMisbehaved> {
    let text = std::str::from_utf8(challenge).map_err(|_| PeerMisbehaved::MalformedChallenge)?;
    if text.starts_with("e=") {
        return Err(PeerMisbehaved::ServerError);
    }
    let (verifier, _) = attribute('v', text).ok_or(PeerMisbehaved::MalformedChallenge)?;
    match STANDARD.decode(verifier) {
        Ok(signature) if signature == expected => Ok(()),
        Ok(_) => Err(PeerMisbehaved::WrongServerSignature),
        Err(_) => Err(PeerMisbehaved::MalformedChallenge),
    }
}
