//! The open mailbox as this client believes it to be, while others change it.

use std::time::Duration;

use porthole_engine::{
    Change, Habits, Intent,
    account::Protocol,
    change::Belief,
    intent::{Mark, Wheel},
};
use porthole_imap::types::flag::Flag;

use crate::world::{World, flag_newest};

const SECOND: Duration = Duration::from_secs(1);

fn belief(world: &World) -> Option<Belief> {
    let told = world.changes.iter().rev().find_map(|change| match change {
        Change::Belief(belief) => Some(belief.as_deref().cloned()),
        _ => None,
    });
    told.flatten()
}

fn names(belief: &Belief) -> Vec<(u32, &str)> {
    let messages = belief.messages.iter();
    messages
        .map(|message| (message.number, message.name.as_deref().unwrap_or("?")))
        .collect()
}

/// A message goes, as another client would have it.
fn expunge(world: &mut World, uid: u32) {
    let inbox = world
        .server
        .mailboxes_mut()
        .account_mut("alice")
        .unwrap()
        .inbox_mut();
    inbox.expunge(|message| message.uid.0 == uid);
    world.intent(Intent::CloseMessage);
}

#[test]
fn numbers_close_up_when_the_client_is_told_and_not_before() {
    let mut world = World::with_mail(4);
    world.intent(Intent::Use(Habits {
        push: false,
        ..Habits::default()
    }));
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    // Nobody watches.
    assert_eq!(belief(&world), None);
    world.intent(Intent::Watch(true));
    let told = belief(&world).unwrap();
    assert_eq!(
        (told.mailbox.as_str(), told.uid_validity),
        ("INBOX", Some(7))
    );
    assert_eq!(names(&told), [(1, "1"), (2, "2"), (3, "3"), (4, "4")]);
    expunge(&mut world, 2);
    flag_newest(&mut world.server, Flag::Answered);
    world.run(5 * SECOND);
    assert_eq!(belief(&world), Some(told));
    world.intent(Intent::CheckNow);
    world.run(SECOND);
    let told = belief(&world).unwrap();
    assert_eq!(names(&told), [(1, "1"), (2, "3"), (3, "4")]);
    assert_eq!(
        told.messages[2].flags.as_deref(),
        Some(&["\\Answered".to_owned()][..])
    );
    // What the user does here is believed at once.
    let messages = vec![told.messages[0].id.unwrap()];
    let (mark, on) = (Mark::Seen, true);
    world.intent(Intent::Mark { messages, mark, on });
    let told = belief(&world).unwrap();
    assert_eq!(
        told.messages[0].flags.as_deref(),
        Some(&["\\Seen".to_owned()][..])
    );
    world.intent(Intent::Watch(false));
    world.changes.clear();
    expunge(&mut world, 1);
    world.intent(Intent::CheckNow);
    world.run(SECOND);
    assert!(
        !world
            .changes
            .iter()
            .any(|change| matches!(change, Change::Belief(_)))
    );
}

#[test]
fn a_maildrop_is_numbered_as_long_as_its_session_lasts() {
    let mut world = World::with_mail(4);
    world.intent(Intent::Watch(true));
    world.connect(Protocol::Pop3);
    world.run(5 * SECOND);
    let told = belief(&world).unwrap();
    let names: Vec<_> = told
        .messages
        .iter()
        .map(|message| message.name.clone())
        .collect();
    assert!(names.iter().all(Option::is_some), "{names:?}");
    let messages = vec![told.messages[1].id.unwrap()];
    world.intent(Intent::Delete(messages));
    world.run(SECOND);
    world.intent(Intent::Wheel(Wheel::line("DELE 4")));
    world.run(20 * SECOND);
    let going: Vec<_> = belief(&world)
        .unwrap()
        .messages
        .iter()
        .map(|m| m.going)
        .collect();
    assert!(going[1], "{going:?}");
    // The session ends: the numbers mean nothing any more.
    world.run(120 * SECOND);
    assert_eq!(belief(&world), None);
    world.intent(Intent::CheckNow);
    world.run(5 * SECOND);
    let told = belief(&world).unwrap();
    assert_eq!(told.count, 2);
    assert_eq!(told.messages[1].name, names[2]);
}
