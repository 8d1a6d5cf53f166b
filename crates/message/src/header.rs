//! The header section: RFC 5322 section 2.2, split into fields and not yet understood.

use crate::{
    Limits,
    encoded_word::{self, decode_with},
    media_type::MediaType,
};

/// One header field as it stands in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderField<'a> {
    /// The field's name, without the colon.
    pub name: &'a [u8],
    /// The field's body: folded, encoded, without its last line ending.
    pub body: &'a [u8],
}

/// The fields of a header section.
#[derive(Debug, Clone, Default)]
pub struct Header<'a> {
    fields: Vec<HeaderField<'a>>,
    charset: Option<String>,
}

impl<'a> Header<'a> {
    /// Splits a header section off `raw` and gives with it the offset where the body begins.
    ///
    /// Lines may end in CR LF or bare LF. Lines that are no field (an mbox `From ` line, a stray
    /// word) are passed over; leading empty lines too.
    pub fn split(raw: &'a [u8], limits: &Limits) -> (Self, usize) {
        let mut header = Self::default();
        let mut at = raw
            .iter()
            .take_while(|b| matches!(b, b'\r' | b'\n'))
            .count();
        let end = raw.len().min(at + limits.header);
        let mut body = raw.len();
        let mut field: Option<(usize, usize)> = None;
        while at < raw.len() {
            let line_end = memchr::memchr(b'\n', &raw[at..]).map_or(raw.len(), |i| at + i + 1);
            let line = trim_line_ending(&raw[at..line_end]);
            if line.is_empty() {
                body = line_end;
                break;
            }
            if at < end {
                match (&mut field, line[0]) {
                    (Some((_, field_end)), b' ' | b'\t') => *field_end = at + line.len(),
                    _ => {
                        header.push(raw, field.replace((at, at + line.len())), limits);
                    }
                }
            }
            at = line_end;
        }
        header.push(raw, field, limits);
        header.charset = header
            .first("content-type")
            .and_then(|field| MediaType::parse(field.body).charset().map(str::to_owned));
        (header, body)
    }

    /// As [`Header::split`], for octets that begin with a header and whose body does not matter.
    pub fn parse(raw: &'a [u8], limits: &Limits) -> Self {
        Self::split(raw, limits).0
    }

    fn push(&mut self, raw: &'a [u8], range: Option<(usize, usize)>, limits: &Limits) {
        let Some((start, end)) = range else { return };
        let field = &raw[start..end];
        let Some(colon) = memchr::memchr(b':', field) else {
            return;
        };
        let name = field[..colon].trim_ascii_end();
        // ftext: RFC 5322 section 3.6.8.
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            return;
        }
        let body = &field[colon + 1..];
        let body = &body[..body.len().min(limits.field)];
        self.fields.push(HeaderField { name, body });
    }

    /// All fields, in order.
    pub fn fields(&self) -> &[HeaderField<'a>] {
        &self.fields
    }

    /// The first field of that name, in any case.
    pub fn first(&self, name: &str) -> Option<HeaderField<'a>> {
        self.all(name).next()
    }

    /// The fields of that name, in any case.
    pub fn all<'n>(
        &self,
        name: &'n str,
    ) -> impl Iterator<Item = HeaderField<'a>> + use<'_, 'a, 'n> {
        self.fields
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name.as_bytes()))
            .copied()
    }

    /// The first field of that name as unstructured text, or nothing if it is empty.
    pub fn text(&self, name: &str) -> Option<String> {
        let text = decode_with(self.first(name)?.body, self.charset.as_deref());
        (!text.is_empty()).then_some(text)
    }

    /// A field's body as mail-parser wants it: UTF-8, one encoded word at a time, a line ending.
    pub(crate) fn structured(&self, field: HeaderField<'_>) -> String {
        let text = encoded_word::raw_to_text(field.body, self.charset.as_deref());
        let text = encoded_word::unfold(&text);
        let mut text = encoded_word::join(&text).into_owned();
        text.push('\n');
        text
    }
}

fn trim_line_ending(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &[u8], expected: &[(&str, &str)], body: &str) {
        let (header, offset) = Header::split(raw, &Limits::default());
        let fields: Vec<_> = header
            .fields()
            .iter()
            .map(|f| {
                (
                    f.name.escape_ascii().to_string(),
                    f.body.escape_ascii().to_string(),
                )
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(n, b)| ((*n).to_owned(), (*b).to_owned()))
            .collect();
        assert_eq!(fields, expected, "{}", raw.escape_ascii());
        assert_eq!(
            raw[offset..].escape_ascii().to_string(),
            body,
            "{}",
            raw.escape_ascii()
        );
    }

    #[test]
    fn fields_and_body() {
        check(
            b"A: 1\r\nB: 2\r\n\r\nbody",
            &[("A", " 1"), ("B", " 2")],
            "body",
        );
        check(b"A: 1\nB: 2\n\nbody", &[("A", " 1"), ("B", " 2")], "body");
        check(
            b"A: 1\r\n\tmore\r\nB:2",
            &[("A", " 1\\r\\n\\tmore"), ("B", "2")],
            "",
        );
        check(b"A : 1\r\n\r\n", &[("A", " 1")], "");
        check(b"\r\n\r\nA: 1\r\n\r\nbody", &[("A", " 1")], "body");
        check(b"", &[], "");
        check(b"no field at all", &[], "");
    }

    #[test]
    fn lines_that_are_no_field() {
        check(
            b"From bob Mon Nov 23 12:00:00\nA: 1\n\n",
            &[("A", " 1")],
            "",
        );
        check(
            b"A: 1\r\nstray\r\nB: 2\r\n\r\n",
            &[("A", " 1"), ("B", " 2")],
            "",
        );
        check(b" folded first\r\nA: 1\r\n\r\n", &[("A", " 1")], "");
        check(b": nameless\r\nA: 1\r\n\r\n", &[("A", " 1")], "");
    }

    #[test]
    fn limits_cut() {
        let limits = Limits {
            header: 20,
            field: 4,
            ..Limits::default()
        };
        let raw = b"A: 123456789\r\nB: 2\r\nC: 3\r\n\r\nbody";
        let (header, body) = Header::split(raw, &limits);
        assert_eq!(header.fields().len(), 2);
        assert_eq!(header.fields()[0].body, b" 123");
        assert_eq!(&raw[body..], b"body");
    }
}
