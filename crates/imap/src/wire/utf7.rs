//! Mailbox names on the wire: modified UTF-7 (RFC 3501 section 5.1.3), or UTF-8 once that is
//! enabled (RFC 6855, RFC 9051 section 5.1).

use crate::types::mailbox::MailboxName;

/// The alphabet of base64 with `,` for `/`.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// The name that these octets spell. What is neither modified UTF-7 nor UTF-8 is shown as well as
/// it can be, and sent back as it came.
pub fn decode_name(wire: &[u8], utf8: bool) -> MailboxName {
    let text = if utf8 || !wire.is_ascii() {
        String::from_utf8(wire.to_vec()).ok()
    } else {
        decode(wire)
    };
    let text = text.unwrap_or_else(|| String::from_utf8_lossy(wire).into_owned());
    let name = MailboxName::new(text.clone());
    if name.is_inbox() || encode_name(&name, utf8) == wire {
        name
    } else {
        MailboxName::with_raw(text, wire.to_vec())
    }
}

/// The octets that spell this name.
pub fn encode_name(name: &MailboxName, utf8: bool) -> Vec<u8> {
    match name.raw() {
        Some(raw) => raw.to_vec(),
        None => encode_text(name.as_str(), utf8),
    }
}

/// The octets that spell a name or a pattern.
pub fn encode_text(text: &str, utf8: bool) -> Vec<u8> {
    if utf8 {
        text.as_bytes().to_vec()
    } else {
        encode(text).into_bytes()
    }
}

/// Modified UTF-7 to text; `None` where it is malformed.
pub fn decode(wire: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'&' {
            text.push(char::from(byte));
            rest = after;
            continue;
        }
        let end = memchr::memchr(b'-', after)?;
        let (encoded, after) = (&after[..end], &after[end + 1..]);
        if encoded.is_empty() {
            text.push('&');
        } else {
            for unit in char::decode_utf16(decode_base64(encoded)?) {
                text.push(unit.ok()?);
            }
        }
        rest = after;
    }
    Some(text)
}

/// Text to modified UTF-7.
pub fn encode(text: &str) -> String {
    let mut wire = String::with_capacity(text.len());
    let mut shifted: Vec<u16> = Vec::new();
    for character in text.chars() {
        if matches!(character, ' '..='~') {
            flush(&mut shifted, &mut wire);
            wire.push(character);
            if character == '&' {
                wire.push('-');
            }
        } else {
            shifted.extend_from_slice(character.encode_utf16(&mut [0; 2]));
        }
    }
    flush(&mut shifted, &mut wire);
    wire
}

fn flush(shifted: &mut Vec<u16>, wire: &mut String) {
    if shifted.is_empty() {
        return;
    }
    wire.push('&');
    let (mut bits, mut count) = (0u32, 0);
    for unit in shifted.drain(..) {
        bits = bits << 16 | u32::from(unit);
        count += 16;
        while count >= 6 {
            count -= 6;
            wire.push(char::from(ALPHABET[(bits >> count & 63) as usize]));
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        wire.push(char::from(ALPHABET[(bits << (6 - count) & 63) as usize]));
    }
    wire.push('-');
}

fn decode_base64(encoded: &[u8]) -> Option<Vec<u16>> {
    let mut units = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for &byte in encoded {
        let value = ALPHABET.iter().position(|&letter| letter == byte)?;
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push((bits >> count) as u16);
            bits &= (1 << count) - 1;
        }
    }
    (count < 6 && bits == 0).then_some(units)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn names_are_inverse() {
        for (text, wire) in [
            ("INBOX", "INBOX"),
            ("Reisen & Träume", "Reisen &- Tr&AOQ-ume"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("😀", "&2D3eAA-"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("a&b", "a&-b"),
        ] {
            assert_eq!(encode(text), wire);
            assert_eq!(decode(wire.as_bytes()).as_deref(), Some(text));
            assert_eq!(decode_name(wire.as_bytes(), false), MailboxName::new(text));
            assert_eq!(decode_name(text.as_bytes(), true), MailboxName::new(text));
        }
    }

    #[test]
    fn what_is_malformed_goes_back_as_it_came() {
        for wire in [
            &b"a&b"[..],
            b"&AOQ",
            b"&A-",
            b"&!!!-",
            b"caf\xe9",
            b"&2D0-",
            b"&AGE-",
        ] {
            let name = decode_name(wire, false);
            assert_eq!(encode_name(&name, false), wire, "{name:?}");
        }
    }
}
