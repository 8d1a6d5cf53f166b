//! `cargo xtask test`: what CI runs, group by group.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use crate::{
    run::{Failure, Result, cargo, run},
    tools,
};

type Group = (&'static str, fn(&mut Count) -> Result);

/// In the order in which they run: the quick ones first.
const GROUPS: [Group; 6] = [
    ("tidy", tidy),
    ("unit", unit),
    ("wasm", wasm),
    ("proxy", proxy),
    ("interop", interop),
    ("browser", browser),
];

/// What the suites said of themselves.
#[derive(Debug, Default)]
struct Count {
    passed: u64,
    failed: u64,
}

/// Runs the named groups, or all.
pub(crate) fn test(names: &[&str]) -> Result {
    if let Some(unknown) = names
        .iter()
        .find(|name| !GROUPS.iter().any(|(known, _)| known == *name))
    {
        return Err(Failure(format!("there is no group {unknown}")));
    }
    let mut count = Count::default();
    let mut failures = Vec::new();
    for (name, group) in GROUPS {
        if !names.is_empty() && !names.contains(&name) {
            continue;
        }
        println!("\n=== {name}");
        let before = count.failed;
        if let Err(error) = group(&mut count) {
            // A suite that cannot even be built counts as one failure.
            count.failed += u64::from(count.failed == before);
            failures.push(format!("{name}: {error}"));
        }
    }
    println!("\n{} passed, {} failed", count.passed, count.failed);
    if failures.is_empty() {
        Ok(())
    } else {
        Err(Failure(failures.join("\n")))
    }
}

/// Formatting, lints and the house rules.
fn tidy(count: &mut Count) -> Result {
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    run(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))?;
    // What the page has of the browser alone is not compiled natively.
    tools::wasm_target()?;
    tools::system(&[tools::CLANG])?;
    run(&mut cargo(&[
        "clippy",
        "--package",
        "porthole-web",
        "--package",
        "porthole-worker",
        "--lib",
        "--bins",
        "--target",
        tools::WASM,
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))?;
    suite(count, "tidy")
}

/// Every crate's own tests, natively.
fn unit(count: &mut Count) -> Result {
    counted(
        count,
        &mut cargo(&[
            "test",
            "--workspace",
            "--locked",
            "--no-fail-fast",
            "--exclude",
            "porthole-tests",
        ]),
    )
}

/// The protocol crates' tests in WebAssembly.
fn wasm(count: &mut Count) -> Result {
    tools::wasm_target()?;
    tools::wasm_bindgen()?;
    tools::system(&[("node", "nodejs")])?;
    let mut command = cargo(&["test", "--locked", "--no-fail-fast"]);
    for package in PROTOCOLS {
        command.args(["-p", package]);
    }
    command.args(["--target", tools::WASM, "--tests"]).env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        "wasm-bindgen-test-runner",
    );
    counted(count, &mut command)
}

/// The proxy between hostile pages and odd servers.
fn proxy(count: &mut Count) -> Result {
    suite(count, "proxy")
}

/// The engine on a real Dovecot, and other people's programs on the demo server.
fn interop(count: &mut Count) -> Result {
    tools::system(&[
        DOVECOT,
        PYTHON,
        ("curl", "curl"),
        ("mbsync", "isync"),
        ("mutt", "mutt"),
        ("script", "bsdutils"),
        TSHARK,
    ])?;
    suite(count, "interop")
}

/// The built page in Chromium; first what builds it, as a newcomer types it.
fn browser(count: &mut Count) -> Result {
    tools::for_the_page()?;
    tools::system(&[
        CHROMIUM,
        CHROMEDRIVER,
        DOVECOT,
        PYTHON,
        TSHARK,
        ("npm", "npm"),
    ])?;
    tools::axe()?;
    let served = suite(count, "newcomer");
    let shown = suite(count, "browser");
    served.and(shown)
}

/// A suite of the end-to-end tests.
fn suite(count: &mut Count, name: &str) -> Result {
    let package = ["test", "--locked", "-p", "porthole-tests"];
    counted(count, cargo(&package).args(["--test", name]))
}

/// The server that both end-to-end suites read from, and what reads beside them.
pub(crate) const DOVECOT: (&str, &str) = ("dovecot", "dovecot-imapd dovecot-pop3d");
/// The browser that the page is shown in, and what steers it.
pub(crate) const CHROMIUM: (&str, &str) = ("chromium", "chromium fonts-noto-core fonts-noto-cjk");
pub(crate) const CHROMEDRIVER: (&str, &str) = ("chromedriver", "chromium-driver");
const PYTHON: (&str, &str) = ("python3", "python3");
/// What reads a saved capture as everybody else does.
const TSHARK: (&str, &str) = ("tshark", "tshark");

/// The crates that run in the page without knowing it.
const PROTOCOLS: [&str; 6] = [
    "porthole-wire",
    "porthole-sasl",
    "porthole-imap",
    "porthole-pop3",
    "porthole-smtp",
    "porthole-demo",
];

/// Runs a command, lets its output through, and adds up what its test runners say at the end:
/// `test result: ok. 3 passed; 0 failed; ..`.
fn counted(count: &mut Count, command: &mut Command) -> Result {
    let words: Vec<_> = command
        .get_args()
        .map(|word| word.to_string_lossy())
        .collect();
    println!("\n> cargo {}", words.join(" "));
    let cannot = |error| Failure(format!("a test cannot be started: {error}"));
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(cannot)?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout)
            .lines()
            .map_while(std::result::Result::ok)
        {
            println!("{line}");
            if let Some(result) = line.strip_prefix("test result: ") {
                count.passed += number_before(result, " passed");
                count.failed += number_before(result, " failed");
            }
        }
    }
    let status = child.wait().map_err(cannot)?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure("some tests failed".to_owned()))
    }
}

fn number_before(text: &str, word: &str) -> u64 {
    let before = text.split(word).next().unwrap_or_default();
    before
        .rsplit([' ', ';'])
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read() {
        let line = "ok. 13 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(number_before(line, " passed"), 13);
        assert_eq!(number_before(line, " failed"), 2);
        assert_eq!(number_before("nothing", " passed"), 0);
    }
}
