//! Attachments over IMAP, which come in pieces: stopped, refused, and asked for again.

use std::time::Duration;

use porthole_demo::misbehave::{Misbehaviour, Refusal, Times};
use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Body, FailureKind},
    intent::MessageId,
};

use crate::world::{Fault, World, attached, lines};

const SECOND: Duration = Duration::from_secs(1);
/// Parts 2 and 3 of the message: so many lines of 16 octets, in eleven pieces and in three.
const LINES: [u32; 2] = [130_000, 30_000];

/// A message with two large attachments, opened.
fn open() -> (World, MessageId) {
    let raw = attached(&LINES.map(lines));
    let mut world = World::new(&[&raw]);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    let id = world.row("Attached").id;
    world.intent(Intent::OpenMessage(id));
    world.run(5 * SECOND);
    world.sent.clear();
    (world, id)
}

fn fetch(world: &mut World, message: MessageId, part: &str) {
    let part = part.to_owned();
    world.intent(Intent::FetchPart { message, part });
}

fn stop(world: &mut World, message: MessageId, part: &str) {
    let part = Some(part.to_owned());
    world.intent(Intent::Stop { message, part });
}

/// What has become of a part: its octets, or that it was stopped.
fn ends(world: &World, wanted: &str) -> Vec<Option<Vec<u8>>> {
    let ends = world.changes.iter().filter_map(|change| match change {
        Change::Part { part, bytes, .. } if part == wanted => Some(Some(bytes.clone())),
        Change::Stopped { part, .. } if part.as_deref() == Some(wanted) => Some(None),
        _ => None,
    });
    ends.collect()
}

/// How many pieces of a part were asked for.
fn asked(world: &World, part: &str) -> usize {
    let sent: Vec<u8> = world.sent.iter().flat_map(|(_, b)| b.clone()).collect();
    let sent = String::from_utf8(sent).unwrap();
    sent.matches(&format!("BODY.PEEK[{part}]<")).count()
}

#[test]
fn what_is_stopped_asks_for_no_more_and_can_be_had_later() {
    let (mut world, id) = open();
    fetch(&mut world, id, "2");
    world.run(2 * world.half);
    let begun = |change: &Change| matches!(change, Change::Progress { received: 1.., .. });
    assert!(world.changes.iter().any(begun));
    let before = asked(&world, "2");
    assert_eq!(before, 4, "two are here and two on their way");
    stop(&mut world, id, "2");
    assert_eq!(ends(&world, "2"), [None]);
    world.changes.clear();
    world.run(5 * SECOND);
    assert_eq!(asked(&world, "2"), before);
    assert!(!world.changes.iter().any(begun));
    assert_eq!(ends(&world, "2"), []);
    let reconnects = |change: &Change| matches!(change, Change::Connection(_));
    assert!(!world.changes.iter().any(reconnects));

    fetch(&mut world, id, "2");
    world.run(5 * SECOND);
    assert!(ends(&world, "2") == [Some(lines(LINES[0]))]);
    assert_eq!(world.failures(), []);
    let connections: Vec<_> = world.sent.iter().map(|(id, _)| *id).collect();
    assert!(connections.iter().all(|id| *id == connections[0]));
}

#[test]
fn what_is_stopped_and_asked_for_at_once_comes_whole() {
    let (mut world, id) = open();
    fetch(&mut world, id, "2");
    // Two pieces are here, two more on their way: they are not the first two of the next attempt.
    world.run(2 * world.half);
    stop(&mut world, id, "2");
    fetch(&mut world, id, "2");
    world.run(5 * SECOND);
    assert!(ends(&world, "2") == [None, Some(lines(LINES[0]))]);
    assert_eq!(world.failures(), []);
}

#[test]
fn stopping_one_part_leaves_the_other() {
    let (mut world, id) = open();
    fetch(&mut world, id, "2");
    fetch(&mut world, id, "3");
    world.run(world.half);
    stop(&mut world, id, "2");
    world.run(5 * SECOND);
    assert_eq!(ends(&world, "2"), [None]);
    assert!(ends(&world, "3") == [Some(lines(LINES[1]))]);
}

#[test]
fn a_piece_that_is_refused_ends_its_own_part() {
    let (mut world, id) = open();
    fetch(&mut world, id, "2");
    world.run(3 * world.half / 2);
    let (command, with) = ("UID FETCH".to_owned(), Refusal::No);
    let refuse = Misbehaviour::Refuse { command, with };
    world.server.misbehave(refuse, Times::Once);
    world.run(world.half / 4);
    fetch(&mut world, id, "3");
    world.run(world.half);
    // What was refused must be of part 3, or this shows nothing.
    assert_eq!(ends(&world, "3"), []);
    world.run(5 * SECOND);
    assert_eq!(ends(&world, "3"), [None]);
    assert!(ends(&world, "2") == [Some(lines(LINES[0]))]);
    let told: Vec<_> = world.failures();
    let told: Vec<_> = told.iter().map(|f| (f.kind, f.words.as_str())).collect();
    assert_eq!(told, [(FailureKind::Refused, "not now")]);
}

#[test]
fn a_piece_that_does_not_come_ends_its_part() {
    let (mut world, id) = open();
    // Only completions cross, as when the message is expunged meanwhile.
    world.rewrite = Some(Box::new(|said: &[u8]| {
        let lines = said.split_inclusive(|&octet| octet == b'\n');
        let tagged = lines.filter(|line| line.ends_with(b" OK that is all\r\n"));
        tagged.flatten().copied().collect()
    }));
    fetch(&mut world, id, "2");
    world.run(5 * SECOND);
    assert_eq!(ends(&world, "2"), [None]);
    let kinds: Vec<_> = world.failures().iter().map(|f| f.kind).collect();
    assert_eq!(kinds, [FailureKind::MessageGone]);
    world.rewrite = None;
    fetch(&mut world, id, "2");
    world.run(5 * SECOND);
    assert!(ends(&world, "2") == [None, Some(lines(LINES[0]))]);
}

#[test]
fn what_is_not_here_cannot_be_had_without_a_connection() {
    let (mut world, id) = open();
    world.reachable = false;
    world.fault = Some((world.transmissions, Fault::Cut));
    world.intent(Intent::CheckNow);
    world.run(5 * SECOND);
    fetch(&mut world, id, "2");
    assert_eq!(ends(&world, "2"), [None]);
    world.intent(Intent::ShowSource(id));
    let told: Vec<_> = world.failures();
    let told: Vec<_> = told.iter().map(|f| (f.kind, f.words.as_str())).collect();
    assert_eq!(told, [(FailureKind::Lost, "not connected"); 2]);
}

#[test]
fn what_is_on_its_way_to_be_shown_can_be_saved() {
    let head = b"Subject: Long\r\n\r\n".as_slice();
    let mut world = World::new(&[&[head, &lines(LINES[1])].concat()]);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    let id = world.row("Long").id;
    world.intent(Intent::OpenMessage(id));
    world.run(world.half);
    fetch(&mut world, id, "1");
    world.run(5 * SECOND);
    assert!(ends(&world, "1") == [Some(lines(LINES[1]))]);
    assert_eq!(asked(&world, "1"), 3, "once is enough");
    let shown = world.changes.iter().rev().find_map(|change| match change {
        Change::Message(message) => Some(&message.body),
        _ => None,
    });
    assert!(matches!(shown, Some(Body::Text(_))));
}
