//! STLS, USER, PASS, APOP and AUTH: RFC 2595, RFC 1939 section 7, RFC 5034.

use std::collections::BTreeSet;

use porthole_pop3::{
    ResponseCode,
    types::{ApopDigest, Command},
    wire::{Notes, parse_sasl_response},
};
use porthole_sasl::{Directory, Verdict, decode, encode, server};

use super::{Authorization, Entry, Pop3Session, State, Step, Transaction};
use crate::{
    mailboxes::unique_id,
    session::{Upgrade, World},
};

impl Pop3Session {
    /// STLS (RFC 2595 section 4): what the client sent behind it is dropped, and who it said it is.
    pub(super) fn stls(&mut self) {
        let security = self.link.security;
        match (&mut self.state, security.agreement()) {
            (State::Authorization(authorization), Some(text)) => {
                authorization.step = Step::None;
                self.lines.take(usize::MAX);
                self.outbox.upgrade = Upgrade::Agreed;
                self.ok(text);
            }
            _ => self.err(None, security.objection()),
        }
    }

    pub(super) fn handle_authorization(&mut self, command: Command, world: &mut World) {
        let State::Authorization(authorization) = &mut self.state else {
            return;
        };
        let step = std::mem::replace(&mut authorization.step, Step::None);
        match (command, step) {
            (Command::User(name), _) => {
                // Whether there is such a user is not told before the password is there.
                authorization.step = Step::Named(name.as_str().to_owned());
                self.ok("send the password");
            }
            (Command::Pass(password), Step::Named(user)) => {
                let known = world.mailboxes.password(&user);
                if known.as_ref() == Some(password.secret()) {
                    self.sign_in(user, world);
                } else {
                    self.refuse();
                }
            }
            (Command::Pass(_), _) => self.err(None, "USER comes first"),
            (Command::Apop { name, digest }, _) => {
                if authorization.proves(name.as_str(), &digest, world) {
                    self.sign_in(name.as_str().to_owned(), world);
                } else {
                    self.refuse();
                }
            }
            (
                Command::Auth {
                    mechanism,
                    initial_response,
                },
                _,
            ) => {
                let Some(mechanism) = world.mechanism(&mechanism) else {
                    return self.err(None, "no such mechanism");
                };
                let nonce = world.nonce();
                let exchange = server::start(mechanism, &nonce);
                authorization.step = Step::Exchange(exchange);
                match initial_response.map(|text| decode(text.expose().as_bytes())) {
                    None => self.continue_exchange(None, world),
                    Some(Ok(step)) => self.continue_exchange(Some(&step), world),
                    Some(Err(error)) => self.cancel_exchange(&error.to_string()),
                }
            }
            (Command::Utf8, _) => self.ok("UTF-8 it is"),
            _ => self.err(None, "sign in first"),
        }
    }

    /// A line of an exchange.
    pub(super) fn handle_sasl_response(&mut self, line: &[u8], world: &mut World) {
        match parse_sasl_response(line, &mut Notes::default()).map(decode) {
            None => self.cancel_exchange("cancelled"),
            Some(Ok(step)) => self.continue_exchange(Some(&step), world),
            Some(Err(error)) => self.cancel_exchange(&error.to_string()),
        }
    }

    fn continue_exchange(&mut self, response: Option<&[u8]>, world: &mut World) {
        let State::Authorization(Authorization { step, .. }) = &mut self.state else {
            return;
        };
        let Step::Exchange(exchange) = step else {
            return;
        };
        match exchange.step(response, &world.mailboxes) {
            Verdict::Challenge(challenge) => {
                let line = format!("+ {}\r\n", encode(&challenge));
                self.outbox.bytes.extend_from_slice(line.as_bytes());
            }
            Verdict::Accepted { user } => {
                *step = Step::None;
                self.sign_in(user, world);
            }
            Verdict::Refused => {
                *step = Step::None;
                self.refuse();
            }
        }
    }

    fn cancel_exchange(&mut self, why: &str) {
        if let State::Authorization(authorization) = &mut self.state {
            authorization.step = Step::None;
        }
        self.err(None, why);
    }

    fn refuse(&mut self) {
        self.err(Some(ResponseCode::Auth), "wrong user name or password");
    }

    /// The user is who it says: takes the maildrop, if it is free.
    fn sign_in(&mut self, user: String, world: &mut World) {
        let asked = self.asked();
        let by_place = world.faults.reuses_unique_ids(asked);
        let Some(account) = world.mailboxes.account_mut(&user) else {
            return self.refuse();
        };
        if !account.lock_maildrop(self.link.id) {
            return self.in_use();
        }
        let inbox = account.inbox_mut();
        let validity = inbox.uid_validity();
        let entries = (1..).zip(inbox.messages()).filter_map(|(place, message)| {
            let part = if by_place { place } else { message.uid.0 };
            Some(Entry {
                uid: message.uid,
                unique_id: unique_id(validity, part)?,
                content: message.content.clone(),
            })
        });
        let transaction = Transaction {
            user,
            messages: entries.collect(),
            deleted: BTreeSet::new(),
        };
        let listing = transaction.drop_listing();
        self.state = State::Transaction(transaction);
        self.ok(&format!(
            "{} messages ({} octets)",
            listing.messages, listing.octets
        ));
    }
}

impl Authorization {
    fn proves(&self, user: &str, digest: &ApopDigest, world: &World) -> bool {
        let Some(timestamp) = &self.timestamp else {
            return false;
        };
        world
            .mailboxes
            .password(user)
            .is_some_and(|password| timestamp.digest(&password) == *digest)
    }
}
