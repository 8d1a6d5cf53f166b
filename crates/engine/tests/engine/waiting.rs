//! What the user does over IMAP without a connection: it waits, it is shown, and it is done once
//! there is one.

use std::{path::PathBuf, time::Duration};

use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Body, Connection, FailureKind, Notice},
    intent::Mark,
};
use porthole_imap::types::{flag::Flag, number::UidValidity};
use porthole_store::Store;

use crate::world::{Fault, World, message, numbers};

const SECOND: Duration = Duration::from_secs(1);

/// A world in which all is well.
fn online(mut world: World) -> World {
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
    world
}

/// A world in which all was well until the network went.
fn offline(world: World) -> World {
    let mut world = online(world);
    lose(&mut world);
    world
}

/// All that the client has sent since that was cleared.
fn sent(world: &World) -> String {
    let sent = world.sent.iter().flat_map(|(_, sent)| sent.clone());
    String::from_utf8(sent.collect()).unwrap()
}

/// The network goes.
fn lose(world: &mut World) {
    world.reachable = false;
    world.fault = Some((world.transmissions, Fault::Cut));
    world.intent(Intent::CheckNow);
    world.run(2 * SECOND);
    let lost = matches!(world.connection(), Connection::Offline { .. });
    assert!(lost, "{:?}", world.connection());
    world
        .changes
        .retain(|change| !matches!(change, Change::Failed(_)));
}

