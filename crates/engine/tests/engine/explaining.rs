//! What is said of the wire: all of it is understood, and mail and wire point at each other.

use std::time::Duration;

use porthole_demo::sample;
use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Explained, WireEntry, WireTotals},
    intent::{Mark, Wheel, Wish},
};
use porthole_sasl::Mechanism;
use porthole_wire::Direction;

use crate::world::World;

const SECOND: Duration = Duration::from_secs(1);

/// A morning's reading of the sample mail, all that a user can do among it.
fn morning(protocol: Protocol) -> World {
    let mail = sample::alice(1_700_000_000);
    let inbox = mail.iter().filter(|message| message.raw.len() < 100_000);
    let inbox: Vec<_> = inbox.map(|message| message.raw.as_slice()).collect();
    let mut world = World::new(&inbox);
    world.connect(protocol);
    world.run(5 * SECOND);
    let rows = world.rows();
    let ids: Vec<_> = rows.iter().flatten().map(|row| row.id).collect();
    for &id in &ids[..12] {
        world.intent(Intent::OpenMessage(id));
        world.run(SECOND);
    }
    world.intent(Intent::ShowSource(ids[3]));
    world.run(SECOND);
    let flagged = Intent::Mark {
        messages: vec![ids[1]],
        mark: Mark::Flagged,
        on: true,
    };
    world.intent(flagged);
    world.intent(Intent::Search("harbour".to_owned()));
    world.run(SECOND);
    world.intent(Intent::Search(String::new()));
    world.intent(Intent::Delete(vec![ids[5]]));
    world.run(60 * SECOND);
    world.intent(Intent::CheckNow);
    world.run(60 * SECOND);
    world.intent(Intent::Disconnect);
    world.run(SECOND);
    world
}

fn entries(world: &World) -> Vec<WireEntry> {
    let entries = world.changes.iter().filter_map(|change| match change {
        Change::Wire(entries) => Some(entries.clone()),
        _ => None,
    });
    entries.flatten().collect()
}

fn totals(world: &World) -> WireTotals {
    let totals = world.changes.iter().rev().find_map(|change| match change {
        Change::WireTotals(totals) => Some(*totals),
        _ => None,
    });
    totals.unwrap()
}

fn explain(world: &mut World, number: u64) -> Explained {
    world.intent(Intent::Explain(number));
    match world.changes.pop() {
        Some(Change::Explained(explained)) => *explained,
        other => panic!("{number} is not explained: {other:?}"),
    }
}

fn trace(world: &mut World, subject: &str) -> Vec<u64> {
    let id = world.row(subject).id;
    world.intent(Intent::Trace(id));
    match world.changes.pop() {
        Some(Change::Traced { message, entries }) if message == id => entries,
        other => panic!("{subject} is not traced: {other:?}"),
    }
}

#[test]
fn every_octet_of_the_demo_is_explained() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let mut world = morning(protocol);
        let totals = totals(&world);
        assert!(totals.down > 30_000, "{protocol:?}: {totals:?}");
        assert_eq!(totals.unknown, 0, "{protocol:?}");
        assert_eq!(totals.explained(), 1000, "{protocol:?}");
        for entry in entries(&world) {
            let shown = entry.kept.escape_ascii().to_string();
            let Explained { explanation, .. } = explain(&mut world, entry.number);
            assert!(!explanation.summary.is_empty(), "{shown}");
            let mut at = 0;
            for token in &explanation.tokens {
                assert_eq!(token.start, at, "{shown}");
                at = token.end;
                assert!(token.known, "{shown}: {token:?}");
                let octets = &entry.kept[token.start as usize..token.end as usize];
                // No RFC has the mechanism LOGIN.
                let sourced = token.source.is_some() || octets.ends_with(b"LOGIN");
                assert!(sourced, "{shown}: {token:?}");
            }
            // The last line of a listing that is not kept whole is not marked.
            let whole = entry.kept.len() as u64 == entry.octets || !entry.masked.is_empty();
            assert!(at as usize == entry.kept.len() || !whole, "{shown}");
        }
    }
}

