//! What somebody on the way to the server reads: nothing of it is masked.

use porthole_wire::Direction;
use yew::prelude::*;

use super::octets::octets;
use crate::lessons::Overheard;

/// What was read, in the order in which it crossed.
pub(super) fn overheard(all: &[Overheard]) -> Html {
    let line = |one: &Overheard| {
        let (class, who) = match one.by {
            Direction::Client => ("client", "C:"),
            Direction::Server => ("server", "S:"),
        };
        html! {
            <li {class}><b>{ who }</b>{ " " }
                { match &one.octets {
                    Some(read) => html! { <code>{ octets(&read[..read.len().min(SHOWN)], &[]) }</code> },
                    None => html! { <span class="small">{ format!("{} octets, encrypted", one.count) }</span> },
                } }
            </li>
        }
    };
    html! {
        <section class="overheard" aria-label="Eavesdropper">
            <h3>{ "What a stranger on the way reads" }</h3>
            if all.is_empty() { <p class="small">{ "Nothing has crossed yet." }</p> }
            <ol tabindex="0" aria-label="Octets">{ for all.iter().take(LISTED).map(line) }</ol>
        </section>
    }
}

/// Octets of one that are drawn.
const SHOWN: usize = 400;
/// How many are drawn.
const LISTED: usize = 100;
