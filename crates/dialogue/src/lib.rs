//! Dialogue files, for tests: what a client and a server say, replayed whole and at every cut.
//!
//! A dialogue is a text file, embedded at build time, so that the same tests run where there is no
//! file system. [`check`] plays each whole, byte by byte and cut at every byte; what happens must
//! be what the file says. With `UPDATE_DIALOGUES=1` the files are written anew from what happened;
//! read the difference before committing it.
//!
//! How a line is played is the caller's for the dialogues of a server. For those of a client it is
//! [`replay`] that says so:
//!
//! ```text
//! # a remark, which also ends what comes at once
//! @ an option
//! > something that the client is told to do: hold, step, open, drop, replace LINE, line LINE and
//!   verbatim OCTETS are of every client, the rest is its own
//! ! something that happens: eof, silence (the response timeout passes), or the client's own
//! S: a line from the server, CR LF added;  S~ the same with a bare LF
//! C: a line that the client must have sent after what stands above
//! = an event that must have come of what stands above
//! ```
//!
//! Lines of one kind that follow each other belong together: `S:` lines are one input, `C:` lines
//! one `Transmit`.

mod cut;
mod replay;

use std::fmt::Debug;

pub use cut::Cut;
pub use replay::{Crossed, Script, Told, replay};

/// Its name and its text.
pub type Dialogue = (&'static str, &'static str);

/// The files of these names in the folder `dialogues` of the calling package.
#[macro_export]
macro_rules! dialogues {
    ($($name:literal),+ $(,)?) => {
        &[$((
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/dialogues/", $name, ".txt")),
        )),+]
    };
}

/// Checks the dialogues of the calling package at every cut; see [`check_in`].
#[macro_export]
macro_rules! check {
    ($dialogues:expr, $play:expr) => {
        $crate::check_in(
            concat!(env!("CARGO_MANIFEST_DIR"), "/dialogues"),
            $dialogues,
            $play,
        )
    };
}

/// Plays each dialogue whole, byte by byte and cut at every byte. `play` gives the text back with
/// what really happened in it.
///
/// # Panics
/// Where that differs from the text, and where a file of the folder is not among the dialogues.
pub fn check_in(folder: &str, dialogues: &[Dialogue], play: impl Fn(&str, &Cut) -> String) {
    // There is no folder on wasm.
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = path.file_stem().map(|name| name.to_string_lossy());
        let known = |name: &str| dialogues.iter().any(|(known, _)| *known == name);
        assert!(
            name.is_some_and(|name| known(&name)),
            "{path:?} is not played"
        );
    }
    for (name, text) in dialogues {
        let written = play(text, &Cut::whole());
        if std::env::var_os("UPDATE_DIALOGUES").is_some() {
            let path = format!("{folder}/{name}.txt");
            assert!(std::fs::write(&path, &written).is_ok(), "{path}");
            continue;
        }
        assert_eq!(written, *text, "{name}");
        assert_eq!(play(text, &Cut::every()), *text, "{name}, byte by byte");
        for at in 1.. {
            let cut = Cut::at(at);
            assert_eq!(play(text, &cut), *text, "{name}, cut at {at}");
            if !cut.was_reached() {
                break;
            }
        }
    }
}

/// Checks that the dialogues have an event `tolerated` for each deviation that is.
///
/// # Panics
/// Where one has none.
pub fn check_shown(dialogues: &[Dialogue], quirks: &[impl Debug]) {
    for quirk in quirks {
        let event = format!("\n= tolerated {quirk:?}\n");
        let shown = dialogues.iter().any(|(_, text)| text.contains(&event));
        assert!(shown, "{quirk:?} is in no dialogue");
    }
}

/// Checks what the client of a dialogue has written down: all octets that crossed, and none of
/// these secrets in any form. Where the dialogue ends early, what comes after is not looked at, nor
/// a line that is not whole.
///
/// # Panics
/// Where that is not so.
pub fn check_recorded(name: &str, crossed: &Crossed, secrets: &[&str], ends_early: bool) {
    let shown = &crossed.shown;
    for secret in secrets {
        assert!(!shown.contains(secret), "{name}: {secret} in\n{shown}");
    }
    assert_eq!(crossed.recorded_sent, crossed.sent, "{name}");
    assert!(
        crossed.recorded_received == crossed.received || ends_early,
        "{name}"
    );
}

/// What one side (`"S: "` or `"C: "`) says in the dialogues, in the stretches in which it comes at
/// once: a corpus.
pub fn stretches(dialogues: &[Dialogue], side: &str) -> Vec<Vec<u8>> {
    let mut stretches = Vec::new();
    for (_, text) in dialogues {
        let mut stretch = Vec::new();
        for line in text.lines().chain([""]) {
            match line.strip_prefix(side) {
                Some(line) => {
                    stretch.extend_from_slice(line.as_bytes());
                    stretch.extend_from_slice(b"\r\n");
                }
                None if stretch.is_empty() => {}
                None => stretches.push(std::mem::take(&mut stretch)),
            }
        }
    }
    stretches
}
