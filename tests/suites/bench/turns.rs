//! How often the client speaks after the server has, until the first 50 rows are there.

use std::time::{Duration, Instant};

use porthole_engine::{Change, account::Protocol};

use crate::{
    table::{ROUNDS, Table, median},
    world::World,
};

pub(crate) fn run() {
    let mut table = Table::new(
        "Turns until 50 rows on the demo server in memory, and the processor's time for it, server \
         included",
        &["", "messages", "turns", "goal", "ms"],
    );
    for (protocol, goal) in [(Protocol::Imap, "3"), (Protocol::Pop3, "4")] {
        for messages in [60, 6000] {
            let mut turns = 0;
            let times: Vec<f64> = (0..ROUNDS)
                .map(|_| {
                    let mut world = World::with_mail(messages);
                    let start = Instant::now();
                    world.connect(protocol);
                    turns = until_rows(&mut world);
                    start.elapsed().as_secs_f64() * 1000.0
                })
                .collect();
            table.row([
                format!("{protocol:?}"),
                messages.to_string(),
                turns.to_string(),
                goal.to_owned(),
                format!("{:.1}", median(&times)),
            ]);
        }
    }
    table.print();
}

/// Lets virtual time pass until 50 rows are shown; answers the turns so far.
fn until_rows(world: &mut World) -> u64 {
    let mut turns = 0;
    let mut seen = 0;
    for _ in 0..200 {
        world.run(Duration::from_millis(50));
        for change in &world.changes[seen..] {
            match change {
                Change::WireTotals(totals) => turns = totals.turns,
                Change::Rows { rows, .. } if rows.iter().flatten().count() >= 50 => return turns,
                _ => {}
            }
        }
        seen = world.changes.len();
    }
    panic!("no rows in ten seconds");
}
