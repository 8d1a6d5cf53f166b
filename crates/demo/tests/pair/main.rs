//! Our clients meet the server in memory, under virtual time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod faults;
mod imap;
mod pop3;

use std::{collections::BTreeSet, fmt::Debug, sync::Arc, time::Duration};

use porthole_demo::{Content, Event, Options, Protocol, Security, Server, SessionId, Tls};
use porthole_imap::types::{
    command::{Command, StoreAction},
    datetime::DateTime,
    fetch::{Data, FetchItem, MessageDataItem},
    flag::Flag,
    mailbox::MailboxName,
    number::Uid,
    section::Section,
    set::UidSet,
};
use porthole_pop3::{MessageNumber, types::Verb};
use porthole_sasl::{Credentials, Mechanism, Nonce};
use porthole_wire::{Instant, Machine, Output, Secret};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A client and its session.
struct Pair<M> {
    client: M,
    server: Server,
    session: SessionId,
    now: Instant,
    /// The server waits for TLS.
    begins_tls: bool,
}

impl<M: Machine<Event: Debug>> Pair<M> {
    fn new(client: M, protocol: Protocol, options: Options) -> Self {
        let mut server = Server::new(options);
        let inbox = server.mailboxes_mut().account_mut("alice").unwrap();
        for body in BODIES {
            let message = format!("Subject: {}\r\n\r\n{body}", body.len());
            let content = Arc::new(Content::new(message));
            let date = DateTime::from_unix(1_795_424_400);
            inbox.inbox_mut().append(content, BTreeSet::new(), date);
        }
        let security = Security::StartTls(Tls::Real);
        let session = server.open_with(protocol, security, Instant::ZERO);
        Self {
            client,
            server,
            session,
            now: Instant::ZERO,
            begins_tls: false,
        }
    }

    /// What a carrier does when both have agreed on TLS; to the client the test has to say it.
    fn establish_tls(&mut self) {
        assert!(self.begins_tls, "the server has not agreed");
        let (id, now) = (self.session, self.now);
        self.server.handle_tls_established(id, now);
        let session = &self.server.snapshot().sessions[0];
        assert_eq!(session.security, Security::Tls(Tls::Real));
    }

    /// Carries octets to and fro until both wait; gives what the client told.
    fn run(&mut self) -> Vec<M::Event> {
        let mut events = Vec::new();
        loop {
            let mut idle = true;
            self.now = self.now + Duration::from_millis(50);
            self.client.handle_timeout(self.now);
            loop {
                match self.client.poll_output() {
                    Output::Transmit(bytes) => {
                        idle = false;
                        self.server.handle_input(self.session, self.now, &bytes);
                    }
                    Output::Event(event) => events.push(event),
                    Output::Wait(_) => break,
                }
            }
            loop {
                match self.server.poll_output(self.session) {
                    Output::Transmit(bytes) => {
                        idle = false;
                        self.client.handle_input(self.now, &bytes);
                    }
                    Output::Event(Event::StartTls) => self.begins_tls = true,
                    Output::Event(Event::Closed) => self.client.handle_eof(self.now),
                    Output::Wait(_) => break,
                }
            }
            if idle {
                return events;
            }
        }
    }
}

fn alice(mechanism: Option<Mechanism>) -> Credentials {
    let user = "alice".to_owned();
    let secret = Secret::new("wonderland");
    match mechanism {
        Some(Mechanism::OAuthBearer | Mechanism::XOAuth2) => Credentials::Token {
            user,
            token: secret,
        },
        _ => Credentials::Password {
            user,
            password: secret,
        },
    }
}

fn options(mechanism: Option<Mechanism>) -> Options {
    Options {
        mechanisms: mechanism.into_iter().collect(),
        pop3_apop: false,
        ..Options::default()
    }
}

fn every_way() -> impl Iterator<Item = Option<Mechanism>> {
    [None].into_iter().chain(Mechanism::ALL.map(Some))
}

/// UID and octets of what is in alice's INBOX.
fn inbox(server: &Server) -> Vec<(Uid, Vec<u8>)> {
    let account = server.mailboxes().account("alice").unwrap();
    let inbox = account.mailbox("INBOX").unwrap();
    inbox
        .messages()
        .iter()
        .map(|message| (message.uid, message.content.octets().to_vec()))
        .collect()
}

const BODIES: [&str; 4] = [
    "",
    ".\r\n..\r\n.x\r\n",
    "no line ending",
    "bare LF\nand \0 and \u{e9}\r\n\r\n.\r\n",
];

/// The proxy keeps the server behind a mutex, shared by threads.
#[test]
fn the_server_can_be_sent_to_a_thread() {
    fn check(_: &(impl Send + 'static)) {}
    check(&Server::new(Options::default()));
}
