//! The place in a line that a parser has come to.

use std::str::FromStr;

use super::notes::{Notes, Quirk, Role};

/// Something else stands where a token was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at octet {at}")]
pub struct ParseError {
    /// The octet in the line.
    pub at: usize,
    /// What should have been there.
    pub expected: &'static str,
}

/// Walks over one line, its ending apart, and leaves a mark on all that it passes.
pub(super) struct Cursor<'a, 'n> {
    line: &'a [u8],
    at: usize,
    end: usize,
    pub(super) notes: &'n mut Notes,
}

impl<'a, 'n> Cursor<'a, 'n> {
    pub(super) fn new(line: &'a [u8], notes: &'n mut Notes) -> Self {
        let end = match line {
            [text @ .., b'\r', b'\n'] => text.len(),
            [text @ .., b'\n'] => {
                notes.quirk(Quirk::BareLineFeed);
                text.len()
            }
            text => text.len(),
        };
        Self {
            line,
            at: 0,
            end,
            notes,
        }
    }

    /// What was not passed yet, without the line's ending.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.line[self.at..self.end]
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.end
    }

    pub(super) fn fail<T>(&self, expected: &'static str) -> Result<T, ParseError> {
        Err(ParseError {
            at: self.at,
            expected,
        })
    }

    /// Passes `count` octets.
    pub(super) fn take(&mut self, count: usize, role: Role) -> &'a [u8] {
        let from = self.at;
        self.at = self.end.min(from + count);
        self.notes.mark(from..self.at, role);
        &self.line[from..self.at]
    }

    /// Passes all that is left.
    pub(super) fn take_rest(&mut self, role: Role) -> &'a [u8] {
        self.take(self.rest().len(), role)
    }

    /// Passes everything up to the next space; may be empty.
    pub(super) fn word(&mut self, role: Role) -> &'a [u8] {
        let rest = self.rest();
        self.take(memchr::memchr(b' ', rest).unwrap_or(rest.len()), role)
    }

    /// Passes the word if it is a number.
    pub(super) fn number<N: FromStr>(
        &mut self,
        role: Role,
        expected: &'static str,
    ) -> Result<N, ParseError> {
        let rest = self.rest();
        let digits = rest
            .iter()
            .take_while(|octet| octet.is_ascii_digit())
            .count();
        let number = std::str::from_utf8(&rest[..digits])
            .ok()
            .and_then(|text| text.parse().ok());
        let Some(number) = number.filter(|_| matches!(rest.get(digits), None | Some(b' '))) else {
            return self.fail(expected);
        };
        self.take(digits, role);
        Ok(number)
    }

    /// Passes the space that must be here; more of them are tolerated.
    pub(super) fn space(&mut self) -> Result<(), ParseError> {
        if self.rest().first() != Some(&b' ') {
            return self.fail("a space");
        }
        self.take(1, Role::Space);
        self.extra_spaces();
        Ok(())
    }

    /// Passes spaces that should not be here.
    pub(super) fn extra_spaces(&mut self) {
        let spaces = self
            .rest()
            .iter()
            .take_while(|&&octet| octet == b' ')
            .count();
        if spaces > 0 {
            self.notes.quirk(Quirk::ExtraSpace);
            self.take(spaces, Role::Space);
        }
    }

    /// Ends a listing: nothing should be left, words are tolerated.
    pub(super) fn end_of_listing(mut self) {
        if !self.is_at_end() {
            let only_spaces = self.rest().iter().all(|&octet| octet == b' ');
            if only_spaces {
                self.extra_spaces();
            } else {
                self.notes.quirk(Quirk::ExtraText);
                self.take(1, Role::Space);
                self.take_rest(Role::Text);
            }
        }
        self.finish();
    }

    /// Marks the line's ending, and anything before it that was not passed.
    pub(super) fn finish(mut self) {
        self.take_rest(Role::Unknown);
        self.notes.mark(self.end..self.line.len(), Role::LineEnd);
    }
}
