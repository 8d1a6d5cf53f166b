//! A tokenizer for the rewrite: HTML section 13.2.5, as far as tags, comments and raw text go.
//!
//! It need not agree with browsers to be safe, since nothing of the source passes the rewrite as it
//! stands; where it agrees, messages look right. It reads each octet a bounded number of times.

/// A piece of the source.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Text, its character references not decoded.
    Text(&'a str),
    /// A start tag.
    Start(Tag<'a>),
    /// An end tag's name, in lower case.
    End(String),
}

/// A start tag.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// In lower case.
    pub(crate) name: String,
    /// Names as written and values with their character references.
    pub(crate) attributes: Vec<(&'a str, &'a str)>,
}

/// More attributes of one tag than these are passed over.
const ATTRIBUTES: usize = 64;

/// Splits HTML into tokens.
pub(crate) struct Tokenizer<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Tokenizer<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self { source, at: 0 }
    }

    /// The text up to the end tag `</name`, which stays ahead: for elements whose content is not
    /// markup or not wanted. Without an end tag there is nothing, and the tokenizer stays.
    pub(crate) fn until_end_tag(&mut self, name: &str) -> Option<&'a str> {
        let rest = &self.source[self.at..];
        let mut from = 0;
        while let Some(found) = rest[from..].find("</") {
            let end = from + found;
            let after = &rest.as_bytes()[end + 2..];
            let named = after
                .get(..name.len())
                .is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()));
            if named && after.get(name.len()).is_none_or(|b| ends_name(*b)) {
                self.at += end;
                return Some(&rest[..end]);
            }
            from = end + 2;
        }
        None
    }

    /// All that is left.
    pub(crate) fn rest(&mut self) -> &'a str {
        let rest = &self.source[self.at..];
        self.at = self.source.len();
        rest
    }

    fn byte(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    /// Goes on to behind the next `end`, or to the end of the source.
    fn skip_past(&mut self, end: &str) {
        let found = self.source[self.at..].find(end);
        self.at = found.map_or(self.source.len(), |found| self.at + found + end.len());
    }

    /// `wanted` must be of one mind about all octets of a character.
    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let rest = &self.source[self.at..];
        let length = rest.bytes().position(|b| !wanted(b)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// After `<`: what the markup is. Nothing for comments, and for a tag that never ends.
    fn markup(&mut self) -> Option<Token<'a>> {
        let rest = &self.source.as_bytes()[self.at..];
        match rest {
            [b'!', b'-', b'-', ..] => {
                self.at += 3;
                self.comment();
                None
            }
            [b'/', first, ..] if first.is_ascii_alphabetic() => {
                self.at += 1;
                self.tag().map(|tag| Token::End(tag.name))
            }
            [b'!' | b'?' | b'/', ..] => {
                self.skip_past(">");
                None
            }
            _ => self.tag().map(Token::Start),
        }
    }

    /// Sections 13.2.5.43 to 51, after `<!--`.
    fn comment(&mut self) {
        let rest = &self.source[self.at..];
        if let Some(abrupt) = [">", "->"].iter().find(|end| rest.starts_with(**end)) {
            self.at += abrupt.len();
            return;
        }
        let mut from = 0;
        while let Some(dashes) = rest[from..].find("--") {
            from += dashes + 1;
            let after = &rest[from + 1..];
            if let Some(end) = [">", "!>"].iter().find(|end| after.starts_with(**end)) {
                self.at += from + 1 + end.len();
                return;
            }
        }
        self.at = self.source.len();
    }

    /// Sections 13.2.5.8 and 32 to 40: a name and attributes up to `>`.
    fn tag(&mut self) -> Option<Tag<'a>> {
        let name = self.take_while(|b| !ends_name(b)).to_ascii_lowercase();
        let mut attributes = Vec::new();
        loop {
            self.take_while(|b| b.is_ascii_whitespace() || b == b'/');
            match self.byte()? {
                b'>' => {
                    self.at += 1;
                    return Some(Tag { name, attributes });
                }
                _ => {
                    let attribute = self.attribute()?;
                    if attributes.len() < ATTRIBUTES {
                        attributes.push(attribute);
                    }
                }
            }
        }
    }

    fn attribute(&mut self) -> Option<(&'a str, &'a str)> {
        let start = self.at;
        if self.byte() == Some(b'=') {
            self.at += 1;
        }
        self.take_while(|b| !ends_name(b) && b != b'=');
        let name = &self.source[start..self.at];
        self.take_while(|b| b.is_ascii_whitespace());
        if self.byte() != Some(b'=') {
            return Some((name, ""));
        }
        self.at += 1;
        self.take_while(|b| b.is_ascii_whitespace());
        let value = match self.byte()? {
            quote @ (b'"' | b'\'') => {
                self.at += 1;
                let value = self.take_while(|b| b != quote);
                // Without its second quote the tag never ends.
                self.byte()?;
                self.at += 1;
                value
            }
            _ => self.take_while(|b| !b.is_ascii_whitespace() && b != b'>'),
        };
        Some((name, value))
    }
}

