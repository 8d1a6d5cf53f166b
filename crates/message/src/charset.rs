//! Octets to text: named charsets, and a guess where the name is missing or wrong.

use std::borrow::Cow;

use mail_parser::decoders::charsets::{DecoderFnc, map::charset_decoder};

/// Decodes `bytes` from `charset`, an IANA name as found in Content-Type (RFC 2045 section 5.1).
///
/// Without a charset, with one that is unknown or has no decoder, and where `us-ascii` is
/// contradicted by the octets, the text is taken as UTF-8 if it is that and as windows-1252
/// otherwise. A byte order mark is dropped.
/// What a charset does not define becomes U+FFFD: this never fails.
pub fn decode(charset: Option<&str>, bytes: &[u8]) -> String {
    let name = charset.unwrap_or_default().trim_matches(['"', '\'', ' ']);
    let text = if is_utf8(name) {
        String::from_utf8_lossy(bytes).into_owned()
    } else if is_ascii(name) {
        guess(bytes).into_owned()
    } else {
        decoder(name).map_or_else(|| guess(bytes).into_owned(), |decode| decode(bytes))
    };
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// Whether `charset` names something that [`decode`] knows without guessing.
pub(crate) fn is_known(charset: &str) -> bool {
    is_utf8(charset) || decoder(charset).is_some()
}

/// UTF-8 if the octets are that, windows-1252 otherwise: the two that raw 8-bit mail is mostly in.
pub(crate) fn guess(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => match charset_decoder(b"windows-1252") {
            Some(decode) => Cow::Owned(decode(bytes)),
            None => String::from_utf8_lossy(bytes),
        },
    }
}

/// The charset that an HTML document declares about itself in its first 2 kB, for parts whose
/// Content-Type says none (HTML section 4.2.5.4, loosely).
pub(crate) fn declared_in_html(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(2048)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let at = head.find("charset=")? + "charset=".len();
    let name: String = head[at..]
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_:.".contains(*c))
        .collect();
    is_known(&name).then_some(name)
}

/// The decoder of a named charset, if there is one that decodes.
fn decoder(name: &str) -> Option<DecoderFnc> {
    // The table of names reads at most 45 octets of one; a longer one is in no registry.
    if name.len() > 45 {
        return None;
    }
    let name = name.to_ascii_lowercase().replace('_', "-");
    let name = match name.as_str() {
        "cp874" => "windows-874",
        "cp932" => "shift_jis",
        "cp949" | "ms949" | "uhc" => "euc-kr",
        "cp950" => "big5",
        "euc-cn" => "gbk",
        name => name,
    };
    charset_decoder(name.as_bytes()).filter(|_| !REPLACED.contains(&name))
}

/// Charsets for which the table has the replacement decoder (Encoding section 14.1), which makes one
/// U+FFFD of all the text. It keeps browsers from being tricked into markup; here, where markup is
/// made safe after decoding, it would only hide the ASCII that such text has.
const REPLACED: [&str; 6] = [
    "csiso2022kr",
    "hz-gb-2312",
    "iso-2022-cn",
    "iso-2022-cn-ext",
    "iso-2022-kr",
    "replacement",
];

fn is_utf8(name: &str) -> bool {
    name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8")
}

