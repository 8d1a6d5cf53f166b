//! What commands are for.

use super::deeds::Step;
use crate::intent::MessageId;

/// Why a command was sent on the main connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Task {
    /// Both ways are to be compressed.
    Compress,
    Capability,
    StartTls,
    SignIn,
    Enable,
    Select,
    /// Rows of the list.
    Rows,
    /// What the rows on screen begin with.
    Previews,
    /// Parts of a message, whole.
    Content {
        message: MessageId,
        ahead: bool,
    },
    /// A piece of something large: of which transfer, and how many octets come before it.
    Piece {
        transfer: u64,
        offset: u64,
    },
    /// What the user does to messages.
    Deed(Step),
    /// Part of an action whose success does not matter by itself.
    Silent,
    Check,
    Idle,
    /// A search, by its number.
    Search {
        serial: u64,
    },
}

impl Task {
    /// Whether it is not said again when its answer is lost.
    pub(super) fn copies(&self) -> bool {
        matches!(self, Self::Deed(Step::Copy(_)))
    }
}
