//! The mail: navigation, list, message, and the Wire below.

use std::rc::Rc;

use porthole_interface::{
    Intent,
    change::Connection,
    intent::{Format, MessageId},
};
use yew::prelude::*;

use crate::{
    app::use_actions,
    components::{
        AccountDialog, Controls, DemoServer, Habits, Icon, LIST_ID, List, Logo, MAILBOXES_ID,
        MESSAGE_ID, MailboxTable, Mailboxes, MessageView, Shape, Toasts, Wire,
    },
    hooks::{focus_on, has_keyboard, is_adrift, is_shown, use_back},
    route::Route,
    state::{Event as StateEvent, State},
    wording,
};

/// The properties of [`Mail`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known.
    pub state: State,
}

/// Where Escape and Ctrl+Z mean something else.
const OWN_KEYS: &str = "input, select, textarea, dialog, [popover], [role=alertdialog]";

/// Whether a choice is shown above the page.
fn has_popped_up() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let found = document.map(|document| document.query_selector(":popover-open"));
    matches!(found, Some(Ok(Some(_))))
}

/// Which pane a phone shows.
#[derive(Clone, Copy, PartialEq)]
enum Pane {
    Mailboxes,
    List,
    Message,
}

/// Reading mail.
#[component]
pub fn Mail(props: &Props) -> Html {
    let actions = use_actions();
    let first = match props.state.open {
        Some(_) => Pane::Message,
        None => Pane::List,
    };
    let pane = use_state(|| first);
    let account = use_state_eq(|| false);
    let state = &props.state;
    let open = {
        let (actions, pane) = (actions.clone(), pane.clone());
        Callback::from(move |id: MessageId| {
            actions.event(StateEvent::Open(Some(id)));
            actions.intent(Intent::OpenMessage(id));
            pane.set(Pane::Message);
        })
    };
    let close = {
        let (actions, pane) = (actions.clone(), pane.clone());
        Callback::from(move |()| {
            actions.event(StateEvent::Open(None));
            actions.intent(Intent::CloseMessage);
            pane.set(Pane::List);
        })
    };
    {
        let before = use_mut_ref(|| first);
        use_effect_with(*pane, move |&pane| {
            let before = before.replace(pane);
            // The pane that had the keyboard may be gone.
            match (before, pane) {
                (_, Pane::Message) if !is_shown(LIST_ID) => focus_on(MESSAGE_ID),
                (Pane::Message, Pane::List) if is_adrift() || has_keyboard(MESSAGE_ID) => {
                    focus_on(LIST_ID);
                }
                (Pane::Mailboxes, Pane::List) if !is_shown(MAILBOXES_ID) => focus_on(LIST_ID),
                _ => {}
            }
        });
    }
    use_back(state.open.is_some(), close.clone());
    let keys = {
        let (close, open) = (close.clone(), state.open.is_some());
        let (actions, last) = (actions.clone(), state.undoable.last().map(|(id, ..)| *id));
        Callback::from(move |event: KeyboardEvent| {
            // A field or a dialog has its own use for it.
            let target = event.target_dyn_into::<web_sys::Element>();
            let own = target.and_then(|target| target.closest(OWN_KEYS).ok().flatten());
            if own.is_some() || event.default_prevented() {
                return;
            }
            let with_control = event.ctrl_key() || event.meta_key();
            match event.key().as_str() {
                // What popped up is closed first.
                "Escape" if open && !has_popped_up() => close.emit(()),
                "z" if with_control && !event.shift_key() => {
                    if let Some(last) = last {
                        event.prevent_default();
                        actions.intent(Intent::Undo(last));
                    }
                }
                _ => {}
            }
        })
    };
    let choose = {
        let (actions, pane) = (actions.clone(), pane.clone());
        Callback::from(move |name: String| {
            actions.event(StateEvent::OpenMailbox(name.clone()));
            actions.intent(Intent::OpenMailbox(name));
            pane.set(Pane::List);
        })
    };
    let menu = {
        let pane = pane.clone();
        Callback::from(move |_: MouseEvent| {
            pane.set(if *pane == Pane::Mailboxes {
                Pane::List
            } else {
                Pane::Mailboxes
            });
        })
    };
    let refresh = {
        let actions = actions.clone();
        Callback::from(move |_: MouseEvent| actions.intent(Intent::CheckNow))
    };
    let explain = {
        let actions = actions.clone();
        Callback::from(move |number: u64| actions.intent(Intent::Explain(number)))
    };
    let save = {
        let actions = actions.clone();
        Callback::from(move |format: Format| {
            actions.intent(Intent::SaveWire(format));
        })
    };
    let leave = {
        Callback::from(move |_: MouseEvent| {
            actions.intent(Intent::Disconnect);
            actions.event(StateEvent::SignedOut);
        })
    };
    let show_account = {
        let account = account.clone();
        Callback::from(move |_: MouseEvent| account.set(true))
    };
    let hide_account = {
        let account = account.clone();
        Callback::from(move |()| account.set(false))
    };
    let class = match *pane {
        Pane::Mailboxes => "mail at-mailboxes",
        Pane::List => "mail at-list",
        Pane::Message => "mail at-message",
    };
    // In the header where there is room for it, else beside the mailboxes.
    let elsewhere = html! {
        <>
            <a class="to" href={Route::Compare.link()}>{ "Compare" }</a>
            <a class="to" href={Route::Lessons.link()}>{ "Lessons" }</a>
            <button onclick={show_account} aria-haspopup="dialog">{ "Account" }</button>
        </>
    };
    html! {
        <div {class} onkeydown={keys}>
            <header>
                <button class="menu" aria-label="Show mailboxes" aria-expanded={(*pane == Pane::Mailboxes).to_string()} onclick={menu}><Icon shape={Shape::Menu} /></button>
                <div class="logo"><Logo /><span>{ "Porthole" }</span></div>
                <div class="spacer"></div>
                { status(state.connection, state.waiting) }
                <button onclick={refresh} aria-label="Check for new mail" title="Check for new mail"><Icon shape={Shape::Refresh} /></button>
                <div class="wide">{ elsewhere.clone() }</div>
                <button onclick={leave}>{ "Sign out" }</button>
            </header>
            <Mailboxes state={state.clone()} onchoose={choose}><div class="narrow">{ elsewhere }</div></Mailboxes>
            <main>
                <List state={state.clone()} onopen={open.clone()} onclose={close.clone()} />
                <MessageView state={state.clone()} onclose={close} />
            </main>
            <Wire mailbox={html! { <MailboxTable table={Rc::clone(&state.table)} protocol={state.protocol()} demo={!state.is_real()} /> }} wire={state.wire.clone()} totals={state.totals} explained={state.explained.clone()} traced={state.traced.clone()}
                onexplain={explain} onsave={save} holding={state.controls.held.is_some()}>
                <Controls controls={state.controls.clone()} known={state.known.clone()} preview={state.preview.clone()} />
                <div class="panels">
                    <Habits habits={state.habits} protocol={state.protocol()} />
                    if !state.is_real() { <DemoServer demo={state.demo.clone()} lesson={state.learning.step.is_some()} protocol={state.protocol()} wire={state.wire.clone()} connection={state.connection} /> }
                </div>
            </Wire>
            <Toasts state={state.clone()} />
            <AccountDialog state={state.clone()} open={*account} onclose={hide_account} />
        </div>
    }
}

fn status(connection: Connection, waiting: u32) -> Html {
    let class = match connection {
        Connection::Online | Connection::Resting => "dot good",
        Connection::Offline { .. } | Connection::SignInNeeded | Connection::SignedOut => "dot bad",
        Connection::Connecting | Connection::CatchingUp => "dot busy",
    };
    let title = match connection {
        _ if waiting > 0 => {
            "What was done is kept on this device until the server has heard of it."
        }
        Connection::Resting => "The session has ended; the next action begins another.",
        Connection::Offline { .. } => "What is here can be read. The connection is made again.",
        _ => "",
    };
    html! {
        <div class="status" {title}>
            <i {class} aria-hidden="true"></i>
            <span role="status" aria-label="Connection">{ wording::waiting(connection, waiting) }</span>
        </div>
    }
}
