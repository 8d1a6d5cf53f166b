//! Leaves out of a release what the browser need not load.
#![allow(clippy::print_stdout, reason = "that is how Cargo is told")]

#[path = "../web/build/nameless.rs"]
mod nameless;

fn main() {
    nameless::link();
}
