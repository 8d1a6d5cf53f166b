//! The console: raw commands on the connection for the user, explained before they go.

use std::rc::Rc;

use porthole_interface::{
    Intent,
    change::{Known, Preview},
    intent::{Typed, Wheel},
};
use yew::prelude::*;

use crate::{
    app::use_actions,
    hooks::{on_choice, on_input},
};

/// Lines that are remembered.
const REMEMBERED: usize = 100;

/// Commands that are suggested at once.
const SUGGESTED: usize = 8;

/// The properties of [`Console`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The commands that may be typed.
    pub known: Rc<Vec<Known>>,
    /// What the line means, as the engine said last.
    pub preview: Option<Rc<Preview>>,
    /// The connections that it can be sent on.
    pub connections: Vec<u32>,
}

/// A line to type in, with what it means.
#[component]
pub fn Console(props: &Props) -> Html {
    let actions = use_actions();
    let line = use_state(String::new);
    let verbatim = use_state_eq(|| false);
    let connection = use_state_eq(|| None::<u32>);
    let history = use_mut_ref(Vec::<String>::new);
    let place = use_mut_ref(|| 0usize);
    // What was typed before an older line was looked up.
    let draft = use_mut_ref(String::new);
    let set = {
        let (line, actions, verbatim) = (line.clone(), actions.clone(), *verbatim);
        Callback::from(move |text: String| {
            line.set(text.clone());
            let line = text;
            actions.intent(Intent::Preview(Typed { line, verbatim }));
        })
    };
    let input = {
        let set = set.clone();
        on_input(move |text| set.emit(text))
    };
    let recall = {
        let (history, place, set) = (Rc::clone(&history), Rc::clone(&place), set.clone());
        let line = line.clone();
        Callback::from(move |event: KeyboardEvent| {
            let history = history.borrow();
            let before = *place.borrow();
            let now = match event.key().as_str() {
                "ArrowUp" => before.saturating_sub(1),
                "ArrowDown" => (before + 1).min(history.len()),
                _ => return,
            };
            event.prevent_default();
            if now == before {
                return;
            }
            if before == history.len() {
                draft.replace((*line).clone());
            }
            *place.borrow_mut() = now;
            let recalled = history.get(now).cloned();
            set.emit(recalled.unwrap_or_else(|| draft.borrow().clone()));
        })
    };
    let completions = completions(&props.known, &line);
    let complete = {
        let set = set.clone();
        move |name: &str| {
            let text = format!("{name} ");
            set.reform(move |()| text.clone())
        }
    };
    let keys = {
        let first = completions.first().map(|known| complete(&known.name));
        Callback::from(
            move |event: KeyboardEvent| match (&first, event.key().as_str()) {
                (Some(first), "Tab") if !event.shift_key() => {
                    event.prevent_default();
                    first.emit(());
                }
                _ => recall.emit(event),
            },
        )
    };
    let preview = props
        .preview
        .as_ref()
        .filter(|preview| preview.typed.line == *line && preview.typed.verbatim == *verbatim)
        .filter(|_| !line.trim().is_empty())
        // Of half a name nothing is said yet.
        .filter(|preview| preview.understood || completions.is_empty());
    let on = connection.filter(|chosen| props.connections.contains(chosen));
    let submit = {
        let (line, verbatim, actions) = (line.clone(), *verbatim, actions.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if line.is_empty() {
                return;
            }
            let mut history = history.borrow_mut();
            if history.last() != Some(&*line) {
                history.push((*line).clone());
            }
            let over = history.len().saturating_sub(REMEMBERED);
            history.drain(..over);
            *place.borrow_mut() = history.len();
            let sent = if verbatim {
                format!("{}\r\n", *line)
            } else {
                (*line).clone()
            };
            actions.intent(Intent::Wheel(Wheel::Send {
                typed: Typed {
                    line: sent,
                    verbatim,
                },
                connection: on,
            }));
            drop(history);
            set.emit(String::new());
        })
    };
    let toggle = {
        let (line, verbatim) = ((*line).clone(), verbatim.clone());
        Callback::from(move |_: MouseEvent| {
            let wanted = !*verbatim;
            verbatim.set(wanted);
            actions.intent(Intent::Preview(Typed {
                line: line.clone(),
                verbatim: wanted,
            }));
        })
    };
    let choose = on_choice(move |value| connection.set(value.parse().ok()));
    html! {
        <>
            <form class="console" aria-label="Console" onsubmit={submit}>
                <input type="text" aria-label="Command" placeholder="Type a command" autocomplete="off" aria-autocomplete="inline" spellcheck="false" autocapitalize="off"
                    aria-describedby="meaning" value={(*line).clone()} oninput={input} onkeydown={keys} />
                if props.connections.len() > 1 {
                    <select aria-label="On connection" onchange={choose}>
                        { for props.connections.iter().map(|id| html! {
                            <option key={*id} value={id.to_string()} selected={on.or_else(|| props.connections.first().copied()) == Some(*id)}>{ format!("#{id}") }</option>
                        }) }
                    </select>
                }
                <button type="button" aria-pressed={verbatim.to_string()} onclick={toggle} title="Send the line as it is: no tag is put before it">{ "As it is" }</button>
                <button type="submit">{ "Send" }</button>
            </form>
            if !completions.is_empty() {
                <div class="meaning">
                    { for completions.iter().map(|known| html! {
                        <button type="button" key={&*known.name} title={known.meaning.clone()} onclick={complete(&known.name).reform(|_: MouseEvent| ())}>{ &*known.name }</button>
                    }) }
                    <span class="small">{ "Tab takes the first" }</span>
                </div>
            }
            <div class="meaning" id="meaning">
                if let Some(preview) = preview {
                    <span>{ &preview.summary }</span>
                    if !preview.understood { <span class="unknown">{ "Not all of it is understood; it can be sent all the same." }</span> }
                    if let Some(consequence) = &preview.consequence { <b>{ &consequence.words }</b> }
                }
            </div>
        </>
    }
}

/// The commands that the first word of a line may become.
fn completions<'a>(known: &'a [Known], line: &str) -> Vec<&'a Known> {
    let typed = line.to_ascii_uppercase();
    let begins = |known: &&Known| known.name.starts_with(&typed) && known.name != typed;
    if typed.is_empty() {
        return Vec::new();
    }
    known.iter().filter(begins).take(SUGGESTED).collect()
}
