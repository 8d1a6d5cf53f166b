//! The engine on a real Dovecot: what it reads is what others read, and costs what was promised.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod capture;
mod counting;
mod losses;
mod programs;
mod reading;
mod secured;
