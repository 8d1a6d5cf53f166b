//! How much longer a small message takes there and back.

use std::time::Instant;

use crate::{
    relay::{Connection, Relay, runtime},
    server::Server,
    table::{ROUNDS, Table, median},
};

/// Round trips in a round.
const TRIPS: usize = 3000;

pub(crate) fn run() {
    let mut table = Table::new(
        "Round trip of 64 bytes on a quiet connection, in microseconds",
        &["", "relay", "p50", "p99", "added p50", "added p99"],
    );
    runtime().block_on(async {
        let server = Server::start().await;
        let relays = Relay::all(&server, 100).await;
        for tls in [false, true] {
            let mut measured = [const { (Vec::new(), Vec::new()) }; 3];
            for _ in 0..ROUNDS {
                for (relay, (half, most)) in relays.iter().zip(&mut measured) {
                    let mut connection = relay.open(&server, tls).await;
                    let trips = trips(&mut connection).await;
                    half.push(trips[TRIPS / 2]);
                    most.push(trips[TRIPS * 99 / 100]);
                }
            }
            let measured = measured.map(|(half, most)| (median(&half), median(&most)));
            let [(half_direct, most_direct), ..] = measured;
            for (relay, (half, most)) in relays.iter().zip(measured) {
                table.row([
                    if tls { "TLS" } else { "TCP" }.to_owned(),
                    relay.name().to_owned(),
                    format!("{half:.0}"),
                    format!("{most:.0}"),
                    format!("{:.0}", half - half_direct),
                    format!("{:.0}", most - most_direct),
                ]);
            }
        }
    });
    table.print();
}

/// How long each took, the shortest first.
async fn trips(connection: &mut Connection) -> Vec<f64> {
    let message = [b'x'; 64];
    let mut trips = Vec::with_capacity(TRIPS);
    for _ in 0..TRIPS {
        let start = Instant::now();
        connection.echo(&message).await;
        trips.push(start.elapsed().as_secs_f64() * 1e6);
    }
    trips.sort_by(f64::total_cmp);
    trips
}
