//! A POP3 server that lets nobody in for now (RFC 2449 section 8.1.1).

use std::time::Duration;

use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Connection, Failure, FailureKind, Stage},
};

use crate::world::{Fault, World, numbers};

const SECOND: Duration = Duration::from_secs(1);

/// A world in which the mail was read, the session is over, and the next one meets this.
fn then(fault: Fault, transmission: usize) -> World {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Pop3);
    world.run(60 * SECOND);
    assert_eq!(world.connection(), Connection::Resting);
    world
        .changes
        .retain(|change| matches!(change, Change::Rows { .. }));
    world.fault = Some((world.transmissions + transmission, fault));
    world
}

fn failure(world: &World) -> Option<Failure> {
    world.changes.iter().find_map(|change| match change {
        Change::Failed(failure) => Some(failure.clone()),
        _ => None,
    })
}

fn dials(world: &World) -> usize {
    let connecting = Change::Connection(Connection::Connecting);
    let dials = world.changes.iter().filter(|change| **change == connecting);
    dials.count()
}

#[test]
fn a_maildrop_in_use_is_said_in_the_servers_words_and_tried_again() {
    let words = "-ERR [IN-USE] someone reads on the telephone\r\n";
    let mut world = then(Fault::Instead(words), 2);
    world.intent(Intent::CheckNow);
    world.run(Duration::from_millis(900));
    let failure = failure(&world).unwrap();
    assert_eq!(failure.kind, FailureKind::InUse);
    assert_eq!(failure.stage, Some(Stage::SignIn));
    assert!(
        failure.words.contains("someone reads on the telephone"),
        "{failure:?}"
    );
    assert_eq!(world.connection(), Connection::Offline { retry_in: 1 });
    assert_eq!(world.subjects(), numbers(3, 1), "what is here stays");
    world.run(10 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
    assert_eq!(dials(&world), 2);
}

#[test]
fn a_pause_that_a_server_wants_is_kept() {
    let words = "-ERR [LOGIN-DELAY] not so often, please\r\n";
    let mut world = then(Fault::Instead(words), 2);
    world.intent(Intent::CheckNow);
    world.run(Duration::from_millis(900));
    let failure = failure(&world).unwrap();
    assert_eq!(failure.kind, FailureKind::LoginDelay);
    assert!(
        failure.words.contains("not so often, please"),
        "{failure:?}"
    );
    let waits = |change: &&Change| matches!(change, Change::Connection(Connection::Offline { .. }));
    let told: Vec<_> = world.changes.iter().filter(waits).collect();
    let pause = Connection::Offline { retry_in: 60 };
    assert_eq!(told, [&Change::Connection(pause)], "once, and as it is");
    world.run(55 * SECOND);
    world.intent(Intent::Retry);
    world.run(SECOND);
    assert_eq!(dials(&world), 1, "it would be refused again");
    world.run(10 * SECOND);
    assert_eq!(dials(&world), 2);
    assert_eq!(world.connection(), Connection::Online);
}

#[test]
fn a_pause_that_was_announced_is_waited_for_and_that_is_said() {
    // The answers to CAPA and STAT, once it is signed in.
    let answers = "+OK\r\nUIDL\r\nTOP\r\nPIPELINING\r\nLOGIN-DELAY 600\r\n.\r\n+OK 3 507\r\n";
    let mut world = then(Fault::Instead(answers), 3);
    world.intent(Intent::CheckNow);
    world.run(100 * SECOND);
    assert_eq!(world.connection(), Connection::Resting);
    assert_eq!(dials(&world), 1);
    world.intent(Intent::CheckNow);
    world.run(SECOND);
    let Connection::Offline { retry_in } = world.connection() else {
        panic!("{:?}", world.connection());
    };
    assert!((450..=510).contains(&retry_in), "{retry_in}");
    world.run(Duration::from_secs(u64::from(retry_in) - 5));
    assert_eq!(dials(&world), 1);
    world.run(10 * SECOND);
    assert_eq!(dials(&world), 2);
    assert_eq!(world.connection(), Connection::Online);
}
