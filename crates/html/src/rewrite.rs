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
            Token::Text(text) => escape(text, &mut writer.out.html),
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

    /// Text that was not to be read as markup.
    fn verbatim(&mut self, text: &str) {
        let passes = self.nesting.start("pre");
        if passes {
            self.out.html.push_str("<pre>");
        }
        escape_all(text, &mut self.out.html);
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
        attributes(tag, name, &mut self.out.html);
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
            attributes(tag, "div", &mut self.out.body);
            self.out.body.push('>');
        }
    }
}

/// Writes the attributes that the allow-list knows, in double quotes.
fn attributes(tag: &Tag<'_>, element: &str, out: &mut String) {
    for (name, value) in &tag.attributes {
        let name = name.to_ascii_lowercase();
        if policy::is_attribute(element, &name) {
            out.push(' ');
            out.push_str(&name);
            out.push_str("=\"");
            escape(value, out);
            out.push('"');
        }
    }
}

/// Escapes what could begin or end markup; character references stay, for the parser to decode.
fn escape(text: &str, out: &mut String) {
    push_escaped(text, false, out);
}

/// Escapes character references too: text that was not to be decoded.
pub(crate) fn escape_all(text: &str, out: &mut String) {
    push_escaped(text, true, out);
}

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
