//! The tools that building and testing need: found, installed, or named with what to type.

use crate::run::{Failure, Result, cargo, is_installed, output, program, root, run};

/// The version of Trunk that `Trunk.toml` and `web/index.html` are written for.
const TRUNK: &str = "0.21.14";

/// The version of axe-core that looks for what keeps people out of the page.
const AXE: &str = "4.14.1";

/// What the page is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The compiler of SQLite for it.
pub(crate) const CLANG: (&str, &str) = ("clang", "clang");

/// What building the page needs.
pub(crate) fn for_the_page() -> Result {
    wasm_target()?;
    system(&[CLANG])?;
    trunk()?;
    wasm_bindgen()
}

/// The compiler's library for the browser.
pub(crate) fn wasm_target() -> Result {
    let installed = output(&mut program("rustc", &["--print", "sysroot"])).is_some_and(|sysroot| {
        std::path::Path::new(sysroot.trim())
            .join("lib/rustlib")
            .join(WASM)
            .is_dir()
    });
    if installed {
        return Ok(());
    }
    println!("Installing Rust's library for WebAssembly.");
    run(&mut program("rustup", &["target", "add", WASM]))
}

fn trunk() -> Result {
    let found = output(&mut program("trunk", &["--version"])).unwrap_or_default();
    if found.trim().ends_with(TRUNK) {
        return Ok(());
    }
    println!("Installing Trunk {TRUNK}, which builds the page. This takes some minutes, once.");
    run(&mut install("trunk", TRUNK, &["--locked"]))
}

/// wasm-bindgen's program, in the very version of the library in Cargo.lock.
pub(crate) fn wasm_bindgen() -> Result {
    let version = locked("wasm-bindgen")?;
    let found = output(&mut program("wasm-bindgen", &["--version"])).unwrap_or_default();
    if found.trim().ends_with(&version) {
        return Ok(());
    }
    println!("Installing wasm-bindgen-cli {version}. This takes some minutes, once.");
    run(&mut install("wasm-bindgen-cli", &version, &[]))
}

/// The accessibility checker, from the npm registry into `target/npm`.
pub(crate) fn axe() -> Result {
    let manifest = root().join("target/npm/node_modules/axe-core/package.json");
    let found = std::fs::read_to_string(manifest).unwrap_or_default();
    if found.contains(&format!("\"version\": \"{AXE}\"")) {
        return Ok(());
    }
    println!("Installing axe-core {AXE}.");
    let folder = root().join("target/npm");
    std::fs::create_dir_all(&folder)
        .map_err(|error| Failure(format!("{}: {error}", folder.display())))?;
    let package = format!("axe-core@{AXE}");
    let arguments = [
        "install",
        "--no-save",
        "--no-package-lock",
        "--no-audit",
        &package,
    ];
    run(program("npm", &arguments).current_dir(folder))
}

/// `cargo install`, unoptimised: these tools run for seconds and would take long to build.
fn install(name: &str, version: &str, more: &[&str]) -> std::process::Command {
    let mut arguments = vec!["install", name, "--version", version, "--force"];
    arguments.extend(more);
    let mut command = cargo(&arguments);
    command
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env_remove("CARGO_TARGET_DIR");
    command
}

/// The version of a package in Cargo.lock.
fn locked(package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock"))
        .map_err(|error| Failure(format!("Cargo.lock cannot be read: {error}")))?;
    let header = format!("name = \"{package}\"\nversion = \"");
    let version = lock
        .split_once(&header)
        .and_then(|(_, rest)| rest.split_once('"'));
    version
        .map(|(version, _)| version.to_owned())
        .ok_or_else(|| Failure(format!("Cargo.lock has no {package}")))
}

/// Programs from the system's packages, as pairs of program and package. Installed where that is
/// possible without asking; named otherwise.
pub(crate) fn system(wanted: &[(&str, &str)]) -> Result {
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|(program, _)| !is_installed(program))
        .flat_map(|(_, packages)| packages.split(' '))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let administrator = output(&mut program("id", &["-u"])).is_some_and(|user| user.trim() == "0");
    if !(administrator && is_installed("apt-get")) {
        return Err(Failure(format!(
            "These packages are missing: {}. On Debian or Ubuntu, type:\n\n    sudo apt-get install {}",
            missing.join(" "),
            missing.join(" ")
        )));
    }
    println!(
        "Installing from the system's packages: {}",
        missing.join(" ")
    );
    run(&mut program("apt-get", &["update", "-qq"]))?;
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(missing);
    run(program("apt-get", &arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}
