//! Signing in: which way, and the steps of it.

use porthole_sasl::{
    Channel, ClientMechanism, Credentials, Mechanism, NoMechanism, Nonce, choose, decode, encode,
    encode_initial,
};
use porthole_wire::{CommandId, Secret};

use super::{Client, Error, PeerMisbehaved, queue::Exchange, state::Phase};
use crate::{
    types::{Capability, Command, Password, UserName},
    wire::{Encoded, Notes, encode_sasl_response, parse_sasl_response},
};

impl Client {
    /// Signs in by the safest way that the server is known to have: SCRAM, CRAM-MD5, APOP, and on
    /// an encrypted connection USER and PASS or PLAIN, whichever takes fewer turns.
    ///
    /// What the server has is what the last CAPA and the greeting said, so wait for them. A server
    /// without CAPA is taken to have USER and PASS. `nonce` must never have been used before.
    ///
    /// # Errors
    /// [`NoMechanism`] if there is no way, or only one that would show the password to whoever
    /// listens while `cleartext_allowed` is false. Nothing is sent then.
    pub fn sign_in(
        &mut self,
        credentials: &Credentials,
        cleartext_allowed: bool,
        nonce: &Nonce,
    ) -> Result<CommandId, NoMechanism> {
        let channel = Channel {
            encrypted: self.encrypted,
            cleartext_allowed,
        };
        let offered: Vec<_> = self
            .capabilities
            .iter()
            .flat_map(|capabilities| capabilities.mechanisms())
            .collect();
        let chosen = choose(offered, credentials, channel, nonce);
        let mechanism = match chosen {
            Ok(mechanism) if !mechanism.mechanism().exposes_credentials() => {
                return Ok(self.authenticate(mechanism));
            }
            other => other,
        };
        let Credentials::Password { user, password } = credentials else {
            return mechanism.map(|mechanism| self.authenticate(mechanism));
        };
        let line = UserName::try_from(user.as_str())
            .and_then(|name| Ok((name, Password::try_from(password)?)));
        let Ok((name, password)) = line else {
            // PLAIN carries what a line of its own cannot.
            return mechanism.map(|mechanism| self.authenticate(mechanism));
        };
        if let Some(command) = self.apop(&name, &password) {
            self.remember(password.secret());
            return Ok(self.queue.push(command));
        }
        match mechanism {
            Ok(mechanism) if self.prefers_sasl(mechanism.mechanism(), user, &password) => {
                Ok(self.authenticate(mechanism))
            }
            Err(NoMechanism::UnsendableCredentials) => Err(NoMechanism::UnsendableCredentials),
            _ if !self.has_user() => Err(NoMechanism::NothingInCommon),
            _ if !channel.may_expose_credentials() => Err(NoMechanism::OnlyInTheClear),
            _ => Ok(self.user_and_pass(name, password)),
        }
    }

    fn user_and_pass(&mut self, name: UserName, password: Password) -> CommandId {
        self.remember(password.secret());
        let id = self.queue.push(Command::User(name));
        self.queue.push_continued(Command::Pass(password));
        id
    }

    /// APOP, if the greeting had a timestamp. A name with a space would read as two arguments.
    fn apop(&self, name: &UserName, password: &Password) -> Option<Command> {
        let Phase::Authorization(authorization) = &self.phase else {
            return None;
        };
        let timestamp = authorization.timestamp.as_ref()?;
        if name.as_str().contains(' ') {
            return None;
        }
        let digest = timestamp.digest(password.secret());
        Some(Command::Apop {
            name: name.clone(),
            digest,
        })
    }

    /// PLAIN takes one turn. USER and PASS take two, or one where they may go together, and then
    /// the next commands may go with them too; but only PLAIN says in which charset they are.
    fn prefers_sasl(&self, mechanism: Mechanism, user: &str, password: &Password) -> bool {
        let ascii = user.is_ascii() && password.secret().expose().is_ascii();
        match mechanism {
            Mechanism::Login => !self.has_user(),
            _ => !(self.pipelines() && self.has_user() && ascii),
        }
    }

    fn has_user(&self) -> bool {
        self.capabilities.as_ref().is_none_or(|capabilities| {
            capabilities.has(&Capability::User) || capabilities.mechanisms().next().is_none()
        })
    }

    /// AUTH, its first step on the same line where that fits (RFC 5034 section 4).
    fn authenticate(&mut self, mut mechanism: Box<dyn ClientMechanism>) -> CommandId {
        let name = mechanism.mechanism().name();
        let mut first = mechanism.initial_response();
        let on_line = first.as_deref().map(encode_initial);
        let on_line = on_line.filter(|text| {
            "AUTH ".len() + name.len() + " ".len() + text.len() + "\r\n".len() <= MAX_COMMAND
        });
        if on_line.is_some() {
            first = None;
        }
        let command = Command::Auth {
            mechanism: name.to_owned(),
            initial_response: on_line.map(Secret::new),
        };
        self.queue.push_exchange(
            command,
            Exchange {
                mechanism,
                first,
                failed: None,
            },
        )
    }

    /// Answers a challenge, or cancels.
    pub(super) fn handle_challenge(&mut self, challenge: &[u8]) {
        let Some(sent) = self.queue.sent.front_mut() else {
            return;
        };
        let id = sent.id;
        let Some(exchange) = &mut sent.mechanism else {
            return;
        };
        let response = match exchange.first.take() {
            Some(first) => Ok(first),
            None => decode(challenge).and_then(|challenge| exchange.mechanism.step(&challenge)),
        };
        match response {
            Ok(response) => {
                let text = encode(&response);
                self.send_step(id, &encode_sasl_response(Some(&Secret::new(text))));
            }
            Err(error) => {
                exchange.failed = Some(error);
                self.send_step(id, &encode_sasl_response(None));
            }
        }
    }

    fn send_step(&mut self, id: CommandId, encoded: &Encoded) {
        let mut notes = Notes::with_marks();
        parse_sasl_response(&encoded.line, &mut notes);
        self.send(id, encoded, &notes);
    }

    /// How an exchange ended that the server says succeeded.
    pub(super) fn check_exchange(exchange: Option<Exchange>) -> Result<(), Error> {
        match exchange {
            Some(Exchange {
                failed: Some(error),
                ..
            }) => Err(Error::PeerMisbehaved(PeerMisbehaved::Sasl(error))),
            Some(exchange) if !exchange.mechanism.is_complete() => {
                Err(Error::PeerMisbehaved(PeerMisbehaved::UnprovenSignIn))
            }
            _ => Ok(()),
        }
    }

    /// Has a password masked wherever the server may echo it.
    fn remember(&mut self, password: &Secret) {
        self.secrets.push(password.clone());
    }

    /// The same for what was sent. Short steps carry no secret, and would mask half of every line.
    pub(super) fn remember_sent(&mut self, form: &str) {
        let known = |secret: &Secret| secret.expose() == form;
        if form.len() >= SHORTEST_SECRET_STEP && !self.secrets.iter().any(known) {
            self.secrets.push(Secret::new(form));
        }
    }
}

/// RFC 5034 section 4 lets the line with an initial response be 255 octets long.
const MAX_COMMAND: usize = 255;
/// Two octets of secret make four of base64.
const SHORTEST_SECRET_STEP: usize = 4;
