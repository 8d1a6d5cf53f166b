//! A connection that was lost is made again where that helps; where it does not, that is said.

use std::time::Duration;

use porthole_demo::misbehave::{GREETING, Misbehaviour, Refusal, Times};
use porthole_engine::{
    DialErrorKind, Intent,
    account::Protocol,
    change::{Connection, FailureKind},
};

use crate::world::{Fault, World, numbers};

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
