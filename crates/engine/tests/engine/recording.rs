//! What crossed is saved, opened again, and played back; the page comes with a recording.

use std::time::Duration;

use porthole_engine::{
    Change, Intent, Recording,
    account::Protocol,
    change::WireEntry,
    intent::{Format, Mark},
};

use porthole_demo::sample::SampleMessage;

use crate::world::World;

/// 2026-03-02 08:00 UTC.
const BEGAN: u64 = 1_772_438_400;

/// What the page comes with.
const DEMO: &[u8] = include_bytes!("../../../../web/demo-transcript.json");

fn wait(world: &mut World) {
    world.run(Duration::from_secs(4));
}

/// A few small messages are enough to see what is said; the file comes with the page.
fn is_in_the_tour(sample: &SampleMessage) -> bool {
    let raw = String::from_utf8_lossy(&sample.raw);
    let first_of = |name: &str| raw.contains(&format!("Message-ID: <{name}"));
    [
        "tides-1",
        "keys-1",
        "list-footer-1",
        "code-1",
        "dots-1",
        "old-1",
    ]
    .into_iter()
    .any(first_of)
}

/// Somebody looks at the demo's mail, over IMAP and then over POP3.
fn tour() -> World {
    let mut world = World::new(&[]);
    let unix = i64::try_from(BEGAN).unwrap();
    world.engine.set_epoch(unix);
    let alice = world.server.mailboxes_mut().account_mut("alice").unwrap();
    for sample in porthole_demo::sample::alice(unix) {
        if is_in_the_tour(&sample) {
            sample.deliver(alice);
        }
    }
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        world.connect(protocol);
        wait(&mut world);
        world.intent(Intent::ShowRows {
            first: 0,
            count: 40,
        });
        wait(&mut world);
        for subject in ["Keys, ladder, soup ⚓", "A list that begins with dots"] {
            let id = world.row(subject).id;
            world.intent(Intent::OpenMessage(id));
            wait(&mut world);
            world.intent(Intent::CloseMessage);
        }
        let id = world.row("A list that begins with dots").id;
        if protocol == Protocol::Imap {
            world.intent(Intent::Mark {
                messages: vec![id],
                mark: Mark::Flagged,
                on: true,
            });
            wait(&mut world);
            world.intent(Intent::Search("rope".to_owned()));
            wait(&mut world);
            world.intent(Intent::OpenMailbox("Archive".to_owned()));
        } else {
            world.intent(Intent::Delete(vec![id]));
        }
        wait(&mut world);
        world.intent(Intent::Disconnect);
        wait(&mut world);
    }
    world
}

/// The file that saving gives.
fn saved(world: &mut World, format: Format) -> (String, Vec<u8>) {
    world.intent(Intent::SaveWire(format));
    match world.changes.pop() {
        Some(Change::Saved { name, bytes, .. }) => (name, bytes),
        other => panic!("{other:?}"),
    }
}

fn told(world: &World) -> Vec<WireEntry> {
    let changes = world.changes.iter();
    let told = changes.filter_map(|change| match change {
        Change::Wire(entries) => Some(entries.clone()),
        _ => None,
    });
    told.flatten().collect()
}

#[test]
fn the_page_comes_with_what_the_engine_does() {
    let (_, json) = saved(&mut tour(), Format::Json);
    if std::env::var_os("UPDATE_RECORDING").is_some() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../web/demo-transcript.json"
        );
        std::fs::write(path, &json).unwrap();
        return;
    }
    assert!(
        json == DEMO,
        "run with UPDATE_RECORDING=1 and look at the difference"
    );
}

#[test]
fn what_was_saved_opens_again() {
    let mut world = tour();
    let (_, json) = saved(&mut world, Format::Json);
    let recording = Recording::open(&json).unwrap();
    let recorded = recording.recorded();
    assert_eq!(recorded.began, BEGAN * 1_000_000);
    assert_eq!(recorded.unknown.iter().sum::<u64>(), 0);
    let told = told(&world);
    assert!(told.len() > 100);
    assert_eq!(recorded.entries.len(), told.len());
    assert!(told.iter().any(|entry| entry.queued.is_some()));
    for (recorded, told) in recorded.entries.iter().zip(&told) {
        let known = |entry: &WireEntry| {
            let WireEntry {
                at,
                queued,
                direction,
                shape,
                turn,
                phase,
                ..
            } = *entry;
            (
                at,
                queued,
                direction,
                shape,
                turn,
                phase,
                entry.command,
                entry.kept.clone(),
            )
        };
        assert_eq!(known(recorded), known(told));
        // The same is said of it as when it crossed.
        world.intent(Intent::Explain(told.number));
        let Some(Change::Explained(live)) = world.changes.pop() else {
            panic!("{told:?}")
        };
        let played = recording.explained(recorded.number).unwrap();
        assert_eq!(played.explanation, live.explanation);
        let times = |explained: &porthole_engine::change::Explained| {
            let exchange = explained.exchange.clone();
            exchange.map(|e| (e.command, e.sent, e.first, e.last, e.wish))
        };
        assert_eq!(times(&played), times(&live));
    }
}

#[test]
fn every_kind_of_file_is_without_the_password() {
    let mut world = tour();
    for (format, ending) in [
        (Format::Text, ".txt"),
        (Format::Json, ".json"),
        (Format::Page, ".html"),
        (Format::Capture, ".pcapng"),
    ] {
        let (name, bytes) = saved(&mut world, format);
        assert!(name.ends_with(ending), "{name}");
        assert!(bytes.len() > 20_000, "{name}");
        // In the clear, and as AUTH PLAIN has it.
        for secret in ["wonderland", "AHdvbmRlcmxhbm"] {
            let mut windows = bytes.windows(secret.len());
            assert!(!windows.any(|window| window == secret.as_bytes()), "{name}");
        }
    }
}

#[test]
fn what_is_no_transcript_is_turned_away_in_words() {
    for (file, word) in [
        (&b"{}"[..], "no transcript"),
        (b"", "no transcript"),
        (b"\x89PNG\r\n", "no transcript"),
        (&DEMO[..DEMO.len() / 2], "no transcript"),
    ] {
        let why = Recording::open(file).unwrap_err();
        assert!(why.contains(word), "{why}");
    }
}