impl<'a> Iterator for Tokenizer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = &self.source[self.at..];
            if rest.is_empty() {
                return None;
            }
            let markup = rest.match_indices('<').map(|(i, _)| i).find(|i| {
                let next = rest.as_bytes().get(i + 1);
                next.is_some_and(|b| b.is_ascii_alphabetic() || b"!?/".contains(b))
            });
            match markup {
                Some(0) => {
                    self.at += 1;
                    if let Some(token) = self.markup() {
                        return Some(token);
                    }
                }
                _ => {
                    let text = &rest[..markup.unwrap_or(rest.len())];
                    self.at += text.len();
                    return Some(Token::Text(text));
                }
            }
        }
    }
}

fn ends_name(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'/' || byte == b'>'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &[&str]) {
        let found: Vec<String> = Tokenizer::new(source)
            .map(|token| match token {
                Token::Text(text) => text.to_owned(),
                Token::Start(tag) => {
                    let attributes: String = tag
                        .attributes
                        .iter()
                        .map(|(n, v)| format!(" {n}={v:?}"))
                        .collect();
                    format!("<{}{attributes}>", tag.name)
                }
                Token::End(name) => format!("</{name}>"),
            })
            .collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn tags_and_text() {
        check("a<B>c</B >", &["a", "<b>", "c", "</b>"]);
        check("<br/><img src=a/b>", &["<br>", "<img src=\"a/b\">"]);
        check("1 < 2 <3", &["1 < 2 <3"]);
        check("<a x = 'y\">' z>", &["<a x=\"y\\\">\" z=\"\">"]);
        check("<a/x/y=1>", &["<a x=\"\" y=\"1\">"]);
        check("<a =x=1>", &["<a =x=\"1\">"]);
        check("<a x=>b", &["<a x=\"\">", "b"]);
        check("<p é=ü>", &["<p é=\"ü\">"]);
    }

    #[test]
    fn comments_and_declarations() {
        check(
            "a<!-- <b> -->c<!doctype html>d<?x?>e</ f>g",
            &["a", "c", "d", "e", "g"],
        );
        check("<!-->a<!--->b<!-- --!>c", &["a", "b", "c"]);
        check("<![if !mso]>shown<![endif]>", &["shown"]);
        check("<!--[if mso]><p>hidden<![endif]-->shown", &["shown"]);
    }

    #[test]
    fn what_never_ends() {
        for source in [
            "<a",
            "<a x",
            "<a x='",
            "<a x=\"y>",
            "<!-- ",
            "</a",
            "<!",
            "<a x =",
        ] {
            check(source, &[]);
        }
        check("<", &["<"]);
    }

    #[test]
    fn raw_text() {
        let mut tokens = Tokenizer::new("<style>a</b></STYLE x>c");
        tokens.next();
        assert_eq!(tokens.until_end_tag("style"), Some("a</b>"));
        assert_eq!(tokens.next(), Some(Token::End("style".to_owned())));
        assert_eq!(tokens.until_end_tag("style"), None);
        assert_eq!(tokens.rest(), "c");
    }
}
