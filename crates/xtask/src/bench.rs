//! `cargo xtask bench`: what it costs, beside what others do.

use crate::{
    run::{Result, cargo, run},
    serve,
    test::{CHROMEDRIVER, CHROMIUM, DOVECOT},
    tools,
};

/// Runs the named benchmarks, or all.
pub(crate) fn bench(names: &[&str]) -> Result {
    tools::for_the_page()?;
    tools::system(&[("haproxy", "haproxy"), CHROMIUM, CHROMEDRIVER, DOVECOT])?;
    serve::build_page()?;
    println!("\nBuilding the benchmarks and the proxy. The first time this takes some minutes.");
    run(&mut cargo(&serve::BUILD_PROXY))?;
    let mut command = cargo(&["bench", "--locked", "-p", "porthole-tests", "--bench"]);
    run(command.args(["bench", "--"]).args(names))
}
