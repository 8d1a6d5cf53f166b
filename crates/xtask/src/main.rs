//! `cargo xtask`: the developer's and the newcomer's commands.
//!
//! `serve` builds everything and runs it, `test` tests everything, `bench` measures it. Each first
//! looks for the tools that it needs and installs or names what is missing.
#![allow(clippy::print_stdout, reason = "a command talks to its user")]

mod bench;
mod run;
mod serve;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
Porthole's commands:

  cargo xtask serve        build the page, start the proxy with the demo mail server;
                           what follows is for the proxy, --help lists it
  cargo xtask test         run all tests, having installed what they need
  cargo xtask test NAME    run one group: tidy, unit, wasm, proxy,
                           interop, browser
  cargo xtask bench        measure, beside what others do
  cargo xtask bench NAME   one of it: sizes, turns, distance, search, scrolling,
                           parsing, latency, throughput, idle, connections
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let asks = |word: &&str| matches!(*word, "--help" | "-h" | "help");
    let result = match arguments.as_slice() {
        ["serve", rest @ ..] if rest.iter().any(asks) => serve::help(),
        ["serve", rest @ ..] => serve::serve(rest),
        words if words.iter().any(asks) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        ["test", groups @ ..] => test::test(groups),
        ["bench", names @ ..] => bench::bench(names),
        _ => {
            print!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_benchmark() {
        let suite = include_str!("../../../tests/suites/bench/main.rs");
        let rows = suite.lines().map(str::trim);
        let rows = rows.filter_map(|row| row.strip_prefix("(\"")?.split_once("\", "));
        let there: Vec<_> = rows.map(|(name, _)| name).collect();
        assert!(there.contains(&"sizes"), "{there:?}");
        let (_, told) = USAGE.split_once("one of it: ").unwrap();
        let told: Vec<_> = told.split(',').map(str::trim).collect();
        assert_eq!(told, there);
    }
}
