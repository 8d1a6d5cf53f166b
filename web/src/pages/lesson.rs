//! A step of a lesson, beside the mail and the Wire that it is about.

use porthole_lesson::Problem;
use yew::prelude::*;

use super::Mail;
use crate::{
    components::{LessonPanel, Logo},
    hooks::use_library,
    library::Wanted,
    route::Route,
    state::State,
};

/// The properties of [`LessonPage`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known.
    pub state: State,
    /// Which lesson, and which step of it.
    pub route: Route,
}

/// A lesson that is open.
#[component]
pub fn LessonPage(props: &Props) -> Html {
    let (name, step) = match &props.route {
        Route::Lesson { id, step } => (id.clone(), *step),
        Route::Given { text, step } => (text.clone(), *step),
        _ => (String::new(), 1),
    };
    let library = &props.state.library;
    let (lesson, wanted) = match &props.route {
        Route::Given { text, .. } => (library.of_link(text), Wanted::Linked(text.clone())),
        _ => (library.named(&name), Wanted::BuiltIn),
    };
    use_library(props.state.ready, lesson.is_none().then_some(wanted));
    let lesson = match lesson {
        Some(Ok(lesson)) => lesson,
        Some(Err(problems)) => return missing(&problems),
        None => return on_its_way(),
    };
    let at = (step - 1).min(lesson.tasks.len() - 1);
    let running = props.state.learning.is_at(&lesson, at);
    let go = {
        let route = props.route.clone();
        Callback::from(move |step: usize| {
            match &route {
                Route::Given { text, .. } => Route::Given {
                    text: text.clone(),
                    step: step + 1,
                },
                Route::Lesson { id, .. } => Route::Lesson {
                    id: id.clone(),
                    step: step + 1,
                },
                other => other.clone(),
            }
            .go();
        })
    };
    let shown = running && props.state.account.is_some() && props.state.entered;
    html! {
        <div class={classes!("lesson-page", shown.then_some("running"))}>
            <LessonPanel key={format!("{name}/{at}")} lesson={lesson} step={at} learning={props.state.learning.clone()} ready={props.state.ready} ongo={go} />
            if shown { <Mail state={props.state.clone()} /> }
        </div>
    }
}

fn on_its_way() -> Html {
    html! {
        <main class="lessons">
            <header><Logo /><h1>{ "Lesson" }</h1><div class="spacer"></div><a href={Route::Lessons.link()}>{ "All lessons" }</a></header>
            <p role="status" class="small">{ "The lesson is on its way…" }</p>
        </main>
    }
}

fn missing(problems: &[Problem]) -> Html {
    html! {
        <main class="lessons">
            <header><Logo /><h1>{ "No such lesson" }</h1><div class="spacer"></div><a href={Route::Lessons.link()}>{ "All lessons" }</a></header>
            <div role="alert"><ul>{ for problems.iter().map(|problem| html! { <li>{ problem.to_string() }</li> }) }</ul></div>
        </main>
    }
}
