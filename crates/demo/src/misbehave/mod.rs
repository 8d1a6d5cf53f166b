//! What the server can be told to do wrong: faults that real software had, for lessons and tests.
//!
//! A fault is ordered by [`Server::misbehave`](crate::Server::misbehave) at any time, for one
//! session or for whichever meets it first, and happens in two places only: before a command is
//! carried out, which may be refused instead, and after it was answered, when the octets of the
//! answer may be spoilt. What the sessions do is right; what leaves them may not be.

mod faults;
mod spoil;

use serde::{Deserialize, Serialize};

pub(crate) use self::faults::{Asked, Faults};
use crate::server::SessionId;

/// One thing to do wrong.
///
/// Commands are named without arguments and in any case: `RETR`, `fetch`. `UID FETCH` is named so,
/// and by `FETCH` too. [`ANY`] is every command but IDLE, [`GREETING`] what comes before the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misbehaviour {
    /// The connection ends so many octets after the answer to a command began, without a word.
    ///
    /// Networks do it: a train enters a tunnel, an address translator forgets, a server's process
    /// dies. Thunderbird sends NOOP over POP3 since servers hang up after a minute of silence.
    ///
    /// A client takes nothing for done that was not answered. What came of a message is not the
    /// message; after a lost answer to QUIT, DELE may have counted or not (RFC 1939 section 6);
    /// after one to a MOVE, it looks before it moves again.
    Cut {
        /// The command in whose answer the count begins.
        command: String,
        /// How many octets still come.
        after: u64,
    },
    /// A command is refused instead of carried out.
    Refuse {
        /// The command.
        command: String,
        /// In which words.
        with: Refusal,
    },
    /// The first literal of an answer is announced with a length that it has not got.
    ///
    /// The server of MailKit's issue 361 announced 225752 octets and sent 182374 of them.
    ///
    /// Where more is announced than comes, a client takes the responses that follow for the message
    /// and waits for ever: only its time-out ends that. Where less is announced, the message's end
    /// stands where a `)` should. Neither can be mended by looking for the `)`, which a message may
    /// contain: the response is given up, and with it, since nobody knows where the next begins,
    /// mostly the connection.
    LiteralLength {
        /// What is added to the true length.
        by: i32,
    },
    /// A message crosses POP3 without its stuffing (RFC 1939 section 3).
    ///
    /// Mailpit (issue 299), GreenMail (issues 475 and 984) and hMailServer (issue 126, TOP only)
    /// did so.
    ///
    /// A client cannot know. A line that began with a dot loses it, which breaks a DKIM signature;
    /// a line that was a dot ends the message, and the rest is taken for the answer to the command
    /// after it. An answer that begins with neither `+` nor `-` is the one sign: the message before
    /// it is not to be believed, nor to be removed from the server.
    UnstuffedDot,
    /// A mailbox begins a new generation when it is opened: another UIDVALIDITY, and all messages
    /// numbered from 1 again.
    ///
    /// It is what happens when a server's index was lost, or a mailbox deleted and made again under
    /// its name. Proton Bridge 3.4 did it to everybody by a new layout of its database (issue 220).
    ///
    /// A client throws away what it knows of that mailbox (RFC 9051 section 2.3.1.1) before it does
    /// anything by UID: those that did not compare it (Delta Chat, issue 106; K-9, issue 1074)
    /// could show or delete the wrong message.
    NewUidValidity {
        /// Which mailbox.
        mailbox: String,
    },
    /// The unique-ids of a maildrop are made of the messages' places: once one is deleted, the
    /// next has its unique-id.
    ///
    /// A unique-id is to name one message across sessions (RFC 1939 section 7). Cyrus once gave the
    /// UIDs of removed messages again (issue 374), and clients that took the message-number for a
    /// unique-id (TA-dmarc, issue 36) see the same with every server.
    ///
    /// A client that goes by unique-ids alone never fetches the new message, and shows the old one
    /// in its place. It can notice that the size of LIST, or the header section of TOP, is not what
    /// it has; it must never delete by what it remembers.
    ReusedUniqueIds,
    /// A capability is not announced, and the command of its name not known.
    ///
    /// That is what an attacker between client and server does to `STARTTLS` and `STLS`. In 2014
    /// the mobile provider Cricket was found to do it to its customers' mail; firewalls of the
    /// Cisco PIX line did so too when told to guard SMTP.
    ///
    /// A client that was told to use TLS hangs up before it sends a password (RFC 8314 section 5):
    /// one that goes on in the clear where TLS is not offered protects from nobody who matters.
    Strip {
        /// As it is announced: `STARTTLS`, `STLS`, `IDLE`, `UIDL`.
        capability: String,
    },
}

/// The words in which a command is refused, in each protocol's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// `NO`, `-ERR`, `554`: understood, and not now.
    ///
    /// Gmail so answers the sixteenth connection at once. A client says what the server said, and
    /// tries neither again at once nor in a loop.
    No,
    /// `BAD`, `-ERR`, `500`: not understood.
    ///
    /// Exchange answers commands that it finds too long with `BAD Command Error. 10` (Nextcloud
    /// Mail, issue 6038). The same command again gets the same answer: a client has to ask in
    /// another way or do without.
    Bad,
    /// `BYE` instead of an answer, `-ERR [SYS/TEMP]`, `421`; then the connection ends.
    ///
    /// Servers do it when they are restarted and when a client was silent for long. A client
    /// connects again, after a while that grows, and asks again only what may be done twice.
    Bye,
    /// `-ERR [IN-USE]` (RFC 2449 section 8.1.2), `NO [INUSE]` (RFC 5530): somebody else has it
    /// open. SMTP has no word for it.
    ///
    /// The password was right: a client that asks for it anew confuses its user. It waits, since
    /// the other session may be its own, cut off a minute ago and not yet missed by the server.
    InUse,
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Times {
    /// The next time it can be done; for [`Misbehaviour::Strip`], in the next session.
    #[default]
    Once,
    /// Whenever it can be done.
    Always,
}

/// A fault that is still to happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The only session that it is meant for.
    #[serde(default)]
    pub session: Option<SessionId>,
    /// What is to be done wrong.
    pub misbehaviour: Misbehaviour,
    /// How often.
    #[serde(default)]
    pub times: Times,
}

/// A fault that has happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Misdeed {
    /// In which session.
    pub session: SessionId,
    /// In the answer to which command.
    pub command: String,
    /// What was done wrong.
    pub misbehaviour: Misbehaviour,
}

/// Names every command.
pub const ANY: &str = "*";

/// Names the greeting.
pub const GREETING: &str = "greeting";
