//! The name of a build: another for other sources, the same for the same.
#![allow(clippy::unwrap_used, reason = "a test may")]

#[path = "../build/fingerprint.rs"]
mod fingerprint;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A workspace in a folder of its own, with one more file.
fn tree(name: &str, file: &str, content: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // It may not be there.
    let _ = fs::remove_dir_all(&root);
    let files = [
        ("Cargo.toml", "[workspace]"),
        ("Cargo.lock", "version = 4"),
        ("web/Cargo.toml", "[package]"),
        ("web/src/lib.rs", "mod state;"),
        ("worker/Cargo.toml", "[package]"),
        ("worker/src/main.rs", "mod platform;"),
        ("crates/wire/Cargo.toml", "[package]"),
        ("crates/wire/src/lib.rs", "mod line;"),
        ("crates/wire/src/line.rs", "struct Line;"),
        (file, content),
    ];
    for (file, content) in files {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    root
}

fn fingerprint(root: &Path) -> u64 {
    fingerprint::of(root, &fingerprint::sources(root).unwrap()).unwrap()
}

#[test]
fn other_sources_make_another_build() {
    let plain = fingerprint(&tree("plain", "Cargo.lock", "version = 4"));
    for (name, file, content, same) in [
        ("elsewhere", "Cargo.lock", "version = 4", true),
        ("tests", "crates/wire/tests/line.rs", "mod line;", true),
        ("swap", "crates/wire/src/.line.rs.swp", "struct", true),
        ("page", "web/src/lib.rs", "mod route;", false),
        ("worker", "worker/src/main.rs", "mod clock;", false),
        ("crate", "crates/wire/src/line.rs", "struct Line();", false),
        ("data", "crates/wire/data/mail.eml", "Subject: 1", false),
        ("more", "crates/wire/src/more.rs", "", false),
        ("locked", "Cargo.lock", "version = 5", false),
    ] {
        let other = fingerprint(&tree(name, file, content));
        assert_eq!(other == plain, same, "{name}");
    }
}

#[test]
fn this_build_is_named_after_its_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!("{version}+{:016x}", fingerprint(root));
    assert_eq!(porthole_web::BUILD, expected);
}
