//! A lesson under way: what page and worker say of it, what the page knows, and what is kept of a
//! learner's progress.

use std::rc::Rc;

use porthole_lesson::{Sheet, Verdict};
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
    pub step: Option<(Rc<Sheet>, usize)>,
    /// The server is as the step wants it.
    pub ready: bool,
    /// What was found the last time; nothing while it is looked at anew.
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
                    solved(&lesson.id, *step, &verdict);
                }
                self.verdict = Some(verdict);
            }
        }
    }

    /// Whether this step is the one under way.
    pub fn is_at(&self, lesson: &Rc<Sheet>, step: usize) -> bool {
        let at = |(known, number): &(Rc<Sheet>, usize)| known == lesson && *number == step;
        self.step.as_ref().is_some_and(at)
    }
}

/// The least that a step has taken on this device; each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Best {
    /// Turns.
    pub turns: u64,
    /// Octets in both directions.
    pub octets: u64,
}

/// The best that was done in a step on this device; `None` where it was not solved yet.
pub fn best(lesson: &str, step: usize) -> Option<Best> {
    find(&recall(Key::Lessons)?, &name(lesson, step))
}

fn solved(lesson: &str, step: usize, verdict: &Verdict) {
    let known = recall(Key::Lessons).unwrap_or_default();
    let now = Best {
        turns: verdict.turns,
        octets: verdict.octets,
    };
    remember(Key::Lessons, &with(&known, &name(lesson, step), now));
}

fn name(lesson: &str, step: usize) -> String {
    format!("{lesson}/{}", step + 1)
}

/// What was kept: `deletion/1=2,74 deletion/2=3,80`.
fn find(known: &str, name: &str) -> Option<Best> {
    let entry = |entry: &str| {
        let (of, best) = entry.split_once('=')?;
        let (turns, octets) = best.split_once(',').filter(|_| of == name)?;
        Some(Best {
            turns: turns.parse().ok()?,
            octets: octets.parse().ok()?,
        })
    };
    known.split(' ').find_map(entry)
}

/// The same with another result, where it is better.
fn with(known: &str, name: &str, now: Best) -> String {
    let before = find(known, name).unwrap_or(now);
    let (turns, octets) = (now.turns.min(before.turns), now.octets.min(before.octets));
    let is_other = |entry: &&str| entry.split('=').next() != Some(name) && !entry.is_empty();
    let others = known.split(' ').filter(is_other).map(str::to_owned);
    let all: Vec<_> = others.chain([format!("{name}={turns},{octets}")]).collect();
    all.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_is_kept_for_each_step() {
        let best = |turns, octets| Best { turns, octets };
        let known = with("", "deletion/1", best(3, 74));
        let known = with(&known, "deletion/11", best(9, 900));
        let known = with(&known, "deletion/1", best(2, 90));
        assert_eq!(find(&known, "deletion/1"), Some(best(2, 74)));
        assert_eq!(find(&known, "deletion/11"), Some(best(9, 900)));
        assert_eq!(find(&known, "deletion/2"), None);
        assert_eq!(known.split(' ').count(), 2);
        for damaged in [
            "",
            "deletion/1",
            "deletion/1=",
            "deletion/1=2",
            "deletion/1=a,b",
        ] {
            assert_eq!(find(damaged, "deletion/1"), None, "{damaged}");
            let mended = with(damaged, "deletion/1", best(2, 74));
            assert_eq!(mended, "deletion/1=2,74", "{damaged}");
        }
    }
}
