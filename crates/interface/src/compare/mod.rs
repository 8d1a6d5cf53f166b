//! POP3 beside IMAP: what was measured, what it answers, and how it is taken along.
//!
//! The figures of a [`Run`] are counted from the entries of its transcripts, and each carries the
//! numbers of those. *Within the task* means: from the moment at which the user wants something
//! until it is there. *In the whole run* means: all that crossed, from the first greeting to
//! signing out, as a relay between client and server would count it.

mod advise;
mod distance;
mod export;
mod figure;
mod question;
mod run;
mod task;

pub use advise::{
    Advice, Aspect, Circumstances, Devices, Offers, Offline, Point, Privacy, Space, advise,
};
pub use distance::{Cost, Distance};
pub use figure::{EntryId, Figure, Kind, Value};
pub use question::{Answer, AnswerRow, Question, answers};
pub use run::{Cell, Comparison, Outcome, Particulars, Run, Transcript};
pub use task::{Device, Risk, Sample, Task};
