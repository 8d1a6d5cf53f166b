//! Lessons: what a learner is asked, what is looked at, and whether it was done.
//!
//! ```text
//!   file or link ──read, check──▶ Lesson ──Step.server──▶ demo server, as the step wants it
//!                                   │
//!   transcript, state before, now ──┴──▶ judge ──▶ Verdict: each check, and what is missing
//! ```
//!
//! A [`Lesson`] is data: a teacher writes one in a file ([`read`]), and gives it to a class as a
//! file or as a link ([`link`]). A learner sees a [`Sheet`] of it. What is judged is what crossed, as
//! the parser understood it, and what the demo server has; never the letters that somebody typed.
//! `docs/lessons.md` describes the format.

pub mod action;
pub mod built_in;
mod check;
mod conversation;
mod judge;
mod lesson;
pub mod link;
pub mod read;
mod set_up;
mod sheet;

pub use check::{Answer, Check, Presence, Progress, Sender};
pub use conversation::{Command, Conversation, Spoken};
pub use judge::{Evidence, Finding, USER, Verdict, judge};
pub use lesson::{Client, Deed, Event, Lesson, Letter, Par, Prediction, Protocol, Server, Step};
pub use read::{Problem, check};
pub use sheet::{Sheet, Task};