#[test]
fn what_is_not_understood_is_said_to_be() {
    let totals = WireTotals {
        down: 3000,
        unknown: 1,
        ..WireTotals::default()
    };
    assert_eq!(totals.explained(), 999);
    assert_eq!(WireTotals::default().explained(), 1000);
}

#[test]
fn what_is_not_understood_is_shown_as_that_where_it_stands() {
    for (protocol, said, nonsense) in [
        (Protocol::Imap, "* FROB (1 2\r\n", "1"),
        (Protocol::Pop3, "frob 1 2\r\n", "frob 1 2"),
    ] {
        let mut world = World::with_mail(3);
        world.connect(protocol);
        world.run(5 * SECOND);
        assert_eq!(totals(&world).unknown, 0, "{protocol:?}");
        world.rewrite = Some(Box::new(|answer: &[u8]| [said.as_bytes(), answer].concat()));
        world.intent(Intent::Wheel(Wheel::line("NOOP")));
        world.run(SECOND);
        world.rewrite = None;
        world.intent(Intent::Wheel(Wheel::line("FROB \u{e9}")));
        world.run(SECOND);
        for (direction, line, unknown) in [
            (Direction::Server, said, nonsense),
            (Direction::Client, "FROB \u{e9}", "\u{e9}"),
        ] {
            let all = entries(&world);
            let found = all.iter().find(|entry| {
                let kept = String::from_utf8_lossy(&entry.kept);
                entry.direction == direction && kept.contains(line)
            });
            let entry = found.unwrap_or_else(|| panic!("{line:?}"));
            let tokens = explain(&mut world, entry.number).explanation.tokens;
            let tokens = tokens.into_iter().filter(|token| !token.known);
            let tokens = tokens.map(|token| {
                let octets = &entry.kept[token.start as usize..token.end as usize];
                String::from_utf8_lossy(octets).into_owned()
            });
            let shown: Vec<_> = tokens.collect();
            assert!(
                shown.iter().any(|shown| shown.contains(unknown)),
                "{line:?} {shown:?}"
            );
        }
        assert!(totals(&world).unknown > 0, "{protocol:?}");
        assert!(totals(&world).explained() < 1000, "{protocol:?}");
    }
}

#[test]
fn a_prompt_of_signing_in_is_decoded_and_the_answer_is_not() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let mut world = World::with_mail(3);
        let options = world.server.options_mut();
        options.mechanisms = vec![Mechanism::Login];
        options.pop3_apop = false;
        // Without USER, LOGIN is what is left.
        world.rewrite = Some(Box::new(|said: &[u8]| {
            let said = String::from_utf8_lossy(said);
            said.replace("\r\nUSER\r\n", "\r\n").into_bytes()
        }));
        world.connect(protocol);
        world.run(2 * SECOND);
        let mut steps = Vec::new();
        for entry in entries(&world) {
            let Explained { explanation, .. } = explain(&mut world, entry.number);
            let token = explanation.tokens.into_iter();
            steps.extend(
                token
                    .filter(|token| token.name == "SASL step")
                    .map(|token| {
                        let octets = &entry.kept[token.start as usize..token.end as usize];
                        (String::from_utf8_lossy(octets).into_owned(), token.decoded)
                    }),
            );
        }
        let steps = steps
            .iter()
            .map(|(octets, said)| (&**octets, said.as_deref()));
        let expected = [
            ("VXNlcm5hbWU6", Some("Username:")),
            ("********", None),
            ("UGFzc3dvcmQ6", Some("Password:")),
            ("********", None),
        ];
        assert_eq!(steps.take(4).collect::<Vec<_>>(), expected, "{protocol:?}");
    }
}

