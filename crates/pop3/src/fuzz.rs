//! What a fuzzer calls: everything that reads a stranger's octets, in plain functions.
//!
//! Each panics only where there is a fault of ours.

use porthole_wire::{Instant, Machine, Output, fuzz::marks};

use crate::{
    Client, Event, MessageNumber, Options,
    types::{Payload, Verb},
    wire::{
        Notes, encode_command, mark_payload, parse_challenge, parse_command, parse_greeting,
        parse_response, parse_sasl_response,
    },
};

/// Reads octets as a server's: each line as a greeting and as the reply to each command, and all
/// of it as each payload. Every octet has one mark.
///
/// # Panics
/// Where that does not hold.
pub fn replies(bytes: &[u8]) {
    for line in bytes.split_inclusive(|&octet| octet == b'\n') {
        let mut notes = Notes::with_marks();
        if parse_greeting(line, &mut notes).is_ok() {
            marks(notes.marks(), line.len());
        }
        for verb in [
            Verb::Stat,
            Verb::ListOne,
            Verb::UidlOne,
            Verb::Capa,
            Verb::Retr,
        ] {
            let mut notes = Notes::with_marks();
            if parse_response(verb, line, &mut notes).is_ok() {
                marks(notes.marks(), line.len());
            }
        }
        let mut notes = Notes::with_marks();
        if parse_challenge(line, &mut notes).is_some() {
            marks(notes.marks(), line.len());
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
        marks(notes.marks(), bytes.len());
    }
}

/// Lets a client that waits for replies of every kind read the octets, whole and one by one. The
/// same comes of it, and not more than the octets are worth.
///
/// # Panics
/// Where one of these does not hold.
pub fn client(bytes: &[u8]) {
    let (events, sent) = converse(&[bytes]);
    assert!(
        events.len() <= 2 * bytes.len() + 32,
        "{} events",
        events.len()
    );
    let one_by_one: Vec<_> = bytes.chunks(1).collect();
    assert_eq!(converse(&one_by_one), (events, sent));
}

/// Reads octets as a client's, line by line. Every octet has one mark, and a command that was
/// understood is the same once written and read again.
///
/// # Panics
/// Where one of these does not hold.
pub fn commands(bytes: &[u8]) {
    for line in bytes.split_inclusive(|&octet| octet == b'\n') {
        let mut notes = Notes::with_marks();
        let command = parse_command(line, &mut notes);
        marks(notes.marks(), line.len());
        if let Ok(command) = command {
            let written = encode_command(&command).line;
            let again = parse_command(&written, &mut Notes::default());
            assert_eq!(again, Ok(command), "{}", written.escape_ascii());
        }
        let mut notes = Notes::with_marks();
        parse_sasl_response(line, &mut notes);
        marks(notes.marks(), line.len());
    }
}

/// What a client that has asked everything says, and what it sends, when a server says this.
/// Chunks of one payload are joined.
fn converse(pieces: &[&[u8]]) -> (Vec<Event>, Vec<u8>) {
    let options = Options {
        max_line: 60,
        max_listing: 10,
        ..Options::default()
    };
    let mut client = Client::new(options);
    let (mut events, mut sent) = (Vec::new(), Vec::new());
    let mut drain = |client: &mut Client| {
        loop {
            match client.poll_output() {
                Output::Event(Event::PayloadChunk { id, bytes }) => match events.last_mut() {
                    Some(Event::PayloadChunk {
                        id: of,
                        bytes: joined,
                    }) if *of == id => joined.extend(bytes),
                    _ => events.push(Event::PayloadChunk { id, bytes }),
                },
                Output::Event(event) => events.push(event),
                Output::Transmit(bytes) => sent.extend(bytes),
                Output::Wait(_) => break,
            }
        }
    };
    let now = Instant::ZERO;
    client.handle_input(now, b"+OK ready\r\n");
    client.capa();
    drain(&mut client);
    client.handle_input(now, b"+OK\r\nPIPELINING\r\nUIDL\r\nTOP\r\n.\r\n");
    client.capa();
    client.noop();
    drain(&mut client);
    for piece in pieces {
        client.handle_input(now, piece);
        drain(&mut client);
    }
    client.uidl(MessageNumber::new(1));
    client.handle_eof(now);
    drain(&mut client);
    (events, sent)
}
