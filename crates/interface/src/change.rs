//! What a page must know: the only way out of the engine for it.

mod after_download;
mod belief;
mod control;
mod mailbox;
mod measured;
mod wire;

use porthole_message::text::Text;
use serde::{Deserialize, Serialize};

pub use after_download::AfterDownload;
pub use belief::{Belief, Believed};
pub use control::{Asked, Consequence, Controls, Held, Known, Preview, Run};
pub use mailbox::{Mailbox, Purpose};
pub use measured::{Counted, Kept, Measured, Said, Sort};
pub use wire::{
    Exchange, ExchangeId, Explained, Explanation, Move, Phase, Rule, Source, State, Token,
    WireEntry, WireTotals,
};

use crate::intent::{MessageId, UndoId};

/// Something that a page shows has changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// Where the account stands.
    Connection(Connection),
    /// How many of the user's actions wait for a connection; none before this is said.
    Waiting(u32),
    /// A connection attempt has reached this stage, or passed it.
    Stage {
        /// Which.
        stage: Stage,
        /// What is known of it, such as the certificate's summary; empty while it lasts.
        detail: String,
        /// Whether it is behind us.
        done: bool,
    },
    /// Something failed that the user must know.
    Failed(Failure),
    /// What the server wants the user to be shown (RFC 9051 section 7.1, ALERT), or what a
    /// feature that the server lacks costs.
    Notice(Notice),
    /// The account's mailboxes, in the order in which they are shown.
    Mailboxes(Vec<Mailbox>),
    /// A mailbox was opened, or has another number of messages now.
    List {
        /// Which mailbox.
        mailbox: String,
        /// How many messages it has.
        total: u32,
        /// How many of them are unread, where that is known.
        unread: Option<u32>,
    },
    /// Rows of the list; those that are not there yet are `None`.
    Rows {
        /// Of which mailbox.
        mailbox: String,
        /// The index of the first.
        first: u32,
        /// The rows.
        rows: Vec<Option<Row>>,
    },
    /// What the list shows is what a search found; `None` when it shows the mailbox again.
    Search(Option<SearchState>),
    /// The message that is shown; comes again when more of it is there.
    Message(Box<Message>),
    /// The open message is no longer on the server. What was fetched of it stays shown.
    MessageGone(MessageId),
    /// How far a large thing has come.
    Progress {
        /// Of which message.
        message: MessageId,
        /// Which part; `None` for the message itself.
        part: Option<PartId>,
        /// Octets so far.
        received: u64,
        /// Octets in all.
        total: u64,
    },
    /// An attachment is here.
    Part {
        /// Of which message.
        message: MessageId,
        /// Which part.
        part: PartId,
        /// A name that is safe to save under.
        name: String,
        /// Its media type.
        media_type: String,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// The message as it came.
    Source {
        /// Which message.
        message: MessageId,
        /// Header and body.
        bytes: Vec<u8>,
    },
    /// What `Stop` stopped, or what could not be fetched.
    Stopped {
        /// Of which message.
        message: MessageId,
        /// Which part.
        part: Option<PartId>,
    },
    /// Something was done that can be taken back for a while.
    Undoable {
        /// Its name.
        id: UndoId,
        /// What was done.
        action: Action,
        /// To how many messages.
        count: u32,
    },
    /// It can no longer be taken back, or was.
    UndoGone(UndoId),
    /// Units that crossed the wire, oldest first.
    Wire(Vec<WireEntry>),
    /// Counts over all connections of the account.
    WireTotals(WireTotals),
    /// What a unit that crossed means.
    Explained(Box<Explained>),
    /// The entries of the Wire that name a message, or answer what does: what brought its row.
    Traced {
        /// Which message.
        message: MessageId,
        /// The entries' numbers, ascending.
        entries: Vec<u64>,
    },
    /// How the conversation goes on, and what waits for the user.
    Controls(Box<Controls>),
    /// What a line means that the user has not sent.
    Preview(Box<Preview>),
    /// The open mailbox as this client has it, while that is watched; `None` while none is open.
    Belief(Option<Box<Belief>>),
    /// How things stand, for whoever compares.
    Measured(Box<Measured>),
    /// The commands that a user may type on this account.
    Known(Vec<Known>),
    /// What crossed, as a file.
    Saved {
        /// What it is called.
        name: String,
        /// Its media type.
        media_type: String,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// POP3: what becomes of mail on the server once it is here.
    AfterDownload {
        /// What was chosen.
        choice: AfterDownload,
        /// Whether mail outlives this page: nothing is deleted from the server otherwise.
        possible: bool,
        /// Messages on the server of which all is here.
        here: u32,
        /// Messages on the server.
        of: u32,
    },
    /// Where mail is kept.
    Storage {
        /// Whether it outlives this page.
        persistent: bool,
        /// Why not.
        reason: Option<String>,
    },
}

/// A search and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchState {
    /// The words.
    pub text: String,
    /// Where they were searched.
    pub searched: Searched,
    /// Whether everything that there is was found.
    pub done: bool,
}