#[test]
fn mail_and_wire_point_at_each_other() {
    for (protocol, command) in [(Protocol::Imap, "FETCH"), (Protocol::Pop3, "TOP")] {
        let mut world = World::with_mail(60);
        world.connect(protocol);
        world.run(2 * SECOND);
        let brought = trace(&mut world, "Number 57");
        assert!(!brought.is_empty(), "{protocol:?}");
        let entries = entries(&world);
        let id = world.row("Number 57").id;
        let mut answers = 0;
        for &number in &brought {
            let entry = &entries[number as usize];
            let explained = explain(&mut world, number);
            let exchange = explained.exchange.unwrap();
            if exchange.command == command && entry.direction == Direction::Server {
                answers += 1;
                assert_eq!(exchange.wish, Some(Wish::SignIn), "{protocol:?}");
                assert!(explained.messages.contains(&id), "{protocol:?}: {entry:?}");
            }
        }
        assert!(answers > 0, "{protocol:?}");
        assert!(!trace(&mut world, "Number 58").is_empty());
        assert_ne!(trace(&mut world, "Number 58"), brought);
    }
}

#[test]
fn what_announces_a_uid_names_no_message() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    world.arrive(4);
    let brought = trace(&mut world, "Number 4");
    let entries = entries(&world);
    let says = |number: &u64, what: &str| {
        String::from_utf8_lossy(&entries[*number as usize].kept).contains(what)
    };
    assert!(brought.iter().any(|number| says(number, "UID 4 ")));
    assert!(!brought.iter().any(|number| says(number, "UIDNEXT")));
}

#[test]
fn what_is_fetched_ahead_says_so() {
    for (protocol, command) in [
        (Protocol::Imap, "UID FETCH 56 "),
        (Protocol::Pop3, "RETR 56"),
    ] {
        let mut world = World::with_mail(60);
        world.connect(protocol);
        world.run(2 * SECOND);
        let before = entries(&world).len();
        let id = world.row("Number 57").id;
        world.intent(Intent::OpenMessage(id));
        world.run(2 * SECOND);
        let asked: Vec<_> = entries(&world)[before..]
            .iter()
            .filter(|entry| entry.direction == Direction::Client)
            .map(|entry| {
                (
                    String::from_utf8_lossy(&entry.kept).into_owned(),
                    entry.wish,
                )
            })
            .collect();
        let wishes = |wish| {
            let asked = asked.iter().filter(move |(_, of)| *of == Some(wish));
            asked.map(|(line, _)| line).collect::<Vec<_>>()
        };
        let [ahead] = wishes(Wish::ReadNext)[..] else {
            panic!("{protocol:?}: {asked:?}");
        };
        assert!(ahead.contains(command), "{protocol:?}: {ahead}");
        let read = wishes(Wish::Read);
        assert!(!read.is_empty(), "{protocol:?}: {asked:?}");
        assert!(!read.iter().any(|line| line.contains(command)), "{read:?}");
    }
}

#[test]
fn an_exchange_is_a_command_with_its_answers() {
    let mut world = World::with_mail(60);
    world.connect(Protocol::Imap);
    world.run(2 * SECOND);
    let entries = entries(&world);
    let fetch = entries.iter().find(|entry| {
        entry.direction == Direction::Client && entry.kept.windows(7).any(|word| word == b" FETCH ")
    });
    let fetch = fetch.unwrap().clone();
    let exchange = explain(&mut world, fetch.number).exchange.unwrap();
    let down: u64 = entries
        .iter()
        .filter(|entry| entry.direction == Direction::Server)
        .filter(|entry| entry.exchange() == fetch.exchange())
        .map(|entry| entry.octets)
        .sum();
    assert_eq!((exchange.up, exchange.down), (fetch.octets, down));
    assert!(down > 5_000);
    assert_eq!(exchange.command, "FETCH");
    assert_eq!(exchange.sent, fetch.at);
    // There and back: 100 ms in this world.
    assert_eq!(exchange.first, Some(fetch.at + 100_000));
    assert!(exchange.last >= exchange.first);
}
