//! What is on this device: it is there before the network is, and over POP3 none of it is lost when
//! the server has it no longer.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use porthole_demo::misbehave::{Misbehaviour, Times};
use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Action, AfterDownload, Body, Connection},
    intent::UndoId,
};
use porthole_store::Store;

use crate::{
    faults::FAULTS,
    world::{World, deliver, message, numbers},
};

const SECOND: Duration = Duration::from_secs(1);
const DAY: i64 = 24 * 60 * 60;
/// 2026-03-02 08:00 UTC.
const BEGAN: i64 = 1_772_438_400;

/// A file for the device's store, empty to begin with.
pub(crate) fn file(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.sqlite"));
    // It may not be there.
    let _ = fs::remove_file(&path);
    path
}

pub(crate) fn store(path: &Path) -> Store {
    Store::open(path.to_str().unwrap()).unwrap()
}

/// A device that has read alice's mail over POP3 and does this with it.
pub(crate) fn device(path: &Path, count: u32, choice: AfterDownload) -> World {
    let mail: Vec<Vec<u8>> = (1..=count).map(message).collect();
    let mail: Vec<&[u8]> = mail.iter().map(Vec::as_slice).collect();
    let mut world = World::on(store(path), &mail);
    world.engine.set_epoch(BEGAN);
    world.connect(Protocol::Pop3);
    world.intent(Intent::AfterDownload(choice));
    world
}

/// Subjects that the server has.
pub(crate) fn there(world: &World) -> Vec<String> {
    let alice = world.server.mailboxes().account("alice").unwrap();
    let messages = alice.mailbox("INBOX").unwrap().messages().iter();
    messages
        .map(|message| message.content.subject().to_owned())
        .collect()
}

/// Subjects of messages whose rows say that they are on this device only.
fn kept(world: &World) -> Vec<String> {
    let rows = world.rows().into_iter().flatten();
    rows.filter(|row| row.kept).map(|row| row.subject).collect()
}

fn undo(world: &World) -> UndoId {
    let undo = world.changes.iter().rev().find_map(|change| match change {
        Change::Undoable {
            id,
            action: Action::DeletedHere,
            ..
        } => Some(*id),
        _ => None,
    });
    undo.unwrap()
}

