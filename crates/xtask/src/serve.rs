//! `cargo xtask serve`: everything that a newcomer needs, ending in a page that reads mail.

use crate::{
    run::{Result, cargo, program, run},
    tools,
};

/// Builds the page and the proxy, and runs the proxy with the demo mail server. What follows
/// `serve` on the command line goes to the proxy.
pub(crate) fn serve(arguments: &[&str]) -> Result {
    tools::for_the_page()?;
    build_page()?;
    println!("\nBuilding the proxy.");
    run(&mut cargo(&[
        "build",
        "--release",
        "--package",
        "porthole-proxy",
    ]))?;
    println!("\nStarting. Stop with Ctrl-C.");
    let mut command = vec![
        "run",
        "--quiet",
        "--release",
        "--package",
        "porthole-proxy",
        "--",
        "--demo",
    ];
    command.extend(arguments);
    run(&mut cargo(&command))
}

/// Builds the page into `dist/`.
pub(crate) fn build_page() -> Result {
    println!("\nBuilding the page. The first time this takes some minutes.");
    run(program("trunk", &["build", "--release"]).env_remove("NO_COLOR"))
}
