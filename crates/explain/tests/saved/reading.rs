//! JSON is read again, or turned away with a reason.

use porthole_explain::{
    explain,
    saved::{ReadError, Saved},
};
use serde_json::{Value, json};

use crate::forms::reading;

#[test]
fn what_was_written_is_read() {
    let (saved, raw) = reading("Subject: =?utf-8?q?Caf=C3=A9?=\r\n\r\nnot UTF-8: \u{e9}\r\n");
    let read = Saved::read(&saved.json().unwrap()).unwrap();
    assert_eq!(read, saved);
    for entry in &read.entries {
        let explanation = read.explanation(entry);
        let again = explain(&porthole_explain::Unit {
            direction: entry.direction,
            octets: &entry.kept,
            marks: &read.marks(entry),
            command: command(&read, entry.command).as_bytes(),
        });
        assert_eq!(explanation, again, "it means what it meant");
    }
    let octets: u64 = read.entries.iter().map(|entry| entry.octets).sum();
    let crossed = (raw.sent.len() + raw.received.len()) as u64;
    // The password's step crossed with 24 octets, its mask has 8.
    assert_eq!(octets, crossed - 24 + 8);
}

/// The name of a command, from the summary of what the client sent.
fn command(saved: &Saved, command: Option<u64>) -> String {
    let named =
        |entry: &&porthole_explain::saved::Entry| command.is_some() && entry.command == command;
    let first = saved.entries.iter().find(named);
    let name = first.and_then(|entry| entry.summary.split(' ').next());
    name.unwrap_or_default().to_owned()
}

#[test]
fn octets_that_are_no_text_are_kept() {
    let mut file = file();
    file["entries"][0]["masked"] = json!([]);
    file["entries"][0]["kept"] = json!({"base64": "/wA="});
    file["entries"][0]["tokens"] = json!([{"start": 0, "end": 2, "term": 0}]);
    let saved = Saved::read(file.to_string().as_bytes()).unwrap();
    assert_eq!(saved.entries[0].kept, [0xff, 0]);
    let written: Value = serde_json::from_slice(&saved.json().unwrap()).unwrap();
    assert_eq!(written["entries"][0]["kept"], json!({"base64": "/wA="}));
}

#[test]
fn what_is_damaged_is_turned_away_with_the_reason() {
    let check = |path: &str, value: Value, reason: &str| {
        let mut file = file();
        *file.pointer_mut(path).unwrap() = value;
        let error = Saved::read(file.to_string().as_bytes())
            .unwrap_err()
            .to_string();
        assert!(error.contains(reason), "{path}: {error}");
    };
    check(
        "/format",
        json!("a shopping list"),
        "no transcript that Porthole saved",
    );
    check(
        "/version",
        json!(2),
        "the file has version 2; this Porthole reads version 1",
    );
    check(
        "/version",
        json!(u64::MAX),
        "the file has version 18446744073709551615",
    );
    check("/began", json!(u64::MAX), "begins at no time");
    check(
        "/connections",
        json!([]),
        "entry 0 of the file is damaged: there is no connection 1",
    );
    check("/terms", json!([]), "token 0 is term 0, which there is not");
    check(
        "/terms/0/role",
        json!({"Imap": "Nonsense"}),
        "unknown variant `Nonsense`",
    );
    check("/entries/0/at", json!(u64::MAX), "crossed at no time");
    check("/entries/0/queued", json!(6), "crossed at no time");
    check(
        "/entries/0/direction",
        json!("Sideways"),
        "unknown variant `Sideways`",
    );
    check(
        "/entries/0/kept",
        json!({"base64": "!"}),
        "the file is damaged: Invalid symbol",
    );
    check(
        "/entries/0/tokens/0/start",
        json!(1),
        "token 0 is out of place",
    );
    check(
        "/entries/0/tokens/0/end",
        json!(0),
        "token 0 is out of place",
    );
    check(
        "/entries/0/tokens/0/end",
        json!(7),
        "its tokens have 7 octets, and it has 6",
    );
    check(
        "/entries/0/tokens/0/end",
        json!(u32::MAX),
        "its tokens have 4294967295 octets",
    );
    check(
        "/entries/0/masked",
        json!([[2, 7]]),
        "secret 0 is out of place",
    );
    check(
        "/entries/0/masked",
        json!([[2, 4], [3, 5]]),
        "secret 1 is out of place",
    );
    let connection = json!({"number": 1, "protocol": "Imap", "host": "mail.example.com"});
    check(
        "/connections",
        json!(vec![connection; 1025]),
        "1025 connections, more than 1024",
    );
    let text = file().to_string();
    for at in 0..text.len() {
        assert!(Saved::read(&text.as_bytes()[..at]).is_err(), "cut at {at}");
    }
    let large = vec![b' '; (128 << 20) + 1];
    assert!(matches!(Saved::read(&large), Err(ReadError::TooLarge(_))));
}

/// A small file, as somebody may write it by hand.
fn file() -> Value {
    json!({
        "format": "porthole transcript",
        "version": 1,
        "product": "Porthole",
        "began": 1_795_424_400_000_000_u64,
        "connections": [{"number": 1, "protocol": "Imap", "host": "mail.example.com"}],
        "terms": [{"role": null, "name": "a", "meaning": "b", "source": {"rfc": 9051, "section": "2"}}],
        "entries": [{
            "connection": 1, "at": 5, "queued": 4, "direction": "Server", "shape": "Line", "turn": 0,
            "command": null, "wish": null, "octets": 6, "kept": {"text": "* OK\r\n"},
            "masked": [[2, 4]], "summary": "a line",
            "tokens": [{"start": 0, "end": 6, "term": 0}],
        }],
    })
}
