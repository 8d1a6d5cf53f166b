//! A comparison of POP3 with IMAP: what page and worker say of it, and what the page knows.

use std::rc::Rc;

use porthole_interface::{
    account::{Destination, Protocol},
    compare::{Comparison, Distance, Particulars, Run, Task},
};
use serde::{Deserialize, Serialize};

/// What is to be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The tasks, each by both protocols.
    pub tasks: Vec<Task>,
    /// Where.
    pub place: Place,
    /// Both protocols at the same time; one after the other otherwise.
    pub at_once: bool,
}

/// Where it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// On a demo server of its own for each run, moved so far away.
    Demo(Distance),
    /// On the account that is signed in.
    Account {
        /// Where the protocol is spoken by which nobody is signed in.
        other: Destination,
        /// Whether the user lets mail be deleted and marked there.
        may_change: bool,
    },
}

/// What the worker tells of it.
#[derive(Debug, Serialize, Deserialize)]
pub enum Told {
    /// A task is being done.
    Doing(Doing),
    /// It is done, or cannot be.
    Done(Box<Run>),
    /// Nothing more comes.
    Over,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doing {
    /// The task.
    pub task: Task,
    /// By what.
    pub protocol: Protocol,
    /// Steps of it that are done.
    pub done: u32,
    /// All of its steps.
    pub steps: u32,
    /// Runs that are over.
    pub run: u32,
    /// All runs.
    pub runs: u32,
    /// The user is to send a message to the account from elsewhere.
    pub awaits_mail: bool,
}

/// What the page knows of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparing {
    /// The results so far.
    pub comparison: Option<Rc<Comparison>>,
    /// Whether more are to come.
    pub running: bool,
    /// How far the runs under way have come.
    pub doing: Vec<Doing>,
}

impl Comparing {
    /// What is left of it where the account is left: nothing that was measured on that.
    #[must_use]
    pub fn elsewhere(self) -> Self {
        let known = self.comparison.as_ref();
        match known.is_some_and(|known| known.particulars.distance.is_none()) {
            true => Self::default(),
            false => self,
        }
    }

    /// It begins. What was compared elsewhere, or otherwise, is no longer shown.
    pub fn begin(&mut self, particulars: Particulars) {
        let same = |known: &&Rc<Comparison>| {
            let known = &known.particulars;
            Particulars {
                date: particulars.date.clone(),
                ..known.clone()
            } == particulars
        };
        let mut comparison = match self.comparison.as_ref().filter(same) {
            Some(known) => (**known).clone(),
            None => Comparison::new(particulars.clone()),
        };
        comparison.particulars = particulars;
        *self = Self {
            comparison: Some(Rc::new(comparison)),
            running: true,
            doing: Vec::new(),
        };
    }

    /// The worker says so.
    pub fn apply(&mut self, told: Told) {
        match told {
            Told::Doing(doing) => {
                self.doing.retain(|known| known.protocol != doing.protocol);
                self.doing.push(doing);
                self.doing.sort_by_key(|doing| doing.run);
            }
            Told::Done(run) => {
                self.doing.retain(|known| known.protocol != run.protocol);
                if let Some(comparison) = &mut self.comparison {
                    Rc::make_mut(comparison).add(*run);
                }
            }
            Told::Over => {
                self.running = false;
                self.doing.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use porthole_interface::compare::Outcome;

    use super::*;

    fn particulars(server: &str) -> Particulars {
        Particulars {
            server: server.to_owned(),
            product: "Porthole".to_owned(),
            date: "2026-11-24".to_owned(),
            distance: None,
            at_once: false,
        }
    }

    #[test]
    fn what_was_measured_here_stays_until_it_is_measured_elsewhere() {
        let mut comparing = Comparing::default();
        comparing.begin(particulars("here"));
        comparing.apply(Told::Done(Box::new(Run {
            task: Task::TopTen,
            protocol: Protocol::Imap,
            outcome: Outcome::Failed("no".to_owned()),
            downloaded: None,
            figures: Vec::new(),
            said: Vec::new(),
            transcripts: Vec::new(),
        })));
        comparing.apply(Told::Over);
        assert!(!comparing.running);
        let runs = |comparing: &Comparing| comparing.comparison.as_ref().map(|c| c.runs.len());
        comparing.begin(particulars("here"));
        assert_eq!(runs(&comparing), Some(1));
        comparing.begin(Particulars {
            date: "2026-11-25".to_owned(),
            ..particulars("here")
        });
        assert_eq!(runs(&comparing), Some(1));
        // Two at once share the line: their times are not those of one.
        comparing.begin(Particulars {
            at_once: true,
            ..particulars("here")
        });
        assert_eq!(runs(&comparing), Some(0));
        comparing.begin(particulars("there"));
        assert_eq!(runs(&comparing), Some(0));
        // It was on an account, and nobody else is to see it.
        assert_eq!(comparing.elsewhere(), Comparing::default());
    }
}
