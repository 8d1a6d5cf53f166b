//! Replays the dialogues in `dialogues/`: whole, byte by byte, and cut at every byte.
//!
//! A dialogue is a text file of lines; its first character says what a line is:
//!
//! ```text
//! # a remark: which server, and what is special about it
//! @ an option: encrypted, max-line N, max-listing N
//! > a command is given: capa, stat, retr 1, sign-in USER PASSWORD, token USER TOKEN, ...
//! ! the driver: eof, tls (the upgrade is done), silence (the response timeout passes)
//! S: a line from the server, CR LF added;  S~ the same with a bare LF
//! C: a line that the client must have sent after what stands above
//! = an event that must have come of what stands above
//! ```
//!
//! Consecutive `C:` lines are one `Transmit`. With `UPDATE_DIALOGUES=1` the `C:` and `=` lines are
//! written anew from what happened; read the difference before committing it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod corpus;
mod driver;

use corpus::DIALOGUES;
use driver::Replay;
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
        let longest = driver::longest_input(text);
        for cut in 0..longest {
            let written = Replay::new(text).run(|bytes| {
                let (head, tail) = bytes.split_at(cut.min(bytes.len()));
                vec![head, tail]
            });
            assert_eq!(written, *text, "{name}, cut at {cut}");
        }
    }
}

/// Passwords, tokens and whatever carries them are in no transcript.
#[test]
fn transcripts_hold_no_secret() {
    for (name, text) in DIALOGUES {
        let mut replay = Replay::new(text);
        replay.run(|bytes| vec![bytes]);
        let shown = replay.transcript();
        for secret in ["wonderland", "d29uZGVybGFuZA", "pencil", "p=v0X8v3"] {
            assert!(!shown.contains(secret), "{name}: {secret} in\n{shown}");
        }
        for base64 in ["AGFsaWNl", "YWxpY2Ug", "dXNlcj1", "biws", "Yz1iaX"] {
            assert!(!shown.contains(base64), "{name}: {base64} in\n{shown}");
        }
    }
}

/// Every octet that crossed is counted in the transcript, whole lines and payloads.
#[test]
fn transcripts_count_every_octet() {
    for (name, text) in DIALOGUES {
        let mut replay = Replay::new(text);
        replay.run(|bytes| vec![bytes]);
        let (client, server) = replay.recorded_octets();
        assert_eq!(client, replay.sent, "{name}");
        // What comes after the end is not looked at, nor a line that is not whole.
        let ends_early = ["cleartext_after_stls", "deadline", "limits"].contains(name);
        assert!(server == replay.received || ends_early, "{name}");
    }
}
