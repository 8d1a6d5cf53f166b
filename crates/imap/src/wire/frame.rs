//! Finding where a response or a command ends, and its literals, without grammar.
//!
//! ```text
//!   * 61 FETCH (UID 61 BODY[1] {412}CRLF <412 octets> FLAGS (\Seen))CRLF
//!   |------------ text --------------|   | literal 0 |  |--- text -----|
//! ```
//!
//! A [`Frame`] keeps the text in one piece and the literals beside it, each knowing its place.

use std::fmt;

use porthole_wire::LineBuffer;

/// Whose bytes are framed: the two sides announce and accept literals differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// The bytes come from a server: a status response's text may end in `{5}` and mean nothing.
    Server,
    /// The bytes come from a client: a synchronizing literal waits to be asked for.
    Client,
}

/// What a frame may cost.
#[derive(Debug, Clone, Copy)]
pub struct FrameLimits {
    /// Octets of text in one frame, literals not counted. A SEARCH that finds a million messages
    /// answers with 8 MB on one line.
    pub text: usize,
    /// Literals in one frame. 1,000 header fields in an ENVELOPE is past every real one.
    pub literals: usize,
    /// A literal longer than this is handed on in chunks and not kept.
    pub inline: u64,
    /// Octets of literals kept in one frame. What comes beyond them is handed on in chunks, however
    /// short.
    pub kept: u64,
    /// A literal longer than this is refused: no message is.
    pub literal: u64,
}

impl Default for FrameLimits {
    fn default() -> Self {
        Self {
            text: 16 << 20,
            literals: 10_000,
            inline: 256 << 10,
            kept: 16 << 20,
            literal: 2 << 30,
        }
    }
}

/// One response or command: its text and its literals.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    /// Everything but the literals' octets, from the first to the final line ending.
    pub text: Vec<u8>,
    /// The literals in order.
    pub literals: Vec<Literal>,
}

/// The octets of a literal and where in the text they belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// The offset in the text, right after the line ending of `{n}`.
    pub at: usize,
    /// How many octets.
    pub octets: u64,
    /// The octets; `None` where they were handed on in chunks.
    pub data: Option<Vec<u8>>,
}

/// What the framer found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Framed {
    /// A whole frame.
    Frame(Frame),
    /// Some octets of a literal too long to keep. The text before it: [`Framer::text`].
    Chunk {
        /// Which literal of the frame.
        literal: usize,
        /// Where in the literal the chunk begins.
        offset: u64,
        /// How many octets the literal has.
        octets: u64,
        /// The octets.
        bytes: Vec<u8>,
    },
    /// Only from a client: it waits for a continuation request before it sends this literal.
    /// Answer with [`Framer::accept_literal`] or [`Framer::refuse_literal`].
    LiteralAnnounced {
        /// How many octets it wants to send.
        octets: u64,
    },
}

/// Cuts a stream into frames; no byte is looked at twice.
#[derive(Debug)]
pub struct Framer {
    peer: Peer,
    limits: FrameLimits,
    buffer: LineBuffer,
    frame: Frame,
    /// Octets of the frame's literals that are kept.
    kept: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    Line,
    /// A client announced a literal and was not answered yet.
    Announced {
        octets: u64,
    },
    Literal {
        octets: u64,
        received: u64,
        data: Option<Vec<u8>>,
    },
    Failed(FrameError),
}

impl Framer {
    /// A framer for what this peer sends.
    pub fn new(peer: Peer, limits: FrameLimits) -> Self {
        let buffer = LineBuffer::with_limit(limits.text);
        Self {
            peer,
            limits,
            buffer,
            frame: Frame::default(),
            kept: 0,
            state: State::Line,
        }
    }

