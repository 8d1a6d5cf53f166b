//! What a released module need not carry.

use std::env;

/// Leaves the names of functions out of a released WebAssembly module: a ninth of what a browser
/// loads. `wasm-bindgen` has to know the target's features, which would go with them.
pub(crate) fn link() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_ARCH", "wasm32") {
        for argument in ["--strip-all", "--keep-section=target_features"] {
            println!("cargo::rustc-link-arg-bins={argument}");
        }
    }
}
