//! A lesson under way: somebody does it on a live engine and a demo server, and is judged.
//!
//! [`Teacher`] keeps the client as quiet as a step wants it, and judges what came of it.
//! [`rehearse`] tries a lesson's own answers, so that a teacher learns what is wrong with it before
//! a class does.

mod rehearsal;
mod teacher;

pub use rehearsal::rehearse;
pub use teacher::Teacher;
