//! Searching: by the server over IMAP, on this device over POP3.

use std::time::Duration;

use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{SearchState, Searched},
};

use crate::world::{World, numbers};

const SECOND: Duration = Duration::from_secs(1);

fn open(protocol: Protocol, count: u32) -> World {
    let mut world = World::with_mail(count);
    world.connect(protocol);
    world.run(2 * SECOND);
    world
}

fn search(world: &mut World, text: &str) -> Option<SearchState> {
    world.intent(Intent::Search(text.to_owned()));
    world.run(SECOND);
    let last = world.changes.iter().rev().find_map(|change| match change {
        Change::Search(state) => Some(state.clone()),
        _ => None,
    });
    last.unwrap()
}

fn turns(world: &World) -> u64 {
    let totals = world.changes.iter().rev().find_map(|change| match change {
        Change::WireTotals(totals) => Some(totals.turns),
        _ => None,
    });
    totals.unwrap_or(0)
}

#[test]
fn over_imap_the_server_finds_what_was_never_fetched() {
    let mut world = open(Protocol::Imap, 500);
    let before = turns(&world);
    // In the text of a message far below the window.
    let state = search(&mut world, "this NUMBER 317.").unwrap();
    assert_eq!((state.searched, state.done), (Searched::Server, true));
    assert_eq!(world.subjects(), ["Number 317"]);
    assert_eq!(world.total(), Some(1));
    // One that asks, one that fetches the row.
    assert!(turns(&world) <= before + 2, "{} {before}", turns(&world));

    assert_eq!(
        search(&mut world, "nothing of the kind").map(|s| s.done),
        Some(true)
    );
    assert_eq!(world.total(), Some(0));

    assert_eq!(search(&mut world, ""), None);
    assert_eq!(world.total(), Some(500));
    assert_eq!(world.subjects(), numbers(500, 451));
}

#[test]
fn what_is_found_scrolls_as_a_mailbox_does() {
    let mut world = open(Protocol::Imap, 500);
    search(&mut world, "number").unwrap();
    assert_eq!(world.total(), Some(500));
    world.intent(Intent::ShowRows {
        first: 480,
        count: 30,
    });
    world.run(SECOND);
    assert_eq!(world.subjects(), numbers(20, 1));
}

#[test]
fn over_pop3_this_device_is_searched_and_that_is_said() {
    let mut world = open(Protocol::Pop3, 500);
    let before = turns(&world);
    let state = search(&mut world, "number 499").unwrap();
    let Searched::Device {
        headers,
        texts,
        total,
    } = state.searched
    else {
        panic!("{state:?}");
    };
    assert_eq!((texts, total, state.done), (0, 500, true));
    assert!((50..500).contains(&headers), "{headers}");
    assert_eq!(world.subjects(), ["Number 499"]);
    assert_eq!(turns(&world), before, "nothing to ask the server");

    // Its text is known once it was opened.
    let nothing = search(&mut world, "\"This is\"").unwrap();
    assert!(nothing.done);
    assert_eq!(world.total(), Some(0));
    search(&mut world, "499");
    let row = world.row("Number 499");
    world.intent(Intent::OpenMessage(row.id));
    world.run(SECOND);
    search(&mut world, "this is");
    assert!(world.subjects().contains(&"Number 499".to_owned()));
}

#[test]
fn without_a_connection_this_device_is_searched() {
    let mut world = World::with_mail(10);
    world.connect_with(Protocol::Imap, "looking-glass");
    world.run(2 * SECOND);
    let state = search(&mut world, "number").unwrap();
    assert!(
        matches!(state.searched, Searched::Device { headers: 0, .. }),
        "{state:?}"
    );
    assert!(state.done);
}
