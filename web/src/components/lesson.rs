//! A step of a lesson: the prediction first, then the task, hints, the verdict and why.

use std::rc::Rc;

use porthole_lesson::{Finding, Sheet, Task, Verdict};
use web_sys::window;
use yew::prelude::*;

use super::{Logo, overheard::overheard};
use crate::{
    app::use_actions,
    format,
    hooks::focus,
    lessons::{Best, Learning, Order, best},
    memory::{Key, recall, remember},
    route::Route,
    state::Event as StateEvent,
    wording,
};

/// The properties of [`LessonPanel`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The lesson.
    pub lesson: Rc<Sheet>,
    /// Which step of it, from 0.
    pub step: usize,
    /// What is known of the step under way.
    pub learning: Rc<Learning>,
    /// The worker listens.
    pub ready: bool,
    /// The user goes to another step.
    pub ongo: Callback<usize>,
}

/// A round trip while somebody presents, in milliseconds: slow enough to be followed.
const SLOW: u32 = 1500;

/// The step.
#[component]
pub fn LessonPanel(props: &Props) -> Html {
    let actions = use_actions();
    let chosen = use_state_eq(|| None::<usize>);
    let hints = use_state_eq(|| 0usize);
    let presents = use_state_eq(|| recall(Key::Presenter).is_some_and(|value| value == "yes"));
    use_effect_with(*presents, |presents| {
        enlarge(*presents);
        || enlarge(false)
    });
    let head = use_node_ref();
    {
        let head = head.clone();
        // What led here is gone, and a reader is to hear of the step.
        use_effect_with((), move |()| focus(head.cast()));
    }
    let (lesson, at, learning) = (&props.lesson, props.step, &props.learning);
    let task = &lesson.tasks[at];
    let running = learning.is_at(lesson, at);
    let begin = {
        let (actions, lesson, slow) = (actions.clone(), Rc::clone(lesson), *presents);
        Callback::from(move |()| {
            actions.open_store(false);
            let slow = if slow { SLOW } else { 0 };
            actions.event(StateEvent::BeginStep(Rc::clone(&lesson), at, slow));
            actions.learn(Order::Begin {
                lesson: lesson.link.clone(),
                step: at,
                slow,
            });
        })
    };
    let order = |order: Order| {
        let actions = actions.clone();
        Callback::from(move |()| actions.learn(order.clone()))
    };
    let happen = order(Order::Happen);
    let check = {
        let actions = actions.clone();
        Callback::from(move |()| {
            actions.event(StateEvent::CheckStep);
            actions.learn(Order::Check);
        })
    };
    let hint = {
        let (hints, all) = (hints.clone(), task.hints.len());
        Callback::from(move |()| hints.set((*hints + 1).min(all)))
    };
    let present = {
        let presents = presents.clone();
        Callback::from(move |_: MouseEvent| {
            remember(Key::Presenter, if *presents { "no" } else { "yes" });
            presents.set(!*presents);
        })
    };
    let keys = {
        let (begin, check, hint) = (begin.clone(), check.clone(), hint.clone());
        let (go, last, open) = (props.ongo.clone(), lesson.tasks.len() - 1, learning.ready);
        let predicted = chosen.is_some();
        Callback::from(move |event: KeyboardEvent| {
            if !event.alt_key() || event.ctrl_key() || event.meta_key() {
                return;
            }
            match event.code().as_str() {
                "KeyB" if predicted => begin.emit(()),
                "KeyC" if open => check.emit(()),
                "KeyH" if predicted => hint.emit(()),
                "KeyN" if at < last => go.emit(at + 1),
                "KeyP" if at > 0 => go.emit(at - 1),
                _ => return,
            }
            event.prevent_default();
        })
    };
    use_keys(keys);
    let press = |callback: &Callback<()>| callback.reform(|_: MouseEvent| ());
    let solved = learning.verdict.as_ref().is_some_and(Verdict::is_solved) && running;
    let label = format!("Step {} of {}: {}", at + 1, lesson.tasks.len(), task.title);
    html! {
        <aside class="lesson" aria-label="Lesson">
            <header><Logo /><a href={Route::Lessons.link()}>{ "All lessons" }</a><div class="spacer"></div>
                <button aria-pressed={presents.to_string()} onclick={present} title="Large type, a slow server, and Alt with B, C, H, N and P for what the buttons do">{ "Presenter" }</button></header>
            <h1>{ &lesson.title }</h1>
            { steps(props) }
            <h2 ref={head} tabindex="-1">{ label }</h2>
            <span class="tag">{ wording::protocol(task.protocol) }</span>
            if at == 0 { <p class="small">{ &lesson.about }</p> }
            { prediction(task, &chosen, solved) }
            if chosen.is_some() {
                <section aria-label="Task">
                    <h3>{ "Now do it" }</h3>
                    <p>{ &task.text }</p>
                    <div class="go">
                        <button class={(!running).then_some("primary")} disabled={!props.ready} onclick={press(&begin)}>{ if running { "Begin again" } else { "Begin" } }</button>
                        if running {
                            if let Some(event) = &task.event { <button disabled={!learning.ready} onclick={press(&happen)}>{ event }</button> }
                            <button class="primary" disabled={!learning.ready} onclick={press(&check)}>{ "Check" }</button>
                        }
                        if *hints < task.hints.len() { <button onclick={press(&hint)}>{ "Hint" }</button> }
                    </div>
                    <span role="status" aria-label="Step" class="small">{ standing(running, learning.ready) }</span>
                    if *hints > 0 { <ol aria-label="Hints">{ for task.hints.iter().take(*hints).map(|hint| html! { <li>{ hint }</li> }) }</ol> }
                </section>
            }
            if let Some(verdict) = learning.verdict.as_ref().filter(|_| running) { { found(task, verdict, best(&lesson.id, at)) } }
            if solved {
                <section aria-label="Why"><h3>{ "Why" }</h3><p>{ &task.why }</p>
                    if !lesson.sources.is_empty() { <p class="small">{ lesson.sources.join(" · ") }</p> }
                </section>
                if at + 1 < lesson.tasks.len() { <button class="primary" onclick={props.ongo.reform(move |_: MouseEvent| at + 1)}>{ "Next step" }</button> }
            }
            if running && task.overheard { { overheard(&learning.overheard) } }
        </aside>
    }
}

