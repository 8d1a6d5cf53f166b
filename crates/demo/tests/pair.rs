//! Our clients meet the server in memory, under virtual time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

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

fn pop3(options: Options) -> Pair<porthole_pop3::Client> {
    let client = porthole_pop3::Client::new(porthole_pop3::Options {
        encrypted: true,
        ..Default::default()
    });
    Pair::new(client, Protocol::Pop3, options)
}

/// Whether each of these commands succeeded.
fn succeeded(events: &[porthole_pop3::Event]) -> Vec<bool> {
    events
        .iter()
        .filter_map(|event| match event {
            porthole_pop3::Event::Completed { result, .. } => Some(result.is_ok()),
            _ => None,
        })
        .collect()
}

#[test]
fn pop3_signs_in_by_every_way() {
    for mechanism in every_way() {
        for (pipelining, apop) in [(true, false), (false, false), (true, true)] {
            let mut pair = pop3(Options {
                pop3_pipelining: pipelining,
                pop3_apop: apop,
                ..options(mechanism)
            });
            pair.client.capa();
            assert_eq!(succeeded(&pair.run()), [true], "{mechanism:?}");
            let nonce = Nonce::from_bytes([3; 18]);
            pair.client
                .sign_in(&alice(mechanism), false, &nonce)
                .unwrap();
            pair.client.stat();
            let events = pair.run();
            assert_eq!(
                succeeded(&events),
                [true, true],
                "{mechanism:?}: {events:?}"
            );
            assert!(pair.client.quirks().is_empty());
        }
    }
}

#[test]
fn pop3_begins_tls() {
    let client = porthole_pop3::Client::new(porthole_pop3::Options::default());
    let mut pair = Pair::new(client, Protocol::Pop3, Options::default());
    pair.client.capa();
    pair.client.stls();
    let agreed = |event: &_| matches!(event, porthole_pop3::Event::StartTls { .. });
    let events = pair.run();
    assert!(events.iter().any(agreed), "{events:?}");
    pair.establish_tls();
    pair.client.handle_tls_established(pair.now);
    pair.client.capa();
    pair.run();
    let nonce = Nonce::from_bytes([3; 18]);
    pair.client.sign_in(&alice(None), false, &nonce).unwrap();
    assert_eq!(succeeded(&pair.run()), [true]);
}

#[test]
fn pop3_reads_exactly_what_is_there_and_deletes_at_quit() {
    let mut pair = pop3(Options::default());
    pair.client.capa();
    pair.run();
    let nonce = Nonce::from_bytes([3; 18]);
    pair.client.sign_in(&alice(None), false, &nonce).unwrap();
    pair.client.capa();
    pair.client.stat();
    pair.run();
    // CAPA, and the sign-in with what follows it.
    assert_eq!(pair.client.transcript_mut().turns(), 2);
    let number = |at: usize| MessageNumber::new(at as u32 + 1).unwrap();
    for at in 0..BODIES.len() {
        let id = pair.client.retr(number(at));
        let mut octets = Vec::new();
        for event in pair.run() {
            match event {
                porthole_pop3::Event::PayloadChunk { bytes, .. } => octets.extend(bytes),
                porthole_pop3::Event::Completed { id: done, result } => {
                    assert_eq!((done, result), (id, Ok(())));
                }
                other => panic!("{other:?}"),
            }
        }
        let mut kept = inbox(&pair.server)[at].1.clone();
        if !kept.ends_with(b"\r\n") {
            kept.extend_from_slice(b"\r\n");
        }
        assert_eq!(octets, kept);
    }
    pair.client.dele(number(0));
    pair.client.uidl(None);
    pair.client.quit();
    let before = inbox(&pair.server);
    assert_eq!(succeeded(&pair.run()), [true, true, true]);
    assert_eq!(inbox(&pair.server), before[1..]);
    assert!(pair.client.quirks().is_empty());
}

/// A connection that breaks deletes nothing (RFC 1939 section 6).
#[test]
fn pop3_without_quit_deletes_nothing() {
    let mut pair = pop3(options(Some(Mechanism::Plain)));
    pair.run();
    let nonce = Nonce::from_bytes([3; 18]);
    pair.client.sign_in(&alice(None), false, &nonce).unwrap();
    pair.client.dele(MessageNumber::new(1).unwrap());
    assert_eq!(succeeded(&pair.run()), [true, true]);
    pair.server.handle_eof(pair.session);
    assert_eq!(inbox(&pair.server).len(), BODIES.len());
}

