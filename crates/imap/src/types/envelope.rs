//! ENVELOPE: RFC 9051 section 7.5.2. Strings are the message's own octets, not yet decoded.

use serde::{Deserialize, Serialize};

/// A string that may be NIL.
pub type NString = Option<Vec<u8>>;

/// The envelope of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Envelope {
    /// The Date header field as it stands in the message.
    pub date: NString,
    /// The subject, encoded words and all.
    pub subject: NString,
    /// From.
    pub from: Vec<Address>,
    /// Sender; servers copy From where it is absent.
    pub sender: Vec<Address>,
    /// Reply-To; servers copy From where it is absent.
    pub reply_to: Vec<Address>,
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// Bcc.
    pub bcc: Vec<Address>,
    /// In-Reply-To.
    pub in_reply_to: NString,
    /// Message-ID.
    pub message_id: NString,
}

/// An address, or where `host` is NIL the start (`mailbox` is its name) or end of a group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Address {
    /// The display name.
    pub name: NString,
    /// The source route of RFC 822; obsolete.
    pub adl: NString,
    /// The part before the `@`.
    pub mailbox: NString,
    /// The part after it.
    pub host: NString,
}