/// The network is back.
fn find(world: &mut World) {
    world.reachable = true;
    world.intent(Intent::Retry);
    world.run(8 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
}

/// How many actions the page says are waiting.
fn waiting(world: &World) -> u32 {
    let said = world.changes.iter().rev().find_map(|change| match change {
        Change::Waiting(count) => Some(*count),
        _ => None,
    });
    said.unwrap_or(0)
}

fn mark(world: &mut World, subject: &str, mark: Mark, on: bool) {
    let messages = vec![world.row(subject).id];
    world.intent(Intent::Mark { messages, mark, on });
    world.run(SECOND);
}

fn delete(world: &mut World, subject: &str) {
    let id = world.row(subject).id;
    world.intent(Intent::Delete(vec![id]));
    world.run(SECOND);
}

fn open(world: &mut World, mailbox: &str) {
    world.intent(Intent::OpenMailbox(mailbox.to_owned()));
    world.run(SECOND);
}

/// Subjects in one of alice's mailboxes on the server with their flags, the oldest first.
fn there(world: &World, mailbox: &str) -> Vec<(String, Vec<Flag>)> {
    let alice = world.server.mailboxes().account("alice").unwrap();
    let messages = alice.mailbox(mailbox).unwrap().messages().iter();
    let told = messages.map(|message| {
        let flags = message.flags.iter().cloned().collect();
        (message.content.subject().to_owned(), flags)
    });
    told.collect()
}

fn subjects(world: &World, mailbox: &str) -> Vec<String> {
    let there = there(world, mailbox).into_iter();
    there.map(|(subject, _)| subject).collect()
}

#[test]
fn marks_wait_and_are_never_seen_to_go_back() {
    let mut world = offline(World::with_mail(3));
    mark(&mut world, "Number 1", Mark::Seen, true);
    mark(&mut world, "Number 2", Mark::Flagged, true);
    mark(&mut world, "Number 3", Mark::Flagged, true);
    mark(&mut world, "Number 3", Mark::Flagged, false);
    assert_eq!(world.failures(), []);
    assert!(!world.row("Number 1").unread);
    assert!(world.row("Number 2").flagged);
    assert_eq!(waiting(&world), 3);
    world.changes.clear();
    find(&mut world);
    let flags: Vec<_> = there(&world, "INBOX").into_iter().map(|(_, f)| f).collect();
    assert_eq!(flags, [vec![Flag::Seen], vec![Flag::Flagged], vec![]]);
    assert_eq!(waiting(&world), 0);
    for change in &world.changes {
        let Change::Rows { rows, .. } = change else {
            continue;
        };
        for row in rows.iter().flatten() {
            let marks = (row.unread, row.flagged);
            match row.subject.as_str() {
                "Number 1" => assert_eq!(marks, (false, false)),
                "Number 2" => assert_eq!(marks, (true, true)),
                _ => assert_eq!(marks, (true, false)),
            }
        }
    }
}

#[test]
fn what_is_read_without_a_connection_is_marked_as_read() {
    let mut world = online(World::with_mail(3));
    let (read, next) = (world.row("Number 3").id, world.row("Number 2").id);
    let other = world.row("Number 1").id;
    world.intent(Intent::OpenMessage(read));
    world.run(SECOND);
    lose(&mut world);
    // It came along; the one after it did not.
    world.intent(Intent::OpenMessage(next));
    world.intent(Intent::OpenMessage(other));
    let unavailable = world.changes.iter().rev().find_map(|change| match change {
        Change::Message(message) => Some(message.body == Body::Unavailable),
        _ => None,
    });
    assert_eq!(unavailable, Some(true));
    assert_eq!(waiting(&world), 1);
    find(&mut world);
    let seen = there(&world, "INBOX").into_iter();
    let seen: Vec<_> = seen.map(|(_, flags)| flags.contains(&Flag::Seen)).collect();
    // The last is open, and came with the connection.
    assert_eq!(seen, [true, true, true]);
}

#[test]
fn a_move_waits_and_is_taken_back_by_not_being_made() {
    let mut world = offline(World::with_mail(3));
    delete(&mut world, "Number 1");
    delete(&mut world, "Number 2");
    assert!(world.row("Number 1").going && world.row("Number 2").going);
    assert_eq!(waiting(&world), 2);
    let undo = world.undoable();
    world.intent(Intent::Undo(undo));
    assert!(!world.row("Number 2").going);
    assert_eq!(waiting(&world), 1);
    find(&mut world);
    assert_eq!(subjects(&world, "Trash"), ["Number 1"]);
    assert_eq!(world.subjects(), ["Number 3", "Number 2"]);
    assert_eq!((waiting(&world), world.failures()), (0, vec![]));
}

#[test]
fn what_is_deleted_twice_is_moved_once() {
    let mut world = online(World::with_mail(3));
    world.sent.clear();
    let id = world.row("Number 2").id;
    for _ in 0..3 {
        world.intent(Intent::Delete(vec![id]));
    }
    world.run(5 * SECOND);
    let sent = sent(&world);
    assert_eq!(sent.matches(" MOVE ").count(), 1, "{sent}");
    let offers = |change: &&Change| matches!(change, Change::Undoable { .. });
    assert_eq!(world.changes.iter().filter(offers).count(), 1);
}

#[test]
fn a_move_that_waited_is_taken_back_from_where_it_went() {
    let mut world = offline(World::with_mail(3));
    delete(&mut world, "Number 2");
    let undo = world.undoable();
    world.reachable = true;
    world.intent(Intent::Retry);
    world.run(3 * SECOND);
    assert_eq!(subjects(&world, "Trash"), ["Number 2"]);
    world.intent(Intent::Undo(undo));
    world.run(5 * SECOND);
    assert_eq!(subjects(&world, "Trash"), [""; 0]);
    assert_eq!(world.failures(), []);
}

#[test]
fn what_broke_off_is_said_again_and_happens_once() {
    // What was lost: the command, or its answer.
    for heard in [false, true] {
        let mut world = online(World::with_mail(3));
        match heard {
            false => world.lost = Some(world.sent.len()),
            true => world.fault = Some((world.transmissions, Fault::Cut)),
        }
        world.reachable = false;
        delete(&mut world, "Number 2");
        assert_eq!(waiting(&world), 1, "heard: {heard}");
        let moved = if heard { vec!["Number 2"] } else { vec![] };
        assert_eq!(subjects(&world, "Trash"), moved);
        find(&mut world);
        assert_eq!(subjects(&world, "Trash"), ["Number 2"]);
        assert_eq!(world.subjects(), ["Number 3", "Number 1"]);
        assert_eq!((waiting(&world), world.failures()), (0, vec![]));
    }
}

#[test]
fn a_move_that_broke_off_is_not_said_to_be_taken_back() {
    let mut world = online(World::with_mail(3));
    world.fault = Some((world.transmissions, Fault::Cut));
    world.reachable = false;
    delete(&mut world, "Number 2");
    let undo = world.undoable();
    world.intent(Intent::Undo(undo));
    let failures = world.failures();
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].kind, FailureKind::Lost);
    assert!(failures[0].words.ends_with("are in Trash"), "{failures:?}");
}

