//! Plain text for the page: paragraphs, quotes that fold, signatures, links.

mod flowed;
mod link;

use serde::{Deserialize, Serialize};

use crate::MediaType;

/// A text, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Text {
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
    /// Whether it was too long and is cut.
    pub truncated: bool,
}

/// Lines of one kind at one depth of quotation. Blocks of depth 1 and more that follow each other
/// are one quote to fold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What they are.
    pub kind: Kind,
    /// How often they were quoted; 0 is the sender's own text.
    pub depth: u8,
    /// The lines, each as long as the sender made it; a flowed paragraph is one line.
    pub lines: Vec<Line>,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Text.
    Text,
    /// What follows a line of two dashes and a space (RFC 3676 section 4.3), that line left out.
    Signature,
}

/// One line: spans of text and links. An empty line has none.
pub type Line = Vec<Span>;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The text to show.
    pub text: String,
    /// Where it leads; `http:`, `https:` or `mailto:` only.
    pub link: Option<String>,
}

/// How the sender's lines are to be read: the parameters of RFC 3676 section 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Format {
    /// `format=flowed`: a line that ends in a space goes on in the next.
    pub flowed: bool,
    /// `delsp=yes`: and that space is not text.
    pub delete_space: bool,
}

impl From<&MediaType> for Format {
    fn from(media_type: &MediaType) -> Self {
        let is = |name: &str, value: &str| {
            media_type
                .parameters
                .get(name)
                .is_some_and(|v| v.eq_ignore_ascii_case(value))
        };
        Self {
            flowed: is("format", "flowed"),
            delete_space: is("delsp", "yes"),
        }
    }
}

/// Octets and lines of one text that are drawn. A longer one can be saved and read elsewhere.
const OCTETS: usize = 1024 * 1024;
const LINES: usize = 20_000;

/// Splits decoded text into blocks.
pub fn blocks(text: &str, format: Format) -> Text {
    let mut end = text.len().min(OCTETS);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut truncated = end < text.len();
    let mut blocks: Vec<Block> = Vec::new();
    let mut kind = Kind::Text;
    let mut count = 0;
    for line in flowed::lines(&text[..end], format) {
        count += 1;
        if count > LINES {
            truncated = true;
            break;
        }
        let last = blocks.last_mut().filter(|block| block.depth == line.depth);
        if line.text == "-- " {
            kind = Kind::Signature;
            blocks.push(Block {
                kind,
                depth: line.depth,
                lines: Vec::new(),
            });
            continue;
        }
        let spans = link::spans(&line.text);
        match last {
            Some(block) if block.kind == kind => block.lines.push(spans),
            _ => {
                kind = Kind::Text;
                blocks.push(Block {
                    kind,
                    depth: line.depth,
                    lines: vec![spans],
                });
            }
        }
    }
    for block in &mut blocks {
        trim(&mut block.lines);
    }
    blocks.retain(|block| !block.lines.is_empty());
    Text { blocks, truncated }
}

/// Drops empty lines at both ends: the page sets blocks apart by itself.
fn trim(lines: &mut Vec<Line>) {
    let filled = lines
        .iter()
        .rposition(|line| !line.is_empty())
        .map_or(0, |last| last + 1);
    lines.truncate(filled);
    let blank = lines.iter().take_while(|line| line.is_empty()).count();
    lines.drain(..blank);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Renders blocks as `depth kind| line` rows.
    fn check(text: &str, format: Format, expected: &[&str]) {
        let rows: Vec<String> = blocks(text, format)
            .blocks
            .iter()
            .flat_map(|block| {
                let kind = if block.kind == Kind::Signature {
                    "s"
                } else {
                    ""
                };
                block.lines.iter().map(move |line| {
                    let text: String = line.iter().map(|span| span.text.as_str()).collect();
                    format!("{}{kind}|{text}", block.depth)
                })
            })
            .collect();
        assert_eq!(rows, expected, "{text:?}");
    }

    const FIXED: Format = Format {
        flowed: false,
        delete_space: false,
    };
    const FLOWED: Format = Format {
        flowed: true,
        delete_space: false,
    };
    const DELSP: Format = Format {
        flowed: true,
        delete_space: true,
    };

    #[test]
    fn fixed() {
        check(
            "one\r\ntwo\n\nthree\n",
            FIXED,
            &["0|one", "0|two", "0|", "0|three"],
        );
        check(
            "> a\n>> b\n> > c\n>d\ne",
            FIXED,
            &["1|a", "2|b", "2|c", "1|d", "0|e"],
        );
        check("\n\n> a\n>\n\nb\n\n", FIXED, &["1|a", "0|b"]);
        check("", FIXED, &[]);
    }

    #[test]
    fn signatures() {
        check(
            "hi\n-- \nGrace\nHarbour",
            FIXED,
            &["0|hi", "0s|Grace", "0s|Harbour"],
        );
        check(
            "hi\n-- \nGrace\n> quote\nafter",
            FIXED,
            &["0|hi", "0s|Grace", "1|quote", "0|after"],
        );
        check(
            "> hi\n> -- \n> Grace\nyes",
            FIXED,
            &["1|hi", "1s|Grace", "0|yes"],
        );
        check("--\nno signature", FIXED, &["0|--", "0|no signature"]);
    }

    #[test]
    fn flowed_paragraphs() {
        check(
            "one \r\ntwo \r\nthree\r\nfour",
            FLOWED,
            &["0|one two three", "0|four"],
        );
        check(" stuffed\n  twice", FLOWED, &["0|stuffed", "0| twice"]);
        check(
            "> one \n> two\n>> other \n> depth",
            FLOWED,
            &["1|one two", "2|other ", "1|depth"],
        );
        check("one \n-- \nGrace", FLOWED, &["0|one ", "0s|Grace"]);
        check("海 \n海", DELSP, &["0|海海"]);
        check(" > not a quote", FLOWED, &["0|> not a quote"]);
    }

    #[test]
    fn long_texts_are_cut() {
        let text = blocks(&"x\n".repeat(LINES + 1), FIXED);
        assert!(text.truncated);
        let text = blocks(&"é".repeat(OCTETS), FLOWED);
        assert!(text.truncated);
        assert!(!blocks("short", FIXED).truncated);
    }
}
