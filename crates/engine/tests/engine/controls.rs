//! The user holds commands back, edits them, drops them, and types others.

use std::time::Duration;

use porthole_engine::{
    Change, ConnectionId, Intent,
    account::Protocol,
    account::{Account, Via},
    change::{Body, Connection, Controls, FailureKind, Held, Notice, Preview, Run},
    intent::{Typed, Wheel},
};
use porthole_wire::Direction;

use crate::world::{World, numbers};

const SECOND: Duration = Duration::from_secs(1);
const BOTH: [Protocol; 2] = [Protocol::Imap, Protocol::Pop3];

fn wheel(world: &mut World, wheel: Wheel) {
    world.intent(Intent::Wheel(wheel));
    world.run(SECOND);
}

fn controls(world: &World) -> Controls {
    let told = world.changes.iter().rev().find_map(|change| match change {
        Change::Controls(controls) => Some((**controls).clone()),
        _ => None,
    });
    told.unwrap_or_default()
}

fn typed(line: &str, verbatim: bool) -> Typed {
    let line = line.to_owned();
    Typed { line, verbatim }
}

fn held(world: &World) -> Option<Held> {
    controls(world).held
}

/// The lines of the client so far, on all connections.
fn said(world: &World) -> Vec<String> {
    let entries = world.changes.iter().filter_map(|change| match change {
        Change::Wire(entries) => Some(entries),
        _ => None,
    });
    entries
        .flatten()
        .filter(|entry| entry.direction == Direction::Client)
        .map(|entry| String::from_utf8_lossy(&entry.kept).trim_end().to_owned())
        .collect()
}

fn held_from_the_greeting(protocol: Protocol) -> World {
    let mut world = World::with_mail(60);
    world.intent(Intent::Wheel(Wheel::Hold));
    world.connect(protocol);
    world.run(SECOND);
    world
}

#[test]
fn one_step_is_one_command_and_all_of_them_are_a_visit() {
    for protocol in BOTH {
        let mut world = held_from_the_greeting(protocol);
        assert_eq!(said(&world), Vec::<String>::new(), "{protocol:?}");
        let mut steps = 0;
        while world.subjects() != numbers(60, 11) {
            let waiting = held(&world).unwrap_or_else(|| panic!("{:?}", said(&world)));
            let before = said(&world).len();
            wheel(&mut world, Wheel::Step);
            let lines = said(&world);
            assert_eq!(lines.len(), before + 1, "{lines:?}");
            if !waiting.secret {
                assert!(
                    lines[before].ends_with(&waiting.line),
                    "{lines:?} {waiting:?}"
                );
            }
            assert!(!waiting.summary.is_empty());
            steps += 1;
            assert!(steps < 200, "{lines:?}");
        }
        wheel(&mut world, Wheel::RunOn);
        world.run(2 * SECOND);
        assert_eq!(controls(&world).run, Run::Free);
        assert_eq!(held(&world), None);
        // So many steps take longer than a POP3 session is held without need.
        let ended = [Connection::Online, Connection::Resting];
        assert!(ended.contains(&world.connection()), "{protocol:?}");
    }
}

#[test]
fn whoever_holds_is_given_the_time() {
    for protocol in BOTH {
        let mut world = held_from_the_greeting(protocol);
        wheel(&mut world, Wheel::Step);
        let waiting = held(&world);
        assert!(waiting.is_some());
        world.run(300 * SECOND);
        assert_eq!(held(&world), waiting, "{protocol:?}");
        wheel(&mut world, Wheel::RunOn);
        world.run(5 * SECOND);
        assert_eq!(world.connection(), Connection::Online, "{protocol:?}");
    }
}

