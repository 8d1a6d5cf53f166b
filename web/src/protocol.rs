//! What page and worker say to each other.

use porthole_demo::{
    misbehave::{Misbehaviour, Misdeed, Times},
    throttle::Conditions,
};
use porthole_engine::{Change, Intent, Recorded};
use serde::{Deserialize, Serialize};

use crate::{
    comparing::{Order, Told},
    lessons,
};

/// Names this build, by version and sources (`build.rs`): a page refuses a worker of another, which a
/// cache may have kept.
pub const BUILD: &str = env!("PORTHOLE_BUILD");

/// From the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToWorker {
    /// Always the first: open the store.
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
    /// The demo server in the page is to be different.
    Demo(DemoOrder),
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
}
