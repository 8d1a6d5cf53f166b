//! What page and worker say to each other.

use porthole_demo::{
    misbehave::{Misbehaviour, Misdeed, Times},
    throttle::Conditions,
};
use porthole_interface::{
    Change, Intent, Recorded,
    account::Protocol,
    change::{Belief, Connection},
};
use serde::{Deserialize, Serialize};

use crate::{
    comparing::{Order, Told},
    lessons, library,
};

/// Names this build, by version and sources (`build.rs`): a page refuses a worker of another, which a
/// cache may have kept.
pub const BUILD: &str = env!("PORTHOLE_BUILD");

/// From the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToWorker {
    /// Before somebody signs in: where mail is kept from now on. Whoever is signed in is signed out
    /// where that is another place.
    Start {
        /// Whether mail may be kept on this device.
        persist: bool,
    },
    /// Where the proxy is: a `ws:` or `wss:` URL without a path.
    Proxy(String),
    /// The user wants something.
    Intent(Intent),
    /// POP3 is to be compared with IMAP.
    Compare(Order),
    /// No more of that.
    StopComparing,
    /// A step of a lesson.
    Lesson(lessons::Order),
    /// Lessons are to be read.
    Library(library::Wanted),
    /// The demo server in the page is to be different.
    Demo(DemoOrder),
    /// The mailbox is looked at from all sides.
    Table(TableOrder),
    /// This file is a transcript that was saved.
    Open(Vec<u8>),
    /// The meaning of an entry of it is wanted.
    ExplainRecorded(u64),
}

/// What the demo server in the page is told beside its protocols.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DemoOrder {
    /// The network between it and the client is like this from now on.
    Conditions(Conditions),
    /// Do these things wrong, and nothing that was ordered before.
    Misbehave(Vec<Misbehaviour>, Times),
    /// Do nothing wrong any more.
    Behave,
    /// A message comes for alice.
    Deliver,
}

/// What whoever looks at a mailbox from all sides wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableOrder {
    /// To be told what this client believes, and what the demo server has; or no more.
    Watch(bool),
    /// Another client signs in. On the demo it speaks what is said here.
    Arrive(Protocol),
    /// It does this.
    Act(Intent),
    /// It leaves.
    Leave,
}

/// Another client of the same account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherClient {
    /// What it speaks.
    pub protocol: Protocol,
    /// How it stands.
    pub connection: Connection,
    /// Why it cannot go on, in the server's words.
    pub failure: Option<String>,
    /// What it believes of the mailbox.
    pub belief: Option<Belief>,
}

/// A mailbox as the demo server has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServersMailbox {
    /// Its name.
    pub name: String,
    /// The generation that its UIDs belong to.
    pub uid_validity: u32,
    /// How many messages there are.
    pub count: u32,
    /// The newest of them, as many as a [`Belief`] has, by ascending number.
    pub messages: Vec<ServersMessage>,
}

/// A message as the demo server has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServersMessage {
    /// The sequence number that a client would give it that knows of everything.
    pub number: u32,
    /// Its name over IMAP.
    pub uid: u32,
    /// Its name over POP3, in INBOX.
    pub unique_id: Option<String>,
    /// Its flags and keywords in their wire form.
    pub flags: Vec<String>,
    /// Its subject, decoded.
    pub subject: String,
}

/// From the worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromWorker {
    /// Always the first; what was sent before it is lost.
    Ready {
        /// Which build it is.
        build: String,
    },
    /// What happened, in order.
    Changes(Vec<Change>),
    /// The demo server in the page did something wrong that it was told to do.
    Misdeed(Misdeed),
    /// The transcript that was opened, or why it cannot be.
    Recording(Result<Recorded, String>),
    /// How far a comparison has come.
    Comparing(Told),
    /// How a step of a lesson stands.
    Lesson(lessons::Told),
    /// Lessons that were read.
    Library(library::Found),
    /// Another client of the account; `None` once it is gone.
    Other(Option<Box<OtherClient>>),
    /// The open mailbox as the demo server has it; `None` where it has none of that name.
    Server(Option<Box<ServersMailbox>>),
}
