//! The page and the engine's worker: everything of Porthole that knows a browser.
//!
//! Two binaries are made of this library. `page` paints and listens: it sends [`ToWorker`] and
//! reduces what comes back into [`state::State`], which components show. `engine` is a dedicated
//! worker: it drives `porthole_engine::Engine` over sockets and clocks (`platform`).
#![allow(
    missing_debug_implementations,
    unreachable_pub,
    reason = "Yew's macros want public properties, and nothing prints a component"
)]

pub mod app;
pub mod comparing;
pub mod components;
mod faults;
pub mod format;
pub mod guess;
mod hooks;
mod lessons;
mod link;
mod machines;
mod memory;
pub mod pages;
#[cfg(target_arch = "wasm32")]
pub mod platform;
mod progress;
mod protocol;
mod recordings;
mod route;
pub mod state;
mod table;
mod timing;
pub mod wording;

pub use protocol::{
    BUILD, DemoOrder, FromWorker, OtherClient, ServersMailbox, TableOrder, ToWorker,
};
