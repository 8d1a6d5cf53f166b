//! What a fuzzer calls: everything that reads a stranger's octets, in plain functions.

use porthole_wire::{Instant, Machine, Output};

use crate::{
    client::{Client, Options},
    types::command::Command,
    wire::{Frame, FrameLimits, Framed, Framer, Peer, Role, marks, parse_command, parse_response},
};

/// Reads octets as a server's: frames, responses and their marks, and all of it by a client that
/// has a mailbox open and waits for rows.
///
/// # Panics
/// Where there is a fault of ours: among them marks that leave an octet out, or take one for
/// unknown in a response that was understood.
pub fn responses(bytes: &[u8]) {
    for frame in frames(bytes, Peer::Server) {
        let understood = parse_response(&frame, false).is_ok();
        check_marks(&frame, Peer::Server, understood);
    }
    let mut client = Client::new(Options::default());
    client.handle_input(
        Instant::ZERO,
        b"* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hello\r\n",
    );
    client.issue(Command::Noop);
    client.issue(Command::Idle);
    client.flush(Instant::ZERO);
    client.handle_input(Instant::ZERO, bytes);
    client.handle_eof(Instant::ZERO);
    let mut outputs = 0;
    while !matches!(client.poll_output(), Output::Wait(_)) {
        outputs += 1;
    }
    assert!(outputs <= bytes.len() + 16, "{outputs} events");
}

/// Reads octets as a client's: frames, commands and their marks.
///
/// # Panics
/// As [`responses`].
pub fn commands(bytes: &[u8]) {
    for frame in frames(bytes, Peer::Client) {
        let understood = parse_command(&frame, false).is_ok();
        check_marks(&frame, Peer::Client, understood);
    }
}

fn frames(bytes: &[u8], peer: Peer) -> Vec<Frame> {
    let mut framer = Framer::new(peer, FrameLimits::default());
    framer.push(bytes);
    let mut frames = Vec::new();
    loop {
        match framer.next_framed() {
            Ok(Some(Framed::Frame(frame))) => frames.push(frame),
            Ok(Some(Framed::LiteralAnnounced { .. })) => framer.accept_literal(),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return frames,
        }
    }
}

fn check_marks(frame: &Frame, peer: Peer, understood: bool) {
    let marks = marks(frame, peer, false);
    let mut at = 0;
    for mark in &marks.text {
        assert_eq!(mark.range.start, at, "an octet without a mark");
        assert!(mark.range.end > at, "a mark without an octet");
        at = mark.range.end;
    }
    assert_eq!(at, frame.text.len(), "octets without a mark");
    assert_eq!(marks.literals.len(), frame.literals.len());
    let unknown = marks.text.iter().any(|mark| mark.role == Role::Unknown);
    assert!(
        understood || unknown || frame.text.is_empty(),
        "marks for what was not understood"
    );
}
