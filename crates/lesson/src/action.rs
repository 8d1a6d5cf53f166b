//! What can be done in a step, in words: model answers and wrong ones are made of it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// One thing that a learner does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Action {
    /// `send STAT`: types this command. `{uidvalidity}` and `{modseq}` stand for those that the
    /// inbox had when the step began.
    Send(String),
    /// `type octets`: types this line as it is, without a tag before it.
    Type(String),
    /// `step`: lets the command that waits go.
    Step,
    /// `run on`: lets everything go.
    RunOn,
    /// `hold`: lets nothing go by itself.
    Hold,
    /// `open Keys`: opens the message of this subject.
    Open(String),
    /// `delete Keys`: deletes it.
    Delete(String),
    /// `star Keys`: marks it with `\Flagged`.
    Star(String),
    /// `mailbox Archive`: opens this mailbox.
    Mailbox(String),
    /// `check`: looks for new mail.
    Check,
    /// `event`: lets happen what the step has prepared.
    Event,
    /// `wait 5`: does nothing for so many seconds.
    Wait(u32),
}

/// The text is no action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is nothing that can be done; there are: send, type, step, run on, hold, open, delete, star, \
     mailbox, check, event, wait"
)]
pub struct NoAction(String);

impl FromStr for Action {
    type Err = NoAction;

    fn from_str(text: &str) -> Result<Self, NoAction> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let (owned, wrong) = (|| rest.to_owned(), || NoAction(text.to_owned()));
        Ok(match (word, rest) {
            ("step", "") => Self::Step,
            ("run", "on") => Self::RunOn,
            ("hold", "") => Self::Hold,
            ("check", "") => Self::Check,
            ("event", "") => Self::Event,
            ("wait", _) => Self::Wait(rest.parse().map_err(|_| wrong())?),
            (_, "") => return Err(wrong()),
            ("send", _) => Self::Send(owned()),
            ("type", _) => Self::Type(owned()),
            ("open", _) => Self::Open(owned()),
            ("delete", _) => Self::Delete(owned()),
            ("star", _) => Self::Star(owned()),
            ("mailbox", _) => Self::Mailbox(owned()),
            _ => return Err(wrong()),
        })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(line) => write!(f, "send {line}"),
            Self::Type(line) => write!(f, "type {line}"),
            Self::Step => f.write_str("step"),
            Self::RunOn => f.write_str("run on"),
            Self::Hold => f.write_str("hold"),
            Self::Open(subject) => write!(f, "open {subject}"),
            Self::Delete(subject) => write!(f, "delete {subject}"),
            Self::Star(subject) => write!(f, "star {subject}"),
            Self::Mailbox(name) => write!(f, "mailbox {name}"),
            Self::Check => f.write_str("check"),
            Self::Event => f.write_str("event"),
            Self::Wait(seconds) => write!(f, "wait {seconds}"),
        }
    }
}

impl TryFrom<String> for Action {
    type Error = NoAction;

    fn try_from(text: String) -> Result<Self, NoAction> {
        text.parse()
    }
}

impl From<Action> for String {
    fn from(action: Action) -> Self {
        action.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for text in [
            "type twelve octets",
            "send A1 FETCH 1 (FLAGS)",
            "step",
            "run on",
            "hold",
            "open The keys, the ladder",
            "delete x",
            "star x",
            "mailbox Archive",
            "check",
            "event",
            "wait 5",
        ] {
            assert_eq!(
                text.parse::<Action>().map(|action| action.to_string()),
                Ok(text.to_owned())
            );
        }
        for text in ["", "send", "run off", "wait long", "dance", "step twice"] {
            assert!(text.parse::<Action>().is_err(), "{text}");
        }
    }
}