#[test]
fn it_runs_to_an_answer_or_to_a_word() {
    for (protocol, word, answer) in [
        (Protocol::Imap, "select inbox", "EXISTS"),
        (Protocol::Pop3, "stat", "UIDL"),
    ] {
        let mut world = held_from_the_greeting(protocol);
        wheel(&mut world, Wheel::RunUntil(word.to_owned()));
        let waiting = held(&world).unwrap();
        assert!(waiting.line.to_lowercase().starts_with(word), "{waiting:?}");
        assert_eq!(controls(&world).run, Run::Held);
        assert!(
            !said(&world)
                .iter()
                .any(|line| line.to_lowercase().contains(word))
        );

        wheel(&mut world, Wheel::RunToAnswer);
        let next = held(&world).unwrap();
        assert_ne!(next, waiting);
        assert_eq!(controls(&world).run, Run::Held);

        // What the server says is a place to stop, too.
        let mut world = held_from_the_greeting(protocol);
        wheel(&mut world, Wheel::RunUntil(answer.to_owned()));
        assert_eq!(controls(&world).run, Run::Held, "{protocol:?}");
        assert_ne!(world.subjects(), numbers(60, 11));
    }
}

#[test]
fn what_waits_can_be_replaced_or_dropped() {
    for (protocol, stop, instead) in [
        (Protocol::Imap, "FETCH", "FETCH 60 (FLAGS)"),
        (Protocol::Pop3, "UIDL", "LIST 60"),
    ] {
        for replaced in [true, false] {
            let mut world = held_from_the_greeting(protocol);
            wheel(&mut world, Wheel::RunUntil(stop.to_owned()));
            // It may be the server that spoke of it: on to the command.
            while !held(&world).is_some_and(|held| held.line.starts_with(stop)) {
                wheel(&mut world, Wheel::Step);
            }
            let waiting = held(&world).unwrap();
            if replaced {
                wheel(&mut world, Wheel::Replace(instead.to_owned()));
                assert!(said(&world).last().unwrap().ends_with(instead));
            } else {
                wheel(&mut world, Wheel::Drop);
                assert_ne!(held(&world), Some(waiting.clone()));
            }
            wheel(&mut world, Wheel::RunOn);
            world.run(5 * SECOND);
            let lines = said(&world);
            let count = lines
                .iter()
                .filter(|line| line.ends_with(&waiting.line))
                .count();
            assert!(count <= 1, "{protocol:?} {lines:?}");
            // The client copes: it goes on, and the next look at the list is right.
            world.intent(Intent::ShowRows {
                first: 1,
                count: 50,
            });
            world.run(5 * SECOND);
            world.intent(Intent::ShowRows {
                first: 0,
                count: 50,
            });
            world.run(5 * SECOND);
            assert_eq!(world.subjects(), numbers(60, 11), "{protocol:?} {lines:?}");
        }
    }
}

#[test]
fn somebody_types() {
    for (protocol, known, answer) in [
        (
            Protocol::Imap,
            "STATUS INBOX (MESSAGES)",
            "* STATUS INBOX (MESSAGES 60)",
        ),
        (Protocol::Pop3, "LIST 3", "+OK 3 "),
    ] {
        let mut world = World::with_mail(60);
        world.connect(protocol);
        world.run(5 * SECOND);
        for line in [known, "FROB \u{e9}", "", known] {
            wheel(&mut world, Wheel::line(line));
        }
        let entries = world.changes.iter().filter_map(|change| match change {
            Change::Wire(entries) => Some(entries),
            _ => None,
        });
        let answers = entries
            .flatten()
            .filter(|e| e.kept.starts_with(answer.as_bytes()));
        assert_eq!(answers.count(), 2, "{protocol:?}: {:?}", said(&world));
        assert_eq!(world.connection(), Connection::Online);
        assert_eq!(world.subjects(), numbers(60, 11), "{protocol:?}");
    }
}

/// Where the lines went that begin so, but for their tag.
fn went_on(world: &World, line: &str) -> Vec<u32> {
    let entries = world.changes.iter().filter_map(|change| match change {
        Change::Wire(entries) => Some(entries),
        _ => None,
    });
    let typed = entries.flatten().filter(|entry| {
        let kept = String::from_utf8_lossy(&entry.kept);
        entry.direction == Direction::Client && kept.contains(line)
    });
    typed.map(|entry| entry.connection).collect()
}

