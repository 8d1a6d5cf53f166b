//! What the engine's driver needs of the browser: clock, randomness, sockets, a file system.

mod demo;
mod driver;
mod opfs;
mod tunnel;

pub use driver::start;
