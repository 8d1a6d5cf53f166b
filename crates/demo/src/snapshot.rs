//! The server's state at one moment, as plain data: lessons judge by it what a learner has done,
//! and the page shows it beside what each client believes.
//!
//! ```text
//!   Mailbox  uid 3   5   8         what is there
//!   Session  seq 1   2   3   4     what a session may still say of it: 4 is gone, and it was
//!            uid 3   5   7   8     not told yet; 8 is new, or has it under another number
//! ```

use porthole_imap::types::number::{ModSeq, SeqNum, Uid, UidValidity};
use porthole_pop3::{MessageNumber, UniqueId};
use serde::{Deserialize, Serialize};

use crate::{
    mailboxes::{self, Mailboxes},
    security::Security,
    server::{Protocol, SessionId},
};

/// Everything that the server knows, but the messages themselves and the passwords.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// By name.
    pub accounts: Vec<Account>,
    /// In the order in which they were opened.
    pub sessions: Vec<Session>,
}

/// One user's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its user.
    pub user: String,
    /// By name.
    pub mailboxes: Vec<Mailbox>,
    /// The POP3 session that has the maildrop, which is INBOX, to itself.
    pub maildrop_held_by: Option<SessionId>,
}

/// A mailbox as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// Decoded.
    pub name: String,
    /// The generation that its UIDs belong to.
    pub uid_validity: UidValidity,
    /// The UID that the next message gets.
    pub uid_next: Uid,
    /// When anything in it was changed last.
    pub highest_mod_seq: ModSeq,
    /// By ascending UID.
    pub messages: Vec<Message>,
}

/// A message in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its unique identifier over IMAP.
    pub uid: Uid,
    /// Its unique-id over POP3, in INBOX.
    pub unique_id: Option<UniqueId>,
    /// Flags and keywords in their wire form.
    pub flags: Vec<String>,
    /// When it was changed last.
    pub mod_seq: ModSeq,
    /// How long it is.
    pub octets: u64,
    /// Its subject, decoded; empty where it has none.
    pub subject: String,
}

/// A connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// What it speaks.
    pub protocol: Protocol,
    /// What protects it.
    pub security: Security,
    /// Whether its octets cross compressed.
    pub compressed: bool,
    /// How far it is.
    pub state: State,
}

/// How far a session is, in the words of its protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// IMAP: nobody has signed in.
    NotAuthenticated,
    /// IMAP: no mailbox is open.
    Authenticated {
        /// Who has signed in.
        user: String,
    },
    /// IMAP: a mailbox is open.
    Selected(Selected),
    /// POP3: nobody has signed in.
    Authorization,
    /// POP3: the maildrop is open.
    Transaction {
        /// Who has signed in.
        user: String,
        /// Its messages as they were then.
        messages: Vec<Entry>,
    },
    /// SMTP: no message is under way.
    Ready {
        /// Who has signed in.
        user: Option<String>,
    },
    /// SMTP: from MAIL until the message is taken.
    MailTransaction {
        /// Who has signed in.
        user: Option<String>,
        /// The users who get the message.
        recipients: Vec<String>,
    },
    /// Goodbye was said.
    Logout,
}

/// A mailbox that is open over IMAP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selected {
    /// Who has signed in.
    pub user: String,
    /// What it is called by now; `None` once it was deleted.
    pub mailbox: Option<String>,
    /// The generation in which it was opened.
    pub uid_validity: UidValidity,
    /// Whether it was opened by EXAMINE.
    pub read_only: bool,
    /// Whether the client waits in IDLE.
    pub idle: bool,
    /// The messages as this session numbers them.
    pub view: Vec<Place>,
}

/// A message in a session's view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its number in this session.
    pub seq: SeqNum,
    /// Which message it is.
    pub uid: Uid,
    /// Its flags as the session was told last, or has set them; `None` if it never was.
    pub flags: Option<Vec<String>>,
    /// It was removed, and the session was not told: the number is still taken.
    pub gone: bool,
    /// Its flags are others now, and the session was not told.
    pub outdated: bool,
}

/// A message in a maildrop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number in this session.
    pub number: MessageNumber,
    /// As the session was told, or would be.
    pub unique_id: UniqueId,
    /// How long it is.
    pub octets: u64,
    /// It goes at QUIT.
    pub deleted: bool,
}

impl Snapshot {
    /// The mailbox of that name of that user.
    pub fn mailbox(&self, user: &str, name: &str) -> Option<&Mailbox> {
        let account = self.accounts.iter().find(|account| account.user == user)?;
        account
            .mailboxes
            .iter()
            .find(|mailbox| mailbox.name == name)
    }

    /// The session of that name.
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }
}

pub(crate) fn accounts(mailboxes: &Mailboxes) -> Vec<Account> {
    let account = |user: &str| {
        let account = mailboxes.account(user)?;
        Some(Account {
            user: user.to_owned(),
            mailboxes: account
                .mailboxes()
                .map(|(name, found)| mailbox(name, found))
                .collect(),
            maildrop_held_by: account.maildrop(),
        })
    };
    mailboxes.users().filter_map(account).collect()
}

fn mailbox(name: &str, mailbox: &mailboxes::Mailbox) -> Mailbox {
    let validity = mailbox.uid_validity();
    let messages = mailbox.messages().iter().map(|message| Message {
        uid: message.uid,
        unique_id: (name == "INBOX")
            .then(|| mailboxes::unique_id(validity, message.uid.0))
            .flatten(),
        flags: message.flags.iter().map(ToString::to_string).collect(),
        mod_seq: message.mod_seq,
        octets: message.content.octets().len() as u64,
        subject: message.content.subject().to_owned(),
    });
    Mailbox {
        name: name.to_owned(),
        uid_validity: validity,
        uid_next: mailbox.uid_next(),
        highest_mod_seq: mailbox.highest_mod_seq(),
        messages: messages.collect(),
    }
}
