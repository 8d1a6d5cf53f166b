//! A lesson and its steps, as a teacher writes them.

use porthole_demo::misbehave::Misbehaviour;
use porthole_interface::account;
use serde::{Deserialize, Serialize};

use crate::{action::Action, check::Check};

/// A lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lesson {
    /// Names it in links and in what is kept of a learner's progress: letters, digits and `-`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What is learned, in a paragraph.
    pub about: String,
    /// By which protocol its steps run, where they do not say.
    pub protocol: Protocol,
    /// Where to read more: RFC and section.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// What is to be done, in this order. Each begins on a server of its own.
    pub steps: Vec<Step>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// What it is called.
    pub title: String,
    /// By which protocol it runs; the lesson's, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    /// What is asked before anything is done.
    pub prediction: Prediction,
    /// What is to be done.
    pub task: String,
    /// Help, a little more with each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
    /// What is told once it is done.
    pub why: String,
    /// What it need not cost more than.
    pub par: Par,
    /// How the demo server is to be.
    #[serde(default)]
    pub server: Server,
    /// What has to be so in the end, all of it.
    pub checks: Vec<Check>,
    /// One way of doing it, at par.
    pub answer: Vec<Action>,
    /// What does not do it, though it looks as if it might.
    pub wrong: Vec<Vec<Action>>,
}

/// A question before anything is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Prediction {
    /// What is asked.
    pub question: String,
    /// What can be answered.
    pub choices: Vec<String>,
    /// Which of them is right, from 1.
    pub right: usize,
}

/// What a step costs somebody who knows how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Par {
    /// How often the client speaks after the server has spoken.
    pub turns: u64,
    /// Octets in both directions.
    pub octets: u64,
}

/// How the demo server is at the beginning of a step, and what the client does by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Server {
    /// What alice's inbox has, oldest first; the sample mail, where nothing is said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Letter>,
    /// How far away it is: milliseconds of a round trip.
    #[serde(skip_serializing_if = "is_zero")]
    pub round_trip: u32,
    /// What the client does by itself.
    pub client: Client,
    /// The connection begins in the clear and goes on with TLS (STARTTLS, STLS), which the page
    /// simulates.
    #[serde(skip_serializing_if = "is_false")]
    pub start_tls: bool,
    /// Whether it is shown what somebody on the way reads.
    #[serde(skip_serializing_if = "is_false")]
    pub overheard: bool,
    /// What the server does wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub misbehaves: Vec<Misbehaviour>,
    /// It does so whenever it can, and not only once.
    #[serde(skip_serializing_if = "is_false")]
    pub always: bool,
    /// Something that happens elsewhere, when the learner lets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<Event>,
}

/// What the client does by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Client {
    /// It signs in and shows the list; then its commands wait, and the wire is the learner's.
    #[default]
    Quiet,
    /// Its commands wait from the greeting on.
    Held,
    /// It does what a mail client does.
    Free,
}

/// What happens elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Event {
    /// What the button says that lets it happen.
    pub button: String,
    /// What happens, in this order.
    pub deeds: Vec<Deed>,
}

/// One thing that happens in alice's inbox, and not by the learner's doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Deed {
    /// Another device deletes the message of this subject.
    Delete(String),
    /// Another device marks it as read.
    Read(String),
    /// This comes.
    Deliver(Letter),
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Letter {
    /// Its subject, which names it in checks: no two of a step have the same.
    pub subject: String,
    /// Who sent it.
    #[serde(default = "bob")]
    pub from: String,
    /// What it says.
    #[serde(default)]
    pub text: String,
    /// Lines of 76 octets that follow the text, to make it long.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub padding: u32,
    /// Its flags, such as `\Seen`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
}

/// How mail is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// IMAP (RFC 9051).
    Imap,
    /// POP3 (RFC 1939).
    Pop3,
}

impl From<Protocol> for account::Protocol {
    fn from(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Imap => Self::Imap,
            Protocol::Pop3 => Self::Pop3,
        }
    }
}

impl Lesson {
    /// By which protocol a step of it runs.
    pub fn protocol_of(&self, step: &Step) -> Protocol {
        step.protocol.unwrap_or(self.protocol)
    }
}

fn bob() -> String {
    "Bob Keeper <bob@example.com>".to_owned()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_false(is: &bool) -> bool {
    !is
}
