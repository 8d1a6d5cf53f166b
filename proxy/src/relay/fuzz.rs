//! Frames damaged at random, the same way each time.

use porthole_tunnel::CloseCode;
use porthole_tunnel::limits::MAX_CONTROL;

use super::frame::{Decoder, Item};

/// What a page sends, and how reading it ends.
type Read = (Vec<Item>, Vec<u8>, Option<CloseCode>);

/// Reads octets as frames, whole and one by one: the same comes of it, no step stands still, and
/// nothing is collected beyond its limit.
///
/// # Panics
/// Where one of these does not hold.
fn frames(bytes: &[u8]) {
    let whole = read(&mut [bytes.to_vec()]);
    let mut octets: Vec<_> = bytes.iter().map(|octet| vec![*octet]).collect();
    assert_eq!(read(&mut octets), whole);
    let (items, payload, _) = whole;
    assert!(payload.len() <= bytes.len());
    for item in items {
        match item {
            Item::Text(text) => assert!(text.len() <= MAX_CONTROL),
            Item::Ping(payload) => assert!(payload.len() <= 125),
            Item::Pong | Item::Close => {}
            Item::Data(_) | Item::Nothing => panic!("{item:?} was set aside"),
        }
    }
}

/// The messages and control frames, the payload of all binary messages, and the end.
fn read(pieces: &mut [Vec<u8>]) -> Read {
    let mut decoder = Decoder::default();
    let (mut items, mut payload) = (Vec::new(), Vec::new());
    for piece in pieces {
        let mut rest = &mut piece[..];
        while !rest.is_empty() {
            let (used, item) = match decoder.decode(rest) {
                Ok(step) => step,
                Err(code) => return (items, payload, Some(code)),
            };
            assert!(used > 0, "nothing was read");
            match item {
                Item::Nothing => {}
                Item::Data(range) => payload.extend_from_slice(&rest[range]),
                other => items.push(other),
            }
            rest = &mut rest[used..];
        }
    }
    (items, payload, None)
}

/// Every kind of frame, most of them masked with zeros so that damage does what it seems to.
const CORPUS: [&[u8]; 6] = [
    b"\x82\x8b7\xfa!=V\xdamrp\xb3o\x1dZ\x9f+\x81\x89\0\0\0\0{\"ack\":5}",
    b"\x82\xfe\0\x7e\0\0\0\0ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss\
      ssssssssssssssssssssssssssssssssssssssssssssssssssssss",
    b"\x89\x84\x37\xfa\x21\x3d\x47\x93\x4f\x5a\x8a\x80\0\0\0\0\x88\x85\0\0\0\0\x03\xe8bye",
    b"\x02\x83\0\0\0\0one\x89\x80\0\0\0\0\0\x83\0\0\0\0two\x80\x85\0\0\0\0three",
    b"\x01\x84\0\0\0\0{\"eo\x80\x85\0\0\0\0f\":{}\x80\x81\0\0\0\0}",
    b"\x82\xff\0\0\0\0\0\x01\0\0\0\0\0\0the beginning of a long one",
];

/// First and second octets, and lengths at their edges.
const INTERESTING: &[u8] =
    b"\0\x01\x02\x80\x81\x82\x88\x89\x8a\xc2\x8b\x7d\x7e\x7f\xfd\xfe\xff\x85\x05";

#[test]
fn frames_are_read_as_they_come() {
    porthole_mutate::run(0xF4, 20_000, &CORPUS, INTERESTING, frames);
}
