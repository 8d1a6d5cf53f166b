//! What a connection costs while nothing crosses it.

use crate::{
    process,
    relay::{Relay, runtime},
    server::Server,
    table::{ROUNDS, Table, median},
};

const CONNECTIONS: usize = 1000;

pub(crate) fn run() {
    let mut table = Table::new(
        &format!("Memory of the relay (PSS) for each of {CONNECTIONS} idle connections, in KiB"),
        &["", "relay", "KiB", "x haproxy"],
    );
    for tls in [false, true] {
        let mut measured = [const { Vec::new() }; 2];
        for _ in 0..ROUNDS {
            for (own, measured) in measured.iter_mut().enumerate() {
                measured.push(runtime().block_on(cost(own == 1, tls)));
            }
        }
        let [haproxy, proxy] = measured.map(|kib| median(&kib));
        for (name, kib) in [("haproxy", haproxy), ("porthole-proxy", proxy)] {
            table.row([
                if tls { "TLS" } else { "TCP" }.to_owned(),
                name.to_owned(),
                format!("{kib:.1}"),
                format!("{:.2}", kib / haproxy),
            ]);
        }
    }
    table.print();
}

/// In a new process: what was once taken for others would not be counted again.
async fn cost(own: bool, tls: bool) -> f64 {
    let server = Server::start().await;
    let relay = match own {
        true => Relay::proxy(&server, 2 * CONNECTIONS),
        false => Relay::haproxy(&server, 2 * CONNECTIONS).await,
    };
    let process = relay.process().unwrap();
    // The first ones bring code and pools into memory.
    let mut held = Vec::new();
    for _ in 0..20 {
        held.push(relay.open(&server, tls).await);
    }
    let before = process::memory(process);
    for _ in 0..CONNECTIONS {
        held.push(relay.open(&server, tls).await);
    }
    let taken = process::memory(process) - before;
    taken / 1024.0 / CONNECTIONS as f64
}
