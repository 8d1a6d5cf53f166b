//! The list of messages: a window on as many rows as there are.
//!
//! Only what is on screen, and a little around it, is in the document; the rest is height.

use std::{collections::HashSet, rc::Rc};

use porthole_interface::{Intent, account::Protocol, change::Connection, intent::MessageId};
use web_sys::Element;
use yew::prelude::*;

use super::{
    row::RowView,
    search::{SearchBox, SearchResult},
};
use crate::{
    app::use_actions,
    format,
    hooks::{has_keyboard, use_resized},
    state::{Event, State},
};

/// The height of every row in pixels, as in `mail.css`.
const ROW: f64 = 60.0;
/// Rows that are drawn beyond the screen on either side.
const OVERSCAN: u32 = 8;

/// Names the list in the document.
pub const LIST_ID: &str = "messages";

/// The properties of [`List`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known.
    pub state: State,
    /// The user opens a message.
    pub onopen: Callback<MessageId>,
    /// The message that is open leaves the list.
    pub onclose: Callback<()>,
}

/// The messages of the open mailbox.
#[component]
pub fn List(props: &Props) -> Html {
    let actions = use_actions();
    let state = &props.state;
    let scroller = use_node_ref();
    let view = use_state_eq(|| (0u32, 14u32));
    let active = use_state_eq(|| 0u32);
    // The message that it is, since messages come and go above it.
    let active_id = use_mut_ref(|| None::<MessageId>);
    // The first row on screen.
    let anchor = use_mut_ref(|| None::<(u32, MessageId)>);
    let look = {
        let (scroller, view) = (scroller.clone(), view.clone());
        move || {
            // While another pane hides it, it keeps its window.
            let shown = |element: &Element| element.client_height() > 0;
            if let Some(element) = scroller.cast::<Element>().filter(shown) {
                let first = (f64::from(element.scroll_top()) / ROW).max(0.0) as u32;
                let count = (f64::from(element.client_height()) / ROW).ceil() as u32 + 1;
                view.set((first, count));
            }
        }
    };
    let scrolled = {
        let look = look.clone();
        Callback::from(move |_: web_sys::Event| look())
    };
    {
        let (scroller, look, active) = (scroller.clone(), look.clone(), active.clone());
        let active_id = Rc::clone(&active_id);
        let search = state.search.as_ref().map(|search| search.text.clone());
        use_effect_with((state.mailbox.clone(), search), move |_| {
            if let Some(element) = scroller.cast::<Element>() {
                element.set_scroll_top(0);
            }
            active.set(0);
            active_id.take();
            look();
        });
    }
    use_resized(&scroller, look.clone());
    let (first, count) = *view;
    {
        // Whoever reads further down, or is about to delete something, keeps it in its place.
        let (scroller, active) = (scroller.clone(), active.clone());
        let (active_id, state) = (Rc::clone(&active_id), state.clone());
        use_effect_with((Rc::clone(&state.rows), first), move |_| {
            // Of rows that are yet to come nothing can be said.
            let Some(on_screen) = state.row(first).map(|row| (first, row.id)) else {
                return;
            };
            let before = anchor.replace(Some(on_screen));
            let moved = before.filter(|before| before.0 == first && *before != on_screen);
            let now = moved.and_then(|(at, id)| Some((at, state.place(id)?, id)));
            if let Some(((at, now, id), element)) = now.zip(scroller.cast::<Element>())
                && f64::from(element.scroll_top()) >= ROW
            {
                anchor.replace(Some((now, id)));
                let by = (f64::from(now) - f64::from(at)) * ROW;
                element.set_scroll_top(element.scroll_top() + by as i32);
                // A page that nobody looks at is told of no scrolling.
                look();
            }
            let id = *active_id.borrow();
            match id.and_then(|id| state.place(id)) {
                Some(now) => active.set(now),
                // Without it, the one that took its place; or the first that the keyboard finds.
                None if id.is_some() || has_keyboard(LIST_ID) => {
                    let next = state.row(*active).map(|row| row.id);
                    *active_id.borrow_mut() = next.or(id);
                }
                None => {}
            }
        });
    }
    // When the list has become shorter, the scroll event that says so comes a moment later.
    let seen = first.min(state.total.saturating_sub(count));
    let from = seen.saturating_sub(OVERSCAN);
    let to = (seen + count + OVERSCAN).min(state.total);
    {
        let actions = actions.clone();
        use_effect_with((from, to, state.mailbox.clone()), move |(from, to, _)| {
            if to > from {
                actions.intent(Intent::ShowRows {
                    first: *from,
                    count: to - from,
                });
            }
        });
    }
    let deleted = use_mut_ref(HashSet::<MessageId>::new);
    {
        // What is there again after an undo can be deleted again.
        let deleted = Rc::clone(&deleted);
        use_effect_with(state.undoable.len(), move |_| deleted.borrow_mut().clear());
    }
    let point = {
        let actions = actions.clone();
        Callback::from(move |id: Option<MessageId>| {
            actions.event(Event::Point(id));
            if let Some(id) = id {
                actions.intent(Intent::Trace(id));
            }
        })
    };
    let leave = point.reform(|_: FocusEvent| None);
    let enter = {
        let (state, active) = (state.clone(), active.clone());
        let active_id = Rc::clone(&active_id);
        Callback::from(move |_: FocusEvent| {
            active_id.replace(state.row(*active).map(|row| row.id));
        })
    };
    let keys = {
        let (active, scroller, state) = (active.clone(), scroller.clone(), state.clone());
        let (onopen, actions) = (props.onopen.clone(), actions);
        let (onclose, point) = (props.onclose.clone(), point.clone());
        let active_id = Rc::clone(&active_id);
        Callback::from(move |event: KeyboardEvent| {
            let last = state.total.saturating_sub(1);
            let at = (*active).min(last);
            let page = count.saturating_sub(2).max(1);
            let target = match event.key().as_str() {
                "ArrowDown" | "j" => at.saturating_add(1).min(last),
                "ArrowUp" | "k" => at.saturating_sub(1),
                "PageDown" => at.saturating_add(page).min(last),
                "PageUp" => at.saturating_sub(page),
                "Home" => 0,
                "End" => last,
                "Enter" | " " => {
                    event.prevent_default();
                    if let Some(row) = state.row(at) {
                        onopen.emit(row.id);
                    }
                    return;
                }
                "Delete" => {
                    // The row may still be shown while its deletion is on the way: the key pressed
                    // again means the next one.
                    let mut deleted = deleted.borrow_mut();
                    let mut rows = (at..=last).filter_map(|at| state.row(at));
                    if let Some(row) = rows.find(|row| !row.going && !deleted.contains(&row.id)) {
                        deleted.insert(row.id);
                        actions.intent(Intent::Delete(vec![row.id]));
                        if state.open == Some(row.id) {
                            onclose.emit(());
                        }
                    }
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            active.set(target);
            active_id.replace(state.row(target).map(|row| row.id));
            reveal(&scroller, target);
            point.emit(state.row(target).map(|row| row.id));
        })
    };
    let pick = {
        let (active, onopen) = (active.clone(), props.onopen.clone());
        let active_id = Rc::clone(&active_id);
        Callback::from(move |(at, id): (u32, MessageId)| {
            active.set(at);
            active_id.replace(Some(id));
            onopen.emit(id);
        })
    };
    let is_linked = |id: MessageId| {
        let explained = state.explained.as_ref();
        explained.is_some_and(|explained| explained.messages.contains(&id))
    };
    let label = state
        .mailboxes
        .iter()
        .find(|mailbox| mailbox.name == state.mailbox);
    let label = label.map_or(state.mailbox.as_str(), |mailbox| mailbox.label.as_str());
    let pop3 = state
        .account
        .as_ref()
        .is_some_and(|a| a.protocol == Protocol::Pop3);
    let offline = matches!(
        state.connection,
        Connection::Offline { .. } | Connection::SignedOut | Connection::SignInNeeded
    );
    let waiting = matches!(
        state.connection,
        Connection::CatchingUp | Connection::Connecting
    );
    html! {
        <section class="list" aria-label={label.to_owned()}>
            <div class="bar">
                <h1>{ label }</h1>
                if state.search.is_none() { <span>{ if offline { format!("{} on this device", state.total) } else { messages(state.total) } }</span> }
                <div class="spacer"></div>
                <SearchBox state={state.clone()} />
            </div>
            <SearchResult state={state.clone()} />
            if state.total == 0 {
                <p class="empty">{ if state.search.is_some() { "Nothing found." } else if waiting { "Fetching what is there." } else if pop3 { "The maildrop is empty." } else { "Nothing here." } }</p>
            }
            <div class="rows" id={LIST_ID} ref={scroller} onscroll={scrolled} onkeydown={keys} onfocus={enter} onblur={leave} tabindex="0"
                role="listbox" aria-label="Messages" aria-activedescendant={(state.total > 0).then(|| format!("row-{}", *active))}>
                <div class="height" role="presentation" style={format!("height: {}px", f64::from(state.total) * ROW)}>
                    { for (from..to).map(|at| html! {
                        <RowView key={at} {at} total={state.total} row={state.row(at).cloned()}
                            open={state.row(at).is_some_and(|row| state.open == Some(row.id))}
                            linked={state.row(at).is_some_and(|row| is_linked(row.id))} onpoint={point.clone()}
                            active={*active == at} onpick={pick.clone()} />
                    }) }
                </div>
            </div>
        </section>
    }
}

/// Scrolls so that a row is on screen.
fn reveal(scroller: &NodeRef, at: u32) {
    let Some(element) = scroller.cast::<Element>() else {
        return;
    };
    let (top, height) = (f64::from(at) * ROW, f64::from(element.client_height()));
    let scroll = f64::from(element.scroll_top());
    if top < scroll {
        element.set_scroll_top(top as i32);
    } else if top + ROW > scroll + height {
        element.set_scroll_top((top + ROW - height) as i32);
    }
}

fn messages(total: u32) -> String {
    format::count(total.into(), "message")
}
