//! The cursor over one frame: tokens in, values out, a mark for each.

use std::fmt;

use super::{
    frame::Frame,
    mark::{Mark, Marks, Role},
    quirk::{Quirk, Quirks},
    utf7,
};
use crate::types::{mailbox::MailboxName, number::Numbering};

/// A frame could not be read at this octet of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseError {
    /// The offset in the text.
    pub at: usize,
    /// What could have stood there.
    pub expected: &'static str,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at octet {}", self.expected, self.at)
    }
}

impl std::error::Error for ParseError {}

pub(super) type Result<T> = std::result::Result<T, ParseError>;

/// How deep parentheses may nest: a body structure of 100 levels is an attack.
const MAX_DEPTH: u32 = 100;

pub(super) struct Parser<'a> {
    pub(super) frame: &'a Frame,
    pub(super) text: &'a [u8],
    pub(super) at: usize,
    /// How many of the frame's literals were read.
    pub(super) literal: usize,
    depth: u32,
    pub(super) marks: Option<Marks>,
    quirks: Quirks,
    pub(super) utf8: bool,
    /// What bare numbers are, where the frame does not say it.
    pub(super) numbering: Numbering,
}

/// Where a parser stands, to come back to.
pub(super) struct Checkpoint {
    at: usize,
    literal: usize,
    depth: u32,
    marks: (usize, usize),
    quirks: Quirks,
}

impl<'a> Parser<'a> {
    /// A cursor at the start of `frame`. With `utf8`, mailbox names are UTF-8 (RFC 6855).
    pub(super) fn new(frame: &'a Frame, utf8: bool) -> Self {
        Self {
            frame,
            text: &frame.text,
            at: 0,
            literal: 0,
            depth: 0,
            marks: None,
            quirks: Quirks::default(),
            utf8,
            numbering: Numbering::Seq,
        }
    }

    /// The same, marking each token.
    pub(super) fn marking(frame: &'a Frame, utf8: bool) -> Self {
        Self {
            marks: Some(Marks::default()),
            ..Self::new(frame, utf8)
        }
    }

    /// The marks so far; what was not reached is marked as unknown.
    pub(super) fn into_marks(mut self) -> Marks {
        let start = self
            .marks
            .as_ref()
            .and_then(|marks| marks.text.last())
            .map_or(0, |m| m.range.end);
        self.at = self.text.len();
        self.mark_from(start, Role::Unknown);
        let mut marks = self.marks.unwrap_or_default();
        marks
            .literals
            .resize(self.frame.literals.len(), Role::Unknown);
        marks
    }

    /// Notes that something was tolerated.
    pub(super) fn quirk(&mut self, quirk: Quirk) {
        self.quirks.insert(quirk);
    }

    /// What was tolerated so far.
    pub(super) fn quirks(&self) -> Quirks {
        self.quirks
    }

    /// A mailbox name.
    pub(super) fn mailbox(&mut self) -> Result<MailboxName> {
        let wire = self.astring(Role::MailboxName)?;
        let name = utf7::decode_name(&wire, self.utf8);
        if name.raw().is_some() {
            self.quirk(Quirk::UnencodedName);
        }
        Ok(name)
    }

    /// A string of modified UTF-7 or UTF-8 that is not a name.
    pub(super) fn decode(&self, wire: &[u8]) -> String {
        utf7::decode_name(wire, self.utf8).as_str().to_owned()
    }

    pub(super) fn fail<T>(&self, expected: &'static str) -> Result<T> {
        Err(ParseError {
            at: self.at,
            expected,
        })
    }

    pub(super) fn checkpoint(&self) -> Checkpoint {
        let marks = self
            .marks
            .as_ref()
            .map_or((0, 0), |m| (m.text.len(), m.literals.len()));
        Checkpoint {
            at: self.at,
            literal: self.literal,
            depth: self.depth,
            marks,
            quirks: self.quirks,
        }
    }

    pub(super) fn restore(&mut self, point: &Checkpoint) {
        self.at = point.at;
        self.literal = point.literal;
        self.depth = point.depth;
        self.quirks = point.quirks;
        if let Some(marks) = &mut self.marks {
            marks.text.truncate(point.marks.0);
            marks.literals.truncate(point.marks.1);
        }
    }

    /// Marks everything from `start` to here.
    pub(super) fn mark_from(&mut self, start: usize, role: Role) {
        if let Some(marks) = &mut self.marks
            && start < self.at
        {
            marks.text.push(Mark {
                range: start..self.at,
                role,
            });
        }
    }

    /// Takes back the marks since `point` and marks the whole stretch as one.
    pub(super) fn mark_whole(&mut self, point: &Checkpoint, role: Role) {
        if let Some(marks) = &mut self.marks {
            marks.text.truncate(point.marks.0);
        }
        self.mark_from(point.at, role);
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    /// Whether the rest begins with `word`, in any case.
    pub(super) fn looking_at(&self, word: &[u8]) -> bool {
        let rest = &self.text[self.at..];
        rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word)
    }

