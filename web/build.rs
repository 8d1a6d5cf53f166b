//! Names the build after the sources that page and worker are made of.
#![allow(clippy::print_stdout, reason = "that is how Cargo is told")]

#[path = "build/fingerprint.rs"]
mod fingerprint;
#[path = "build/nameless.rs"]
mod nameless;

use std::{env, io, path::Path};

fn main() -> io::Result<()> {
    let root = Path::new("..");
    let sources = fingerprint::sources(root)?;
    for source in &sources {
        println!("cargo::rerun-if-changed={}", root.join(source).display());
    }
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let fingerprint = fingerprint::of(root, &sources)?;
    nameless::link();
    println!("cargo::rustc-env=PORTHOLE_BUILD={version}+{fingerprint:016x}");
    Ok(())
}
