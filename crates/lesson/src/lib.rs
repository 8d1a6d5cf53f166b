//! Lessons: what a learner is asked, what is looked at, and whether it was done.
//!
//! ```text
//!   file or link ──read, check──▶ Lesson ──Step.server──▶ demo server, as the step wants it
//!                                   │
//!   Teacher: the client, as quiet ──┤
//!   as the step wants it            │
//!   transcript, state before, now ──┴──▶ judge ──▶ Verdict: each check, and what is missing
//! ```
//!
//! A [`Lesson`] is data: a teacher writes one in a file ([`read`]), and gives it to a class as a
//! file or as a link ([`link`]). What is judged is what crossed, as the parser understood it, and
//! what the demo server has; never the letters that somebody typed. `docs/lessons.md` describes the
//! format. [`rehearse`] tries a lesson's own answers, so that a teacher learns what is wrong with
//! it before a class does.

pub mod action;
pub mod built_in;
mod check;
mod conversation;
mod judge;
mod lesson;
pub mod link;
pub mod read;
mod rehearsal;
mod set_up;
mod teacher;

pub use check::{Answer, Check, Presence, Progress, Sender};
pub use conversation::{Command, Conversation, Spoken};
pub use judge::{Evidence, Finding, Verdict, judge};
pub use lesson::{Client, Deed, Event, Lesson, Letter, Par, Prediction, Protocol, Server, Step};
pub use read::{Problem, check};
pub use rehearsal::rehearse;
pub use teacher::Teacher;
