//! A server that takes the client for somebody it knows already (PREAUTH, RFC 9051 section 7.1.4),
//! and what it wants shown.

use std::time::Duration;

use porthole_engine::{
    Account, Change,
    account::{Protocol, Security},
    change::{Connection, Failure, FailureKind, Notice, Stage},
};

use crate::world::World;

const SECOND: Duration = Duration::from_secs(1);

/// What comes first of every connection from `first` on, counted from 0.
fn preauth(security: Security, first: usize) -> World {
    let mut world = World::with_mail(3);
    let mut greetings = 0;
    world.rewrite = Some(Box::new(move |said: &[u8]| {
        if !said.starts_with(b"* OK [CAPABILITY") {
            return said.to_vec();
        }
        greetings += 1;
        if greetings <= first {
            return said.to_vec();
        }
        [b"* PREAUTH", &said[b"* OK".len()..]].concat()
    }));
    let mut account = Account::demo(Protocol::Imap);
    account.destination.security = security;
    world.connect_as(account, "wonderland");
    world.run(5 * SECOND);
    world
}

fn said(world: &World) -> String {
    let sent = world.sent.iter().map(|(_, bytes)| &bytes[..]);
    String::from_utf8(sent.collect::<Vec<_>>().concat()).unwrap()
}

#[test]
fn who_is_known_already_does_not_sign_in() {
    let world = preauth(Security::None, 0);
    let said = said(&world);
    assert!(said.contains(" SELECT INBOX"), "{said}");
    for secret in ["AUTHENTICATE", "LOGIN"] {
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
fn who_is_known_already_cannot_begin_tls_and_goes_away() {
    let world = preauth(Security::StartTls, 0);
    let failed = world.changes.iter().find_map(|change| match change {
        Change::Failed(failure) => Some(failure),
        _ => None,
    });
    let Failure { stage, kind, words } = failed.unwrap();
    assert_eq!(*stage, Some(Stage::Tls));
    assert_eq!(*kind, FailureKind::NoStartTls);
    assert!(words.contains("PREAUTH"), "{words}");
    assert_eq!(said(&world), "");
}

#[test]
fn that_holds_for_the_second_connection_too() {
    let world = preauth(Security::StartTls, 1);
    assert_eq!(world.connection(), Connection::Online);
    let (main, _) = world.sent[0];
    let beside = world.sent.iter().filter(|(id, _)| *id != main);
    assert_eq!(beside.count(), 0);
    assert!(world.dials > 1);
}

#[test]
fn an_alert_is_shown() {
    let mut world = World::with_mail(3);
    world.rewrite = Some(Box::new(|said: &[u8]| {
        let alert: &[u8] = match said.windows(6).any(|part| part == b"EXISTS") {
            true => b"* OK [ALERT] the disk is nearly full\r\n",
            false => b"",
        };
        [alert, said].concat()
    }));
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    let alert = Notice::Alert("the disk is nearly full".to_owned());
    assert!(world.changes.contains(&Change::Notice(alert)));
}
