//! What a client says: RFC 9051 section 6, and the extensions' commands.

use porthole_wire::Secret;

use super::{
    datetime::DateTime,
    fetch::FetchItem,
    flag::Flag,
    mailbox::{MailboxAttribute, MailboxName},
    number::{ModSeq, Numbered, Numbering, Uid, UidValidity},
    search::{SearchKey, SearchReturn, SortKey},
    set::{SeqSet, UidSet},
    status::StatusItem,
};

/// A command without its tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `CAPABILITY`
    Capability,
    /// `NOOP`
    Noop,
    /// `LOGOUT`
    Logout,
    /// `STARTTLS`
    StartTls,
    /// `AUTHENTICATE`
    Authenticate {
        /// The SASL mechanism.
        mechanism: String,
        /// The initial response, not yet in base64 (RFC 4959).
        initial_response: Option<Secret64>,
    },
    /// `LOGIN`
    Login {
        /// The user name.
        user: Vec<u8>,
        /// The password.
        password: Secret,
    },
    /// `ENABLE`
    Enable(Vec<String>),
    /// `SELECT`, or `EXAMINE` where `read_only`.
    Select {
        /// Which one.
        mailbox: MailboxName,
        /// Whether it is only to be looked at.
        read_only: bool,
        /// What is asked for besides.
        parameters: Vec<SelectParameter>,
    },
    /// `CREATE`
    Create {
        /// The new mailbox.
        mailbox: MailboxName,
        /// `USE (..)`: what it is for (RFC 6154).
        uses: Vec<MailboxAttribute>,
    },
    /// `DELETE`
    Delete {
        /// Which one.
        mailbox: MailboxName,
    },
    /// `RENAME`
    Rename {
        /// The old name.
        from: MailboxName,
        /// The new one.
        to: MailboxName,
    },
    /// `SUBSCRIBE`
    Subscribe {
        /// Which one.
        mailbox: MailboxName,
    },
    /// `UNSUBSCRIBE`
    Unsubscribe {
        /// Which one.
        mailbox: MailboxName,
    },
    /// `LIST` (RFC 9051 section 6.3.9, RFC 5258, RFC 5819)
    List(List),
    /// `LSUB` (RFC 3501)
    Lsub {
        /// The reference name.
        reference: MailboxName,
        /// The pattern, decoded.
        pattern: String,
    },
    /// `NAMESPACE`
    Namespace,
    /// `STATUS`
    Status {
        /// Which one.
        mailbox: MailboxName,
        /// What of it.
        items: Vec<StatusItem>,
    },
    /// `APPEND`
    Append {
        /// Where to.
        mailbox: MailboxName,
        /// With these flags.
        flags: Vec<Flag>,
        /// With this internal date; the server's clock otherwise.
        internal_date: Option<DateTime>,
        /// The message.
        message: Vec<u8>,
        /// How it is written.
        form: AppendForm,
    },
    /// `IDLE`; ended by a line `DONE`.
    Idle,
    /// `CHECK` (RFC 3501)
    Check,
    /// `CLOSE`
    Close,
    /// `UNSELECT`
    Unselect,
    /// `EXPUNGE`, or `UID EXPUNGE` (RFC 4315)
    Expunge {
        /// Only these.
        uids: Option<UidSet>,
    },
    /// `SEARCH`
    Search {
        /// Whether the answer is in UIDs.
        uid: bool,
        /// `RETURN (..)`: answer with ESEARCH.
        returns: Option<Vec<SearchReturn>>,
        /// `CHARSET`
        charset: Option<String>,
        /// All of these.
        keys: Vec<SearchKey>,
    },
    /// `SORT` (RFC 5256)
    Sort {
        /// Whether the answer is in UIDs.
        uid: bool,
        /// What by, and whether reversed.
        order: Vec<(bool, SortKey)>,
        /// The charset of the keys.
        charset: String,
        /// Which messages.
        keys: Vec<SearchKey>,
    },
    /// `THREAD` (RFC 5256)
    Thread {
        /// Whether the answer is in UIDs.
        uid: bool,
        /// `ORDEREDSUBJECT`, `REFERENCES` or another.
        algorithm: String,
        /// The charset of the keys.
        charset: String,
        /// Which messages.
        keys: Vec<SearchKey>,
    },
    /// `FETCH`
    Fetch {
        /// Which messages.
        messages: Messages,
        /// What of them.
        items: Vec<FetchItem>,
        /// `CHANGEDSINCE` (RFC 7162)
        changed_since: Option<ModSeq>,
        /// `VANISHED` (RFC 7162 section 3.2.6)
        vanished: bool,
    },
    /// `STORE`
    Store {
        /// Which messages.
        messages: Messages,
        /// `UNCHANGEDSINCE` (RFC 7162)
        unchanged_since: Option<ModSeq>,
        /// Set, add or remove.
        action: StoreAction,
        /// `.SILENT`
        silent: bool,
        /// The flags.
        flags: Vec<Flag>,
    },
    /// `COPY`
    Copy {
        /// Which messages.
        messages: Messages,
        /// Where to.
        mailbox: MailboxName,
    },
    /// `MOVE` (RFC 6851)
    Move {
        /// Which messages.
        messages: Messages,
        /// Where to.
        mailbox: MailboxName,
    },
    /// `ID` (RFC 2971)
    Id(Vec<(String, Option<String>)>),
    /// `GETQUOTA` (RFC 9208)
    GetQuota {
        /// The quota root.
        root: String,
    },
    /// `GETQUOTAROOT` (RFC 9208)
    GetQuotaRoot {
        /// The mailbox.
        mailbox: MailboxName,
    },
    /// `SETQUOTA` (RFC 9208)
    SetQuota {
        /// The quota root.
        root: String,
        /// Resource name and limit; what is not named has none.
        limits: Vec<(String, u64)>,
    },
    /// `COMPRESS DEFLATE` (RFC 4978)
    Compress,
    /// `NOTIFY` (RFC 5465)
    Notify(Notify),
}

