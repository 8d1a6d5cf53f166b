//! POP3: what becomes of mail on the server once it is on this device.

use gloo::timers::callback::Timeout;
use porthole_interface::{Intent, change::AfterDownload as Choice};
use yew::prelude::*;

use crate::{
    app::use_actions,
    format,
    hooks::{on_choice, on_input},
    state::Downloads,
};

/// The days that are suggested.
const DAYS: u16 = 14;

/// Milliseconds that a choice has to stand before anything is deleted for it: somebody may still be
/// typing, or be on the way to another.
const STANDS: u32 = 3000;

/// The properties of [`AfterDownload`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What was chosen, and how far it is.
    pub downloads: Downloads,
    /// It is looked at; once it no longer is, what was chosen holds.
    pub open: bool,
}

/// The choice, and what it means.
#[component]
pub fn AfterDownload(props: &Props) -> Html {
    let actions = use_actions();
    let Downloads {
        choice: holds,
        possible,
        here,
        of,
    } = props.downloads;
    let chosen = use_state_eq(|| None::<Choice>);
    let choice = chosen.unwrap_or(holds);
    {
        let chosen = chosen.clone();
        use_effect_with((*chosen, props.open), move |(choice, open)| {
            let waits = match (*choice, *open) {
                (Some(choice), true) if choice.downloads() => STANDS,
                _ => 0,
            };
            let apply = choice.map(|choice| {
                Timeout::new(waits, move || {
                    actions.intent(Intent::AfterDownload(choice));
                    chosen.set(None);
                })
            });
            move || drop(apply)
        });
    }
    let days = match choice {
        Choice::DeleteAfter { days } => days,
        _ => DAYS,
    };
    let choices = [
        (Choice::LeaveOnServer, "leave", "Leave on the server"),
        (Choice::Delete, "delete", "Delete from the server"),
        (
            Choice::DeleteAfter { days },
            "days",
            "Delete after some days",
        ),
        (
            Choice::DeleteWhenDeletedHere,
            "with",
            "Delete when deleted here",
        ),
    ];
    let choose = {
        let chosen = chosen.clone();
        on_choice(move |value| {
            let found = choices.iter().find(|(_, key, _)| *key == value);
            chosen.set(found.map(|(choice, ..)| *choice));
        })
    };
    let count = {
        let chosen = chosen.clone();
        on_input(move |text| {
            if let Some(days) = text.parse().ok().filter(|days| *days > 0) {
                chosen.set(Some(Choice::DeleteAfter { days }));
            }
        })
    };
    let is_pending = chosen.is_some_and(Choice::downloads);
    let meaning = match choice {
        Choice::LeaveOnServer => "Deleting a message here leaves the server's copy.".to_owned(),
        Choice::Delete => "Each message is downloaded whole and stored here, then deleted from the server when the session ends. Other devices no longer find it.".to_owned(),
        Choice::DeleteAfter { days } => format!("Each message is downloaded whole and stored here; {} later it is deleted from the server.", format::count(days.into(), "day")),
        Choice::DeleteWhenDeletedHere => "Messages stay on the server until you delete them here; then they are gone from both.".to_owned(),
    };
    html! {
        <fieldset class="after">
            <label>{ "After download" }
                <select aria-label="After download" onchange={choose}>
                    { for choices.iter().map(|(known, key, name)| html! {
                        <option value={*key} selected={choice == *known} disabled={!possible && known.downloads()}>{ *name }</option>
                    }) }
                </select>
            </label>
            if let Choice::DeleteAfter { days } = choice {
                <label>{ "Days" }
                    <input type="number" aria-label="Days" min="1" max="3650" value={days.to_string()} oninput={count} />
                </label>
            }
            <p class="small">{ meaning }</p>
            if !possible { <p class="small">{ "Mail is kept in memory only here, so nothing may be deleted from the server because it was downloaded." }</p> }
            if is_pending { <p class="small" role="status" aria-label="Pending">{ "This holds in a moment, or once this dialog is closed." }</p> }
            if holds.downloads() { <p class="small" role="status" aria-label="Downloaded">{ format!("{here} of {of} messages on the server are on this device.") }</p> }
        </fieldset>
    }
}
