//! Sets of messages: `sequence-set` of RFC 9051 section 9, once for each kind of number.

use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Serialize};

use super::number::{SeqNum, Uid};

/// A set of sequence numbers.
pub type SeqSet = NumberSet<SeqNum>;
/// A set of unique identifiers.
pub type UidSet = NumberSet<Uid>;

/// An end of a range: a number, or `*` for the largest in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Endpoint {
    /// This number.
    Number(u32),
    /// `*`.
    Last,
}

/// Ranges of message numbers of one kind, in the order in which they were given.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NumberSet<T> {
    ranges: Vec<(Endpoint, Endpoint)>,
    #[serde(skip)]
    kind: PhantomData<T>,
}

impl<T: Copy + Into<u32> + From<u32>> NumberSet<T> {
    /// The empty set, which cannot be sent.
    pub fn new() -> Self {
        Self::from_ranges(Vec::new())
    }

    /// A set of the given ranges.
    pub fn from_ranges(ranges: Vec<(Endpoint, Endpoint)>) -> Self {
        Self {
            ranges,
            kind: PhantomData,
        }
    }

    /// The messages from `first` to `last`.
    pub fn range(first: T, last: T) -> Self {
        Self::from_ranges(vec![(
            Endpoint::Number(first.into()),
            Endpoint::Number(last.into()),
        )])
    }

    /// The messages from `first` on: `first:*`. Contains the last one even if it is below `first`.
    pub fn from(first: T) -> Self {
        Self::from_ranges(vec![(Endpoint::Number(first.into()), Endpoint::Last)])
    }

    /// Whether no message can be meant.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The ranges as given.
    pub fn ranges(&self) -> &[(Endpoint, Endpoint)] {
        &self.ranges
    }

    /// The ranges in numbers, each in ascending order, `*` being `last`.
    pub fn resolve(&self, last: T) -> impl Iterator<Item = (u32, u32)> + '_ {
        let last = last.into();
        let number = move |end| match end {
            Endpoint::Number(number) => number,
            Endpoint::Last => last,
        };
        self.ranges.iter().map(move |&(a, b)| {
            let (a, b) = (number(a), number(b));
            (a.min(b), a.max(b))
        })
    }

    /// Whether `number` is meant, `*` being `last`.
    pub fn contains(&self, number: T, last: T) -> bool {
        let number = number.into();
        self.resolve(last)
            .any(|(first, end)| (first..=end).contains(&number))
    }

    /// Every number up to `last`, at most `limit` of them: sets from a server may be absurd.
    pub fn numbers(&self, last: T, limit: usize) -> Vec<T> {
        self.resolve(last)
            .flat_map(|(first, end)| first..=end)
            .take(limit)
            .map(T::from)
            .collect()
    }

    /// How many numbers are meant if none overlap.
    pub fn count(&self, last: T) -> u64 {
        self.resolve(last)
            .map(|(first, end)| u64::from(end) - u64::from(first) + 1)
            .sum()
    }
}

impl<T: Copy + Into<u32> + From<u32>> Default for NumberSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Copy + Into<u32> + From<u32>> From<T> for NumberSet<T> {
    fn from(number: T) -> Self {
        Self::range(number, number)
    }
}

impl<T: Copy + Into<u32> + From<u32>> FromIterator<T> for NumberSet<T> {
    /// Neighbouring ascending numbers are joined into ranges.
    fn from_iter<I: IntoIterator<Item = T>>(numbers: I) -> Self {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for number in numbers.into_iter().map(Into::into) {
            match ranges.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
                Some((first, last)) if (*first..=*last).contains(&number) => {}
                _ => ranges.push((number, number)),
            }
        }
        let ends = |(a, b)| (Endpoint::Number(a), Endpoint::Number(b));
        Self::from_ranges(ranges.into_iter().map(ends).collect())
    }
}

impl<T> fmt::Display for NumberSet<T> {
    /// The wire form: `1:5,7,9:*`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, &(first, last)) in self.ranges.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            write!(f, "{first}")?;
            if first != last {
                write!(f, ":{last}")?;
            }
        }
        Ok(())
    }
}

impl<T> fmt::Debug for NumberSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Last => f.write_str("*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn neighbours_become_ranges() {
        for (numbers, wire) in [
            (&[1, 2, 3][..], "1:3"),
            (&[1, 3, 4, 4, 9], "1,3:4,9"),
            (&[3, 2, 1], "3,2,1"),
            (&[u32::MAX], "4294967295"),
        ] {
            let set: UidSet = numbers.iter().copied().map(Uid).collect();
            assert_eq!(set.to_string(), wire);
        }
    }

    #[test]
    fn a_star_is_the_last_in_either_place() {
        let set = UidSet::from(Uid(10));
        assert_eq!(set.to_string(), "10:*");
        assert!(set.contains(Uid(12), Uid(12)));
        assert!(
            set.contains(Uid(5), Uid(5)),
            "RFC 9051 section 9: *:4 means 4:*"
        );
        assert!(!set.contains(Uid(9), Uid(12)));
        assert_eq!(set.numbers(Uid(12), 2), [Uid(10), Uid(11)]);
    }
}
