//! The engine on a real Dovecot: what it reads is what others read, and costs what was promised.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod client;
mod dovecot;
mod losses;
mod programs;
mod secured;

use std::time::Duration;

use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Body, Connection, FailureKind},
};

use crate::{client::Client, dovecot::Dovecot};

const MESSAGES: u32 = 10_000;

fn subjects(from: u32, to: u32) -> Vec<String> {
    (to..=from).rev().map(|n| format!("Number {n}")).collect()
}

#[test]
fn ten_thousand_messages_open_in_three_turns_or_four() {
    let dovecot = Dovecot::start(MESSAGES);
    for (protocol, turns) in [(Protocol::Imap, 3), (Protocol::Pop3, 4)] {
        let mut client = Client::new(&dovecot);
        client.connect(protocol, "wonderland");
        client.until("the first rows", |client| {
            client.subjects() == subjects(MESSAGES, MESSAGES - 49)
        });
        assert_eq!(client.turns_until_rows(50), turns, "{protocol:?}");
        assert_eq!(client.total(), Some(MESSAGES));
        client.intent(Intent::ShowRows {
            first: 9_970,
            count: 30,
        });
        client.until("the last rows", |client| {
            client.subjects() == subjects(30, 1)
        });
        // Another client, written by others, reads the same.
        assert_eq!(
            dovecot.python_subjects(protocol),
            subjects(MESSAGES, MESSAGES - 49)
        );
    }
}

#[test]
fn a_message_is_read_and_marked() {
    let dovecot = Dovecot::start(3);
    for protocol in [Protocol::Pop3, Protocol::Imap] {
        let mut client = Client::new(&dovecot);
        client.connect(protocol, "wonderland");
        client.until("rows", |client| client.subjects() == subjects(3, 1));
        let id = client.rows()[1].as_ref().unwrap().id;
        client.intent(Intent::OpenMessage(id));
        client.until("the text", |client| {
            client.changes.iter().any(|change| match change {
                Change::Message(message) => match &message.body {
                    Body::Text(text) => text.blocks[0].lines[0][0].text == "This is number 2.",
                    _ => false,
                },
                _ => false,
            })
        });
        client.until("the mark", |client| {
            client
                .rows()
                .iter()
                .flatten()
                .any(|row| row.id == id && !row.unread)
        });
        client.run(Duration::from_millis(300));
    }
    assert_eq!(
        dovecot.python_seen(),
        ["Number 2"],
        "over IMAP the server knows"
    );
}

#[test]
fn wrong_passwords_and_unknown_users_are_told() {
    let dovecot = Dovecot::start(1);
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        for (user, password) in [("alice", "looking-glass"), ("nobody", "wonderland")] {
            let mut client = Client::new(&dovecot);
            client.connect_as(protocol, user, password);
            client.until("a refusal", |client| client.failure().is_some());
            assert_eq!(
                client.failure(),
                Some(FailureKind::WrongPassword),
                "{protocol:?} {user}"
            );
        }
    }
}

#[test]
fn what_others_do_appears() {
    let dovecot = Dovecot::start(3);
    let mut client = Client::new(&dovecot);
    client.connect(Protocol::Imap, "wonderland");
    client.until("rows", |client| client.subjects() == subjects(3, 1));
    // Long enough for IDLE to have begun.
    client.run(Duration::from_secs(3));
    dovecot.python_append(4);
    client.until("the new message", |client| {
        client.subjects() == subjects(4, 1)
    });
    client.run(Duration::from_secs(3));
    dovecot.python_expunge(2);
    client.until("the expunge", |client| {
        client.subjects() == ["Number 4", "Number 3", "Number 1"]
    });
}

#[test]
fn a_server_that_goes_away_is_missed() {
    let mut dovecot = Dovecot::start(3);
    let mut client = Client::new(&dovecot);
    client.connect(Protocol::Imap, "wonderland");
    client.until("rows", |client| client.subjects() == subjects(3, 1));
    dovecot.stop();
    client.until("the loss", |client| {
        matches!(client.connection(), Connection::Offline { .. })
    });
    assert_eq!(
        client.subjects(),
        subjects(3, 1),
        "what is here stays readable"
    );
}
