//! The engine's worker: the engine driven over the browser's sockets, clocks and files.

#[cfg(target_arch = "wasm32")]
mod platform;

fn main() {
    #[cfg(target_arch = "wasm32")]
    platform::start();
}
