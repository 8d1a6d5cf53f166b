//! Content-Type and the fields that look like it: RFC 2045 section 5.1.

use porthole_imap::types::body::Parameters;

/// A value with parameters, undecoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContentType {
    pub(crate) kind: Vec<u8>,
    pub(crate) subtype: Vec<u8>,
    pub(crate) parameters: Parameters,
}

impl ContentType {
    /// `type "/" subtype *(";" parameter)`
    pub(crate) fn parse(field: &[u8]) -> Option<Self> {
        let mut scanner = Scanner(field);
        let kind = scanner.token()?;
        scanner.skip();
        scanner.0 = scanner.0.strip_prefix(b"/")?;
        let subtype = scanner.token()?;
        Some(Self {
            kind,
            subtype,
            parameters: scanner.parameters(),
        })
    }

    /// What a part is that does not say: text, or in a digest a message.
    pub(crate) fn implied(in_digest: bool) -> Self {
        let (kind, subtype, parameters) = if in_digest {
            ("message", "rfc822", Vec::new())
        } else {
            let charset = (b"charset".to_vec(), b"us-ascii".to_vec());
            ("text", "plain", vec![charset])
        };
        Self {
            kind: kind.into(),
            subtype: subtype.into(),
            parameters,
        }
    }

    pub(crate) fn is(&self, kind: &str, subtype: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind.as_bytes())
            && self.subtype.eq_ignore_ascii_case(subtype.as_bytes())
    }

    pub(crate) fn boundary(&self) -> Option<&[u8]> {
        self.parameter("boundary").filter(|value| !value.is_empty())
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&[u8]> {
        self.parameters
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value.as_slice())
    }
}

/// `disposition-type *(";" parameter)` (RFC 2183 section 2)
pub(super) fn disposition(field: &[u8]) -> Option<(Vec<u8>, Parameters)> {
    let mut scanner = Scanner(field);
    let kind = scanner.token()?;
    Some((kind, scanner.parameters()))
}

/// `token *("," token)` of Content-Language (RFC 3282 section 2).
pub(super) fn languages(field: &[u8]) -> Vec<Vec<u8>> {
    field
        .split(|&octet| octet == b',')
        .filter_map(|language| Scanner(language).token())
        .collect()
}

/// Reads tokens, quoted strings and comments (RFC 5322 section 3.2, RFC 2045 section 5.1).
struct Scanner<'a>(&'a [u8]);

impl Scanner<'_> {
    /// Passes white space and comments.
    fn skip(&mut self) {
        loop {
            self.0 = self.0.trim_ascii_start();
            if self.0.first() != Some(&b'(') {
                return;
            }
            let mut depth = 0_u32;
            let mut at = 0;
            while at < self.0.len() {
                match self.0[at] {
                    b'\\' => at += 1,
                    b'(' => depth += 1,
                    b')' => depth -= 1,
                    _ => {}
                }
                at += 1;
                if depth == 0 {
                    break;
                }
            }
            self.0 = &self.0[at.min(self.0.len())..];
        }
    }

    fn token(&mut self) -> Option<Vec<u8>> {
        self.skip();
        let ends =
            |octet: &u8| octet.is_ascii_whitespace() || br#"()<>@,;:\"/[]?="#.contains(octet);
        let length = self.0.iter().position(ends).unwrap_or(self.0.len());
        let (token, rest) = self.0.split_at(length);
        self.0 = rest;
        (!token.is_empty()).then(|| token.to_vec())
    }

    /// A token or quoted string; servers of malformed mail take what is there up to the semicolon.
    fn value(&mut self) -> Vec<u8> {
        self.skip();
        if let Some(rest) = self.0.strip_prefix(b"\"") {
            let mut value = Vec::new();
            let mut at = 0;
            while at < rest.len() && rest[at] != b'"' {
                if rest[at] == b'\\' && at + 1 < rest.len() {
                    at += 1;
                }
                // Folding is white space only.
                if !matches!(rest[at], b'\r' | b'\n') {
                    value.push(rest[at]);
                }
                at += 1;
            }
            self.0 = &rest[rest.len().min(at + 1)..];
            return value;
        }
        let ends = |octet: &u8| octet.is_ascii_whitespace() || *octet == b';';
        let length = self.0.iter().position(ends).unwrap_or(self.0.len());
        let (value, rest) = self.0.split_at(length);
        self.0 = rest;
        value.to_vec()
    }

    /// `*(";" attribute "=" value)`
    fn parameters(&mut self) -> Parameters {
        let mut parameters = Vec::new();
        while let Some(at) = memchr::memchr(b';', self.0) {
            self.0 = &self.0[at + 1..];
            let Some(name) = self.token() else {
                continue;
            };
            self.skip();
            if let Some(rest) = self.0.strip_prefix(b"=") {
                self.0 = rest;
                parameters.push((name, self.value()));
            }
        }
        parameters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn check(field: &str, expected: &str) {
        let shown = ContentType::parse(field.as_bytes()).map(|found| {
            let mut shown = format!(
                "{}/{}",
                found.kind.escape_ascii(),
                found.subtype.escape_ascii()
            );
            for (name, value) in &found.parameters {
                shown += &format!(" {}={}", name.escape_ascii(), value.escape_ascii());
            }
            shown
        });
        assert_eq!(shown.as_deref(), Some(expected), "{field}");
    }

    #[test]
    fn content_types() {
        check(" text/plain", "text/plain");
        check(
            " text/plain; charset=\"utf-8\"\r\n\t; format=flowed",
            "text/plain charset=utf-8 format=flowed",
        );
        check(
            "multipart/mixed;boundary=\"a\\\"b;c\"",
            "multipart/mixed boundary=a\\\"b;c",
        );
        check("text/html (a (nested) comment) ; a=b", "text/html a=b");
        check(
            "text/plain; name*0*=utf-8''x; ; =y; z",
            "text/plain name*0*=utf-8\\'\\'x",
        );
        check(
            "image/png; name=a b.png; x=\"open",
            "image/png name=a x=open",
        );
        for wrong in ["", "text", "/plain", "text/", "(open"] {
            assert_eq!(ContentType::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
