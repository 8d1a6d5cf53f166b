//! The four kinds of number that must never be mixed up, and what can be of two of them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The same by either kind of number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Numbered<S, U> {
    /// By sequence number.
    Seq(S),
    /// By UID: the command has the prefix `UID`.
    Uid(U),
}

/// Which kind of number a command uses, and so its answer: SEARCH or UID SEARCH.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Numbering {
    /// Sequence numbers.
    #[default]
    Seq,
    /// UIDs.
    Uid,
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
        )]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$inner> for $name {
            fn from(number: $inner) -> Self {
                Self(number)
            }
        }

        impl From<$name> for $inner {
            fn from(number: $name) -> Self {
                number.0
            }
        }
    };
}

number! {
    /// A message sequence number: the message's place in this session's view, from 1. Shifts on
    /// EXPUNGE (RFC 9051 section 2.3.1.2).
    SeqNum(u32)
}
number! {
    /// A unique identifier: fixed for the message as long as the mailbox keeps its
    /// [`UidValidity`] (RFC 9051 section 2.3.1.1).
    Uid(u32)
}
number! {
    /// Which generation of a mailbox its UIDs belong to (RFC 9051 section 2.3.1.1).
    UidValidity(u32)
}
number! {
    /// A modification sequence: 63 bits, grows with every change (RFC 7162 section 3).
    ModSeq(u64)
}
