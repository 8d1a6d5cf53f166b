//! Servers that lack something, and servers that forget to say something.

use std::time::Duration;

use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Connection, Notice},
};

use crate::{
    reading::turns_until,
    world::{World, deliver, message, numbers, slow_previews},
};

/// A world whose server does not have this.
fn without(protocol: Protocol, capabilities: &[&str]) -> World {
    let mut world = World::with_mail(60);
    world.strip(capabilities);
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
fn without_pipelining_rows_come_one_by_one_from_the_top() {
    let world = without(Protocol::Pop3, &["PIPELINING"]);
    let mut lengths = vec![0];
    for change in &world.changes {
        let Change::Rows { rows, .. } = change else {
            continue;
        };
        let shown = rows.iter().map_while(Option::as_ref);
        let shown: Vec<_> = shown.map(|row| row.subject.clone()).collect();
        let length = shown.len() as u32;
        assert_eq!(shown, numbers(60, 61 - length));
        assert_eq!(
            rows.iter().flatten().count(),
            shown.len(),
            "none below a gap"
        );
        lengths.push(length);
    }
    lengths.dedup();
    assert_eq!(lengths, (0..=50).collect::<Vec<_>>());
    // CAPA, APOP, CAPA, STAT, UIDL, and a TOP for each.
    assert_eq!(turns_until(&world, &numbers(60, 11)), 5 + 50);
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
            assert_eq!(world.rows_asked(0), 50, "{protocol:?}");
            let before = world.sent.len();
            for first in [count / 2, count - 30] {
                let asked = world.sent.len();
                world.intent(Intent::ShowRows { first, count: 30 });
                world.run(Duration::from_secs(1));
                let newest = count - first;
                assert_eq!(world.subjects(), numbers(newest, newest - 29));
                // Those shown, and as many as 25 on either side.
                let rows = world.rows_asked(asked);
                assert!((30..=80).contains(&rows), "{protocol:?}: {rows} of {count}");
            }
            world.sent.len() - before
        };
        assert_eq!(cost(100_000), cost(200), "{protocol:?}");
    }
}

fn without_previews(idle: bool) -> World {
    let mut world = World::with_mail(60);
    if !idle {
        world.strip(&["IDLE", "IMAP4rev2"]);
    }
    world.rewrite = Some(slow_previews());
    world.connect(Protocol::Imap);
    world.run(Duration::from_secs(1));
    world
}

#[test]
fn a_preview_that_is_not_there_at_once_is_asked_for_when_it_is_quiet() {
    for idle in [true, false] {
        let mut world = without_previews(idle);
        assert_eq!(world.subjects(), numbers(60, 11));
        assert_eq!(world.row("Number 60").preview, "");
        let asks = |world: &World| {
            let question = b"(UID PREVIEW)\r\n";
            let asks = |(_, sent): &&(_, Vec<u8>)| sent.ends_with(question);
            world.sent.iter().filter(asks).count()
        };
        assert_eq!(asks(&world), 0);
        world.run(Duration::from_secs(5));
        assert_eq!(asks(&world), 1, "once for all rows, idle: {idle}");
        assert_eq!(world.row("Number 60").preview, "This is number 60.");
        assert_eq!(world.row("Number 11").preview, "This is number 11.");
        // Rows that were fetched beyond the screen are asked for when they are seen.
        world.intent(Intent::ShowRows {
            first: 45,
            count: 15,
        });
        world.run(Duration::from_secs(5));
        assert_eq!(asks(&world), 2, "idle: {idle}");
        assert_eq!(world.row("Number 1").preview, "This is number 1.");
        world.run(Duration::from_secs(600));
        assert_eq!(asks(&world), 2, "idle: {idle}");
    }
}

#[test]
fn news_that_idle_forgot_is_found_by_asking() {
    let mut world = World::with_mail(3);
    // What the server says of new mail waits until it is asked something.
    let mut untold = Vec::new();
    world.rewrite = Some(Box::new(move |said: &[u8]| {
        let text = String::from_utf8_lossy(said);
        if text.contains(" EXISTS\r\n") && text.lines().all(|line| line.starts_with("* ")) {
            untold.extend_from_slice(said);
            return Vec::new();
        }
        match text.contains("IDLE ended") {
            true => [std::mem::take(&mut untold), said.to_vec()].concat(),
            false => said.to_vec(),
        }
    }));
    world.connect(Protocol::Imap);
    world.run(Duration::from_secs(10));
    let idles = |(_, sent): &(_, Vec<u8>)| sent.ends_with(b" IDLE\r\n");
    assert!(world.sent.iter().any(idles));
    deliver(&mut world.server, &message(4));
    world.run(Duration::from_secs(200));
    assert_eq!(world.subjects(), numbers(3, 1));
    world.run(Duration::from_secs(45));
    assert_eq!(world.subjects(), numbers(4, 1));
    let last = world.sent.last().unwrap();
    assert!(idles(last), "and it listens again");
}
