//! The tasks, and the devices on which they are done.

use serde::{Deserialize, Serialize};

/// What a user wants done, by either protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Task {
    /// See the ten newest subjects, on a device that was never here.
    TopTen,
    /// Read the newest message; the list is open.
    ReadOne,
    /// Read a message and save its attachment of 5 MB; the list is open.
    ReadLarge,
    /// See the list again in a new session, with nothing new there.
    SecondVisit,
    /// Delete the newest message on one device, look on another that has seen it.
    DeleteThere,
    /// Mark a message as read on one device, look on another.
    MarkThere,
    /// A message arrives while the list is open.
    NewMail,
    /// Search for a word.
    Search,
    /// Read the ten newest messages without a connection, of which the newest was read before.
    Unplugged,
}

impl Task {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::TopTen,
        Self::ReadOne,
        Self::ReadLarge,
        Self::SecondVisit,
        Self::DeleteThere,
        Self::MarkThere,
        Self::NewMail,
        Self::Search,
        Self::Unplugged,
    ];

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::TopTen => "See the ten newest subjects",
            Self::ReadOne => "Read one message",
            Self::ReadLarge => "Read one with a 5 MB attachment",
            Self::SecondVisit => "Second visit with nothing new",
            Self::DeleteThere => "Delete on one device, look on another",
            Self::MarkThere => "Mark read here, look there",
            Self::NewMail => "New mail arrives while open",
            Self::Search => "Search for a word",
            Self::Unplugged => "Pull the plug and read",
        }
    }

    /// How it is done, where that is not the same by both protocols.
    pub fn manner(self) -> Option<&'static str> {
        match self {
            Self::Unplugged => Some(
                "By POP3 all mail is first brought to the device and deleted from the server, as \
                 the protocol was made for; on an account only the ten newest messages are \
                 brought, and none is deleted. By IMAP it stays.",
            ),
            _ => None,
        }
    }

    /// A name for addresses and files.
    pub fn slug(self) -> &'static str {
        match self {
            Self::TopTen => "top-ten",
            Self::ReadOne => "read-one",
            Self::ReadLarge => "read-large",
            Self::SecondVisit => "second-visit",
            Self::DeleteThere => "delete-there",
            Self::MarkThere => "mark-there",
            Self::NewMail => "new-mail",
            Self::Search => "search",
            Self::Unplugged => "unplugged",
        }
    }
}

/// A device: an engine with a store of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Device {
    /// The one that the task is done on.
    First,
    /// The one that is looked at afterwards.
    Second,
}

impl Device {
    /// Both.
    pub const ALL: [Self; 2] = [Self::First, Self::Second];

    /// Its place, from 0.
    pub fn index(self) -> usize {
        match self {
            Self::First => 0,
            Self::Second => 1,
        }
    }

    /// As people count.
    pub fn number(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }
}

/// Mail that a driver is asked to deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sample {
    /// A short message.
    Small,
    /// One with an attachment of 5 MB.
    Large,
}

/// What changes somebody's mail on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Risk {
    /// The newest message is deleted.
    Delete,
    /// A message is marked as read.
    MarkRead,
}
