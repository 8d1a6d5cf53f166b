//! What commands are for.

use super::act::Moving;
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
    /// A change of flags; the flags as they were.
    Store {
        before: Vec<(MessageId, porthole_store::Flags)>,
    },
    Move {
        undo: Moving,
    },
    /// A step of removing messages for good.
    Remove,
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
    /// Whether the user wants something changed by it.
    pub(super) fn changes(&self) -> bool {
        matches!(self, Self::Store { .. } | Self::Move { .. } | Self::Remove)
    }
}
