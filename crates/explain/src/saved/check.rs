//! Whether the parts of a transcript that somebody sent fit together.

use std::{collections::HashSet, ops::Range};

use super::{Entry, ReadError, Saved};

/// What can be wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Its connection is not among the connections.
    #[error("there is no connection {0}")]
    Connection(u32),
    /// It has a time that there is not.
    #[error("it crossed at no time that there is")]
    Time,
    /// A token is empty, or does not begin where the one before it ends.
    #[error("token {0} is out of place")]
    TokenPlace(usize),
    /// The tokens end before what is kept does, or after.
    #[error("its tokens have {tokens} octets, and it has {kept}")]
    TokensEnd {
        /// Where they end.
        tokens: usize,
        /// How much is kept.
        kept: usize,
    },
    /// A token is a term that is not among the terms.
    #[error("token {token} is term {term}, which there is not")]
    Term {
        /// Which token, from 0.
        token: usize,
        /// What it is said to be.
        term: u32,
    },
    /// Where a secret was replaced lies outside of what is kept, or before the one before it.
    #[error("secret {0} is out of place")]
    Masked(usize),
}

impl Saved {
    /// Checks what the types do not say.
    pub(super) fn check(&self) -> Result<(), ReadError> {
        if self.connections.len() > MOST_CONNECTIONS {
            return Err(ReadError::Connections(self.connections.len()));
        }
        if self.began > END_OF_TIME {
            return Err(ReadError::Time);
        }
        let connections: HashSet<_> = self.connections.iter().map(|c| c.number).collect();
        for (number, entry) in self.entries.iter().enumerate() {
            self.check_entry(entry, &connections)
                .map_err(|fault| ReadError::Entry {
                    entry: number,
                    fault,
                })?;
        }
        Ok(())
    }

    fn check_entry(&self, entry: &Entry, connections: &HashSet<u32>) -> Result<(), Fault> {
        if !connections.contains(&entry.connection) {
            return Err(Fault::Connection(entry.connection));
        }
        if entry.at > END_OF_TIME || entry.queued.is_some_and(|queued| queued > entry.at) {
            return Err(Fault::Time);
        }
        let mut end = 0;
        for (number, token) in entry.tokens.iter().enumerate() {
            if token.start != end || token.end <= token.start {
                return Err(Fault::TokenPlace(number));
            }
            end = token.end;
            let term = token.term;
            if self.term(token).is_none() {
                let token = number;
                return Err(Fault::Term { token, term });
            }
        }
        let (tokens, kept) = (end as usize, entry.kept.len());
        if tokens != kept {
            return Err(Fault::TokensEnd { tokens, kept });
        }
        let mut end = 0;
        for (number, &(from, to)) in entry.masked.iter().enumerate() {
            if from < end || to <= from || to as usize > kept {
                return Err(Fault::Masked(number));
            }
            end = to;
        }
        Ok(())
    }
}

/// Whether ranges are in order, without overlapping, within so many octets.
pub(super) fn in_order(mut ranges: impl Iterator<Item = Range<usize>>, octets: usize) -> bool {
    let end = ranges.try_fold(0, |end, range| {
        (end <= range.start && range.start <= range.end).then_some(range.end)
    });
    end.is_some_and(|end| end <= octets)
}

/// The year 5000, in microseconds since 1970-01-01: this and as much again is a date of four digits.
pub(super) const END_OF_TIME: u64 = 95_617_584_000_000_000;

/// Far more than there are in a day: they are looked through for each entry.
pub(super) const MOST_CONNECTIONS: usize = 1024;
