//! imap-codec as an oracle: what it reads in the same octets is what we read, and each reads what
//! the other writes. Where the two differ, a table says why.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may")]

mod commands;
mod generate;
mod translate;

use generate::Generator;
use imap_codec::{ResponseCodec, decode::Decoder};
use porthole_imap::{
    types::{number::Numbering, response::Response},
    wire::{
        Frame, FrameLimits, Framed, Framer, Notes, Peer, parse_response, parse_response_noting,
    },
};
use porthole_mutate::Random;

/// The frame that these octets are.
fn frame(peer: Peer, octets: &[u8]) -> Frame {
    let mut framer = Framer::new(peer, FrameLimits::default());
    framer.push(octets);
    loop {
        match framer.next_framed() {
            Ok(Some(Framed::Frame(frame))) => return frame,
            Ok(Some(Framed::LiteralAnnounced { .. })) => framer.accept_literal(),
            other => panic!("no frame in {}: {other:?}", octets.escape_ascii()),
        }
    }
}

fn ours(octets: &[u8]) -> Option<Response> {
    parse_response(&frame(Peer::Server, octets), false).ok()
}

fn theirs(octets: &[u8]) -> Option<Response> {
    let (rest, response) = ResponseCodec::default().decode(octets).ok()?;
    rest.is_empty().then(|| translate::response(&response))
}

#[test]
fn responses_mean_the_same() {
    let mut generator = Generator(Random::new(0x0AC1E));
    for round in 0..30_000 {
        let line = match round % 5 {
            0 => generator.tagged(),
            _ => generator.untagged(),
        };
        let theirs = theirs(line.as_bytes());
        assert!(theirs.is_some(), "imap-codec refuses {line:?}");
        assert_eq!(ours(line.as_bytes()), theirs, "{line:?}");
        let frame = frame(Peer::Server, line.as_bytes());
        let (response, Notes { quirks, .. }) = parse_response_noting(&frame, false, Numbering::Seq);
        assert!(response.is_ok());
        assert!(quirks.is_empty(), "{line:?} is valid: {quirks:?}");
    }
}

/// Where the two read differently, and who is right.
const DIFFERENCES: &[(&str, &str)] = &[
    (
        "* ESEARCH (TAG \"a\") UID COUNT 5",
        "RFC 4731 is not theirs",
    ),
    (
        "* 1 FETCH (EMAILID (M6d99) THREADID (T64b))",
        "RFC 8474 is not theirs",
    ),
    (
        "* 1 FETCH (PREVIEW \"hello\" UID 2)",
        "RFC 8970 is not theirs",
    ),
    ("* 1 FETCH (SAVEDATE NIL)", "RFC 8514 is not theirs"),
    (
        "* 1 FETCH (X-GM-MSGID 1278455344230334865 UID 2)",
        "an unknown item costs them the line",
    ),
    (
        "* 1 FETCH (ENVELOPE (broken) UID 2)",
        "an unreadable item costs them the line",
    ),
    (
        "* 1 FETCH (BODY[1]<10> ~{2}\r\nab)",
        "a literal8 in BODY is BINARY's, and harmless",
    ),
    ("* BANANA 1 2", "an unknown response is a value here"),
    ("* NO quota f\u{fc}r alle", "UTF-8 in text is not theirs"),
    (
        "* 1 FETCH (BODY[1] {3}\r\na\0b)",
        "NUL in a literal, as in any binary part sent raw",
    ),
    (
        "* 1 FETCH (RFC822.SIZE 4294967296 UID 2)",
        "a message of over 4 GiB",
    ),
    (
        "* 1 FETCH (FLAGS (\\*))",
        "a flag that may stand in PERMANENTFLAGS only",
    ),
    (
        "* LIST (\\HasChildren) \"/\" a (\"CHILDINFO\" (\"SUBSCRIBED\"))",
        "RFC 5258 is not theirs",
    ),
    (
        "* LIST () \"/\" Entw\u{fc}rfe",
        "octets past ASCII that are not quoted",
    ),
    (
        "* STATUS INBOX (MESSAGES 1 X-NEW 7)",
        "an unknown item costs them the line",
    ),
    (
        "* OK [APPENDUID 1 2:3] two",
        "MULTIAPPEND gives more than one UID",
    ),
    ("* OK [UIDVALIDITY 0] x", "zero, which some servers send"),
    (
        "* QUOTA \"\" ()",
        "a quota root without resources, which RFC 9208 allows",
    ),
];

#[test]
fn the_differences_are_known() {
    for (line, why) in DIFFERENCES {
        let octets = [line.as_bytes(), b"\r\n"].concat();
        let (ours, theirs) = (ours(&octets), theirs(&octets));
        assert!(ours.is_some(), "we refuse {line:?}: {why}");
        assert_ne!(ours, theirs, "no difference any more: {line:?}: {why}");
    }
}

/// What neither takes: a parser that accepts everything would agree with all of the above.
#[test]
fn nonsense_is_refused_by_both() {
    for line in [
        "* 1 FETCH UID 2",
        "* LIST () / INBOX extra",
        "* SEARCH one two",
        "* 99999999999 EXISTS",
        "A1 MAYBE done",
        "* FLAGS \\Seen",
        "* STATUS INBOX MESSAGES 1",
        "* NAMESPACE NIL NIL",
        "",
    ] {
        let octets = [line.as_bytes(), b"\r\n"].concat();
        assert_eq!((ours(&octets), theirs(&octets)), (None, None), "{line:?}");
    }
}
