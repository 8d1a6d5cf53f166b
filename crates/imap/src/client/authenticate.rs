//! Signing in: AUTHENTICATE with SASL, or LOGIN where the server has nothing better
//! (RFC 9051 sections 6.2.2 and 6.2.3).

use std::fmt;

use porthole_sasl::{
    Channel, Credentials, NoMechanism, Nonce, choose, decode, encode, encode_initial,
};
use porthole_wire::{CommandId, Instant, Secret};

use super::{
    Client, Closed, Event, Issued, PeerMisbehaved, Refused, State, queue::line_of,
    receive::is_wrong_password,
};
use crate::{
    types::{
        code::ResponseCode,
        command::{Command, Secret64},
        response::StatusText,
    },
    wire::{Role, encode::Fragment},
};

/// Why signing in was not even tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CannotSignIn(pub NoMechanism);

impl fmt::Display for CannotSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for CannotSignIn {}

impl Refused {
    /// Whether the server says that user name or password are wrong.
    pub fn is_wrong_password(&self) -> bool {
        is_wrong_password(self)
    }
}

impl Client {
    /// Signs in by the strongest way that both sides have. The capabilities must be known.
    ///
    /// # Errors
    /// There is no way, or none that would not show the password to everybody.
    pub fn sign_in(
        &mut self,
        credentials: &Credentials,
        channel: Channel,
        nonce: &Nonce,
    ) -> Result<CommandId, CannotSignIn> {
        let (Credentials::Password {
            password: secret, ..
        }
        | Credentials::Token { token: secret, .. }) = credentials;
        self.secrets.clear();
        self.remember(secret.expose());
        let offered = self.capabilities.auth_mechanisms();
        match choose(offered, credentials, channel, nonce) {
            Ok(mut mechanism) => {
                let name = mechanism.mechanism().name().to_owned();
                let at_once = self.capabilities.has_or_rev2("SASL-IR");
                let initial_response = if at_once {
                    mechanism.initial_response()
                } else {
                    None
                };
                let initial_response = initial_response
                    .map(|response| Secret64(encode_initial(&response).into_bytes()));
                self.mechanism = Some(mechanism);
                Ok(self.issue(Command::Authenticate {
                    mechanism: name,
                    initial_response,
                }))
            }
            Err(why) => self.log_in(credentials, channel, why),
        }
    }

    /// LOGIN, for a server that offers no mechanism.
    fn log_in(
        &mut self,
        credentials: &Credentials,
        channel: Channel,
        why: NoMechanism,
    ) -> Result<CommandId, CannotSignIn> {
        let Credentials::Password { user, password } = credentials else {
            return Err(CannotSignIn(why));
        };
        if why != NoMechanism::NothingInCommon || self.capabilities.has("LOGINDISABLED") {
            return Err(CannotSignIn(if channel.encrypted {
                why
            } else {
                NoMechanism::OnlyInTheClear
            }));
        }
        if !channel.may_expose_credentials() {
            return Err(CannotSignIn(NoMechanism::OnlyInTheClear));
        }
        let user = user.clone().into_bytes();
        Ok(self.issue(Command::Login {
            user,
            password: password.clone(),
        }))
    }

    /// Settles a sign-in; `false` where the connection had to be closed. One that somebody typed is
    /// not this client's exchange.
    pub(super) fn signed_in(&mut self, ok: bool, is_own: bool, text: &StatusText) -> bool {
        let mechanism = self.mechanism.take_if(|_| is_own);
        if !ok {
            return true;
        }
        if mechanism.is_some_and(|mechanism| !mechanism.is_complete()) {
            self.close(Closed::PeerMisbehaved(PeerMisbehaved::Unproved));
            return false;
        }
        self.state = State::Authenticated;
        // What the server offers may differ now; unless it says so at once, it must be asked.
        if !matches!(text.code, Some(ResponseCode::Capability(_))) {
            self.capabilities = Default::default();
        }
        true
    }

    /// Answers a challenge; cancels the exchange where it makes no sense.
    pub(super) fn challenge(&mut self, now: Instant, text: &[u8]) {
        // An exchange that somebody typed is theirs to go on with.
        let is_own = |issued: &&Issued| {
            let authenticates = matches!(issued.command, Command::Authenticate { .. });
            authenticates && issued.typed.is_none()
        };
        let issued = self.in_flight.iter().find(is_own);
        let (Some(id), Some(mechanism)) = (issued.map(|i| i.id), &mut self.mechanism) else {
            return;
        };
        let answer = decode(text).and_then(|challenge| {
            if challenge.is_empty()
                && let Some(initial) = mechanism.initial_response()
            {
                return Ok(initial);
            }
            mechanism.step(&challenge)
        });
        let (line, secret) = match answer {
            Ok(answer) => (format!("{}\r\n", encode(&answer)), true),
            Err(error) => {
                self.events.push_back(Event::Alert(error.to_string()));
                ("*\r\n".to_owned(), false)
            }
        };
        let secret = secret && line.len() > 2;
        let secrets = secret.then(|| 0..line.len() - 2).into_iter().collect();
        let line = Fragment {
            bytes: line.into_bytes(),
            secrets,
            ..Fragment::default()
        };
        let marks = line_of(Role::SaslData, &line);
        self.transmit(now, (id, None), &line, &marks);
    }

    /// Has a secret masked wherever the server repeats it, in this form.
    pub(super) fn remember(&mut self, form: &str) {
        let known = |secret: &Secret| secret.expose() == form;
        if form.len() >= MASKED_FROM && !self.secrets.iter().any(known) {
            self.secrets.push(Secret::new(form));
        }
    }
}

/// Shorter secrets are not looked for in what servers say: "a" would mask every word.
const MASKED_FROM: usize = 4;
