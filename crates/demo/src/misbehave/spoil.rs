//! Answers, spoilt. Each function says whether there was anything to spoil.

use super::{Asked, GREETING};
use crate::server::Protocol;

/// Adds to the length that the first literal is announced with.
pub(super) fn literal_length(bytes: &mut Vec<u8>, from: usize, by: i32) -> bool {
    let mut start = from;
    while let Some(end) = memchr::memchr(b'\n', &bytes[start..]).map(|at| start + at + 1) {
        if let Some((digits, octets)) = announced(&bytes[start..end]) {
            let wrong = octets.saturating_add_signed(by.into());
            let digits = start + digits.start..start + digits.end;
            bytes.splice(digits, wrong.to_string().into_bytes());
            return wrong != octets;
        }
        start = end;
    }
    false
}

/// Removes the stuffing from the payload of an answer, and leaves its end.
pub(super) fn unstuff(bytes: &mut Vec<u8>, from: usize) -> bool {
    let stuffed = bytes.split_off(from);
    let mut rest = &stuffed[..];
    while let Some(at) = memchr::memmem::find(rest, b"\r\n..") {
        bytes.extend_from_slice(&rest[..at + 3]);
        rest = &rest[at + 4..];
    }
    bytes.extend_from_slice(rest);
    rest.len() < stuffed.len()
}

/// Removes a capability from an answer that lists them.
pub(super) fn strip(asked: Asked<'_>, bytes: &mut Vec<u8>, from: usize, name: &str) -> bool {
    let lists = match asked.protocol {
        Protocol::Imap => [GREETING, "CAPABILITY", "LOGIN", "AUTHENTICATE"].as_slice(),
        Protocol::Pop3 => &["CAPA"],
        Protocol::Smtp => &["EHLO"],
    };
    if !lists.contains(&asked.command) {
        return false;
    }
    let answer = String::from_utf8_lossy(&bytes[from..]).into_owned();
    let stripped = match asked.protocol {
        Protocol::Imap => strip_word(&answer, name),
        Protocol::Pop3 => strip_line(&answer, |line| line, name),
        Protocol::Smtp => {
            let mut stripped = strip_line(&answer, |line| line.get(4..).unwrap_or_default(), name);
            // The last line of a reply has a space behind its code (RFC 5321 section 4.2.1).
            if let Some(last) = stripped.trim_end().rfind('\n').map(|at| at + 4)
                && stripped.get(last..=last) == Some("-")
            {
                stripped.replace_range(last..=last, " ");
            }
            stripped
        }
    };
    let changed = stripped != answer;
    bytes.truncate(from);
    bytes.extend_from_slice(stripped.as_bytes());
    changed
}

/// Where in a line the length of a literal stands, and what it is.
fn announced(line: &[u8]) -> Option<(std::ops::Range<usize>, u64)> {
    let text = line.strip_suffix(b"}\r\n")?;
    let open = memchr::memrchr(b'{', text)?;
    let octets = std::str::from_utf8(&text[open + 1..]).ok()?.parse().ok()?;
    Some((open + 1..text.len(), octets))
}

/// Without a word of the lists of capabilities.
fn strip_word(answer: &str, name: &str) -> String {
    let mut stripped = String::with_capacity(answer.len());
    for line in answer.split_inclusive("\r\n") {
        let Some(list) = line.find("CAPABILITY ") else {
            stripped.push_str(line);
            continue;
        };
        let end = line[list..]
            .find([']', '\r'])
            .map_or(line.len(), |at| list + at);
        let words = line[list..end].split(' ');
        let kept: Vec<&str> = words
            .filter(|word| !word.eq_ignore_ascii_case(name))
            .collect();
        stripped.push_str(&line[..list]);
        stripped.push_str(&kept.join(" "));
        stripped.push_str(&line[end..]);
    }
    stripped
}

