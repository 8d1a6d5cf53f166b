//! What a user meets midway: typed commands that move the client, visits that find rows here, counts
//! of unread mail.

use std::time::Duration;

use porthole_demo::misbehave::{Misbehaviour, Times};
use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Body, Connection, FailureKind, Notice},
    intent::{Typed, Wheel},
};
use porthole_wire::Direction;

use crate::world::{World, deliver, message, numbers};

const SECOND: Duration = Duration::from_secs(1);

fn send(world: &mut World, line: &str) {
    world.intent(Intent::Wheel(Wheel::line(line)));
    world.run(SECOND);
}

/// What the client said since the first so many changes.
fn said_since(world: &World, before: usize) -> Vec<String> {
    let entries = world.changes[before..].iter().filter_map(|c| match c {
        Change::Wire(entries) => Some(entries),
        _ => None,
    });
    let said = entries
        .flatten()
        .filter(|e| e.direction == Direction::Client);
    said.map(|e| String::from_utf8_lossy(&e.kept).trim_end().to_owned())
        .collect()
}

fn unread(world: &World) -> Option<u32> {
    let told = world.changes.iter().rev().find_map(|change| match change {
        Change::List { unread, .. } => Some(*unread),
        _ => None,
    });
    told.flatten()
}

#[test]
fn a_stat_that_is_typed_changes_no_list() {
    let mut world = World::with_mail(5);
    world.connect(Protocol::Pop3);
    world.run(2 * SECOND);
    for line in ["DELE 2", "STAT", "RSET", "STAT", "UIDL", "LIST"] {
        send(&mut world, line);
        assert!(world.rows().iter().all(Option::is_some), "{line}");
        assert_eq!(world.subjects(), numbers(5, 1), "{line}");
    }
    world.intent(Intent::OpenMessage(world.row("Number 3").id));
    world.run(SECOND);
    assert_eq!(world.failures(), []);
}

#[test]
fn the_open_message_is_fetched_again_once_the_connection_is_back() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let mut world = World::with_mail(5);
        world.connect(protocol);
        world.run(5 * SECOND);
        let command = match protocol {
            Protocol::Imap => "UID FETCH",
            Protocol::Pop3 => "RETR",
        };
        let (command, after) = (command.to_owned(), 10);
        let cut = Misbehaviour::Cut { command, after };
        world.server.misbehave(cut, Times::Once);
        let id = world.row("Number 3").id;
        world.intent(Intent::OpenMessage(id));
        world.run(10 * SECOND);
        let shown = world.changes.iter().rev().find_map(|change| match change {
            Change::Message(message) => Some(&message.body),
            _ => None,
        });
        assert!(
            matches!(shown, Some(Body::Text(_))),
            "{protocol:?}: {shown:?}"
        );
        assert_eq!(world.failures(), [], "{protocol:?}");
    }
}

#[test]
fn after_a_select_that_was_typed_the_client_comes_back() {
    for line in ["SELECT Drafts", "CLOSE", "UNSELECT"] {
        let mut world = World::with_mail(5);
        world.connect(Protocol::Imap);
        world.run(5 * SECOND);
        send(&mut world, line);
        let id = world.row("Number 4").id;
        world.intent(Intent::Delete(vec![id]));
        world.run(20 * SECOND);
        assert_eq!(
            world.subjects(),
            ["Number 5", "Number 3", "Number 2", "Number 1"]
        );
        let alice = world.server.mailboxes().account("alice").unwrap();
        assert_eq!(
            alice.mailbox("INBOX").unwrap().messages().len(),
            4,
            "{line}"
        );
        assert_eq!(world.connection(), Connection::Online, "{line}");
        assert_eq!(world.failures(), [], "{line}");
    }
}

#[test]
fn what_the_user_dropped_no_server_has_refused() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let mut world = World::with_mail(5);
        world.connect(protocol);
        world.run(5 * SECOND);
        world.intent(Intent::Wheel(Wheel::Hold));
        world.intent(Intent::OpenMessage(world.row("Number 3").id));
        world.run(SECOND);
        world.intent(Intent::Wheel(Wheel::Drop));
        world.run(SECOND);
        let kinds: Vec<_> = world.failures().iter().map(|f| f.kind).collect();
        assert!(
            kinds.contains(&FailureKind::Dropped),
            "{protocol:?}: {kinds:?}"
        );
        let refused = [FailureKind::Refused, FailureKind::NotGiven];
        assert!(
            !kinds.iter().any(|kind| refused.contains(kind)),
            "{kinds:?}"
        );
    }
}

