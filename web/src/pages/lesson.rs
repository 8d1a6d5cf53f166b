//! A step of a lesson, beside the mail and the Wire that it is about.

use std::rc::Rc;

use porthole_lesson::{Lesson, Problem, built_in, link};
use yew::prelude::*;

use super::Mail;
use crate::{
    components::{LessonPanel, Logo},
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
    let given = matches!(props.route, Route::Given { .. });
    let lesson = use_memo((name.clone(), given), |(name, given)| find(name, *given));
    let lesson = match &*lesson {
        Ok(lesson) => lesson,
        Err(problems) => return missing(problems),
    };
    let at = (step - 1).min(lesson.steps.len() - 1);
    let running = props.state.learning.is_at(lesson, at);
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
            <LessonPanel key={format!("{name}/{at}")} lesson={Rc::clone(lesson)} step={at} learning={props.state.learning.clone()} ready={props.state.ready} ongo={go} />
            if shown { <Mail state={props.state.clone()} /> }
        </div>
    }
}

fn find(name: &str, given: bool) -> Result<Rc<Lesson>, Vec<Problem>> {
    if given {
        return link::read(name).map(Rc::new);
    }
    let found = built_in::all().into_iter().find(|lesson| lesson.id == name);
    found.map(Rc::new).ok_or_else(|| {
        vec![Problem {
            at: String::new(),
            what: format!("there is no lesson called {name}"),
        }]
    })
}

fn missing(problems: &[Problem]) -> Html {
    html! {
        <main class="lessons">
            <header><Logo /><h1>{ "No such lesson" }</h1><div class="spacer"></div><a href={Route::Lessons.link()}>{ "All lessons" }</a></header>
            <div role="alert"><ul>{ for problems.iter().map(|problem| html! { <li>{ problem.to_string() }</li> }) }</ul></div>
        </main>
    }
}
