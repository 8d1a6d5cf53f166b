//! The Wire: everything that crossed, as it crosses, in several views.

use std::rc::Rc;

use porthole_interface::{
    change::{Explained, WireEntry, WireTotals},
    intent::Format,
};
use web_sys::Element;
use yew::prelude::*;

use super::{
    explanation::Explanation,
    moment::Moment,
    sequence::Sequence,
    states::States,
    waterfall::Waterfall,
    wire_filter::{Filter, FilterFields},
    wire_line::WireLine,
};
use crate::{
    format,
    hooks::{focus, on_choice},
    state::{self, WIRE_LIMIT},
    timing::{Span, spans},
};

/// The height of every line in pixels, as in `wire.css`.
pub(super) const LINE: f64 = 20.0;
/// Lines that are drawn beyond the screen on either side.
const OVERSCAN: usize = 10;
/// Lines that are drawn at least.
const SCREEN: usize = 50;

/// The properties of [`Wire`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What crossed.
    pub wire: state::Wire,
    /// Counts of it.
    pub totals: WireTotals,
    /// What is known of the meaning of an entry.
    pub explained: Option<Rc<Explained>>,
    /// The meaning of an entry is wanted.
    pub onexplain: Callback<u64>,
    /// All of it is to be saved; `None` where it is a file already.
    #[prop_or_default]
    pub onsave: Option<Callback<Format>>,
    /// The entries about what the user points at, ascending.
    #[prop_or_default]
    pub traced: Rc<Vec<u64>>,
    /// The entry that is looked at to begin with.
    #[prop_or_default]
    pub looked_at: Option<u64>,
    /// Another one is.
    #[prop_or_default]
    pub onlook: Callback<Option<u64>>,
    /// Something waits for the user.
    #[prop_or_default]
    pub holding: bool,
    /// What the conversation is about: the open mailbox from all sides.
    #[prop_or_default]
    pub mailbox: Option<Html>,
    /// What stands between the bar and the lines.
    #[prop_or_default]
    pub children: Children,
}

/// How what crossed is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    Log,
    Sequence,
    Timing,
    States,
    Mailbox,
}

impl View {
    /// Whether it is a list of what crossed.
    fn is_listed(self) -> bool {
        !matches!(self, Self::States | Self::Mailbox)
    }

