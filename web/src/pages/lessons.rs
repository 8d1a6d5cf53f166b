//! The lessons: those that come with the page, and one that somebody brings.

use std::rc::Rc;

use porthole_lesson::{Lesson, Problem, built_in, check, link};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    app::use_actions,
    components::Logo,
    lessons::{Learning, best},
    recordings::{picked, read_file},
    route::Route,
    wording,
};

/// The properties of [`Lessons`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known of the lesson that was tried last.
    pub learning: Rc<Learning>,
}

/// A lesson that somebody brings.
#[derive(Debug, Clone, PartialEq, Default)]
enum Brought {
    #[default]
    Nothing,
    /// It cannot be read.
    Unreadable(Vec<Problem>),
    /// Its answers are being tried; as it stands in a link.
    Tried(String),
}

/// All lessons.
#[component]
pub fn Lessons(props: &Props) -> Html {
    let actions = use_actions();
    let brought = use_state(Brought::default);
    let lessons = use_memo((), |()| built_in::all());
    let rehearsed = props.learning.rehearsed.as_ref();
    let faults = rehearsed.and_then(|(lesson, problems)| match &*brought {
        Brought::Tried(tried) if tried == lesson => Some(problems.clone()),
        _ => None,
    });
    let given = |brought: &Brought| match brought {
        Brought::Tried(text) => Some(Route::Given {
            text: text.clone(),
            step: 1,
        }),
        Brought::Nothing | Brought::Unreadable(_) => None,
    };
    {
        let sound = faults.as_ref().is_some_and(Vec::is_empty);
        let route = given(&brought);
        use_effect_with(sound, move |sound| {
            if let (true, Some(route)) = (*sound, route) {
                route.go();
            }
        });
    }
    let anyway = {
        let route = given(&brought);
        Callback::from(move |_: MouseEvent| {
            if let Some(route) = &route {
                route.go();
            }
        })
    };
    let open = {
        let brought = brought.clone();
        Callback::from(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            let Some(file) = input.as_ref().and_then(picked) else {
                return;
            };
            let (brought, actions) = (brought.clone(), actions.clone());
            read_file(file, move |octets| {
                let text = octets.map(|octets| String::from_utf8_lossy(&octets).into_owned());
                match text.map(|text| check(&text)) {
                    Ok(Ok(lesson)) => {
                        let text = link::write(&lesson);
                        brought.set(Brought::Tried(text.clone()));
                        actions.rehearse(text);
                    }
                    Ok(Err(found)) => brought.set(Brought::Unreadable(found)),
                    Err(why) => brought.set(Brought::Unreadable(vec![Problem {
                        at: String::new(),
                        what: why,
                    }])),
                }
            });
        })
    };
    html! {
        <main class="lessons">
            <header><Logo /><h1>{ "Lessons" }</h1><div class="spacer"></div><a href={Route::Mail.link()}>{ "Back to the mail" }</a></header>
            <p>{ "Say first what you expect. Then do it, on a live server in this page. What counts is what crossed and what the server has, not what you typed." }</p>
            <ol aria-label="Lessons">{ for lessons.iter().map(entry) }</ol>
            <section aria-label="Your own">
                <h2>{ "A lesson of your own" }</h2>
                <p class="small">{ "A lesson is a file that anybody can write; docs/lessons.md in the source describes it. Opened here, it becomes a link that you can give to a class. Nothing is uploaded." }</p>
                <input type="file" aria-label="Open a lesson" accept=".toml,.json" onchange={open} />
                {
                    match (&*brought, faults) {
                        (Brought::Nothing, _) => Html::default(),
                        (Brought::Unreadable(problems), _) => told("This is no lesson yet:", problems),
                        (Brought::Tried(_), None) => html! { <p role="status" class="small">{ "Its answers are tried, the right ones and the wrong ones." }</p> },
                        (Brought::Tried(_), Some(faults)) if faults.is_empty() => Html::default(),
                        (Brought::Tried(_), Some(faults)) => html! {
                            <>
                                { told("Its own answers were tried, and do not do what it says:", &faults) }
                                <button onclick={anyway}>{ "Open it all the same" }</button>
                            </>
                        },
                    }
                }
            </section>
        </main>
    }
}

fn told(what: &'static str, problems: &[Problem]) -> Html {
    html! {
        <div role="alert"><p>{ what }</p><ul>{ for problems.iter().map(|problem| html! { <li>{ problem.to_string() }</li> }) }</ul></div>
    }
}

fn entry(lesson: &Lesson) -> Html {
    let solved = (0..lesson.steps.len())
        .filter(|step| best(&lesson.id, *step).is_some())
        .count();
    let id = lesson.id.clone();
    let unsolved = (0..lesson.steps.len()).find(|step| best(&lesson.id, *step).is_none());
    let next = unsolved.unwrap_or(0) + 1;
    let class = (solved == lesson.steps.len()).then_some("done");
    html! {
        <li {class}>
            <a href={Route::Lesson { id, step: next }.link()}>{ &lesson.title }</a>
            <span class="tag">{ wording::protocol(lesson.protocol.into()) }</span>
            <span class="small">{ format!("{solved} of {} steps", lesson.steps.len()) }</span>
            <p class="small">{ &lesson.about }</p>
        </li>
    }
}
