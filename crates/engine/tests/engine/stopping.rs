//! Stopping in the middle of a long message.

use std::time::Duration;

use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Body, Connection},
    intent::MessageId,
};

use crate::world::{World, message};

const SECOND: Duration = Duration::from_secs(1);

/// A world over POP3 in which `Number 3` is long, and half of it has come.
fn half_way(before: impl FnOnce(&mut World)) -> (World, MessageId) {
    let long = [message(3), b"A line of a long message.\r\n".repeat(16_000)].concat();
    let mut world = World::new(&[&message(1), &message(2), &long, &message(4)]);
    world.connect(Protocol::Pop3);
    world.run(2 * SECOND);
    before(&mut world);
    world.chunk = 20_000;
    world.gap = Duration::from_millis(100);
    let id = world.row("Number 3").id;
    world.intent(Intent::OpenMessage(id));
    world.run(SECOND);
    let far = world.changes.iter().any(|change| {
        matches!(change, Change::Progress { message, received, total, .. }
            if *message == id && *received > 100_000 && *total > 400_000)
    });
    assert!(far, "{:?}", world.changes.last());
    world
        .changes
        .retain(|change| matches!(change, Change::Rows { .. }));
    (world, id)
}

fn stop(world: &mut World, id: MessageId) {
    world.intent(Intent::Stop {
        message: id,
        part: None,
    });
    world.chunk = usize::MAX;
    world.gap = Duration::ZERO;
}

fn dials(world: &World) -> usize {
    let connecting = Change::Connection(Connection::Connecting);
    let dials = world.changes.iter().filter(|change| **change == connecting);
    dials.count()
}

/// The last that was shown of a message.
fn body(world: &World, id: MessageId) -> Option<Body> {
    world.changes.iter().rev().find_map(|change| match change {
        Change::Message(message) if message.id == id => Some(message.body.clone()),
        _ => None,
    })
}

#[test]
fn a_session_ends_where_a_message_is_stopped_and_the_next_action_makes_another() {
    let (mut world, id) = half_way(|_| ());
    stop(&mut world, id);
    assert!(world.changes.contains(&Change::Stopped {
        message: id,
        part: None
    }));
    assert_eq!(body(&world, id), Some(Body::Unavailable));
    world.run(10 * SECOND);
    assert_eq!(world.connection(), Connection::Resting);
    assert_eq!(dials(&world), 0, "nothing was wanted");
    let progress = |change: &Change| matches!(change, Change::Progress { .. });
    let after = world
        .changes
        .iter()
        .skip_while(|c| !matches!(c, Change::Stopped { .. }));
    assert!(!after.clone().any(progress), "nothing comes any more");

    let other = world.row("Number 4").id;
    world.intent(Intent::OpenMessage(other));
    world.run(2 * SECOND);
    assert_eq!(dials(&world), 1);
    assert!(matches!(body(&world, other), Some(Body::Text(_))));
    // It can be had after all.
    world.intent(Intent::OpenMessage(id));
    world.run(2 * SECOND);
    assert!(matches!(body(&world, id), Some(Body::Text(_))));
}

#[test]
fn what_else_was_wanted_of_the_session_is_done_in_another() {
    let (mut world, id) = half_way(|world| {
        let first = world.row("Number 1").id;
        world.intent(Intent::Delete(vec![first]));
        world.run(SECOND);
    });
    // It waits behind the long one.
    let other = world.row("Number 2").id;
    world.intent(Intent::OpenMessage(other));
    stop(&mut world, id);
    assert!(world.row("Number 1").going, "it is still meant");
    world.run(2 * SECOND);
    assert_eq!(dials(&world), 1);
    assert!(matches!(body(&world, other), Some(Body::Text(_))));
    assert!(!world.changes.contains(&Change::Stopped {
        message: other,
        part: None
    }));
    world.run(120 * SECOND);
    assert_eq!(world.subjects(), ["Number 4", "Number 3", "Number 2"]);
    let alice = world.server.mailboxes().account("alice").unwrap();
    assert_eq!(alice.mailbox("INBOX").unwrap().messages().len(), 3);
}

#[test]
fn what_waits_for_a_session_is_stopped_without_one() {
    let (mut world, id) = half_way(|_| ());
    stop(&mut world, id);
    world.run(10 * SECOND);
    world.reachable = false;
    world
        .changes
        .retain(|change| matches!(change, Change::Rows { .. }));
    world.intent(Intent::OpenMessage(id));
    stop(&mut world, id);
    assert_eq!(body(&world, id), Some(Body::Unavailable));
}
