//! The place in a line that a parser has come to.

use super::notes::{Notes, Role};

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
    notes: &'n mut Notes,
}

impl<'a, 'n> Cursor<'a, 'n> {
    pub(super) fn new(line: &'a [u8], notes: &'n mut Notes) -> Self {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        Self {
            line,
            at: 0,
            end: text.len(),
            notes,
        }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// What was not passed yet, without the line's ending.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.line[self.at..self.end]
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.end
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

    /// Passes any spaces and says whether there were some.
    pub(super) fn spaces(&mut self) -> bool {
        let count = self
            .rest()
            .iter()
            .take_while(|&&octet| octet == b' ')
            .count();
        !self.take(count, Role::Space).is_empty()
    }

    /// Passes `text` if it is next, in any case.
    pub(super) fn literal(&mut self, text: &[u8], role: Role) -> bool {
        let found = self
            .rest()
            .get(..text.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(text));
        if found {
            self.take(text.len(), role);
        }
        found
    }

    /// Marks the line's ending, and anything before it that was not passed.
    pub(super) fn finish(mut self) {
        self.take_rest(Role::Unknown);
        self.notes.mark(self.end..self.line.len(), Role::LineEnd);
    }
}
