//! Which lessons there are. The worker reads them: the page would otherwise carry all that reads
//! TOML, JSON and what is packed, to show a text.

use std::rc::Rc;

use porthole_lesson::{Problem, Sheet};
use serde::{Deserialize, Serialize};

/// What was read, or what is wrong with it.
pub type Outcome<T> = Result<T, Vec<Problem>>;

/// What the page wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// The lessons that come with the page.
    BuiltIn,
    /// The lesson of a link.
    Linked(String),
    /// The lesson of a file with this text, and whether its own answers do what it says.
    Rehearsal(String),
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
        lesson: Outcome<Sheet>,
    },
    /// The lesson of a file, or what is wrong with its form.
    Rehearsal {
        /// What the file has.
        text: String,
        /// What it comes to.
        outcome: Outcome<Rehearsal>,
    },
}

/// A lesson whose own answers were tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsal {
    /// The lesson, as it stands in a link.
    pub link: String,
    /// What they do not do; nothing, where it is as its author says.
    pub faults: Vec<Problem>,
}

/// What the page knows of them, whoever is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Library {
    /// Those that come with the page; none until the worker has told.
    pub built_in: Vec<Rc<Sheet>>,
    /// The links that were followed, and what they have.
    pub linked: Vec<(String, Outcome<Rc<Sheet>>)>,
    /// The last file that somebody brought, and what it comes to.
    pub rehearsal: Option<(String, Outcome<Rehearsal>)>,
}

impl Library {
    /// The worker says so.
    pub fn apply(&mut self, found: Found) {
        match found {
            Found::BuiltIn(lessons) => self.built_in = lessons.into_iter().map(Rc::new).collect(),
            Found::Linked { link, lesson } => self.linked.push((link, lesson.map(Rc::new))),
            Found::Rehearsal { text, outcome } => self.rehearsal = Some((text, outcome)),
        }
    }

    /// What is in a link; `None` until the worker has told.
    pub fn of_link(&self, link: &str) -> Option<Outcome<Rc<Sheet>>> {
        let (_, lesson) = self.linked.iter().find(|(known, _)| known == link)?;
        Some(lesson.clone())
    }

    /// The lesson of a name that comes with the page; `None` until the worker has told.
    pub fn named(&self, id: &str) -> Option<Outcome<Rc<Sheet>>> {
        if self.built_in.is_empty() {
            return None;
        }
        let found = self.built_in.iter().find(|lesson| lesson.id == id).cloned();
        let missing = || vec![Problem::of_all(&format!("there is no lesson called {id}"))];
        Some(found.ok_or_else(missing))
    }
}

#[cfg(test)]
mod tests {
    use porthole_lesson::built_in;

    use super::*;

    #[test]
    fn what_the_worker_has_not_told_is_not_missing_yet() {
        let mut library = Library::default();
        assert_eq!(library.named("deletion"), None);
        let sheets: Vec<_> = built_in::all().iter().map(Sheet::from).collect();
        library.apply(Found::BuiltIn(sheets));
        let id = |lesson: Option<Outcome<Rc<Sheet>>>| lesson.unwrap().unwrap().id.clone();
        assert_eq!(id(library.named("deletion")), "deletion");
        assert!(library.named("demolition").unwrap().is_err());

        // A lesson that is open stays when another comes.
        for (link, lesson) in [("a", "deletion"), ("b", "tags")] {
            let lesson = library
                .named(lesson)
                .unwrap()
                .map(|lesson| (*lesson).clone());
            let link = link.to_owned();
            library.apply(Found::Linked { link, lesson });
        }
        assert_eq!(id(library.of_link("a")), "deletion");
        assert_eq!(id(library.of_link("b")), "tags");
        assert_eq!(library.of_link("c"), None);
    }
}
