//! Whether a step was done.

use porthole_demo::{
    Security, Snapshot,
    snapshot::{Mailbox, Message, Session, State},
};
use porthole_explain::Outcome;
use serde::{Deserialize, Serialize};

use crate::{
    check::{Answer, Check, Presence, Progress, Sender},
    conversation::{Command, Conversation, Spoken},
    lesson::Step,
};

/// What there is to judge by.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The server when the step began.
    pub before: &'a Snapshot,
    /// The server now.
    pub now: &'a Snapshot,
    /// What crossed in between.
    pub conversation: &'a Conversation,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Check by check.
    pub findings: Vec<Finding>,
    /// How often the client spoke after the server had spoken.
    pub turns: u64,
    /// Octets in both directions.
    pub octets: u64,
    /// Whether neither was more than it need be.
    pub at_par: bool,
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Whether it is so.
    pub holds: bool,
    /// What was looked for, in words that do not tell how to get there.
    pub what: String,
}

impl Verdict {
    /// Whether all of it is so.
    pub fn is_solved(&self) -> bool {
        self.findings.iter().all(|finding| finding.holds)
    }
}

/// Looks at all that the step asks for.
pub fn judge(step: &Step, evidence: &Evidence<'_>) -> Verdict {
    let Conversation { turns, octets, .. } = *evidence.conversation;
    let finding = |check: &Check| Finding {
        holds: evidence.shows(check),
        what: words(check),
    };
    Verdict {
        findings: step.checks.iter().map(finding).collect(),
        turns,
        octets,
        at_par: turns <= step.par.turns && octets <= step.par.octets,
    }
}

/// Whose mail it is.
pub const USER: &str = "alice";

impl Evidence<'_> {
    fn shows(&self, check: &Check) -> bool {
        match check {
            Check::Command {
                name,
                words,
                answer,
                times,
            } => {
                let meant = |command: &&Command| {
                    let answered = match answer {
                        Answer::Ok => command.outcome == Some(Outcome::Done),
                        Answer::Refused => command.outcome == Some(Outcome::Refused),
                        Answer::Any => true,
                    };
                    answered && is(&command.said, name, words)
                };
                at_least(*times, self.conversation.commands.iter().filter(meant))
            }
            Check::Never { name, words } => {
                let mut commands = self.conversation.commands.iter();
                !commands.any(|command| is(&command.said, name, words))
            }
            Check::Response { name, words, times } => {
                let meant = |response: &&Spoken| is(response, name, words);
                at_least(*times, self.conversation.responses.iter().filter(meant))
            }
            Check::Pipelined { commands } => self.conversation.pipelined() >= *commands as usize,
            Check::Literals { from, count } => {
                let at = usize::from(*from == Sender::Server);
                self.conversation.literals[at] == *count
            }
            Check::Messages { mailbox, count } => {
                let mailbox = self.now.mailbox(USER, mailbox);
                mailbox.is_some_and(|mailbox| mailbox.messages.len() == *count as usize)
            }
            Check::Message {
                subject,
                mailbox,
                is,
            } => {
                let found = self.now.mailbox(USER, mailbox);
                let there = found
                    .and_then(|mailbox| message(mailbox, subject))
                    .is_some();
                there == (*is == Presence::There)
            }
            Check::Flag { subject, flag, set } => {
                let inbox = self.now.mailbox(USER, "INBOX");
                let message = inbox.and_then(|inbox| message(inbox, subject));
                message.is_some_and(|message| {
                    let has = message.flags.iter().any(|f| f.eq_ignore_ascii_case(flag));
                    has == *set
                })
            }
            Check::Marked { count } => self.marked() == *count as usize,
            Check::Session { is } => self.progressed(*is),
            Check::Open { mailbox } => self.now.sessions.iter().any(|session| {
                matches!(&session.state, State::Selected(open)
                    if open.mailbox.as_ref() == Some(mailbox))
            }),
            Check::Unchanged => {
                let inbox = |snapshot: &Snapshot| {
                    let messages = &snapshot.mailbox(USER, "INBOX")?.messages;
                    let known = |m: &Message| (m.uid, m.flags.clone());
                    Some(messages.iter().map(known).collect::<Vec<_>>())
                };
                inbox(self.before) == inbox(self.now)
            }
        }
    }

    /// Messages that go when their session ends with QUIT.
    fn marked(&self) -> usize {
        let marked = |session: &Session| match &session.state {
            State::Transaction { messages, .. } => messages.iter().filter(|m| m.deleted).count(),
            _ => 0,
        };
        self.now.sessions.iter().map(marked).sum()
    }

    fn progressed(&self, is: Progress) -> bool {
        let mut sessions = self.now.sessions.iter();
        let signed_in = |session: &Session| {
            matches!(
                session.state,
                State::Authenticated { .. } | State::Selected(_) | State::Transaction { .. }
            )
        };
        match is {
            Progress::SignedIn => sessions.any(signed_in),
            Progress::NotSignedIn => !sessions.any(signed_in),
            Progress::Encrypted => {
                sessions.any(|session| matches!(session.security, Security::Tls(_)))
            }
            Progress::Compressed => sessions.any(|session| session.compressed),
            Progress::Idle => {
                sessions.any(|session| matches!(&session.state, State::Selected(open) if open.idle))
            }
            Progress::Over => sessions.all(|session| session.state == State::Logout),
        }
    }
}