/// An initial response that may hold a password; shown by nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret64(pub Vec<u8>);

impl std::fmt::Debug for Secret64 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret64(..)")
    }
}

/// Messages by either kind of number.
pub type Messages = Numbered<SeqSet, UidSet>;

/// A parameter of SELECT and EXAMINE (RFC 7162 sections 3.1.8 and 3.2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectParameter {
    /// `CONDSTORE`
    CondStore,
    /// `QRESYNC (..)`
    QResync {
        /// The generation that the client knows.
        validity: UidValidity,
        /// The last change that it knows of.
        mod_seq: ModSeq,
        /// The messages that it knows.
        known: Option<UidSet>,
        /// Some of them by both numbers, in the same order: where they agree, nothing is gone.
        matches: Option<(SeqSet, UidSet)>,
    },
}

/// How the message of an APPEND is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AppendForm {
    /// `{n}`
    #[default]
    Literal,
    /// `~{n}`: any octet may be in it (RFC 3516).
    Literal8,
    /// `UTF8 (~{n} ..)`: its header has UTF-8 in it (RFC 6855, RFC 9755).
    Utf8,
}

/// `LIST` with what RFC 5258, 5819 and 6154 add.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// `SUBSCRIBED`, `RECURSIVEMATCH` and the like before the reference.
    pub selection: Vec<String>,
    /// The reference name.
    pub reference: String,
    /// The patterns, decoded; more than one makes it an extended LIST.
    pub patterns: Vec<String>,
    /// `CHILDREN`, `SUBSCRIBED`, `SPECIAL-USE` behind `RETURN`.
    pub returns: Vec<String>,
    /// `STATUS (..)` behind `RETURN`.
    pub status: Vec<StatusItem>,
}

/// What STORE does with the flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreAction {
    /// `FLAGS`
    Replace,
    /// `+FLAGS`
    Add,
    /// `-FLAGS`
    Remove,
}

/// `NOTIFY` (RFC 5465 section 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notify {
    /// `NONE`: say nothing.
    None,
    /// `SET`: say what these groups name.
    Set {
        /// Whether to begin with a STATUS of each mailbox.
        status: bool,
        /// Of which mailboxes, and what.
        groups: Vec<EventGroup>,
    },
}

/// Mailboxes, and what the server is to tell of them (RFC 5465 section 8, `event-group`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventGroup {
    /// `SELECTED`, `SELECTED-DELAYED`, `INBOXES`, `PERSONAL`, `SUBSCRIBED`, `SUBTREE` or
    /// `MAILBOXES`.
    pub filter: String,
    /// Which ones, behind `SUBTREE` and `MAILBOXES`.
    pub mailboxes: Vec<MailboxName>,
    /// `MESSAGENEW` and the like; none for `NONE`.
    pub events: Vec<String>,
    /// What is to be told of a new message, behind `MESSAGENEW`.
    pub items: Vec<FetchItem>,
}

