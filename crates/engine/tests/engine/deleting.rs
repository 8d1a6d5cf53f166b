//! Deleting over POP3: what a session did not mark waits for another, and is not forgotten before.

use std::time::Duration;

use porthole_demo::misbehave::{Misbehaviour, Refusal, Times};
use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Body, Connection, Failure},
    intent::{Typed, Wheel},
};

use crate::{
    keeping::{file, store, there},
    world::{Fault, World, message, numbers},
};

const SECOND: Duration = Duration::from_secs(1);
const LEFT: [&str; 2] = ["Number 1", "Number 3"];

pub(crate) fn delete(world: &mut World, subject: &str) {
    let id = world.row(subject).id;
    world.intent(Intent::Delete(vec![id]));
}

/// A world of three messages, the second of which was deleted while the server was out of reach.
fn offline() -> World {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Pop3);
    world.run(2 * SECOND);
    world.reachable = false;
    world.fault = Some((world.transmissions, Fault::Cut));
    world.intent(Intent::CheckNow);
    world.run(2 * SECOND);
    delete(&mut world, "Number 2");
    world.run(200 * SECOND);
    world
}

/// How many messages the page was told wait, each time.
fn waiting(world: &World) -> Vec<u32> {
    let told = world.changes.iter().filter_map(|change| match change {
        Change::Waiting(count) => Some(*count),
        _ => None,
    });
    told.collect()
}

pub(crate) fn is_told(world: &World, words: &str) -> bool {
    let told = |failure: &Failure| failure.words.starts_with(words);
    world.failures().iter().any(told)
}

#[test]
fn a_deletion_waits_until_there_is_a_session() {
    let mut world = offline();
    assert!(matches!(world.connection(), Connection::Offline { .. }));
    assert!(world.row("Number 2").going, "it is still meant");
    assert_eq!(waiting(&world), [1]);
    world.reachable = true;
    world.run(200 * SECOND);
    assert_eq!(there(&world), LEFT);
    assert_eq!(world.subjects(), ["Number 3", "Number 1"]);
    assert_eq!(waiting(&world), [1, 0]);
    assert_eq!(world.failures(), []);
    let gone = Change::UndoGone(world.undoable());
    assert!(world.changes.contains(&gone), "it cannot be taken back now");
}

#[test]
fn a_deletion_that_waits_can_be_taken_back() {
    let mut world = offline();
    let id = world.undoable();
    assert!(!world.changes.contains(&Change::UndoGone(id)));
    world.intent(Intent::Undo(id));
    assert!(!world.row("Number 2").going);
    assert_eq!(waiting(&world), [1, 0]);
    world.reachable = true;
    world.run(200 * SECOND);
    assert_eq!(there(&world).len(), 3);
}

#[test]
fn a_deletion_that_waits_is_told_of_where_nothing_comes_of_it() {
    let mut world = offline();
    world.intent(Intent::Disconnect);
    assert!(is_told(&world, "what was to be deleted was not"));
    assert_eq!(waiting(&world), [1, 0]);
    assert_eq!(there(&world).len(), 3);
}

#[test]
fn a_deletion_waits_while_the_password_is_wrong() {
    let mut world = offline();
    for command in ["AUTH", "APOP", "USER", "PASS"] {
        let (command, with) = (command.to_owned(), Refusal::No);
        let refuse = Misbehaviour::Refuse { command, with };
        world.server.misbehave(refuse, Times::Always);
    }
    world.reachable = true;
    world.run(100 * SECOND);
    assert_eq!(world.connection(), Connection::SignInNeeded);
    assert!(world.row("Number 2").going);
    assert!(!is_told(&world, "what was"), "{:?}", world.failures());
    world.server.behave();
    world.intent(Intent::Retry);
    world.run(100 * SECOND);
    assert_eq!(there(&world), LEFT);
}

#[test]
fn a_deletion_whose_answer_did_not_come_waits() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Pop3);
    world.run(2 * SECOND);
    world.fault = Some((world.transmissions, Fault::Cut));
    delete(&mut world, "Number 2");
    world.run(100 * SECOND);
    assert_eq!(there(&world), LEFT);
    assert_eq!(world.failures(), []);
}

#[test]
fn what_is_gone_when_a_session_is_there_is_gone() {
    let mut world = offline();
    let alice = world.server.mailboxes_mut().account_mut("alice").unwrap();
    let inbox = alice.inbox_mut();
    let deleted = inbox.messages()[1].uid;
    inbox.expunge(|message| message.uid == deleted);
    world.reachable = true;
    world.run(200 * SECOND);
    assert_eq!(there(&world), LEFT);
    assert_eq!(waiting(&world), [1, 0]);
    assert_eq!(world.subjects(), ["Number 3", "Number 1"]);
    assert_eq!(world.failures(), []);
}

#[test]
fn rows_of_an_earlier_visit_show_what_is_going() {
    let path = file("going");
    let mut world = World::on(store(&path), &[&message(1), &message(2), &message(3)]);
    world.connect(Protocol::Pop3);
    world.run(5 * SECOND);
    world.reachable = false;
    world.restart(store(&path));
    world.connect(Protocol::Pop3);
    assert_eq!(world.subjects(), numbers(3, 1));
    delete(&mut world, "Number 2");
    world.run(60 * SECOND);
    assert!(world.row("Number 2").going);
    world.reachable = true;
    world.run(200 * SECOND);
    assert_eq!(there(&world), LEFT);
}

