//! What a parser took a stretch of octets for.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A stretch of octets and what it is, in the words of one protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark<Role> {
    /// Its octets.
    pub range: Range<usize>,
    /// What they are.
    pub role: Role,
}

impl<Role> Mark<Role> {
    /// The same octets, in other words.
    pub fn map<To>(self, role: impl FnOnce(Role) -> To) -> Mark<To> {
        Mark {
            range: self.range,
            role: role(self.role),
        }
    }
}
