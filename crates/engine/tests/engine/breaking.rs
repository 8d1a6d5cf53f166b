//! What a user does, and what happens to the mailbox meanwhile, broken at every step in every way.

use porthole_demo::misbehave::{Misbehaviour, Refusal, Times};
use porthole_engine::{
    Change, Habits, Intent,
    account::{Protocol, Security},
    change::{Connection, Failure, FailureKind},
    intent::Mark,
};
use porthole_imap::types::flag::Flag;

use crate::{
    script::{
        BOTH, IMAP, POP3, SECOND, Script, all_are_shown, first, fresh, is_read, open, read,
        shows_what_is_there, sign_in, subjects,
    },
    world::{Fault, World, attached, deliver, lines, message, numbers, slow_previews},
};

#[test]
fn coming_back() {
    let script = Script {
        begin: |protocol| {
            let mut world = open(protocol);
            world.fault = Some((world.transmissions, Fault::Cut));
            world.intent(Intent::CheckNow);
            world.run(SECOND / 2);
            let lost = matches!(world.connection(), Connection::Offline { .. });
            assert!(lost, "{:?}", world.connection());
            world
        },
        act: |world, _| world.run(10 * SECOND),
        is_done: |world| all_are_shown(world) && world.failures().is_empty(),
    };
    script.check(BOTH);
}

/// Another message is at the top.
fn six_are_shown(world: &World) -> bool {
    world.subjects() == numbers(6, 1)
}

#[test]
fn another_visit_on_a_device_that_has_the_rows() {
    let script = Script {
        begin: |protocol| {
            let mut world = open(protocol);
            world.intent(Intent::Disconnect);
            world.run(5 * SECOND);
            deliver(&mut world.server, &message(6));
            world.changes.clear();
            world
        },
        act: |world, protocol| sign_in(world, protocol, Security::None),
        is_done: six_are_shown,
    };
    script.check(BOTH);
}

#[test]
fn hearing_of_new_mail() {
    let script = Script {
        begin: open,
        act: |world, _| {
            deliver(&mut world.server, &message(6));
            // Whoever listens is told; whoever hears nothing asks after some minutes.
            world.intent(Intent::CloseMessage);
            world.run(300 * SECOND);
        },
        is_done: six_are_shown,
    };
    script.check(IMAP);
}

#[test]
fn looking_for_new_mail_in_another_session() {
    let script = Script {
        begin: |protocol| {
            let mut world = open(protocol);
            world.run(70 * SECOND);
            assert_eq!(world.connection(), Connection::Resting);
            deliver(&mut world.server, &message(6));
            world
        },
        act: |world, _| {
            world.intent(Intent::CheckNow);
            world.run(10 * SECOND);
        },
        is_done: six_are_shown,
    };
    script.check(POP3);
}

#[test]
fn previews_that_come_later() {
    let script = Script {
        begin: |protocol| {
            let mut world = fresh(protocol);
            world.rewrite = Some(slow_previews());
            world.connect(protocol);
            world.run(SECOND);
            assert_eq!(world.row("Number 5").preview, "");
            world
        },
        act: |world, _| world.run(5 * SECOND),
        is_done: |world| {
            for row in world.rows().into_iter().flatten() {
                let number = row.subject.strip_prefix("Number ").unwrap();
                // Nobody waits for one that does not come.
                let preview = format!("This is number {number}.");
                assert!(row.preview.is_empty() || row.preview == preview, "{row:?}");
            }
            all_are_shown(world)
        },
    };
    script.check(IMAP);
}

#[test]
fn compressing_what_crosses() {
    let script = Script {
        begin: |protocol| {
            let mut world = fresh(protocol);
            world.intent(Intent::Use(Habits {
                compression: true,
                ..Habits::default()
            }));
            world
        },
        act: |world, protocol| {
            sign_in(world, protocol, Security::None);
            read(world, protocol);
        },
        is_done: |world| all_are_shown(world) && is_read(world),
    };
    script.check(IMAP);
}

