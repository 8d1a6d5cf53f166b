//! How far a connection is: the state that its protocol's machine is in, and what is legal there.
//!
//! ```text
//!   IMAP   not authenticated --LOGIN--> authenticated --SELECT--> selected
//!          each --LOGOUT, BYE--> logout             <--CLOSE--
//!   POP3   AUTHORIZATION --PASS, APOP, AUTH--> TRANSACTION --QUIT--> UPDATE
//!   SMTP   connected --EHLO--> greeted --AUTH--> signed in --MAIL--> mail transaction
//! ```
//!
//! A [`Course`] follows the units of one connection by the marks that the parser left on them, so a
//! transcript that is played back goes through the same states as the connection did.

mod imap;
mod legal;
mod pop3;
mod smtp;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

pub use legal::Rule;

use crate::{Role, Unit, saved::Protocol};

/// A state of one of the protocols' machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum State {
    /// IMAP: nobody has signed in (RFC 9051 section 3.1).
    NotAuthenticated,
    /// IMAP: somebody has, and no mailbox is open (RFC 9051 section 3.2).
    Authenticated,
    /// IMAP: a mailbox is open (RFC 9051 section 3.3).
    Selected,
    /// IMAP: goodbye was said (RFC 9051 section 3.4).
    Logout,
    /// POP3: nobody has signed in (RFC 1939 section 4).
    Authorization,
    /// POP3: the maildrop is open (RFC 1939 section 5).
    Transaction,
    /// POP3: what was marked is deleted, and the session ends (RFC 1939 section 6).
    Update,
    /// SMTP: the client has not said who it is (RFC 5321 section 4.1.4).
    Connected,
    /// SMTP: it has.
    Greeted,
    /// SMTP: somebody has signed in (RFC 4954 section 4).
    SignedIn,
    /// SMTP: from MAIL until the message is taken (RFC 5321 section 3.3).
    MailTransaction,
    /// POP3 and SMTP: the session is over and has changed nothing.
    Closed,
}

/// What the server waits for within a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Within {
    /// Any command that is legal in the state.
    Commands,
    /// The next step of a sign-in.
    SignIn,
    /// POP3: the password of the user who was named.
    Password,
    /// IMAP: the end of IDLE.
    Idle,
    /// SMTP: the message itself.
    MailData,
}

/// How far a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Phase {
    /// The state of its machine.
    pub state: State,
    /// What the server waits for.
    pub within: Within,
}

/// A way from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// From where.
    pub from: State,
    /// To where.
    pub to: State,
    /// What leads there.
    pub by: &'static str,
}

impl Move {
    const fn new(from: State, to: State, by: &'static str) -> Self {
        Self { from, to, by }
    }
}

