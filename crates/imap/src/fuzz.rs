//! What a fuzzer calls: everything that reads a stranger's octets, in plain functions.
//!
//! Each panics only where there is a fault of ours.

use porthole_wire::{Instant, Machine, Output};

use crate::{
    client::{Client, Event, Options},
    types::{
        command::Command,
        fetch::MessageDataItem,
        mailbox::MailboxName,
        response::{Response, Untagged},
    },
    wire::{
        Encoder, Frame, FrameLimits, Framed, Framer, Peer, Role, marks, parse_command,
        parse_response,
    },
};

/// Frames octets as either peer's, whole and one by one: the frames are the same, keep to the
/// limits, and put together again they are the octets.
///
/// # Panics
/// Where one of these does not hold.
pub fn frames(bytes: &[u8]) {
    for peer in [Peer::Server, Peer::Client] {
        let (frames, streamed, failed) = whole(peer, bytes);
        let (mut expected, mut rest) = (frames.iter(), streamed.as_slice());
        let again = cut_up(peer, bytes.chunks(1), |framed| match framed {
            Framed::Chunk { bytes, .. } => {
                let after = rest.strip_prefix(bytes.as_slice());
                rest = after.unwrap_or_else(|| panic!("{peer:?}: {}", bytes.escape_ascii()));
            }
            Framed::Frame(frame) => assert_eq!(Some(&frame), expected.next(), "{peer:?}"),
            Framed::LiteralAnnounced { .. } => {}
        });
        assert_eq!((again, expected.next(), rest), (failed, None, &[][..]));
        let mut streamed = streamed.into_iter();
        let mut again = Vec::new();
        for frame in &frames {
            assert!(frame.text.len() <= SMALL.text);
            assert!(frame.literals.len() <= SMALL.literals);
            let mut from = 0;
            for literal in &frame.literals {
                again.extend_from_slice(&frame.text[from..literal.at]);
                from = literal.at;
                match &literal.data {
                    Some(data) => {
                        assert_eq!(data.len() as u64, literal.octets);
                        assert!(literal.octets <= SMALL.inline);
                        again.extend_from_slice(data);
                    }
                    None => again.extend(streamed.by_ref().take(literal.octets as usize)),
                }
            }
            again.extend_from_slice(&frame.text[from..]);
        }
        assert!(bytes.starts_with(&again), "{peer:?}");
    }
}

/// Reads octets as a server's. Every octet of a frame has one mark; what was understood as a body
/// structure or an envelope is the same once written and read again.
///
/// # Panics
/// Where one of these does not hold.
pub fn responses(bytes: &[u8]) {
    for frame in whole(Peer::Server, bytes).0 {
        for utf8 in [false, true] {
            let response = parse_response(&frame, utf8);
            check_marks(&frame, Peer::Server, utf8, response.is_ok());
            if let Ok(Response::Untagged(Untagged::Fetch(fetch))) = response {
                fetch.items.iter().for_each(check_item);
            }
        }
    }
}

/// Lets a client that has a mailbox open and waits for rows, or for news, read the octets, whole
/// and one by one. The same comes of it, and not more than the octets are worth.
///
/// # Panics
/// Where one of these does not hold.
pub fn client(bytes: &[u8]) {
    let one_by_one: Vec<_> = bytes.chunks(1).collect();
    for waiting_for in [[Command::Noop, Command::Check].as_slice(), &[Command::Idle]] {
        let (events, sent) = converse(waiting_for, &[bytes]);
        assert!(events.len() <= bytes.len() + 16, "{} events", events.len());
        let (again, more) = converse(waiting_for, &one_by_one);
        assert_eq!(again, events);
        // What was to be sent when the server said BYE in the same breath is not sent any more.
        assert!(more.starts_with(&sent), "{}", more.escape_ascii());
    }
}

/// Reads octets as a client's. Every octet of a frame has one mark, and a command that was
/// understood is the same once written and read again.
///
/// # Panics
/// Where one of these does not hold.
pub fn commands(bytes: &[u8]) {
    for frame in whole(Peer::Client, bytes).0 {
        for utf8 in [false, true] {
            let command = parse_command(&frame, utf8);
            check_marks(&frame, Peer::Client, utf8, command.is_ok());
            if let Ok((tag, command)) = command {
                let mut encoder = Encoder::for_client(Some(u64::MAX), utf8);
                encoder.command(&tag, &command);
                let written = encoder.into_bytes();
                let again = single(Peer::Client, &written);
                let again = again.and_then(|frame| parse_command(&frame, utf8).ok());
                let shown = written.escape_ascii();
                assert_eq!(again, Some((tag, command)), "{shown}");
            }
        }
    }
}

/// Limits that an input of a few hundred octets passes.
const SMALL: FrameLimits = FrameLimits {
    text: 4000,
    literals: 8,
    inline: 20,
    kept: 60,
    literal: 4000,
};

