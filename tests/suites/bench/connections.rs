//! How many connections are held at one time, and whether all of them still work.

use std::time::Instant;

use crate::{
    process,
    relay::{Relay, runtime},
    server::Server,
    table::Table,
};

const WANTED: usize = 10_000;
/// Files that are no connections.
const OTHERS: u64 = 420;

pub(crate) fn run() {
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap();
    // A connection is two files to the relay, and two to this process, which has both of its ends.
    let most = WANTED.min(usize::try_from((files - OTHERS) / 2).unwrap());
    let mut table = Table::new(
        &format!("{most} connections held (wanted {WANTED}; {files} files may be open), once"),
        &[
            "",
            "relay",
            "held",
            "opened a second",
            "MiB in all",
            "all answer, s",
        ],
    );
    for tls in [false, true] {
        for own in [false, true] {
            runtime().block_on(async {
                let server = Server::start().await;
                let relay = match own {
                    true => Relay::proxy(&server, most),
                    false => Relay::haproxy(&server, most).await,
                };
                let start = Instant::now();
                let mut held = Vec::new();
                for _ in 0..most {
                    held.push(relay.open(&server, tls).await);
                }
                let opening = start.elapsed().as_secs_f64();
                let memory = process::memory(relay.process().unwrap());
                let start = Instant::now();
                for connection in &mut held {
                    connection.echo(b"still there?").await;
                }
                table.row([
                    if tls { "TLS" } else { "TCP" }.to_owned(),
                    relay.name().to_owned(),
                    held.len().to_string(),
                    format!("{:.0}", most as f64 / opening),
                    format!("{:.1}", memory / (1 << 20) as f64),
                    format!("{:.2}", start.elapsed().as_secs_f64()),
                ]);
            });
        }
    }
    table.print();
}
