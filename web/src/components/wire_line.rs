//! One line of the Wire.

use porthole_engine::change::WireEntry;
use porthole_wire::{Direction, Shape};
use yew::prelude::*;

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
        <button class={classes!("ln", direction, props.new_turn.then_some("turn"), props.chosen.then_some("on"))}
            data-direction={direction} data-turn={entry.turn.to_string()} style={format!("top: {}px", props.top)} aria-pressed={props.chosen.to_string()} onclick={pick}>
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
    let mut pieces = Vec::new();
    let mut plain = Vec::new();
    let mut at = 0;
    let flush = |plain: &mut Vec<u8>, pieces: &mut Vec<Html>| {
        if !plain.is_empty() {
            let text = String::from_utf8_lossy(plain).into_owned();
            pieces.push(html! { { text } });
            plain.clear();
        }
    };
    while at < shown.len() {
        let secret = entry.masked.iter().find(|(start, _)| *start as usize == at);
        let (badge, length) = match (secret, &shown[at..]) {
            (Some((start, end)), _) => (Some("secret"), (end - start) as usize),
            (None, [b'\r', b'\n', ..]) => (Some("CR LF"), 2),
            (None, [b'\n', ..]) => (Some("LF"), 1),
            (None, [b'\r', ..]) => (Some("CR"), 1),
            (None, [b'\t', ..]) => (Some("TAB"), 1),
            (None, [0..=0x1f | 0x7f, ..]) => (Some("CTL"), 1),
            _ => (None, 1),
        };
        match badge {
            // A line's own ending is no news.
            Some("CR LF") if at + 2 == entry.kept.len() && entry.shape == Shape::Line => {}
            Some(badge) => {
                flush(&mut plain, &mut pieces);
                pieces.push(html! { <i>{ badge }</i> });
            }
            None => plain.push(shown[at]),
        }
        at += length;
    }
    flush(&mut plain, &mut pieces);
    if (shown.len() as u64) < entry.octets && entry.masked.is_empty() {
        pieces.push(html! { { "…" } });
    }
    pieces.into_iter().collect()
}

/// One entry of a transcript saved as text.
pub(super) fn as_text(entry: &WireEntry) -> String {
    let (_, mark) = sides(entry);
    let text = String::from_utf8_lossy(&entry.kept);
    let text = text.trim_end_matches(['\r', '\n']);
    let text = text
        .replace("\r\n", "\n")
        .replace('\n', "\n                    ");
    format!(
        "{:>10} {:>2} {mark:>2} {text}\n",
        format::seconds(entry.at),
        entry.connection
    )
}

/// Octets that are drawn of one entry.
const SHOWN: usize = 400;
