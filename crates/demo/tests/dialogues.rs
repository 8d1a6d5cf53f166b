//! Replays the dialogues in `dialogues/`: whole, byte by byte, and cut at every byte.
//!
//! A dialogue is a text file of lines; its beginning says what a line is:
//!
//! ```text
//! # a remark
//! @ mail           three messages for alice, of which the second has an attachment
//! @ capabilities   the lists of capabilities are not left out
//! @ mechanisms ..  the SASL mechanisms that are offered
//! 1 imap           session 1 is opened, by imap, pop3 or smtp
//! 1 imap starttls  the same, by a carrier that can put TLS on it; also tls and simulated
//! C1: ...          session 1's client sends a line, CR LF added
//! C1+ ...          the same; consecutive ones are one input
//! S1: ...          what session 1 must have been sent after what stands above
//! ! 1 eof          session 1's connection ends
//! ! 1 tls          the carrier has put TLS on session 1's connection
//! ! 1 silence      its client is silent for too long
//! ! misbehave {..} the server is told to do something wrong
//! ```
//!
//! With `UPDATE_DIALOGUES=1` the `S` lines are
//! written anew from what happened; read the difference before committing it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod driver;

use driver::Replay;
use porthole_dialogue::{Cut, Dialogue, check, dialogues};
use porthole_imap::{
    types::number::Numbering,
    wire::{FrameLimits, Framed, Framer, Notes, Peer, Role, parse_response, parse_response_noting},
};
use porthole_mutate::Random;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const DIALOGUES: &[Dialogue] = dialogues![
    "imap_append_and_move",
    "imap_condstore",
    "imap_errors",
    "imap_fetch",
    "imap_idle",
    "imap_list_levels",
    "imap_mailboxes",
    "imap_notify",
    "imap_notify_refused",
    "imap_notify_some",
    "imap_qresync",
    "imap_rev2",
    "imap_misbehaviour",
    "imap_search",
    "imap_sequence_numbers",
    "imap_sign_in",
    "imap_starttls",
    "imap_stripped",
    "pop3_deletes_for_imap",
    "pop3_errors",
    "pop3_misbehaviour",
    "pop3_session",
    "pop3_stls",
    "scram_imap",
    "scram_pop3",
    "scram_refused",
    "scram_smtp",
    "smtp_delivery",
    "smtp_errors",
    "smtp_misbehaviour",
    "smtp_starttls",
    "time_outs",
];

#[test]
fn dialogues_are_the_same_at_every_cut() {
    check!(DIALOGUES, |text, cut| Replay::new(text).run(cut));
}

/// Our own parser understands every response without tolerating anything, and leaves no octet of
/// one unexplained.
#[test]
fn every_octet_of_imap_is_explained() {
    for (name, text) in DIALOGUES.iter().filter(is_readable) {
        let utf8 = text.contains("ENABLE IMAP4rev2");
        let mut replay = Replay::new(text);
        replay.run(&Cut::whole());
        for sent in replay.imap.values() {
            let mut framer = Framer::new(Peer::Server, FrameLimits::default());
            framer.push(sent);
            while let Some(framed) = framer.next_framed().unwrap() {
                let Framed::Frame(frame) = framed else {
                    panic!("{name}: {framed:?}");
                };
                let shown = frame.text.escape_ascii();
                let (response, Notes { quirks, marks }) =
                    parse_response_noting(&frame, utf8, Numbering::Seq);
                assert!(response.is_ok(), "{name}: {shown}: {response:?}");
                assert!(quirks.is_empty(), "{name}: {shown}: {quirks:?}");
                let octets: usize = marks.text.iter().map(|mark| mark.range.len()).sum();
                assert_eq!(octets, frame.text.len(), "{name}: {shown}");
                let unknown = marks.text.iter().any(|mark| mark.role == Role::Unknown);
                assert!(!unknown, "{name}: {shown}");
            }
        }
    }
}

/// Nothing that a client sends makes the server panic, and whatever it answers an IMAP client can
/// be read.
#[test]
fn garbage_is_survived() {
    let mut random = Random::new(0xDE);
    for (name, text) in DIALOGUES.iter().filter(is_readable) {
        for _ in 0..40 {
            let mut replay = Replay::new(text);
            replay.run_garbled(|octets| {
                for _ in 0..3 {
                    let at = random.below(octets.len());
                    let octet = random.one_of(b"{}()[]<>*\"%\\ \r\n\0+9:,.~\xff").copied();
                    match (random.below(8), octet) {
                        (0, Some(octet)) => octets[at] = octet,
                        (1, Some(octet)) => octets.insert(at, octet),
                        (2, _) => octets.truncate(at + 1),
                        _ => {}
                    }
                }
            });
            for sent in replay.imap.values() {
                let mut framer = Framer::new(Peer::Server, FrameLimits::default());
                framer.push(sent);
                while let Some(framed) = framer.next_framed().unwrap() {
                    let Framed::Frame(frame) = framed else {
                        panic!("{name}: {framed:?}");
                    };
                    let shown = frame.text.escape_ascii();
                    let response = parse_response(&frame, false);
                    let response = response.or_else(|_| parse_response(&frame, true));
                    assert!(response.is_ok(), "{name}: {shown}: {response:?}");
                }
            }
        }
    }
}

/// Whether the server was never told to send what nobody can read.
fn is_readable((_, text): &&Dialogue) -> bool {
    !text.contains("literal_length")
}
