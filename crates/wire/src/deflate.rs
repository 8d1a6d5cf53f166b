//! A connection's octets compressed: DEFLATE (RFC 1951) as COMPRESS has it (RFC 4978).
//!
//! Each direction is one endless stream. What was written must be readable at once, so each batch
//! ends with a sync flush (RFC 4978 section 4); what it costs, four or five octets, is the reason
//! to write in batches.
//!
//! ```
//! use porthole_wire::deflate::{Deflater, Inflater};
//!
//! let (mut deflater, mut inflater) = (Deflater::default(), Inflater::default());
//! let mut wire = Vec::new();
//! deflater.deflate(b"a1 NOOP\r\n", &mut wire);
//! inflater.push(&wire);
//! assert_eq!(inflater.next_piece(), Ok(Some(b"a1 NOOP\r\n".to_vec())));
//! assert_eq!(inflater.next_piece(), Ok(None));
//! ```

use std::fmt;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// Compresses one direction.
#[derive(Debug)]
pub struct Deflater {
    stream: Compress,
}

impl Deflater {
    /// Appends `plain` to `out`, compressed and flushed: the peer can read all of it.
    pub fn deflate(&mut self, plain: &[u8], out: &mut Vec<u8>) {
        let mut rest = plain;
        loop {
            out.reserve(rest.len() / 2 + ROOM);
            let before = self.stream.total_in();
            // Only a stream that was ended takes no more, and this one never is.
            let Ok(_) = self.stream.compress_vec(rest, out, FlushCompress::Sync) else {
                return;
            };
            let taken = usize::try_from(self.stream.total_in() - before).unwrap_or(rest.len());
            rest = &rest[taken..];
            // What came back full may not be all.
            if rest.is_empty() && out.len() < out.capacity() {
                return;
            }
        }
    }
}

impl Default for Deflater {
    fn default() -> Self {
        Self {
            // Without zlib's header, as RFC 4978 section 3 wants it.
            stream: Compress::new(Compression::default(), false),
        }
    }
}

/// Decompresses one direction, in pieces: a few octets can become a thousand times as many, and
/// who reads them must be able to stop.
#[derive(Debug)]
pub struct Inflater {
    stream: Decompress,
    pending: Vec<u8>,
    start: usize,
    /// The last piece was full: there may be more without another octet.
    full: bool,
    failed: bool,
}

impl Inflater {
    /// Octets came.
    pub fn push(&mut self, compressed: &[u8]) {
        self.pending.drain(..self.start);
        self.start = 0;
        self.pending.extend_from_slice(compressed);
    }

    /// What they are: the next so many octets, at most [`PIECE`], or `None` until more comes.
    ///
    /// # Errors
    /// [`InflateError`] once they are not DEFLATE, or the stream was ended; the answer is then the
    /// same for ever.
    pub fn next_piece(&mut self) -> Result<Option<Vec<u8>>, InflateError> {
        if self.failed {
            return Err(InflateError);
        }
        let (rest, before) = (&self.pending[self.start..], self.stream.total_in());
        if rest.is_empty() && !self.full {
            return Ok(None);
        }
        let mut piece = Vec::with_capacity((8 * rest.len()).clamp(ROOM, PIECE));
        let result = self
            .stream
            .decompress_vec(rest, &mut piece, FlushDecompress::Sync);
        let taken = self.stream.total_in() - before;
        self.start += usize::try_from(taken).unwrap_or(rest.len());
        // A peer that ends its stream has nothing more to say in it (RFC 4978 does not let it).
        self.failed = !matches!(result, Ok(Status::Ok | Status::BufError));
        self.full = piece.len() == piece.capacity();
        match piece.is_empty() {
            true if self.failed => Err(InflateError),
            true => Ok(None),
            false => Ok(Some(piece)),
        }
    }
}

impl Default for Inflater {
    fn default() -> Self {
        Self {
            stream: Decompress::new(false),
            pending: Vec::new(),
            start: 0,
            full: false,
            failed: false,
        }
    }
}

/// What came is not DEFLATE, or comes after its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InflateError;

impl fmt::Display for InflateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what came cannot be decompressed")
    }
}

impl std::error::Error for InflateError {}

/// How much is decompressed at a time.
pub const PIECE: usize = 16 * 1024;

/// Space for a small batch and the mark of its flush.
const ROOM: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn take_all(inflater: &mut Inflater) -> Vec<u8> {
        let mut plain = Vec::new();
        while let Some(piece) = inflater.next_piece().unwrap() {
            assert!(piece.len() <= PIECE);
            plain.extend(piece);
        }
        plain
    }

    #[test]
    fn each_batch_can_be_read_at_once() {
        let (mut deflater, mut inflater) = (Deflater::default(), Inflater::default());
        let noise: Vec<u8> = (0..70_000u32)
            .map(|n| (n.wrapping_mul(n) >> 7) as u8)
            .collect();
        let same = vec![b'x'; 1 << 20];
        let batches: [&[u8]; 6] = [b"* OK hello\r\n", b"a", &noise, &same, b"", b"a OK\r\n"];
        for batch in batches {
            let mut wire = Vec::new();
            deflater.deflate(batch, &mut wire);
            inflater.push(&wire);
            assert!(take_all(&mut inflater) == batch);
        }
    }

    #[test]
    fn streams_are_the_same_at_every_cut() {
        let mut wire = Vec::new();
        let mut deflater = Deflater::default();
        for line in ["a1 SELECT INBOX\r\n", "a2 FETCH 1:* FLAGS\r\n"] {
            deflater.deflate(line.as_bytes(), &mut wire);
        }
        for cut in 0..=wire.len() {
            let mut inflater = Inflater::default();
            let mut plain = Vec::new();
            for piece in [&wire[..cut], &wire[cut..]] {
                inflater.push(piece);
                plain.extend(take_all(&mut inflater));
            }
            assert_eq!(plain, b"a1 SELECT INBOX\r\na2 FETCH 1:* FLAGS\r\n", "{cut}");
        }
    }

    #[test]
    fn repetition_costs_little() {
        let mut deflater = Deflater::default();
        let lengths = [0, 1].map(|_| {
            let mut wire = Vec::new();
            deflater.deflate(
                b"* STATUS Sent (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 11)\r\n",
                &mut wire,
            );
            wire.len()
        });
        assert!(lengths[1] < lengths[0] / 2, "{lengths:?}");
    }

    #[test]
    fn what_is_not_deflate_is_refused_for_ever() {
        let check = |wire: &[u8], plain: &[u8]| {
            let mut inflater = Inflater::default();
            inflater.push(wire);
            if !plain.is_empty() {
                assert_eq!(inflater.next_piece(), Ok(Some(plain.to_vec())));
            }
            assert_eq!(inflater.next_piece(), Err(InflateError));
            inflater.push(b"a1 NOOP\r\n");
            assert_eq!(inflater.next_piece(), Err(InflateError));
        };
        check(b"\xff\xff\xff", b"");
        // A stored block that says that it is the last.
        check(b"\x01\x02\x00\xfd\xffhi", b"hi");
    }
}
