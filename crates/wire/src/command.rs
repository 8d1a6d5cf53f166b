//! The handle that ties a command to its completion.

use serde::{Deserialize, Serialize};

/// Names one command on one connection; handed out in the order in which commands are issued.
///
/// The protocol's own handle (an IMAP tag, a POP3 command's place in the pipeline) stays inside
/// the machine.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct CommandId(pub u64);

impl CommandId {
    /// The handle after this one.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
