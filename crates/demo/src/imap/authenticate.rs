//! STARTTLS, LOGIN and AUTHENTICATE: RFC 9051 sections 6.2.1 to 6.2.3, RFC 4959.

use porthole_sasl::{Directory, ServerMechanism, Verdict, decode, encode, server};
use porthole_wire::Secret;

use super::{Awaiting, ImapSession, State, reply::Completion};
use crate::session::{Upgrade, World};

impl ImapSession {
    /// STARTTLS: what the client sent behind it is dropped.
    pub(super) fn start_tls(&mut self) -> Completion {
        let security = self.link.security;
        match (&self.state, security.agreement()) {
            (State::NotAuthenticated, Some(text)) => {
                self.framer.take_rest();
                self.outbox.upgrade = Upgrade::Agreed;
                Completion::ok(text)
            }
            _ => Completion::bad(security.objection()),
        }
    }

    pub(super) fn login(&mut self, user: &[u8], password: &Secret, world: &World) -> Completion {
        if !matches!(self.state, State::NotAuthenticated) {
            return Completion::bad("already signed in");
        }
        let user = String::from_utf8_lossy(user).into_owned();
        if world.mailboxes.password(&user).as_ref() == Some(password) {
            self.signed_in(user, world)
        } else {
            refused()
        }
    }

    pub(super) fn authenticate(
        &mut self,
        tag: &str,
        name: &str,
        initial: Option<&[u8]>,
        world: &mut World,
    ) -> Option<Completion> {
        if !matches!(self.state, State::NotAuthenticated) {
            return Some(Completion::bad("already signed in"));
        }
        let Some(mechanism) = world.mechanism(name) else {
            return Some(Completion::no("no such mechanism").code("CANNOT"));
        };
        let nonce = world.nonce();
        let exchange = server::start(mechanism, &nonce);
        let initial = match initial.map(decode).transpose() {
            Ok(initial) => initial,
            Err(error) => return Some(Completion::bad(&error.to_string())),
        };
        self.step_exchange(tag.to_owned(), exchange, initial.as_deref(), world);
        None
    }

    /// A line of an exchange: base64, or `*` to cancel.
    pub(super) fn handle_sasl_response(
        &mut self,
        tag: String,
        exchange: Box<dyn ServerMechanism>,
        line: &[u8],
        world: &World,
    ) {
        if line == b"*" {
            return self.complete(&tag, Completion::bad("cancelled"));
        }
        match decode(line) {
            Ok(response) => self.step_exchange(tag, exchange, Some(&response), world),
            Err(error) => self.complete(&tag, Completion::bad(&error.to_string())),
        }
    }

    fn step_exchange(
        &mut self,
        tag: String,
        mut mechanism: Box<dyn ServerMechanism>,
        response: Option<&[u8]>,
        world: &World,
    ) {
        match mechanism.step(response, &world.mailboxes) {
            Verdict::Challenge(challenge) => {
                self.awaiting = Awaiting::Exchange { tag, mechanism };
                self.write(|out| {
                    out.raw("+ ").raw(&encode(&challenge)).raw("\r\n");
                });
            }
            Verdict::Accepted { user } => {
                let completion = self.signed_in(user, world);
                self.complete(&tag, completion);
            }
            Verdict::Refused => self.complete(&tag, refused()),
        }
    }

    fn signed_in(&mut self, user: String, world: &World) -> Completion {
        let text = format!("welcome, {user}");
        self.state = State::Authenticated { user };
        Completion::ok(&text).code(format!("CAPABILITY {}", self.capabilities(world)))
    }
}

fn refused() -> Completion {
    Completion::no("wrong user name or password").code("AUTHENTICATIONFAILED")
}
