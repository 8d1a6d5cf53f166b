//! What the engine's driver needs of the browser: clock, randomness, sockets, a file system.

mod contest;
mod demo;
mod driver;
mod far;
mod library;
mod listener;
mod network;
mod opfs;
mod other;
mod round;
mod tunnel;

pub(crate) use listener::start;
