//! A command that was never answered, or never sent, has told nothing.

use std::time::Duration;

use porthole_demo::misbehave::{Misbehaviour, Refusal, Times};
use porthole_engine::{
    Change, Intent,
    account::{Account, Protocol},
    change::{AfterDownload, Connection, FailureKind, Notice},
    intent::Wheel,
};

use crate::{
    deleting::{delete, is_told},
    keeping::{device, file, there},
    world::{World, message, numbers},
};

const SECOND: Duration = Duration::from_secs(1);

fn cut(world: &mut World, command: &str, times: Times) {
    let (command, after) = (command.to_owned(), 0);
    world
        .server
        .misbehave(Misbehaviour::Cut { command, after }, times);
}

fn refuse(world: &mut World, command: &str) {
    let (command, with) = (command.to_owned(), Refusal::No);
    let refuse = Misbehaviour::Refuse { command, with };
    world.server.misbehave(refuse, Times::Always);
}

fn wheel(world: &mut World, wheel: Wheel) {
    world.intent(Intent::Wheel(wheel));
    world.run(SECOND);
}

fn is_noticed(world: &World, wanted: &Notice) -> bool {
    let told = |change: &Change| matches!(change, Change::Notice(notice) if notice == wanted);
    world.changes.iter().any(told)
}

/// How often a line was sent that begins so.
fn sent(world: &World, beginning: &[u8]) -> usize {
    let sent = world.sent.iter();
    let lines = sent.flat_map(|(_, bytes)| bytes.split_inclusive(|octet| *octet == b'\n'));
    lines.filter(|line| line.starts_with(beginning)).count()
}

#[test]
fn names_that_did_not_come_do_not_mean_that_a_message_is_gone() {
    for pipelining in [true, false] {
        let mut world = World::online(Protocol::Pop3, 3);
        if !pipelining {
            world.strip(&["PIPELINING"]);
        }
        world.reachable = false;
        cut(&mut world, "QUIT", Times::Once);
        world.intent(Intent::CheckNow);
        world.run(2 * SECOND);
        delete(&mut world, "Number 2");
        cut(&mut world, "UIDL", Times::Once);
        world.reachable = true;
        world.run(10 * SECOND);
        assert!(world.row("Number 2").going, "{pipelining}");
        world.run(300 * SECOND);
        assert_eq!(there(&world), ["Number 1", "Number 3"], "{pipelining}");
        assert_eq!(world.failures(), [], "{pipelining}");
        assert!(!is_noticed(&world, &Notice::NoUidl), "{pipelining}");
    }
}

#[test]
fn names_that_did_not_come_leave_what_is_on_the_device_in_sight() {
    let mut world = World::online(Protocol::Pop3, 3);
    cut(&mut world, "UIDL", Times::Always);
    world.intent(Intent::CheckNow);
    world.run(3 * SECOND);
    world.reachable = false;
    world.run(10 * SECOND);
    assert!(matches!(world.connection(), Connection::Offline { .. }));
    assert_eq!(world.subjects(), numbers(3, 1));
}

#[test]
fn what_was_taken_back_stays_where_rset_is_refused() {
    let mut world = World::online(Protocol::Pop3, 3);
    refuse(&mut world, "RSET");
    delete(&mut world, "Number 2");
    world.run(SECOND);
    let undo = world.undoable();
    world.intent(Intent::Undo(undo));
    world.run(100 * SECOND);
    assert_eq!(there(&world), ["Number 1", "Number 2", "Number 3"]);
    assert!(!world.row("Number 2").going);
}

#[test]
fn a_server_that_deletes_nothing_is_not_asked_for_ever() {
    let path = file("refused");
    let mut world = device(&path, 3, AfterDownload::Delete);
    refuse(&mut world, "DELE");
    world.run(30 * SECOND);
    assert_eq!(sent(&world, b"DELE"), 3);
    assert_eq!(there(&world).len(), 3);
}

#[test]
fn a_quit_that_was_dropped_leaves_a_session() {
    for meanwhile in [true, false] {
        let mut world = World::online(Protocol::Pop3, 3);
        world.intent(Intent::Wheel(Wheel::Hold));
        world.intent(Intent::CheckNow);
        world.run(SECOND);
        if meanwhile {
            delete(&mut world, "Number 2");
        }
        wheel(&mut world, Wheel::Drop);
        wheel(&mut world, Wheel::RunOn);
        if !meanwhile {
            delete(&mut world, "Number 2");
        }
        world.run(SECOND);
        assert_eq!(sent(&world, b"DELE"), 1, "{meanwhile}");
        world.run(100 * SECOND);
        assert_eq!(there(&world), ["Number 1", "Number 3"], "{meanwhile}");
    }
}

