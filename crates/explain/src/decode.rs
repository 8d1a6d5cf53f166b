//! What octets say once they are decoded.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use porthole_imap::wire::utf7;
use porthole_message::decode_text;

/// Encoded words (RFC 2047) as the text that they stand for.
pub(crate) fn encoded_words(octets: &[u8]) -> Option<String> {
    if !octets.windows(2).any(|pair| pair == b"=?") {
        return None;
    }
    Some(decode_text(&unquote(octets)))
}

/// A mailbox name in modified UTF-7 (RFC 3501 section 5.1.3) as people read it.
pub(crate) fn mailbox_name(octets: &[u8]) -> Option<String> {
    let name = unquote(octets);
    let decoded = utf7::decode_name(&name, false);
    (name.contains(&b'&') && decoded.raw().is_none()).then(|| decoded.as_str().to_owned())
}

/// Base64 as text, if it is text: control characters are shown as pictures of themselves.
pub(crate) fn base64(octets: &[u8]) -> Option<String> {
    let decoded = STANDARD.decode(octets).ok().filter(|d| !d.is_empty())?;
    let text = String::from_utf8(decoded).ok()?;
    let picture = |c: char| match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or(c),
        '\x7f' => '\u{2421}',
        _ => c,
    };
    Some(text.chars().map(picture).collect())
}

/// A date with time and zone, as IMAP writes it or a header does, in universal time.
pub(crate) fn date(octets: &[u8]) -> Option<String> {
    let text = String::from_utf8(unquote(octets)).ok()?.replace('-', " ");
    // The zone's sign was replaced with the rest; it is the last hyphen of the original.
    let text = match octets.windows(2).rposition(|pair| pair == b" -") {
        Some(_) => match text.rsplit_once("  ") {
            Some((before, zone)) => format!("{before} -{zone}"),
            None => text,
        },
        None => text,
    };
    let date = mail_parser::DateTime::parse_rfc822(text.trim())?;
    let utc = mail_parser::DateTime::from_timestamp(date.to_timestamp());
    Some(format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC",
        utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second
    ))
}

/// The octets of a quoted string (RFC 9051 section 4.3), or those that are not quoted as they are.
pub(crate) fn unquote(octets: &[u8]) -> Vec<u8> {
    let Some(inner) = octets
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""))
    else {
        return octets.to_vec();
    };
    let mut escaped = false;
    let keep = |octet: &&u8| {
        escaped = !escaped && **octet == b'\\';
        !escaped
    };
    inner.iter().filter(keep).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_read() {
        let words = encoded_words(b"\"=?utf-8?q?Caf=C3=A9?= at =?iso-8859-1?q?=E9t=E9?=\"");
        assert_eq!(words.as_deref(), Some("Caf\u{e9} at \u{e9}t\u{e9}"));
        // The two octets of a character in two words (RFC 2047 section 6.2).
        let words = encoded_words(b"=?utf-8?q?S=C3?= =?utf-8?q?=B8ren?=");
        assert_eq!(words.as_deref(), Some("S\u{f8}ren"));
        assert_eq!(encoded_words(b"plain"), None);
        assert_eq!(
            mailbox_name(b"\"Entw&APw-rfe\"").as_deref(),
            Some("Entw\u{fc}rfe")
        );
        assert_eq!(mailbox_name(b"Drafts"), None);
        assert_eq!(base64(b"AGFsaWNl").as_deref(), Some("\u{2400}alice"));
        assert_eq!(base64(b"!"), None);
        assert_eq!(unquote(br#""a \"b\" \\ c""#), br#"a "b" \ c"#);
    }

    #[test]
    fn dates_are_told_in_universal_time() {
        for (written, told) in [
            ("\"17-Jul-2026 02:44:25 -0700\"", "2026-07-17 09:44:25 UTC"),
            ("\" 7-Jul-2026 02:44:25 +0200\"", "2026-07-07 00:44:25 UTC"),
            (
                "\"Fri, 17 Jul 2026 02:44:25 +0000\"",
                "2026-07-17 02:44:25 UTC",
            ),
            (
                "Fri, 17 Jul 2026 02:44:25 -0330 (NDT)",
                "2026-07-17 06:14:25 UTC",
            ),
        ] {
            assert_eq!(date(written.as_bytes()).as_deref(), Some(told), "{written}");
        }
        assert_eq!(date(b"yesterday"), None);
    }
}
