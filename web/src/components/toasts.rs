//! What is said in passing: what can be taken back, failures, notices.

use porthole_engine::{Intent, change::Action, intent::UndoId};
use yew::prelude::*;

use crate::{
    app::use_actions,
    state::{Event as StateEvent, State},
    wording,
};

/// The properties of [`Toasts`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known.
    pub state: State,
}

/// Messages at the foot of the page.
#[component]
pub fn Toasts(props: &Props) -> Html {
    let actions = use_actions();
    let state = &props.state;
    let event = |make: fn() -> StateEvent| {
        let actions = actions.clone();
        Callback::from(move |_: MouseEvent| actions.event(make()))
    };
    let undo = |(id, action, count): &(UndoId, Action, u32)| {
        let (actions, id) = (actions.clone(), *id);
        let undo = Callback::from(move |_: MouseEvent| actions.intent(Intent::Undo(id)));
        html! {
            <div class="toast" key={id.0}>
                <span>{ wording::action(action, *count) }</span><button onclick={undo}>{ "Undo" }</button>
            </div>
        }
    };
    html! {
        <div class="toasts">
            <div role="status" aria-label="Actions">{ for state.undoable.iter().map(undo) }</div>
            if let Some(notice) = state.notices.front() {
                <div class="toast" role="status" aria-label="Notice">
                    <span>{ wording::notice(notice) }</span><button onclick={event(|| StateEvent::DismissNotice)}>{ "Close" }</button>
                </div>
            }
            if let Some(failure) = &state.failure {
                <div class="toast bad" role="alert">
                    <span><strong>{ wording::failure(failure.kind).0 }</strong>{ " " }{ &failure.words }{ " " }{ wording::failure(failure.kind).1 }</span>
                    <button onclick={event(|| StateEvent::Dismiss)}>{ "Close" }</button>
                </div>
            }
        </div>
    }
}
