//! Octets and times as people can read them.

use std::fmt::Write;

/// Octets as text. What is no text, would not be seen or would change how the rest is seen, such as
/// a terminal's escape sequences and marks that turn text round, is escaped as Rust writes it.
pub(super) fn visible(octets: &[u8]) -> String {
    let mut shown = String::with_capacity(octets.len());
    for chunk in octets.utf8_chunks() {
        for c in chunk.valid().chars() {
            // Writing to a string cannot fail.
            _ = match c {
                '\t' => write!(shown, "\t"),
                '\r' | '\n' => write!(shown, "{}", c.escape_default()),
                _ if c.is_ascii_control() => write!(shown, "\\x{:02x}", u32::from(c)),
                _ if c.is_control() || is_hidden(c) => write!(shown, "{}", c.escape_unicode()),
                _ => write!(shown, "{c}"),
            };
        }
        for octet in chunk.invalid() {
            _ = write!(shown, "\\x{octet:02x}");
        }
    }
    shown
}

/// A point in time, given in microseconds since 1970-01-01, to the second.
pub(super) fn date(micros: u64) -> String {
    let seconds = i64::try_from(micros / 1_000_000).unwrap_or(i64::MAX);
    let date = mail_parser::DateTime::from_timestamp(seconds);
    let (year, month, day) = (date.year, date.month, date.day);
    let (hour, minute, second) = (date.hour, date.minute, date.second);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// Microseconds, as seconds.
pub(super) fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

/// Format characters of Unicode that reorder text, break lines or have no width.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_escaped() {
        for (octets, shown) in [
            (&b"A1 OK \\Seen\t."[..], "A1 OK \\Seen\t."),
            (b"a\r\n", "a\\r\\n"),
            (b"\x1b[2J\0\x7f", "\\x1b[2J\\x00\\x7f"),
            (
                "Gr\u{fc}\u{df}e \u{202e}txt".as_bytes(),
                "Gr\u{fc}\u{df}e \\u{202e}txt",
            ),
            (b"\xff\xc3", "\\xff\\xc3"),
            ("\u{85}".as_bytes(), "\\u{85}"),
        ] {
            assert_eq!(visible(octets), shown);
        }
    }

    #[test]
    fn times_are_written() {
        assert_eq!(date(1_795_424_400_123_456), "2026-11-23 09:00:00 UTC");
        assert_eq!(seconds(12_000_034), "12.000034");
    }
}