/// Lets time pass until a command is on its way.
fn until_sent(world: &mut World, command: &[u8]) {
    let tick = Duration::from_millis(10);
    let end = world.now + 100 * SECOND;
    while !world.sent.iter().any(|(_, sent)| sent == command) {
        assert!(world.now < end, "{command:?} is not sent");
        world.run(tick);
    }
}

#[test]
fn what_is_deleted_while_quit_is_on_its_way_waits_for_another_session() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Pop3);
    world.run(2 * SECOND);
    delete(&mut world, "Number 2");
    until_sent(&mut world, b"QUIT\r\n");
    delete(&mut world, "Number 1");
    world.run(2 * world.half);
    assert_eq!(there(&world), LEFT);
    assert_eq!(world.subjects(), ["Number 3", "Number 1"]);
    assert!(world.row("Number 1").going, "not gone before it was sent");
    world.run(100 * SECOND);
    assert_eq!(there(&world), ["Number 3"]);
    assert_eq!(world.subjects(), ["Number 3"]);
    assert_eq!(world.failures(), []);
}

#[test]
fn what_is_taken_back_while_quit_is_on_its_way_goes_where_it_was_marked() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Pop3);
    world.run(2 * SECOND);
    delete(&mut world, "Number 2");
    let marked = world.undoable();
    until_sent(&mut world, b"QUIT\r\n");
    delete(&mut world, "Number 1");
    for id in [marked, world.undoable()] {
        world.intent(Intent::Undo(id));
    }
    assert!(world.row("Number 2").going, "it is too late");
    assert!(!world.row("Number 1").going);
    world.run(100 * SECOND);
    assert_eq!(there(&world), LEFT);
    assert_eq!(world.subjects(), ["Number 3", "Number 1"]);
}

#[test]
fn what_is_opened_while_quit_is_on_its_way_comes_in_another_session() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Pop3);
    world.run(2 * SECOND);
    until_sent(&mut world, b"QUIT\r\n");
    let id = world.row("Number 1").id;
    world.intent(Intent::OpenMessage(id));
    world.run(10 * SECOND);
    let came = |change: &Change| {
        matches!(change, Change::Message(message)
            if message.id == id && matches!(message.body, Body::Text(_)))
    };
    assert!(world.changes.iter().any(came));
}

#[test]
fn a_quit_that_is_typed_ends_the_session_as_any() {
    for refused in [false, true] {
        let mut world = World::with_mail(3);
        world.connect(Protocol::Pop3);
        world.run(2 * SECOND);
        delete(&mut world, "Number 2");
        world.run(SECOND);
        if refused {
            let (command, with) = ("QUIT".to_owned(), Refusal::No);
            let refuse = Misbehaviour::Refuse { command, with };
            world.server.misbehave(refuse, Times::Once);
        }
        send(&mut world, "QUIT");
        world.run(2 * SECOND);
        assert_eq!(world.connection(), Connection::Resting);
        assert!(!world.rows().into_iter().flatten().any(|row| row.going));
        if refused {
            assert!(is_told(&world, "what was marked may not"));
            assert_eq!(world.subjects(), numbers(3, 1));
        } else {
            assert_eq!(world.failures(), []);
            assert_eq!(world.subjects(), ["Number 3", "Number 1"]);
            assert_eq!(there(&world), LEFT);
        }
    }
}

#[test]
fn what_is_deleted_by_typing_is_not_listed_at_the_next_look() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Pop3);
    world.run(2 * SECOND);
    for line in ["DELE 2", "QUIT"] {
        send(&mut world, line);
        world.run(SECOND);
    }
    world.intent(Intent::CheckNow);
    world.run(2 * SECOND);
    assert_eq!(world.subjects(), ["Number 3", "Number 1"]);
    assert_eq!(world.failures(), []);
}

fn send(world: &mut World, line: &str) {
    let (line, verbatim) = (line.to_owned(), false);
    world.intent(Intent::Wheel(Wheel::Send {
        typed: Typed { line, verbatim },
        connection: None,
    }));
}

#[test]
fn without_names_nothing_is_deleted_in_another_session() {
    let mut world = World::with_mail(3);
    world.strip(&["UIDL"]);
    world.connect(Protocol::Pop3);
    world.run(100 * SECOND);
    assert_eq!(world.connection(), Connection::Resting);
    let alice = world.server.mailboxes_mut().account_mut("alice").unwrap();
    let oldest = alice.inbox_mut().messages()[0].uid;
    alice.inbox_mut().expunge(|message| message.uid == oldest);
    // Its number is that of another message now.
    delete(&mut world, "Number 2");
    world.run(100 * SECOND);
    assert_eq!(there(&world), ["Number 2", "Number 3"]);
    assert!(is_told(&world, "what was to be deleted was not"));
    assert!(!world.row("Number 2").going);
}
