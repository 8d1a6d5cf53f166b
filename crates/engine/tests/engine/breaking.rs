//! What a user does, broken at every step in every way: it comes to what was wanted, or it is said
//! that it does not. Nothing waits for ever, and what is shown is what is there.

use std::time::Duration;

use porthole_demo::misbehave::{Misbehaviour, Refusal, Times};
use porthole_engine::{
    Account, Change, Intent,
    account::{Protocol, Security},
    change::{Body, Connection, Failure, FailureKind, Searched},
    intent::{Mark, MessageId},
};
use porthole_imap::types::flag::Flag;
use porthole_sasl::Mechanism;

use crate::{
    faults::FAULTS,
    world::{Fault, World, attached, lines, message, numbers},
};

const SECOND: Duration = Duration::from_secs(1);
const BOTH: &[Protocol] = &[Protocol::Imap, Protocol::Pop3];
const IMAP: &[Protocol] = &[Protocol::Imap];

/// Something that a user does.
struct Script {
    /// As it is before anything breaks.
    begin: fn(Protocol) -> World,
    act: fn(&mut World, Protocol),
    /// Whether it has come to what was wanted.
    is_done: fn(&World) -> bool,
}

impl Script {
    /// Breaks it at every step in every way.
    fn check(&self, protocols: &[Protocol]) {
        for &protocol in protocols {
            let mut calm = (self.begin)(protocol);
            let (answers, asked) = (calm.transmissions, calm.sent.len());
            (self.act)(&mut calm, protocol);
            let steps = calm.transmissions - answers;
            assert!(steps > 0, "{protocol:?}: the server has no part in it");
            let sends = calm.sent.len() - asked;
            assert!(
                (self.is_done)(&calm),
                "{protocol:?}: not even when it is calm"
            );
            self.judge(&mut calm, &format!("{protocol:?}, calm"));
            assert_eq!(calm.failures(), [], "{protocol:?}: calm");
            for at in 0..steps {
                for fault in FAULTS {
                    let mut world = (self.begin)(protocol);
                    world.fault = Some((world.transmissions + at, fault));
                    (self.act)(&mut world, protocol);
                    self.judge(
                        &mut world,
                        &format!("{protocol:?}, {fault:?} at {at} of {steps}"),
                    );
                }
            }
            for at in 0..sends {
                let mut world = (self.begin)(protocol);
                world.lost = Some(world.sent.len() + at);
                (self.act)(&mut world, protocol);
                self.judge(
                    &mut world,
                    &format!("{protocol:?}, {at} of {sends} is not heard"),
                );
            }
        }
    }

    /// Time passes, and then it has come to something.
    fn judge(&self, world: &mut World, what: &str) {
        world.run(200 * SECOND);
        is_at_rest(world, what);
        let done = (self.is_done)(world);
        assert!(done || is_told(world), "{what}: neither done nor told");
        let is_searching = world.changes.iter().rev().find_map(|change| match change {
            Change::Search(state) => Some(state.is_some()),
            _ => None,
        });
        if is_searching == Some(true) {
            world.intent(Intent::Search(String::new()));
        }
        world.intent(Intent::CheckNow);
        world.run(70 * SECOND);
        shows_what_is_there(world, what);
    }
}

/// Whether the user knows that something did not come.
fn is_told(world: &World) -> bool {
    let told = |change: &Change| match change {
        Change::Failed(_) | Change::Stopped { .. } => true,
        Change::Message(message) => message.body == Body::Unavailable,
        // It says over what it searched.
        Change::Search(Some(state)) => state.done && state.searched != Searched::Server,
        _ => false,
    };
    world.changes.iter().any(told)
}

/// Nothing waits for what does not come.
fn is_at_rest(world: &World, what: &str) {
    match world.connection() {
        Connection::Online | Connection::Resting => {}
        Connection::SignedOut | Connection::SignInNeeded => {
            assert!(!world.failures().is_empty(), "{what}: ended without a word");
        }
        state => panic!("{what}: stuck in {state:?}"),
    }
    let (mut under_way, mut searching, mut loading) = (Vec::new(), false, false);
    for change in &world.changes {
        let over = match change {
            Change::Progress { message, part, .. } => {
                under_way.push((*message, part.clone()));
                continue;
            }
            Change::Stopped { message, part } => (*message, part.clone()),
            Change::Part { message, part, .. } => (*message, Some(part.clone())),
            Change::Source { message, .. } => (*message, None),
            Change::Search(state) => {
                searching = state.as_ref().is_some_and(|state| !state.done);
                continue;
            }
            Change::Message(message) => {
                loading = message.body == Body::Loading;
                if loading {
                    continue;
                }
                (message.id, None)
            }
            _ => continue,
        };
        under_way.retain(|known| *known != over);
    }
    assert_eq!(under_way, [], "{what}: still under way");
    assert!(!searching, "{what}: still searching");
    assert!(!loading, "{what}: still loading");
}