    const ALL: [(Self, &'static str); 5] = [
        (Self::Log, "Log"),
        (Self::Sequence, "Sequence"),
        (Self::Timing, "Timing"),
        (Self::States, "States"),
        (Self::Mailbox, "Mailbox"),
    ];
}

/// The kinds of files that it is saved as.
const FORMATS: [(Format, &str, &str); 4] = [
    (Format::Text, "text", "Text"),
    (Format::Json, "json", "JSON"),
    (Format::Page, "page", "Page"),
    (Format::Capture, "capture", "Capture (pcap-ng)"),
];

/// The live transcript of both directions, or one that was saved.
#[component]
pub fn Wire(props: &Props) -> Html {
    let scroller = use_node_ref();
    let top = use_state_eq(|| 0usize);
    let tall = use_state_eq(|| 0usize);
    let follow = use_state_eq(|| true);
    // Beside a file there is nothing else to see.
    let open = use_state_eq(|| props.onsave.is_none() || has_room());
    let view = use_state_eq(|| View::Log);
    let filter = use_state_eq(Filter::default);
    let format = use_state_eq(|| Format::Text);
    let chosen = use_state_eq(|| props.looked_at);
    {
        // A link to another entry, followed while this one is shown.
        let chosen = chosen.clone();
        use_effect_with(props.looked_at, move |looked_at| {
            if looked_at.is_some() {
                chosen.set(*looked_at);
            }
        });
    }
    let pointing = !props.traced.is_empty();
    let drawn = {
        let wire = props.wire.clone();
        let needed = matches!(*view, View::Sequence | View::Timing);
        use_memo((props.wire.version(), needed), move |_| match needed {
            true => wire.with(|entries| spans(entries.iter())),
            false => Vec::new(),
        })
    };
    // The places of the entries that have a row: all, or those that begin a command.
    let shown: Rc<Vec<usize>> = {
        let (wire, drawn) = (props.wire.clone(), Rc::clone(&drawn));
        use_memo(
            (props.wire.version(), (*filter).clone(), *view),
            move |(_, filter, view)| {
                wire.with(|entries| {
                    let shows = |at: &usize| entries.get(*at).is_some_and(|e| filter.shows(e));
                    match view {
                        View::Log | View::Sequence | View::States | View::Mailbox => {
                            (0..entries.len()).filter(shows).collect()
                        }
                        View::Timing => drawn.iter().map(|s| s.places.0).filter(shows).collect(),
                    }
                })
            },
        )
    };
    {
        let onlook = props.onlook.clone();
        use_effect_with(*chosen, move |chosen| onlook.emit(*chosen));
    }
    {
        let scroller = scroller.clone();
        let follow = *follow && view.is_listed();
        // What is pointed at stays in sight until more crosses.
        use_effect_with(
            (shown.len(), props.wire.version(), *open, follow, pointing),
            move |_| {
                if let Some(element) = scroller.cast::<Element>().filter(|_| follow) {
                    element.set_scroll_top(element.scroll_height());
                }
            },
        );
    }
    {
        let (scroller, top, tall) = (scroller.clone(), top.clone(), tall.clone());
        let follow = *follow;
        // What is unfolded is new, and begins at its top.
        use_effect_with(*open, move |_| {
            let Some(element) = scroller.cast::<Element>() else {
                return;
            };
            tall.set(lines_of(&element));
            if !follow {
                element.set_scroll_top((*top as f64 * LINE) as i32);
            }
        });
    }
    {
        let scroller = scroller.clone();
        use_effect_with(*view, move |view| {
            if let Some(element) = scroller.cast::<Element>().filter(|_| !view.is_listed()) {
                element.set_scroll_top(0);
            }
        });
    }
    {
        // Whatever is looked at is on the screen.
        let (scroller, wire, shown) = (scroller.clone(), props.wire.clone(), Rc::clone(&shown));
        let listed = view.is_listed();
        use_effect_with(*chosen, move |chosen| {
            let number = |at: &usize| wire.with(|e| e.get(*at).map(|entry| entry.number));
            let chosen = chosen.filter(|_| listed);
            let place = chosen.and_then(|_| shown.iter().position(|at| number(at) == chosen));
            if let Some((place, element)) = place.zip(scroller.cast::<Element>()) {
                reveal(&element, place as f64 * LINE);
            }
        });
    }
    {
        // What is chosen lately may not be answered yet: it is asked for again as more comes.
        let newest = props
            .wire
            .with(|entries| entries.back().map(|entry| entry.number));
        let lately = newest
            .zip(*chosen)
            .is_some_and(|(newest, chosen)| newest < chosen + 200);
        let onexplain = props.onexplain.clone();
        use_effect_with((*chosen, newest.filter(|_| lately)), move |(chosen, _)| {
            if let Some(number) = chosen {
                onexplain.emit(*number);
            }
        });
    }
    {
        let (scroller, wire, shown) = (scroller.clone(), props.wire.clone(), Rc::clone(&shown));
        let follow = *follow;
        use_effect_with(props.traced.first().copied(), move |first| {
            // What is held stays where it is.
            if !follow {
                return;
            }
            let first = first.and_then(|number| {
                let place = |at: &usize| wire.with(|e| e.get(*at).map(|entry| entry.number));
                shown.iter().position(|at| place(at) == Some(number))
            });
            if let Some((place, element)) = first.zip(scroller.cast::<Element>()) {
                reveal(&element, place as f64 * LINE);
            }
        });
    }
    let scrolled = {
        let (scroller, top, follow) = (scroller.clone(), top.clone(), follow.clone());
        let tall = tall.clone();
        let listed = view.is_listed();
        Callback::from(move |_: Event| {
            let Some(element) = scroller.cast::<Element>() else {
                return;
            };
            let now = (f64::from(element.scroll_top()) / LINE) as usize;
            let below = element.scroll_height() - element.scroll_top() - element.client_height();
            // Whoever scrolls back wants to read there.
            if listed && *follow && !pointing && now < *top && f64::from(below) > 3.0 * LINE {
                follow.set(false);
            }
            top.set(now);
            tall.set(lines_of(&element));
        })
    };
    let walk = {
        let (chosen, follow) = (chosen.clone(), follow.clone());
        let (wire, shown) = (props.wire.clone(), Rc::clone(&shown));
        let view = *view;
        Callback::from(move |event: KeyboardEvent| {
            // A table and its fields have their own use for the keys.
            if view == View::Mailbox {
                return;
            }
            let number = |place: usize| {
                let at = *shown.get(place)?;
                wire.with(|entries| entries.get(at).map(|entry| entry.number))
            };
            let last = shown.len().saturating_sub(1);
            let here = (0..shown.len()).find(|&place| chosen.is_some() && number(place) == *chosen);
            let place = match (event.key().as_str(), here) {
                ("ArrowDown", Some(here)) => (here + 1).min(last),
                ("ArrowUp", Some(here)) => here.saturating_sub(1),
                ("ArrowUp" | "End", _) => last,
                ("ArrowDown" | "Home", _) => 0,
                _ => return,
            };
            event.prevent_default();
            follow.set(false);
            chosen.set(number(place));
        })
    };
    let toggle = |flag: &UseStateHandle<bool>| {
        let flag = flag.clone();
        Callback::from(move |_: MouseEvent| flag.set(!*flag))
    };
    let pick = {
        let chosen = chosen.clone();
        Callback::from(move |number: u64| {
            chosen.set(Some(number).filter(|_| *chosen != Some(number)));
        })
    };
    let look = {
        let (chosen, follow) = (chosen.clone(), follow.clone());
        Callback::from(move |number: Option<u64>| {
            // Whoever goes back in time wants to stay there.
            follow.set(number.is_none());
            chosen.set(number);
        })
    };
    let totals = props.totals;
    let screen = (*tall).max(SCREEN);
    // When the list has become shorter, the scroll event that says so comes a moment later.
    let first = (*top).min(shown.len().saturating_sub(screen));
    let from = first.saturating_sub(OVERSCAN);
    let to = (first + screen + OVERSCAN).min(shown.len());
    let lines = props.wire.with(|entries| {
        let seen = shown.get(from..to).unwrap_or_default().iter();
        let rows = seen.filter_map(|&at| Some((at, entries.get(at)?)));
        let onpick = pick.clone();
        match *view {
            View::Log => rows
                .enumerate()
                .map(|(row, (at, entry))| {
                    let before = at.checked_sub(1).and_then(|before| entries.get(before));
                    html! {
                        <WireLine key={entry.number} entry={entry.clone()} new_turn={is_new_turn(before, entry)}
                            top={(from + row) as u32 * LINE as u32} chosen={*chosen == Some(entry.number)}
                            linked={props.traced.binary_search(&entry.number).is_ok()} onpick={onpick.clone()} />
                    }
                })
                .collect::<Html>(),
            View::Sequence => Sequence {
                rows: rows.collect(),
                range: from..to,
                spans: &drawn,
                chosen: *chosen,
                onpick,
            }
            .draw(),
            View::Timing => Waterfall {
                rows: rows.filter_map(|(at, e)| Some((span_at(&drawn, at)?, e))).collect(),
                range: from..to,
                chosen: *chosen,
                onpick,
            }
            .draw(),
            // It needs no more lines than it has.
            View::States | View::Mailbox => Html::default(),
        }
    });
    let detail = chosen.and_then(|number| {
        props
            .wire
            .with(|entries| entries.iter().find(|entry| entry.number == number).cloned())
    });
    let chosen_now = *chosen;
    let explained = props.explained.clone();
    let explained = explained.filter(|explained| Some(explained.number) == chosen_now);
    let close = {
        let scroller = scroller.clone();
        Callback::from(move |()| {
            chosen.set(None);
            // The button that had the keyboard goes.
            focus(scroller.cast());
        })
    };
    let percent = format::tenths(totals.explained());
    let dropped = props.wire.with(|entries| entries.len() >= WIRE_LIMIT);
    let filtered = {
        let filter = filter.clone();
        Callback::from(move |wanted| filter.set(wanted))
    };
    let offered = |(view, _): &(View, _)| *view != View::Mailbox || props.mailbox.is_some();
    let views = View::ALL.into_iter().filter(offered).map(|(wanted, name)| {
        let view = view.clone();
        let pressed = *view == wanted;
        let choose = Callback::from(move |_: MouseEvent| view.set(wanted));
        html! { <button aria-pressed={pressed.to_string()} onclick={choose}>{ name }</button> }
    });
    let saving = props.onsave.as_ref().map(|onsave| {
        let kind = {
            let format = format.clone();
            on_choice(move |value| {
                let found = FORMATS.iter().find(|(_, key, _)| *key == value);
                format.set(found.map_or(Format::Text, |(format, ..)| *format));
            })
        };
        let save = {
            let (onsave, format) = (onsave.clone(), *format);
            Callback::from(move |_: MouseEvent| onsave.emit(format))
        };
        html! {
            <>
                <select aria-label="Save as" onchange={kind}>
                    { for FORMATS.map(|(kind, key, name)| html! { <option value={key} selected={*format == kind}>{ name }</option> }) }
                </select>
                <button onclick={save}>{ "Save" }</button>
            </>
        }
    });
    let log = *view == View::Log;
    html! {
        <section class={classes!("wire", (!*open).then_some("folded"), (*open && props.holding).then_some("holding"), (*open && !view.is_listed()).then_some("at-states"), (*open && detail.is_some() && *view != View::Mailbox).then_some("explaining"))} aria-label="Wire">
            <div class="bar">
                <h2>{ "Wire" }</h2>
                <span class="num" title={counts(totals)}>{ counts(totals) }</span>
                <div class="spacer"></div>
                if *open {
                    <div class="views" role="group" aria-label="View">{ for views }</div>
                    <FilterFields filter={(*filter).clone()} onchange={filtered} />
                    <button aria-pressed={follow.to_string()} onclick={toggle(&follow)}>{ "Follow" }</button>
                    { for saving }
                }
                <button aria-expanded={open.to_string()} onclick={toggle(&open)}>{ if *open { "Fold" } else { "Unfold" } }</button>
            </div>
            if *open {
                { for props.children.iter() }
                if matches!(*view, View::Sequence | View::Timing | View::States) {
                    <Moment wire={props.wire.clone()} shown={Rc::clone(&shown)} chosen={chosen_now} onlook={look.clone()} />
                }
                <div class="split">
                    <div class="lines" ref={scroller} onscroll={scrolled} onkeydown={walk} tabindex="0"
                        role={if log { "log" } else { "group" }} aria-label="Wire" aria-live={log.then_some("off")}
                        data-turns={totals.turns.to_string()} data-explained={percent}>
                        if dropped { <p class="small">{ "Older lines were dropped." }</p> }
                        if *view == View::States {
                            <States wire={props.wire.clone()} chosen={chosen_now} onlook={look} />
                        } else if let Some(mailbox) = props.mailbox.clone().filter(|_| *view == View::Mailbox) {
                            { mailbox }
                        } else {
                            <div class="height" style={format!("height: {}px", shown.len() as f64 * LINE)}>{ lines }</div>
                        }
                    </div>
                    if let Some(entry) = detail.filter(|_| *view != View::Mailbox) {
                        <Explanation {entry} {explained} onclose={close} />
                    }
                </div>
            }
        </section>
    }
}

/// What crossed, in one line.
fn counts(totals: WireTotals) -> String {
    let (size, percent) = (format::size, format::tenths(totals.explained()));
    let compressed = match totals.compressed {
        true => format!(
            " · compressed to {} ↑ {} ↓",
            size(totals.carried_up),
            size(totals.carried_down)
        ),
        false => String::new(),
    };
    let (turns, up, down) = (totals.turns, size(totals.up), size(totals.down));
    let percent = percent.strip_suffix(".0").unwrap_or(&percent);
    let turns = format::count(turns, "turn");
    format!("{turns} · {up} ↑ · {down} ↓{compressed} · {percent} % explained")
}

/// The command that begins in this place.
fn span_at(spans: &[Span], place: usize) -> Option<&Span> {
    let at = spans.binary_search_by_key(&place, |span| span.places.0);
    spans.get(at.ok()?)
}

fn is_new_turn(before: Option<&WireEntry>, entry: &WireEntry) -> bool {
    before.is_none_or(|b| b.turn != entry.turn || b.connection != entry.connection)
}

/// How many lines there is room for.
fn lines_of(element: &Element) -> usize {
    (f64::from(element.client_height()) / LINE).ceil() as usize
}

/// Scrolls so that a line is on screen.
fn reveal(element: &Element, top: f64) {
    let (scroll, height) = (
        f64::from(element.scroll_top()),
        f64::from(element.client_height()),
    );
    if top < scroll || top + LINE > scroll + height {
        element.set_scroll_top((top - LINE) as i32);
    }
}

/// Whether the window has room for the Wire beside the mail; a phone shows it when asked.
fn has_room() -> bool {
    let width = web_sys::window().and_then(|window| window.inner_width().ok()?.as_f64());
    width.is_none_or(|width| width > 860.0)
}