fn is_ascii(name: &str) -> bool {
    name.is_empty()
        || name.eq_ignore_ascii_case("us-ascii")
        || name.eq_ignore_ascii_case("ascii")
        || name.eq_ignore_ascii_case("ansi_x3.4-1968")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(charset: Option<&str>, bytes: &[u8], expected: &str) {
        assert_eq!(decode(charset, bytes), expected, "{charset:?} {bytes:x?}");
    }

    /// One row at least for each decoder that mail-parser has, but that for what has none.
    #[test]
    fn named_charsets() {
        check(Some("iso-8859-1"), b"Troms\xf8", "Tromsø");
        check(Some("iso-8859-2"), b"Wroc\xb3aw", "Wrocław");
        check(Some("iso-8859-3"), b"g\xb1ajn", "għajn");
        check(Some("iso-8859-4"), b"j\xfera", "jūra");
        check(Some("iso-8859-5"), b"\xbc\xde\xe0\xd5", "Море");
        check(Some("iso-8859-6"), b"\xc8\xcd\xd1", "بحر");
        check(Some("iso-8859-7"), b"\xb6\xed\xe4\xf1\xef\xf2", "Άνδρος");
        check(Some("iso-8859-8"), b"\xe9\xed", "ים");
        check(Some("iso-8859-9"), b"I\xfe\xfdk", "Işık");
        check(Some("iso-8859-10"), b"ma\xbf\xbf\xe1", "maŋŋá");
        check(Some("iso-8859-11"), b"\xb7\xd0\xe0\xc5", "ทะเล");
        check(Some("iso-8859-13"), b"\xb4j\xfbra\xa1", "“jūra”");
        check(Some("iso-8859-14"), b"d\xf0r", "dŵr");
        check(Some("iso-8859-15"), b"5 \xa4", "5 €");
        check(Some("iso-8859-16"), b"Bucure\xbati", "București");
        check(Some("koi8-r"), b"\xed\xcf\xd2\xc5", "Море");
        check(Some("koi8-u"), b"\xa7\xd6\xc1\xcb", "їжак");
        check(Some("windows-1250"), b"p\xf8\xedstav", "přístav");
        check(Some("windows-1251"), b"\xcc\xee\xf0\xe5", "Море");
        check(Some("windows-1252"), b"\x93Troms\xf8\x94", "“Tromsø”");
        check(Some("windows-1253"), b"\xa2\xed\xe4\xf1\xef\xf2", "Άνδρος");
        check(Some("windows-1254"), b"I\xfe\xfdk, 5 \x80", "Işık, 5 €");
        check(Some("windows-1255"), b"\xe9\xc8\xed", "יָם");
        check(Some("windows-1256"), b"\xc8\xcd\xd1", "بحر");
        check(Some("windows-1257"), b"\x93j\xfbra\x94", "“jūra”");
        check(Some("windows-1258"), b"bi\xea\xd2n", "biê\u{309}n");
        check(Some("windows-874"), b"\xb7\xd0\xe0\xc5\x85", "ทะเล…");
        check(Some("ibm850"), b"Troms\x9b", "Tromsø");
        check(Some("ibm866"), b"\x8c\xae\xe0\xa5", "Море");
        check(Some("macintosh"), b"Troms\xbf", "Tromsø");
        check(Some("x-mac-cyrillic"), b"\x8c\xee\xf0\xe5", "Море");
        check(Some("tis-620"), b"\xb7\xd0\xe0\xc5", "ทะเล");
        check(Some("iso-2022-jp"), b"\x1b$B3$\x1b(B", "海");
        check(Some("Shift_JIS"), b"\x8aC", "海");
        check(Some("euc-jp"), b"\xb3\xa4", "海");
        check(Some("euc-kr"), b"\xb9\xd9\xb4\xd9", "바다");
        check(Some("gb18030"), b"\xba\xa3\xa2\xe3", "海€");
        check(Some("gb2312"), b"\xba\xa3", "海");
        check(Some("gbk"), b"\xba\xa3\x9e\xb3", "海灣");
        check(Some("big5"), b"\xae\xfc", "海");
        check(Some("utf-7"), b"+BBwEPgRABDU-", "Море");
        check(Some("utf-16"), b"\xff\xfe\x1c\x04>\x04@\x045\x04", "Море");
        check(Some("utf-16be"), b"\x04\x1c\x04>\x04@\x045", "Море");
        check(Some("utf-16le"), b"\x1c\x04>\x04@\x045\x04", "Море");
        check(Some("x-user-defined"), b"a\x80", "a\u{f780}");
        check(Some("\"utf-8\""), "é".as_bytes(), "é");
    }

    #[test]
    fn code_pages_by_their_numbers() {
        for name in ["cp932", "CP932", "windows-31j", "ms932"] {
            check(Some(name), b"\x8aC\x87\x40", "海①");
        }
        for name in ["cp949", "uhc", "UHC", "ms949", "windows-949"] {
            check(Some(name), b"\xb9\xd9\xb4\xd9\x8cc", "바다똠");
        }
        for name in ["cp936", "euc-cn", "EUC_CN"] {
            check(Some(name), b"\xba\xa3", "海");
        }
        check(Some("cp950"), b"\xae\xfc", "海");
        check(Some("cp874"), b"\xb7\xd0\xe0\xc5\x85", "ทะเล…");
        assert!(is_known("cp932") && is_known("uhc"));
    }

    /// There is a decoder for none of these; of each, ASCII at least can be read.
    #[test]
    fn ascii_of_charsets_without_a_decoder() {
        check(
            Some("iso-2022-kr"),
            b"\x1b$)CRope: \x0e\x39\x59\x0f",
            "\x1b$)CRope: \x0e\x39\x59\x0f",
        );
        for name in REPLACED {
            check(Some(name), b"Rope, 40 m", "Rope, 40 m");
            check(Some(&name.to_uppercase()), b"Rope", "Rope");
            assert!(!is_known(name), "{name}");
        }
    }

    #[test]
    fn guesses() {
        check(None, b"caf\xe9", "café");
        check(None, "café".as_bytes(), "café");
        check(Some("us-ascii"), "café".as_bytes(), "café");
        check(Some("x-unknown"), b"\x93quoted\x94", "“quoted”");
        check(Some("utf-8"), b"caf\xe9", "caf\u{fffd}");
        check(Some("utf-8"), b"\xef\xbb\xbfmarked", "marked");
        check(Some(&"x".repeat(5000)), b"long", "long");
    }

    #[test]
    fn html_declares_itself() {
        let html =
            br#"<html><head><META http-equiv=Content-Type content="text/html; charset=KOI8-R">"#;
        assert_eq!(declared_in_html(html).as_deref(), Some("koi8-r"));
        let html = br#"<meta charset="x-made-up">"#;
        assert_eq!(declared_in_html(html), None);
    }
}