impl Command {
    /// The command's name, `UID` first where it has that form.
    pub fn name(&self) -> &'static str {
        let uid = |messages: &Messages, plain, uid| match messages {
            Messages::Seq(_) => plain,
            Messages::Uid(_) => uid,
        };
        match self {
            Self::Capability => "CAPABILITY",
            Self::Noop => "NOOP",
            Self::Logout => "LOGOUT",
            Self::StartTls => "STARTTLS",
            Self::Authenticate { .. } => "AUTHENTICATE",
            Self::Login { .. } => "LOGIN",
            Self::Enable(_) => "ENABLE",
            Self::Select {
                read_only: false, ..
            } => "SELECT",
            Self::Select {
                read_only: true, ..
            } => "EXAMINE",
            Self::Create { .. } => "CREATE",
            Self::Delete { .. } => "DELETE",
            Self::Rename { .. } => "RENAME",
            Self::Subscribe { .. } => "SUBSCRIBE",
            Self::Unsubscribe { .. } => "UNSUBSCRIBE",
            Self::List(_) => "LIST",
            Self::Lsub { .. } => "LSUB",
            Self::Namespace => "NAMESPACE",
            Self::Status { .. } => "STATUS",
            Self::Append { .. } => "APPEND",
            Self::Idle => "IDLE",
            Self::Check => "CHECK",
            Self::Close => "CLOSE",
            Self::Unselect => "UNSELECT",
            Self::Expunge { uids: None } => "EXPUNGE",
            Self::Expunge { uids: Some(_) } => "UID EXPUNGE",
            Self::Search { uid: false, .. } => "SEARCH",
            Self::Search { uid: true, .. } => "UID SEARCH",
            Self::Sort { uid: false, .. } => "SORT",
            Self::Sort { uid: true, .. } => "UID SORT",
            Self::Thread { uid: false, .. } => "THREAD",
            Self::Thread { uid: true, .. } => "UID THREAD",
            Self::Fetch { messages, .. } => uid(messages, "FETCH", "UID FETCH"),
            Self::Store { messages, .. } => uid(messages, "STORE", "UID STORE"),
            Self::Copy { messages, .. } => uid(messages, "COPY", "UID COPY"),
            Self::Move { messages, .. } => uid(messages, "MOVE", "UID MOVE"),
            Self::Id(_) => "ID",
            Self::GetQuota { .. } => "GETQUOTA",
            Self::GetQuotaRoot { .. } => "GETQUOTAROOT",
            Self::SetQuota { .. } => "SETQUOTA",
            Self::Compress => "COMPRESS",
            Self::Notify(_) => "NOTIFY",
        }
    }

    /// Which kind of number it uses.
    pub fn numbering(&self) -> Numbering {
        if self.name().starts_with("UID ") {
            Numbering::Uid
        } else {
            Numbering::Seq
        }
    }

    /// A FETCH by UID of these items.
    pub fn uid_fetch(uids: impl Into<UidSet>, items: Vec<FetchItem>) -> Self {
        let messages = Messages::Uid(uids.into());
        Self::Fetch {
            messages,
            items,
            changed_since: None,
            vanished: false,
        }
    }

    /// A STORE by UID that adds or removes flags and is answered with the result.
    pub fn uid_store(uids: impl Into<UidSet>, action: StoreAction, flags: Vec<Flag>) -> Self {
        let messages = Messages::Uid(uids.into());
        Self::Store {
            messages,
            unchanged_since: None,
            action,
            silent: false,
            flags,
        }
    }

    /// A SELECT of this mailbox.
    pub fn select(mailbox: MailboxName, parameters: Vec<SelectParameter>) -> Self {
        Self::Select {
            mailbox,
            read_only: false,
            parameters,
        }
    }

    /// `UID SEARCH RETURN (COUNT)` and the like.
    pub fn uid_search(returns: Option<Vec<SearchReturn>>, keys: Vec<SearchKey>) -> Self {
        Self::Search {
            uid: true,
            returns,
            charset: None,
            keys,
        }
    }

    /// `UID EXPUNGE` of one message.
    pub fn uid_expunge(uid: Uid) -> Self {
        Self::Expunge {
            uids: Some(uid.into()),
        }
    }
}
