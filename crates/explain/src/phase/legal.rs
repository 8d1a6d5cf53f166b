//! Which command is legal in which state.

use super::{Phase, State, Within};
use crate::{
    Source,
    saved::Protocol,
    vocabulary::{IMAP_COMMANDS, POP3_COMMANDS, SMTP_COMMANDS, Words, find},
};

/// A command, where it is legal, and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// What it does, in one clause.
    pub meaning: &'static str,
    /// Where it is laid down.
    pub source: Option<Source>,
    /// Whether a server may lack it: it is part of no base protocol.
    pub extension: bool,
    /// The states in which it is legal.
    pub states: &'static [State],
}

impl Phase {
    /// The commands that are legal now: first those of the base protocol.
    pub fn legal(self) -> Vec<Rule> {
        let mut rules = rules(self.state.protocol());
        rules.retain(|rule| self.allows(rule));
        rules
    }

    /// The commands that are not, and why.
    pub fn illegal(self) -> Vec<(Rule, &'static str)> {
        let rules = rules(self.state.protocol()).into_iter();
        rules
            .filter(|rule| !self.allows(rule))
            .map(|rule| {
                let why = self.why_not(rule.states);
                (rule, why)
            })
            .collect()
    }

    fn allows(self, rule: &Rule) -> bool {
        let named = match self.within {
            Within::Commands => rule.name != "PASS" || self.state != State::Authorization,
            // RFC 1939 section 7.
            Within::Password => matches!(rule.name, "PASS" | "QUIT"),
            Within::SignIn | Within::Idle | Within::MailData => false,
        };
        named && rule.states.contains(&self.state)
    }

    fn why_not(self, states: &[State]) -> &'static str {
        match (self.within, self.state) {
            (_, State::Logout | State::Update | State::Closed) => "the connection ends",
            (Within::SignIn, _) => "the sign-in is not finished",
            (Within::Password, _) => "the password comes next",
            (Within::Idle, _) => "DONE comes first",
            (Within::MailData, _) => "the message comes first",
            (_, State::Authorization) if states.contains(&State::Authorization) => {
                "USER comes first"
            }
            (_, State::NotAuthenticated | State::Authorization) => "nobody has signed in yet",
            (_, State::Transaction) => "somebody has signed in already",
            (_, State::Authenticated | State::Selected) if states == NOT_AUTHENTICATED => {
                "somebody has signed in already"
            }
            (_, State::Authenticated) => "no mailbox is open",
            (_, State::Selected) => "a mailbox is open",
            (_, State::Connected) => "EHLO comes first",
            (_, State::Greeted | State::SignedIn) if states == MAIL_TRANSACTION => {
                "MAIL comes first"
            }
            (_, State::Greeted | State::SignedIn) => "somebody has signed in already",
            (_, State::MailTransaction) => "a message is on its way",
        }
    }
}

/// Where a command is legal; `None` for what is no command of this protocol.
pub(super) fn states(protocol: Protocol, command: &str) -> Option<&'static [State]> {
    let (groups, _) = tables(protocol);
    let found = groups
        .iter()
        .find(|(_, names)| names.split_ascii_whitespace().any(|name| name == command));
    found.map(|(states, _)| *states)
}

fn rules(protocol: Protocol) -> Vec<Rule> {
    let (groups, words) = tables(protocol);
    let names = |&(states, names): &(&'static [State], &'static str)| {
        let names = names.split_ascii_whitespace();
        names.map(move |name| (states, name))
    };
    let rule = |(states, name): (&'static [State], &'static str)| {
        let word = find(words, name.as_bytes())?;
        let source = word.source();
        let base = |source: &Source| BASE.contains(&source.rfc);
        Some(Rule {
            name,
            meaning: word.meaning,
            extension: !source.as_ref().is_some_and(base),
            source,
            states,
        })
    };
    let mut rules: Vec<_> = groups.iter().flat_map(names).filter_map(rule).collect();
    rules.sort_by_key(|rule| rule.extension);
    rules
}

/// States, and the commands that are legal in each of them.
type Group = (&'static [State], &'static str);

fn tables(protocol: Protocol) -> (&'static [Group], Words) {
    match protocol {
        Protocol::Imap => (IMAP, IMAP_COMMANDS),
        Protocol::Pop3 => (POP3, POP3_COMMANDS),
        Protocol::Smtp => (SMTP, SMTP_COMMANDS),
    }
}

/// What every server has that speaks the protocol, or its older edition.
const BASE: [u16; 4] = [1939, 3501, 5321, 9051];

const NOT_AUTHENTICATED: &[State] = &[State::NotAuthenticated];
const AUTHENTICATED: &[State] = &[State::Authenticated];
const SELECTED: &[State] = &[State::Selected];
const SIGNED_IN: &[State] = &[State::Authenticated, State::Selected];
const ANY: &[State] = &[
    State::NotAuthenticated,
    State::Authenticated,
    State::Selected,
];

/// RFC 9051 section 6 and the grammars of the extensions.
const IMAP: &[Group] = &[
    (NOT_AUTHENTICATED, "STARTTLS AUTHENTICATE LOGIN"),
    (
        SELECTED,
        "FETCH STORE COPY MOVE SEARCH UID EXPUNGE CLOSE UNSELECT CHECK SORT THREAD REPLACE \
         CANCELUPDATE",
    ),
    (
        SIGNED_IN,
        "SELECT EXAMINE LIST STATUS APPEND IDLE NAMESPACE CREATE DELETE RENAME SUBSCRIBE \
         UNSUBSCRIBE LSUB NOTIFY ESEARCH UNAUTHENTICATE GETQUOTA GETQUOTAROOT SETQUOTA GETACL \
         SETACL DELETEACL LISTRIGHTS MYRIGHTS GETMETADATA SETMETADATA COMPARATOR GENURLAUTH \
         URLFETCH",
    ),
    (AUTHENTICATED, "ENABLE"),
    (ANY, "CAPABILITY NOOP LOGOUT ID COMPRESS LANGUAGE"),
];

const AUTHORIZATION: &[State] = &[State::Authorization];
const TRANSACTION: &[State] = &[State::Transaction];
const SESSION: &[State] = &[State::Authorization, State::Transaction];

/// RFC 1939 sections 4 to 7, RFC 2449 section 5, RFC 2595 section 4, RFC 6856 sections 2 and 3.
const POP3: &[Group] = &[
    (AUTHORIZATION, "USER PASS APOP AUTH STLS UTF8"),
    (TRANSACTION, "STAT LIST UIDL TOP RETR DELE RSET NOOP"),
    (SESSION, "QUIT CAPA LANG"),
];

const GREETED: &[State] = &[State::Greeted];
const READY: &[State] = &[State::Greeted, State::SignedIn];
const MAIL_TRANSACTION: &[State] = &[State::MailTransaction];
const OPEN: &[State] = &[
    State::Connected,
    State::Greeted,
    State::SignedIn,
    State::MailTransaction,
];

/// RFC 5321 section 4.1.4.
const SMTP: &[Group] = &[
    (GREETED, "STARTTLS AUTH"),
    (READY, "MAIL ETRN"),
    (MAIL_TRANSACTION, "RCPT DATA BDAT BURL"),
    (OPEN, "EHLO HELO RSET NOOP VRFY EXPN HELP QUIT"),
];
