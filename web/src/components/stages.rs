//! The way to the mailbox while it is being made, and where it ended.

use porthole_interface::{Intent, change::Stage};
use web_sys::HtmlElement;
use yew::prelude::*;

use super::Notices;
use crate::{app::use_actions, state::State, wording};

/// The properties of [`Stages`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known.
    pub state: State,
    /// The user gives up.
    pub oncancel: Callback<MouseEvent>,
}

const ALL: [Stage; 7] = [
    Stage::Proxy,
    Stage::Name,
    Stage::Tcp,
    Stage::Tls,
    Stage::Greeting,
    Stage::SignIn,
    Stage::Mailbox,
];

/// The stages of connecting.
#[component]
pub fn Stages(props: &Props) -> Html {
    let actions = use_actions();
    let state = &props.state;
    let failed_at = state.failure.as_ref().and_then(|failure| failure.stage);
    let line = |stage: Stage| {
        let known = state.stages.iter().find(|(at, ..)| *at == stage);
        let (detail, done) =
            known.map_or(("", false), |(_, detail, done)| (detail.as_str(), *done));
        let (class, mark, said) = match known {
            _ if failed_at == Some(stage) => ("failed", "✕", "failed: "),
            Some(_) if done => ("done", "✓", "done: "),
            Some(_) if failed_at.is_none() => ("now", "…", "under way: "),
            _ => ("", "·", ""),
        };
        html! {
            <li {class}>
                <b aria-hidden="true">{ mark }</b><span class="hidden">{ said }</span><span>{ wording::stage(stage) }</span><small>{ detail }</small>
            </li>
        }
    };
    let retry = Callback::from(move |_: MouseEvent| actions.intent(Intent::Retry));
    let panel = use_node_ref();
    {
        let panel = panel.clone();
        // It takes the place of the form: whoever uses the keyboard goes on from here.
        use_effect_with(state.failure.is_some(), move |_| {
            if let Some(panel) = panel.cast::<HtmlElement>() {
                // What has a `tabindex` takes the focus.
                let _ = panel.focus();
                panel.scroll_into_view_with_bool(true);
            }
        });
    }
    let title = if state.failure.is_some() {
        "Not connected"
    } else {
        "Connecting"
    };
    html! {
        <section class="stages" aria-label="Connecting" tabindex="-1" ref={panel}>
            <h2>{ title }</h2>
            if let Some(failure) = &state.failure {
                <div role="alert" class="failure">
                    <strong>{ wording::failure(failure.kind).0 }</strong>
                    if let Some(stage) = failure.stage { <span>{ format!("Failed while: {}.", wording::stage(stage).to_lowercase()) }</span> }
                    if !failure.words.is_empty() { <q>{ &failure.words }</q> }
                    <p>{ wording::failure(failure.kind).1 }</p>
                </div>
            }
            <Notices state={state.clone()} />
            <ol>{ for ALL.into_iter().map(line) }</ol>
            <div class="choices">
                if state.failure.is_some() {
                    <button class="primary" onclick={retry}>{ "Try again" }</button>
                    <button onclick={props.oncancel.clone()}>{ "Change settings" }</button>
                } else {
                    <button onclick={props.oncancel.clone()}>{ "Cancel" }</button>
                }
            </div>
        </section>
    }
}