fn not_sent(world: &World) -> usize {
    let said = |change: &&Change| matches!(change, Change::Notice(Notice::NotSent));
    world.changes.iter().filter(said).count()
}

fn send_on(world: &mut World, line: &str, connection: u32) {
    let (typed, connection) = (typed(line, false), Some(connection));
    wheel(world, Wheel::Send { typed, connection });
}

#[test]
fn somebody_types_on_the_other_connection() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    let connections = controls(&world).connections;
    let [main, side] = connections[..] else {
        panic!("{connections:?}")
    };
    for (line, connection) in [
        ("STATUS INBOX (UNSEEN)", side),
        ("STATUS Drafts (UNSEEN)", main),
    ] {
        send_on(&mut world, line, connection);
        assert_eq!(went_on(&world, line), [connection]);
    }
    assert_eq!(not_sent(&world), 0);
    assert_eq!(world.connection(), Connection::Online);
}

#[test]
fn what_was_typed_for_a_connection_that_is_gone_goes_on_no_other() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    let side = controls(&world).connections[1];
    send_on(&mut world, "LOGOUT", side);
    world.run(2 * SECOND);
    assert!(!controls(&world).connections.contains(&side));
    send_on(&mut world, "STATUS INBOX (UNSEEN)", side);
    assert!(went_on(&world, "STATUS INBOX (UNSEEN)").is_empty());
    assert_eq!(not_sent(&world), 1);
    // The user's own is as it was, and takes a line.
    wheel(&mut world, Wheel::line("STATUS INBOX (UNSEEN)"));
    assert_eq!(went_on(&world, "STATUS INBOX (UNSEEN)"), [1]);
    assert_eq!(world.subjects(), numbers(3, 1));
    assert_eq!(world.connection(), Connection::Online);
}

/// Its mailbox may be another than the one that was asked about.
#[test]
fn what_was_confirmed_for_a_connection_that_is_gone_goes_on_no_other() {
    let mut world = real(Protocol::Imap);
    world.run(5 * SECOND);
    let side = controls(&world).connections[1];
    send_on(&mut world, "EXPUNGE", side);
    assert!(controls(&world).asked.is_some());
    world.engine.handle_eof(world.now, ConnectionId(side));
    wheel(&mut world, Wheel::GoAhead);
    assert!(!controls(&world).connections.contains(&side));
    assert!(went_on(&world, "EXPUNGE").is_empty());
    assert_eq!(not_sent(&world), 1);
}

#[test]
fn what_is_typed_while_nobody_listens_is_not_sent_and_that_is_said() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Pop3);
    world.run(5 * SECOND);
    wheel(&mut world, Wheel::line("QUIT"));
    world.run(5 * SECOND);
    assert_eq!(world.connection(), Connection::Resting);
    wheel(&mut world, Wheel::line("LIST 3"));
    assert_eq!(not_sent(&world), 1);
    assert!(went_on(&world, "LIST 3").is_empty());
    // By now there is somebody.
    world.run(5 * SECOND);
    wheel(&mut world, Wheel::line("LIST 3"));
    assert_eq!(went_on(&world, "LIST 3").len(), 1);
}

#[test]
fn a_line_is_explained_and_not_sent() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Pop3);
    world.run(5 * SECOND);
    let before = said(&world);
    world.intent(Intent::Preview(typed("DELE 2", false)));
    let Some(Change::Preview(preview)) = world.changes.last().cloned() else {
        panic!("{:?}", world.changes.last());
    };
    let Preview {
        summary,
        understood,
        consequence,
        ..
    } = *preview;
    assert!(understood && summary.starts_with("DELE "), "{summary}");
    assert!(consequence.is_some_and(|consequence| consequence.destroys));
    assert_eq!(said(&world), before);
    let known = world.changes.iter().find_map(|change| match change {
        Change::Known(known) => Some(known.len()),
        _ => None,
    });
    assert!(known > Some(10));
}

