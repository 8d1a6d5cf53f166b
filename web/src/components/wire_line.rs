//! One line of the Wire.

use porthole_interface::change::WireEntry;
use porthole_wire::{Direction, Shape};
use yew::prelude::*;

use super::octets::octets;
use crate::format;

/// The properties of [`WireLine`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What crossed.
    pub entry: WireEntry,
    /// The turn begins with it.
    pub new_turn: bool,
    /// Where it stands, in pixels.
    pub top: u32,
    /// Its bytes are shown.
    pub chosen: bool,
    /// It is about what the user points at.
    pub linked: bool,
    /// The user picks it.
    pub onpick: Callback<u64>,
}

/// A line.
#[component]
pub fn WireLine(props: &Props) -> Html {
    let entry = &props.entry;
    let (onpick, number) = (props.onpick.clone(), entry.number);
    let pick = Callback::from(move |_: MouseEvent| onpick.emit(number));
    let (direction, mark) = sides(entry);
    html! {
        <button class={classes!("ln", direction, props.new_turn.then_some("turn"), props.chosen.then_some("on"), props.linked.then_some("linked"))}
            data-direction={direction} data-turn={entry.turn.to_string()} style={format!("top: {}px", props.top)} tabindex="-1" aria-pressed={props.chosen.to_string()} onclick={pick}>
            <span class="t">{ format::seconds(entry.at) }</span>
            <span class="d">{ mark }</span>
            <span class="x">{ text(entry) }</span>
            <span class="b">{ format::size(entry.octets) }</span>
        </button>
    }
}

fn sides(entry: &WireEntry) -> (&'static str, &'static str) {
    let (direction, mark) = match entry.direction {
        Direction::Client => ("client", "C:"),
        Direction::Server => ("server", "S:"),
    };
    // Literals and payloads belong to the line before them.
    (
        direction,
        if entry.shape == Shape::Line { mark } else { "" },
    )
}

/// The beginning of the entry, with badges for what fonts have no picture of.
fn text(entry: &WireEntry) -> Html {
    let shown = &entry.kept[..entry.kept.len().min(SHOWN)];
    // A line's own ending is no news.
    let text = match (entry.shape, shown.strip_suffix(b"\r\n")) {
        (Shape::Line, Some(text)) if shown.len() == entry.kept.len() => text,
        _ => shown,
    };
    let cut = (shown.len() as u64) < entry.octets && entry.masked.is_empty();
    html! { <>{ octets(text, &entry.masked) }if cut { { "…" } }</> }
}

/// Octets that are drawn of one entry.
const SHOWN: usize = 400;