#[test]
fn rows_that_are_here_are_not_fetched_again() {
    for (arrived, gone, expected) in [
        (0, 0, &["11:60 (UID FLAGS)"][..]),
        (
            2,
            0,
            &["61:62 (UID FLAGS INTERNALDATE", "13:60 (UID FLAGS)"],
        ),
        // One that has gone again unseen is taken for one that is there.
        (
            3,
            2,
            &["59:61 (UID FLAGS INTERNALDATE", "12:58 (UID FLAGS)"],
        ),
    ] {
        let mut world = World::with_mail(60);
        world.connect(Protocol::Imap);
        world.run(5 * SECOND);
        world.intent(Intent::ShowRows {
            first: 0,
            count: 60,
        });
        world.run(5 * SECOND);
        world.intent(Intent::Disconnect);
        world.run(5 * SECOND);
        for n in 61..=60 + arrived {
            deliver(&mut world.server, &message(n));
        }
        let inbox = world.server.mailboxes_mut().account_mut("alice").unwrap();
        let inbox = inbox.inbox_mut();
        let last: Vec<_> = inbox
            .messages()
            .iter()
            .rev()
            .skip(1)
            .take(gone)
            .map(|m| m.uid)
            .collect();
        inbox.expunge(|message| last.contains(&message.uid));
        let before = world.changes.len();
        world.connect(Protocol::Imap);
        world.run(5 * SECOND);
        let fetches: Vec<_> = said_since(&world, before)
            .into_iter()
            .filter_map(|line| Some(line.split_once(" FETCH ")?.1.to_owned()))
            .collect();
        for part in expected {
            assert!(
                fetches.iter().any(|line| line.starts_with(part)),
                "{part}: {fetches:?}"
            );
        }
        assert!(world.rows().iter().all(Option::is_some), "{arrived} {gone}");
        let now = 60 + arrived - u32::try_from(gone).unwrap();
        assert_eq!(world.total(), Some(now));
        assert_eq!(world.failures(), []);
    }
}

#[test]
fn rows_that_were_never_here_are_fetched_whole() {
    let mut world = World::with_mail(60);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    world.intent(Intent::Disconnect);
    world.run(5 * SECOND);
    let inbox = world.server.mailboxes_mut().account_mut("alice").unwrap();
    let inbox = inbox.inbox_mut();
    // Twenty that were seen: as many that were not come into sight.
    let seen: Vec<_> = inbox
        .messages()
        .iter()
        .rev()
        .take(20)
        .map(|m| m.uid)
        .collect();
    inbox.expunge(|message| seen.contains(&message.uid));
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    assert_eq!(world.total(), Some(40));
    assert_eq!(world.subjects(), numbers(40, 1));
}

#[test]
fn a_line_typed_into_idle_is_no_refusal_of_it() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    let typed = Typed {
        line: "NOOP\r\n".to_owned(),
        verbatim: true,
    };
    let connection = None;
    world.intent(Intent::Wheel(Wheel::Send { typed, connection }));
    world.run(20 * SECOND);
    let told = |change: &Change| matches!(change, Change::Notice(Notice::NoIdle));
    assert!(!world.changes.iter().any(told));
    deliver(&mut world.server, &message(4));
    world.intent(Intent::CloseMessage);
    world.run(2 * SECOND);
    assert_eq!(world.subjects(), numbers(4, 1));
}

#[test]
fn new_mail_is_counted_as_unread() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    assert_eq!(unread(&world), Some(3));
    for n in 4..=5 {
        deliver(&mut world.server, &message(n));
        // Whoever listens is told.
        world.intent(Intent::CloseMessage);
        world.run(2 * SECOND);
    }
    assert_eq!(unread(&world), Some(5));
    // What is taken back from the trash comes back unread.
    let id = world.row("Number 4").id;
    world.intent(Intent::Delete(vec![id]));
    world.run(2 * SECOND);
    assert_eq!(unread(&world), Some(4));
    world.intent(Intent::Undo(world.undoable()));
    world.run(5 * SECOND);
    assert_eq!(unread(&world), Some(5));
    assert_eq!(world.rows().len(), 5);
}
