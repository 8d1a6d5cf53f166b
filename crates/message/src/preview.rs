//! The first words of a message, for the list: what RFC 8970 calls a preview.

use mail_parser::decoders::html::add_html_token;

use crate::file_name::is_invisible;

/// Characters; RFC 8970 section 3.1 allows 256, a row has room for fewer.
const LENGTH: usize = 140;

/// From plain text: quotes, their introduction and rules of dashes are left out, unless nothing
/// else is there.
pub fn from_text(text: &str) -> String {
    let own = text
        .lines()
        .take_while(|line| *line != "-- ")
        .filter(|line| !line.starts_with('>') && !is_rule(line) && !introduces_quote(line));
    let preview = squeeze(own);
    if preview.is_empty() {
        squeeze(text.lines())
    } else {
        preview
    }
}

/// From HTML, of which the text is taken without the document being built.
pub fn from_html(html: &str) -> String {
    // Blanks and padding aside, four previews' worth is more than enough.
    squeeze(html_to_text(html, 16 * LENGTH).lines())
}

/// Joins lines with single spaces, up to the length of a preview.
fn squeeze<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let mut preview = String::new();
    let mut length = 0;
    let mut space = false;
    for line in lines {
        for c in line.chars() {
            if c.is_whitespace() {
                space = true;
            } else if !is_invisible(c) {
                if std::mem::take(&mut space) && length > 0 {
                    preview.push(' ');
                    length += 1;
                }
                if length >= LENGTH {
                    preview.truncate(preview.trim_end().len());
                    preview.push('…');
                    return preview;
                }
                preview.push(c);
                length += 1;
            }
        }
        space = true;
    }
    preview
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() > 2 && line.chars().all(|c| "-=_*~#".contains(c))
}

/// `On Monday, Grace wrote:` and its like in other languages end so.
fn introduces_quote(line: &str) -> bool {
    let line = line.trim_end();
    line.len() > 12 && line.ends_with(':') && (line.contains('@') || line.contains("wrote"))
}

/// The text of an HTML document: elements that are not text left out, blocks set apart. It ends
/// soon after `most` octets.
pub(crate) fn html_to_text(html: &str, most: usize) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = if rest.starts_with('&') {
            entity(rest, &mut text)
        } else {
            tag(rest, &mut text)
        };
        if text.len() > most {
            return text;
        }
    }
    text.push_str(rest);
    text
}

/// Decodes the character reference that `rest` begins with; gives what is behind it.
fn entity<'a>(rest: &'a str, text: &mut String) -> &'a str {
    let end = rest.bytes().take(12).position(|b| b == b';');
    match end {
        Some(end)
            if rest[1..end]
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'#') =>
        {
            add_html_token(text, &rest.as_bytes()[..=end], false);
            &rest[end + 1..]
        }
        _ => {
            text.push('&');
            &rest[1..]
        }
    }
}

/// Passes over the tag that `rest` begins with, and over elements whose content is not shown.
fn tag<'a>(rest: &'a str, text: &mut String) -> &'a str {
    if let Some(comment) = rest.strip_prefix("<!--") {
        return comment.split_once("-->").map_or("", |(_, after)| after);
    }
    let name: String = rest[1..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '/')
        .take(12)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    if name.is_empty() && !rest.starts_with("<!") && !rest.starts_with("<?") {
        text.push('<');
        return &rest[1..];
    }
    let inside = rest.split_once('>').map_or("", |(_, after)| after);
    match name.as_str() {
        "style" | "script" | "title" | "template" => {
            let end = format!("</{name}");
            let bytes = inside.as_bytes();
            let at = bytes
                .windows(end.len())
                .position(|w| w.eq_ignore_ascii_case(end.as_bytes()));
            at.map_or("", |at| &inside[at..])
        }
        "a" | "/a" | "b" | "/b" | "i" | "/i" | "em" | "/em" | "strong" | "/strong" | "span"
        | "/span" | "font" | "/font" | "u" | "/u" | "sup" | "/sup" | "sub" | "/sub" => inside,
        _ => {
            text.push(' ');
            inside
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        assert_eq!(
            from_text("Dear all,\r\n\r\nattached are"),
            "Dear all, attached are"
        );
        assert_eq!(
            from_text("> quoted\r\nOn Monday, Ines wrote:\r\n> more\r\nYes."),
            "Yes."
        );
        assert_eq!(from_text("> only\n> quotes"), "> only > quotes");
        assert_eq!(from_text("Yes.\n-- \nGrace"), "Yes.");
        assert_eq!(from_text("-----\nTitle\n====="), "Title");
        assert_eq!(from_text("\u{200b}\u{feff}x\u{a0}y"), "x y");
        assert_eq!(from_text(""), "");
        let long = from_text(&"word ".repeat(100));
        assert_eq!(long.chars().count(), LENGTH);
        assert!(long.ends_with("word…"));
    }

    #[test]
    fn documents() {
        assert_eq!(
            from_html("<html><head><title>x</title><STYLE>p{}</style></head><p>One</p><p>two"),
            "One two",
        );
        assert_eq!(
            from_html("a<b>b</b>c &amp; d&nbsp;e &#x41; & f < g"),
            "abc & d e A & f < g"
        );
        assert_eq!(
            from_html("<!-- hidden > --><td>One</td><td>two</td>"),
            "One two"
        );
        assert_eq!(from_html("<style>never closed"), "");
        assert_eq!(from_html("&bogus; &#999999999;"), "&bogus; \u{fffd}");
        assert_eq!(from_html("<"), "<");
    }
}
