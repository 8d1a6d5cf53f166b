//! WebSocket frames (RFC 6455 section 5), without a socket.
//!
//! The payload of data frames is never collected: it is unmasked where it lies and handed on, so
//! that a frame of any length costs no memory. Text messages and control frames are collected, up
//! to the limits that they have.

use std::ops::Range;

use porthole_tunnel::CloseCode;
use porthole_tunnel::limits::{MAX_CONTROL, MAX_MESSAGE};

/// What arrived.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// Payload of a binary message, unmasked, at this place of the input.
    Data(Range<usize>),
    /// A whole text message, not checked to be UTF-8.
    Text(Vec<u8>),
    /// A ping, to be answered with the same payload.
    Ping(Vec<u8>),
    /// A pong.
    Pong,
    /// A Close frame.
    Close,
    /// Nothing whole yet, or an empty frame.
    Nothing,
}

/// Cuts the page's bytes into [`Item`]s.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    /// The frame header, as far as it arrived.
    header: [u8; MAX_HEADER],
    have: usize,
    /// The frame whose payload is being read.
    frame: Option<Frame>,
    /// The message that a further frame continues.
    message: Option<Message>,
    /// The text message so far.
    text: Vec<u8>,
    /// The control frame so far.
    control: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    opcode: Opcode,
    last: bool,
    remaining: usize,
    /// Rotated so that its first byte is for the next byte of payload.
    mask: [u8; 4],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Message {
    Binary,
    Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opcode {
    Message(Message),
    Close,
    Ping,
    Pong,
}

impl Decoder {
    /// Reads from the start of `input` up to the end of one item or of the input, and says how
    /// much of it that took.
    ///
    /// # Errors
    /// The code to close with; nothing after it can be read.
    pub(crate) fn decode(&mut self, input: &mut [u8]) -> Result<(usize, Item), CloseCode> {
        let mut used = 0;
        let mut frame = match self.frame {
            Some(frame) => frame,
            None => {
                let (taken, frame) = self.read_header(input)?;
                used = taken;
                match frame {
                    Some(frame) => frame,
                    None => return Ok((used, Item::Nothing)),
                }
            }
        };
        let payload = used..used + frame.remaining.min(input.len() - used);
        used = payload.end;
        let bytes = &mut input[payload.clone()];
        unmask(bytes, &mut frame.mask);
        frame.remaining -= bytes.len();
        let whole = frame.remaining == 0;
        self.frame = (!whole).then_some(frame);
        let item = match frame.opcode {
            Opcode::Message(Message::Binary) if payload.is_empty() => Item::Nothing,
            Opcode::Message(Message::Binary) => Item::Data(payload),
            Opcode::Message(Message::Text) => {
                self.text.extend_from_slice(bytes);
                if whole && frame.last {
                    Item::Text(std::mem::take(&mut self.text))
                } else {
                    Item::Nothing
                }
            }
            control => {
                self.control.extend_from_slice(bytes);
                if !whole {
                    return Ok((used, Item::Nothing));
                }
                let payload = std::mem::take(&mut self.control);
                match control {
                    Opcode::Ping => Item::Ping(payload),
                    Opcode::Pong => Item::Pong,
                    _ => check_close(&payload).map(|()| Item::Close)?,
                }
            }
        };
        Ok((used, item))
    }

    /// Collects a header; gives the frame that it opens once it is whole.
    fn read_header(&mut self, input: &[u8]) -> Result<(usize, Option<Frame>), CloseCode> {
        let mut used = 0;
        loop {
            let have = &self.header[..self.have];
            check_start(have)?;
            let want = header_length(have);
            if self.have == want {
                break;
            }
            let take = (want - self.have).min(input.len() - used);
            if take == 0 {
                return Ok((used, None));
            }
            self.header[self.have..self.have + take].copy_from_slice(&input[used..used + take]);
            self.have += take;
            used += take;
        }
        let frame = self.open_frame()?;
        self.have = 0;
        Ok((used, Some(frame)))
    }

    /// Checks a whole header.
    fn open_frame(&mut self) -> Result<Frame, CloseCode> {
        let [first, ..] = self.header;
        let last = first & 0x80 != 0;
        let length = self.payload_length()?;
        let opcode = match (first & 0x0f, self.message) {
            (0x0, Some(message)) => Opcode::Message(message),
            (0x1, None) => Opcode::Message(Message::Text),
            (0x2, None) => Opcode::Message(Message::Binary),
            (0x8, _) => Opcode::Close,
            (0x9, _) => Opcode::Ping,
            (0xa, _) => Opcode::Pong,
            _ => return Err(CloseCode::ProtocolError),
        };
        if let Opcode::Message(message) = opcode {
            self.message = (!last).then_some(message);
            let room = match message {
                Message::Binary => MAX_MESSAGE,
                Message::Text => MAX_CONTROL - self.text.len(),
            };
            if length > room {
                return Err(CloseCode::TooBig);
            }
        } else if !last || length > MAX_CONTROL_FRAME {
            return Err(CloseCode::ProtocolError);
        }
        let mut mask = [0; 4];
        mask.copy_from_slice(&self.header[self.have - 4..self.have]);
        Ok(Frame {
            opcode,
            last,
            remaining: length,
            mask,
        })
    }

    /// RFC 6455 section 5.2: in the fewest bytes that hold it.
    fn payload_length(&self) -> Result<usize, CloseCode> {
        let header = &self.header;
        let (length, least) = match header[1] & 0x7f {
            126 => (u64::from(u16::from_be_bytes([header[2], header[3]])), 126),
            127 => {
                let mut bytes = [0; 8];
                bytes.copy_from_slice(&header[2..10]);
                (u64::from_be_bytes(bytes), 1 << 16)
            }
            short => (u64::from(short), 0),
        };
        if length < least {
            return Err(CloseCode::ProtocolError);
        }
        usize::try_from(length).map_err(|_| CloseCode::TooBig)
    }
}

/// What the proxy sends; a server never masks (RFC 6455 section 5.1).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Outgoing {
    Binary,
    Text,
    Ping,
    Pong,
    Close,
}

