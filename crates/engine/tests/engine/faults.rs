//! Whatever breaks, at whatever moment: a clear failure or a recovery, never a hang, a panic or a
//! wrong row.

use std::time::Duration;

use crate::world::{Fault, World, numbers};
use porthole_demo::misbehave::{Misbehaviour, Times};
use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Body, Connection, FailureKind, Notice},
    intent::Mark,
};

const SECOND: Duration = Duration::from_secs(1);

pub(crate) const FAULTS: [Fault; 7] = [
    Fault::Cut,
    Fault::CutInside,
    Fault::Garbage,
    Fault::Refuse("NO"),
    Fault::Refuse("BAD"),
    Fault::Bye,
    Fault::Silence,
];

/// A morning's mail: sign in, scroll, read, star, delete.
fn morning(protocol: Protocol, fault: Option<(usize, Fault)>) -> World {
    let mut world = World::with_mail(120);
    world.fault = fault;
    world.connect(protocol);
    world.run(70 * SECOND);
    world.intent(Intent::ShowRows {
        first: 60,
        count: 20,
    });
    world.run(5 * SECOND);
    if let Some(row) = world.rows().into_iter().flatten().next() {
        world.intent(Intent::OpenMessage(row.id));
        world.run(5 * SECOND);
        world.intent(Intent::Mark {
            messages: vec![row.id],
            mark: Mark::Flagged,
            on: true,
        });
        world.run(5 * SECOND);
        world.intent(Intent::Delete(vec![row.id]));
        world.run(5 * SECOND);
    }
    world.run(400 * SECOND);
    world
}

/// Every row that was ever shown carries the subject that belongs to its place, or to one next to
/// it once a message was deleted.
fn check(world: &World, what: &str) {
    let mut listed = 0;
    for change in &world.changes {
        if let Change::List { total, .. } = change {
            listed = *total;
        }
        let Change::Rows { first, rows, .. } = change else {
            continue;
        };
        let mut before = u32::MAX;
        for (row, at) in rows.iter().zip(*first..) {
            let Some(row) = row else { continue };
            let number: u32 = row.subject.trim_start_matches("Number ").parse().unwrap();
            assert!(number < before, "{what}: out of order");
            // While offline the list is what is on the device, which may have gaps.
            let place = 120 - at;
            assert!(
                listed < 119 || place.abs_diff(number) <= 1,
                "{what}: {number} at {at}"
            );
            before = number;
        }
    }
    let failed = world
        .changes
        .iter()
        .any(|change| matches!(change, Change::Failed(_)));
    match world.connection() {
        Connection::Online | Connection::Resting => {}
        Connection::SignedOut | Connection::SignInNeeded => {
            assert!(failed, "{what}: signed out without a word");
        }
        state => panic!("{what}: stuck in {state:?}"),
    }
}

#[test]
fn every_fault_at_every_step() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let calm = morning(protocol, None);
        check(&calm, "calm");
        assert_eq!(calm.rows().len(), 20, "{protocol:?}");
        for at in 0..calm.transmissions {
            for fault in FAULTS {
                let what = format!("{protocol:?}, {fault:?} at {at}");
                check(&morning(protocol, Some((at, fault))), &what);
            }
        }
    }
}

#[test]
fn a_lost_connection_is_made_again() {
    let mut world = World::with_mail(60);
    world.connect(Protocol::Imap);
    world.run(2 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
    world.reachable = false;
    world.fault = Some((world.transmissions, Fault::Cut));
    world.intent(Intent::CheckNow);
    world.run(10 * SECOND);
    assert!(
        matches!(world.connection(), Connection::Offline { .. }),
        "{:?}",
        world.connection()
    );
    assert_eq!(
        world.subjects(),
        numbers(60, 11),
        "what is here stays readable"
    );
    world.reachable = true;
    world.run(90 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
}

/// More than comes: what follows is taken for the rest, and only the time-out ends that. Less: the
/// end of the message stands where none can be.
#[test]
fn a_literal_that_is_not_as_long_as_was_said_shows_no_wrong_message() {
    for by in [10, -10] {
        let mut world = World::with_mail(60);
        world.connect(Protocol::Imap);
        world.run(5 * SECOND);
        let (dials, told) = (world.dials, world.changes.len());
        let wrong = Misbehaviour::LiteralLength { by };
        world.server.misbehave(wrong, Times::Once);
        let id = world.row("Number 42").id;
        world.intent(Intent::OpenMessage(id));
        world.run(200 * SECOND);
        assert!(world.server.next_misdeed().is_some(), "{by}");
        let changes = &world.changes[told..];
        let unreadable = changes.iter().any(|change| match change {
            Change::Notice(Notice::Unreadable { beginning }) => beginning.contains("FETCH"),
            _ => false,
        });
        assert!(unreadable, "{by}");
        let offline =
            |change: &Change| matches!(change, Change::Connection(Connection::Offline { .. }));
        if by > 0 {
            assert!(changes.iter().any(offline) && world.dials > dials);
        } else {
            let kinds = world.failures().into_iter().map(|failure| failure.kind);
            assert_eq!(kinds.collect::<Vec<_>>(), [FailureKind::Misbehaved]);
            assert_eq!((text(&world), world.dials), (None, dials));
            world.intent(Intent::OpenMessage(id));
            world.run(5 * SECOND);
        }
        assert_eq!(text(&world).as_deref(), Some("This is number 42."), "{by}");
        assert_eq!(world.connection(), Connection::Online, "{by}");
        assert_eq!(world.subjects(), numbers(60, 11), "{by}");
    }
}

/// The first line of the message that is shown.
fn text(world: &World) -> Option<String> {
    let shown = world.changes.iter().rev().find_map(|change| match change {
        Change::Message(message) => Some(&message.body),
        _ => None,
    });
    match shown? {
        Body::Text(text) => Some(text.blocks[0].lines[0][0].text.clone()),
        _ => None,
    }
}

#[test]
fn an_unreachable_server_is_named() {
    let mut world = World::with_mail(1);
    world.reachable = false;
    world.connect(Protocol::Pop3);
    world.run(SECOND);
    let found = world.changes.iter().find_map(|change| match change {
        Change::Failed(failure) => Some(failure.kind),
        _ => None,
    });
    assert_eq!(found, Some(FailureKind::NoAnswer));
    assert_eq!(world.connection(), Connection::SignedOut);
}

#[test]
fn a_long_time_without_a_connection_is_spent_at_rest() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let mut world = World::with_mail(3);
        world.connect(protocol);
        world.run(2 * SECOND);
        world.reachable = false;
        world.fault = Some((world.transmissions, Fault::Cut));
        world.intent(Intent::CheckNow);
        world.run(3600 * SECOND);
        let offline = matches!(world.connection(), Connection::Offline { .. });
        assert!(offline, "{protocol:?}: {:?}", world.connection());
        world.reachable = true;
        world.run(70 * SECOND);
        let back = matches!(world.connection(), Connection::Online | Connection::Resting);
        assert!(back, "{protocol:?}: {:?}", world.connection());
    }
}
