//! The lessons: those that come with the page, and one that somebody brings.

use std::rc::Rc;

use porthole_lesson::{Problem, Sheet, read::MOST_OCTETS};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    app::use_actions,
    components::Logo,
    hooks::use_library,
    lessons::best,
    library::{Library, Outcome, Rehearsal, Wanted},
    recordings::{picked, read_file},
    route::Route,
    wording,
};

/// The properties of [`Lessons`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The lessons that are known.
    pub library: Rc<Library>,
    /// The worker listens.
    pub ready: bool,
}

/// A file that somebody brings.
#[derive(Debug, Clone, PartialEq, Default)]
enum Brought {
    #[default]
    Nothing,
    /// It cannot be read, for this reason.
    Unreadable(String),
    /// It has this text, which the worker looks at.
    Text(String),
}

/// All lessons.
#[component]
pub fn Lessons(props: &Props) -> Html {
    let actions = use_actions();
    let brought = use_state(Brought::default);
    let library = &props.library;
    let unknown = library.built_in.is_empty();
    use_library(props.ready, unknown.then_some(Wanted::BuiltIn));
    let rehearsal = library
        .rehearsal
        .as_ref()
        .filter(|(text, _)| match &*brought {
            Brought::Text(known) => text == known,
            Brought::Nothing | Brought::Unreadable(_) => false,
        });
    let outcome = rehearsal.map(|(_, outcome)| outcome);
    let read = outcome.and_then(|outcome| outcome.as_ref().ok());
    let route = read.map(|lesson| Route::Given {
        text: lesson.link.clone(),
        step: 1,
    });
    {
        let sound = read.is_some_and(|lesson| lesson.faults.is_empty());
        let route = route.clone();
        use_effect_with(sound, move |sound| {
            if let (true, Some(route)) = (*sound, route) {
                route.go();
            }
        });
    }
    let anyway = Callback::from(move |_: MouseEvent| {
        if let Some(route) = &route {
            route.go();
        }
    });
    let open = {
        let brought = brought.clone();
        Callback::from(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            let Some(file) = input.as_ref().and_then(picked) else {
                return;
            };
            let (brought, actions) = (brought.clone(), actions.clone());
            read_file(file, MOST_OCTETS, move |octets| match octets {
                Ok(octets) => {
                    let text = String::from_utf8_lossy(&octets).into_owned();
                    brought.set(Brought::Text(text.clone()));
                    actions.look_up(Wanted::Rehearsal(text));
                }
                Err(why) => brought.set(Brought::Unreadable(why)),
            });
        })
    };
    html! {
        <main class="lessons">
            <header><Logo /><h1>{ "Lessons" }</h1><div class="spacer"></div><a href={Route::Mail.link()}>{ "Back to the mail" }</a></header>
            <p>{ "Say first what you expect. Then do it, on a live server in this page. What counts is what crossed and what the server has, not what you typed." }</p>
            <p role="status" class="small">{ if unknown { "The lessons are on their way…" } else { "" } }</p>
            <ol aria-label="Lessons">{ for library.built_in.iter().map(|lesson| entry(lesson)) }</ol>
            <section aria-label="Your own">
                <h2>{ "A lesson of your own" }</h2>
                <p class="small">{ "A lesson is a file that anybody can write; docs/lessons.md in the source describes it. Opened here, it becomes a link that you can give to a class. Nothing is uploaded." }</p>
                <input type="file" aria-label="Open a lesson" accept=".toml,.json" onchange={open} />
                { come_to(&brought, outcome, &anyway) }
            </section>
        </main>
    }
}

/// What a file comes to that somebody brought.
fn come_to(
    brought: &Brought,
    outcome: Option<&Outcome<Rehearsal>>,
    anyway: &Callback<MouseEvent>,
) -> Html {
    const UNREADABLE: &str = "This is no lesson yet:";
    match (brought, outcome) {
        (Brought::Nothing, _) => Html::default(),
        (Brought::Unreadable(why), _) => told(UNREADABLE, &[Problem::of_all(why)]),
        (Brought::Text(_), None) => {
            html! { <p role="status" class="small">{ "The file is read, and its answers are tried, the right ones and the wrong ones." }</p> }
        }
        (Brought::Text(_), Some(Err(problems))) => told(UNREADABLE, problems),
        (Brought::Text(_), Some(Ok(lesson))) if lesson.faults.is_empty() => Html::default(),
        (Brought::Text(_), Some(Ok(lesson))) => html! {
            <>
                { told("Its own answers were tried, and do not do what it says:", &lesson.faults) }
                <button onclick={anyway}>{ "Open it all the same" }</button>
            </>
        },
    }
}

fn told(what: &'static str, problems: &[Problem]) -> Html {
    html! {
        <div role="alert"><p>{ what }</p><ul>{ for problems.iter().map(|problem| html! { <li>{ problem.to_string() }</li> }) }</ul></div>
    }
}

fn entry(lesson: &Sheet) -> Html {
    let solved = (0..lesson.tasks.len())
        .filter(|step| best(&lesson.id, *step).is_some())
        .count();
    let id = lesson.id.clone();
    let unsolved = (0..lesson.tasks.len()).find(|step| best(&lesson.id, *step).is_none());
    let next = unsolved.unwrap_or(0) + 1;
    let class = (solved == lesson.tasks.len()).then_some("done");
    html! {
        <li {class}>
            <a href={Route::Lesson { id, step: next }.link()}>{ &lesson.title }</a>
            <span class="tag">{ wording::protocol(lesson.protocol) }</span>
            <span class="small">{ format!("{solved} of {} steps", lesson.tasks.len()) }</span>
            <p class="small">{ &lesson.about }</p>
        </li>
    }
}
