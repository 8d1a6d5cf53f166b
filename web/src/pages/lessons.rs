//! The lessons: those that come with the page, and one that somebody brings.

use porthole_lesson::{Lesson, Problem, built_in, check, link};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{components::Logo, lessons::is_solved, recordings::read_file, route::Route, wording};

/// All lessons.
#[component]
pub fn Lessons() -> Html {
    let problems = use_state(Vec::<Problem>::new);
    let lessons = use_memo((), |()| built_in::all());
    let open = {
        let problems = problems.clone();
        Callback::from(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            let Some(file) = input.and_then(|input| input.files()?.get(0)) else {
                return;
            };
            let problems = problems.clone();
            read_file(file, move |octets| {
                let text = octets.map(|octets| String::from_utf8_lossy(&octets).into_owned());
                match text.map(|text| check(&text)) {
                    Ok(Ok(lesson)) => {
                        let text = link::write(&lesson);
                        Route::Given { text, step: 1 }.go();
                    }
                    Ok(Err(found)) => problems.set(found),
                    Err(why) => problems.set(vec![Problem {
                        at: String::new(),
                        what: why,
                    }]),
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
                if !problems.is_empty() {
                    <div role="alert"><p>{ "This is no lesson yet:" }</p><ul>{ for problems.iter().map(|problem| html! { <li>{ problem.to_string() }</li> }) }</ul></div>
                }
            </section>
        </main>
    }
}

fn entry(lesson: &Lesson) -> Html {
    let solved = (0..lesson.steps.len())
        .filter(|step| is_solved(&lesson.id, *step))
        .count();
    let id = lesson.id.clone();
    let next = solved.min(lesson.steps.len() - 1) + 1;
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