/// The text of a message that was opened.
fn text(world: &World) -> Option<String> {
    world.changes.iter().rev().find_map(|change| match change {
        Change::Message(message) => match &message.body {
            Body::Text(text) => Some(format!("{text:?}")),
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn what_is_deleted_from_the_server_is_here() {
    let path = file("deleted");
    let mut world = device(&path, 12, AfterDownload::Delete);
    world.run(120 * SECOND);
    assert_eq!(there(&world), [""; 0]);
    assert_eq!(world.subjects(), numbers(12, 1));
    assert_eq!(kept(&world), numbers(12, 1));
    // New mail stands above what was there before, and joins it.
    deliver(&mut world.server, &message(13));
    world.intent(Intent::CheckNow);
    world.run(10 * SECOND);
    assert_eq!(world.subjects(), numbers(13, 1));
    world.run(120 * SECOND);
    assert_eq!(kept(&world), numbers(13, 1));
    // Without a server all of it is there.
    world.restart(store(&path));
    world.reachable = false;
    world.connect(Protocol::Pop3);
    world.run(5 * SECOND);
    assert_eq!(world.subjects(), numbers(13, 1));
    let id = world.row("Number 7").id;
    world.intent(Intent::OpenMessage(id));
    world.run(SECOND);
    assert!(text(&world).is_some());
}

#[test]
fn what_a_quit_deleted_that_nobody_waited_for_is_here() {
    let path = file("signed-out");
    let mut world = device(&path, 3, AfterDownload::Delete);
    world.run(5 * SECOND);
    assert!(
        world
            .sent
            .iter()
            .any(|(_, bytes)| bytes.starts_with(b"DELE"))
    );
    world.intent(Intent::Disconnect);
    world.run(5 * SECOND);
    assert_eq!(there(&world), [""; 0]);
    world.connect(Protocol::Pop3);
    world.run(5 * SECOND);
    assert_eq!(kept(&world), numbers(3, 1));
}

#[test]
fn a_device_that_forgets_deletes_nothing_from_the_server() {
    let mut world = World::with_mail(5);
    world.connect(Protocol::Pop3);
    world.intent(Intent::AfterDownload(AfterDownload::Delete));
    world.run(200 * SECOND);
    assert_eq!(there(&world).len(), 5);
    let possible = world
        .changes
        .iter()
        .any(|change| matches!(change, Change::AfterDownload { possible: true, .. }));
    assert!(!possible);
    assert!(
        !world
            .sent
            .iter()
            .any(|(_, bytes)| bytes.starts_with(b"DELE"))
    );
}

#[test]
fn days_are_counted_from_the_download() {
    let path = file("days");
    let mut world = device(&path, 4, AfterDownload::DeleteAfter { days: 2 });
    world.run(120 * SECOND);
    assert_eq!(there(&world).len(), 4);
    for (days, left) in [(1, 4), (3, 0)] {
        world.restart(store(&path));
        world.engine.set_epoch(BEGAN + days * DAY);
        world.connect(Protocol::Pop3);
        world.run(120 * SECOND);
        assert_eq!(there(&world).len(), left, "{days} days");
        assert_eq!(world.subjects(), numbers(4, 1));
    }
}

#[test]
fn what_is_left_on_the_server_can_be_deleted_here() {
    let path = file("left");
    let mut world = device(&path, 4, AfterDownload::LeaveOnServer);
    world.run(5 * SECOND);
    let delete = |world: &mut World| {
        let id = world.row("Number 3").id;
        world.intent(Intent::Delete(vec![id]));
        world.run(SECOND);
        assert_eq!(world.subjects(), ["Number 4", "Number 2", "Number 1"]);
    };
    delete(&mut world);
    let undo = undo(&world);
    world.intent(Intent::Undo(undo));
    world.run(SECOND);
    assert_eq!(world.subjects(), numbers(4, 1));
    delete(&mut world);
    world.run(120 * SECOND);
    world.restart(store(&path));
    world.connect(Protocol::Pop3);
    world.run(120 * SECOND);
    assert_eq!(world.subjects(), ["Number 4", "Number 2", "Number 1"]);
    assert_eq!(there(&world).len(), 4);
}

#[test]
fn the_only_copy_can_be_taken_back() {
    let path = file("only");
    let mut world = device(&path, 3, AfterDownload::Delete);
    world.run(120 * SECOND);
    let id = world.row("Number 2").id;
    world.intent(Intent::Delete(vec![id]));
    world.run(SECOND);
    assert_eq!(world.subjects(), ["Number 3", "Number 1"]);
    let undo = undo(&world);
    world.intent(Intent::Undo(undo));
    world.run(SECOND);
    assert_eq!(world.subjects(), numbers(3, 1));
    world.intent(Intent::Delete(vec![id]));
    world.run(20 * SECOND);
    assert_eq!(world.subjects(), ["Number 3", "Number 1"]);
}

#[test]
fn what_came_cut_short_is_not_deleted() {
    let path = file("short");
    let whole = message(1);
    let dotted = [&message(2)[..], b"Before the dot.\r\n.\r\nBehind it.\r\n"].concat();
    let mut world = World::on(store(&path), &[&whole, &dotted]);
    world.engine.set_epoch(BEGAN);
    world
        .server
        .misbehave(Misbehaviour::UnstuffedDot, Times::Always);
    world.connect(Protocol::Pop3);
    world.intent(Intent::AfterDownload(AfterDownload::Delete));
    world.run(240 * SECOND);
    assert_eq!(there(&world), ["Number 2"]);
    assert_eq!(kept(&world), ["Number 1"]);
}

#[test]
fn a_name_that_is_used_again_deletes_nothing_unseen() {
    let path = file("reused");
    let mut world = device(&path, 3, AfterDownload::DeleteAfter { days: 1 });
    world
        .server
        .misbehave(Misbehaviour::ReusedUniqueIds, Times::Always);
    world.run(120 * SECOND);
    let alice = world.server.mailboxes_mut().account_mut("alice").unwrap();
    let oldest = alice.inbox_mut().messages()[0].uid;
    alice.inbox_mut().expunge(|message| message.uid == oldest);
    let long = [
        message(4),
        b"More than any of those before had.\r\n".repeat(9),
    ]
    .concat();
    deliver(&mut world.server, &long);
    world.restart(store(&path));
    world.engine.set_epoch(BEGAN + 3 * DAY);
    world.connect(Protocol::Pop3);
    world.run(120 * SECOND);
    assert!(
        there(&world).contains(&"Number 4".to_owned()),
        "{:?}",
        there(&world)
    );
}

#[test]
fn no_fault_loses_a_message() {
    let path = file("faults");
    let mut calm = device(&path, 5, AfterDownload::Delete);
    calm.run(200 * SECOND);
    assert_eq!(there(&calm), [""; 0]);
    for fault in FAULTS {
        for at in 0..calm.transmissions {
            let _ = fs::remove_file(&path);
            let mut world = device(&path, 5, AfterDownload::Delete);
            world.fault = Some((at, fault));
            world.run(200 * SECOND);
            // Whatever happened: what is not on the server can be read on a device without one.
            let on_server = there(&world);
            world.restart(store(&path));
            world.reachable = false;
            world.connect(Protocol::Pop3);
            world.run(SECOND);
            for subject in numbers(5, 1) {
                if on_server.contains(&subject) {
                    continue;
                }
                let id = world.row(&subject).id;
                world
                    .changes
                    .retain(|change| !matches!(change, Change::Message(_)));
                world.intent(Intent::OpenMessage(id));
                world.run(SECOND);
                assert!(text(&world).is_some(), "{subject} after {fault:?} at {at}");
                world.intent(Intent::CloseMessage);
            }
        }
    }
}

#[test]
fn a_known_account_waits_for_the_way_there() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let path = file(&format!("waits-{protocol:?}"));
        let mail: Vec<Vec<u8>> = (1..=20).map(message).collect();
        let mail: Vec<&[u8]> = mail.iter().map(Vec::as_slice).collect();
        let mut world = World::on(store(&path), &mail);
        world.reachable = false;
        world.connect(protocol);
        world.run(Duration::from_secs(1));
        // Nothing is known of it: whoever typed it should look at it again.
        assert_eq!(world.connection(), Connection::SignedOut, "{protocol:?}");

        world.reachable = true;
        world.connect(protocol);
        world.run(Duration::from_secs(2));
        let read = world.subjects();
        assert_eq!(read.len(), 20, "{protocol:?}");

        world.reachable = false;
        world.restart(store(&path));
        world.connect(protocol);
        world.run(Duration::from_secs(1));
        let waits = matches!(world.connection(), Connection::Offline { .. });
        assert!(waits, "{protocol:?}: {:?}", world.connection());
        let failed = |change: &Change| matches!(change, Change::Failed(_));
        assert!(!world.changes.iter().any(failed), "{protocol:?}");
        assert_eq!(world.subjects(), read, "{protocol:?}");

        world.reachable = true;
        world.run(Duration::from_secs(10));
        let back = matches!(world.connection(), Connection::Online | Connection::Resting);
        assert!(back, "{protocol:?}: {:?}", world.connection());
    }
}
