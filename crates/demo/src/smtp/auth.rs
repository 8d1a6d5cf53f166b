//! AUTH: RFC 4954.

use porthole_sasl::{Verdict, decode, encode, server};
use porthole_smtp::{
    types::{Reply, ReplyCode},
    wire::{Notes, parse_sasl_response},
};
use porthole_wire::Secret;

use super::{SmtpSession, State};
use crate::session::World;

impl SmtpSession {
    pub(super) fn auth(
        &mut self,
        mechanism: &str,
        initial_response: Option<&Secret>,
        world: &mut World,
    ) {
        if self.user.is_some() || !matches!(self.state, State::Ready) {
            let reply = Reply::new(ReplyCode::BAD_SEQUENCE, "not at this moment");
            return self.reply(&reply.with_enhanced(5, 5, 1));
        }
        let Some(mechanism) = world.mechanism(mechanism) else {
            let reply = Reply::new(ReplyCode::PARAMETER_NOT_IMPLEMENTED, "no such mechanism");
            return self.reply(&reply.with_enhanced(5, 5, 4));
        };
        let nonce = world.nonce();
        self.state = State::Exchange(server::start(mechanism, &nonce));
        match initial_response.map(|text| decode(text.expose().as_bytes())) {
            None => self.continue_exchange(None, world),
            Some(Ok(step)) => self.continue_exchange(Some(&step), world),
            Some(Err(error)) => self.cancel_exchange(&error.to_string()),
        }
    }

    /// A line of an exchange.
    pub(super) fn handle_sasl_response(&mut self, line: &[u8], world: &World) {
        match parse_sasl_response(line, &mut Notes::default()).map(decode) {
            None => self.cancel_exchange("cancelled"),
            Some(Ok(step)) => self.continue_exchange(Some(&step), world),
            Some(Err(error)) => self.cancel_exchange(&error.to_string()),
        }
    }

    fn continue_exchange(&mut self, response: Option<&[u8]>, world: &World) {
        let State::Exchange(exchange) = &mut self.state else {
            return;
        };
        let reply = match exchange.step(response, &world.mailboxes) {
            Verdict::Challenge(challenge) => Reply::new(ReplyCode::CHALLENGE, encode(&challenge)),
            Verdict::Accepted { user } => {
                let text = format!("welcome, {user}");
                self.user = Some(user);
                self.state = State::Ready;
                Reply::new(ReplyCode::AUTHENTICATED, text).with_enhanced(2, 7, 0)
            }
            Verdict::Refused => {
                self.state = State::Ready;
                Reply::new(
                    ReplyCode::CREDENTIALS_INVALID,
                    "wrong user name or password",
                )
                .with_enhanced(5, 7, 8)
            }
        };
        self.reply(&reply);
    }

    fn cancel_exchange(&mut self, why: &str) {
        self.state = State::Ready;
        let reply = Reply::new(ReplyCode::ARGUMENT_ERROR, why);
        self.reply(&reply.with_enhanced(5, 5, 2));
    }
}
