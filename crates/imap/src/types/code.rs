//! Response codes: RFC 9051 section 7.1, and those of the extensions.

use serde::{Deserialize, Serialize};

use super::{
    capability::Capabilities,
    command::Messages,
    flag::Flag,
    number::{ModSeq, SeqNum, Uid, UidValidity},
    set::UidSet,
};

/// What stands in brackets before the text of a status response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseCode {
    /// `ALERT`: the text must be shown to the user.
    Alert,
    /// `APPENDUID` (RFC 4315)
    AppendUid {
        /// The mailbox's generation.
        validity: UidValidity,
        /// The UIDs that were given.
        uids: UidSet,
    },
    /// `COPYUID` (RFC 4315)
    CopyUid {
        /// The target's generation.
        validity: UidValidity,
        /// The UIDs in the source.
        source: UidSet,
        /// The UIDs in the target, in the same order.
        target: UidSet,
    },
    /// `BADEVENT` and the events that the server can tell of (RFC 5465).
    BadEvent(Vec<String>),
    /// `BADCHARSET` and the charsets that the server has.
    BadCharset(Vec<String>),
    /// `CAPABILITY`
    Capability(Capabilities),
    /// `CLOSED`: what comes now is of the new mailbox (RFC 7162).
    Closed,
    /// `HIGHESTMODSEQ` (RFC 7162)
    HighestModSeq(ModSeq),
    /// `NOMODSEQ` (RFC 7162)
    NoModSeq,
    /// `MODIFIED` (RFC 7162): the messages that a conditional STORE left alone.
    Modified(Messages),
    /// `PERMANENTFLAGS`
    PermanentFlags(Vec<Flag>),
    /// `READ-ONLY`
    ReadOnly,
    /// `READ-WRITE`
    ReadWrite,
    /// `UIDNEXT`
    UidNext(Uid),
    /// `UIDVALIDITY`
    UidValidity(UidValidity),
    /// `UNSEEN` (RFC 3501): the first unseen message.
    Unseen(SeqNum),
    /// `MAILBOXID` (RFC 8474)
    MailboxId(String),
    /// `TRYCREATE`, `AUTHENTICATIONFAILED` and the others that are only a name.
    Named(Named),
    /// Any other, with what follows its name.
    Other {
        /// The name in upper case.
        name: String,
        /// The rest up to the bracket.
        text: String,
    },
}

macro_rules! named {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// Codes without an argument (RFC 9051 section 7.1, RFC 5530).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Named {
            $($(#[$doc])* $variant,)+
        }

        impl Named {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The code of this name in upper case.
            pub fn from_wire(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// The wire form.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

named! {
    /// The mailbox exists already.
    AlreadyExists = "ALREADYEXISTS",
    /// Wrong user name or password, or the account is locked.
    AuthenticationFailed = "AUTHENTICATIONFAILED",
    /// Signed in, but not allowed to act as the other user.
    AuthorizationFailed = "AUTHORIZATIONFAILED",
    /// The server did what it was told for compatibility; the client has a bug.
    ClientBug = "CLIENTBUG",
    /// An administrator has to act.
    ContactAdmin = "CONTACTADMIN",
    /// The operation cannot be done.
    Cannot = "CANNOT",
    /// The server's data is damaged.
    Corruption = "CORRUPTION",
    /// The password has expired.
    Expired = "EXPIRED",
    /// Some messages are gone that the command needed.
    ExpungeIssued = "EXPUNGEISSUED",
    /// Deleting a mailbox that has children.
    HasChildren = "HASCHILDREN",
    /// Somebody else is using it.
    InUse = "INUSE",
    /// A limit of the server was passed.
    Limit = "LIMIT",
    /// No such mailbox.
    NonExistent = "NONEXISTENT",
    /// Rights are missing.
    NoPerm = "NOPERM",
    /// The quota is used up.
    OverQuota = "OVERQUOTA",
    /// A header could not be parsed (RFC 3501).
    Parse = "PARSE",
    /// Encryption is needed first.
    PrivacyRequired = "PRIVACYREQUIRED",
    /// The server has an internal error.
    ServerBug = "SERVERBUG",
    /// The mailbox does not exist and could be made.
    TryCreate = "TRYCREATE",
    /// UIDs are not persistent.
    UidNotSticky = "UIDNOTSTICKY",
    /// A backend is down; trying later may help.
    Unavailable = "UNAVAILABLE",
    /// The server cannot decode that transfer encoding (RFC 3516).
    UnknownCte = "UNKNOWN-CTE",
    /// COMPRESS is active already (RFC 4978).
    CompressionActive = "COMPRESSIONACTIVE",
    /// The saved result is gone (RFC 5182).
    NotSaved = "NOTSAVED",
    /// Too much is watched (RFC 5465).
    NotificationOverflow = "NOTIFICATIONOVERFLOW",
    /// No mailbox can be made for that use (RFC 6154).
    UseAttribute = "USEATTR",
    /// The message is too large (RFC 7889).
    TooBig = "TOOBIG",
}