/// Two attachments, of three pieces and of two.
const LINES: [u32; 2] = [25_000, 13_000];

fn large() -> Vec<u8> {
    attached(&LINES.map(lines))
}

fn with_large(protocol: Protocol) -> World {
    let mut world = World::new(&[&message(1), &large()]);
    world.connect(protocol);
    world.run(5 * SECOND);
    world
}

#[test]
fn reading() {
    let script = Script {
        begin: open,
        act: read,
        is_done: is_read,
    };
    script.check(BOTH);
}

#[test]
fn reading_what_is_large_and_saving_its_parts() {
    let script = Script {
        begin: with_large,
        act: |world, protocol| {
            read(world, protocol);
            for part in ["2", "3"] {
                let part = part.to_owned();
                if let Some(message) = first(world) {
                    world.intent(Intent::FetchPart { message, part });
                }
            }
            world.run(10 * SECOND);
        },
        is_done: |world| {
            let parts = world.changes.iter().filter_map(|change| match change {
                Change::Part { part, bytes, .. } => Some((part, bytes)),
                _ => None,
            });
            let mut came = [false; 2];
            for (part, bytes) in parts {
                let at = part.parse::<usize>().unwrap() - 2;
                assert!(*bytes == lines(LINES[at]), "{part} is not what it was");
                came[at] = true;
            }
            came == [true; 2] && is_read(world)
        },
    };
    script.check(BOTH);
}

#[test]
fn reading_a_long_text() {
    let script = Script {
        begin: |protocol| {
            let head = b"Subject: Number 1\r\n\r\nThis is number 5.\r\n";
            let long = [head.as_slice(), &lines(LINES[0])].concat();
            let mut world = World::new(&[&long]);
            world.connect(protocol);
            world.run(5 * SECOND);
            world
        },
        act: read,
        is_done: is_read,
    };
    script.check(BOTH);
}

#[test]
fn looking_at_the_source() {
    let script = Script {
        begin: with_large,
        act: |world, _| {
            if let Some(id) = first(world) {
                world.intent(Intent::ShowSource(id));
                world.run(10 * SECOND);
            }
        },
        is_done: |world| {
            world.changes.iter().any(|change| match change {
                Change::Source { bytes, .. } => {
                    assert!(*bytes == large(), "it is not what it was");
                    true
                }
                _ => false,
            })
        },
    };
    script.check(BOTH);
}

#[test]
fn searching() {
    let script = Script {
        begin: |protocol| {
            let mut world = World::with_mail(130);
            world.connect(protocol);
            world.run(5 * SECOND);
            world
        },
        act: |world, _| {
            world.intent(Intent::Search("number 47.".to_owned()));
            world.run(5 * SECOND);
            let found = world.subjects();
            // On this device it may not be.
            assert!(
                found.is_empty() || found == ["Number 47"] || found == ["-"],
                "{found:?}"
            );
        },
        is_done: |world| world.subjects() == ["Number 47"],
    };
    script.check(IMAP);
}

/// Takes back what was done last, if that is offered.
fn undo(world: &mut World) {
    let offered = world.changes.iter().rev().find_map(|change| match change {
        Change::Undoable { id, .. } => Some(*id),
        _ => None,
    });
    if let Some(id) = offered {
        world.intent(Intent::Undo(id));
        world.run(10 * SECOND);
    }
}

/// Whether each message is in one place, whichever.
fn none_is_lost(world: &World) -> bool {
    let places = ["INBOX", "Trash", "Archive"];
    let mut all: Vec<_> = places
        .iter()
        .flat_map(|place| subjects(world, place))
        .collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(all, numbers(5, 1), "lost, or there twice");
    true
}

#[test]
fn deleting() {
    let script = Script {
        begin: open,
        act: |world, _| {
            let id = world.row("Number 2").id;
            world.intent(Intent::Delete(vec![id]));
            // POP3 deletes at the end of the session.
            world.run(70 * SECOND);
        },
        is_done: |world| {
            subjects(world, "INBOX") == ["Number 5", "Number 4", "Number 3", "Number 1"]
        },
    };
    script.check(BOTH);
}