#[test]
fn a_session_is_kept_for_whoever_types() {
    let ends = |world: &World| said(world).iter().any(|line| line.starts_with("QUIT"));
    for typed in [typed("NOOP", false), typed("NOOP\r\n", true)] {
        let mut world = World::online(Protocol::Pop3, 5);
        for _ in 0..4 {
            world.run(30 * SECOND);
            let send = Wheel::Send {
                typed: typed.clone(),
                connection: None,
            };
            wheel(&mut world, send);
            assert!(!ends(&world), "{:?}", said(&world));
        }
        world.run(60 * SECOND);
        assert!(ends(&world), "{:?}", said(&world));
    }
}

#[test]
fn whoever_holds_commands_back_for_long_finds_one_idle() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Imap);
    world.run(SECOND);
    assert_eq!(world.connection(), Connection::Online);
    wheel(&mut world, Wheel::Hold);
    // That it comes to rest is half of the test.
    world.run(30 * SECOND);
    assert_eq!(held(&world).map(|held| held.line), Some("IDLE".to_owned()));
    wheel(&mut world, Wheel::RunOn);
    let idles = said(&world)
        .into_iter()
        .filter(|line| line.ends_with("IDLE"));
    assert_eq!(idles.count(), 1);
}

/// An account whose mail is somebody's.
fn real(protocol: Protocol) -> World {
    let mut world = World::with_mail(3);
    let via = Via::Tunnel;
    let account = Account {
        via,
        ..Account::demo(protocol)
    };
    world.connect_as(account, "wonderland");
    world.run(SECOND);
    assert_eq!(world.connection(), Connection::Online);
    world
}

fn left(world: &mut World) -> usize {
    let alice = world.server.mailboxes_mut().account_mut("alice").unwrap();
    alice.inbox_mut().messages().len()
}

#[test]
fn what_could_destroy_somebodys_mail_asks_first_whichever_way_it_would_go() {
    let as_line = |line: &str| Wheel::line(line);
    let as_it_is = |line: &str| Wheel::Send {
        typed: typed(line, true),
        connection: None,
    };
    for (protocol, wish, says) in [
        (Protocol::Imap, as_line("EXPUNGE"), "EXPUNGE"),
        (Protocol::Imap, as_it_is("x1 EXPUNGE\r\n"), "x1 EXPUNGE"),
        // What no grammar knows may do anything.
        (Protocol::Imap, as_it_is("(\\Deleted)\r\n"), "(\\Deleted)"),
        (
            Protocol::Imap,
            as_it_is("x1 NOOP\r\nx2 CLOSE\r\n"),
            "x2 CLOSE",
        ),
        (Protocol::Pop3, as_line("DELE 1"), "DELE 1"),
        (Protocol::Pop3, as_it_is("DELE 1\r\n"), "DELE 1"),
    ] {
        let mut world = real(protocol);
        let before = said(&world).len();
        for other in [Wheel::KeepBack, Wheel::line("NOOP")] {
            wheel(&mut world, wish.clone());
            let asked = controls(&world).asked.unwrap();
            assert!(
                asked.line.contains(says) && !asked.words.is_empty(),
                "{asked:?}"
            );
            wheel(&mut world, other);
            assert_eq!(controls(&world).asked, None);
            // Whoever has not been asked has confirmed nothing.
            wheel(&mut world, Wheel::GoAhead);
        }
        assert!(
            !said(&world)[before..]
                .iter()
                .any(|line| line.contains(says))
        );
        assert_eq!(left(&mut world), 3);
        wheel(&mut world, wish.clone());
        wheel(&mut world, Wheel::GoAhead);
        assert!(
            said(&world).iter().any(|line| line.contains(says)),
            "{:?}",
            said(&world)
        );
        assert_eq!(controls(&world).asked, None);

        // The demo's mail is nobody's.
        let mut demo = World::with_mail(3);
        demo.connect(protocol);
        demo.run(SECOND);
        wheel(&mut demo, wish);
        assert_eq!(controls(&demo).asked, None);
        assert!(said(&demo).iter().any(|line| line.contains(says)));
    }
}

