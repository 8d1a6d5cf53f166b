//! The octets of a section: RFC 9051 section 6.4.5.1.

use std::borrow::Cow;

use porthole_imap::types::section::{Section, SectionText};

use super::{Entity, Inner};

impl Entity {
    /// The part of that number; the empty number is the message itself.
    ///
    /// Parts of a nested message continue the number of the part that it is; a message that is not
    /// multipart has one part, 1.
    pub(crate) fn part(&self, number: &[u32]) -> Option<&Self> {
        let mut at = self;
        let mut is_message = true;
        for &number in number {
            let holder = match &at.inner {
                _ if is_message => at,
                Inner::Message(message) => message,
                Inner::Multipart(_) => at,
                Inner::Leaf => return None,
            };
            at = match &holder.inner {
                Inner::Multipart(parts) => parts.get((number as usize).checked_sub(1)?)?,
                Inner::Leaf | Inner::Message(_) if number == 1 => holder,
                Inner::Leaf | Inner::Message(_) => return None,
            };
            is_message = false;
        }
        Some(at)
    }

    /// The octets of a section; `None` if the message has no such section.
    pub(crate) fn section<'a>(&self, raw: &'a [u8], section: &Section) -> Option<Cow<'a, [u8]>> {
        let part = self.part(&section.part)?;
        let top = section.part.is_empty();
        let Some(text) = &section.text else {
            let whole = part.header.start..part.body.end;
            let range = if top { whole } else { part.body.clone() };
            return Some(Cow::Borrowed(&raw[range]));
        };
        if *text == SectionText::Mime {
            return (!top).then(|| Cow::Borrowed(&raw[part.header.clone()]));
        }
        // The others are of a message: this one, or the one that the part is.
        let message = match &part.inner {
            _ if top => part,
            Inner::Message(message) => message,
            Inner::Leaf | Inner::Multipart(_) => return None,
        };
        let header = &raw[message.header.clone()];
        Some(match text {
            SectionText::Text => Cow::Borrowed(&raw[message.body.clone()]),
            SectionText::HeaderFields(names) => Cow::Owned(header_fields(header, names, true)),
            SectionText::HeaderFieldsNot(names) => Cow::Owned(header_fields(header, names, false)),
            SectionText::Header | SectionText::Mime => Cow::Borrowed(header),
        })
    }
}

/// The fields whose name is among `names`, or is not; then the empty line.
fn header_fields(header: &[u8], names: &[String], wanted: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut takes = false;
    for line in header.split_inclusive(|&octet| octet == b'\n') {
        if line == b"\r\n" {
            break;
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line
                .split(|&octet| octet == b':')
                .next()
                .unwrap_or_default();
            let name = name.trim_ascii_end();
            let named = names
                .iter()
                .any(|known| known.as_bytes().eq_ignore_ascii_case(name));
            takes = named == wanted;
        }
        if takes {
            out.extend_from_slice(line);
        }
    }
    out.extend_from_slice(b"\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const NESTED: &[u8] = b"Subject: outer\r\nTo: a@example.com\r\n folded\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
preamble\r\n--x\r\n\r\none\r\n--x \r\nContent-Type: message/rfc822\r\n\r\n\
Subject: inner\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n\
--y\r\nContent-Type: text/plain\r\n\r\nplain\r\n--y\r\nContent-Type: text/html\r\n\r\n<p>\r\n--y--\r\n\r\n\
--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: single\r\n\r\nlast\r\n--x--\r\nepilogue\r\n";

    fn check(part: &[u32], text: Option<SectionText>, expected: Option<&str>) {
        let section = Section {
            part: part.to_vec(),
            text,
        };
        let found = Entity::parse(NESTED).section(NESTED, &section);
        let found = found.map(|octets| String::from_utf8(octets.into_owned()).unwrap());
        assert_eq!(found.as_deref(), expected, "{section}");
    }

    #[test]
    fn sections_of_nested_messages() {
        use SectionText::*;
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        check(&[1], None, Some("one"));
        check(&[1], Some(Mime), Some("\r\n"));
        check(&[1], Some(Header), None);
        check(
            &[2],
            Some(Mime),
            Some("Content-Type: message/rfc822\r\n\r\n"),
        );
        check(
            &[2],
            Some(Header),
            Some("Subject: inner\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n"),
        );
        check(&[2, 1], None, Some("plain"));
        check(&[2, 2], None, Some("<p>"));
        check(&[2, 2], Some(Mime), Some("Content-Type: text/html\r\n\r\n"));
        check(&[2, 3], None, None);
        check(&[3], Some(Text), Some("last"));
        check(&[3, 1], None, Some("last"));
        check(&[3, 2], None, None);
        check(&[0], None, None);
        check(&[1, 1], None, None);
        check(
            &[],
            Some(HeaderFields(names(&["to", "Missing"]))),
            Some("To: a@example.com\r\n folded\r\n\r\n"),
        );
        check(
            &[],
            Some(HeaderFieldsNot(names(&["TO", "content-type"]))),
            Some("Subject: outer\r\n\r\n"),
        );
        check(&[], None, Some(std::str::from_utf8(NESTED).unwrap()));
    }

    #[test]
    fn a_plain_message_is_part_1() {
        let raw = b"A: b\r\n\r\nbody\r\n";
        let entity = Entity::parse(raw);
        let section = |part: &[u32]| entity.section(raw, &Section::part(part));
        assert_eq!(section(&[1]).as_deref(), Some(&b"body\r\n"[..]));
        assert_eq!(section(&[2]), None);
        assert_eq!(section(&[1, 1]), None);
    }

    /// Whatever a message is, its ranges are within it.
    #[test]
    fn any_octets_can_be_taken_apart() {
        for cut in 0..NESTED.len() {
            for raw in [&NESTED[..cut], &NESTED[cut..]] {
                let entity = Entity::parse(raw);
                for leaf in entity.leaves() {
                    assert!(raw.get(leaf.header.clone()).is_some());
                    assert!(raw.get(leaf.body.clone()).is_some());
                }
                crate::mime::body_structure(&entity, raw);
            }
        }
    }
}
