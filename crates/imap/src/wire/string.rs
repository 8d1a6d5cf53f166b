//! Strings: quoted, as literals, and what servers send in their place (RFC 9051 section 4.3).

use super::{
    mark::Role,
    parser::{Parser, Result, is_astring_char, lossy},
    quirk::Quirk,
};
use crate::types::fetch::Data;

impl Parser<'_> {
    /// `string = quoted / literal`, or a literal8.
    pub(super) fn string(&mut self, role: Role) -> Result<Vec<u8>> {
        if self.peek() == Some(b'"') {
            return self.quoted(role);
        }
        match self.literal(role)? {
            Data::Whole(bytes) => Ok(bytes),
            _ => self.fail("a literal short enough to keep"),
        }
    }

    /// `string`; an atom is taken as text, NIL as an empty one.
    pub(super) fn string_or_quirk(&mut self, role: Role) -> Result<Vec<u8>> {
        let string = self.nstring(role)?;
        if string.is_none() {
            self.quirk(Quirk::NilForString);
        }
        Ok(string.unwrap_or_default())
    }

    /// `quoted`; any octet but CR and LF may stand in it, and a backslash makes the next literal.
    pub(super) fn quoted(&mut self, role: Role) -> Result<Vec<u8>> {
        let start = self.at;
        let rest = &self.text[start + 1..];
        let mut value = Vec::new();
        let mut from = 0;
        loop {
            let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', &rest[from..]) else {
                return self.fail("a closing quote");
            };
            value.extend_from_slice(&rest[from..from + found]);
            match rest[from + found] {
                b'"' => {
                    self.at = start + 1 + from + found + 1;
                    self.mark_from(start, role);
                    if !self.utf8 && !value.is_ascii() {
                        self.quirk(Quirk::EightBitString);
                    }
                    return Ok(value);
                }
                b'\\'
                    if rest
                        .get(from + found + 1)
                        .is_some_and(|&next| next != b'\n') =>
                {
                    value.push(rest[from + found + 1]);
                    from += found + 2;
                }
                _ => return self.fail("a closing quote"),
            }
        }
    }

    /// `literal` or `literal8`: its header here, its octets beside the text.
    pub(super) fn literal(&mut self, role: Role) -> Result<Data> {
        let start = self.at;
        let literals = &self.frame.literals;
        let Some(literal) = literals.get(self.literal).filter(|literal| {
            let header = self.text.get(start..literal.at).unwrap_or_default();
            header.starts_with(b"{") || header.starts_with(b"~{")
        }) else {
            return self.fail("a string");
        };
        if memchr::memchr(b'\n', &self.text[start..literal.at - 1]).is_some() {
            return self.fail("a string");
        }
        self.at = literal.at;
        self.literal += 1;
        self.mark_from(start, Role::LiteralHeader);
        if let Some(marks) = &mut self.marks {
            marks.literals.push(role);
        }
        Ok(match &literal.data {
            Some(bytes) => Data::Whole(bytes.clone()),
            None => Data::Streamed {
                octets: literal.octets,
            },
        })
    }

    /// `nstring = string / nil`, the octets possibly streamed.
    pub(super) fn ndata(&mut self, role: Role) -> Result<Data> {
        if self.nil() {
            Ok(Data::Nil)
        } else if self.peek() == Some(b'"') {
            self.quoted(role).map(Data::Whole)
        } else {
            self.literal(role)
        }
    }

    /// `nstring = string / nil`. An atom where a string belongs is a quirk that is taken as text.
    pub(super) fn nstring(&mut self, role: Role) -> Result<Option<Vec<u8>>> {
        if self.nil() {
            return Ok(None);
        }
        if !matches!(self.peek(), Some(b'"' | b'{' | b'~')) {
            self.quirk(Quirk::AtomForString);
        }
        self.astring(role).map(Some)
    }

    /// `astring = 1*ASTRING-CHAR / string`
    pub(super) fn astring(&mut self, role: Role) -> Result<Vec<u8>> {
        match self.peek() {
            Some(b'"' | b'{') => self.string(role),
            Some(b'~') if self.peek_at(1) == Some(b'{') => self.string(role),
            _ => self
                .take_while(role, "a string", is_astring_char)
                .map(<[u8]>::to_vec),
        }
    }

    /// `astring` as text; octets that are not UTF-8 are replaced.
    pub(super) fn astring_text(&mut self, role: Role) -> Result<String> {
        self.astring(role).map(lossy)
    }

    /// `nil`, if it is next.
    pub(super) fn nil(&mut self) -> bool {
        let ends = |byte: Option<u8>| !byte.is_some_and(is_astring_char);
        let found = self.looking_at(b"NIL") && ends(self.peek_at(3));
        if found {
            self.at += 3;
            self.mark_from(self.at - 3, Role::Nil);
        }
        found
    }
}
