//! The mail program without pixels and without a socket.
//!
//! A page sends an [`Intent`], the engine answers with [`Change`]s. Between the two it drives
//! protocol machines over connections that its driver makes ([`Output`]). It is sans-IO itself, so
//! that the whole program runs against the demo server in a test, under virtual time.

mod backend;
pub mod compare;
mod control;
mod core;
mod engine;
mod farewell;
mod imap;
mod measure;
mod output;
mod part;
mod pop3;
mod recording;
mod reins;
mod render;
mod retry;
mod wire;

pub use engine::Engine;
pub use output::{ConnectionId, DialError, DialErrorKind, Dialled, Output, TlsSummary};
pub use porthole_interface::{Account, Change, Habits, Intent, Recorded, account, change, intent};
pub use recording::Recording;
