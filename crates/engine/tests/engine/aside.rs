//! The second IMAP connection: the mailboxes, and what the server says there.

use std::time::Duration;

use porthole_engine::{
    Change,
    account::Protocol,
    change::{Connection, Mailbox, Notice, Purpose},
};

use crate::world::World;

const SECOND: Duration = Duration::from_secs(1);

/// A world in which `insert` crosses before the list of mailboxes, in place of it where `instead`.
fn listing(insert: String, instead: bool) -> World {
    let mut world = World::with_mail(3);
    world.rewrite = Some(Box::new(move |said: &[u8]| {
        let lists = said.starts_with(b"* LIST");
        match lists {
            true if instead => insert.clone().into_bytes(),
            true => [insert.as_bytes(), said].concat(),
            false => said.to_vec(),
        }
    }));
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
    world
}

fn mailboxes(world: &World) -> &[Mailbox] {
    let told = world.changes.iter().rev().find_map(|change| match change {
        Change::Mailboxes(mailboxes) => Some(mailboxes),
        _ => None,
    });
    told.unwrap()
}

fn noticed(world: &World, wanted: &Notice) -> bool {
    let is = |change: &Change| matches!(change, Change::Notice(notice) if notice == wanted);
    world.changes.iter().any(is)
}

#[test]
fn more_mailboxes_than_anybody_has_are_left_out_and_that_is_said() {
    let listed = (0..12_000).map(|n| {
        format!("* LIST () \"/\" flood{n}\r\n* STATUS flood{n} (MESSAGES 1 UNSEEN 1)\r\n")
    });
    let world = listing(listed.collect(), false);
    let shown = mailboxes(&world);
    let inbox = shown
        .iter()
        .find(|mailbox| mailbox.purpose == Purpose::Inbox);
    assert!(inbox.is_some(), "it came after all the others");
    assert_eq!(shown.len(), 10_001);
    let calm = World::with_mail(3);
    let own = calm.server.mailboxes().account("alice").unwrap();
    let left_out = 2_000 + own.mailboxes().count() as u32 - 1;
    assert!(noticed(&world, &Notice::MailboxesLeftOut(left_out)));
    assert_eq!(world.subjects().len(), 3);
}

#[test]
fn what_the_server_wants_shown_is_shown_from_there_too() {
    let alert = "* OK [ALERT] the disk is nearly full\r\n".to_owned();
    let world = listing(alert, false);
    let notice = Notice::Alert("the disk is nearly full".to_owned());
    assert!(noticed(&world, &notice));

    for bye in ["* BYE one is enough\r\n", "* BYE [ALERT] one is enough\r\n"] {
        let world = listing(bye.to_owned(), true);
        let notice = Notice::Alert("one is enough".to_owned());
        let told = world
            .changes
            .iter()
            .filter(|change| matches!(change, Change::Notice(told) if *told == notice));
        assert_eq!(told.count(), 1, "{bye}");
    }
}

#[test]
fn mailboxes_that_could_not_be_listed_are_listed_later() {
    let mut world = World::with_mail(3);
    let mut broken = false;
    world.rewrite = Some(Box::new(move |said: &[u8]| {
        match said.starts_with(b"* LIST") && !std::mem::replace(&mut broken, true) {
            true => b"* BYE one is enough\r\n".to_vec(),
            false => said.to_vec(),
        }
    }));
    world.connect(Protocol::Imap);
    world.run(10 * SECOND);
    assert_eq!(mailboxes(&world).len(), 1);
    world.run(250 * SECOND);
    assert!(mailboxes(&world).len() > 1);
    let dials = world.dials;
    world.run(1000 * SECOND);
    assert_eq!(world.dials, dials, "once is enough");
}