fn is(said: &Spoken, name: &str, words: &[String]) -> bool {
    said.name.eq_ignore_ascii_case(name) && said.has(words)
}

fn at_least<T>(times: u32, found: impl Iterator<Item = T>) -> bool {
    found.count() >= times as usize
}

fn message<'a>(mailbox: &'a Mailbox, subject: &str) -> Option<&'a Message> {
    let messages = &mailbox.messages;
    messages.iter().find(|message| message.subject == subject)
}

/// What is looked for.
fn words(check: &Check) -> String {
    match check {
        Check::Command {
            name,
            answer,
            times,
            ..
        } => {
            let often = match times {
                0 | 1 => String::new(),
                n => format!("{n} times "),
            };
            match answer {
                Answer::Ok => format!(
                    "A command was {often}carried out by the server: {}",
                    kind(name)
                ),
                Answer::Refused => {
                    format!("A command was {often}refused by the server: {}", kind(name))
                }
                Answer::Any => format!("A command was {often}sent: {}", kind(name)),
            }
        }
        Check::Never { .. } => "A command that is not needed was not sent".to_owned(),
        Check::Response { name, times, .. } => match times {
            0 | 1 => format!("The server sent what the step is about: {name}"),
            n => format!("The server sent what the step is about {n} times: {name}"),
        },
        Check::Pipelined { commands } => {
            format!("At least {commands} commands were on the way at once")
        }
        Check::Literals { from, count } => {
            let who = match from {
                Sender::Client => "client",
                Sender::Server => "server",
            };
            format!("Literals from the {who}: {count}")
        }
        Check::Messages { mailbox, count } => {
            format!("{mailbox} on the server has {count} messages")
        }
        Check::Message {
            subject,
            mailbox,
            is,
        } => match is {
            Presence::There => format!("“{subject}” is in {mailbox} on the server"),
            Presence::Gone => format!("“{subject}” is no longer in {mailbox} on the server"),
        },
        Check::Flag { subject, flag, set } => match set {
            true => format!("“{subject}” has {flag} on the server"),
            false => format!("“{subject}” does not have {flag} on the server"),
        },
        Check::Marked { count } => {
            format!("Messages that the server will remove at QUIT: {count}")
        }
        Check::Session { is } => match is {
            Progress::SignedIn => "Somebody has signed in",
            Progress::NotSignedIn => "Nobody is signed in",
            Progress::Encrypted => "The connection is encrypted",
            Progress::Compressed => "The connection is compressed",
            Progress::Idle => "The client waits for news",
            Progress::Over => "The session is over",
        }
        .to_owned(),
        Check::Open { mailbox } => format!("{mailbox} is open"),
        Check::Unchanged => "The inbox on the server is as it was".to_owned(),
    }
}

/// What a command is for: its name would be the answer.
fn kind(name: &str) -> &'static str {
    match name.to_uppercase().as_str() {
        "CAPA" | "CAPABILITY" => "the one that asks what the server can do",
        "STAT" | "STATUS" => "the one that counts",
        "LIST" | "LSUB" => "the one that lists",
        "UIDL" => "the one that asks for lasting names",
        "RETR" | "TOP" | "FETCH" | "UID FETCH" => "one that fetches",
        "DELE" | "STORE" | "UID STORE" | "EXPUNGE" | "UID EXPUNGE" => "one that changes mail",
        "RSET" => "the one that takes marks back",
        "QUIT" | "LOGOUT" => "the one that ends the session",
        "SELECT" | "EXAMINE" => "one that opens a mailbox",
        "SEARCH" | "UID SEARCH" => "the one that searches",
        "USER" | "PASS" | "AUTH" | "LOGIN" | "AUTHENTICATE" | "APOP" => "one that signs in",
        "STLS" | "STARTTLS" => "the one that begins TLS",
        "APPEND" => "the one that puts a message into a mailbox",
        "IDLE" | "NOTIFY" | "NOOP" => "one that brings news",
        "ENABLE" => "the one that switches something on",
        _ => "the one that the step is about",
    }
}