#[test]
fn every_octet_of_pop3_is_explained() {
    use porthole_pop3::wire::{Notes, Role, mark_payload, parse_command, parse_response};
    use porthole_wire::{Direction, Shape};

    let mut pair = pop3(Options::default());
    let verbs = [Verb::Stat, Verb::List, Verb::Uidl, Verb::Retr, Verb::Top];
    pair.run();
    while pair.client.transcript_mut().next_entry().is_some() {}
    let nonce = Nonce::from_bytes([3; 18]);
    pair.client.sign_in(&alice(None), false, &nonce).unwrap();
    pair.run();
    while pair.client.transcript_mut().next_entry().is_some() {}
    let first = MessageNumber::new(1).unwrap();
    for verb in verbs {
        match verb {
            Verb::Stat => pair.client.stat(),
            Verb::List => pair.client.list(None),
            Verb::Uidl => pair.client.uidl(None),
            Verb::Retr => pair.client.retr(first),
            _ => pair.client.top(first, 2),
        };
        pair.run();
        while let Some(entry) = pair.client.transcript_mut().next_entry() {
            let mut notes = Notes::with_marks();
            match (entry.direction, entry.shape) {
                (Direction::Client, _) => {
                    parse_command(&entry.kept, &mut notes).unwrap();
                }
                (Direction::Server, Shape::Line) => {
                    parse_response(verb, &entry.kept, &mut notes).unwrap();
                }
                (Direction::Server, _) => {
                    mark_payload(verb.payload().unwrap(), &entry.kept, &mut notes);
                }
            }
            let octets: usize = notes.marks().iter().map(|mark| mark.range.len()).sum();
            assert_eq!(octets, entry.kept.len(), "{verb}");
            let unknown = |mark: &porthole_pop3::wire::Mark| mark.role == Role::Unknown;
            assert!(!notes.marks().iter().any(unknown), "{verb}");
        }
    }
}

fn imap(mechanism: Option<Mechanism>) -> Pair<porthole_imap::Client> {
    let client = porthole_imap::Client::new(porthole_imap::Options::default());
    let mut pair = Pair::new(client, Protocol::Imap, options(mechanism));
    pair.run();
    pair
}

/// Runs until all is answered, and checks that all succeeded and could be read.
fn run_imap(pair: &mut Pair<porthole_imap::Client>) -> Vec<porthole_imap::client::Event> {
    use porthole_imap::client::Event;
    pair.client.flush(pair.now);
    let events = pair.run();
    for event in &events {
        match event {
            Event::Completed { result, .. } => assert!(result.is_ok(), "{event:?}"),
            Event::Unreadable { .. } => panic!("{event:?}"),
            _ => {}
        }
    }
    events
}

fn sign_in_to_imap(pair: &mut Pair<porthole_imap::Client>, mechanism: Option<Mechanism>) {
    let channel = porthole_sasl::Channel {
        encrypted: true,
        cleartext_allowed: false,
    };
    let nonce = Nonce::from_bytes([3; 18]);
    pair.client
        .sign_in(&alice(mechanism), channel, &nonce)
        .unwrap();
    let events = run_imap(pair);
    assert!(!events.is_empty());
}

#[test]
fn imap_signs_in_by_every_way() {
    for mechanism in every_way() {
        let mut pair = imap(mechanism);
        sign_in_to_imap(&mut pair, mechanism);
        assert_eq!(
            pair.client.state(),
            porthole_imap::client::State::Authenticated,
            "{mechanism:?}"
        );
    }
}

#[test]
fn imap_begins_tls() {
    let mut pair = imap(None);
    pair.client.issue(Command::StartTls);
    let events = run_imap(&mut pair);
    assert!(events.contains(&porthole_imap::client::Event::StartTls));
    pair.establish_tls();
    pair.client.handle_tls_established(pair.now);
    pair.client.issue(Command::Capability);
    run_imap(&mut pair);
    assert!(!pair.client.capabilities().has("STARTTLS"), "only once");
    sign_in_to_imap(&mut pair, None);
}

#[test]
fn imap_reads_stores_moves_and_idles() {
    use porthole_imap::client::Event;
    let mut pair = imap(None);
    sign_in_to_imap(&mut pair, None);
    let first = Uid(1);
    let whole = FetchItem::Section {
        section: Section::default(),
        peek: true,
        partial: None,
    };
    let items = vec![FetchItem::Envelope, FetchItem::BodyStructure, whole];
    pair.client
        .issue(Command::select(MailboxName::inbox(), Vec::new()));
    pair.client
        .issue(Command::uid_fetch(UidSet::from(first), items));
    let events = run_imap(&mut pair);
    let fetched: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Fetch { fetch, .. } => fetch.items.iter().find_map(|item| match item {
                MessageDataItem::Section {
                    data: Data::Whole(octets),
                    ..
                } => Some(octets.clone()),
                _ => None,
            }),
            _ => None,
        })
        .collect();
    let kept: Vec<_> = inbox(&pair.server)
        .into_iter()
        .map(|(_, octets)| octets)
        .collect();
    assert_eq!(fetched, kept);

    let store = Command::uid_store(first, StoreAction::Add, vec![Flag::Deleted]);
    pair.client.issue(store);
    pair.client.issue(Command::uid_expunge(first));
    pair.client.issue(Command::Idle);
    let events = run_imap(&mut pair);
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::Expunged { uid: Some(uid), .. } if *uid == first))
    );
    assert!(events.contains(&Event::Idling));

    // Another client's doing.
    let account = pair.server.mailboxes_mut().account_mut("alice").unwrap();
    account.inbox_mut().expunge(|message| message.uid == Uid(2));
    assert_eq!(pair.server.ready(), [pair.session]);
    let events = run_imap(&mut pair);
    assert!(
        matches!(
            events[..],
            [Event::Expunged {
                uid: Some(Uid(2)),
                ..
            }]
        ),
        "{events:?}"
    );
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