/// What was looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Searched {
    /// All that the server has of the mailbox.
    Server,
    /// What is on this device of it.
    Device {
        /// Messages whose header is here.
        headers: u32,
        /// Messages whose text is here.
        texts: u32,
        /// Messages in the mailbox, as far as that is known.
        total: u32,
    },
}

/// The state that role `status`, named `Connection`, shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Connection {
    /// Nobody signed in.
    SignedOut,
    /// On the way.
    Connecting,
    /// Signed in; the first rows are not all there.
    CatchingUp,
    /// All is well.
    Online,
    /// POP3 between sessions: mail is here, the next action connects again.
    Resting,
    /// The connection was lost; it is tried again.
    Offline {
        /// In how many seconds.
        retry_in: u32,
    },
    /// The server did not accept the password.
    SignInNeeded,
}

/// The stages of a connection attempt, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// Reaching the proxy.
    Proxy,
    /// Resolving the server's name.
    Name,
    /// The TCP connection.
    Tcp,
    /// The TLS handshake.
    Tls,
    /// The server's greeting.
    Greeting,
    /// Signing in.
    SignIn,
    /// Opening the inbox.
    Mailbox,
}

/// Why something did not work, in terms that a page can put into words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// At which stage of connecting, or `None` for a later action.
    pub stage: Option<Stage>,
    /// What kind it is.
    pub kind: FailureKind,
    /// What the server, the proxy or the machine said, in its own words.
    pub words: String,
}

/// Kinds of failure, each with its own advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FailureKind {
    /// No proxy answers there.
    NoProxy,
    /// The proxy does not allow that server or port.
    Denied,
    /// No such host.
    NoHost,
    /// The server refused the connection or does not answer.
    NoAnswer,
    /// The certificate or the handshake failed.
    Tls,
    /// The server does not offer STARTTLS.
    NoStartTls,
    /// Too many connections.
    Limit,
    /// What answers is not a server of that protocol.
    NotThatProtocol,
    /// The server sent the user away in its greeting.
    TurnedAway,
    /// User name or password are wrong.
    WrongPassword,
    /// The only way to sign in would show the password to everybody.
    OnlyInTheClear,
    /// The server has no way of signing in that Porthole speaks.
    NoMechanism,
    /// Another session holds the maildrop (RFC 2449 section 8.1.2, IN-USE).
    InUse,
    /// The server wants a pause between sessions (RFC 2449 section 8.1.1, LOGIN-DELAY).
    LoginDelay,
    /// The mailbox is gone or cannot be opened.
    NoMailbox,
    /// The message is no longer there.
    MessageGone,
    /// The server does not give the message; POP3 has no way to say why.
    NotGiven,
    /// The user held the command back and dropped it.
    Dropped,
    /// The server refused what was asked.
    Refused,
    /// The connection was lost.
    Lost,
    /// What the server sent makes no sense.
    Misbehaved,
}

