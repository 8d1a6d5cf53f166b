//! The open message.

use std::rc::Rc;

use porthole_interface::{
    Intent,
    account::Protocol,
    change::{Body, Mailbox, Message, Person, Purpose},
    intent::{Mark, MessageId},
};
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::{
    attachments::Attachments,
    body::BodyView,
    icon::{Icon, Shape},
    people::{People, name},
};
use crate::{
    app::use_actions,
    format,
    hooks::focus,
    state::{Event as StateEvent, State},
};

/// Names the pane in the document.
pub const MESSAGE_ID: &str = "message";

/// Names the mailboxes to choose from.
const MOVE_ID: &str = "move-to";

/// The properties of [`MessageView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known.
    pub state: State,
    /// The user goes back to the list.
    pub onclose: Callback<()>,
}

/// The pane of the open message.
#[component]
pub fn MessageView(props: &Props) -> Html {
    let state = &props.state;
    let back = {
        let onclose = props.onclose.clone();
        Callback::from(move |_: MouseEvent| onclose.emit(()))
    };
    let inside = match (&state.open, &state.message) {
        (None, _) => html! { <p class="empty">{ "Choose a message to read it." }</p> },
        (Some(_), None) => html! { <p class="empty">{ "Opening." }</p> },
        (Some(_), Some(message)) => html! {
            <>
                <Toolbar message={Rc::clone(message)} state={state.clone()} onclose={props.onclose.clone()} />
                if let Some(source) = &state.source {
                    <Source bytes={Rc::clone(source)} />
                } else {
                    { content(message, state) }
                }
            </>
        },
    };
    html! {
        <article id={MESSAGE_ID} aria-label="Message" tabindex="-1">
            <button class="back" onclick={back}><Icon shape={Shape::Back} />{ "Back" }</button>
            { inside }
        </article>
    }
}

fn content(message: &Rc<Message>, state: &State) -> Html {
    let initials = message.from.first().map(initials).unwrap_or_default();
    html! {
        <div class={classes!("msg", matches!(message.body, Body::Html { .. }).then_some("framed"))}>
            <h2 dir="auto">{ if message.subject.is_empty() { "(no subject)" } else { message.subject.as_str() } }</h2>
            <div class="who">
                <div class="av" aria-hidden="true">{ initials }</div>
                <People message={Rc::clone(message)} />
                if let Some((unix, zone)) = message.date {
                    <time datetime={format::machine_date(unix)}>{ format::message_date(unix, zone) }</time>
                }
            </div>
            if state.gone { <p class="notice" role="status">{ "This message is no longer on the server. What was fetched of it is shown." }</p> }
            <Attachments message={Rc::clone(message)} progress={state.progress.clone()} />
            if let Some(so_far) = state.progress.of_text(message) {
                <OnItsWay id={message.id} {so_far} protocol={state.protocol()} />
            }
            <BodyView message={Rc::clone(message)} />
        </div>
    }
}

/// The properties of [`OnItsWay`].
#[derive(Properties, PartialEq)]
struct OnItsWayProps {
    id: MessageId,
    so_far: (u64, u64),
    protocol: Protocol,
}

/// How far a long message has come, and the way to stop it.
#[component]
fn OnItsWay(props: &OnItsWayProps) -> Html {
    let actions = use_actions();
    let (id, (received, total)) = (props.id, props.so_far);
    let stop = Callback::from(move |_: MouseEvent| {
        actions.intent(Intent::Stop {
            message: id,
            part: None,
        })
    });
    html! {
        <div class="notice">
            <progress max={total.to_string()} value={received.to_string()} aria-label="Message"></progress>
            <span>
                { format!("{} of {}", format::size(received), format::size(total)) }
                if props.protocol == Protocol::Pop3 {
                    { ". POP3 cannot stop in the middle of a message: to stop is to hang up, and to connect again for what comes next." }
                }
            </span>
            <button onclick={stop}>{ "Stop" }</button>
        </div>
    }
}

fn initials(person: &Person) -> String {
    let letters = name(person)
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    letters.take(2).flat_map(char::to_uppercase).collect()
}

/// The properties of [`Toolbar`].
#[derive(Properties, PartialEq)]
struct ToolbarProps {
    message: Rc<Message>,
    state: State,
    onclose: Callback<()>,
}

