//! A transcript that was opened.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::change::WireEntry;

/// What a page is told of a transcript that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// What it was saved by.
    pub product: String,
    /// What the time was where the entries' times are 0: microseconds since 1970.
    pub began: u64,
    /// The servers that were spoken to, in the order of the connections.
    pub hosts: Vec<String>,
    /// The connections that worked beside the user's: their turns are nobody's wait.
    pub beside: BTreeSet<u32>,
    /// What crossed, numbered from 0.
    pub entries: Vec<WireEntry>,
    /// How many octets of each the parser did not understand.
    pub unknown: Vec<u64>,
}
