//! The first wall: the source written anew, so that every parser reads it the same way.

use crate::{
    nesting::Nesting,
    policy::{self, ELEMENTS, VOID, WITHOUT_CONTENT},
    token::{Tag, Token, Tokenizer},
};

/// A source that holds only known elements, quoted attributes and escaped text.
#[derive(Debug, Default)]
pub(crate) struct Rewritten {
    /// The content of the body.
    pub(crate) html: String,
    /// The start tag of the body, as a div: its attributes need the filter too.
    pub(crate) body: String,
    /// The style sheets, in order, each with its media.
    pub(crate) styles: Vec<(String, String)>,
    /// Whether something was too much and is left out.
    pub(crate) truncated: bool,
}

/// Octets of HTML that are shown; a newsletter has some 100 kB.
const SOURCE: usize = 2 * 1024 * 1024;
/// Octets of style sheets that are read.
const STYLES: usize = 512 * 1024;
/// Octets of text in one piece.
const PIECE: usize = 16 * 1024;
/// What is escaped in an attribute that is longer than that.
const MOST_STOPS: usize = 1000;

/// Rewrites a document or a fragment of one.
pub(crate) fn rewrite(source: &str) -> Rewritten {
    let mut end = source.len().min(SOURCE);
    while !source.is_char_boundary(end) {
        end -= 1;
    }
    let mut writer = Writer::default();
    writer.out.truncated = end < source.len();
    let mut tokens = Tokenizer::new(&source[..end]);
    while let Some(token) = tokens.next() {
        match token {
            Token::Text(text) => writer.text(text, false),
            Token::Start(tag) => writer.start(&tag, &mut tokens),
            Token::End(name) => writer.end(&name),
        }
    }
    writer.out.truncated |= writer.nesting.left_out();
    writer.out
}

#[derive(Default)]
struct Writer {
    out: Rewritten,
    nesting: Nesting,
    unclosed: Vec<String>,
    style_octets: usize,
    /// Octets of text since it was divided.
    piece: usize,
}

impl Writer {
    fn start(&mut self, tag: &Tag<'_>, tokens: &mut Tokenizer<'_>) {
        let name = tag.name.as_str();
        match name {
            "style" => self.style(tag, tokens),
            "body" => self.body(tag),
            "xmp" => {
                let text = tokens.until_end_tag(name);
                self.verbatim(text.unwrap_or_else(|| tokens.rest()));
            }
            "plaintext" => self.verbatim(tokens.rest()),
            _ if WITHOUT_CONTENT.contains(&name) => self.skip(name, tokens),
            _ if ELEMENTS.contains(&name) => self.element(tag),
            _ => {}
        }
    }

    /// Text in pieces. A serializer looks through what follows each `&` of a text, so that a long
    /// one takes it quadratic time; a comment divides it, and is left out with all comments.
    fn text(&mut self, mut text: &str, ampersand: bool) {
        while !text.is_empty() {
            let (piece, rest) = text.split_at(piece_end(text));
            if self.piece > 0 && self.piece + piece.len() > PIECE {
                self.out.html.push_str("<!---->");
                self.piece = 0;
            }
            push_escaped(piece, ampersand, &mut self.out.html);
            self.piece += piece.len();
            text = rest;
        }
    }

    /// Text that was not to be read as markup.
    fn verbatim(&mut self, text: &str) {
        let passes = self.nesting.start("pre");
        if passes {
            self.out.html.push_str("<pre>");
        }
        self.text(text, true);
        if passes && self.nesting.end("pre") {
            self.out.html.push_str("</pre>");
        }
    }

    /// Passes over the content of an element. The end tag is looked for in vain once only; what
    /// follows is shown then.
    fn skip(&mut self, name: &str, tokens: &mut Tokenizer<'_>) {
        let is_unclosed = self.unclosed.iter().any(|unclosed| unclosed == name);
        if !is_unclosed && tokens.until_end_tag(name).is_none() {
            self.unclosed.push(name.to_owned());
        }
    }

    fn element(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        let passes = match VOID.contains(&name) {
            true => self.nesting.void(),
            false => self.nesting.start(name),
        };
        if !passes {
            return;
        }
        self.out.html.push('<');
        self.out.html.push_str(name);
        self.out.truncated |= !attributes(tag, name, &mut self.out.html);
        self.out.html.push('>');
    }

    fn end(&mut self, name: &str) {
        // Of `</br>` a parser makes a line break. Other void elements have no end.
        let passes = match name {
            "br" => true,
            _ if VOID.contains(&name) => false,
            _ => self.nesting.end(name),
        };
        if passes {
            self.out.html.push_str("</");
            self.out.html.push_str(name);
            self.out.html.push('>');
        }
    }

    fn style(&mut self, tag: &Tag<'_>, tokens: &mut Tokenizer<'_>) {
        // Without an end tag the rest is a style sheet, as in browsers.
        let css = tokens
            .until_end_tag("style")
            .unwrap_or_else(|| tokens.rest());
        self.style_octets += css.len();
        if self.style_octets > STYLES {
            self.out.truncated = true;
            return;
        }
        let media = tag
            .attributes
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("media"));
        let media = media.map_or("", |(_, value)| value);
        self.out.styles.push((css.to_owned(), media.to_owned()));
    }

    fn body(&mut self, tag: &Tag<'_>) {
        if self.out.body.is_empty() {
            self.out.body.push_str("<div");
            self.out.truncated |= !attributes(tag, "div", &mut self.out.body);
            self.out.body.push('>');
        }
    }
}