/// The header of a frame of `length` bytes, at the end of the array, and where in it it starts.
pub(crate) fn header(kind: Outgoing, length: usize) -> ([u8; HEADROOM], usize) {
    let mut header = [0; HEADROOM];
    let first = 0x80
        | match kind {
            Outgoing::Text => 0x1,
            Outgoing::Binary => 0x2,
            Outgoing::Close => 0x8,
            Outgoing::Ping => 0x9,
            Outgoing::Pong => 0xa,
        };
    let start = match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ ..126), _) => {
            header[8..].copy_from_slice(&[first, length]);
            8
        }
        (_, Ok(length)) => {
            header[6..8].copy_from_slice(&[first, 126]);
            header[8..].copy_from_slice(&length.to_be_bytes());
            6
        }
        _ => {
            header[..2].copy_from_slice(&[first, 127]);
            header[2..].copy_from_slice(&(length as u64).to_be_bytes());
            0
        }
    };
    (header, start)
}

/// Appends a whole frame.
pub(crate) fn push(out: &mut Vec<u8>, kind: Outgoing, payload: &[u8]) {
    let (header, start) = header(kind, payload.len());
    out.extend_from_slice(&header[start..]);
    out.extend_from_slice(payload);
}

/// Appends a Close frame with its code and reason.
pub(crate) fn push_close(out: &mut Vec<u8>, code: CloseCode) {
    let mut payload = code.code().to_be_bytes().to_vec();
    payload.extend_from_slice(code.meaning().as_bytes());
    push(out, Outgoing::Close, &payload);
}

/// The longest header that the proxy writes.
pub(crate) const HEADROOM: usize = 10;

