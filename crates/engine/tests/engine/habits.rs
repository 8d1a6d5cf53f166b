//! What each thing is worth that a client makes use of: the same visit with it and without it.

use std::time::Duration;

use porthole_engine::{
    Change, Habits, Intent,
    account::Protocol,
    change::{Connection, WireTotals},
};

use crate::world::{World, deliver, message, numbers};

const SECOND: Duration = Duration::from_secs(1);
const ALL: Habits = Habits {
    pipelining: true,
    literals: true,
    compression: true,
    push: true,
};

fn totals(world: &World) -> WireTotals {
    let told = world.changes.iter().rev().find_map(|change| match change {
        Change::WireTotals(totals) => Some(*totals),
        _ => None,
    });
    told.unwrap()
}

/// A visit that shows the list.
fn visited(protocol: Protocol, habits: Habits) -> World {
    let mut world = World::with_mail(60);
    world.intent(Intent::Use(habits));
    world.connect(protocol);
    world.run(10 * SECOND);
    assert_eq!(world.subjects(), numbers(60, 11), "{habits:?}");
    assert_eq!(world.connection(), Connection::Online);
    world
}

/// A message comes, and whoever listens is told.
fn arrives(world: &mut World, number: u32) {
    deliver(&mut world.server, &message(number));
    world.intent(Intent::CloseMessage);
}

/// How many transmissions of the client hold more than one command.
fn batches(world: &World) -> usize {
    let lines = |bytes: &[u8]| bytes.iter().filter(|&&octet| octet == b'\n').count();
    let batches = world.sent.iter().filter(|(_, bytes)| lines(bytes) > 1);
    batches.count()
}

/// How many commands could have been sent earlier, but for others.
fn waited(world: &World) -> usize {
    let entries = world.changes.iter().filter_map(|change| match change {
        Change::Wire(entries) => Some(entries),
        _ => None,
    });
    let entries = entries.flatten();
    let waited = entries.filter(|entry| entry.queued.is_some_and(|queued| queued < entry.at));
    waited.count()
}

#[test]
fn without_pipelining_each_command_costs_a_turn() {
    for (protocol, at_least) in [(Protocol::Imap, 1), (Protocol::Pop3, 50)] {
        let with = visited(protocol, Habits::default());
        let without = visited(
            protocol,
            Habits {
                pipelining: false,
                ..Habits::default()
            },
        );
        assert!(batches(&with) > 0, "{protocol:?}");
        assert_eq!(batches(&without), 0, "{protocol:?}");
        assert!(waited(&without) > waited(&with), "{protocol:?}");
        let (with, without) = (totals(&with).turns, totals(&without).turns);
        assert!(without >= with + at_least, "{protocol:?}: {with} {without}");
    }
}

#[test]
fn pipelining_can_be_left_in_the_middle() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let mut world = visited(protocol, Habits::default());
        world.intent(Intent::Use(Habits {
            pipelining: false,
            ..Habits::default()
        }));
        world.sent.clear();
        world.intent(Intent::ShowRows {
            first: 10,
            count: 50,
        });
        world.run(20 * SECOND);
        assert_eq!(world.subjects(), numbers(50, 1), "{protocol:?}");
        // DONE is part of a command that has begun.
        let done = |bytes: &[u8]| bytes.starts_with(b"DONE");
        world.sent.retain(|(_, bytes)| !done(bytes));
        assert_eq!(batches(&world), 0, "{protocol:?}: {:?}", world.sent);
    }
}

#[test]
fn without_literal_plus_a_literal_is_asked_for() {
    for literals in [true, false] {
        let mut world = visited(
            Protocol::Imap,
            Habits {
                literals,
                ..Habits::default()
            },
        );
        world.sent.clear();
        world.intent(Intent::Search("Gr\u{fc}\u{df}e".to_owned()));
        world.run(5 * SECOND);
        let sent: Vec<_> = world.sent.iter().map(|(_, bytes)| bytes).collect();
        let ends = |bytes: &&Vec<u8>, end: &[u8]| bytes.ends_with(end);
        let asked = sent
            .iter()
            .any(|bytes| ends(bytes, b"}\r\n") && !ends(bytes, b"+}\r\n"));
        assert_eq!(asked, !literals, "{sent:?}");
    }
}

#[test]
fn compression_saves_octets_and_hides_nothing_from_the_user() {
    let plain = totals(&visited(Protocol::Imap, Habits::default()));
    assert!(!plain.compressed);
    assert_eq!(
        (plain.carried_up, plain.carried_down),
        (plain.up, plain.down)
    );
    let mut world = visited(Protocol::Imap, ALL);
    let compressed = totals(&world);
    assert!(compressed.compressed);
    assert!(compressed.down > plain.down);
    assert!(
        3 * compressed.carried_down < 2 * plain.carried_down,
        "{plain:?} {compressed:?}"
    );
    // What is behind it is read as ever.
    world.intent(Intent::OpenMessage(world.row("Number 60").id));
    world.run(5 * SECOND);
    let shown = world
        .changes
        .iter()
        .any(|change| matches!(change, Change::Message(_)));
    assert!(shown);
    arrives(&mut world, 61);
    world.run(SECOND);
    assert_eq!(world.subjects(), numbers(61, 12));
}

#[test]
fn compression_begins_on_a_connection_that_is_there() {
    let mut world = visited(Protocol::Imap, Habits::default());
    world.intent(Intent::Use(ALL));
    world.run(5 * SECOND);
    assert!(totals(&world).compressed);
    world.intent(Intent::OpenMailbox("Archive".to_owned()));
    world.run(5 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
    // It was typed, and is followed all the same.
    let mut world = visited(Protocol::Imap, Habits::default());
    world.intent(Intent::Wheel(porthole_engine::intent::Wheel::line(
        "COMPRESS DEFLATE",
    )));
    world.run(5 * SECOND);
    world.intent(Intent::ShowRows {
        first: 10,
        count: 50,
    });
    world.run(5 * SECOND);
    assert_eq!(world.subjects(), numbers(50, 1));
}

#[test]
fn without_push_news_waits_until_it_is_asked_for() {
    for push in [true, false] {
        let mut world = visited(Protocol::Imap, Habits::default());
        world.intent(Intent::Use(Habits {
            push,
            ..Habits::default()
        }));
        world.run(5 * SECOND);
        arrives(&mut world, 61);
        world.run(5 * SECOND);
        let news = world.subjects() == numbers(61, 12);
        assert_eq!(news, push);
        world.run(40 * SECOND);
        assert_eq!(world.subjects(), numbers(61, 12), "{push}");
        // And back.
        world.intent(Intent::Use(Habits::default()));
        world.run(5 * SECOND);
        arrives(&mut world, 62);
        world.run(SECOND);
        assert_eq!(world.subjects(), numbers(62, 13), "{push}");
    }
}

#[test]
fn who_stops_listening_has_just_asked() {
    let mut world = visited(Protocol::Imap, Habits::default());
    world.run(10 * SECOND);
    world.intent(Intent::Use(Habits {
        push: false,
        ..Habits::default()
    }));
    world.run(SECOND);
    arrives(&mut world, 61);
    world.run(27 * SECOND);
    assert_eq!(world.subjects(), numbers(60, 11));
    world.run(3 * SECOND);
    assert_eq!(world.subjects(), numbers(61, 12));
}
