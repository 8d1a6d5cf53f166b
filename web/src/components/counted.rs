//! The entries of a transcript that a figure was counted from.

use std::rc::Rc;

use porthole_interface::compare::{Cell, Comparison, EntryId};
use porthole_wire::Direction;
use yew::prelude::*;

use super::{comparison::shown, octets::octets};
use crate::{format, hooks::use_lent_focus, wording};

/// The properties of [`Counted`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The results.
    pub comparison: Rc<Comparison>,
    /// The figure.
    pub cell: Cell,
    /// The user has seen enough.
    pub onclose: Callback<()>,
}

/// The figure and its entries.
#[component]
pub fn Counted(props: &Props) -> Html {
    let Props {
        comparison, cell, ..
    } = props;
    let (pane, head) = (use_node_ref(), use_node_ref());
    use_lent_focus(&head, &pane, *cell);
    let close = props.onclose.reform(|_: MouseEvent| ());
    let keys = {
        let onclose = props.onclose.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                onclose.emit(());
            }
        })
    };
    let run = comparison.run(cell.task, cell.protocol);
    let Some((run, figure)) = run.and_then(|run| Some((run, run.figure(cell.kind)?))) else {
        return Html::default();
    };
    let entry = |id: &EntryId| {
        let Some(entry) = run.entry(*id) else {
            return Html::default();
        };
        let (class, who) = match entry.direction {
            Direction::Client => ("client", "C:"),
            Direction::Server => ("server", "S:"),
        };
        let kept = &entry.kept[..entry.kept.len().min(SHOWN)];
        let cut = (kept.len() as u64) < entry.octets && entry.masked.is_empty();
        html! {
            <li {class} data-octets={entry.octets.to_string()}>
                <span class="t">{ format!("{}·{} · turn {}", id.device.number(), entry.connection, entry.turn) }</span>
                <b>{ who }</b>
                <code>{ octets(kept, &entry.masked) }if cut { { "…" } }</code>
                <span class="t">{ format!("{} B", entry.octets) }</span>
            </li>
        }
    };
    let task = cell.task.label();
    let what = format!(
        "{}, {}: {}",
        cell.kind.label(),
        wording::protocol(cell.protocol),
        shown(figure.value)
    );
    let listed = &figure.entries[..figure.entries.len().min(LISTED)];
    let more = figure.entries.len() - listed.len();
    let sent: u64 = figure
        .entries
        .iter()
        .filter_map(|id| run.entry(*id))
        .map(|e| e.octets)
        .sum();
    let summary = match figure.entries.len() {
        0 => "Nothing crossed for it.".to_owned(),
        1 => format!("Counted from one entry, {}.", format::size(sent)),
        n => format!("Counted from {n} entries, {} in all.", format::size(sent)),
    };
    html! {
        <section ref={pane} class="counted" aria-label="Counted from" onkeydown={keys}>
            <div class="bar">
                <h2 tabindex="-1" ref={head}>{ what }</h2>
                <span class="small">{ format!("{task}. {summary}") }</span>
                <div class="spacer"></div>
                <button aria-label="Close the entries" onclick={close}>{ "✕" }</button>
            </div>
            <ol tabindex="0" aria-label="Entries">
                { for listed.iter().map(entry) }
                if more > 0 { <li class="small">{ format!("and {more} more, which the saved page has") }</li> }
            </ol>
        </section>
    }
}

/// Octets of an entry that are drawn.
const SHOWN: usize = 300;
/// Entries that are drawn.
const LISTED: usize = 1000;