/// The steps, and which of them were solved.
fn steps(props: &Props) -> Html {
    let one = |(at, task): (usize, &Task)| {
        let here = (at == props.step).then_some("step");
        let done = best(&props.lesson.id, at).is_some();
        let name = format!(
            "{}: {}{}",
            at + 1,
            task.title,
            if done { ", solved" } else { "" }
        );
        let go = props.ongo.reform(move |_: MouseEvent| at);
        html! { <li><button aria-current={here} aria-label={name} onclick={go}><span aria-hidden="true">{ if done { "✓ " } else { "○ " } }</span>{ at + 1 }</button></li> }
    };
    html! { <ol class="steps" aria-label="Steps">{ for props.lesson.tasks.iter().enumerate().map(one) }</ol> }
}

fn prediction(task: &Task, chosen: &UseStateHandle<Option<usize>>, solved: bool) -> Html {
    let prediction = &task.prediction;
    let choice = |(at, text): (usize, &String)| {
        let pick = {
            let chosen = chosen.clone();
            Callback::from(move |_: Event| chosen.set(Some(at)))
        };
        let checked = **chosen == Some(at);
        html! { <label class="choice"><input type="radio" name="prediction" {checked} onchange={pick} />{ text }</label> }
    };
    let right = prediction.right - 1;
    // Whoever was told before doing it would not have to look.
    let told = match **chosen {
        None => "What do you expect?".to_owned(),
        Some(_) if !solved => "Noted. See for yourself whether it is so.".to_owned(),
        Some(at) if at == right => "So it is, as you expected.".to_owned(),
        Some(at) => {
            let (expected, is) = (&prediction.choices[at], &prediction.choices[right]);
            format!("You expected “{expected}”; it is “{is}”.")
        }
    };
    html! {
        <fieldset role="radiogroup" aria-label="Prediction">
            <legend>{ &prediction.question }</legend>
            { for prediction.choices.iter().enumerate().map(choice) }
            <span role="status" aria-label="Predicted" class="small">{ told }</span>
        </fieldset>
    }
}

fn found(task: &Task, verdict: &Verdict, best: Option<Best>) -> Html {
    let finding = |finding: &Finding| {
        let (class, sign) = if finding.holds {
            ("good", "✓")
        } else {
            ("missing", "✗")
        };
        let said = if finding.holds {
            "is so: "
        } else {
            "not yet: "
        };
        html! { <li {class}><span aria-hidden="true">{ sign }</span><span class="hidden">{ said }</span>{ &finding.what }</li> }
    };
    let (headline, par) = match (verdict.is_solved(), verdict.at_par) {
        (true, true) => ("Solved, at par.", true),
        (true, false) => ("Solved.", true),
        (false, _) => ("Not yet.", false),
    };
    html! {
        <section role="status" aria-label="Verdict" class="verdict">
            <h3>{ headline }</h3>
            <ul>{ for verdict.findings.iter().map(finding) }</ul>
            if par {
                <p class="small">{ format!("It took {} and {}; par is {} and {}.", format::count(verdict.turns.into(), "turn"), format::count(verdict.octets, "octet"), task.par.turns, task.par.octets) }</p>
                if let Some(best) = best { <p class="small">{ format!("The best on this device: {}, {}.", format::count(best.turns.into(), "turn"), format::count(best.octets, "octet")) }</p> }
            }
        </section>
    }
}

fn standing(running: bool, ready: bool) -> &'static str {
    match (running, ready) {
        (false, _) => "A demo server of its own is made for it. Who is signed in is signed out.",
        (true, false) => "Getting ready",
        (true, true) => "Your turn: the console is above the Wire",
    }
}

/// Makes everything larger, for somebody who sits far away.
fn enlarge(presents: bool) {
    let document = window().and_then(|window| window.document());
    if let Some(root) = document.and_then(|document| document.document_element()) {
        root.set_class_name(if presents { "presenter" } else { "" });
    }
}

/// Keys, wherever the keyboard is.
#[hook]
fn use_keys(pressed: Callback<KeyboardEvent>) {
    use_effect(move || {
        let listener = window().map(|window| {
            gloo::events::EventListener::new_with_options(
                &window,
                "keydown",
                gloo::events::EventListenerOptions::enable_prevent_default(),
                move |event| {
                    use wasm_bindgen::JsCast as _;
                    if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                        pressed.emit(event.clone());
                    }
                },
            )
        });
        move || drop(listener)
    });
}
