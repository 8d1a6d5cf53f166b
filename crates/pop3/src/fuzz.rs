//! What a fuzzer calls: everything that reads a stranger's octets, in plain functions.

use porthole_wire::{Instant, Machine, Output};

use crate::{
    Client, MessageNumber, Options,
    types::{Payload, Verb},
    wire::{Notes, mark_payload, parse_command, parse_greeting, parse_response},
};

/// Reads octets as a server's: each line as a greeting and as the reply to each command, all of it
/// as each payload, and all of it by a client that waits for replies.
///
/// # Panics
/// Where there is a fault of ours: among them marks that leave an octet out.
pub fn replies(bytes: &[u8]) {
    for line in bytes.split_inclusive(|&octet| octet == b'\n') {
        let mut notes = Notes::with_marks();
        let _ = parse_greeting(line, &mut notes);
        for verb in [
            Verb::Stat,
            Verb::ListOne,
            Verb::UidlOne,
            Verb::Capa,
            Verb::Retr,
        ] {
            let mut notes = Notes::with_marks();
            if parse_response(verb, line, &mut notes).is_ok() {
                check_marks(&notes, line.len());
            }
        }
    }
    for payload in [
        Payload::Capabilities,
        Payload::ScanListings,
        Payload::UniqueIdListings,
        Payload::Content,
    ] {
        let mut notes = Notes::with_marks();
        mark_payload(payload, bytes, &mut notes);
        check_marks(&notes, bytes.len());
    }
    let mut client = Client::new(Options::default());
    client.capa();
    client.handle_input(Instant::ZERO, b"+OK ready\r\n");
    client.handle_input(Instant::ZERO, bytes);
    client.uidl(MessageNumber::new(1));
    client.handle_input(Instant::ZERO, bytes);
    client.handle_eof(Instant::ZERO);
    let mut outputs = 0;
    while !matches!(client.poll_output(), Output::Wait(_)) {
        outputs += 1;
    }
    assert!(outputs <= 2 * bytes.len() + 16, "{outputs} events");
}

/// Reads octets as a client's, line by line.
///
/// # Panics
/// As [`replies`].
pub fn commands(bytes: &[u8]) {
    for line in bytes.split_inclusive(|&octet| octet == b'\n') {
        let mut notes = Notes::with_marks();
        if parse_command(line, &mut notes).is_ok() {
            check_marks(&notes, line.len());
        }
    }
}

/// Every octet is marked once and in order.
fn check_marks(notes: &Notes, octets: usize) {
    let mut at = 0;
    for mark in notes.marks() {
        assert_eq!(mark.range.start, at, "an octet without a mark");
        at = mark.range.end;
    }
    assert_eq!(at, octets, "octets without a mark");
}
