//! `cargo xtask bench`: the benchmarks, results as tables.

use crate::run::{Result, cargo, run};

/// Runs every benchmark.
pub(crate) fn bench() -> Result {
    crate::tools::system(&[("haproxy", "haproxy")])?;
    run(&mut cargo(&[
        "bench",
        "--locked",
        "--workspace",
        "--benches",
    ]))
}