#[test]
fn a_line_that_was_edited_to_destroy_asks_and_is_not_put_in_another_place() {
    let mut world = real(Protocol::Imap);
    wheel(&mut world, Wheel::Hold);
    world.intent(Intent::OpenMailbox("Drafts".to_owned()));
    world.run(SECOND);
    let waiting = held(&world).unwrap();
    let instead = Wheel::Replace("CLOSE".to_owned());
    wheel(&mut world, instead.clone());
    assert_eq!(held(&world), Some(waiting.clone()));
    assert_eq!(controls(&world).asked.unwrap().line, "CLOSE");
    // Another command waits by then: it was not asked about.
    wheel(&mut world, Wheel::Step);
    assert_ne!(held(&world), Some(waiting));
    wheel(&mut world, Wheel::GoAhead);
    assert!(!said(&world).iter().any(|line| line.ends_with("CLOSE")));
    wheel(&mut world, Wheel::RunOn);
    world.run(5 * SECOND);
    wheel(&mut world, Wheel::Hold);
    world.intent(Intent::OpenMailbox("INBOX".to_owned()));
    world.run(SECOND);
    wheel(&mut world, instead);
    wheel(&mut world, Wheel::GoAhead);
    assert!(said(&world).iter().any(|line| line.ends_with("CLOSE")));
}

#[test]
fn nothing_of_the_clients_becomes_part_of_a_literal_that_was_typed() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    let send = |world: &mut World, line: &str, verbatim| {
        let (typed, connection) = (typed(line, verbatim), None);
        wheel(world, Wheel::Send { typed, connection });
    };
    send(&mut world, "APPEND Drafts {26}", false);
    world.sent.clear();
    let id = world.row("Number 2").id;
    world.intent(Intent::OpenMessage(id));
    world.run(5 * SECOND);
    assert_eq!(world.sent, [], "it would be taken for the literal");
    send(&mut world, "Subject: Half-past seven..\r\n", true);
    wheel(&mut world, Wheel::RunOn);
    world.run(5 * SECOND);
    let alice = world.server.mailboxes().account("alice").unwrap();
    let drafts = alice.mailbox("Drafts").unwrap().messages();
    assert_eq!(drafts[0].content.subject(), "Half-past seven..");
    let read = |change: &Change| match change {
        Change::Message(message) => matches!(message.body, Body::Text(_)),
        _ => false,
    };
    assert!(world.changes.iter().any(read));
}

#[test]
fn a_stat_that_is_typed_changes_no_list() {
    let mut world = World::with_mail(5);
    world.connect(Protocol::Pop3);
    world.run(2 * SECOND);
    for line in ["DELE 2", "STAT", "RSET", "STAT", "UIDL", "LIST"] {
        wheel(&mut world, Wheel::line(line));
        assert!(world.rows().iter().all(Option::is_some), "{line}");
        assert_eq!(world.subjects(), numbers(5, 1), "{line}");
    }
    world.intent(Intent::OpenMessage(world.row("Number 3").id));
    world.run(SECOND);
    assert_eq!(world.failures(), []);
}

#[test]
fn after_a_select_that_was_typed_the_client_comes_back() {
    for line in ["SELECT Drafts", "CLOSE", "UNSELECT"] {
        let mut world = World::with_mail(5);
        world.connect(Protocol::Imap);
        world.run(5 * SECOND);
        wheel(&mut world, Wheel::line(line));
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
    for protocol in BOTH {
        let mut world = World::with_mail(5);
        world.connect(protocol);
        world.run(5 * SECOND);
        world.intent(Intent::Wheel(Wheel::Hold));
        world.intent(Intent::OpenMessage(world.row("Number 3").id));
        world.run(SECOND);
        wheel(&mut world, Wheel::Drop);
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
fn a_line_typed_into_idle_is_no_refusal_of_it() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    let (typed, connection) = (typed("NOOP\r\n", true), None);
    wheel(&mut world, Wheel::Send { typed, connection });
    world.run(20 * SECOND);
    let told = |change: &Change| matches!(change, Change::Notice(Notice::NoIdle));
    assert!(!world.changes.iter().any(told));
    world.arrive(4);
    assert_eq!(world.subjects(), numbers(4, 1));
}
