//! `cargo xtask bench`: what Porthole costs, beside what others do in the same run.
//!
//! Each file is one benchmark and prints one table. Numbers are medians; rivals take turns within
//! a round, so that a machine that slows down slows both.
#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]
#![allow(clippy::print_stdout, reason = "its tables are what it is for")]

mod connections;
mod distance;
mod idle;
mod latency;
mod parsing;
mod process;
mod relay;
mod scrolling;
mod search;
mod server;
mod sizes;
mod table;
mod throughput;
mod turns;
#[path = "../../../crates/engine/tests/engine/world.rs"]
#[expect(dead_code, reason = "the engine's own tests break more of it")]
mod world;

const BENCHMARKS: [(&str, fn()); 10] = [
    ("sizes", sizes::run),
    ("turns", turns::run),
    ("distance", distance::run),
    ("search", search::run),
    ("scrolling", scrolling::run),
    ("parsing", parsing::run),
    ("latency", latency::run),
    ("throughput", throughput::run),
    ("idle", idle::run),
    ("connections", connections::run),
];

fn main() {
    // Cargo itself adds `--bench`.
    let named: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    for name in &named {
        let known = BENCHMARKS.iter().any(|(known, _)| known == name);
        assert!(known, "there is no benchmark {name}");
    }
    for (name, run) in BENCHMARKS {
        if named.is_empty() || named.iter().any(|wanted| wanted == name) {
            run();
        }
    }
}
