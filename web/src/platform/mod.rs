//! What the engine's driver needs of the browser: clock, randomness, sockets, a file system.

mod demo;
mod driver;
#[cfg(target_arch = "wasm32")]
mod opfs;
mod tunnel;

#[cfg(target_arch = "wasm32")]
pub use driver::start;
