//! Where in the page somebody is: what stands behind `#`.

use gloo::events::EventListener;
use web_sys::window;
use yew::prelude::*;

/// A place that a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The mail, or the form to sign in.
    Mail,
    /// POP3 beside IMAP.
    Compare,
    /// The lessons.
    Lessons,
    /// A step of a lesson.
    Lesson {
        /// The lesson's name.
        id: String,
        /// From 1.
        step: usize,
    },
    /// A lesson that stands in the link itself.
    Given {
        /// The lesson.
        text: String,
        /// Which step of it, from 1.
        step: usize,
    },
    /// A saved transcript, and the entry that is looked at.
    Transcript {
        /// [`DEMO`], or the name of a file that was opened here.
        name: String,
        /// From 0.
        entry: Option<u64>,
    },
}

/// The transcript that comes with the page.
pub const DEMO: &str = "demo";

impl Route {
    /// What the part behind `#` says; the mail, where it says nothing that is known.
    pub fn read(hash: &str) -> Self {
        let mut parts = hash
            .trim_start_matches('#')
            .trim_start_matches('/')
            .split('/');
        match (parts.next(), parts.next()) {
            (Some("transcript"), Some(name)) if !name.is_empty() => Self::Transcript {
                name: name.to_owned(),
                entry: parts.next().and_then(|entry| entry.parse().ok()),
            },
            (Some("compare"), None) => Self::Compare,
            (Some("lessons"), None) => Self::Lessons,
            (Some("lesson"), Some(id)) if !id.is_empty() => Self::Lesson {
                id: id.to_owned(),
                step: step(parts.next()),
            },
            (Some(given), next) if given.starts_with("lesson=") => Self::Given {
                text: given["lesson=".len()..].to_owned(),
                step: step(next),
            },
            _ => Self::Mail,
        }
    }

    /// The link to it.
    pub fn link(&self) -> String {
        match self {
            Self::Mail => "#/".to_owned(),
            Self::Compare => "#/compare".to_owned(),
            Self::Lessons => "#/lessons".to_owned(),
            Self::Lesson { id, step } => format!("#/lesson/{id}/{step}"),
            Self::Given { text, step } => format!("#/lesson={text}/{step}"),
            Self::Transcript { name, entry: None } => format!("#/transcript/{name}"),
            Self::Transcript {
                name,
                entry: Some(entry),
            } => format!("#/transcript/{name}/{entry}"),
        }
    }

    /// Goes there; the browser's Back leads here again.
    pub fn go(&self) {
        if let Some(window) = window() {
            // An address of this page is always one that may be set.
            let _ = window.location().set_hash(&self.link());
        }
    }

    /// Says in the address that this is shown now.
    pub fn show(&self) {
        if let Some(history) = window().and_then(|window| window.history().ok()) {
            let link = self.link();
            let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&link));
        }
    }
}

/// Steps count from 1; where none is named it is the first.
fn step(text: Option<&str>) -> usize {
    text.and_then(|text| text.parse().ok())
        .map_or(1, |step: usize| step.max(1))
}

/// Where somebody is, as it changes.
#[hook]
pub fn use_route() -> Route {
    let now = || {
        let hash = window().and_then(|window| window.location().hash().ok());
        Route::read(&hash.unwrap_or_default())
    };
    let route = use_state_eq(now);
    {
        let route = route.clone();
        use_effect_with((), move |()| {
            let listener = window()
                .map(|window| EventListener::new(&window, "hashchange", move |_| route.set(now())));
            move || drop(listener)
        });
    }
    (*route).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_where_it_was_made() {
        let transcript = |name: &str, entry| Route::Transcript {
            name: name.to_owned(),
            entry,
        };
        for route in [
            Route::Mail,
            Route::Compare,
            Route::Lessons,
            Route::Lesson {
                id: "tags".to_owned(),
                step: 2,
            },
            Route::Given {
                text: "q1YqSS0uUQIA".to_owned(),
                step: 1,
            },
            transcript(DEMO, None),
            transcript("porthole-wire.json", Some(17)),
        ] {
            assert_eq!(Route::read(&route.link()), route);
        }
        for unknown in [
            "",
            "#",
            "#/",
            "#/elsewhere",
            "#/transcript",
            "#/transcript/",
        ] {
            assert_eq!(Route::read(unknown), Route::Mail, "{unknown}");
        }
        assert_eq!(Route::read("#/transcript/demo/x"), transcript(DEMO, None));
    }
}
