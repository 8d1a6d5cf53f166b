//! What a client tells its driver.

use porthole_wire::CommandId;

use super::{Closed, Error};
use crate::{
    types::{Capabilities, DropListing, ScanListing, Timestamp, UniqueIdListing},
    wire::{ParseError, Quirk},
};

/// Something that a server said, or that came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The server speaks first.
    Greeting {
        /// With this, APOP can be used.
        timestamp: Option<Timestamp>,
        /// Words for people.
        text: String,
    },
    /// What the server can do.
    Capabilities {
        /// The CAPA.
        id: CommandId,
        /// Its answer.
        capabilities: Capabilities,
    },
    /// How much there is.
    DropListing {
        /// The STAT.
        id: CommandId,
        /// Its answer.
        listing: DropListing,
    },
    /// The whole answer to LIST, or the one line of it.
    ScanListing {
        /// The LIST.
        id: CommandId,
        /// In the server's order.
        listing: Vec<ScanListing>,
    },
    /// The whole answer to UIDL, or the one line of it.
    UniqueIdListing {
        /// The UIDL.
        id: CommandId,
        /// In the server's order.
        listing: Vec<UniqueIdListing>,
    },
    /// The next octets of a message, byte-stuffing removed.
    PayloadChunk {
        /// The RETR or TOP.
        id: CommandId,
        /// Never empty.
        bytes: Vec<u8>,
    },
    /// A line was skipped, since it cannot be read.
    Unreadable {
        /// The command in whose answer it was; `None` if it belongs to none.
        id: Option<CommandId>,
        /// Where and why.
        error: ParseError,
    },
    /// The server deviates from the RFCs; told once on a connection.
    Tolerated {
        /// How.
        quirk: Quirk,
    },
    /// Upgrade the stream to TLS now, then call
    /// [`handle_tls_established`](super::Client::handle_tls_established).
    StartTls {
        /// The STLS.
        id: CommandId,
    },
    /// A command has ended.
    Completed {
        /// The command.
        id: CommandId,
        /// How.
        result: Result<(), Error>,
    },
    /// Nothing more will come; end the stream.
    Closed {
        /// Why.
        why: Closed,
    },
}
