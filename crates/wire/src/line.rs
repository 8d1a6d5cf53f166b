//! Cutting a byte stream into lines, never looking at a byte twice.

use std::fmt;

/// Collects input and gives it back line by line, each with its ending.
///
/// A line ends with LF; a CR before it belongs to the ending. Bare LF is accepted because servers
/// behind rewriting middleboxes send it, and a bare CR is an ordinary byte.
///
/// ```text
///   consumed | line already searched for LF | not yet searched
///            start                          scanned
/// ```
#[derive(Debug)]
pub struct LineBuffer {
    bytes: Vec<u8>,
    start: usize,
    scanned: usize,
    limit: usize,
}

impl LineBuffer {
    /// A buffer that refuses lines of more than `limit` octets, ending included.
    pub fn with_limit(limit: usize) -> Self {
        Self {
            bytes: Vec::new(),
            start: 0,
            scanned: 0,
            limit,
        }
    }

    /// Appends what came.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.start == self.bytes.len() {
            self.bytes.clear();
            self.start = 0;
            self.scanned = 0;
        } else if self.start > self.bytes.len() / 2 {
            self.bytes.drain(..self.start);
            self.scanned -= self.start;
            self.start = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole line with its ending, or `None` while it is incomplete.
    ///
    /// # Errors
    /// [`LineError`] once a line exceeds the limit; the buffer then gives the same answer for ever,
    /// since where the next line starts is unknown.
    pub fn next_line(&mut self) -> Result<Option<Vec<u8>>, LineError> {
        let found = memchr::memchr(b'\n', &self.bytes[self.scanned..]);
        let end = found.map_or(self.bytes.len(), |at| self.scanned + at + 1);
        if end - self.start > self.limit {
            return Err(LineError { limit: self.limit });
        }
        self.scanned = end;
        if found.is_none() {
            return Ok(None);
        }
        let line = self.bytes[self.start..end].to_vec();
        self.start = end;
        Ok(Some(line))
    }

    /// Takes up to `count` octets of what is buffered, whatever they are.
    pub fn take(&mut self, count: usize) -> Vec<u8> {
        let end = self.bytes.len().min(self.start.saturating_add(count));
        let taken = self.bytes[self.start..end].to_vec();
        self.start = end;
        self.scanned = self.scanned.max(end);
        taken
    }

    /// How many octets are buffered and not yet taken.
    pub fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// Whether nothing is buffered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for LineBuffer {
    /// Lines of up to 64 KiB: RFC 9051 section 7 and RFC 2449 section 4 ask for far less, and
    /// servers send far more.
    fn default() -> Self {
        Self::with_limit(64 * 1024)
    }
}

/// A line went past the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineError {
    /// The limit that was passed, in octets.
    pub limit: usize,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a line is longer than {} octets", self.limit)
    }
}

impl std::error::Error for LineError {}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn lines_are_the_same_at_every_cut() {
        let input = b"one\r\ntwo\nthree\r four\r\n\r\nrest";
        for cut in 0..=input.len() {
            let mut buffer = LineBuffer::default();
            let mut lines = Vec::new();
            for chunk in [&input[..cut], &input[cut..]] {
                buffer.push(chunk);
                while let Some(line) = buffer.next_line().unwrap() {
                    lines.push(line);
                }
            }
            assert_eq!(
                lines,
                [&b"one\r\n"[..], b"two\n", b"three\r four\r\n", b"\r\n"],
                "cut at {cut}"
            );
            assert_eq!(buffer.take(99), b"rest");
        }
    }

    #[test]
    fn a_line_past_the_limit_is_refused_before_it_ends() {
        let mut buffer = LineBuffer::with_limit(4);
        buffer.push(b"ab\r\nabcde");
        assert_eq!(buffer.next_line(), Ok(Some(b"ab\r\n".to_vec())));
        assert_eq!(buffer.next_line(), Err(LineError { limit: 4 }));
        assert_eq!(buffer.next_line(), Err(LineError { limit: 4 }));
    }
}