    /// Appends what came.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.push(bytes);
    }

    /// The next thing found, or `None` until more comes.
    ///
    /// # Errors
    /// A limit was passed. The same error comes ever after.
    pub fn next_framed(&mut self) -> Result<Option<Framed>, FrameError> {
        loop {
            match &mut self.state {
                State::Failed(error) => return Err(*error),
                State::Announced { .. } => return Ok(None),
                State::Literal {
                    octets,
                    received,
                    data,
                } => {
                    let missing = *octets - *received;
                    if missing > 0 && self.buffer.is_empty() {
                        return Ok(None);
                    }
                    let bytes = self
                        .buffer
                        .take(usize::try_from(missing).unwrap_or(usize::MAX));
                    let offset = *received;
                    *received += bytes.len() as u64;
                    let (octets, done) = (*octets, *received == *octets);
                    let chunk = match data {
                        Some(data) => {
                            data.extend_from_slice(&bytes);
                            None
                        }
                        None => {
                            let literal = self.frame.literals.len();
                            Some(Framed::Chunk {
                                literal,
                                offset,
                                octets,
                                bytes,
                            })
                        }
                    };
                    if done {
                        let data = data.take();
                        let at = self.frame.text.len();
                        self.frame.literals.push(Literal { at, octets, data });
                        self.state = State::Line;
                    }
                    if chunk.is_some() {
                        return Ok(chunk);
                    }
                }
                State::Line => match self.line() {
                    Ok(Some(framed)) => return Ok(Some(framed)),
                    Ok(None) if matches!(self.state, State::Line) => return Ok(None),
                    Ok(None) => {}
                    Err(error) => self.state = State::Failed(error),
                },
            }
        }
    }

    /// The next line as it is, for exchanges that are not framed as commands: the answers in
    /// AUTHENTICATE and the DONE of IDLE. Only between frames.
    ///
    /// # Errors
    /// The line is longer than the limit.
    pub fn next_line(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        self.buffer
            .next_line()
            .map_err(|error| FrameError::Text { limit: error.limit })
    }

    /// Takes everything that was pushed and not framed yet: what follows is not plain IMAP
    /// (STARTTLS, COMPRESS).
    pub fn take_rest(&mut self) -> Vec<u8> {
        self.buffer.take(usize::MAX)
    }

    /// The text of the frame that is being read.
    pub fn text(&self) -> &[u8] {
        &self.frame.text
    }

    /// The client may send the literal that it announced.
    pub fn accept_literal(&mut self) {
        if let State::Announced { octets } = self.state {
            self.begin_literal(octets);
        }
    }

    /// The client may not: the command so far is dropped and its text given back.
    pub fn refuse_literal(&mut self) -> Vec<u8> {
        if let State::Announced { .. } = self.state {
            self.state = State::Line;
        }
        std::mem::take(&mut self.frame).text
    }

    fn line(&mut self) -> Result<Option<Framed>, FrameError> {
        let Some(line) = self.next_line()? else {
            return Ok(None);
        };
        let from = self.frame.text.len();
        if from == 0 {
            self.kept = 0;
            // Most frames are one line.
            self.frame.text = line;
        } else {
            self.frame.text.extend_from_slice(&line);
        }
        if self.frame.text.len() > self.limits.text {
            return Err(FrameError::Text {
                limit: self.limits.text,
            });
        }
        let announced = if self.peer == Peer::Server && is_status(&self.frame.text) {
            None
        } else {
            announced_literal(&self.frame.text[from..])
        };
        let Some((octets, synchronizing)) = announced else {
            return Ok(Some(Framed::Frame(std::mem::take(&mut self.frame))));
        };
        if octets > self.limits.literal {
            return Err(FrameError::Literal {
                octets,
                limit: self.limits.literal,
            });
        }
        if self.frame.literals.len() >= self.limits.literals {
            return Err(FrameError::Literals {
                limit: self.limits.literals,
            });
        }
        if self.peer == Peer::Client && synchronizing {
            self.state = State::Announced { octets };
            return Ok(Some(Framed::LiteralAnnounced { octets }));
        }
        self.begin_literal(octets);
        Ok(None)
    }

    fn begin_literal(&mut self, octets: u64) {
        // What was announced is not reserved: a peer that announces much and sends nothing
        // costs nothing.
        let room = self.limits.kept - self.kept;
        let data = (octets <= self.limits.inline.min(room)).then(Vec::new);
        if data.is_some() {
            self.kept += octets;
        }
        self.state = State::Literal {
            octets,
            received: 0,
            data,
        };
    }
}

/// Whether the text begins a status response, whose human text may end in anything.
fn is_status(text: &[u8]) -> bool {
    let mut words = text.splitn(3, |&byte| byte == b' ');
    let first = words.next().unwrap_or_default();
    let status = words.next().unwrap_or_default();
    let status = status.strip_suffix(b"\r\n").unwrap_or(status);
    first.first() == Some(&b'+')
        || [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(status))
}

/// The literal that a line announces at its end: its octets, and whether the sender waits.
///
/// `{42}`, `{42+}` (RFC 7888), `~{42}` (RFC 3516).
fn announced_literal(line: &[u8]) -> Option<(u64, bool)> {
    let line = line.strip_suffix(b"\n")?;
    let line = line
        .strip_suffix(b"\r")
        .unwrap_or(line)
        .strip_suffix(b"}")?;
    let open = memchr::memrchr(b'{', line)?;
    let digits = &line[open + 1..];
    let (digits, synchronizing) = match digits.strip_suffix(b"+") {
        Some(digits) => (digits, false),
        None => (digits, true),
    };
    if digits.is_empty() || digits.len() > 19 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let octets = digits
        .iter()
        .fold(0u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    Some((octets, synchronizing))
}

/// A limit was passed; the connection cannot go on, since what follows has no known beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameError {
    /// Too much text.
    Text {
        /// The limit in octets.
        limit: usize,
    },
    /// Too many literals in one frame.
    Literals {
        /// The limit.
        limit: usize,
    },
    /// A literal that is too long.
    Literal {
        /// What was announced, in octets.
        octets: u64,
        /// The limit in octets.
        limit: u64,
    },
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { limit } => write!(f, "a response is longer than {limit} octets"),
            Self::Literals { limit } => write!(f, "a response has more than {limit} literals"),
            Self::Literal { octets, limit } => {
                write!(f, "a literal of {octets} octets is longer than {limit}")
            }
        }
    }
}