/// Without the lines that begin with a word.
fn strip_line(answer: &str, text_of: fn(&str) -> &str, name: &str) -> String {
    let kept = answer.split_inclusive("\r\n").filter(|line| {
        let word = text_of(line).split_ascii_whitespace().next();
        word.is_none_or(|word| !word.eq_ignore_ascii_case(name))
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::SessionId;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn check(spoil: impl Fn(&mut Vec<u8>) -> bool, answer: &str, expected: &str) {
        let mut bytes = answer.as_bytes().to_vec();
        let spoilt = spoil(&mut bytes);
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        assert_eq!(spoilt, answer != expected);
    }

    #[test]
    fn only_the_first_literal_of_the_answer_is_wrong() {
        let before = "* 1 FETCH (BODY[] {2}\r\n\r\n)\r\n";
        let answer = "* 2 FETCH (FLAGS () BODY[] {9}\r\n* x {1}\r\n)\r\n* 3 FETCH (B {1}\r\nx)\r\n";
        for (by, length) in [(3, "{12}"), (-9, "{0}"), (-1000, "{0}"), (0, "{9}")] {
            check(
                |bytes| literal_length(bytes, before.len(), by),
                &format!("{before}{answer}"),
                &format!("{before}{}", answer.replace("{9}", length)),
            );
        }
        check(
            |bytes| literal_length(bytes, 0, 1),
            "a OK {x}\r\n",
            "a OK {x}\r\n",
        );
    }

    #[test]
    fn a_payload_loses_its_stuffing_and_keeps_its_end() {
        check(
            |bytes| unstuff(bytes, 0),
            "+OK\r\n..\r\n...a\r\nb..\r\n..c\r\n.\r\n",
            "+OK\r\n.\r\n..a\r\nb..\r\n.c\r\n.\r\n",
        );
        check(
            |bytes| unstuff(bytes, 0),
            "+OK\r\na\r\n.\r\n",
            "+OK\r\na\r\n.\r\n",
        );
    }

    #[test]
    fn a_capability_is_stripped_where_capabilities_are_listed() {
        let check = |protocol, command, answer, expected| {
            let asked = Asked {
                session: SessionId(1),
                protocol,
                command,
            };
            let name = if protocol == Protocol::Pop3 {
                "stls"
            } else {
                "STARTTLS"
            };
            check(|bytes| strip(asked, bytes, 0, name), answer, expected);
        };
        check(
            Protocol::Imap,
            GREETING,
            "* OK [CAPABILITY IMAP4rev1 STARTTLS IDLE] STARTTLS\r\n",
            "* OK [CAPABILITY IMAP4rev1 IDLE] STARTTLS\r\n",
        );
        check(
            Protocol::Imap,
            "CAPABILITY",
            "* CAPABILITY IMAP4rev1 STARTTLS\r\na OK\r\n",
            "* CAPABILITY IMAP4rev1\r\na OK\r\n",
        );
        let message = "* 1 FETCH (BODY[] {26}\r\n* CAPABILITY STARTTLS LAST\r\n)\r\n";
        check(Protocol::Imap, "FETCH", message, message);
        check(
            Protocol::Pop3,
            "CAPA",
            "+OK\r\nSTLS\r\nSASL STLS\r\n.\r\n",
            "+OK\r\nSASL STLS\r\n.\r\n",
        );
        check(
            Protocol::Pop3,
            "RETR",
            "+OK\r\nSTLS\r\n.\r\n",
            "+OK\r\nSTLS\r\n.\r\n",
        );
        check(
            Protocol::Smtp,
            "EHLO",
            "250-demo\r\n250-SIZE\r\n250 STARTTLS\r\n",
            "250-demo\r\n250 SIZE\r\n",
        );
        check(
            Protocol::Smtp,
            "EHLO",
            "250-demo\r\n250-STARTTLS\r\n250 SIZE\r\n",
            "250-demo\r\n250 SIZE\r\n",
        );
    }
}
