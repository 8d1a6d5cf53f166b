//! The dialog of the account: where its mail is, and how it is read.

use porthole_interface::{
    Intent,
    account::{Protocol, Via},
};
use web_sys::{HtmlDialogElement, HtmlInputElement};
use yew::prelude::*;

use super::after_download::AfterDownload;
use crate::{
    app::use_actions,
    memory::{Key, remember},
    state::{Event as StateEvent, State},
    wording,
};

/// The properties of [`AccountDialog`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known.
    pub state: State,
    /// It is shown.
    pub open: bool,
    /// The user has enough of it.
    pub onclose: Callback<()>,
}

/// The dialog.
#[component]
pub fn AccountDialog(props: &Props) -> Html {
    let actions = use_actions();
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with(props.open, move |&open| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                if open && !dialog.open() {
                    // It fails on a dialog that is open already, or not in the document.
                    let _ = dialog.show_modal();
                } else if !open {
                    dialog.close();
                }
            }
        });
    }
    let mark_read = Callback::from(move |event: Event| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            remember(Key::MarkRead, if input.checked() { "yes" } else { "no" });
            actions.event(StateEvent::MarkRead(input.checked()));
            actions.intent(Intent::MarkReadOnOpen(input.checked()));
        }
    });
    // The Escape key closes a dialog without asking.
    let closed = {
        let onclose = props.onclose.clone();
        Callback::from(move |_: Event| onclose.emit(()))
    };
    let close = {
        let onclose = props.onclose.clone();
        Callback::from(move |_: MouseEvent| onclose.emit(()))
    };
    let state = &props.state;
    let Some(account) = &state.account else {
        return Html::default();
    };
    let place = &account.destination;
    let server = match account.via {
        Via::Demo => "demo server in this page".to_owned(),
        Via::Tunnel => format!("{}:{}", place.host, place.port),
    };
    let kept = match &state.forgetful {
        Some(why) => format!("In memory only: {why}."),
        None if account.via == Via::Demo => {
            "In memory: the demo begins anew with each page.".to_owned()
        }
        None if state.persistent => {
            "On this device, in the browser's private file system.".to_owned()
        }
        None => "In memory only, as you wished: it is gone once this page is closed.".to_owned(),
    };
    html! {
        <dialog aria-label="Account" ref={dialog} onclose={closed}>
            <h2>{ "Account" }</h2>
            <dl>
                <dt>{ "User name" }</dt><dd>{ &account.user }</dd>
                <dt>{ "Protocol" }</dt><dd>{ wording::protocol(account.protocol) }</dd>
                <dt>{ "Server" }</dt><dd>{ server }</dd>
                if account.via == Via::Tunnel {
                    <dt>{ "Security" }</dt><dd>{ wording::security(place.security) }</dd>
                }
                <dt>{ "Mail is kept" }</dt><dd>{ kept }</dd>
            </dl>
            if account.protocol == Protocol::Pop3 { <AfterDownload downloads={state.downloads} open={props.open} /> }
            <label class="choice">
                <input type="checkbox" checked={state.mark_read} onchange={mark_read} />
                { "Mark messages as read when they are opened" }
            </label>
            <button class="primary" onclick={close}>{ "Close" }</button>
        </dialog>
    }
}
