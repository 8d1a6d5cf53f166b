//! Signing out: the user does not wait for the server's last answer, and it is heard all the same.

use std::time::Duration;

use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Body, Connection, WireEntry},
};
use porthole_wire::Direction;

use crate::{
    deleting::{delete, is_told},
    keeping::{file, store, there},
    world::{Fault, World, message, numbers},
};

const SECOND: Duration = Duration::from_secs(1);
const BOTH: [Protocol; 2] = [Protocol::Imap, Protocol::Pop3];

fn open(protocol: Protocol) -> World {
    let mut world = World::with_mail(3);
    world.connect(protocol);
    world.run(30 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
    world
}

/// What crossed on the connection that was made first, without line ends.
fn said(world: &World) -> Vec<(Direction, String)> {
    let entries = world.changes.iter().filter_map(|change| match change {
        Change::Wire(entries) => Some(entries),
        _ => None,
    });
    let first = entries.flatten().filter(|entry| entry.connection == 1);
    let line = |entry: &WireEntry| String::from_utf8_lossy(&entry.kept).trim_end().to_owned();
    first.map(|entry| (entry.direction, line(entry))).collect()
}

/// Whether the server's answer to the last command is in the transcript.
fn is_answered(world: &World, protocol: Protocol) -> bool {
    let said = said(world);
    let last = |back: usize| said[said.len() - back].clone();
    match protocol {
        Protocol::Imap => last(2).1.starts_with("* BYE") && last(1).1.contains(" OK "),
        Protocol::Pop3 => last(2).1 == "QUIT" && last(1).1.starts_with("+OK"),
    }
}

fn hangups(world: &World) -> usize {
    let first = world.hung_up.iter().filter(|connection| connection.0 == 1);
    first.count()
}

#[test]
fn the_last_answer_is_heard_and_nobody_waits_for_it() {
    for protocol in BOTH {
        let mut world = open(protocol);
        world.intent(Intent::Disconnect);
        assert_eq!(world.connection(), Connection::SignedOut);
        let began = world.changes.len();
        world.run(SECOND);
        assert!(is_answered(&world, protocol), "{:?}", said(&world));
        assert_eq!(hangups(&world), 1, "{protocol:?}");
        let crossed = |change: &Change| matches!(change, Change::Wire(_) | Change::WireTotals(_));
        let told = &world.changes[began..];
        assert!(told.iter().all(crossed), "{told:?}");
    }
}

#[test]
fn a_server_that_answers_late_is_not_waited_for() {
    for protocol in BOTH {
        let mut world = open(protocol);
        world.half = 3 * SECOND;
        world.intent(Intent::Disconnect);
        world.run(SECOND);
        assert_eq!(hangups(&world), 0, "{protocol:?}: too soon");
        world.run(20 * SECOND);
        assert_eq!(hangups(&world), 1, "{protocol:?}");
        assert!(!is_answered(&world, protocol), "{:?}", said(&world));
        assert_eq!(world.connection(), Connection::SignedOut);
    }
}

#[test]
fn who_signs_in_again_waits_for_no_answer_to_what_was_before() {
    for protocol in BOTH {
        for next in BOTH {
            let mut world = open(protocol);
            world.connect(next);
            world.run(5 * SECOND);
            let what = format!("{protocol:?}, then {next:?}");
            assert!(is_answered(&world, protocol), "{what}: {:?}", said(&world));
            assert_eq!(world.connection(), Connection::Online, "{what}");
            assert_eq!(world.subjects(), numbers(3, 1), "{what}");
            let id = world.row("Number 2").id;
            world.intent(Intent::OpenMessage(id));
            world.run(SECOND);
            let came = |change: &Change| {
                matches!(change, Change::Message(message)
                    if message.id == id && matches!(message.body, Body::Text(_)))
            };
            assert!(world.changes.iter().any(came), "{what}");
        }
    }
}

#[test]
fn turns_are_the_same_however_late_the_last_answer_is() {
    // One octet of the answer comes so many milliseconds after the other.
    for (protocol, gap) in [(Protocol::Imap, 30), (Protocol::Pop3, 40)] {
        let turns = |late: bool| {
            let mut world = open(protocol);
            world.intent(Intent::Disconnect);
            if late {
                (world.chunk, world.gap) = (1, Duration::from_millis(gap));
            }
            world.run(world.half);
            (world.chunk, world.gap) = (usize::MAX, Duration::ZERO);
            world.connect(protocol);
            world.run(60 * SECOND);
            assert!(is_answered(&world, protocol), "{:?}", said(&world));
            let told = world.changes.iter().filter_map(|change| match change {
                Change::WireTotals(totals) => Some(totals.turns),
                _ => None,
            });
            let told: Vec<_> = told.collect();
            assert!(told.is_sorted(), "{protocol:?}: {told:?}");
            told.last().copied()
        };
        assert_eq!(turns(true), turns(false), "{protocol:?}");
    }
}

#[test]
fn what_was_deleted_is_gone_from_the_device_once_quit_is_answered() {
    for answered in [true, false] {
        let path = file("left_behind");
        let mut world = World::on(store(&path), &[&message(1), &message(2), &message(3)]);
        world.connect(Protocol::Pop3);
        world.run(2 * SECOND);
        delete(&mut world, "Number 2");
        world.run(SECOND);
        if !answered {
            world.fault = Some((world.transmissions, Fault::Cut));
        }
        world.intent(Intent::Disconnect);
        world.run(3 * SECOND);
        assert_eq!(there(&world), ["Number 1", "Number 3"]);
        let told = is_told(&world, "what was marked may not have been deleted");
        assert_eq!(told, !answered, "{:?}", world.failures());

        world.reachable = false;
        world.restart(store(&path));
        world.connect(Protocol::Pop3);
        let gone = world.subjects() == ["Number 3", "Number 1"];
        assert_eq!(gone, answered, "{:?}", world.subjects());
    }
}

#[test]
fn a_connection_that_was_only_dialled_is_hung_up() {
    for protocol in BOTH {
        let mut world = World::with_mail(3);
        world.connect(protocol);
        world.intent(Intent::Disconnect);
        assert_eq!(hangups(&world), 1, "{protocol:?}");
    }
}
