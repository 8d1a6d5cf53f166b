//! What the user wants: the only way into the engine for a page.

use serde::{Deserialize, Serialize};

use crate::{
    account::Account,
    change::{AfterDownload, PartId},
    habits::Habits,
};

/// One wish of the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Intent {
    /// Sign in to this account and open its inbox. Ends what was open before.
    Connect {
        /// Whose mail, and where it is.
        account: Account,
        /// The password; kept in memory only, and only until `Disconnect`.
        password: Password,
    },
    /// Sign out and forget the password.
    Disconnect,
    /// Try again now, after a failure or while offline.
    Retry,
    /// Open another mailbox.
    OpenMailbox(String),
    /// These rows of the list are visible, or will soon be. Row 0 is the newest message.
    ShowRows {
        /// The first row.
        first: u32,
        /// How many.
        count: u32,
    },
    /// Show this message.
    OpenMessage(MessageId),
    /// No message is shown any more.
    CloseMessage,
    /// Show remote images and the like in the open message, this once.
    AllowRemote(MessageId),
    /// Give the message as it came: header, body and all.
    ShowSource(MessageId),
    /// Give the content of an attachment.
    FetchPart {
        /// Of which message.
        message: MessageId,
        /// Which part.
        part: PartId,
    },
    /// Stop what `FetchPart`, `ShowSource` or `OpenMessage` began.
    Stop {
        /// Of which message.
        message: MessageId,
        /// Which part; `None` for the message itself.
        part: Option<PartId>,
    },
    /// Set or clear a mark.
    Mark {
        /// On these messages.
        messages: Vec<MessageId>,
        /// Which mark.
        mark: Mark,
        /// Set, or clear.
        on: bool,
    },
    /// Delete: into the trash where there is one, for good otherwise.
    Delete(Vec<MessageId>),
    /// Move to another mailbox.
    Move {
        /// These messages.
        messages: Vec<MessageId>,
        /// Where to.
        mailbox: String,
    },
    /// Take back what `Change::Undoable` offered.
    Undo(UndoId),
    /// Show what has these words instead of the whole mailbox; nothing ends the search.
    Search(String),
    /// Whether opening a message marks it as read.
    MarkReadOnOpen(bool),
    /// Look for new mail now.
    CheckNow,
    /// Run the conversation another way, or send something.
    Wheel(Wheel),
    /// Make use of this from now on, where the server has it.
    Use(Habits),
    /// Say what this line means, which is not sent.
    Preview(Typed),
    /// Say what this entry of the Wire means.
    Explain(u64),
    /// Say which entries of the Wire are about this message.
    Trace(MessageId),
    /// Say what the client believes of the open mailbox, and again whenever that changes, or no
    /// more.
    Watch(bool),
    /// Say how things stand, for whoever compares.
    Measure,
    /// Give all that crossed as a file.
    SaveWire(Format),
    /// POP3: this is to become of mail on the server once it is here.
    AfterDownload(AfterDownload),
}

/// The kinds of files that a transcript is saved as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Format {
    /// Lines that begin with `C:` and `S:`.
    Text,
    /// What a recording opens again.
    Json,
    /// A page that explains each token.
    Page,
    /// A capture in the form of pcap-ng, which Wireshark opens.
    Capture,
}

impl Intent {
    /// What the user wanted, without the particulars.
    pub fn wish(&self) -> Wish {
        match self {
            Self::Connect { .. } => Wish::SignIn,
            Self::Disconnect => Wish::SignOut,
            Self::Retry => Wish::Retry,
            Self::OpenMailbox(_) => Wish::OpenMailbox,
            Self::ShowRows { .. } => Wish::Scroll,
            Self::OpenMessage(_) | Self::CloseMessage | Self::AllowRemote(_) => Wish::Read,
            Self::ShowSource(_) => Wish::ShowSource,
            Self::FetchPart { .. } => Wish::Save,
            Self::Stop { .. } => Wish::Stop,
            Self::Mark { .. } | Self::MarkReadOnOpen(_) => Wish::Mark,
            Self::Delete(_) => Wish::Delete,
            Self::Move { .. } => Wish::Move,
            Self::Undo(_) => Wish::Undo,
            Self::Search(_) => Wish::Search,
            Self::CheckNow => Wish::Check,
            Self::Wheel(_) | Self::Use(_) => Wish::Wheel,
            Self::Preview(_)
            | Self::Explain(_)
            | Self::Trace(_)
            | Self::SaveWire(_)
            | Self::Watch(_)
            | Self::Measure => Wish::Explain,
            Self::AfterDownload(_) => Wish::Check,
        }
    }
}

