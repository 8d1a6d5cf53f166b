//! What a server says: RFC 9051 section 7.

use super::{
    capability::Capabilities,
    code::ResponseCode,
    fetch::Fetch,
    flag::Flag,
    mailbox::{ListItem, MailboxName, MailboxStatus, Namespace},
    number::{ModSeq, SeqNum},
    search::{ExtendedSearch, Found, Threads},
    set::UidSet,
};

/// One response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// `+`: the server waits for the rest of a command.
    Continuation(Continuation),
    /// `*`: data, or a status that belongs to no command.
    Untagged(Untagged),
    /// The completion of a command.
    Tagged {
        /// The command's tag.
        tag: String,
        /// How it ended.
        status: Status,
        /// Why.
        text: StatusText,
    },
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Done.
    Ok,
    /// Not done, and the command was understood.
    No,
    /// Not understood.
    Bad,
}

/// The code and human-readable text of a status response.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusText {
    /// The code, where there is one.
    pub code: Option<ResponseCode>,
    /// The text.
    pub text: String,
}

/// A continuation request (RFC 9051 section 7.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Continuation {
    /// What follows `+ `: base64 in an authentication exchange, text otherwise.
    pub text: Vec<u8>,
}

/// An untagged response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Untagged {
    /// `OK`: the greeting, or a code or a notice on its way.
    Ok(StatusText),
    /// `NO`: a warning.
    No(StatusText),
    /// `BAD`: an error that belongs to no command.
    Bad(StatusText),
    /// `PREAUTH`: greeting of a server that knows the user already.
    PreAuth(StatusText),
    /// `BYE`: the server is about to close.
    Bye(StatusText),
    /// `CAPABILITY`
    Capability(Capabilities),
    /// `ENABLED` (RFC 9051 section 7.2.1)
    Enabled(Capabilities),
    /// `LIST`
    List(ListItem),
    /// `LSUB` (RFC 3501)
    Lsub(ListItem),
    /// `STATUS`
    Status(MailboxStatus),
    /// `NAMESPACE`: personal, other users', shared.
    Namespace {
        /// The user's own.
        personal: Vec<Namespace>,
        /// Other users'.
        other: Vec<Namespace>,
        /// Shared by all.
        shared: Vec<Namespace>,
    },
    /// `SEARCH` (RFC 3501)
    Search {
        /// The messages found.
        found: Found,
        /// The highest modification sequence among them (RFC 7162).
        mod_seq: Option<ModSeq>,
    },
    /// `ESEARCH`
    ExtendedSearch(ExtendedSearch),
    /// `SORT` (RFC 5256)
    Sort {
        /// The messages found, in order.
        found: Found,
        /// The highest modification sequence among them (RFC 7162).
        mod_seq: Option<ModSeq>,
    },
    /// `THREAD` (RFC 5256)
    Thread(Threads),
    /// `FLAGS`
    Flags(Vec<Flag>),
    /// `n EXISTS`
    Exists(u32),
    /// `n RECENT` (RFC 3501)
    Recent(u32),
    /// `n EXPUNGE`
    Expunge(SeqNum),
    /// `VANISHED` (RFC 7162 section 3.2.10)
    Vanished {
        /// Whether it happened before this session: sequence numbers do not change.
        earlier: bool,
        /// The messages that are gone.
        uids: UidSet,
    },
    /// `n FETCH`
    Fetch(Fetch),
    /// `ID` (RFC 2971): who the server is.
    Id(Vec<(String, Option<String>)>),
    /// `QUOTA` (RFC 9208)
    Quota {
        /// The quota root.
        root: String,
        /// Resource name, usage and limit.
        resources: Vec<(String, u64, u64)>,
    },
    /// `QUOTAROOT` (RFC 9208)
    QuotaRoot {
        /// The mailbox.
        mailbox: MailboxName,
        /// Its quota roots.
        roots: Vec<String>,
    },
    /// A response of a name that is not known.
    Unknown {
        /// The name in upper case.
        name: String,
    },
}
