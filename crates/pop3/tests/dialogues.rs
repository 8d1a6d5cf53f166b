//! Plays the dialogues in `dialogues/`; the format is told in `porthole_dialogue`.
//!
//! Options: `encrypted`, `max-line N`, `max-listing N`, `max-stray N`. Commands: `capa`, `stat`,
//! `retr 1`, `sign-in USER PASSWORD`, `sign-in-clear USER PASSWORD`, `token USER TOKEN` and so on.
//! What may happen besides: `tls` (the upgrade is done).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod corpus;
mod driver;

use corpus::DIALOGUES;
use driver::Driver;
use porthole_dialogue::{Cut, check, check_recorded, check_shown, replay};
use porthole_pop3::wire::Quirk;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn dialogues_are_the_same_at_every_cut() {
    check!(DIALOGUES, |text, cut| replay::<Driver>(text, cut).0);
}

/// Every deviation that is tolerated has a dialogue in which it is.
#[test]
fn every_quirk_is_shown() {
    check_shown(DIALOGUES, &Quirk::ALL);
}

/// Passwords, tokens and whatever carries them are in no transcript, and every octet that crossed
/// is counted in it, whole lines and payloads.
#[test]
fn transcripts_count_all_and_hold_no_secret() {
    let secrets = [
        "wonderland",
        "d29uZGVybGFuZA",
        "pencil",
        "p=v0X8v3",
        // As base64 of a step of a SASL exchange begins.
        "AGFsaWNl",
        "YWxpY2Ug",
        "dXNlcj1",
        "biws",
        "Yz1iaX",
    ];
    for (name, text) in DIALOGUES {
        let (_, crossed) = replay::<Driver>(text, &Cut::whole());
        let ends_early =
            ["cleartext_after_stls", "deadline", "limit_stray", "limits"].contains(name);
        check_recorded(name, &crossed, &secrets, ends_early);
    }
}
