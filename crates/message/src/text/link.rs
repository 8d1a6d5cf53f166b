//! URLs in text: RFC 3986 appendix C, as people write them.

use super::{Line, Span};
use crate::file_name::is_invisible;

const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// Splits a line into text and links. Characters that are not seen, or that change the order in
/// which others are read, end a link: what is clicked is what was read.
pub(super) fn spans(line: &str) -> Line {
    let mut spans = Vec::new();
    let mut plain = 0;
    let mut from = 0;
    while let Some(colon) = line[from..].find(':').map(|at| from + at) {
        from = colon + 1;
        let Some(start) = scheme_start(line, colon).filter(|start| *start >= plain) else {
            continue;
        };
        let end = url_end(line, start, colon);
        if end <= colon + 3 {
            continue;
        }
        push(&mut spans, &line[plain..start], None);
        push(&mut spans, &line[start..end], Some(&line[start..end]));
        plain = end;
        from = end;
    }
    push(&mut spans, &line[plain..], None);
    spans
}

/// Where the scheme begins whose colon is there, if it is one of ours and stands by itself.
fn scheme_start(line: &str, colon: usize) -> Option<usize> {
    SCHEMES.iter().find_map(|scheme| {
        let name = scheme.find(':')?;
        let start = colon.checked_sub(name)?;
        let found = line.get(start..start + scheme.len())?;
        let before = line[..start].chars().next_back();
        let alone = !before.is_some_and(char::is_alphanumeric);
        (found.eq_ignore_ascii_case(scheme) && alone).then_some(start)
    })
}

/// Where the URL ends: at a space or bracket, and before punctuation that belongs to the sentence.
fn url_end(line: &str, start: usize, colon: usize) -> usize {
    let rest = &line[start..];
    let stop = |c: char| {
        c.is_whitespace() || is_invisible(c) || "<>\"`{}|\\^「」『』（）、。，".contains(c)
    };
    let mut url = &rest[..rest.find(stop).unwrap_or(rest.len())];
    // How many more brackets close than open, of either kind.
    let excess = |open: char, close: char| {
        let closing = url.matches(close).count();
        closing.saturating_sub(url.matches(open).count())
    };
    let (mut round, mut square) = (excess('(', ')'), excess('[', ']'));
    while let Some(last) = url.chars().next_back() {
        let trailing = match last {
            ')' => take_one(&mut round),
            ']' => take_one(&mut square),
            _ => ".,;:!?'*_~".contains(last),
        };
        if !trailing || start + url.len() <= colon + 1 {
            break;
        }
        url = &url[..url.len() - last.len_utf8()];
    }
    start + url.len()
}

/// Takes one away, if there is one.
fn take_one(count: &mut usize) -> bool {
    let some = *count > 0;
    *count -= usize::from(some);
    some
}

fn push(spans: &mut Line, text: &str, link: Option<&str>) {
    if !text.is_empty() {
        spans.push(Span {
            text: text.to_owned(),
            link: link.map(str::to_owned),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links stand in square brackets in `expected`.
    fn check(line: &str, expected: &str) {
        let found: String = spans(line)
            .into_iter()
            .map(|span| match span.link {
                Some(link) => {
                    assert_eq!(link, span.text);
                    format!("[{link}]")
                }
                None => span.text,
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn links() {
        check("no link: here", "no link: here");
        check(
            "see https://example.com/a?b=c#d.",
            "see [https://example.com/a?b=c#d].",
        );
        check("<http://example.com>", "<[http://example.com]>");
        check(
            "(https://example.com/x_(y))",
            "([https://example.com/x_(y)])",
        );
        check(
            "([https://example.com/x_(y)[z]]).",
            "([[https://example.com/x_(y)[z]]]).",
        );
        check(
            "mailto:ines@example.com, ok",
            "[mailto:ines@example.com], ok",
        );
        check("HTTPS://EXAMPLE.COM", "[HTTPS://EXAMPLE.COM]");
        check("https://example.com/海 海", "[https://example.com/海] 海");
        check(
            "先は https://example.com/。次",
            "先は [https://example.com/]。次",
        );
        check(
            "a http://x.example http://y.example",
            "a [http://x.example] [http://y.example]",
        );
    }

    #[test]
    fn not_links() {
        for line in [
            "javascript:alert(1)",
            "xhttp://example.com",
            "http://",
            "mailto:",
            ":",
            "data:,",
        ] {
            check(line, line);
        }
        check(
            "https://example.com\u{202e}moc",
            "[https://example.com]\u{202e}moc",
        );
    }
}
