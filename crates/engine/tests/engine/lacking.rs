//! Servers that lack something, and servers that forget to say something.

use std::time::Duration;

use porthole_demo::misbehave::{Misbehaviour, Times};
use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Connection, Notice},
};

use crate::world::{World, deliver, message, numbers};

/// A world whose server does not have this.
fn without(protocol: Protocol, capabilities: &[&str]) -> World {
    let mut world = World::with_mail(60);
    for capability in capabilities {
        let capability = (*capability).to_owned();
        let strip = Misbehaviour::Strip { capability };
        world.server.misbehave(strip, Times::Always);
    }
    world.connect(protocol);
    world.run(Duration::from_secs(20));
    assert_eq!(world.connection(), Connection::Online);
    world
}

fn noticed(world: &World) -> Vec<Notice> {
    let notices = world.changes.iter().filter_map(|change| match change {
        Change::Notice(notice) => Some(notice.clone()),
        _ => None,
    });
    notices.collect()
}

#[test]
fn what_a_pop3_server_lacks_is_said_and_the_rows_come_all_the_same() {
    let no_capa = Notice::Quirk("the server does not know CAPA".to_owned());
    for (capabilities, expected) in [
        (&["UIDL"][..], &[Notice::NoUidl][..]),
        (&["TOP"], &[Notice::NoTop]),
        (&["PIPELINING"], &[Notice::NoPipelining]),
        (&["UIDL", "TOP"], &[Notice::NoUidl, Notice::NoTop]),
        // Without CAPA nothing is known to be there, and what is optional is tried.
        (&["CAPA"], &[no_capa, Notice::NoPipelining]),
        (&[], &[]),
    ] {
        let world = without(Protocol::Pop3, capabilities);
        let noticed = noticed(&world);
        assert_eq!(noticed, expected, "without {capabilities:?}");
        assert_eq!(
            world.subjects(),
            numbers(60, 11),
            "without {capabilities:?}"
        );
    }
}

#[test]
fn news_that_the_server_does_not_push_is_looked_for() {
    let mut world = without(Protocol::Imap, &["IDLE", "IMAP4rev2"]);
    assert_eq!(noticed(&world), [Notice::NoIdle]);
    deliver(&mut world.server, &message(61));
    world.run(Duration::from_secs(35));
    assert_eq!(world.subjects()[0], "Number 61");
}

#[test]
fn an_idle_that_is_refused_is_not_tried_again() {
    // IMAP4rev2 has IDLE, so it is tried.
    let mut world = without(Protocol::Imap, &["IDLE"]);
    assert_eq!(noticed(&world), [Notice::NoIdle]);
    world.run(Duration::from_secs(60));
    let idle = |(_, bytes): &&(_, Vec<u8>)| bytes.ends_with(b" IDLE\r\n");
    assert_eq!(world.sent.iter().filter(idle).count(), 1);
}

#[test]
fn without_unique_ids_nothing_is_taken_for_what_it_was() {
    let mut world = without(Protocol::Pop3, &["UIDL"]);
    let alice = world.server.mailboxes_mut().account_mut("alice").unwrap();
    // The oldest is gone: what was number 60 is number 59 now.
    let oldest = alice.inbox_mut().messages()[0].uid;
    alice.inbox_mut().expunge(|message| message.uid == oldest);
    world.intent(Intent::Disconnect);
    world.connect(Protocol::Pop3);
    world.run(Duration::from_secs(20));
    assert_eq!(world.subjects(), numbers(60, 11));
}

#[test]
fn a_hundred_thousand_messages_scroll_as_a_hundred_do() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let cost = |count: u32| {
            let mut world = World::with_mail(count);
            world.connect(protocol);
            world.run(Duration::from_secs(5));
            assert_eq!(world.total(), Some(count));
            let before = world.sent.len();
            for first in [count / 2, count - 30] {
                world.intent(Intent::ShowRows { first, count: 30 });
                world.run(Duration::from_secs(1));
                let newest = count - first;
                assert_eq!(world.subjects(), numbers(newest, newest - 29));
            }
            world.sent[before..]
                .iter()
                .map(|(_, bytes)| bytes.len() / 64)
                .collect::<Vec<_>>()
        };
        assert_eq!(cost(100_000).len(), cost(200).len(), "{protocol:?}");
    }
}
