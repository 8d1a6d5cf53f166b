//! The whole engine against the demo server, in memory and under virtual time.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod aside;
mod belief;
mod breaking;
mod compare;
mod controls;
mod crossing;
mod deleting;
mod duel;
mod encoded;
mod explaining;
mod faults;
mod greeting;
mod habits;
mod keeping;
mod lacking;
mod leaving;
mod moving;
#[path = "../../../explain/tests/saved/needles.rs"]
mod needles;
mod pieces;
mod reading;
mod recording;
mod returning;
mod script;
mod search;
mod servers;
mod stopping;
mod turned_away;
mod unanswered;
mod waiting;
mod world;