/// The frames, all streamed octets in a row, and whether a limit was passed.
fn whole(peer: Peer, bytes: &[u8]) -> (Vec<Frame>, Vec<u8>, bool) {
    let (mut frames, mut streamed) = (Vec::new(), Vec::new());
    let failed = cut_up(peer, [bytes], |framed| match framed {
        Framed::Frame(frame) => frames.push(frame),
        Framed::Chunk { bytes, .. } => streamed.extend(bytes),
        Framed::LiteralAnnounced { .. } => {}
    });
    (frames, streamed, failed)
}

/// Hands on what is found in pieces that come one after the other; whether a limit was passed.
fn cut_up<'a>(
    peer: Peer,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    mut found: impl FnMut(Framed),
) -> bool {
    let mut framer = Framer::new(peer, SMALL);
    for piece in pieces {
        framer.push(piece);
        loop {
            match framer.next_framed() {
                Ok(Some(framed)) => {
                    framer.accept_literal();
                    found(framed);
                }
                Ok(None) => break,
                Err(_) => return true,
            }
        }
    }
    false
}

/// The one frame that these octets are.
fn single(peer: Peer, bytes: &[u8]) -> Option<Frame> {
    let mut framer = Framer::new(peer, FrameLimits::default());
    framer.push(bytes);
    match framer.next_framed() {
        Ok(Some(Framed::Frame(frame))) => Some(frame),
        _ => None,
    }
}

/// Writes the item, reads it, and writes it the same.
fn check_item(item: &MessageDataItem) {
    let Some(written) = write(item) else {
        return;
    };
    let frame = single(Peer::Server, &written);
    let again = frame.and_then(|frame| parse_response(&frame, false).ok());
    let shown = written.escape_ascii();
    let Some(Response::Untagged(Untagged::Fetch(fetch))) = again else {
        panic!("{shown} is no FETCH");
    };
    let [again] = fetch.items.as_slice() else {
        panic!("{shown} is {} items", fetch.items.len());
    };
    assert_eq!(write(again).as_deref(), Some(written.as_slice()), "{shown}");
}

/// The item in a FETCH, if it is one that has a structure.
fn write(item: &MessageDataItem) -> Option<Vec<u8>> {
    let mut encoder = Encoder::for_server(false);
    encoder.raw("* 1 FETCH (");
    match item {
        MessageDataItem::Envelope(envelope) => encoder.raw("ENVELOPE ").envelope(envelope),
        MessageDataItem::BodyStructure(body) => encoder.raw("BODYSTRUCTURE ").body(body, true),
        MessageDataItem::Flags(flags) => encoder.raw("FLAGS ").flags(flags),
        _ => return None,
    };
    encoder.raw(")\r\n");
    Some(encoder.into_bytes())
}

/// What a client that waits for answers to these says, and what it sends, when a server says this.
/// Chunks of one literal are joined.
fn converse(waiting_for: &[Command], pieces: &[&[u8]]) -> (Vec<Event>, Vec<u8>) {
    let options = Options {
        limits: SMALL,
        ..Options::default()
    };
    let mut client = Client::new(options);
    let (mut events, mut sent) = (Vec::new(), Vec::new());
    let mut drain = |client: &mut Client| {
        loop {
            match client.poll_output() {
                Output::Event(Event::Chunk { offset, bytes, .. }) if offset > 0 => {
                    if let Some(Event::Chunk { bytes: joined, .. }) = events.last_mut() {
                        joined.extend(bytes);
                    }
                }
                Output::Event(event) => events.push(event),
                Output::Transmit(bytes) => sent.extend(bytes),
                Output::Wait(_) => break,
            }
        }
    };
    let now = Instant::ZERO;
    client.handle_input(now, b"* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hello\r\n");
    client.issue(Command::select(MailboxName::inbox(), Vec::new()));
    client.flush(now);
    drain(&mut client);
    client.handle_input(now, b"* 3 EXISTS\r\nA001 OK [READ-WRITE] open\r\n");
    for command in waiting_for {
        client.issue(command.clone());
    }
    client.flush(now);
    drain(&mut client);
    for piece in pieces {
        client.handle_input(now, piece);
        drain(&mut client);
    }
    client.handle_eof(now);
    drain(&mut client);
    (events, sent)
}

fn check_marks(frame: &Frame, peer: Peer, utf8: bool, understood: bool) {
    let marks = marks(frame, peer, utf8);
    porthole_wire::fuzz::marks(&marks.text, frame.text.len());
    assert_eq!(marks.literals.len(), frame.literals.len());
    let unknown = marks.text.iter().any(|mark| mark.role == Role::Unknown);
    assert!(
        understood || unknown || frame.text.is_empty(),
        "marks for what was not understood"
    );
}
