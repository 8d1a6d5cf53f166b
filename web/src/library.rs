//! Which lessons there are. The worker reads them: the page would otherwise carry all that reads
//! TOML, JSON and what is packed, to show a text.

use std::rc::Rc;

use porthole_lesson::{Problem, Sheet};
use serde::{Deserialize, Serialize};

/// What was read, or what is wrong with it.
pub type Read<T> = Result<T, Vec<Problem>>;

/// What the page wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// The lessons that come with the page.
    BuiltIn,
    /// The lesson of a link.
    Linked(String),
    /// The lesson of a file with this text, and whether its own answers do what it says.
    Rehearsed(String),
}

/// What the worker has found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Found {
    /// The lessons that come with the page, in the order in which they are best taken.
    BuiltIn(Vec<Sheet>),
    /// The lesson of a link, or what is wrong with it.
    Linked {
        /// The link.
        link: String,
        /// What it has.
        lesson: Read<Sheet>,
    },
    /// The lesson of a file, or what is wrong with its form.
    Rehearsed {
        /// What the file has.
        text: String,
        /// What it comes to.
        lesson: Read<Rehearsed>,
    },
}

/// A lesson whose own answers were tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsed {
    /// The lesson, as it stands in a link.
    pub link: String,
    /// What they do not do; nothing, where it is as its author says.
    pub faults: Vec<Problem>,
}

/// What the page knows of them, whoever is signed in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Library {
    /// Those that come with the page; none until the worker has told.
    pub built_in: Vec<Rc<Sheet>>,
    /// The last link that was followed, and what it has.
    pub linked: Option<(String, Read<Rc<Sheet>>)>,
    /// The last file that somebody brought, and what it comes to.
    pub rehearsed: Option<(String, Read<Rehearsed>)>,
}

impl Library {
    /// The worker says so.
    pub fn apply(&mut self, found: Found) {
        match found {
            Found::BuiltIn(lessons) => self.built_in = lessons.into_iter().map(Rc::new).collect(),
            Found::Linked { link, lesson } => self.linked = Some((link, lesson.map(Rc::new))),
            Found::Rehearsed { text, lesson } => self.rehearsed = Some((text, lesson)),
        }
    }

    /// What is in a link; `None` until the worker has told.
    pub fn of_link(&self, link: &str) -> Option<Read<Rc<Sheet>>> {
        let known = self.linked.as_ref().filter(|(known, _)| known == link)?;
        Some(known.1.clone())
    }

    /// The lesson of a name that comes with the page; `None` until the worker has told.
    pub fn named(&self, id: &str) -> Option<Read<Rc<Sheet>>> {
        if self.built_in.is_empty() {
            return None;
        }
        let found = self.built_in.iter().find(|lesson| lesson.id == id).cloned();
        let missing = || vec![Problem::of_all(&format!("there is no lesson called {id}"))];
        Some(found.ok_or_else(missing))
    }
}
