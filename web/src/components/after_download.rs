//! POP3: what becomes of mail on the server once it is on this device.

use porthole_interface::{Intent, change::AfterDownload as Choice};
use yew::prelude::*;

use crate::{
    app::use_actions,
    hooks::{on_choice, on_input},
    state::Downloads,
};

/// The days that are suggested.
const DAYS: u16 = 14;

/// The properties of [`AfterDownload`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What was chosen, and how far it is.
    pub downloads: Downloads,
}

/// The choice, and what it means.
#[component]
pub fn AfterDownload(props: &Props) -> Html {
    let actions = use_actions();
    let Downloads {
        choice,
        possible,
        here,
        of,
    } = props.downloads;
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
        let actions = actions.clone();
        on_choice(move |value| {
            let found = choices.iter().find(|(_, key, _)| *key == value);
            if let Some((choice, ..)) = found {
                actions.intent(Intent::AfterDownload(*choice));
            }
        })
    };
    let count = on_input(move |text| {
        if let Some(days) = text.parse().ok().filter(|days| *days > 0) {
            actions.intent(Intent::AfterDownload(Choice::DeleteAfter { days }));
        }
    });
    let meaning = match choice {
        Choice::LeaveOnServer => "Deleting a message here leaves the server's copy.".to_owned(),
        Choice::Delete => "Each message is downloaded whole and stored here, then deleted from the server when the session ends. Other devices no longer find it.".to_owned(),
        Choice::DeleteAfter { days } => format!("Each message is downloaded whole and stored here; {days} days later it is deleted from the server."),
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
            if choice.downloads() { <p class="small" role="status" aria-label="Downloaded">{ format!("{here} of {of} messages on the server are on this device.") }</p> }
        </fieldset>
    }
}