/// `Number 2` and `Number 4` are in the trash, which is shown.
fn with_trash(protocol: Protocol) -> World {
    let mut world = open(protocol);
    let messages = ["Number 2", "Number 4"].map(|subject| world.row(subject).id);
    world.intent(Intent::Delete(messages.to_vec()));
    world.run(2 * SECOND);
    world.intent(Intent::OpenMailbox("Trash".to_owned()));
    world.run(20 * SECOND);
    world
}

/// Whether `Number 2` alone is gone.
fn is_gone_for_good(world: &World) -> bool {
    let kept = ["Number 5", "Number 3", "Number 1"];
    assert_eq!(subjects(world, "INBOX"), kept);
    let trash = subjects(world, "Trash");
    assert!(trash.contains(&"Number 4".to_owned()));
    trash.len() == 1
}

#[test]
fn deleting_for_good() {
    let script = Script {
        begin: with_trash,
        act: |world, _| {
            let id = world.row("Number 2").id;
            world.intent(Intent::Delete(vec![id]));
            world.run(30 * SECOND);
        },
        is_done: is_gone_for_good,
    };
    script.check(IMAP);
}

#[test]
fn signing_out_while_a_deletion_for_good_can_be_taken_back() {
    let script = Script {
        begin: with_trash,
        act: |world, protocol| {
            let id = world.row("Number 2").id;
            world.intent(Intent::Delete(vec![id]));
            world.run(SECOND);
            world.intent(Intent::Disconnect);
            world.run(5 * SECOND);
            sign_in(world, protocol, Security::None);
        },
        is_done: is_gone_for_good,
    };
    script.check(IMAP);
}

#[test]
fn signing_out_with_a_deletion_on_its_way() {
    let script = Script {
        begin: open,
        act: |world, protocol| {
            let id = world.row("Number 2").id;
            world.intent(Intent::Delete(vec![id]));
            world.intent(Intent::Disconnect);
            world.run(5 * SECOND);
            sign_in(world, protocol, Security::None);
        },
        is_done: |world| {
            subjects(world, "INBOX") == ["Number 5", "Number 4", "Number 3", "Number 1"]
        },
    };
    script.check(BOTH);
}

#[test]
fn a_maildrop_that_deletes_nothing_after_all_says_so() {
    for refused in [true, false] {
        let mut world = open(Protocol::Pop3);
        let id = world.row("Number 2").id;
        world.intent(Intent::Delete(vec![id]));
        world.run(SECOND);
        if refused {
            let (command, with) = ("QUIT".to_owned(), Refusal::No);
            let refuse = Misbehaviour::Refuse { command, with };
            world.server.misbehave(refuse, Times::Once);
        } else {
            // The session breaks before it could end.
            world.fault = Some((world.transmissions, Fault::Cut));
            world.intent(Intent::OpenMessage(world.row("Number 5").id));
        }
        world.run(200 * SECOND);
        let failures = world.failures();
        let told = |failure: &Failure| failure.words.starts_with("what was marked may not");
        assert_eq!(
            failures.iter().filter(|f| told(f)).count(),
            1,
            "{failures:?}"
        );
        let gone = |failure: &Failure| failure.kind == FailureKind::MessageGone;
        assert!(!failures.iter().any(gone), "{failures:?}");
        assert_eq!(subjects(&world, "INBOX"), numbers(5, 1), "{refused}");
        shows_what_is_there(&world, "afterwards");
        assert!(!world.row("Number 2").going);
    }
}

#[test]
fn taking_a_deletion_back() {
    let script = Script {
        begin: open,
        act: |world, _| {
            let id = world.row("Number 2").id;
            world.intent(Intent::Delete(vec![id]));
            world.run(2 * SECOND);
            undo(world);
        },
        is_done: |world| none_is_lost(world) && subjects(world, "INBOX").len() == 5,
    };
    script.check(BOTH);
}

