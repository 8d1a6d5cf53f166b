//! A transcript that is taken along: what is in it, what is not, and that it can be read again.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod carry;
mod forms;
mod needles;
mod reading;
mod secrets;
