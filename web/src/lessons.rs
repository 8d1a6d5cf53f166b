//! Lessons: what page and worker say of them, what the page knows, and what is kept of a learner's
//! progress.

use std::rc::Rc;

use porthole_lesson::{Lesson, Verdict};
use porthole_wire::Direction;
use serde::{Deserialize, Serialize};

use crate::memory::{Key, recall, remember};

/// What the page wants of the worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// A step begins, on a demo server of its own.
    Begin {
        /// The lesson, as it stands in a link.
        lesson: String,
        /// Which step, from 0.
        step: usize,
        /// The round trip is this long at least, in milliseconds: somebody watches.
        slow: u32,
    },
    /// What the step has prepared is to happen.
    Happen,
    /// Has it been done?
    Check,
}

/// What the worker tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// The learner can begin.
    Begun,
    /// What somebody on the way has read.
    Overheard(Vec<Overheard>),
    /// Whether it has been done.
    Verdict(Verdict),
}

/// Octets that somebody on the way has seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overheard {
    /// Who sent them.
    pub by: Direction,
    /// The octets; `None` where they are encrypted.
    pub octets: Option<Vec<u8>>,
    /// How many.
    pub count: u64,
}

/// What the page knows of the step under way.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Learning {
    /// Its lesson and its number, once it was begun.
    pub step: Option<(Rc<Lesson>, usize)>,
    /// The server is as the step wants it.
    pub ready: bool,
    /// What was found the last time.
    pub verdict: Option<Verdict>,
    /// What somebody on the way has read.
    pub overheard: Vec<Overheard>,
}

impl Learning {
    /// The worker says so.
    pub fn apply(&mut self, told: Told) {
        match told {
            Told::Begun => self.ready = true,
            Told::Overheard(more) => self.overheard.extend(more),
            Told::Verdict(verdict) => {
                if let (Some((lesson, step)), true) = (&self.step, verdict.is_solved()) {
                    solved(&lesson.id, *step);
                }
                self.verdict = Some(verdict);
            }
        }
    }

    /// Whether this step is the one under way.
    pub fn is_at(&self, lesson: &Rc<Lesson>, step: usize) -> bool {
        let at = |(known, number): &(Rc<Lesson>, usize)| known == lesson && *number == step;
        self.step.as_ref().is_some_and(at)
    }
}

/// Whether a step has been solved on this device.
pub fn is_solved(lesson: &str, step: usize) -> bool {
    let name = name(lesson, step);
    recall(Key::Lessons).is_some_and(|known| known.split(' ').any(|known| known == name))
}

fn solved(lesson: &str, step: usize) {
    if !is_solved(lesson, step) {
        let known = recall(Key::Lessons).unwrap_or_default();
        let known = format!("{known} {}", name(lesson, step));
        remember(Key::Lessons, known.trim());
    }
}

fn name(lesson: &str, step: usize) -> String {
    format!("{lesson}/{}", step + 1)
}
