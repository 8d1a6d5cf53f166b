//! Reads lessons for the page.

use porthole_classroom::rehearse;
use porthole_lesson::{Sheet, built_in, check, link};
use porthole_web::{
    library::{Found, Rehearsal, Wanted},
    protocol::FromWorker,
};

use super::driver::post;

/// Answers what the page wants to know.
pub(super) fn look_up(wanted: Wanted) {
    let found = match wanted {
        Wanted::BuiltIn => Found::BuiltIn(built_in::all().iter().map(Sheet::from).collect()),
        Wanted::Linked(link) => {
            let lesson = link::read(&link).map(|lesson| Sheet::from(&lesson));
            Found::Linked { link, lesson }
        }
        Wanted::Rehearsal(text) => {
            let outcome = check(&text).map(|lesson| Rehearsal {
                link: link::write(&lesson),
                faults: rehearse(&lesson),
            });
            Found::Rehearsal { text, outcome }
        }
    };
    post(&FromWorker::Library(found));
}
