//! How fast one connection is, and what a GiB costs the relay.

use std::time::Instant;

use crate::{
    process,
    relay::{Connection, Relay, runtime},
    server::Server,
    table::{ROUNDS, Table, median},
};

const BYTES: usize = 512 << 20;
const GIB: f64 = (1 << 30) as f64;

/// What one relay reached in each round.
#[derive(Default)]
struct Measured {
    gib_a_second: Vec<f64>,
    cpu_a_gib: Vec<f64>,
}

pub(crate) fn run() {
    let mut table = Table::new(
        "Throughput of one connection, and CPU seconds of the relay for a GiB (haproxy: TCP; \
         porthole-proxy: WebSocket)",
        &["", "relay", "GiB/s", "x haproxy", "CPU s/GiB", "x haproxy"],
    );
    runtime().block_on(async {
        let server = Server::start().await;
        let relays = Relay::all(&server, 100).await;
        for tls in [false, true] {
            for down in [true, false] {
                let mut measured: [Measured; 3] = Default::default();
                for _ in 0..ROUNDS {
                    for (relay, measured) in relays.iter().zip(&mut measured) {
                        let mut connection = relay.open(&server, tls).await;
                        measure(relay, &mut connection, down, measured).await;
                    }
                }
                let what = format!(
                    "{} {}",
                    if tls { "TLS" } else { "TCP" },
                    if down { "down" } else { "up" }
                );
                print(&mut table, &what, &relays, &measured);
            }
        }
    });
    table.print();
}

async fn measure(relay: &Relay, connection: &mut Connection, down: bool, measured: &mut Measured) {
    let cpu = relay.process().map(process::cpu);
    let start = Instant::now();
    match down {
        true => connection.download(BYTES).await,
        false => connection.upload(BYTES).await,
    }
    let gib = BYTES as f64 / GIB;
    let taken = start.elapsed().as_secs_f64();
    measured.gib_a_second.push(gib / taken);
    if let (Some(process), Some(before)) = (relay.process(), cpu) {
        let spent = process::cpu(process) - before;
        measured.cpu_a_gib.push(spent.as_secs_f64() / gib);
    }
}

fn print(table: &mut Table, what: &str, relays: &[Relay], measured: &[Measured; 3]) {
    let [_, haproxy, _] = measured;
    for (relay, own) in relays.iter().zip(measured) {
        let speed = median(&own.gib_a_second);
        let mut row = vec![
            what.to_owned(),
            relay.name().to_owned(),
            format!("{speed:.2}"),
            format!("{:.2}", speed / median(&haproxy.gib_a_second)),
        ];
        if !own.cpu_a_gib.is_empty() {
            let cpu = median(&own.cpu_a_gib);
            row.push(format!("{cpu:.2}"));
            row.push(format!("{:.2}", cpu / median(&haproxy.cpu_a_gib)));
        }
        table.row(row);
    }
}
