//! POP3: what becomes of the server's copies.

use serde::{Deserialize, Serialize};

const DAY: i64 = 24 * 60 * 60;

/// What becomes of the server's copy of a message once it is on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum AfterDownload {
    /// It stays, whatever is deleted here.
    LeaveOnServer,
    /// It is deleted.
    Delete,
    /// It is deleted so many days after it was downloaded.
    DeleteAfter {
        /// At least one.
        days: u16,
    },
    /// It is deleted when the message is deleted here. Nothing is downloaded for that.
    #[default]
    DeleteWhenDeletedHere,
}

impl AfterDownload {
    /// Whether messages are downloaded that nobody opened.
    pub fn downloads(self) -> bool {
        matches!(self, Self::Delete | Self::DeleteAfter { .. })
    }

    /// Whether a message is to leave the server that was downloaded then, both in seconds since
    /// 1970.
    pub fn is_over(self, downloaded: i64, now: i64) -> bool {
        match self {
            Self::Delete => true,
            Self::DeleteAfter { days } => now >= downloaded.saturating_add(i64::from(days) * DAY),
            Self::LeaveOnServer | Self::DeleteWhenDeletedHere => false,
        }
    }
}
