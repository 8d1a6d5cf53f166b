//! How long somebody waits for a server that is 100 milliseconds away.

use std::time::{Duration, Instant};

use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Body, Connection},
    intent::MessageId,
};
use porthole_store::Store;
use porthole_tests::Folder;

use crate::{
    table::{ROUNDS, Table, median},
    world::{World, message},
};

const MESSAGES: u32 = 10_000;
const ROUND_TRIP: Duration = Duration::from_millis(100);

/// What is waited for, and for how long at most by DESIGN.
const WAITS: [(&str, [&str; 2]); 5] = [
    ("Connect to 50 rows, first visit", ["0.6", "0.7"]),
    ("open a message that was not fetched", ["0.1", "0.1"]),
    ("open the next one", ["0.0", "0.0"]),
    ("Connect to 50 rows, second visit", ["0.15", "0.15"]),
    ("the same until it is up to date", ["-", "-"]),
];

pub(crate) fn run() {
    let mut table = Table::new(
        &format!(
            "Waiting for the demo server in memory, plain TCP, {MESSAGES} messages, round trip of \
             100 ms under virtual time, with the processor's time for it, server included, in s"
        ),
        &["", "IMAP", "goal", "POP3", "goal"],
    );
    let [imap, pop3] = [Protocol::Imap, Protocol::Pop3].map(|protocol| {
        let rounds: Vec<_> = (0..ROUNDS).map(|_| visits(protocol)).collect();
        [0, 1, 2, 3, 4].map(|at| median(&rounds.iter().map(|round| round[at]).collect::<Vec<_>>()))
    });
    for (((what, goals), imap), pop3) in WAITS.into_iter().zip(imap).zip(pop3) {
        let [for_imap, for_pop3] = goals.map(str::to_owned);
        let [imap, pop3] = [imap, pop3].map(|seconds| format!("{seconds:.3}"));
        table.row([what.to_owned(), imap, for_imap, pop3, for_pop3]);
    }
    table.print();
}

/// Two visits; the seconds that were waited in them.
fn visits(protocol: Protocol) -> [f64; 5] {
    let folder = Folder::new();
    let path = folder.path().join("store");
    let store = || Store::open(path.to_str().unwrap()).unwrap();
    let mail: Vec<Vec<u8>> = (1..=MESSAGES).map(message).collect();
    let mail: Vec<&[u8]> = mail.iter().map(Vec::as_slice).collect();
    let mut world = World::on(store(), &mail);
    world.half = ROUND_TRIP / 2;

    world.connect(protocol);
    // Connecting takes the world half a round trip, and the greeting another half; TCP's handshake
    // is a whole one before the server hears of anybody, and the greeting comes behind it.
    let rows = waited(&mut world, has_rows) + ROUND_TRIP.as_secs_f64();
    quiet(&mut world);

    let [opened, next] = [10, 11].map(|at| world.rows()[at].as_ref().unwrap().id);
    world.intent(Intent::OpenMessage(opened));
    let text = waited(&mut world, |world| has_text(world, opened));
    quiet(&mut world);
    world.intent(Intent::OpenMessage(next));
    let next = waited(&mut world, |world| has_text(world, next));
    world.intent(Intent::Disconnect);
    quiet(&mut world);

    world.restart(store());
    world.connect(protocol);
    let again = waited(&mut world, has_rows);
    let online = waited(&mut world, |world| world.connection() == Connection::Online);
    let online = again + online + ROUND_TRIP.as_secs_f64();
    [rows, text, next, again, online]
}

/// Lets everything happen that happens by itself.
fn quiet(world: &mut World) {
    world.run(Duration::from_secs(5));
}

/// Seconds until it is there, virtual ones and the processor's.
fn waited(world: &mut World, is_there: impl Fn(&World) -> bool) -> f64 {
    let (from, start) = (world.now, Instant::now());
    for _ in 0..10_000 {
        if is_there(world) {
            return (world.now.since(from) + start.elapsed()).as_secs_f64();
        }
        world.run(Duration::from_millis(1));
    }
    panic!("it is not there after ten seconds");
}

fn has_rows(world: &World) -> bool {
    let last = world.changes.iter().rev().find_map(|change| match change {
        Change::Rows { rows, .. } => Some(rows.iter().flatten().count()),
        _ => None,
    });
    last >= Some(50)
}

fn has_text(world: &World, id: MessageId) -> bool {
    world.changes.iter().rev().any(|change| {
        matches!(change, Change::Message(shown) if shown.id == id && matches!(shown.body, Body::Text(_)))
    })
}