impl State {
    /// As the RFC writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotAuthenticated => "not authenticated",
            Self::Authenticated => "authenticated",
            Self::Selected => "selected",
            Self::Logout => "logout",
            Self::Authorization => "AUTHORIZATION",
            Self::Transaction => "TRANSACTION",
            Self::Update => "UPDATE",
            Self::Connected => "connected",
            Self::Greeted => "greeted",
            Self::SignedIn => "signed in",
            Self::MailTransaction => "mail transaction",
            Self::Closed => "closed",
        }
    }

    /// What that means, in one sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::NotAuthenticated => "The server does not know yet who the client is.",
            Self::Authenticated => "Somebody has signed in; no mailbox is open.",
            Self::Selected => "A mailbox is open: its messages have numbers.",
            Self::Logout => "Goodbye was said; the connection ends.",
            Self::Authorization => "Nobody has signed in; the maildrop is closed.",
            Self::Transaction => {
                "The maildrop is open and locked: its messages have numbers, and DELE only marks."
            }
            Self::Update => {
                "QUIT was said: the server deletes what was marked, and the session ends."
            }
            Self::Connected => "The client has not said who it is.",
            Self::Greeted => "The client has said who it is, and the server what it can do.",
            Self::SignedIn => "Somebody has signed in and may send.",
            Self::MailTransaction => "A message is on its way: its sender is named.",
            Self::Closed => "The session is over, and nothing was deleted by it.",
        }
    }

    /// Whether nothing can follow.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Logout | Self::Update | Self::Closed)
    }

    /// Whose state it is; POP3's for what two protocols have.
    pub fn protocol(self) -> Protocol {
        match self {
            Self::NotAuthenticated | Self::Authenticated | Self::Selected | Self::Logout => {
                Protocol::Imap
            }
            Self::Authorization | Self::Transaction | Self::Update | Self::Closed => Protocol::Pop3,
            Self::Connected | Self::Greeted | Self::SignedIn | Self::MailTransaction => {
                Protocol::Smtp
            }
        }
    }

    /// The states of a protocol, in the order in which a session goes through them; the last is
    /// where it ends, or returns from.
    pub fn all(protocol: Protocol) -> &'static [Self] {
        match protocol {
            Protocol::Imap => &[
                Self::NotAuthenticated,
                Self::Authenticated,
                Self::Selected,
                Self::Logout,
            ],
            Protocol::Pop3 => &[
                Self::Authorization,
                Self::Transaction,
                Self::Update,
                Self::Closed,
            ],
            Protocol::Smtp => &[
                Self::Connected,
                Self::Greeted,
                Self::SignedIn,
                Self::MailTransaction,
            ],
        }
    }

    /// The ways between them.
    pub fn moves(protocol: Protocol) -> &'static [Move] {
        match protocol {
            Protocol::Imap => imap::MOVES,
            Protocol::Pop3 => pop3::MOVES,
            Protocol::Smtp => smtp::MOVES,
        }
    }
}

impl Phase {
    /// Where a connection of this protocol begins.
    pub fn first(protocol: Protocol) -> Self {
        let first = State::all(protocol).first();
        first.map_or(Self::of(State::Closed), |&state| Self::of(state))
    }

    /// This state, waiting for commands.
    pub const fn of(state: State) -> Self {
        Self {
            state,
            within: Within::Commands,
        }
    }

    /// What alone may be said now, where that is no command.
    pub fn awaited_line(self) -> Option<&'static str> {
        match self.within {
            Within::SignIn => Some(
                "The next step of the sign-in, a line of base64; or * alone, which gives it up.",
            ),
            Within::Idle => Some("DONE, which ends IDLE; meanwhile the server tells what is new."),
            Within::MailData => Some("The message itself, ended by a dot alone on a line."),
            Within::Commands | Within::Password => None,
        }
    }
}

/// Follows one connection.
#[derive(Debug, Clone)]
pub struct Course {
    protocol: Protocol,
    phase: Phase,
    /// Whether the server has spoken.
    greeted: bool,
    /// The commands that are not answered yet: tag (IMAP only) and name in upper case.
    sent: VecDeque<(String, String)>,
    /// SMTP: where a transaction returns to.
    home: State,
}

impl Course {
    /// A connection on which nothing has crossed.
    pub fn new(protocol: Protocol) -> Self {
        let phase = Phase::first(protocol);
        Self {
            protocol,
            phase,
            greeted: false,
            sent: VecDeque::new(),
            home: phase.state,
        }
    }

    /// How far it is once this has crossed. What the unit says of its command does not matter.
    pub fn take(&mut self, unit: &Unit<'_>) -> Phase {
        match self.protocol {
            Protocol::Imap => self.imap(unit),
            Protocol::Pop3 => self.pop3(unit),
            Protocol::Smtp => self.smtp(unit),
        }
        self.phase
    }

    fn enter(&mut self, state: State) {
        self.phase = Phase::of(state);
    }

    /// A command that works in one state only has worked: whatever led there was not seen, as
    /// where a transcript begins in the middle.
    fn infer(&mut self, command: &str) {
        if let Some(&[state]) = legal::states(self.protocol, command)
            && !self.phase.state.is_over()
        {
            self.phase.state = state;
        }
    }
}

impl From<Role> for Protocol {
    /// Whose token it is.
    fn from(role: Role) -> Self {
        match role {
            Role::Imap(_) => Self::Imap,
            Role::Pop3(_) => Self::Pop3,
            Role::Smtp(_) => Self::Smtp,
        }
    }
}
