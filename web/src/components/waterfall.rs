//! Commands as bars over time: queued, waiting for the answer, receiving it, completed.

use std::ops::Range;

use porthole_interface::change::WireEntry;
use yew::prelude::*;

use super::wire::LINE;
use crate::{
    format,
    timing::{Span, label},
};

/// What is drawn.
pub(super) struct Waterfall<'a> {
    /// Each row's command, and the entry that it was sent in.
    pub(super) rows: Vec<(&'a Span, &'a WireEntry)>,
    /// The rows, counted from the first that is shown at all.
    pub(super) range: Range<usize>,
    /// The entry that is looked at.
    pub(super) chosen: Option<u64>,
    /// One is to be.
    pub(super) onpick: Callback<u64>,
}

impl Waterfall<'_> {
    pub(super) fn draw(&self) -> Html {
        let begin = self.rows.iter().map(|(span, _)| span.queued).min();
        let begin = begin.unwrap_or_default();
        let end = self.rows.iter().map(|(span, _)| span.end()).max();
        let all = end.unwrap_or_default().saturating_sub(begin).max(1);
        let height = self.rows.len() as f64 * LINE;
        let style = format!(
            "top: {}px; height: {height}px",
            self.range.start as f64 * LINE
        );
        let scale = Scale { begin, all };
        html! {
            <div class="drawing waterfall" {style}>
                <div class="names" aria-hidden="true">
                    { for self.rows.iter().map(|(_, entry)| html! { <div key={entry.number}>{ label(entry) }</div> }) }
                </div>
                <svg role="list" aria-label="Timing of the commands" height={height.to_string()}>
                    { for self.rows.iter().enumerate().map(|(row, (span, entry))| self.bar(row, span, entry, scale)) }
                </svg>
            </div>
        }
    }

    fn bar(&self, row: usize, span: &Span, entry: &WireEntry, scale: Scale) -> Html {
        let y = row as f64 * LINE;
        let waited = span.first.map(|first| first.saturating_sub(span.sent));
        let received = span.first.map(|first| span.end().saturating_sub(first));
        let took = match (waited, received) {
            (Some(waited), Some(received)) => format!(
                "first octet after {}, last after {}, completed after {}",
                format::duration(waited),
                format::duration(span.data.map_or(waited, |at| at.saturating_sub(span.sent))),
                format::duration(waited + received),
            ),
            _ => "no answer yet".to_owned(),
        };
        let name = format!(
            "{}, queued for {}, sent at {}: {took}, {} up, {} down",
            label(entry),
            format::duration(span.sent.saturating_sub(span.queued)),
            format::seconds(span.sent),
            format::size(span.up),
            format::size(span.down),
        );
        let (onpick, number) = (self.onpick.clone(), entry.number);
        let pick = Callback::from(move |_: MouseEvent| onpick.emit(number));
        let chosen = self.chosen == Some(number);
        let bar = |class: &'static str, from: u64, to: u64| {
            let (x, width) = (scale.at(from), scale.at(to) - scale.at(from));
            html! { <rect {class} x={format!("{x:.2}%")} width={format!("{:.2}%", width.max(0.3))} y={(y + 4.0).to_string()} height="12" rx="2" /> }
        };
        let first = span.first.unwrap_or(span.sent);
        html! {
            <g key={number} role="listitem" aria-label={name.clone()} aria-current={chosen.then_some("true")} class={classes!("bar", chosen.then_some("on"))} onclick={pick}>
                <title>{ name }</title>
                <rect class="band" x="0" y={y.to_string()} width="100%" height={LINE.to_string()} />
                if span.queued < span.sent { { bar("queued", span.queued, span.sent) } }
                { bar("waiting", span.sent, first) }
                if span.first.is_some() { { bar("receiving", first, span.data.unwrap_or(first)) } }
                if span.last.is_some() { { bar("completed", span.end(), span.end()) } }
            </g>
        }
    }
}

/// Where moments stand.
#[derive(Clone, Copy)]
struct Scale {
    begin: u64,
    all: u64,
}

impl Scale {
    /// In percent of the width.
    fn at(self, moment: u64) -> f64 {
        moment.saturating_sub(self.begin) as f64 * 98.0 / self.all as f64 + 1.0
    }
}
