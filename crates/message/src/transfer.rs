//! Content-Transfer-Encoding: RFC 2045 section 6. Decoders take octets as they arrive.

use serde::{Deserialize, Serialize};

/// How a part's octets are written in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub enum TransferEncoding {
    /// `7bit`, `8bit`, `binary`, and whatever is unknown: as they are.
    #[default]
    Identity,
    /// `quoted-printable`: section 6.7.
    QuotedPrintable,
    /// `base64`: section 6.8.
    Base64,
}

impl TransferEncoding {
    /// From the body of the field, or from an IMAP BODYSTRUCTURE.
    pub fn parse(name: &[u8]) -> Self {
        let name = name.trim_ascii();
        let end = name.iter().position(|b| matches!(b, b';' | b' ' | b'('));
        match &name[..end.unwrap_or(name.len())] {
            name if name.eq_ignore_ascii_case(b"base64") => Self::Base64,
            name if name.eq_ignore_ascii_case(b"quoted-printable") => Self::QuotedPrintable,
            _ => Self::Identity,
        }
    }
}

/// Decodes a part piece by piece; what is kept between pieces is bounded.
#[derive(Debug, Clone)]
pub struct Decoder {
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    Identity,
    Base64(Base64),
    QuotedPrintable(QuotedPrintable),
}

impl Decoder {
    /// A decoder for one part.
    pub fn new(encoding: TransferEncoding) -> Self {
        let state = match encoding {
            TransferEncoding::Identity => State::Identity,
            TransferEncoding::Base64 => State::Base64(Base64::default()),
            TransferEncoding::QuotedPrintable => State::QuotedPrintable(QuotedPrintable::default()),
        };
        Self { state }
    }

    /// Decodes the next octets onto the end of `out`.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        match &mut self.state {
            State::Identity => out.extend_from_slice(bytes),
            State::Base64(base64) => base64.push(bytes, out),
            State::QuotedPrintable(quoted) => quoted.push(bytes, out),
        }
    }

    /// There are no more octets: decodes what was held back.
    pub fn finish(self, out: &mut Vec<u8>) {
        match self.state {
            State::Identity => {}
            State::Base64(base64) => base64.finish(out),
            State::QuotedPrintable(quoted) => quoted.finish(out),
        }
    }
}

/// Decodes a part that is there as a whole.
pub fn decode(encoding: TransferEncoding, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(match encoding {
        TransferEncoding::Base64 => bytes.len() / 4 * 3 + 3,
        _ => bytes.len(),
    });
    let mut decoder = Decoder::new(encoding);
    decoder.push(bytes, &mut out);
    decoder.finish(&mut out);
    out
}

/// Octets outside the alphabet are passed over; padding ends a quantum, after which another
/// encoded run may follow (concatenated parts do occur).
#[derive(Debug, Clone, Default)]
struct Base64 {
    bits: u32,
    count: u8,
}

impl Base64 {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        out.reserve(bytes.len() / 4 * 3 + 3);
        for &byte in bytes {
            let value = VALUES[usize::from(byte)];
            if value < 64 {
                self.bits = self.bits << 6 | u32::from(value);
                self.count += 1;
                if self.count == 4 {
                    out.extend_from_slice(&self.bits.to_be_bytes()[1..]);
                    *self = Self::default();
                }
            } else if byte == b'=' {
                std::mem::take(self).finish(out);
            }
        }
    }

    fn finish(self, out: &mut Vec<u8>) {
        match self.count {
            2 => out.push((self.bits >> 4) as u8),
            3 => out.extend_from_slice(&((self.bits >> 2) as u16).to_be_bytes()),
            _ => {}
        }
    }
}

const VALUES: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [0xff; 256];
    let mut i = 0;
    while i < alphabet.len() {
        values[alphabet[i] as usize] = i as u8;
        i += 1;
    }
    values
};

/// A soft line break may be cut anywhere, and white space before a line ending is not text (rule
/// 3): both are held back until it is clear what they are.
#[derive(Debug, Clone, Default)]
struct QuotedPrintable {
    held: Vec<u8>,
    escape: bool,
}

/// A line has at most 76 characters (rule 5); white space that goes on for longer is text.
const LONGEST_BLANK: usize = 1000;