/// What a user wanted, without the particulars: what exchanges are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Wish {
    /// To sign in.
    SignIn,
    /// To sign out.
    SignOut,
    /// To try again.
    Retry,
    /// To open another mailbox.
    OpenMailbox,
    /// To see other rows of the list.
    Scroll,
    /// To read a message.
    Read,
    /// To read the next one, as is likely once a message is open.
    ReadNext,
    /// To see a message as it came.
    ShowSource,
    /// To save an attachment.
    Save,
    /// To stop something.
    Stop,
    /// To set or clear a mark.
    Mark,
    /// To delete.
    Delete,
    /// To move.
    Move,
    /// To take something back.
    Undo,
    /// To search.
    Search,
    /// To look for new mail.
    Check,
    /// To have a unit explained.
    Explain,
    /// To say what is said on the wire.
    Wheel,
}

impl Wish {
    const WORDS: [(Self, &'static str); 18] = [
        (Self::SignIn, "sign in"),
        (Self::SignOut, "sign out"),
        (Self::Retry, "retry"),
        (Self::OpenMailbox, "open mailbox"),
        (Self::Scroll, "scroll"),
        (Self::Read, "read"),
        (Self::ReadNext, "read next"),
        (Self::ShowSource, "show source"),
        (Self::Save, "save"),
        (Self::Stop, "stop"),
        (Self::Mark, "mark"),
        (Self::Delete, "delete"),
        (Self::Move, "move"),
        (Self::Undo, "undo"),
        (Self::Search, "search"),
        (Self::Check, "check"),
        (Self::Explain, "explain"),
        (Self::Wheel, "wheel"),
    ];

    /// It in a word, as transcripts that are saved have it.
    pub fn word(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(wish, _)| *wish == self);
        found.map_or("", |(_, word)| word)
    }

    /// What this word says.
    pub fn of_word(word: &str) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(_, known)| *known == word);
        found.map(|(wish, _)| *wish)
    }
}

/// How the user takes the conversation into their own hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wheel {
    /// Every command waits from here on.
    Hold,
    /// Let the command that waits go, and no other.
    Step,
    /// Let it go, and everything else until it has its answer.
    RunToAnswer,
    /// Let everything go.
    RunOn,
    /// Let everything go until this is about to be sent, or was received; `*` in it is anything.
    RunUntil(String),
    /// Let the command that waits go, with this line in its place.
    Replace(String),
    /// Drop the command that waits.
    Drop,
    /// Send this.
    Send {
        /// What.
        typed: Typed,
        /// On this connection; on that for the user where none is named. Where it is not there,
        /// [`Notice::NotSent`](crate::change::Notice) says so.
        connection: Option<u32>,
    },
    /// Do what [`Asked`](crate::change::Asked) told of. Everything else leaves it undone.
    GoAhead,
    /// Leave it undone, and do nothing else.
    KeepBack,
}

/// A line that the user typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    /// Without tag and line ending, unless it is to go as it is.
    pub line: String,
    /// As it is.
    pub verbatim: bool,
}

impl Wheel {
    /// Sends a line on the connection for the user; the tag and the ending are put to it.
    pub fn line(line: impl Into<String>) -> Self {
        Self::Send {
            typed: Typed {
                line: line.into(),
                verbatim: false,
            },
            connection: None,
        }
    }
}

/// A password on its way from the form to the engine; `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Password(pub String);

impl Password {
    /// That of [`Account::demo`].
    pub fn demo() -> Self {
        Self("wonderland".to_owned())
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Names one message on this device, whatever the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageId(pub i64);

/// Names one action that can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UndoId(pub u64);

/// A mark that a user sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mark {
    /// Read.
    Seen,
    /// Starred.
    Flagged,
}
