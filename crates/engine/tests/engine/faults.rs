//! Whatever breaks, at whatever moment: a clear failure or a recovery, never a hang, a panic or a
//! wrong row.

use std::time::Duration;

use crate::world::{Fault, World, numbers};
use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Connection, FailureKind},
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