/// Where a piece of text ends: within no character, and within no reference to one.
fn piece_end(text: &str) -> usize {
    if text.len() <= PIECE {
        return text.len();
    }
    let mut end = PIECE;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    match text[..end].rfind('&') {
        Some(reference) if reference > 0 => reference,
        _ => end,
    }
}

/// Whether a serializer would look through this too often; a picture in base64 may be long.
fn is_slow(value: &str) -> bool {
    // A space that does not break begins with 0xC2 in UTF-8.
    let stops = value.bytes().filter(|octet| matches!(octet, b'&' | 0xc2));
    value.len() > PIECE && stops.count() > MOST_STOPS
}

/// Writes the attributes that the allow-list knows, in double quotes; whether none was left out.
fn attributes(tag: &Tag<'_>, element: &str, out: &mut String) -> bool {
    let mut whole = true;
    for (name, value) in &tag.attributes {
        let name = name.to_ascii_lowercase();
        if policy::is_attribute(element, &name) {
            if is_slow(value) {
                whole = false;
                continue;
            }
            out.push(' ');
            out.push_str(&name);
            out.push_str("=\"");
            push_escaped(value, false, out);
            out.push('"');
        }
    }
    whole
}

/// Escapes character references too: text that was not to be decoded.
pub(crate) fn escape_all(text: &str, out: &mut String) {
    push_escaped(text, true, out);
}

/// Escapes what could begin or end markup; character references stay for the parser to decode, unless
/// their ampersand is text too.
fn push_escaped(text: &str, ampersand: bool, out: &mut String) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let reference = match byte {
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'&' if ampersand => "&amp;",
            0 => "",
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        out.push_str(reference);
        plain = at + 1;
    }
    out.push_str(&text[plain..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nesting;

    fn check(source: &str, expected: &str) {
        assert_eq!(rewrite(source).html, expected, "{source}");
    }

    #[test]
    fn known_elements_only() {
        check(
            "<p onclick=x align=left>a<x-y>b</x-y></p>",
            "<p align=\"left\">ab</p>",
        );
        check("<script>alert(1)</script>a", "a");
        check("<svg><p>in</p></svg>out", "out");
        check(
            "<svg>never closed <b>shown</b>",
            "never closed <b>shown</b>",
        );
        check("<noscript><img src=x></noscript>", "<img src=\"x\">");
        check("<xmp><b>&amp;</xmp>", "<pre>&lt;b&gt;&amp;amp;</pre>");
        check("<plaintext><b>", "<pre>&lt;b&gt;</pre>");
        check("1 < 2 &amp; \"3\"", "1 &lt; 2 &amp; &quot;3&quot;");
        check("<a title='\">&lt;'>", "<a title=\"&quot;&gt;&lt;\">");
        check("nul\0", "nul");
    }

    #[test]
    fn styles_and_body_are_set_apart() {
        let out = rewrite(
            "<head><style media=print><!-- p{} --></style></head><BODY BGCOLOR=red onload=x>hi\
            <body id=second><style>never closed",
        );
        assert_eq!(out.html, "hi");
        assert_eq!(out.body, "<div bgcolor=\"red\">");
        assert_eq!(
            out.styles,
            [
                ("<!-- p{} -->".to_owned(), "print".to_owned()),
                ("never closed".to_owned(), String::new()),
            ]
        );
    }

    #[test]
    fn a_long_text_is_divided_beside_its_references() {
        let text = "&amp; ".repeat(10_000);
        let divided = rewrite(&text).html;
        assert_eq!(divided.replace("<!---->", ""), text);
        let pieces: Vec<_> = divided.split("<!---->").collect();
        assert_eq!(pieces.len(), 60_000_usize.div_ceil(PIECE));
        assert!(pieces.iter().all(|piece| piece.starts_with("&amp;")));
        let slow = rewrite(&format!("<p title=\"{}\">x", "&".repeat(PIECE + 1)));
        assert_eq!(slow.html, "<p>x");
        assert!(slow.truncated);
        let long = format!("<p title=\"{}\">x", "a".repeat(PIECE + 1));
        assert_eq!(rewrite(&long).html, long);
    }

    #[test]
    fn bombs_are_defused() {
        let deep = rewrite(&"<div>".repeat(10_000));
        assert!(deep.truncated);
        assert_eq!(deep.html.matches("<div>").count(), nesting::DEPTH);

        let formats: String = (0..1000).map(|i| format!("<b id={i}>")).collect();
        let bomb = rewrite(&(formats + &"<p>x".repeat(100_000)));
        assert!(bomb.truncated);
        assert_eq!(bomb.html.matches("<b ").count(), nesting::FORMATS);
        assert!(bomb.html.matches("<p>").count() < 10_000);
        assert!(bomb.html.ends_with("xxx"));
    }
}
