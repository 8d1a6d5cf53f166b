//! Parameters of Content-Type and Content-Disposition: RFC 2045 section 5.1 and RFC 2231.

use serde::{Deserialize, Serialize};

use crate::{charset, encoded_word, transfer::hex_pair};

/// Decoded parameters: names in lower case, values as text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Parameters(Vec<(String, String)>);

/// More parameters than this are no parameters but an attack.
const MOST: usize = 200;

impl Parameters {
    /// The value of `name`, which is in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(n, _)| n == name)?;
        Some(&found.1)
    }

    /// From names and values as they stand in the message, or in an IMAP BODYSTRUCTURE.
    ///
    /// Continuations are put together before their charset is decoded (RFC 2231 sections 3 and 4).
    /// Encoded words, which do not belong here, are decoded too: many senders write them.
    pub fn decode<N: AsRef<[u8]>, V: AsRef<[u8]>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut pieces: Vec<Piece> = pairs
            .into_iter()
            .take(MOST)
            .map(|(name, value)| Piece::new(name.as_ref(), value.as_ref()))
            .collect();
        pieces.sort_by_key(|piece| piece.section);
        let mut decoded: Vec<(String, Joined)> = Vec::new();
        for piece in pieces {
            match decoded.iter_mut().find(|(name, _)| *name == piece.name) {
                Some((_, joined)) => joined.add(piece),
                None => {
                    let name = piece.name.clone();
                    let mut joined = Joined::default();
                    joined.add(piece);
                    decoded.push((name, joined));
                }
            }
        }
        Self(
            decoded
                .into_iter()
                .map(|(name, joined)| (name, joined.text()))
                .collect(),
        )
    }

    /// From what follows the first `;` of a field's body, unfolded.
    pub(crate) fn parse(text: &[u8]) -> Self {
        Self::decode(Scanner { rest: text })
    }
}

/// One parameter as written: `name`, `name*`, `name*2`, `name*2*`.
struct Piece {
    name: String,
    section: Option<u32>,
    extended: bool,
    value: Vec<u8>,
}

impl Piece {
    fn new(name: &[u8], value: &[u8]) -> Self {
        let name = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
        let (stem, extended) = match name.strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (name.as_str(), false),
        };
        let (stem, section) = match stem.rsplit_once('*') {
            Some((stem, number)) => (stem, number.parse().ok()),
            None => (stem, None),
        };
        Self {
            name: stem.to_owned(),
            section,
            extended,
            value: value.to_vec(),
        }
    }
}

/// The octets of a parameter put together from its pieces.
#[derive(Default)]
struct Joined {
    bytes: Vec<u8>,
    charset: Option<String>,
    extended: bool,
    started: bool,
    sections: bool,
}

impl Joined {
    fn add(&mut self, piece: Piece) {
        // Sorted: a plain value comes before sections. An extended value replaces a plain one
        // (RFC 6266 section 4.3 says so for HTTP, and mailers mean the same); a plain one that is
        // repeated does not replace the first.
        let replaces = !self.started
            || (!self.sections && piece.section.is_some())
            || (piece.section.is_none() && piece.extended && !self.extended);
        if replaces {
            *self = Self {
                started: true,
                sections: piece.section.is_some(),
                ..Self::default()
            };
        } else if piece.section.is_none() {
            return;
        }
        if !piece.extended {
            self.bytes.extend_from_slice(&piece.value);
            return;
        }
        let mut value = &piece.value[..];
        if !self.extended {
            self.extended = true;
            let mut marks = memchr::memchr_iter(b'\'', value);
            if let (Some(first), Some(second)) = (marks.next(), marks.next()) {
                self.charset = Some(String::from_utf8_lossy(&value[..first]).into_owned());
                value = &value[second + 1..];
            }
        }
        self.bytes.extend(percent_decoded(value));
    }

    fn text(self) -> String {
        if self.extended {
            charset::decode(self.charset.as_deref(), &self.bytes)
        } else {
            encoded_word::decode(&self.bytes)
        }
    }
}

fn percent_decoded(value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match (first, after) {
            (b'%', [high, low, after @ ..]) if hex_pair(*high, *low).is_some() => {
                bytes.extend(hex_pair(*high, *low));
                rest = after;
            }
            _ => bytes.push(first),
        }
    }
    bytes
}

/// Splits `; name=value; name="value"` into pairs, forgivingly.
struct Scanner<'a> {
    rest: &'a [u8],
}

