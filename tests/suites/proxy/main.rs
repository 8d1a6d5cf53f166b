//! The proxy from outside: the real program on loopback, between hostile pages and odd servers.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod bytes;
mod configuration;
mod destinations;
mod drain;
mod frames;
mod limits;
mod log;
mod page;
mod pressure;
mod reload;
mod secured;
mod server;
mod upgrade;
