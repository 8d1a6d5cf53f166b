//! Running programs that other people wrote.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The workspace's root.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap().to_owned()
}

/// Cargo, the one that runs the test, as somebody types it in the workspace's root: what it tells a
/// test of the test's own package, some dependencies watch, and are built anew when it changes.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    for (name, _) in env::vars_os() {
        let own = ["CARGO_MANIFEST_", "CARGO_PKG_"];
        if own
            .iter()
            .any(|own| name.to_string_lossy().starts_with(own))
        {
            cargo.env_remove(name);
        }
    }
    cargo.current_dir(root());
    cargo
}

/// Runs a program that has to succeed; answers what it printed.
///
/// # Panics
/// When it is not installed or fails, with what it said.
pub fn run(command: &mut Command) -> String {
    printed(succeeded(command))
}

/// Runs a program that has to succeed and has nothing to complain about.
///
/// # Panics
/// As [`run`], and when it says anything on standard error.
pub fn run_content(command: &mut Command) -> String {
    let output = succeeded(command);
    assert!(output.stderr.is_empty(), "{command:?}: {}", told(&output));
    printed(output)
}

/// Reads a capture with Wireshark's dissectors.
///
/// # Panics
/// When it cannot be read.
pub fn tshark(capture: &Path, arguments: &[&str]) -> String {
    run(Command::new("tshark")
        .arg("-n")
        .arg("-r")
        .arg(capture)
        .args(arguments))
}

fn succeeded(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; is it installed?"));
    assert!(output.status.success(), "{command:?}: {}", told(&output));
    output
}

fn printed(output: Output) -> String {
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a script of `tests/data` with Python and its standard library.
///
/// # Panics
/// When it fails.
pub fn python(script: &str, arguments: &[&str]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(script);
    run_content(Command::new("python3").arg(path).args(arguments))
}

fn told(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    let err = String::from_utf8_lossy(&output.stderr);
    format!("{}\n{out}\n{err}", output.status)
}
