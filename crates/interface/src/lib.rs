//! What a page and the engine say to each other, as plain data.
//!
//! A page sends an [`Intent`] and is told [`Change`]s. What it shows, saves and reckons of them is
//! here as well; nothing that runs, so that a page carries no engine and no store with it.

pub mod account;
pub mod change;
pub mod compare;
mod habits;
pub mod intent;
mod recorded;

pub use account::Account;
pub use change::Change;
pub use habits::Habits;
pub use intent::Intent;
pub use recorded::Recorded;