impl QuotedPrintable {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            if self.escape {
                self.escaped(byte, out);
                continue;
            }
            match byte {
                b'=' => {
                    self.release(out);
                    self.escape = true;
                }
                b' ' | b'\t' | b'\r' => {
                    self.held.push(byte);
                    if self.held.len() > LONGEST_BLANK {
                        self.release(out);
                    }
                }
                b'\n' => {
                    let ending: &[u8] = if self.held.last() == Some(&b'\r') {
                        b"\r\n"
                    } else {
                        b"\n"
                    };
                    self.held.clear();
                    out.extend_from_slice(ending);
                }
                _ => {
                    self.release(out);
                    let special = |b: &u8| matches!(b, b'=' | b' ' | b'\t' | b'\r' | b'\n');
                    let plain = after.iter().position(special).unwrap_or(after.len());
                    out.push(byte);
                    out.extend_from_slice(&after[..plain]);
                    rest = &after[plain..];
                }
            }
        }
    }

    /// After `=`: two hexadecimal digits, or a soft line break with white space before it.
    fn escaped(&mut self, byte: u8, out: &mut Vec<u8>) {
        match (self.held.as_slice(), byte) {
            ([] | [b' ' | b'\t' | b'\r', ..], b'\n') => {
                self.held.clear();
                self.escape = false;
            }
            ([] | [b' ' | b'\t' | b'\r', ..], b' ' | b'\t' | b'\r')
                if self.held.len() < LONGEST_BLANK =>
            {
                self.held.push(byte);
            }
            ([], _) if byte.is_ascii_hexdigit() => self.held.push(byte),
            ([high], _) if hex_pair(*high, byte).is_some() => {
                out.extend(hex_pair(*high, byte));
                self.held.clear();
                self.escape = false;
            }
            _ => {
                // No escape after all: rule 1 is broken, and the text is shown as it stands.
                out.push(b'=');
                self.escape = false;
                self.release(out);
                self.push(&[byte], out);
            }
        }
    }

    fn release(&mut self, out: &mut Vec<u8>) {
        out.append(&mut self.held);
    }

    fn finish(mut self, out: &mut Vec<u8>) {
        if self.escape && !self.held.iter().all(u8::is_ascii_whitespace) {
            out.push(b'=');
            self.release(out);
        }
    }
}

/// The octet that two hexadecimal digits stand for.
pub(crate) fn hex_pair(high: u8, low: u8) -> Option<u8> {
    let high = char::from(high).to_digit(16)?;
    let low = char::from(low).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes whole, and cut at every octet.
    fn check(encoding: TransferEncoding, input: &str, expected: &str) {
        let whole = decode(encoding, input.as_bytes());
        assert_eq!(whole.escape_ascii().to_string(), expected, "{input:?}");
        for cut in 0..input.len() {
            let mut out = Vec::new();
            let mut decoder = Decoder::new(encoding);
            decoder.push(&input.as_bytes()[..cut], &mut out);
            decoder.push(&input.as_bytes()[cut..], &mut out);
            decoder.finish(&mut out);
            assert_eq!(out, whole, "{input:?} cut at {cut}");
        }
    }

    #[test]
    fn base64() {
        let check = |input, expected| check(TransferEncoding::Base64, input, expected);
        check("", "");
        check("QQ==", "A");
        check("QUI=", "AB");
        check("QUJD", "ABC");
        check("QUJD\r\nREVG\r\n", "ABCDEF");
        check("QQ==\r\nQg==", "AB");
        check("Q!U J-D", "ABC");
        check("QUI", "AB");
        check("Q", "");
        check("+/8=", "\\xfb\\xff");
    }

    #[test]
    fn quoted_printable() {
        let check = |input, expected| check(TransferEncoding::QuotedPrintable, input, expected);
        check("caf=C3=A9", "caf\\xc3\\xa9");
        check("soft =\r\nbreak", "soft break");
        check("soft=  \t\r\nbreak=\nand", "softbreakand");
        check("trailing  \t\r\nline\n", "trailing\\r\\nline\\n");
        check("a  b\t c", "a  b\\t c");
        check("=3d=3D", "==");
        check("50=% =4z =", "50=% =4z ");
        check("ends = ", "ends ");
        check("=A", "=A");
        check("lone\rreturn", "lone\\rreturn");
        check("a==20b", "a= b");
    }

    #[test]
    fn names() {
        assert_eq!(
            TransferEncoding::parse(b" BASE64 "),
            TransferEncoding::Base64
        );
        assert_eq!(
            TransferEncoding::parse(b"base64; x"),
            TransferEncoding::Base64
        );
        assert_eq!(TransferEncoding::parse(b"8bit"), TransferEncoding::Identity);
        assert_eq!(
            TransferEncoding::parse(b"x-made-up"),
            TransferEncoding::Identity
        );
    }

    #[test]
    fn blanks_are_not_hoarded() {
        let mut decoder = Decoder::new(TransferEncoding::QuotedPrintable);
        let mut out = Vec::new();
        for _ in 0..100 {
            decoder.push(&[b' '; 100], &mut out);
        }
        assert!(out.len() >= 9_000);
        let mut decoder = Decoder::new(TransferEncoding::QuotedPrintable);
        decoder.push(&[b'\r'; 10_000], &mut out);
        decoder.push(b"=", &mut out);
        decoder.push(&[b' '; 10_000], &mut out);
        assert!(out.len() >= 25_000);
    }
}