#[test]
fn taking_a_move_back() {
    let script = Script {
        begin: open,
        act: |world, _| {
            let messages = ["Number 2", "Number 4"].map(|subject| world.row(subject).id);
            world.intent(Intent::Move {
                messages: messages.to_vec(),
                mailbox: "Archive".to_owned(),
            });
            world.run(2 * SECOND);
            undo(world);
        },
        is_done: |world| none_is_lost(world) && subjects(world, "INBOX").len() == 5,
    };
    script.check(IMAP);
}

#[test]
fn taking_a_move_back_without_move() {
    let script = Script {
        begin: |protocol| {
            let mut world = fresh(protocol);
            world.strip(&["MOVE", "IMAP4rev2"]);
            world.connect(protocol);
            world.run(5 * SECOND);
            world
        },
        act: |world, _| {
            let id = world.row("Number 2").id;
            world.intent(Intent::Delete(vec![id]));
            world.run(2 * SECOND);
            undo(world);
        },
        is_done: |world| {
            let (here, there) = (subjects(world, "INBOX"), subjects(world, "Trash"));
            // A copy too many is no loss.
            let kept = [here.as_slice(), &there].concat();
            assert!(numbers(5, 1).iter().all(|number| kept.contains(number)));
            here.len() == 5 && there.is_empty()
        },
    };
    script.check(IMAP);
}

#[test]
fn opening_another_mailbox() {
    let script = Script {
        begin: |protocol| {
            let mut world = open(protocol);
            let messages = ["Number 2", "Number 4"].map(|subject| world.row(subject).id);
            world.intent(Intent::Move {
                messages: messages.to_vec(),
                mailbox: "Archive".to_owned(),
            });
            world.run(20 * SECOND);
            world
        },
        act: |world, _| {
            world.intent(Intent::OpenMailbox("Archive".to_owned()));
            world.run(2 * SECOND);
        },
        is_done: |world| world.subjects() == ["Number 4", "Number 2"],
    };
    script.check(IMAP);
}

#[test]
fn marking() {
    let script = Script {
        begin: open,
        act: |world, _| {
            let id = world.row("Number 2").id;
            for (mark, on) in [
                (Mark::Flagged, true),
                (Mark::Seen, true),
                (Mark::Seen, false),
            ] {
                let messages = vec![id];
                world.intent(Intent::Mark { messages, mark, on });
                world.run(SECOND);
            }
        },
        is_done: |world| {
            let alice = world.server.mailboxes().account("alice").unwrap();
            let flags = &alice.mailbox("INBOX").unwrap().messages()[1].flags;
            let marked = (flags.contains(&Flag::Flagged), flags.contains(&Flag::Seen));
            if world.connection() == Connection::Online {
                let row = world.row("Number 2");
                assert_eq!((row.flagged, !row.unread), marked, "shown and there");
            }
            marked == (true, false)
        },
    };
    script.check(IMAP);
}

#[test]
fn doing_what_waited_for_a_connection() {
    let script = Script {
        begin: |protocol| {
            let mut world = open(protocol);
            world.fault = Some((world.transmissions, Fault::Cut));
            world.intent(Intent::CheckNow);
            world.run(SECOND / 2);
            let messages = vec![world.row("Number 2").id];
            world.intent(Intent::Delete(messages));
            let (messages, mark) = (vec![world.row("Number 4").id], Mark::Flagged);
            let on = true;
            world.intent(Intent::Mark { messages, mark, on });
            world
        },
        act: |world, _| world.run(10 * SECOND),
        is_done: |world| {
            none_is_lost(world);
            let alice = world.server.mailboxes().account("alice").unwrap();
            let inbox = alice.mailbox("INBOX").unwrap().messages().iter();
            let starred = inbox.filter(|message| message.flags.contains(&Flag::Flagged));
            starred.count() == 1 && subjects(world, "Trash") == ["Number 2"]
        },
    };
    script.check(IMAP);
}
