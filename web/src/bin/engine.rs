//! The engine's worker.

fn main() {
    #[cfg(target_arch = "wasm32")]
    porthole_web::platform::start();
}