    /// Takes `byte` if it is next.
    pub(super) fn eat(&mut self, byte: u8, role: Role) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
            self.mark_from(self.at - 1, role);
        }
        found
    }

    pub(super) fn expect(&mut self, byte: u8, role: Role, expected: &'static str) -> Result<()> {
        if self.eat(byte, role) {
            Ok(())
        } else {
            self.fail(expected)
        }
    }

    /// `SP`. More than one is a quirk of several servers and means the same.
    pub(super) fn space(&mut self) -> Result<()> {
        if self.skip_spaces() {
            Ok(())
        } else {
            self.fail("a space")
        }
    }

    /// Takes spaces if there are any.
    pub(super) fn skip_spaces(&mut self) -> bool {
        let start = self.at;
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
        self.mark_from(start, Role::Space);
        let spaces = self.at - start;
        if spaces > 1 {
            self.quirk(Quirk::ExtraSpace);
        }
        if spaces > 0 && (self.at_end() || self.peek() == Some(b')')) {
            self.quirk(Quirk::TrailingSpace);
        }
        spaces > 0
    }

    /// One level down.
    pub(super) fn descend(&mut self) -> Result<()> {
        if self.depth >= MAX_DEPTH {
            return self.fail("less nesting");
        }
        self.depth += 1;
        Ok(())
    }

    /// One level up.
    pub(super) fn ascend(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    pub(super) fn open(&mut self) -> Result<()> {
        self.expect(b'(', Role::Parenthesis, "'('")?;
        self.descend()
    }

    pub(super) fn close(&mut self) -> Result<()> {
        self.expect(b')', Role::Parenthesis, "')'")?;
        self.ascend();
        Ok(())
    }

    /// `CRLF`, and nothing after it. Trailing spaces are a quirk of several servers.
    pub(super) fn end(&mut self) -> Result<()> {
        self.skip_spaces();
        let start = self.at;
        if self.peek() == Some(b'\r') {
            self.at += 1;
        }
        if self.peek() == Some(b'\n') && self.at + 1 == self.text.len() {
            if self.at == start {
                self.quirk(Quirk::BareLineFeed);
            }
            self.at += 1;
            self.mark_from(start, Role::LineEnd);
            return Ok(());
        }
        self.at = start;
        self.fail("the end of the line")
    }

    /// Whether only the line ending is left.
    pub(super) fn at_end(&self) -> bool {
        matches!(&self.text[self.at..], b"\r\n" | b"\n" | b"")
    }

    /// One or more octets that `belongs` accepts.
    pub(super) fn take_while(
        &mut self,
        role: Role,
        expected: &'static str,
        belongs: impl Fn(u8) -> bool,
    ) -> Result<&'a [u8]> {
        let rest = &self.text[self.at..];
        let end = rest
            .iter()
            .position(|&byte| !belongs(byte))
            .unwrap_or(rest.len());
        if end == 0 {
            return self.fail(expected);
        }
        let start = self.at;
        self.at += end;
        self.mark_from(start, role);
        Ok(&rest[..end])
    }

    /// Everything up to the line ending.
    pub(super) fn rest_of_line(&mut self, role: Role) -> &'a [u8] {
        let rest = &self.text[self.at..];
        let line = rest.strip_suffix(b"\n").unwrap_or(rest);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let start = self.at;
        self.at += line.len();
        self.mark_from(start, role);
        line
    }

    /// `atom = 1*ATOM-CHAR`, with `]` allowed, as text.
    pub(super) fn atom(&mut self, role: Role) -> Result<&'a str> {
        let atom = self.take_while(role, "an atom", is_astring_char)?;
        std::str::from_utf8(atom).map_err(|_| ParseError {
            at: self.at,
            expected: "ASCII",
        })
    }

    /// An atom in upper case, for names that are compared.
    pub(super) fn keyword(&mut self, role: Role) -> Result<String> {
        self.atom(role).map(str::to_ascii_uppercase)
    }

    /// `number`; up to 64 bits, since some servers send sizes past 32.
    pub(super) fn number(&mut self, role: Role) -> Result<u64> {
        let start = self.at;
        let digits = self.take_while(role, "a number", |byte| byte.is_ascii_digit())?;
        let number = digits.iter().try_fold(0u64, |sum, digit| {
            sum.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
        });
        number.ok_or(ParseError {
            at: start,
            expected: "a number of at most 64 bits",
        })
    }

    /// A number of 32 bits.
    pub(super) fn number32(&mut self, role: Role) -> Result<u32> {
        let start = self.at;
        let number = self.number(role)?;
        u32::try_from(number).map_err(|_| ParseError {
            at: start,
            expected: "a number of at most 32 bits",
        })
    }

    /// `"(" [item *(SP item)] ")"`
    pub(super) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.open()?;
        let mut items = Vec::new();
        if self.skip_spaces() {
            self.quirk(Quirk::LeadingSpace);
        }
        while self.peek() != Some(b')') {
            items.push(item(self)?);
            self.skip_spaces();
        }
        self.close()?;
        Ok(items)
    }

    /// Passes over one value of any kind: an atom, a string, or a list with all that is in it.
    pub(super) fn skip_value(&mut self) -> Result<()> {
        let mut open = 0u32;
        loop {
            match self.peek() {
                Some(b'(') => {
                    open += 1;
                    self.eat(b'(', Role::Parenthesis);
                }
                Some(b')') if open > 0 => {
                    open -= 1;
                    self.eat(b')', Role::Parenthesis);
                }
                Some(b'"') => {
                    self.quoted(Role::Unknown)?;
                }
                Some(b'{' | b'~') if self.literal(Role::Unknown).is_ok() => {}
                Some(b' ') if open > 0 => {
                    self.skip_spaces();
                }
                _ => {
                    let unknown = |byte| !matches!(byte, b' ' | b'(' | b')' | b'"' | b'\r' | b'\n');
                    self.take_while(Role::Unknown, "a value", unknown)?;
                }
            }
            if open == 0 {
                return Ok(());
            }
        }
    }
}

/// `ASTRING-CHAR = ATOM-CHAR / "]"`; octets past ASCII are let through, since servers send them.
pub(super) fn is_astring_char(byte: u8) -> bool {
    !matches!(
        byte,
        0..=b' ' | 0x7f | b'(' | b')' | b'{' | b'"' | b'\\' | b'%' | b'*'
    )
}

/// Octets as text, whatever they are.
pub(super) fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
