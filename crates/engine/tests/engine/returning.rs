//! A connection that was lost is made again where that helps; where it does not, that is said. What is
//! here from before is not fetched again.

use std::time::Duration;

use porthole_demo::misbehave::{GREETING, Misbehaviour, Refusal, Times};
use porthole_engine::{
    Change, DialErrorKind, Intent,
    account::Protocol,
    change::{Body, Connection, FailureKind},
};
use porthole_wire::Direction;

use crate::world::{Fault, World, deliver, message, numbers};

const SECOND: Duration = Duration::from_secs(1);
const BOTH: [Protocol; 2] = [Protocol::Imap, Protocol::Pop3];

/// A world in which all was well until the connection broke.
fn broken(protocol: Protocol) -> World {
    let mut world = World::with_mail(20);
    world.connect(protocol);
    world.run(5 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
    world.fault = Some((world.transmissions, Fault::Cut));
    world.reachable = false;
    world.intent(Intent::CheckNow);
    world
}

fn is_back(world: &World) -> bool {
    // POP3 ends its session when there is nothing to do.
    matches!(world.connection(), Connection::Online | Connection::Resting)
}

#[test]
fn what_does_not_pass_by_waiting_is_told_and_left_to_the_user() {
    for protocol in BOTH {
        for (unreachable, kind) in [
            (DialErrorKind::Tls, FailureKind::Tls),
            (DialErrorKind::Denied, FailureKind::Denied),
        ] {
            let what = format!("{protocol:?}, {kind:?}");
            let mut world = broken(protocol);
            world.unreachable = unreachable;
            world.run(30 * SECOND);
            let kinds: Vec<_> = world.failures().iter().map(|f| f.kind).collect();
            assert_eq!(kinds, [kind], "{what}");
            assert_eq!(world.connection(), Connection::SignedOut, "{what}");
            assert_eq!(
                world.subjects(),
                numbers(20, 1),
                "{what}: it stays readable"
            );
            let dials = world.dials;
            world.run(1000 * SECOND);
            assert_eq!(world.dials, dials, "{what}: dialled again by itself");

            world.reachable = true;
            world.intent(Intent::Retry);
            world.run(5 * SECOND);
            assert!(is_back(&world), "{what}: {:?}", world.connection());
        }
    }
}

#[test]
fn what_passes_is_waited_for_however_long() {
    for protocol in BOTH {
        for unreachable in [DialErrorKind::Connect, DialErrorKind::NoProxy] {
            let what = format!("{protocol:?}, {unreachable:?}");
            let mut world = broken(protocol);
            world.unreachable = unreachable;
            // Longer than anything that is looked at now and then.
            world.run(1000 * SECOND);
            let waits = matches!(world.connection(), Connection::Offline { .. });
            assert!(waits, "{what}: {:?}", world.connection());
            assert_eq!(world.failures(), [], "{what}");
            world.reachable = true;
            world.run(61 * SECOND);
            assert!(is_back(&world), "{what}: {:?}", world.connection());
        }
    }
}

#[test]
fn a_server_that_is_not_up_to_it_yet_is_waited_for() {
    for protocol in BOTH {
        // It says so instead of the greeting, or says nothing.
        for silent in [false, true] {
            let what = format!("{protocol:?}, silent: {silent}");
            let mut world = broken(protocol);
            world.run(SECOND / 2);
            world.reachable = true;
            if silent {
                world.fault = Some((world.transmissions, Fault::Silence));
            } else {
                let (command, with) = (GREETING.to_owned(), Refusal::Bye);
                let refuse = Misbehaviour::Refuse { command, with };
                world.server.misbehave(refuse, Times::Once);
            }
            world.run(150 * SECOND);
            assert_eq!(world.failures(), [], "{what}");
            assert!(is_back(&world), "{what}: {:?}", world.connection());
        }
    }
}

#[test]
fn a_server_that_wants_a_pause_gets_it() {
    let mut world = World::with_mail(20);
    world.rewrite = Some(Box::new(|said: &[u8]| {
        let said = String::from_utf8_lossy(said);
        let said = said.replace("\r\nTOP\r\n", "\r\nTOP\r\nLOGIN-DELAY 100\r\n");
        said.into_bytes()
    }));
    world.connect(Protocol::Pop3);
    world.run(5 * SECOND);
    world.fault = Some((world.transmissions, Fault::Cut));
    world.intent(Intent::CheckNow);
    world.run(90 * SECOND);
    assert_eq!(world.dials, 1);
    world.run(20 * SECOND);
    assert_eq!(world.dials, 2);
    assert!(is_back(&world), "{:?}", world.connection());
}

/// What the client said since the first so many changes.
fn said_since(world: &World, before: usize) -> Vec<String> {
    let entries = world.changes[before..].iter().filter_map(|c| match c {
        Change::Wire(entries) => Some(entries),
        _ => None,
    });
    let said = entries
        .flatten()
        .filter(|e| e.direction == Direction::Client);
    said.map(|e| String::from_utf8_lossy(&e.kept).trim_end().to_owned())
        .collect()
}

#[test]
fn the_open_message_is_fetched_again_once_the_connection_is_back() {
    for protocol in BOTH {
        let mut world = World::with_mail(5);
        world.connect(protocol);
        world.run(5 * SECOND);
        let command = match protocol {
            Protocol::Imap => "UID FETCH",
            Protocol::Pop3 => "RETR",
        };
        let (command, after) = (command.to_owned(), 10);
        let cut = Misbehaviour::Cut { command, after };
        world.server.misbehave(cut, Times::Once);
        let id = world.row("Number 3").id;
        world.intent(Intent::OpenMessage(id));
        world.run(10 * SECOND);
        let shown = world.changes.iter().rev().find_map(|change| match change {
            Change::Message(message) => Some(&message.body),
            _ => None,
        });
        assert!(
            matches!(shown, Some(Body::Text(_))),
            "{protocol:?}: {shown:?}"
        );
        assert_eq!(world.failures(), [], "{protocol:?}");
    }
}

#[test]
fn rows_that_are_here_are_not_fetched_again() {
    for (arrived, gone, expected) in [
        (0, 0, &["11:60 (UID FLAGS)"][..]),
        (
            2,
            0,
            &["61:62 (UID FLAGS INTERNALDATE", "13:60 (UID FLAGS)"],
        ),
        // One that has gone again unseen is taken for one that is there.
        (
            3,
            2,
            &["59:61 (UID FLAGS INTERNALDATE", "12:58 (UID FLAGS)"],
        ),
    ] {
        let mut world = World::with_mail(60);
        world.connect(Protocol::Imap);
        world.run(5 * SECOND);
        world.intent(Intent::ShowRows {
            first: 0,
            count: 60,
        });
        world.run(5 * SECOND);
        world.intent(Intent::Disconnect);
        world.run(5 * SECOND);
        for n in 61..=60 + arrived {
            deliver(&mut world.server, &message(n));
        }
        let inbox = world.server.mailboxes_mut().account_mut("alice").unwrap();
        let inbox = inbox.inbox_mut();
        let last: Vec<_> = inbox
            .messages()
            .iter()
            .rev()
            .skip(1)
            .take(gone)
            .map(|m| m.uid)
            .collect();
        inbox.expunge(|message| last.contains(&message.uid));
        let before = world.changes.len();
        world.connect(Protocol::Imap);
        world.run(5 * SECOND);
        let fetches: Vec<_> = said_since(&world, before)
            .into_iter()
            .filter_map(|line| Some(line.split_once(" FETCH ")?.1.to_owned()))
            .collect();
        for part in expected {
            assert!(
                fetches.iter().any(|line| line.starts_with(part)),
                "{part}: {fetches:?}"
            );
        }
        assert!(world.rows().iter().all(Option::is_some), "{arrived} {gone}");
        let now = 60 + arrived - u32::try_from(gone).unwrap();
        assert_eq!(world.total(), Some(now));
        assert_eq!(world.failures(), []);
    }
}

#[test]
fn rows_that_were_never_here_are_fetched_whole() {
    let mut world = World::with_mail(60);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    world.intent(Intent::Disconnect);
    world.run(5 * SECOND);
    let inbox = world.server.mailboxes_mut().account_mut("alice").unwrap();
    let inbox = inbox.inbox_mut();
    // Twenty that were seen: as many that were not come into sight.
    let seen: Vec<_> = inbox
        .messages()
        .iter()
        .rev()
        .take(20)
        .map(|m| m.uid)
        .collect();
    inbox.expunge(|message| seen.contains(&message.uid));
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    assert_eq!(world.total(), Some(40));
    assert_eq!(world.subjects(), numbers(40, 1));
}

#[test]
fn what_went_meanwhile_is_not_on_the_device_any_more() {
    let all: Vec<u32> = (1..=20).collect();
    for gone in [&[1][..], &[8, 9], &[20], &[1, 5, 20], &all] {
        let mut world = World::with_mail(20);
        world.connect(Protocol::Imap);
        world.run(5 * SECOND);
        world.intent(Intent::Disconnect);
        world.run(5 * SECOND);
        let alice = world.server.mailboxes_mut().account_mut("alice").unwrap();
        alice
            .inbox_mut()
            .expunge(|message| gone.contains(&message.uid.0));
        world.connect(Protocol::Imap);
        world.run(5 * SECOND);
        world.reachable = false;
        world.fault = Some((world.transmissions, Fault::Cut));
        world.intent(Intent::CheckNow);
        world.run(20 * SECOND);
        assert!(matches!(world.connection(), Connection::Offline { .. }));
        let left = (1..=20).rev().filter(|n| !gone.contains(n));
        let left: Vec<_> = left.map(|n| format!("Number {n}")).collect();
        assert_eq!(world.subjects(), left, "{gone:?}");
        assert_eq!(world.total(), Some(left.len() as u32), "{gone:?}");
        assert_eq!(world.failures(), [], "{gone:?}");
    }
}
