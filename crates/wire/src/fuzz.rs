//! What a fuzzer calls: everything that reads a stranger's octets, in plain functions.
//!
//! Each panics only where there is a fault of ours.

use crate::{
    LineBuffer, Mark,
    deflate::{Deflater, Inflater},
    dot,
};

/// Takes octets for a compressed stream, whole and one by one, and for one that is to be: it comes
/// back as it was.
///
/// # Panics
/// Where one of these does not hold.
pub fn compressed(bytes: &[u8]) {
    let one_by_one: Vec<_> = bytes.chunks(1).collect();
    let ((whole, fails), (by_one, also)) = (inflate(&[bytes]), inflate(&one_by_one));
    assert_eq!(fails, also);
    // Where it is damaged, what still came before depends on the cut.
    assert!(by_one.starts_with(&whole) && (fails || whole == by_one));
    let (mut deflater, mut wire) = (Deflater::default(), Vec::new());
    for half in bytes.chunks(bytes.len() / 2 + 1) {
        deflater.deflate(half, &mut wire);
    }
    assert!(inflate(&[&wire]) == (bytes.to_vec(), false));
}

/// Cuts octets into lines, whole and one by one: the lines are the same, each ends where it says,
/// none is longer than the limit, and none is lost.
///
/// # Panics
/// Where one of these does not hold.
pub fn lines(bytes: &[u8]) {
    let whole = cut_up(&[bytes]);
    let one_by_one: Vec<_> = bytes.chunks(1).collect();
    assert_eq!(cut_up(&one_by_one), whole);
    let (lines, rest) = whole;
    for line in &lines {
        assert_eq!(memchr::memchr(b'\n', line), Some(line.len() - 1));
        assert!(line.len() <= LIMIT);
    }
    if let Some(rest) = rest {
        assert!(rest.len() <= LIMIT);
        assert_eq!([lines.concat(), rest].concat(), bytes);
    }
}

/// Checks that each of so many octets has one mark.
///
/// # Panics
/// Where one has none, or two.
pub fn marks<Role>(marks: &[Mark<Role>], octets: usize) {
    let mut at = 0;
    for mark in marks {
        assert_eq!(mark.range.start, at, "an octet without a mark");
        assert!(mark.range.end > at, "a mark without an octet");
        at = mark.range.end;
    }
    assert_eq!(at, octets, "octets without a mark");
}

/// Takes octets for a payload as it crosses, whole and one by one, and for one that is to cross:
/// stuffed and unstuffed it is itself.
///
/// # Panics
/// Where one of these does not hold.
pub fn payload(bytes: &[u8]) {
    let one_by_one: Vec<_> = bytes.chunks(1).collect();
    let (content, taken) = unstuff(&[bytes]);
    assert!(content.len() <= taken && taken <= bytes.len());
    assert_eq!(unstuff(&one_by_one), (content, taken));

    // A first line that ends in an LF alone says that all lines do.
    let mut content = b"\r\n".to_vec();
    content.extend_from_slice(bytes);
    let mut wire = Vec::new();
    dot::stuff(&content, &mut wire);
    if !content.ends_with(b"\r\n") {
        content.extend_from_slice(b"\r\n");
    }
    let stuffed = wire.len();
    wire.extend_from_slice(b"+OK next\r\n");
    assert_eq!(unstuff(&[&wire]), (content, stuffed));
}

/// What is decompressed, and whether it turns out to be damaged.
fn inflate(pieces: &[&[u8]]) -> (Vec<u8>, bool) {
    let mut inflater = Inflater::default();
    let mut plain = Vec::new();
    for piece in pieces {
        inflater.push(piece);
        while let Ok(Some(piece)) = inflater.next_piece() {
            plain.extend(piece);
        }
    }
    let fails = inflater.next_piece().is_err();
    (plain, fails)
}

/// A limit that an input of a few hundred octets passes.
const LIMIT: usize = 80;

/// The lines, and what is left; `None` where a line was too long.
fn cut_up(pieces: &[&[u8]]) -> (Vec<Vec<u8>>, Option<Vec<u8>>) {
    let mut buffer = LineBuffer::with_limit(LIMIT);
    let mut lines = Vec::new();
    for piece in pieces {
        buffer.push(piece);
        loop {
            match buffer.next_line() {
                Ok(Some(line)) => lines.push(line),
                Ok(None) => break,
                Err(_) => return (lines, None),
            }
        }
    }
    let rest = buffer.take(buffer.len());
    (lines, Some(rest))
}

/// The content, and how many octets of the pieces were taken for it.
fn unstuff(pieces: &[&[u8]]) -> (Vec<u8>, usize) {
    let mut unstuffer = dot::Unstuffer::default();
    let (mut content, mut taken) = (Vec::new(), 0);
    for piece in pieces {
        taken += unstuffer.unstuff(piece, &mut content);
    }
    (content, taken)
}
