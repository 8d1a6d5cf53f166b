//! What is said in passing: what can be taken back, failures, notices.

use porthole_interface::{
    Intent,
    change::{Action, Connection},
    intent::UndoId,
};
use yew::prelude::*;

use super::LIST_ID;
use crate::{
    app::use_actions,
    hooks::focus_on,
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
    let until = match state.connection {
        Connection::Offline { .. } => Some("once the connection is back"),
        _ => state
            .controls
            .held
            .as_ref()
            .filter(|held| ["MOVE", "COPY"].iter().any(|name| held.line.contains(name)))
            .map(|_| "once what is held goes"),
    };
    let undo = |group: &Group<'_>| {
        let (actions, ids) = (actions.clone(), group.ids.clone());
        let undo = Callback::from(move |_: MouseEvent| {
            ids.iter().for_each(|id| actions.intent(Intent::Undo(*id)));
            // The button goes.
            focus_on(LIST_ID);
        });
        html! {
            <div class="toast" key={group.ids[0].0}>
                <span>{ wording::action(group.action, group.count, until) }</span><button onclick={undo} title="Ctrl+Z" aria-keyshortcuts="Control+Z">{ "Undo" }</button>
            </div>
        }
    };
    let retry = {
        let actions = actions.clone();
        Callback::from(move |_: MouseEvent| actions.intent(Intent::Retry))
    };
    let dismiss = {
        let actions = actions.clone();
        Callback::from(move |_: MouseEvent| actions.event(StateEvent::Dismiss))
    };
    html! {
        <div class="toasts">
            <div role="status" aria-label="Actions">{ for groups(&state.undoable).iter().map(undo) }</div>
            <Notices state={state.clone()} />
            if let Some(failure) = &state.failure {
                <div class="toast bad" role="alert">
                    <span><strong>{ wording::failure(failure.kind).0 }</strong>{ " " }{ &failure.words }{ " " }{ wording::failure(failure.kind).1 }</span>
                    // It ended the connection, which is not made again by itself.
                    if failure.stage.is_some() { <button onclick={retry}>{ "Try again" }</button> }
                    <button onclick={dismiss}>{ "Close" }</button>
                </div>
            }
        </div>
    }
}

/// The first of what is to be told, until it is closed.
#[component]
pub fn Notices(props: &Props) -> Html {
    let actions = use_actions();
    let dismiss = Callback::from(move |_: MouseEvent| actions.event(StateEvent::DismissNotice));
    let shown = |notice| {
        html! {
            <div class="toast" role="status" aria-label="Notice">
                <span>{ wording::notice(notice) }</span><button onclick={dismiss}>{ "Close" }</button>
            </div>
        }
    };
    props.state.notices.front().map(shown).unwrap_or_default()
}

/// The same done several times in a row, which is taken back at once.
struct Group<'a> {
    ids: Vec<UndoId>,
    action: &'a Action,
    count: u32,
}

fn groups(undoable: &[(UndoId, Action, u32)]) -> Vec<Group<'_>> {
    let same = undoable.chunk_by(|(_, before, _), (_, after, _)| before == after);
    same.filter_map(|group| {
        Some(Group {
            // The last is taken back first.
            ids: group.iter().rev().map(|(id, ..)| *id).collect(),
            action: &group.first()?.1,
            count: group.iter().map(|(.., count)| count).sum(),
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_in_a_row_is_one() {
        let done = |id, action: &Action| (UndoId(id), action.clone(), 1);
        let moved = Action::Moved("Archive".to_owned());
        let all = [
            done(1, &Action::Trashed),
            done(2, &Action::Trashed),
            done(3, &moved),
        ];
        let groups = groups(&all);
        let told: Vec<_> = groups.iter().map(|g| (g.ids.clone(), g.count)).collect();
        let expected = [(vec![UndoId(2), UndoId(1)], 2), (vec![UndoId(3)], 1)];
        assert_eq!(told, expected);
    }
}