/// Something worth saying that is no failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// The server asks that this be shown.
    Alert(String),
    /// POP3 without UIDL: which messages are new cannot be told.
    NoUidl,
    /// POP3 without TOP: each message is fetched whole to show its row.
    NoTop,
    /// POP3 without PIPELINING: a row costs a round trip.
    NoPipelining,
    /// IMAP without IDLE: new mail is looked for now and then.
    NoIdle,
    /// The server listed so many mailboxes more than are taken in.
    MailboxesLeftOut(u32),
    /// The mailbox was made anew on the server; what was kept of it is of no use any more.
    MailboxReset,
    /// Some responses could not be read and were left out.
    Unreadable {
        /// The beginning of the first.
        beginning: String,
    },
    /// The connection that a line was typed for is not there: it was not sent on another.
    NotSent,
    /// What crossed cannot be saved so; why.
    NotSaved(String),
    /// A response came in a form that no RFC has, and was understood all the same.
    Quirk(String),
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Which message.
    pub id: MessageId,
    /// Who it is from, as it is shown; whom it is to in Sent and Drafts.
    pub correspondent: String,
    /// The subject; empty where there is none.
    pub subject: String,
    /// When, in seconds since 1970: the Date field where it makes sense, arrival otherwise; `None`
    /// where neither is known.
    pub date: Option<i64>,
    /// What the text begins with, where that is known.
    pub preview: String,
    /// Not read.
    pub unread: bool,
    /// Starred.
    pub flagged: bool,
    /// Answered.
    pub answered: bool,
    /// Has an attachment.
    pub attachment: bool,
    /// POP3: will be deleted when the session ends.
    pub going: bool,
    /// POP3: it is on this device only.
    pub kept: bool,
    /// Octets, where known.
    pub size: u64,
}

/// A message that is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Which.
    pub id: MessageId,
    /// The subject.
    pub subject: String,
    /// From.
    pub from: Vec<Person>,
    /// To.
    pub to: Vec<Person>,
    /// Cc.
    pub cc: Vec<Person>,
    /// Reply-To, where it differs from From.
    pub reply_to: Vec<Person>,
    /// The moment, in seconds since 1970, and its zone in minutes east of UTC.
    pub date: Option<(i64, i16)>,
    /// Not read.
    pub unread: bool,
    /// Starred.
    pub flagged: bool,
    /// Octets, where known.
    pub size: u64,
    /// The content.
    pub body: Body,
    /// What can be saved.
    pub attachments: Vec<Attachment>,
}

/// A person or list with an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The display name; may be empty.
    pub name: String,
    /// The address; may be empty.
    pub address: String,
}

/// The content of a message, as far as it is here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Body {
    /// On its way.
    Loading,
    /// It could not be fetched.
    Unavailable,
    /// There is no text.
    Empty,
    /// Text, quoted parts told apart.
    Text(Text),
    /// A document for a sandboxed frame, made safe by `porthole-html`.
    Html {
        /// The whole document, for `srcdoc`.
        document: String,
        /// The hosts whose content was blocked.
        blocked: Vec<String>,
        /// Whether remote content is allowed now.
        remote: bool,
    },
}

/// Names a part within its message: a part specifier such as `1.2`.
pub type PartId = String;

/// Something that can be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Which part.
    pub part: PartId,
    /// A name that is safe to save under.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Octets, about: as encoded for transfer less what base64 adds.
    pub size: u64,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// Moved to this mailbox.
    Moved(String),
    /// Moved into the trash.
    Trashed,
    /// Will be gone for good in some seconds.
    Deleted,
    /// POP3: will be gone when the session ends.
    MarkedForDeletion,
    /// Gone from this device; on the server nothing has changed.
    DeletedHere,
}
