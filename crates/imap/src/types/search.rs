//! SEARCH, SORT and THREAD: RFC 9051 section 6.4.4, RFC 5256, RFC 7162.

use super::{
    datetime::Date,
    flag::Flag,
    number::{ModSeq, Numbered, SeqNum, Uid},
    set::{NumberSet, SeqSet, UidSet},
};

/// A search criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchKey {
    /// `ALL`
    All,
    /// These sequence numbers.
    Seq(SeqSet),
    /// `UID ..`
    Uid(UidSet),
    /// `$`: the saved result (RFC 5182).
    Saved,
    /// The flag is set: `SEEN`, `KEYWORD $Junk` and the like.
    Has(Flag),
    /// The flag is not set: `UNSEEN`, `UNKEYWORD ..`.
    Lacks(Flag),
    /// `NEW`: recent and unseen (RFC 3501).
    New,
    /// The field contains the text: `FROM`, `SUBJECT`, or `HEADER name text`.
    Header {
        /// The field's name.
        name: String,
        /// The text, as octets in the command's charset.
        text: Vec<u8>,
    },
    /// `BODY text`
    Body(Vec<u8>),
    /// `TEXT text`: header or body.
    Text(Vec<u8>),
    /// Internal date before the day.
    Before(Date),
    /// Internal date on the day.
    On(Date),
    /// Internal date on the day or later.
    Since(Date),
    /// Date field before the day.
    SentBefore(Date),
    /// Date field on the day.
    SentOn(Date),
    /// Date field on the day or later.
    SentSince(Date),
    /// More octets than.
    Larger(u64),
    /// Fewer octets than.
    Smaller(u64),
    /// Changed at or after (RFC 7162 section 3.1.5).
    ModSeq {
        /// Only what changed of this.
        entry: Option<ModSeqEntry>,
        /// The least modification sequence.
        since: ModSeq,
    },
    /// `EMAILID`: the message of this identifier (RFC 8474).
    EmailId(String),
    /// `THREADID`: messages of the conversation of this identifier (RFC 8474).
    ThreadId(String),
    /// Not.
    Not(Box<Self>),
    /// Either.
    Or(Box<Self>, Box<Self>),
    /// All of these.
    And(Vec<Self>),
}

/// A flag whose changes a search by modification sequence is about (RFC 7162 section 3.1.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModSeqEntry {
    /// The flag: `/flags/..` on the wire.
    pub flag: Flag,
    /// Who sees it.
    pub kind: EntryKind,
}

/// Whose flags are meant, where a server keeps some for each user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// `PRIV`: those that only this user sees.
    Private,
    /// `SHARED`: those that all users see.
    Shared,
    /// `ALL`: both.
    All,
}

/// What an extended search returns (RFC 9051 section 6.4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchReturn {
    /// `MIN`
    Min,
    /// `MAX`
    Max,
    /// `ALL`
    All,
    /// `COUNT`
    Count,
    /// `SAVE`
    Save,
}

/// The messages that were found, in the order in which the server names them.
pub type Found = Numbered<Vec<SeqNum>, Vec<Uid>>;

/// The ESEARCH response (RFC 9051 section 7.3.4), which says itself what its numbers are.
pub type ExtendedSearch = Numbered<Summary<SeqNum>, Summary<Uid>>;

/// What an extended search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary<T> {
    /// The tag of the command that it answers.
    pub tag: Option<String>,
    /// The smallest.
    pub min: Option<T>,
    /// The largest.
    pub max: Option<T>,
    /// All.
    pub all: Option<NumberSet<T>>,
    /// How many.
    pub count: Option<u64>,
    /// The highest modification sequence among them.
    pub mod_seq: Option<ModSeq>,
}

/// What SORT sorts by (RFC 5256 section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// Internal date.
    Arrival,
    /// First Cc address.
    Cc,
    /// Date field.
    Date,
    /// First From address.
    From,
    /// Octets.
    Size,
    /// Base subject.
    Subject,
    /// First To address.
    To,
}

/// The threads that were found.
pub type Threads = Numbered<Vec<Thread<SeqNum>>, Vec<Thread<Uid>>>;

/// A thread: messages in a chain, and the threads that branch off after the last of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread<T> {
    /// The chain.
    pub chain: Vec<T>,
    /// What branches off.
    pub branches: Vec<Self>,
}

/// The names of flags as search keys, set and not set.
pub(crate) const FLAG_KEYS: [(&str, &str, Flag); 6] = [
    ("ANSWERED", "UNANSWERED", Flag::Answered),
    ("DELETED", "UNDELETED", Flag::Deleted),
    ("DRAFT", "UNDRAFT", Flag::Draft),
    ("FLAGGED", "UNFLAGGED", Flag::Flagged),
    ("RECENT", "OLD", Flag::Recent),
    ("SEEN", "UNSEEN", Flag::Seen),
];

/// The search keys that are a header field of the same name.
pub(crate) const FIELD_KEYS: [&str; 5] = ["BCC", "CC", "FROM", "SUBJECT", "TO"];

/// What the name of a flag begins with where it is an entry.
pub(crate) const FLAG_ENTRY: &str = "/flags/";

/// The names of the kinds of entries.
pub(crate) const ENTRY_KINDS: [(&str, EntryKind); 3] = [
    ("PRIV", EntryKind::Private),
    ("SHARED", EntryKind::Shared),
    ("ALL", EntryKind::All),
];

/// The names of sort keys.
pub(crate) const SORT_KEYS: [(&str, SortKey); 7] = [
    ("ARRIVAL", SortKey::Arrival),
    ("CC", SortKey::Cc),
    ("DATE", SortKey::Date),
    ("FROM", SortKey::From),
    ("SIZE", SortKey::Size),
    ("SUBJECT", SortKey::Subject),
    ("TO", SortKey::To),
];

/// The names of search return options.
pub(crate) const RETURN_OPTIONS: [(&str, SearchReturn); 5] = [
    ("MIN", SearchReturn::Min),
    ("MAX", SearchReturn::Max),
    ("ALL", SearchReturn::All),
    ("COUNT", SearchReturn::Count),
    ("SAVE", SearchReturn::Save),
];
