//! The open mailbox as this client believes it to be: what the server has told it so far.

use serde::{Deserialize, Serialize};

use crate::intent::MessageId;

/// A mailbox as a client numbers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Belief {
    /// Its name.
    pub mailbox: String,
    /// IMAP: the generation that its UIDs belong to (RFC 9051 section 2.3.1.1).
    pub uid_validity: Option<u32>,
    /// How many messages it has.
    pub count: u32,
    /// The newest of them, at most [`MOST`](Self::MOST), by ascending number.
    pub messages: Vec<Believed>,
}

/// A message as a client knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Believed {
    /// Its sequence number or message number.
    pub number: u32,
    /// Its UID or unique-id, where the client was told.
    pub name: Option<String>,
    /// Its name on the device, where it has a row.
    pub id: Option<MessageId>,
    /// Its subject, where it has a row.
    pub subject: Option<String>,
    /// IMAP: its system flags in their wire form, where the client was told.
    pub flags: Option<Vec<String>>,
    /// POP3: it was marked with DELE and goes at QUIT.
    pub going: bool,
}

impl Belief {
    /// As many as a table shows.
    pub const MOST: u32 = 50;

    /// The numbers of the newest messages of so many, ascending.
    pub fn numbers(count: u32) -> impl Iterator<Item = u32> {
        count.saturating_sub(Self::MOST) + 1..=count
    }
}
