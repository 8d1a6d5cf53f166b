//! Plays the dialogues in `dialogues/`; the format is told in `porthole_dialogue`.
//!
//! Options: `encrypted`, `no-pipelining`, `no-literal-plus`, `max-text N`, `max-literals N`, `max-literal N`, `inline N`. A command is
//! written as on the wire without its tag, `\r\n` standing for a line end within; or it is
//! `sign-in USER PASSWORD` or `sign-in-clear USER PASSWORD`. What may happen besides: `tls` (the
//! upgrade is done). The open mailbox is written down where it has changed.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod corpus;
mod driver;

use corpus::DIALOGUES;
use driver::Driver;
use porthole_dialogue::{Cut, check, check_recorded, check_shown, replay};
use porthole_imap::wire::Quirk;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn dialogues_are_the_same_at_every_cut() {
    check!(DIALOGUES, |text, cut| replay::<Driver>(text, cut).0);
}

/// Every deviation that is tolerated has a dialogue in which it is.
#[test]
fn every_quirk_is_shown() {
    check_shown(DIALOGUES, Quirk::ALL);
}

/// Passwords and whatever carries them are in no transcript, and every octet that crossed is
/// counted in it.
#[test]
fn transcripts_count_all_and_hold_no_secret() {
    let secrets = [
        "wonderland",
        "d29uZGVybGFuZA",
        "AGFsaWNl",
        "YWxpY2Ug",
        "pencil",
    ];
    for (name, text) in DIALOGUES {
        let (_, crossed) = replay::<Driver>(text, &Cut::whole());
        let ends_early =
            name.starts_with("limit_") || ["starttls_injection", "end_of_stream"].contains(name);
        check_recorded(name, &crossed, &secrets, ends_early);
    }
}
