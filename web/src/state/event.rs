//! What changes what the page knows.

use std::rc::Rc;

use porthole_interface::{
    Account, Change, Habits, Recorded, compare::Particulars, intent::MessageId,
};
use porthole_lesson::Sheet;

use super::DemoServer;
use crate::{
    comparing::Told,
    lessons,
    library::Found,
    protocol::{OtherClient, ServersMailbox},
};

/// What changes the state.
#[derive(Debug)]
pub enum Event {
    /// The worker is there.
    Ready,
    /// The worker cannot go on.
    Broken(String),
    /// The engine says so.
    Engine(Vec<Change>),
    /// The user signs in.
    SigningIn(Account),
    /// The user leaves.
    SignedOut,
    /// The user opens a message, or closes it.
    Open(Option<MessageId>),
    /// The user points at a message, or no longer does.
    Point(Option<MessageId>),
    /// The user closes the source.
    CloseSource,
    /// The user opens a mailbox.
    OpenMailbox(String),
    /// The user decides whether opening a message marks it as read.
    MarkRead(bool),
    /// The demo server is told to be like this.
    Demo(DemoServer),
    /// The client makes use of this from now on.
    Use(Habits),
    /// Another client of the account does something, or is gone.
    Other(Option<Box<OtherClient>>),
    /// The demo server's mailbox has changed.
    Server(Option<Box<ServersMailbox>>),
    /// A saved transcript is on its way.
    OpeningRecording(String),
    /// A saved transcript was opened, or cannot be.
    Recording(Result<Recorded, String>),
    /// It did something wrong in its answer to this command.
    Misdeed(String),
    /// A comparison begins.
    Compare(Particulars),
    /// The worker tells of it.
    Comparing(Told),
    /// A step of a lesson begins, on a server that is so many milliseconds away at least.
    BeginStep(Rc<Sheet>, usize, u32),
    /// What was done in it is looked at anew.
    CheckStep,
    /// The worker tells how it stands.
    Lesson(lessons::Told),
    /// The worker has read lessons.
    Library(Found),
    /// The user has read the failure.
    Dismiss,
    /// The user has read the oldest notice.
    DismissNotice,
}
