//! The whole engine against the demo server, in memory and under virtual time.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod compare;
mod controls;
mod duel;
mod explaining;
mod faults;
mod keeping;
mod lacking;
mod reading;
mod recording;
mod search;
mod stopping;
mod turned_away;
mod world;
