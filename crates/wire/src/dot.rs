//! Byte-stuffing of multi-line payloads: RFC 1939 section 3 and RFC 5321 section 4.5.2.
//!
//! On the wire a payload is lines that end in CR LF; a line that begins with a dot has a second
//! one put before it, and a line of a single dot ends the payload.

/// Appends `payload` to `out` stuffed and terminated, ready for the wire.
///
/// A payload without a final CR LF gets one, since the terminating line must stand alone.
/// Bare LF and bare CR are left as they are.
pub fn stuff(payload: &[u8], out: &mut Vec<u8>) {
    out.reserve(payload.len() + 8);
    let mut rest = payload;
    while !rest.is_empty() {
        if rest[0] == b'.' {
            out.push(b'.');
        }
        let end = memchr::memmem::find(rest, b"\r\n").map_or(rest.len(), |at| at + 2);
        out.extend_from_slice(&rest[..end]);
        rest = &rest[end..];
    }
    if !payload.is_empty() && !payload.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
}

/// Removes the stuffing from a payload as it arrives, cut anywhere.
///
/// ```text
///            '.'            CR             LF
///   LineStart --> Dot ------------> DotCr ------> Ended
///       ^          | other: the dot was stuffing
///       +-- LF --- Text (CR seen or not)
/// ```
///
/// A bare LF also ends a line here: a server that sends one would otherwise never end its payload.
#[derive(Debug, Clone, Default)]
pub struct Unstuffer {
    state: State,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    LineStart,
    Dot,
    DotCr,
    Text,
    Ended,
}

impl Unstuffer {
    /// Appends the payload octets in `input` to `out` and says how many octets of `input` belong
    /// to the payload; all of them unless the payload ended.
    pub fn unstuff(&mut self, input: &[u8], out: &mut Vec<u8>) -> usize {
        let mut at = 0;
        while at < input.len() && self.state != State::Ended {
            let byte = input[at];
            match self.state {
                State::LineStart if byte == b'.' => {
                    self.state = State::Dot;
                    at += 1;
                }
                State::LineStart | State::Text => {
                    let line = &input[at..];
                    let end = memchr::memchr(b'\n', line);
                    out.extend_from_slice(end.map_or(line, |lf| &line[..=lf]));
                    at += end.map_or(line.len(), |lf| lf + 1);
                    self.state = if end.is_some() {
                        State::LineStart
                    } else {
                        State::Text
                    };
                }
                State::Dot => match byte {
                    b'\r' => {
                        self.state = State::DotCr;
                        at += 1;
                    }
                    b'\n' => {
                        self.state = State::Ended;
                        at += 1;
                    }
                    // The dot was stuffing; what follows is the line.
                    _ => {
                        out.push(byte);
                        at += 1;
                        self.state = State::Text;
                    }
                },
                State::DotCr if byte == b'\n' => {
                    self.state = State::Ended;
                    at += 1;
                }
                // ". CR x" can only be stuffed text with a bare CR.
                State::DotCr => {
                    out.push(b'\r');
                    self.state = State::Text;
                }
                State::Ended => {}
            }
        }
        at
    }

    /// Whether the terminating line was seen.
    pub fn is_ended(&self) -> bool {
        self.state == State::Ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn check(payload: &[u8], wire: &[u8]) {
        let mut stuffed = Vec::new();
        stuff(payload, &mut stuffed);
        assert_eq!(stuffed, wire, "{payload:?}");
    }

    #[test]
    fn payloads_are_stuffed_to_the_byte() {
        check(b"", b".\r\n");
        check(b"a\r\n", b"a\r\n.\r\n");
        check(b"a", b"a\r\n.\r\n");
        check(b".", b"..\r\n.\r\n");
        check(b".\r\n..\r\nx.\r\n", b"..\r\n...\r\nx.\r\n.\r\n");
        check(b"a\n.b\r\n", b"a\n.b\r\n.\r\n");
    }

    #[test]
    fn unstuffing_is_exact_at_every_cut() {
        let payload = b".\r\n..\r\n.a\r\n\r\nb.\r\n.\rx\r\n";
        let mut wire = Vec::new();
        stuff(payload, &mut wire);
        wire.extend_from_slice(b"+OK next\r\n");
        for cut in 0..=wire.len() {
            let (mut out, mut taken) = (Vec::new(), 0);
            let mut unstuffer = Unstuffer::default();
            for chunk in [&wire[..cut], &wire[cut..]] {
                taken += unstuffer.unstuff(chunk, &mut out);
            }
            assert_eq!(out, payload, "cut at {cut}");
            assert_eq!(taken, wire.len() - 10, "cut at {cut}");
            assert!(unstuffer.is_ended());
        }
    }
}