impl std::error::Error for FrameError {}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn frames(peer: Peer, limits: FrameLimits, chunks: &[&[u8]]) -> (Vec<Framed>, Vec<u8>) {
        let mut framer = Framer::new(peer, limits);
        let (mut found, mut streamed) = (Vec::new(), Vec::new());
        for chunk in chunks {
            framer.push(chunk);
            while let Ok(Some(framed)) = framer.next_framed() {
                match framed {
                    Framed::Chunk { offset, bytes, .. } => {
                        assert_eq!(offset, streamed.len() as u64);
                        streamed.extend(bytes);
                    }
                    Framed::LiteralAnnounced { .. } => {
                        framer.accept_literal();
                        found.push(framed);
                    }
                    Framed::Frame(_) => found.push(framed),
                }
            }
        }
        (found, streamed)
    }

    #[test]
    fn many_short_literals_are_not_kept_without_end() {
        let limits = FrameLimits {
            kept: 7,
            ..FrameLimits::default()
        };
        let input = b"* LIST {5}\r\nabcde{3}\r\nfgh{2}\r\nij\r\n* LIST {3}\r\nklm\r\n";
        let (frames, streamed) = frames(Peer::Server, limits, &[input]);
        let kept = |framed: &Framed| match framed {
            Framed::Frame(frame) => frame
                .literals
                .iter()
                .filter_map(|l| l.data.clone())
                .collect(),
            other => panic!("{other:?}"),
        };
        let kept: Vec<Vec<Vec<u8>>> = frames.iter().map(kept).collect();
        assert_eq!(
            kept,
            [
                vec![b"abcde".to_vec(), b"ij".to_vec()],
                vec![b"klm".to_vec()]
            ]
        );
        assert_eq!(streamed, b"fgh");
    }

    #[test]
    fn frames_are_the_same_at_every_cut() {
        let input = b"* 1 FETCH (BODY[1] {5}\r\nab\r\nc BODY[2] {12}\r\n0123456789ab UID 7)\r\n\
                      * OK a text that ends in {5}\r\n+ go {3}\r\n+go {3}\r\na1 NO x {9}\r\n* 2 EXISTS\r\n";
        let limits = FrameLimits {
            inline: 10,
            ..FrameLimits::default()
        };
        let whole = frames(Peer::Server, limits, &[input]);
        assert_eq!(whole.0.len(), 6);
        assert_eq!(whole.1, b"0123456789ab");
        let Framed::Frame(first) = &whole.0[0] else {
            panic!("{:?}", whole.0)
        };
        assert_eq!(
            first.text,
            b"* 1 FETCH (BODY[1] {5}\r\n BODY[2] {12}\r\n UID 7)\r\n"
        );
        assert_eq!(first.literals[0].data.as_deref(), Some(&b"ab\r\nc"[..]));
        assert_eq!(
            first.literals[1],
            Literal {
                at: 39,
                octets: 12,
                data: None
            }
        );
        for cut in 0..=input.len() {
            assert_eq!(
                frames(Peer::Server, limits, &[&input[..cut], &input[cut..]]),
                whole
            );
        }
    }

    #[test]
    fn a_client_waits_only_where_it_says_so() {
        let input = b"a LOGIN {5}\r\nalice {10+}\r\nwonderland\r\n";
        let (found, _) = frames(Peer::Client, FrameLimits::default(), &[input]);
        assert_eq!(found[0], Framed::LiteralAnnounced { octets: 5 });
        let Framed::Frame(frame) = &found[1] else {
            panic!("{found:?}")
        };
        assert_eq!(frame.literals.len(), 2);
    }

    #[test]
    fn limits_end_the_stream() {
        let limits = FrameLimits {
            text: 20,
            literals: 1,
            literal: 100,
            ..FrameLimits::default()
        };
        for (input, error) in [
            (
                &b"* OK 0123456789012345"[..],
                FrameError::Text { limit: 20 },
            ),
            (
                b"* X {101}\r\n",
                FrameError::Literal {
                    octets: 101,
                    limit: 100,
                },
            ),
            (b"* X {0}\r\n {0}\r\n", FrameError::Literals { limit: 1 }),
        ] {
            let mut framer = Framer::new(Peer::Server, limits);
            framer.push(input);
            assert_eq!(framer.next_framed(), Err(error));
            assert_eq!(framer.next_framed(), Err(error));
        }
    }
}
