//! FETCH: what is asked for and what comes (RFC 9051 sections 6.4.5 and 7.5.2).

use serde::{Deserialize, Serialize};

use super::{
    body::BodyStructure,
    datetime::DateTime,
    envelope::{Envelope, NString},
    flag::Flag,
    number::{ModSeq, SeqNum, Uid},
    section::{Partial, Section},
};

/// A data item that a client asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FetchItem {
    /// `FLAGS`
    Flags,
    /// `UID`
    Uid,
    /// `INTERNALDATE`
    InternalDate,
    /// `RFC822.SIZE`
    Rfc822Size,
    /// `ENVELOPE`
    Envelope,
    /// `BODY` without a section: the structure without extension data.
    Body,
    /// `BODYSTRUCTURE`
    BodyStructure,
    /// `BODY[..]` or `BODY.PEEK[..]`
    Section {
        /// Which octets.
        section: Section,
        /// Whether `\Seen` stays as it is.
        peek: bool,
        /// A window of them.
        partial: Option<Partial>,
    },
    /// `BINARY[..]` or `BINARY.PEEK[..]`: the part decoded by the server (RFC 3516).
    Binary {
        /// Which part.
        part: Vec<u32>,
        /// Whether `\Seen` stays as it is.
        peek: bool,
        /// A window of it.
        partial: Option<Partial>,
    },
    /// `BINARY.SIZE[..]`
    BinarySize(Vec<u32>),
    /// `RFC822` (RFC 3501)
    Rfc822,
    /// `RFC822.HEADER` (RFC 3501)
    Rfc822Header,
    /// `RFC822.TEXT` (RFC 3501)
    Rfc822Text,
    /// `MODSEQ` (RFC 7162)
    ModSeq,
    /// `PREVIEW`, or `PREVIEW (LAZY)` (RFC 8970)
    Preview {
        /// Only if the server has it at hand.
        lazy: bool,
    },
    /// `EMAILID` (RFC 8474)
    EmailId,
    /// `THREADID` (RFC 8474)
    ThreadId,
    /// `SAVEDATE` (RFC 8514)
    SaveDate,
}

/// What a server says of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// The message.
    pub seq: SeqNum,
    /// What of it, in the order in which it came.
    pub items: Vec<MessageDataItem>,
}

impl Fetch {
    /// The UID, where it came.
    pub fn uid(&self) -> Option<Uid> {
        self.items.iter().find_map(|item| match item {
            MessageDataItem::Uid(uid) => Some(*uid),
            _ => None,
        })
    }

    /// The flags, where they came.
    pub fn flags(&self) -> Option<&[Flag]> {
        self.items.iter().find_map(|item| match item {
            MessageDataItem::Flags(flags) => Some(flags.as_slice()),
            _ => None,
        })
    }
}

/// One item of a FETCH response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageDataItem {
    /// `FLAGS`
    Flags(Vec<Flag>),
    /// `UID`
    Uid(Uid),
    /// `INTERNALDATE`
    InternalDate(DateTime),
    /// `RFC822.SIZE`, in octets.
    Rfc822Size(u64),
    /// `ENVELOPE`
    Envelope(Box<Envelope>),
    /// `BODY` or `BODYSTRUCTURE`
    BodyStructure(Box<BodyStructure>),
    /// `BODY[..]`, and `RFC822*` as the section that it stands for.
    Section {
        /// Which octets.
        section: Section,
        /// Where a window of them begins.
        origin: Option<u64>,
        /// The octets.
        data: Data,
    },
    /// `BINARY[..]`
    Binary {
        /// Which part.
        part: Vec<u32>,
        /// Where a window of it begins.
        origin: Option<u64>,
        /// The octets.
        data: Data,
    },
    /// `BINARY.SIZE[..]`, in octets.
    BinarySize {
        /// Which part.
        part: Vec<u32>,
        /// Its size once decoded.
        octets: u64,
    },
    /// `MODSEQ`
    ModSeq(ModSeq),
    /// `PREVIEW`; `None` where the server has none.
    Preview(NString),
    /// `EMAILID`
    EmailId(String),
    /// `THREADID`
    ThreadId(Option<String>),
    /// `SAVEDATE`
    SaveDate(Option<DateTime>),
    /// An item that is not known or could not be read; its value was skipped.
    Unknown(String),
}

/// The octets of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Data {
    /// NIL: the server has no such section.
    Nil,
    /// The octets themselves.
    Whole(Vec<u8>),
    /// They were handed on in chunks before this response was complete.
    Streamed {
        /// How many they were.
        octets: u64,
    },
}