impl Iterator for Scanner<'_> {
    type Item = (Vec<u8>, Vec<u8>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.skip_space_and_comments();
            let (&first, after) = self.rest.split_first()?;
            if first == b';' {
                self.rest = after;
                continue;
            }
            let length = memchr::memchr2(b'=', b';', self.rest).unwrap_or(self.rest.len());
            let (name, after) = self.rest.split_at(length);
            self.rest = after;
            if let Some(after) = after.strip_prefix(b"=") {
                self.rest = after;
                let name = name.trim_ascii().to_vec();
                return Some((name, self.value()));
            }
        }
    }
}

impl Scanner<'_> {
    fn value(&mut self) -> Vec<u8> {
        self.skip_space_and_comments();
        if let Some(quoted) = self.rest.strip_prefix(b"\"") {
            return self.quoted(quoted.len());
        }
        // A token ends at a space, but senders forget to quote names with spaces in them: take
        // all up to the semicolon.
        let length = memchr::memchr(b';', self.rest).unwrap_or(self.rest.len());
        let (value, after) = self.rest.split_at(length);
        self.rest = after;
        value.trim_ascii().to_vec()
    }

    /// quoted-string: RFC 5322 section 3.2.4; `remaining` octets are left behind the first quote.
    fn quoted(&mut self, remaining: usize) -> Vec<u8> {
        let text = &self.rest[self.rest.len() - remaining..];
        let mut value = Vec::new();
        let mut bytes = text.iter().enumerate();
        while let Some((at, &byte)) = bytes.next() {
            match byte {
                b'"' => {
                    self.rest = &text[at + 1..];
                    return value;
                }
                b'\\' => value.extend(bytes.next().map(|(_, b)| *b)),
                _ => value.push(byte),
            }
        }
        self.rest = &[];
        value
    }

    /// CFWS: RFC 5322 section 3.2.2, comments one in another included.
    fn skip_space_and_comments(&mut self) {
        let mut depth = 0_u32;
        while let Some((&first, after)) = self.rest.split_first() {
            match first {
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b' ' | b'\t' | b'\r' | b'\n' => {}
                _ if depth > 0 => {}
                _ => return,
            }
            self.rest = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        assert_eq!(Parameters::parse(text.as_bytes()).0, expected, "{text}");
    }

    #[test]
    fn plain() {
        check(
            "; charset=utf-8; Format=flowed",
            &[("charset", "utf-8"), ("format", "flowed")],
        );
        check(
            r#"; name="a \"b\" c;d.txt""#,
            &[("name", r#"a "b" c;d.txt"#)],
        );
        check(
            "; name=two words.pdf ;x=1",
            &[("name", "two words.pdf"), ("x", "1")],
        );
        check(
            "; (comment (nested)) charset = (c) \"utf-8\"",
            &[("charset", "utf-8")],
        );
        check(";;; junk ; x=", &[("x", "")]);
        check("; name=\"unterminated", &[("name", "unterminated")]);
        check("; x=1; x=2", &[("x", "1")]);
    }

    #[test]
    fn extended_and_continued() {
        check(
            "; filename*=utf-8''Gr%C3%B6%C3%9Fe.txt",
            &[("filename", "Größe.txt")],
        );
        check(
            "; filename*=iso-8859-1'en'%A3%20rates",
            &[("filename", "£ rates")],
        );
        check("; f*0=\"long \"; f*1=name.txt", &[("f", "long name.txt")]);
        check("; f*1=b; f*0=a; f*10=k; f*2=c", &[("f", "abck")]);
        // A character split between sections, and a plain section after extended ones.
        check(
            "; f*0*=utf-8''%E6%B5; f*1*=%B7-; f*2=%20",
            &[("f", "海-%20")],
        );
        check("; f=plain.txt; f*=utf-8''%E6%B5%B7.txt", &[("f", "海.txt")]);
        check("; f*=utf-8''%E6%B5%B7.txt; f=plain.txt", &[("f", "海.txt")]);
        check("; f=fallback; f*0*=utf-8''%E6; f*1*=%B5%B7", &[("f", "海")]);
        check("; f*=no-quotes%20here", &[("f", "no-quotes here")]);
    }

    #[test]
    fn encoded_words_where_they_do_not_belong() {
        check(
            "; name=\"=?utf-8?q?Gr=C3=B6=C3=9Fe?=.txt\"",
            &[("name", "Größe.txt")],
        );
    }
}
