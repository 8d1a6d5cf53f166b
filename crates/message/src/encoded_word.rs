//! Encoded words: RFC 2047.

use std::borrow::Cow;

use crate::{charset, transfer};

/// How far the end of an encoded word is looked for. RFC 2047 section 2 allows 75 characters; some
/// senders put a whole subject into one.
const LONGEST_WORD: usize = 8 * 1024;

/// Decodes unstructured text: unfolds it, decodes its encoded words, and guesses raw 8-bit octets.
///
/// For the Subject and other unstructured fields, and for the strings of an IMAP ENVELOPE, which
/// are the message's own octets (RFC 9051 section 7.5.2).
pub fn decode(bytes: &[u8]) -> String {
    decode_with(bytes, None)
}

/// As [`decode`]; raw octets that are not UTF-8 are in `fallback`, the charset of the body, if
/// there is one: who sends raw octets sends them in one charset.
pub(crate) fn decode_with(bytes: &[u8], fallback: Option<&str>) -> String {
    let text = raw_to_text(bytes, fallback);
    let text = unfold(&text);
    let decoded = words(text.trim());
    // A field has one line and no controls, whatever an encoded word held.
    decoded
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// Decodes adjacent encoded words of a structured field into one UTF-8 encoded word each run, for
/// a parser that takes one word at a time: senders split words within a character.
pub(crate) fn join(text: &str) -> Cow<'_, str> {
    if !text.contains("=?") {
        return Cow::Borrowed(text);
    }
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("=?") {
        joined.push_str(&rest[..start]);
        rest = &rest[start..];
        let run = run_length(rest);
        if run == 0 {
            joined.push_str("=?");
            rest = &rest[2..];
            continue;
        }
        let (run, after) = rest.split_at(run);
        joined.push_str("=?utf-8?Q?");
        for byte in words(run).bytes() {
            joined.push_str(&format!("={byte:02X}"));
        }
        joined.push_str("?=");
        rest = after;
    }
    joined.push_str(rest);
    Cow::Owned(joined)
}

/// Raw octets as text: UTF-8, else the charset of the message if it is known, else windows-1252.
pub(crate) fn raw_to_text<'a>(bytes: &'a [u8], fallback: Option<&str>) -> Cow<'a, str> {
    match (std::str::from_utf8(bytes), fallback) {
        (Ok(text), _) => Cow::Borrowed(text),
        (Err(_), Some(name)) if charset::is_known(name) => {
            Cow::Owned(charset::decode(Some(name), bytes))
        }
        _ => charset::guess(bytes),
    }
}