#[test]
fn whoever_leaves_while_rset_is_refused_begins_nothing() {
    let mut world = World::online(Protocol::Pop3, 3);
    refuse(&mut world, "RSET");
    delete(&mut world, "Number 1");
    world.run(SECOND);
    delete(&mut world, "Number 2");
    world.run(SECOND);
    let undo = world.undoable();
    world.intent(Intent::Undo(undo));
    world.intent(Intent::Disconnect);
    let dials = world.dials;
    world.run(100 * SECOND);
    assert_eq!(world.dials, dials);
    assert_eq!(world.connection(), Connection::SignedOut);
    assert!(is_told(&world, "what was marked may not have been deleted"));
}

#[test]
fn without_top_a_message_may_be_long() {
    let mut long = message(2);
    long.extend(b"0123456789abcdef\r\n".repeat(120_000));
    let mut world = World::new(&[&message(1), &long, &message(3)]);
    world.strip(&["TOP"]);
    world.connect(Protocol::Pop3);
    world.run(10 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
    assert_eq!(world.subjects(), numbers(3, 1));
}

#[test]
fn capabilities_that_did_not_come_are_not_none() {
    let mut world = World::with_mail(3);
    cut(&mut world, "CAPA", Times::Always);
    let mut account = Account::demo(Protocol::Pop3);
    account.cleartext_allowed = false;
    world.connect_as(account, "wonderland");
    world.run(5 * SECOND);
    let kinds = world.failures();
    let kinds: Vec<_> = kinds.iter().map(|failure| failure.kind).collect();
    assert!(!kinds.contains(&FailureKind::OnlyInTheClear), "{kinds:?}");
}

#[test]
fn a_header_without_end_ends_the_session() {
    let mut world = World::with_mail(1);
    world.rewrite = Some(Box::new(|said| {
        let endless = "X: y\r\n".repeat(200_000) + "Subject:";
        let said = String::from_utf8_lossy(said);
        said.replace("Subject:", &endless).into_bytes()
    }));
    world.connect(Protocol::Pop3);
    world.run(5 * SECOND);
    assert!(is_told(&world, "the server sends a header without end"));
}

#[test]
fn a_server_without_capabilities_is_asked_once() {
    let mut world = World::with_mail(3);
    world.rewrite = Some(Box::new(|said| {
        let said = String::from_utf8_lossy(said).into_owned();
        let lines = said.split_inclusive("\r\n");
        let kept = lines.filter(|line| !line.starts_with("* CAPABILITY"));
        let code = |line: &str| match (line.find("[CAPABILITY"), line.find("] ")) {
            (Some(from), Some(to)) => [&line[..from], &line[to + 2..]].concat(),
            _ => line.to_owned(),
        };
        kept.map(code).collect::<String>().into_bytes()
    }));
    world.connect(Protocol::Imap);
    world.run(10 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
    assert_eq!(world.subjects(), numbers(3, 1));
    let asks = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("CAPABILITY\r\n");
    let asked = world.sent.iter().filter(|(_, bytes)| asks(bytes));
    // Before and after signing in, on either connection.
    assert!((2..=4).contains(&asked.count()));
}

#[test]
fn an_idle_that_was_dropped_was_not_refused() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Imap);
    world.run(SECOND);
    wheel(&mut world, Wheel::Hold);
    world.run(5 * SECOND);
    wheel(&mut world, Wheel::Drop);
    wheel(&mut world, Wheel::RunOn);
    assert!(!is_noticed(&world, &Notice::NoIdle));
    world.run(20 * SECOND);
    world.arrive(4);
    assert_eq!(world.subjects(), numbers(4, 1));
}

#[test]
fn an_idle_that_is_typed_is_followed() {
    let mut world = World::online(Protocol::Imap, 3);
    world.intent(Intent::Wheel(Wheel::line("IDLE")));
    world.run(5 * SECOND);
    world.arrive(4);
    assert_eq!(world.subjects(), numbers(4, 1));
    world.intent(Intent::OpenMailbox("Trash".to_owned()));
    world.run(5 * SECOND);
    assert_eq!(world.total(), Some(0));
    world.run(20 * SECOND);
    world.intent(Intent::OpenMailbox("INBOX".to_owned()));
    world.run(20 * SECOND);
    world.arrive(5);
    assert_eq!(world.subjects(), numbers(5, 1));
    assert_eq!(world.failures(), []);
}
