//! What crossed as arrows between client and server, one below the other.

use std::ops::Range;

use porthole_interface::change::WireEntry;
use porthole_wire::Direction;
use yew::prelude::*;

use super::wire::LINE;
use crate::{
    format,
    timing::{Span, label},
};

/// Where the client's line stands, in pixels.
const CLIENT: f64 = 132.0;
/// Where the server's does, in percent.
const SERVER: &str = "97%";
/// Characters of an arrow's text.
const SHOWN: usize = 110;
/// Commands beside each other that have a bar of their own.
const LANES: usize = 7;

/// What is drawn.
pub(super) struct Sequence<'a> {
    /// The entry in each of these rows, and its place among all.
    pub(super) rows: Vec<(usize, &'a WireEntry)>,
    /// The rows, counted from the first that is shown at all.
    pub(super) range: Range<usize>,
    /// All commands.
    pub(super) spans: &'a [Span],
    /// The entry that is looked at.
    pub(super) chosen: Option<u64>,
    /// One is to be.
    pub(super) onpick: Callback<u64>,
}

impl Sequence<'_> {
    pub(super) fn draw(&self) -> Html {
        let height = self.rows.len() as f64 * LINE;
        let style = format!(
            "top: {}px; height: {height}px",
            self.range.start as f64 * LINE
        );
        html! {
            <svg class="drawing" role="list" aria-label="Sequence of what crossed" {style}>
                <defs>
                    <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" /></marker>
                </defs>
                <g aria-hidden="true" class="lifelines">
                    <line x1={CLIENT.to_string()} x2={CLIENT.to_string()} y1="0" y2={height.to_string()} />
                    <line x1={SERVER} x2={SERVER} y1="0" y2={height.to_string()} />
                    { for self.bars() }
                </g>
                { for self.rows.iter().enumerate().map(|(row, (_, entry))| self.arrow(row, entry)) }
            </svg>
        }
    }

    fn arrow(&self, row: usize, entry: &WireEntry) -> Html {
        let y = row as f64 * LINE;
        let line = (y + 16.5).to_string();
        let (side, who) = match entry.direction {
            Direction::Client => ("client", "Client to server"),
            Direction::Server => ("server", "Server to client"),
        };
        let text: String = label(entry).chars().take(SHOWN).collect();
        let chosen = self.chosen == Some(entry.number);
        let (onpick, number) = (self.onpick.clone(), entry.number);
        let pick = Callback::from(move |_: MouseEvent| onpick.emit(number));
        let time = format::seconds(entry.at);
        let name = format!("{who}, {time}: {text}, {}", format::size(entry.octets));
        let (from, to) = match entry.direction {
            Direction::Client => (CLIENT.to_string(), SERVER.to_owned()),
            Direction::Server => (SERVER.to_owned(), CLIENT.to_string()),
        };
        html! {
            <g key={entry.number} role="listitem" aria-label={name} aria-current={chosen.then_some("true")} class={classes!("arrow", side, chosen.then_some("on"))} onclick={pick}>
                <rect x="0" y={y.to_string()} width="100%" height={LINE.to_string()} />
                <text class="time" x="58" y={(y + 13.0).to_string()} text-anchor="end">{ time }</text>
                <text x={(CLIENT + 10.0).to_string()} y={(y + 12.0).to_string()}>{ text }</text>
                <line x1={from} x2={to} y1={line.clone()} y2={line} marker-end="url(#arrow)" />
            </g>
        }
    }

    /// How long each command lasted: bars beside each other were on the way at once.
    fn bars(&self) -> Vec<Html> {
        let place = |(place, _): &(usize, &WireEntry)| *place;
        let (Some(first), Some(last)) = (self.rows.first().map(place), self.rows.last().map(place))
        else {
            return Vec::new();
        };
        let row = |at: usize| self.rows.partition_point(|(place, _)| *place < at);
        let seen = self.spans.iter();
        let seen = seen.filter(|span| span.places.1 >= first && span.places.0 <= last);
        seen.filter(|span| span.lane < LANES)
            .map(|span| {
                let top = row(span.places.0) as f64 * LINE + 3.0;
                let bottom = (row(span.places.1 + 1) as f64 * LINE - 3.0).max(top + 4.0);
                let x = CLIENT - 10.0 - span.lane as f64 * 8.0;
                html! {
                    <rect class="bar-of" x={x.to_string()} width="5" rx="2" y={top.to_string()} height={(bottom - top).to_string()} />
                }
            })
            .collect()
    }
}
