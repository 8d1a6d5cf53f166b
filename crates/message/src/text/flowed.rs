//! Lines and their depth of quotation; format=flowed (RFC 3676).

use super::Format;

/// A line without its quote marks.
pub(super) struct QuotedLine {
    pub(super) depth: u8,
    pub(super) text: String,
}

/// The lines of `text`, those of a flowed paragraph joined.
pub(super) fn lines(text: &str, format: Format) -> impl Iterator<Item = QuotedLine> {
    let mut lines = text
        .split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
        .peekable();
    std::iter::from_fn(move || {
        let line = lines.next()?;
        if !format.flowed {
            let (depth, text) = loosely_quoted(line);
            return Some(QuotedLine {
                depth,
                text: text.to_owned(),
            });
        }
        let (depth, text) = strictly_quoted(line);
        let mut joined = text.to_owned();
        while is_flowed(&joined)
            && let Some(next) = lines.peek()
        {
            let (next_depth, next_text) = strictly_quoted(next);
            // A change of depth ends a paragraph (section 4.5), and so does a signature.
            if next_depth != depth || next_text == "-- " {
                break;
            }
            if format.delete_space {
                joined.pop();
            }
            let ends_paragraph = !is_flowed(next_text);
            joined.push_str(next_text);
            lines.next();
            if ends_paragraph {
                break;
            }
        }
        Some(QuotedLine {
            depth,
            text: joined,
        })
    })
}

/// Sections 4.2 and 4.3.
fn is_flowed(text: &str) -> bool {
    text.ends_with(' ') && text != "-- "
}

/// Section 4.5: quote marks stand together; then one space may be stuffed (section 4.4).
fn strictly_quoted(line: &str) -> (u8, &str) {
    let text = line.trim_start_matches('>');
    let depth = line.len() - text.len();
    let text = text.strip_prefix(' ').unwrap_or(text);
    (u8::try_from(depth).unwrap_or(u8::MAX), text)
}

/// As people quote: spaces between the marks.
fn loosely_quoted(line: &str) -> (u8, &str) {
    let mut depth = 0_u8;
    let mut text = line;
    while let Some(inner) = text.strip_prefix('>') {
        depth = depth.saturating_add(1);
        text = inner;
        if let Some(spaced) = inner.strip_prefix(' ')
            && (spaced.starts_with('>') || !spaced.is_empty())
        {
            text = spaced;
        }
    }
    (
        depth,
        if depth > 0 && text.trim().is_empty() {
            ""
        } else {
            text
        },
    )
}
