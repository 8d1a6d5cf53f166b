//! What has to be so at the end of a step.

use serde::{Deserialize, Serialize};

/// One thing that has to be so. Commands and responses count from the beginning of the step; state
/// is the demo server's, of alice and her sessions. Words are tokens as the parser marked them, in
/// any case, such as `BODY.PEEK`, `(2:3)` or `\Seen`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "check", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Check {
    /// A command of this name was sent and answered.
    Command {
        /// Such as `STAT` or `UID FETCH`.
        name: String,
        /// With these words in it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        words: Vec<String>,
        /// How it was answered.
        #[serde(default)]
        answer: Answer,
        /// How often, at least.
        #[serde(default = "once")]
        times: u32,
    },
    /// No such command was sent.
    Never {
        /// Its name.
        name: String,
        /// With these words in it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        words: Vec<String>,
    },
    /// A response of this name came.
    Response {
        /// Such as `EXPUNGE`, `FETCH` or `-ERR`.
        name: String,
        /// With these words in it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        words: Vec<String>,
        /// How often, at least.
        #[serde(default = "once")]
        times: u32,
    },
    /// So many commands were on the way at once.
    Pipelined {
        /// At least.
        commands: u32,
    },
    /// So many literals crossed.
    Literals {
        /// Who sent them.
        from: Sender,
        /// Exactly.
        count: u32,
    },
    /// A mailbox has so many messages.
    Messages {
        /// Which.
        #[serde(default = "inbox")]
        mailbox: String,
        /// Exactly.
        count: u32,
    },
    /// A message is in a mailbox, or is not.
    Message {
        /// The message's subject.
        subject: String,
        /// The mailbox.
        #[serde(default = "inbox")]
        mailbox: String,
        /// Which of the two.
        is: Presence,
    },
    /// A message has a flag, or has it not.
    Flag {
        /// The message's subject.
        subject: String,
        /// Such as `\Seen`.
        flag: String,
        /// Which of the two.
        set: bool,
    },
    /// So many messages of the maildrop will go at QUIT.
    Marked {
        /// Exactly.
        count: u32,
    },
    /// A session is so far.
    Session {
        /// How far.
        is: Progress,
    },
    /// A session has this mailbox open.
    Open {
        /// Which.
        mailbox: String,
    },
    /// Everything in the inbox is as it was when the step began, flags and all.
    Unchanged,
}

/// How a command was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// `OK`, `+OK`.
    #[default]
    Ok,
    /// `NO`, `BAD`, `-ERR`.
    Refused,
    /// Either, or not yet.
    Any,
}

/// Who sent something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sender {
    /// The mail client.
    Client,
    /// The mail server.
    Server,
}

/// Whether a message is somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// It is.
    There,
    /// It is not.
    Gone,
}

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// Somebody has signed in.
    SignedIn,
    /// Nobody has, on any connection.
    NotSignedIn,
    /// The octets cross encrypted.
    Encrypted,
    /// The octets cross compressed (RFC 4978).
    Compressed,
    /// The client waits for news (RFC 2177).
    Idle,
    /// All are over.
    Over,
}

fn once() -> u32 {
    1
}

fn inbox() -> String {
    "INBOX".to_owned()
}