#[test]
fn what_waits_in_a_mailbox_that_is_not_open_is_done_aside() {
    let mut world = online(World::with_mail(3));
    for subject in ["Number 1", "Number 2", "Number 3"] {
        let messages = vec![world.row(subject).id];
        let mailbox = "Archive".to_owned();
        world.intent(Intent::Move { messages, mailbox });
        world.run(SECOND);
    }
    open(&mut world, "Archive");
    lose(&mut world);
    mark(&mut world, "Number 3", Mark::Flagged, true);
    delete(&mut world, "Number 2");
    open(&mut world, "INBOX");
    world.run(10 * SECOND);
    assert_eq!(waiting(&world), 2);
    find(&mut world);
    assert_eq!(
        there(&world, "Archive"),
        [
            ("Number 1".to_owned(), vec![]),
            ("Number 3".to_owned(), vec![Flag::Flagged])
        ]
    );
    assert_eq!(subjects(&world, "Trash"), ["Number 2"]);
    assert_eq!((waiting(&world), world.failures()), (0, vec![]));
}

#[test]
fn a_deletion_for_good_waits_too() {
    let mut world = online(World::with_mail(3));
    delete(&mut world, "Number 1");
    delete(&mut world, "Number 2");
    open(&mut world, "Trash");
    lose(&mut world);
    delete(&mut world, "Number 1");
    assert_eq!(waiting(&world), 0, "it can still be taken back");
    world.run(11 * SECOND);
    assert_eq!(waiting(&world), 1);
    assert!(world.row("Number 1").going);
    find(&mut world);
    assert_eq!(subjects(&world, "Trash"), ["Number 2"]);
    assert_eq!(world.subjects(), ["Number 2"]);
}

#[test]
fn what_waits_outlives_the_page() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("waiting.sqlite");
    // It may not be there.
    let _ = std::fs::remove_file(&path);
    let store = || Store::open(path.to_str().unwrap()).unwrap();
    let mail: Vec<Vec<u8>> = (1..=3).map(message).collect();
    let mail: Vec<&[u8]> = mail.iter().map(Vec::as_slice).collect();
    let mut world = offline(World::on(store(), &mail));
    mark(&mut world, "Number 2", Mark::Flagged, true);
    delete(&mut world, "Number 1");
    world.restart(store());
    world.connect(Protocol::Imap);
    world.run(SECOND / 10);
    assert_eq!(world.subjects(), numbers(3, 1), "from the device");
    assert_eq!(waiting(&world), 2);
    world.run(5 * SECOND);
    assert_eq!(waiting(&world), 2, "there is no network yet");
    find(&mut world);
    assert_eq!(
        there(&world, "INBOX"),
        [
            ("Number 2".to_owned(), vec![Flag::Flagged]),
            ("Number 3".to_owned(), vec![])
        ]
    );
    assert_eq!(subjects(&world, "Trash"), ["Number 1"]);
    assert_eq!(waiting(&world), 0);
}

#[test]
fn in_another_generation_nothing_is_done() {
    let mut world = offline(World::with_mail(3));
    mark(&mut world, "Number 2", Mark::Flagged, true);
    delete(&mut world, "Number 1");
    let alice = world.server.mailboxes_mut().account_mut("alice").unwrap();
    alice
        .inbox_mut()
        .set_uid_validity(UidValidity(4_000_000_000));
    find(&mut world);
    let flags = there(&world, "INBOX").into_iter().map(|(_, flags)| flags);
    assert_eq!(flags.collect::<Vec<_>>(), vec![Vec::new(); 3]);
    assert_eq!(waiting(&world), 0);
    let reset = |change: &Change| *change == Change::Notice(Notice::MailboxReset);
    assert!(world.changes.iter().any(reset));
}

#[test]
fn what_was_done_while_somebody_left_is_not_done_again() {
    let mut world = online(World::with_mail(3));
    let messages = vec![world.row("Number 2").id];
    let (mark, on) = (Mark::Flagged, true);
    world.intent(Intent::Mark { messages, mark, on });
    world.intent(Intent::Disconnect);
    world.run(5 * SECOND);
    assert_eq!(there(&world, "INBOX")[1].1, [Flag::Flagged]);
    world.sent.clear();
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    let sent = sent(&world);
    assert!(!sent.contains(" STORE "), "{sent}");
    assert_eq!(waiting(&world), 0);
}