/// The rows are those of the server, in its order.
fn shows_what_is_there(world: &World, what: &str) {
    if !matches!(world.connection(), Connection::Online | Connection::Resting) {
        return;
    }
    let (shown, there) = (world.subjects(), there(world));
    let refused = |failure: &Failure| failure.kind == FailureKind::NoMailbox;
    // A mailbox that cannot be opened shows what is on this device of it.
    if shown.is_empty() && world.failures().iter().any(refused) {
        return;
    }
    assert_eq!(shown, there[..there.len().min(50)], "{what}: what is shown");
    assert_eq!(world.total(), Some(there.len() as u32), "{what}");
}

/// The subjects in the mailbox that is shown, as the server has them.
fn there(world: &World) -> Vec<String> {
    let shown = world.changes.iter().rev().find_map(|change| match change {
        Change::List { mailbox, .. } => Some(mailbox.as_str()),
        _ => None,
    });
    subjects(world, shown.unwrap_or("INBOX"))
}

/// The subjects in one of alice's mailboxes, the newest first.
fn subjects(world: &World, mailbox: &str) -> Vec<String> {
    let alice = world.server.mailboxes().account("alice").unwrap();
    let messages = alice.mailbox(mailbox).unwrap().messages().iter().rev();
    let subject = |raw: &[u8]| {
        let raw = String::from_utf8_lossy(raw);
        let subject = raw.lines().find_map(|line| line.strip_prefix("Subject: "));
        subject.unwrap().to_owned()
    };
    messages
        .map(|message| subject(message.content.octets()))
        .collect()
}

/// Five messages, on the way to being shown.
fn fresh(_: Protocol) -> World {
    World::with_mail(5)
}

/// Five messages, shown.
fn open(protocol: Protocol) -> World {
    let mut world = fresh(protocol);
    world.connect(protocol);
    world.run(5 * SECOND);
    world
}

fn sign_in(world: &mut World, protocol: Protocol, security: Security) {
    let mut account = Account::demo(protocol);
    account.destination.security = security;
    world.connect_as(account, "wonderland");
    world.run(5 * SECOND);
}

fn all_are_shown(world: &World) -> bool {
    world.subjects() == numbers(5, 1)
}

#[test]
fn signing_in_by_starttls() {
    let script = Script {
        begin: fresh,
        act: |world, protocol| sign_in(world, protocol, Security::StartTls),
        is_done: all_are_shown,
    };
    script.check(BOTH);
}

#[test]
fn signing_in_by_scram() {
    let script = Script {
        begin: |protocol| {
            let mut world = fresh(protocol);
            world.server.options_mut().mechanisms = vec![Mechanism::ScramSha256];
            world
        },
        act: |world, protocol| sign_in(world, protocol, Security::None),
        is_done: all_are_shown,
    };
    script.check(BOTH);
}

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

/// The newest message, if it is there by now.
fn first(world: &World) -> Option<MessageId> {
    let first = world.rows().into_iter().flatten().next();
    first.map(|row| row.id)
}

fn read(world: &mut World, _: Protocol) {
    if let Some(id) = first(world) {
        world.intent(Intent::OpenMessage(id));
        world.run(5 * SECOND);
    }
}

/// Whether the text was shown, and never another.
fn is_read(world: &World) -> bool {
    let shown = world.changes.iter().rev().find_map(|change| match change {
        Change::Message(message) => Some(&message.body),
        _ => None,
    });
    let Some(Body::Text(text)) = shown else {
        return false;
    };
    let text = &text.blocks[0].lines[0][0].text;
    assert!(
        text == "See below." || text == "This is number 5.",
        "{text}"
    );
    true
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
            for capability in ["MOVE", "IMAP4rev2"] {
                let capability = capability.to_owned();
                let strip = Misbehaviour::Strip { capability };
                world.server.misbehave(strip, Times::Always);
            }
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
