//! Which moment of the conversation is looked at, and the way to another one.

use std::rc::Rc;

use yew::prelude::*;

use crate::{format, hooks::on_input, state::Wire, timing::label};

/// The properties of [`Moment`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What crossed.
    pub wire: Wire,
    /// The places of the entries that can be looked at.
    pub shown: Rc<Vec<usize>>,
    /// The entry whose moment is shown; `None` for now.
    pub chosen: Option<u64>,
    /// Another moment is to be.
    pub onlook: Callback<Option<u64>>,
}

/// A range over what crossed.
#[component]
pub fn Moment(props: &Props) -> Html {
    let last = props.shown.len().saturating_sub(1);
    let (place, entry) = props.wire.with(|entries| {
        let number = |at: &usize| entries.get(*at).map(|entry| entry.number);
        let chosen = props.chosen;
        let place = chosen.and_then(|_| props.shown.iter().position(|at| number(at) == chosen));
        let place = place.unwrap_or(last);
        let at = props.shown.get(place);
        (place, at.and_then(|at| entries.get(*at)).cloned())
    });
    let scrub = {
        let (wire, shown, onlook) = (
            props.wire.clone(),
            Rc::clone(&props.shown),
            props.onlook.clone(),
        );
        on_input(move |value| {
            let at = value.parse().ok().and_then(|place: usize| shown.get(place));
            let number = at.and_then(|at| wire.with(|e| e.get(*at).map(|entry| entry.number)));
            onlook.emit(number);
        })
    };
    let onlook = props.onlook.clone();
    let now = Callback::from(move |_: MouseEvent| onlook.emit(None));
    let told = entry.map_or_else(String::new, |entry| {
        format!("{} s, {}", format::seconds(entry.at), label(&entry))
    });
    html! {
        <div class="moment">
            <button aria-pressed={props.chosen.is_none().to_string()} onclick={now}>{ "Now" }</button>
            <input type="range" aria-label="As of" min="0" max={last.to_string()} value={place.to_string()} oninput={scrub}
                aria-valuetext={format!("entry {} of {}, {told}", place + 1, last + 1)} />
            <span class="small">{ if props.chosen.is_some() { told } else { "as it is now".to_owned() } }</span>
        </div>
    }
}
