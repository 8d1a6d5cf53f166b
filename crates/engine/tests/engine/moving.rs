//! Moving and deleting over IMAP, and taking it back.

use std::time::Duration;

use porthole_demo::misbehave::{Misbehaviour, Refusal, Times};
use porthole_engine::{
    Intent,
    account::Protocol,
    change::{Connection, FailureKind},
};
use porthole_imap::types::{flag::Flag, number::UidValidity};

use crate::world::World;

const SECOND: Duration = Duration::from_secs(1);

fn open(count: u32) -> World {
    let mut world = World::with_mail(count);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
    world
}

/// How many messages the server has in one of alice's mailboxes.
fn count(world: &World, mailbox: &str) -> usize {
    let alice = world.server.mailboxes().account("alice").unwrap();
    alice.mailbox(mailbox).unwrap().messages().len()
}

fn delete(world: &mut World, subject: &str) {
    let id = world.row(subject).id;
    world.intent(Intent::Delete(vec![id]));
    world.run(SECOND);
}

#[test]
fn what_was_moved_is_not_taken_back_from_another_generation() {
    let mut world = open(3);
    delete(&mut world, "Number 2");
    assert_eq!(count(&world, "Trash"), 1);
    let alice = world.server.mailboxes_mut().account_mut("alice").unwrap();
    let trash = alice.mailbox_mut("Trash").unwrap();
    trash.set_uid_validity(UidValidity(4_000_000_000));
    let undo = world.undoable();
    world.intent(Intent::Undo(undo));
    world.run(5 * SECOND);
    let failures = world.failures();
    let kinds: Vec<_> = failures.iter().map(|failure| failure.kind).collect();
    assert_eq!(kinds, [FailureKind::Refused]);
    assert!(failures[0].words.contains("Trash was made anew"));
    assert_eq!((count(&world, "Trash"), count(&world, "INBOX")), (1, 2));
}

#[test]
fn a_removal_that_is_refused_is_told() {
    for command in ["UID STORE", "UID EXPUNGE"] {
        let mut world = open(3);
        delete(&mut world, "Number 2");
        world.intent(Intent::OpenMailbox("Trash".to_owned()));
        world.run(SECOND);
        let (command, with) = (command.to_owned(), Refusal::No);
        let refuse = Misbehaviour::Refuse { command, with };
        world.server.misbehave(refuse, Times::Once);
        delete(&mut world, "Number 2");
        assert_eq!(world.failures(), [], "it can still be taken back");
        world.run(20 * SECOND);
        let words: Vec<_> = world.failures().into_iter().map(|f| f.words).collect();
        assert_eq!(words, ["not now"]);
        assert_eq!(count(&world, "Trash"), 1);
        assert_eq!(world.subjects(), ["Number 2"]);
    }
}

/// A world whose server has not what IMAP4rev1 has not.
fn without(capabilities: &[&str]) -> World {
    let mut world = World::with_mail(3);
    world.strip(&["IMAP4rev2"]);
    world.strip(capabilities);
    // Another client has marked one, and may still change its mind.
    let alice = world.server.mailboxes_mut().account_mut("alice").unwrap();
    let inbox = alice.inbox_mut();
    let oldest = inbox.messages()[0].uid;
    inbox.set_flags(oldest, [Flag::Deleted].into());
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
    world.sent.clear();
    world
}

/// The names of the commands that changed something.
fn changed(world: &World) -> Vec<String> {
    let sent = world.sent.iter().map(|(_, sent)| sent.as_slice());
    let sent = String::from_utf8(sent.collect::<Vec<_>>().concat()).unwrap();
    let names = ["MOVE", "COPY", "STORE", "EXPUNGE", "CLOSE"];
    let words = sent.split([' ', '\r', '\n']);
    let words = words.filter(|word| names.contains(word));
    words.map(str::to_owned).collect()
}

#[test]
fn without_move_a_copy_is_made_and_the_rest_is_removed() {
    let mut world = without(&["MOVE"]);
    delete(&mut world, "Number 2");
    assert_eq!(changed(&world), ["COPY", "STORE", "EXPUNGE"]);
    assert_eq!((count(&world, "Trash"), count(&world, "INBOX")), (1, 2));
    assert_eq!(world.subjects(), ["Number 3", "Number 1"]);
    assert!(
        world.row("Number 1").going,
        "somebody else's, and not ours to remove"
    );

    world.sent.clear();
    let undo = world.undoable();
    world.intent(Intent::Undo(undo));
    world.run(10 * SECOND);
    assert_eq!(changed(&world), ["COPY", "STORE", "EXPUNGE"]);
    assert_eq!((count(&world, "Trash"), count(&world, "INBOX")), (0, 3));
    assert_eq!(world.failures(), []);
}

#[test]
fn a_copy_that_is_refused_removes_nothing() {
    let mut world = without(&["MOVE"]);
    let (command, with) = ("UID COPY".to_owned(), Refusal::No);
    let refuse = Misbehaviour::Refuse { command, with };
    world.server.misbehave(refuse, Times::Once);
    delete(&mut world, "Number 2");
    assert_eq!(changed(&world), ["COPY"]);
    assert_eq!((count(&world, "Trash"), count(&world, "INBOX")), (0, 3));
    assert_eq!(world.failures()[0].words, "not now");
}

#[test]
fn without_uidplus_nothing_is_removed_that_somebody_else_marked() {
    let mut world = without(&["MOVE", "UIDPLUS"]);
    delete(&mut world, "Number 2");
    assert_eq!(changed(&world), ["COPY", "STORE"]);
    assert_eq!((count(&world, "Trash"), count(&world, "INBOX")), (1, 3));
    assert!(world.row("Number 2").going, "it is marked, and shown so");

    // For good, where it can no longer be taken back, and by leaving.
    world.intent(Intent::OpenMailbox("Trash".to_owned()));
    world.run(SECOND);
    delete(&mut world, "Number 2");
    world.run(20 * SECOND);
    world.intent(Intent::Disconnect);
    world.run(SECOND);
    assert_eq!(changed(&world), ["COPY", "STORE", "STORE"]);
    assert_eq!((count(&world, "Trash"), count(&world, "INBOX")), (1, 3));
}
