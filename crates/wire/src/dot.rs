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

/// Where the lines of a stuffed payload end, cut anywhere.
///
/// Lines end in CR LF, and an LF alone is an octet like any other. Where already the first line
/// ends in an LF alone, so do all: such servers are met, and their payloads would never end.
#[derive(Debug, Clone, Default)]
struct LineEnds {
    bare: Option<bool>,
    after_cr: bool,
}

impl LineEnds {
    /// How many of these octets belong to the line that has begun, and whether it ends with them.
    fn find(&mut self, octets: &[u8]) -> (usize, bool) {
        for lf in memchr::memchr_iter(b'\n', octets) {
            let after_cr = match lf {
                0 => self.after_cr,
                _ => octets[lf - 1] == b'\r',
            };
            if after_cr || *self.bare.get_or_insert(true) {
                self.bare.get_or_insert(false);
                self.after_cr = false;
                return (lf + 1, true);
            }
        }
        self.after_cr = octets.last() == Some(&b'\r');
        (octets.len(), false)
    }
}

/// The lines of a stuffed payload, with their ends; the last may be without one.
pub fn lines(payload: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut ends = LineEnds::default();
    let mut rest = payload;
    std::iter::from_fn(move || {
        let (line, after) = rest.split_at(ends.find(rest).0);
        rest = after;
        (!line.is_empty()).then_some(line)
    })
}

/// Removes the stuffing from a payload as it arrives, cut anywhere.
///
/// ```text
///            '.'            CR             LF
///   LineStart --> Dot ------------> DotCr ------> Ended
///       ^          | other: the dot was stuffing
///       +-- end -- Text
/// ```
///
/// What ends a line is told by [`lines`]; a dot and an LF alone end the payload in any case.
#[derive(Debug, Clone, Default)]
pub struct Unstuffer {
    state: State,
    ends: LineEnds,
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
                    let (octets, is_ended) = self.ends.find(&input[at..]);
                    out.extend_from_slice(&input[at..at + octets]);
                    at += octets;
                    self.state = if is_ended {
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
                    _ => self.state = State::Text,
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

    /// Cut anywhere, what crosses is the payload, and what follows is not part of it.
    fn check_cuts(crossing: &[u8], payload: &[u8]) {
        let mut wire = crossing.to_vec();
        wire.extend_from_slice(b"+OK next\r\n");
        for cut in 0..=wire.len() {
            let (mut out, mut taken) = (Vec::new(), 0);
            let mut unstuffer = Unstuffer::default();
            for chunk in [&wire[..cut], &wire[cut..]] {
                taken += unstuffer.unstuff(chunk, &mut out);
            }
            assert_eq!(out, payload, "cut at {cut}");
            assert_eq!(taken, crossing.len(), "cut at {cut}");
            assert!(unstuffer.is_ended());
        }
    }

    #[test]
    fn unstuffing_is_exact_at_every_cut() {
        let payload = b".\r\n..\r\n.a\r\n\r\nb.\r\n.\rx\r\na\n.b\n.\nc\r\n";
        let mut wire = Vec::new();
        stuff(payload, &mut wire);
        check_cuts(&wire, payload);
    }

    #[test]
    fn a_server_may_end_all_its_lines_in_lf_alone() {
        check_cuts(b"a\n..b\n\n.\n", b"a\n.b\n\n");
        check_cuts(b"a\n.\r\n", b"a\n");
        check_cuts(b".\n", b"");
    }

    #[test]
    fn lines_end_where_the_first_one_does() {
        let check = |payload: &[u8], expected: &[&[u8]]| {
            assert!(lines(payload).eq(expected.iter().copied()), "{payload:?}");
        };
        check(
            b"a\r\n.b\n.c\r\n.\r\n",
            &[b"a\r\n", b".b\n.c\r\n", b".\r\n"],
        );
        check(b"a\n.b\n.", &[b"a\n", b".b\n", b"."]);
        check(b"", &[]);
    }
}