/// What can be done to the message.
#[component]
fn Toolbar(props: &ToolbarProps) -> Html {
    let actions = use_actions();
    let (message, state) = (&props.message, &props.state);
    let id = message.id;
    let act = |intent: Intent| {
        let actions = actions.clone();
        Callback::from(move |_: MouseEvent| actions.intent(intent.clone()))
    };
    // What leaves the mailbox leaves the screen.
    let remove = |intent: Intent| {
        let (actions, onclose) = (actions.clone(), props.onclose.clone());
        Callback::from(move |_: MouseEvent| {
            actions.intent(intent.clone());
            onclose.emit(());
        })
    };
    let star = Intent::Mark {
        messages: vec![id],
        mark: Mark::Flagged,
        on: !message.flagged,
    };
    let unread = Intent::Mark {
        messages: vec![id],
        mark: Mark::Seen,
        on: message.unread,
    };
    let source = {
        let (actions, shown) = (actions.clone(), state.source.is_some());
        Callback::from(move |_: MouseEvent| {
            if shown {
                actions.event(StateEvent::CloseSource);
            } else {
                actions.intent(Intent::ShowSource(id));
            }
        })
    };
    let imap = state
        .account
        .as_ref()
        .is_some_and(|account| account.protocol == Protocol::Imap);
    let archive = state
        .mailboxes
        .iter()
        .find(|mailbox| mailbox.purpose == Purpose::Archive);
    let move_to = |mailbox: &Mailbox| {
        remove(Intent::Move {
            messages: vec![id],
            mailbox: mailbox.name.clone(),
        })
    };
    let popped = Callback::from(|event: Event| {
        let choices = event.target_dyn_into::<Element>();
        let first = choices.and_then(|choices| choices.query_selector("button").ok()?);
        // Where the choices have gone it is not shown and takes no keyboard.
        focus(first.and_then(|first| first.dyn_into().ok()));
    });
    let others = state
        .mailboxes
        .iter()
        .filter(|m| m.selectable && m.name != state.mailbox);
    html! {
        <div class="bar" role="toolbar" aria-label="Message actions">
            if let Some(archive) = archive.filter(|archive| imap && archive.name != state.mailbox) {
                <button disabled={state.gone} onclick={move_to(archive)}><Icon shape={Shape::Archive} /><span>{ "Archive" }</span></button>
            }
            <button disabled={state.gone} onclick={remove(Intent::Delete(vec![id]))}><Icon shape={Shape::Trash} /><span>{ "Delete" }</span></button>
            <button disabled={state.gone} onclick={act(star)} aria-pressed={message.flagged.to_string()}><Icon shape={Shape::Star} /><span>{ "Star" }</span></button>
            <button disabled={state.gone} onclick={act(unread)}><Icon shape={Shape::Letter} /><span>{ if message.unread { "Mark read" } else { "Mark unread" } }</span></button>
            if imap {
                <button disabled={state.gone} popovertarget={MOVE_ID}><Icon shape={Shape::Folder} /><span>{ "Move to…" }</span></button>
                <div id={MOVE_ID} class="choices" popover="auto" role="dialog" aria-label="Move to" ontoggle={popped}>
                    <b>{ "Move to" }</b>
                    <ul>{ for others.map(|mailbox| html! {
                        <li><button aria-label={format!("Move to {}", mailbox.label)} onclick={move_to(mailbox)}>{ &mailbox.label }</button></li>
                    }) }</ul>
                </div>
            }
            <div class="spacer"></div>
            <button onclick={source} aria-pressed={state.source.is_some().to_string()}><Icon shape={Shape::Source} /><span>{ "Source" }</span></button>
        </div>
    }
}

/// The properties of [`Source`].
#[derive(Properties, PartialEq)]
struct SourceProps {
    bytes: Rc<Vec<u8>>,
}

/// The message as it came. Octets that are not UTF-8 are shown as replacements.
#[component]
fn Source(props: &SourceProps) -> Html {
    let shown = &props.bytes[..props.bytes.len().min(SOURCE_LIMIT)];
    let bytes = Rc::clone(&props.bytes);
    let save = Callback::from(move |_: MouseEvent| {
        super::download("message.eml", "message/rfc822", &bytes);
    });
    html! {
        <div class="source">
            <p>
                { format::size(props.bytes.len() as u64) }
                if shown.len() < props.bytes.len() { { ", of which the beginning is shown" } }
                <button onclick={save}>{ "Save as file" }</button>
            </p>
            <pre tabindex="0">{ String::from_utf8_lossy(shown).into_owned() }</pre>
        </div>
    }
}

/// Octets of source that are put into the document.
const SOURCE_LIMIT: usize = 500_000;
