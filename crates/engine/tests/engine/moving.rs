//! Moving and deleting over IMAP, and taking it back.

use std::time::Duration;

use porthole_demo::misbehave::{Misbehaviour, Refusal, Times};
use porthole_engine::{
    Intent,
    account::Protocol,
    change::{Connection, FailureKind},
};
use porthole_imap::types::number::UidValidity;

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
