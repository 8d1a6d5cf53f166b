//! Taking the wheel: hold commands back, step, edit what waits, and type one's own.

use std::rc::Rc;

use porthole_interface::{
    Intent,
    change::{Asked, Controls as Told, Held, Known, Preview, Run},
    intent::Wheel,
};
use yew::prelude::*;

use super::console::Console;
use crate::{
    app::use_actions,
    hooks::{on_input, use_lent_focus},
};

/// The properties of [`Controls`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// How the conversation goes on, and what waits.
    pub controls: Rc<Told>,
    /// The commands that may be typed.
    pub known: Rc<Vec<Known>>,
    /// What the line in the console means.
    pub preview: Option<Rc<Preview>>,
}

/// The toolbar, what waits, and the console.
#[component]
pub fn Controls(props: &Props) -> Html {
    let actions = use_actions();
    let until = use_state(String::new);
    let controls = &props.controls;
    let free = controls.run == Run::Free;
    let waits = controls.held.is_some();
    let wheel = |wheel: Wheel| {
        let actions = actions.clone();
        Callback::from(move |_: MouseEvent| actions.intent(Intent::Wheel(wheel.clone())))
    };
    let hold = if free { Wheel::Hold } else { Wheel::RunOn };
    let type_until = {
        let until = until.clone();
        on_input(move |text| until.set(text))
    };
    let run_until = {
        let (actions, until) = (actions.clone(), until.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            actions.intent(Intent::Wheel(Wheel::RunUntil((*until).clone())));
        })
    };
    let state = match &controls.run {
        Run::Free => String::new(),
        Run::Held if waits => "Held".to_owned(),
        Run::Held => "Holding; nothing waits".to_owned(),
        Run::ToAnswer => "Running to the answer".to_owned(),
        Run::Until(text) => format!("Running until {text:?}"),
    };
    html! {
        <>
            <div class="controls" role="toolbar" aria-label="Wire controls">
                <button aria-pressed={(!free).to_string()} onclick={wheel(hold)} title="The client's next command waits for you">{ "Hold" }</button>
                <button disabled={!waits} onclick={wheel(Wheel::Step)} title="Let the one command that waits go">{ "Step" }</button>
                <button disabled={!waits} onclick={wheel(Wheel::RunToAnswer)} title="Let all go until this one has its answer">{ "To the answer" }</button>
                <button disabled={free} onclick={wheel(Wheel::RunOn)} title="Let everything go">{ "Run on" }</button>
                <form onsubmit={run_until}>
                    <input type="text" aria-label="Run until" placeholder="Run until…" title="A word in a command that is about to go, or in what the server says; * stands for anything in between"
                        spellcheck="false" autocapitalize="off" value={(*until).clone()} oninput={type_until} />
                </form>
                <span role="status" aria-label="Run" class="small">{ state }</span>
                <Console known={Rc::clone(&props.known)} preview={props.preview.clone()} connections={controls.connections.clone()} />
            </div>
            if let Some(held) = &controls.held {
                <Waiting key={format!("{}-{}", held.connection, held.command)} held={held.clone()} />
            }
            if let Some(asked) = &controls.asked {
                <Question asked={asked.clone()} />
            }
        </>
    }
}

/// The properties of [`Waiting`].
#[derive(Properties, PartialEq)]
struct WaitingProps {
    held: Held,
}

/// The command that waits: it can be edited or dropped before it goes.
#[component]
fn Waiting(props: &WaitingProps) -> Html {
    let actions = use_actions();
    let held = &props.held;
    let line = use_state(|| held.line.clone());
    {
        let line = line.clone();
        use_effect_with(held.line.clone(), move |held| line.set(held.clone()));
    }
    let edit = {
        let line = line.clone();
        on_input(move |text| line.set(text))
    };
    let edited = *line != held.line;
    let send = {
        let (actions, line) = (actions.clone(), line.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let wheel = match edited {
                true => Wheel::Replace((*line).clone()),
                false => Wheel::Step,
            };
            actions.intent(Intent::Wheel(wheel));
        })
    };
    let drop = Callback::from(move |_: MouseEvent| actions.intent(Intent::Wheel(Wheel::Drop)));
    html! {
        <form class="held" aria-label="Held command" onsubmit={send}>
            <b>{ "Waits" }</b>
            <input type="text" aria-label="Waiting line" readonly={held.secret} spellcheck="false" autocapitalize="off"
                value={(*line).clone()} oninput={edit} />
            <button type="submit">{ if edited { "Let it go, edited" } else { "Let it go" } }</button>
            <button type="button" onclick={drop}>{ "Drop" }</button>
            <span class="small">{ &held.summary }</span>
        </form>
    }
}

/// The properties of [`Question`].
#[derive(Properties, PartialEq)]
struct QuestionProps {
    asked: Asked,
}

/// Whether what could destroy mail is to be sent.
#[component]
fn Question(props: &QuestionProps) -> Html {
    let actions = use_actions();
    let (pane, keep) = (use_node_ref(), use_node_ref());
    // The way out that loses nothing is at hand; then whoever types goes on typing.
    use_lent_focus(&keep, &pane, ());
    let answer = |wheel: Wheel| {
        let actions = actions.clone();
        Callback::from(move |_: MouseEvent| actions.intent(Intent::Wheel(wheel.clone())))
    };
    html! {
        <div ref={pane} class="held" role="alertdialog" aria-label="This is real mail" aria-describedby="asked">
            <b>{ "This is real mail." }</b>
            <span id="asked"><code>{ &props.asked.line }</code>{ " " }{ &props.asked.words }</span>
            <button type="button" ref={keep} onclick={answer(Wheel::KeepBack)}>{ "Keep it back" }</button>
            <button type="button" onclick={answer(Wheel::GoAhead)}>{ "Go ahead" }</button>
        </div>
    }
}