/// Unfolding: RFC 5322 section 2.2.3. The white space after a line ending stays.
pub(crate) fn unfold(text: &str) -> Cow<'_, str> {
    if text.contains(['\r', '\n']) {
        Cow::Owned(text.replace(['\r', '\n'], ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// One encoded word: `=?charset*language?encoding?text?=` (RFC 2047 section 2, RFC 2231 section 5).
struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
    length: usize,
}

impl<'a> Word<'a> {
    /// The word that `text` begins with.
    fn parse(text: &'a str) -> Option<Self> {
        let body = text.strip_prefix("=?")?;
        let (charset, body) = body.split_once('?')?;
        if charset.is_empty() || charset.len() > 75 || charset.contains([' ', '\t', '=']) {
            return None;
        }
        let (encoding, body) = body.split_once('?')?;
        let window = body.as_bytes();
        let window = &window[..window.len().min(LONGEST_WORD)];
        let end = memchr::memmem::find(window, b"?=")?;
        let encoded = &window[..end];
        let bytes = match encoding {
            "B" | "b" => transfer::decode(transfer::TransferEncoding::Base64, encoded),
            "Q" | "q" => decode_q(encoded),
            _ => return None,
        };
        let length = text.len() - body.len() + end + 2;
        let charset = charset.split_once('*').map_or(charset, |(name, _)| name);
        Some(Word {
            charset,
            bytes,
            length,
        })
    }

    /// Whether the next word may go on within a character of this one. Charsets with shift states
    /// begin each word anew.
    fn continues(&self, next: &Word<'_>) -> bool {
        let shifting = ["iso-2022", "hz-", "utf-7"];
        let name = self.charset.to_ascii_lowercase();
        self.charset.eq_ignore_ascii_case(next.charset)
            && !shifting.iter().any(|start| name.starts_with(start))
    }

    fn text(&self) -> String {
        charset::decode(Some(self.charset), &self.bytes)
    }
}

/// The "Q" encoding: RFC 2047 section 4.2.
fn decode_q(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match (first, after) {
            (b'_', _) => bytes.push(b' '),
            (b'=', [high, low, after @ ..]) => match transfer::hex_pair(*high, *low) {
                Some(byte) => {
                    bytes.push(byte);
                    rest = after;
                }
                None => bytes.push(b'='),
            },
            _ => bytes.push(first),
        }
    }
    bytes
}

/// Decodes every encoded word in `text`. White space between two words is not shown (section 6.2).
fn words(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut pending: Option<Word<'_>> = None;
    let mut rest = text;
    while let Some(start) = rest.find("=?") {
        let (plain, at) = rest.split_at(start);
        let Some(word) = Word::parse(at) else {
            flush(&mut pending, &mut decoded);
            decoded.push_str(plain);
            decoded.push_str("=?");
            rest = &at[2..];
            continue;
        };
        rest = &at[word.length..];
        let adjacent = plain.chars().all(|c| c == ' ' || c == '\t');
        match &mut pending {
            Some(last) if adjacent && last.continues(&word) => last.bytes.extend(word.bytes),
            Some(_) if adjacent => {
                flush(&mut pending, &mut decoded);
                pending = Some(word);
            }
            _ => {
                flush(&mut pending, &mut decoded);
                decoded.push_str(plain);
                pending = Some(word);
            }
        }
    }
    flush(&mut pending, &mut decoded);
    decoded.push_str(rest);
    decoded
}

fn flush(pending: &mut Option<Word<'_>>, decoded: &mut String) {
    if let Some(word) = pending.take() {
        decoded.push_str(&word.text());
    }
}

/// How long the run of encoded words is that `text` begins with, white space between them included.
fn run_length(text: &str) -> usize {
    let mut end = 0;
    let mut at = 0;
    while let Some(word) = Word::parse(&text[at..]) {
        end = at + word.length;
        let after = &text[end..];
        at = end + (after.len() - after.trim_start_matches([' ', '\t', '\r', '\n']).len());
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: impl AsRef<[u8]>, expected: &str) {
        let input = input.as_ref();
        assert_eq!(decode(input), expected, "{}", input.escape_ascii());
    }

    #[test]
    fn words_in_text() {
        check("plain", "plain");
        check(
            "=?iso-8859-1?Q?Gr=F6=DFe?= und =?utf-8?b?TWHDn2U=?=",
            "Größe und Maße",
        );
        check("=?utf-8?q?a_b=5Fc?=", "a b_c");
        check("=?us-ascii*en?q?with_language?=", "with language");
        check(
            "=?utf-8?q?one?= =?utf-8?q?two?=\r\n =?utf-8?q?three?=",
            "onetwothree",
        );
        check("folded\r\n subject", "folded subject");
        check("=?utf-8?q?new=0Aline?=", "new line");
    }

    #[test]
    fn a_character_may_be_split_between_words() {
        check("=?utf-8?q?S=C3?= =?UTF-8?q?=B8ren?=", "Søren");
        check("=?shift_jis?B?ig==?= =?shift_jis?B?Qw==?=", "海");
        check(
            "=?iso-2022-jp?B?GyRCMyQbKEI=?= =?iso-2022-jp?B?GyRCMyQbKEI=?=",
            "海海",
        );
    }

    #[test]
    fn malformed_words_stay_as_they_are() {
        for text in [
            "=?",
            "=?utf-8?x?a?=",
            "=?utf-8?q?no end",
            "=?? ?=",
            "=?a b?q?c?=",
        ] {
            check(text, text);
        }
        check("=?utf-8?q?spaces are wrong?=", "spaces are wrong");
        check("=?utf-8?q?50=?=", "50=");
        check("=?utf-8?q?=4?=", "=4");
    }

    #[test]
    fn raw_octets() {
        check("Größe", "Größe");
        check(b"Gr\xf6\xdfe", "Größe");
        assert_eq!(decode_with(b"\xed\xcf\xd2\xc5", Some("koi8-r")), "Море");
        assert_eq!(decode_with("Море".as_bytes(), Some("koi8-r")), "Море");
    }

    #[test]
    fn runs_become_one_word() {
        let joined = join("=?utf-8?q?S=C3?= =?utf-8?q?=B8ren?= <s@example.com>, =?x");
        assert_eq!(
            joined,
            "=?utf-8?Q?=53=C3=B8=72=65=6E?= <s@example.com>, =?x"
        );
    }
}
