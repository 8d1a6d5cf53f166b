//! Replays the dialogues in `dialogues/`: whole, byte by byte, and cut at every byte.
//!
//! A dialogue is a text file of lines; its first character says what a line is:
//!
//! ```text
//! # a remark: which server, and what is special about it
//! @ an option: encrypted, max-text N, max-literals N, max-literal N, inline N
//! > a command is issued, as on the wire without its tag, `\r\n` standing for a line end within;
//!   or: sign-in USER PASSWORD, sign-in-clear USER PASSWORD
//! ! the driver: eof, tls (the upgrade is done), silence (the response timeout passes)
//! S: a line from the server, CR LF added;  S~ the same with a bare LF
//! C: a line that the client must have sent after what stands above
//! = an event that must have come of what stands above, and the mailbox where it has changed
//! ```
//!
//! Consecutive `C:` lines are one `Transmit`. With `UPDATE_DIALOGUES=1` the `C:` and `=` lines are
//! written anew from what happened; read the difference before committing it.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod corpus;
mod driver;

use corpus::DIALOGUES;
use driver::Replay;
use porthole_imap::wire::Quirk;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn whole() {
    for (name, text) in DIALOGUES {
        let written = Replay::new(text).run(|bytes| vec![bytes]);
        if std::env::var_os("UPDATE_DIALOGUES").is_some() {
            let path = format!("{}/dialogues/{name}.txt", env!("CARGO_MANIFEST_DIR"));
            std::fs::write(path, written).unwrap();
        } else {
            assert_eq!(written, *text, "{name}");
        }
    }
}

#[test]
fn byte_by_byte() {
    for (name, text) in DIALOGUES {
        let written = Replay::new(text).run(|bytes| bytes.chunks(1).collect());
        assert_eq!(written, *text, "{name}");
    }
}

#[test]
fn cut_at_every_byte() {
    for (name, text) in DIALOGUES {
        for cut in 0..driver::longest_input(text) {
            let written = Replay::new(text).run(|bytes| {
                let (head, tail) = bytes.split_at(cut.min(bytes.len()));
                vec![head, tail]
            });
            assert_eq!(written, *text, "{name}, cut at {cut}");
        }
    }
}

/// Every deviation that is tolerated has a dialogue in which it is.
#[test]
fn every_quirk_is_shown() {
    for quirk in Quirk::ALL {
        let shown = format!("\n= tolerated {quirk:?}\n");
        let found = DIALOGUES.iter().any(|(_, text)| text.contains(&shown));
        assert!(found, "{quirk:?} is in no dialogue");
    }
}

/// Passwords and whatever carries them are in no transcript, and every octet that crossed is
/// counted in it.
#[test]
fn transcripts_count_all_and_hold_no_secret() {
    for (name, text) in DIALOGUES {
        let mut replay = Replay::new(text);
        replay.run(|bytes| vec![bytes]);
        let (shown, client, server) = replay.transcript();
        for secret in [
            "wonderland",
            "d29uZGVybGFuZA",
            "AGFsaWNl",
            "YWxpY2Ug",
            "pencil",
        ] {
            assert!(!shown.contains(secret), "{name}: {secret} in\n{shown}");
        }
        assert_eq!(client, replay.sent, "{name}");
        // What comes after the end is not looked at, nor a line that is not whole.
        let ends_early =
            name.starts_with("limit_") || ["starttls_injection", "end_of_stream"].contains(name);
        assert!(server == replay.received || ends_early, "{name}");
    }
}
