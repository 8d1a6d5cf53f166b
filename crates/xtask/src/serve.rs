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
    run(&mut cargo(&BUILD_PROXY))?;
    println!("\nStarting. Stop with Ctrl-C.");
    run(cargo(&RUN_PROXY).args(arguments))
}

/// The proxy's own help: nobody needs a page to read it.
pub(crate) fn help() -> Result {
    run(cargo(&RUN_PROXY).arg("--help"))
}

/// Builds the page into `dist/`.
pub(crate) fn build_page() -> Result {
    println!("\nBuilding the page. The first time this takes some minutes.");
    run(program("trunk", &BUILD_PAGE).env_remove("NO_COLOR"))
}

const BUILD_PAGE: [&str; 3] = ["build", "--locked", "--release"];
/// The proxy as it is run and measured.
pub(crate) const BUILD_PROXY: [&str; 5] = [
    "build",
    "--locked",
    "--release",
    "--package",
    "porthole-proxy",
];
const RUN_PROXY: [&str; 8] = [
    "run",
    "--locked",
    "--quiet",
    "--release",
    "--package",
    "porthole-proxy",
    "--",
    "--demo",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_built_of_other_versions_than_those_that_were_tested() {
        for command in [&BUILD_PAGE[..], &BUILD_PROXY, &RUN_PROXY] {
            let before = command.iter().take_while(|word| **word != "--");
            assert!(
                before.into_iter().any(|word| *word == "--locked"),
                "{command:?}"
            );
        }
    }
}