/// No extension was negotiated (RSV), and a browser always masks (RFC 6455 section 5.1). Looked at
/// as soon as it is there: without a mask, the rest of the header may never come.
fn check_start(start: &[u8]) -> Result<(), CloseCode> {
    match start {
        [first, ..] if first & 0x70 != 0 => Err(CloseCode::ProtocolError),
        [_, second, ..] if second & 0x80 == 0 => Err(CloseCode::ProtocolError),
        _ => Ok(()),
    }
}

/// How long the header is that starts like this.
fn header_length(start: &[u8]) -> usize {
    match start.get(1).map(|length| length & 0x7f) {
        None => 2,
        Some(126) => 8,
        Some(127) => MAX_HEADER,
        Some(_) => 6,
    }
}

/// RFC 6455 section 5.5.1: nothing, or a code that may be sent and a reason in UTF-8.
fn check_close(payload: &[u8]) -> Result<(), CloseCode> {
    let valid = match payload {
        [] => true,
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
                && std::str::from_utf8(reason).is_ok()
        }
        [_] => false,
    };
    valid.then_some(()).ok_or(CloseCode::ProtocolError)
}

/// RFC 6455 section 5.3, in words that the compiler makes vectors of; leaves the mask turned for the byte that follows.
fn unmask(bytes: &mut [u8], mask: &mut [u8; 4]) {
    let pattern = u32::from_ne_bytes(*mask);
    let (chunks, rest) = bytes.as_chunks_mut::<4>();
    for chunk in chunks {
        *chunk = (u32::from_ne_bytes(*chunk) ^ pattern).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(&*mask) {
        *byte ^= mask;
    }
    let odd = rest.len();
    mask.rotate_left(odd);
}

/// Two bytes, eight of length, four of mask.
const MAX_HEADER: usize = 14;
/// RFC 6455 section 5.5.
const MAX_CONTROL_FRAME: usize = 125;

#[cfg(test)]
mod tests {
    use super::*;

    const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

    /// A frame as a browser writes it.
    fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![first];
        match payload.len() {
            short @ ..126 => frame.push(0x80 | short as u8),
            medium @ ..65536 => {
                frame.push(0x80 | 126);
                frame.extend_from_slice(&(medium as u16).to_be_bytes());
            }
            long => {
                frame.push(0x80 | 127);
                frame.extend_from_slice(&(long as u64).to_be_bytes());
            }
        }
        frame.extend_from_slice(&MASK);
        frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(b, m)| b ^ m));
        frame
    }

    /// Decodes, cut in two at `cut`; data joined.
    fn run(input: &[u8], cut: usize) -> Result<Vec<Seen>, CloseCode> {
        let mut decoder = Decoder::default();
        let mut items: Vec<Seen> = Vec::new();
        for part in [&input[..cut], &input[cut..]] {
            let mut part = part.to_vec();
            let mut at = 0;
            while at < part.len() {
                let (used, item) = decoder.decode(&mut part[at..])?;
                assert!(used > 0, "stuck at {at}");
                match item {
                    Item::Data(range) => {
                        let data = &part[at + range.start..at + range.end];
                        match items.last_mut() {
                            Some(Seen::Data(before)) => before.extend_from_slice(data),
                            _ => items.push(Seen::Data(data.to_vec())),
                        }
                    }
                    Item::Nothing => {}
                    other => items.push(Seen::Other(other)),
                }
                at += used;
            }
        }
        Ok(items)
    }

    #[derive(Debug, PartialEq, Eq)]
    enum Seen {
        Data(Vec<u8>),
        Other(Item),
    }

    fn check(input: &[u8], expected: &Result<Vec<Seen>, CloseCode>) {
        for cut in 0..=input.len().min(400) {
            assert_eq!(&run(input, cut), expected, "{input:02x?} cut at {cut}");
        }
    }

    #[test]
    fn frames_are_the_same_at_every_cut() {
        let long: Vec<u8> = (0..300u16).map(|i| i as u8).collect();
        let mut input = masked(0x82, b"hello");
        input.extend(masked(0x89, b"ping"));
        input.extend(masked(0x02, &long));
        input.extend(masked(0x8a, b""));
        input.extend(masked(0x00, b""));
        input.extend(masked(0x80, b"end"));
        input.extend(masked(0x01, b"{\"a"));
        input.extend(masked(0x89, b""));
        input.extend(masked(0x80, b"ck\":1}"));
        input.extend(masked(0x88, b"\x03\xe8bye"));
        check(
            &input,
            &Ok(vec![
                Seen::Data(b"hello".to_vec()),
                Seen::Other(Item::Ping(b"ping".to_vec())),
                Seen::Data(long),
                Seen::Other(Item::Pong),
                Seen::Data(b"end".to_vec()),
                Seen::Other(Item::Ping(Vec::new())),
                Seen::Other(Item::Text(b"{\"ack\":1}".to_vec())),
                Seen::Other(Item::Close),
            ]),
        );
    }

    #[test]
    fn what_no_browser_sends_closes() {
        use CloseCode::{ProtocolError, TooBig};
        // Known by its second octet, whatever follows.
        let unmasked = vec![0x82, 5];
        let long_length = [&[0x82, 0xff][..], &u64::MAX.to_be_bytes(), &MASK].concat();
        let padded = [&[0x82, 0xfe, 0, 5][..], &MASK, b"hello"].concat();
        let padded_more = [&[0x82, 0xff][..], &300u64.to_be_bytes(), &MASK].concat();
        let second_start = [masked(0x02, b"a"), masked(0x82, b"b")].concat();
        let long_text = [
            masked(0x01, &[b'a'; MAX_CONTROL]),
            masked(0x80, b"one more"),
        ]
        .concat();
        for (name, input, code) in [
            ("unmasked", unmasked, ProtocolError),
            ("compressed", masked(0xc2, b"a"), ProtocolError),
            ("reserved bit", masked(0x92, b"a"), ProtocolError),
            ("unknown data opcode", masked(0x83, b"a"), ProtocolError),
            ("unknown control opcode", masked(0x8b, b"a"), ProtocolError),
            ("continues nothing", masked(0x80, b"a"), ProtocolError),
            ("starts inside a message", second_start, ProtocolError),
            ("ping in pieces", masked(0x09, b"a"), ProtocolError),
            ("ping of 126", masked(0x89, &[0; 126]), ProtocolError),
            ("length with a zero", padded, ProtocolError),
            ("long length for a short one", padded_more, ProtocolError),
            ("length past the address space", long_length, TooBig),
            ("close of one byte", masked(0x88, b"\x03"), ProtocolError),
            ("close with 1005", masked(0x88, &[3, 0xed]), ProtocolError),
            (
                "reason not UTF-8",
                masked(0x88, b"\x03\xe8\xff"),
                ProtocolError,
            ),
            (
                "frame too big",
                masked(0x82, &vec![0; MAX_MESSAGE + 1]),
                TooBig,
            ),
            ("text too big", long_text, TooBig),
        ] {
            assert_eq!(run(&input, 0), Err(code), "{name}");
            assert_eq!(run(&input, 1), Err(code), "{name}, cut");
        }
    }

    #[test]
    fn the_largest_frame_is_taken() {
        let payload = vec![7; MAX_MESSAGE];
        let items = run(&masked(0x82, &payload), 70_000).unwrap();
        assert!(items == [Seen::Data(payload)]);
    }

    #[test]
    fn every_length_has_its_header() {
        for (length, expected) in [
            (0, &[0x82, 0][..]),
            (125, &[0x82, 125]),
            (126, &[0x82, 126, 0, 126]),
            (65535, &[0x82, 126, 0xff, 0xff]),
            (65536, &[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let (bytes, start) = header(Outgoing::Binary, length);
            assert_eq!(&bytes[start..], expected, "{length}");
        }
    }

    #[test]
    fn a_close_frame_says_why() {
        let mut out = Vec::new();
        push_close(&mut out, CloseCode::Truncated);
        assert_eq!(out, b"\x88\x0b\x0f\xa4truncated");
    }
}
