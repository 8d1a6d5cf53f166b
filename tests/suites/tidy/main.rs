//! House rules: what a crate may know, how long a file may be, how it begins.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

/// What each crate of ours may depend on. Arrows point down only.
const EDGES: [(&str, &[&str]); 22] = [
    ("wire", &[]),
    ("tunnel", &[]),
    ("xtask", &[]),
    ("mutate", &[]),
    ("dialogue", &["wire"]),
    ("sasl", &["wire"]),
    ("imap", &["wire", "sasl"]),
    ("pop3", &["wire", "sasl"]),
    ("smtp", &["wire", "sasl"]),
    ("message", &[]),
    ("html", &[]),
    ("interface", &["explain", "message", "wire"]),
    ("store", &["interface", "imap", "pop3", "message"]),
    ("demo", &["imap", "pop3", "smtp", "sasl", "wire", "message"]),
    (
        "explain",
        &["wire", "sasl", "imap", "pop3", "smtp", "message"],
    ),
    (
        "engine",
        &[
            "interface",
            "imap",
            "pop3",
            "smtp",
            "sasl",
            "wire",
            "message",
            "html",
            "store",
            "explain",
            "tunnel",
        ],
    ),
    ("lesson", &["interface", "explain", "demo", "imap", "wire"]),
    (
        "classroom",
        &["lesson", "engine", "demo", "store", "imap", "wire"],
    ),
    // The proxy knows of mail only to serve the demo.
    ("proxy", &["tunnel", "demo", "imap", "wire"]),
    ("web", &["interface", "demo", "lesson", "message", "wire"]),
    (
        "worker",
        &[
            "web",
            "engine",
            "classroom",
            "demo",
            "lesson",
            "tunnel",
            "store",
            "imap",
            "wire",
        ],
    ),
    (
        "tests",
        &[
            "engine", "store", "wire", "tunnel", "demo", "proxy", "html", "message", "imap",
        ],
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// Every Rust file of ours that git knows or would take.
fn files() -> Vec<(PathBuf, String)> {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "*.rs",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let read = |name: &str| {
        Some((
            name.into(),
            std::fs::read_to_string(root().join(name)).ok()?,
        ))
    };
    let files: Vec<_> = listed.lines().filter_map(read).collect();
    assert!(files.len() > 50, "git lists the files");
    files
}

#[test]
fn arrows_point_down_only() {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let allowed: BTreeMap<_, _> = EDGES.into_iter().collect();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"]
            .as_str()
            .unwrap()
            .strip_prefix("porthole-")
            .unwrap();
        let allowed = allowed
            .get(name)
            .unwrap_or_else(|| panic!("{name} has no room"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let target = dependency["name"]
                .as_str()
                .unwrap()
                .strip_prefix("porthole-");
            if dependency["kind"] == "dev" {
                continue;
            }
            if let Some(target) = target {
                assert!(allowed.contains(&target), "{name} must not know {target}");
            }
        }
    }
}

#[test]
fn every_file_says_what_it_is() {
    for (path, text) in files() {
        assert!(
            text.starts_with("//! "),
            "{} does not begin with //!",
            path.display()
        );
    }
}

#[test]
fn files_are_short() {
    for (path, text) in files() {
        let is_test = path.components().any(|part| part.as_os_str() == "tests");
        let source = text
            .split("#[cfg(test)]")
            .next()
            .unwrap_or_default()
            .lines()
            .count();
        let limit = if is_test { 700 } else { 500 };
        assert!(
            source <= limit,
            "{} has {source} lines of source",
            path.display()
        );
        let lines = text.lines().count();
        assert!(lines <= 700, "{} has {lines} lines", path.display());
    }
}

/// The packages that `cargo xtask test` tests on wasm as well.
fn protocols() -> Vec<String> {
    let xtask = std::fs::read_to_string(root().join("crates/xtask/src/test.rs")).unwrap();
    let (_, list) = xtask.split_once("const PROTOCOLS").unwrap();
    let (list, _) = list.split_once("];").unwrap();
    let names = list.split('"').skip(1).step_by(2);
    let names: Vec<_> = names
        .map(|name| name.replace("porthole-", "crates/"))
        .collect();
    assert!(names.len() >= 6, "{names:?}");
    names
}

const ON_WASM: [&str; 2] = [
    "#[cfg(target_arch = \"wasm32\")]",
    "use wasm_bindgen_test::wasm_bindgen_test as test;",
];

/// A test of a protocol runs on wasm too, unless its whole suite is for the machine itself.
#[test]
fn tests_of_protocols_run_on_wasm() {
    let protocols = protocols();
    let files = files();
    let is_native = |folder: &Path| {
        files.iter().any(|(path, text)| {
            *path == folder.join("main.rs")
                && text.contains("#![cfg(not(target_arch = \"wasm32\"))]")
        })
    };
    for (path, text) in &files {
        let within = protocols.iter().any(|folder| path.starts_with(folder));
        if !within || !text.contains("#[test]") || path.parent().is_some_and(is_native) {
            continue;
        }
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        let named = lines.windows(2).any(|lines| lines == ON_WASM);
        assert!(named, "{} has tests that wasm passes over", path.display());
    }
}

#[test]
fn nothing_is_left_unfinished() {
    for (path, text) in files() {
        for (number, line) in text.lines().enumerate() {
            let place = || format!("{}:{}", path.display(), number + 1);
            // A signature's mark ends in a space by RFC 3676, in sample mail too.
            let clean = line == line.trim_end() || line.ends_with("-- ");
            assert!(clean, "{} ends in a space", place());
            let mark = concat!("TO", "DO");
            let owned = line.contains(&format!("{mark}("));
            assert!(owned || !line.contains(mark), "{} has no owner", place());
        }
    }
}
