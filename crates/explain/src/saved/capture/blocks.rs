//! The blocks of a capture file (draft-ietf-opsawg-pcapng section 4).
//!
//! ```text
//! type (4) | length (4) | body, padded to 4 | length (4)
//! ```

/// A capture file of one Ethernet interface, in little-endian order, with times in microseconds.
#[derive(Debug)]
pub(super) struct Capture(Vec<u8>);

/// Who sent a packet, seen from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// It was received.
    In = 1,
    /// It was sent.
    Out = 2,
}

impl Capture {
    /// A section header (section 4.1) and an interface (section 4.2).
    pub(super) fn new(product: &str, comment: &str) -> Self {
        let mut capture = Self(Vec::new());
        let mut body = Vec::new();
        body.extend(0x1A2B_3C4D_u32.to_le_bytes());
        body.extend(1_u16.to_le_bytes());
        body.extend(0_u16.to_le_bytes());
        // How long the section is, is not said.
        body.extend(u64::MAX.to_le_bytes());
        option(&mut body, COMMENT, cut(comment).as_bytes());
        option(&mut body, USER_APPLICATION, cut(product).as_bytes());
        option(&mut body, END_OF_OPTIONS, &[]);
        capture.block(SECTION_HEADER, body);

        let mut body = Vec::new();
        body.extend(ETHERNET.to_le_bytes());
        body.extend(0_u16.to_le_bytes());
        // No limit to what is kept of a packet.
        body.extend(0_u32.to_le_bytes());
        option(&mut body, INTERFACE_NAME, b"porthole");
        option(&mut body, TIME_RESOLUTION, &[MICROSECONDS]);
        option(&mut body, END_OF_OPTIONS, &[]);
        capture.block(INTERFACE, body);
        capture
    }

    /// An enhanced packet (section 4.3): a frame that had so many octets and begins with these.
    pub(super) fn packet(
        &mut self,
        micros: u64,
        way: Way,
        frame: &[u8],
        octets: usize,
        comment: &str,
    ) {
        let [low, high] = [micros, micros >> 32].map(|half| (half & 0xffff_ffff) as u32);
        let small = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let mut body = Vec::with_capacity(frame.len() + 64);
        for word in [0, high, low, small(frame.len()), small(octets)] {
            body.extend(word.to_le_bytes());
        }
        body.extend(frame);
        pad(&mut body);
        if !comment.is_empty() {
            option(&mut body, COMMENT, cut(comment).as_bytes());
        }
        option(&mut body, PACKET_FLAGS, &(way as u32).to_le_bytes());
        option(&mut body, END_OF_OPTIONS, &[]);
        self.block(ENHANCED_PACKET, body);
    }

    /// The file.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn block(&mut self, kind: u32, mut body: Vec<u8>) {
        pad(&mut body);
        let length = u32::try_from(body.len() + 12).unwrap_or(u32::MAX);
        self.0.extend(kind.to_le_bytes());
        self.0.extend(length.to_le_bytes());
        self.0.extend(body);
        self.0.extend(length.to_le_bytes());
    }
}

/// An option (section 3.5).
fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    body.extend(code.to_le_bytes());
    body.extend(length.to_le_bytes());
    body.extend(&value[..usize::from(length)]);
    pad(body);
}

fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}

/// What fits into an option with room to spare.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST_TEXT)]
}

const SECTION_HEADER: u32 = 0x0A0D_0D0A;
const INTERFACE: u32 = 1;
const ENHANCED_PACKET: u32 = 6;

const END_OF_OPTIONS: u16 = 0;
const COMMENT: u16 = 1;
const INTERFACE_NAME: u16 = 2;
const PACKET_FLAGS: u16 = 2;
const USER_APPLICATION: u16 = 4;
const TIME_RESOLUTION: u16 = 9;

const ETHERNET: u16 = 1;
/// Ten to the power of minus six.
const MICROSECONDS: u8 = 6;
const MOST_TEXT: usize = 8 << 10;
