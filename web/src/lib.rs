//! The page: it paints and listens, and speaks no protocol.
//!
//! What a user wants is sent to the engine's worker as [`ToWorker`]; what comes back is reduced into
//! [`state::State`], which components show. The worker is a program of its own (`worker/`), so that
//! the page carries neither the engine nor its store.
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
pub mod lessons;
pub mod library;
mod link;
mod machines;
mod memory;
pub mod pages;
mod progress;
pub mod protocol;
mod recordings;
mod route;
pub mod state;
mod table;
mod timing;
pub mod wording;

pub use protocol::{
    BUILD, DemoOrder, FromWorker, OtherClient, ServersMailbox, TableOrder, ToWorker,
};
