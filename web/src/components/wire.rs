//! The Wire: everything that crossed, as it crosses.

use std::rc::Rc;

use porthole_engine::{
    Intent,
    change::{Controls as Told, Explained, Known, Preview, WireEntry, WireTotals},
};
use porthole_wire::Direction;
use web_sys::{Element, HtmlSelectElement};
use yew::prelude::*;

use super::{
    controls::Controls,
    explanation::Explanation,
    wire_line::{WireLine, as_text},
};
use crate::{
    app::use_actions,
    components::download,
    format,
    hooks::on_input,
    state::{self, WIRE_LIMIT},
};

/// The height of every line in pixels, as in `wire.css`.
const LINE: f64 = 20.0;
/// Lines that are drawn beyond the screen on either side.
const OVERSCAN: usize = 10;

/// The properties of [`Wire`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What crossed.
    pub wire: state::Wire,
    /// Counts of it.
    pub totals: WireTotals,
    /// What the engine said last of an entry.
    pub explained: Option<Rc<Explained>>,
    /// How the conversation goes on, and what waits.
    pub controls: Rc<Told>,
    /// The commands that may be typed.
    pub known: Rc<Vec<Known>>,
    /// What the line in the console means.
    pub preview: Option<Rc<Preview>>,
    /// Whether the mail is somebody's.
    pub real: bool,
    /// The entries about the message that the user points at, ascending.
    pub traced: Rc<Vec<u64>>,
}

/// Which entries are shown.
#[derive(Clone, PartialEq, Default)]
struct Filter {
    text: String,
    direction: Option<Direction>,
}

impl Filter {
    fn shows(&self, entry: &WireEntry) -> bool {
        let wanted = self.text.as_bytes();
        self.direction
            .is_none_or(|direction| direction == entry.direction)
            && (wanted.is_empty()
                || entry
                    .kept
                    .windows(wanted.len())
                    .any(|text| text.eq_ignore_ascii_case(wanted)))
    }
}

/// The live transcript of both directions.
#[component]
pub fn Wire(props: &Props) -> Html {
    let scroller = use_node_ref();
    let top = use_state_eq(|| 0usize);
    let follow = use_state_eq(|| true);
    let open = use_state_eq(has_room);
    let filter = use_state_eq(Filter::default);
    let chosen = use_state_eq(|| None::<u64>);
    let pointing = !props.traced.is_empty();
    let shown: Rc<Vec<usize>> = {
        let wire = props.wire.clone();
        use_memo(
            (props.wire.version(), (*filter).clone()),
            move |(_, filter)| {
                wire.with(|entries| {
                    entries
                        .iter()
                        .enumerate()
                        .filter(|(_, e)| filter.shows(e))
                        .map(|(at, _)| at)
                        .collect()
                })
            },
        )
    };
    {
        let scroller = scroller.clone();
        let follow = *follow && !pointing;
        use_effect_with(
            (shown.len(), props.wire.version(), *open, follow),
            move |_| {
                if let Some(element) = scroller.cast::<Element>().filter(|_| follow) {
                    element.set_scroll_top(element.scroll_height());
                }
            },
        );
    }
    {
        // What is chosen lately may not be answered yet: it is asked for again as more comes.
        let newest = props
            .wire
            .with(|entries| entries.back().map(|entry| entry.number));
        let lately = newest
            .zip(*chosen)
            .is_some_and(|(newest, chosen)| newest < chosen + 200);
        let actions = use_actions();
        use_effect_with((*chosen, newest.filter(|_| lately)), move |(chosen, _)| {
            if let Some(number) = chosen {
                actions.intent(Intent::Explain(*number));
            }
        });
    }
    {
        let (scroller, wire, shown) = (scroller.clone(), props.wire.clone(), Rc::clone(&shown));
        let follow = *follow;
        use_effect_with(Rc::clone(&props.traced), move |traced| {
            // What is held stays where it is.
            if !follow {
                return;
            }
            let first = traced.first().and_then(|number| {
                let place = |at: &usize| wire.with(|e| e.get(*at).map(|entry| entry.number));
                shown.iter().position(|at| place(at) == Some(*number))
            });
            if let Some((place, element)) = first.zip(scroller.cast::<Element>()) {
                reveal(&element, place as f64 * LINE);
            }
        });
    }
    let scrolled = {
        let (scroller, top, follow) = (scroller.clone(), top.clone(), follow.clone());
        Callback::from(move |_: Event| {
            let Some(element) = scroller.cast::<Element>() else {
                return;
            };
            let now = (f64::from(element.scroll_top()) / LINE) as usize;
            let below = element.scroll_height() - element.scroll_top() - element.client_height();
            // Whoever scrolls back wants to read there.
            if *follow && !pointing && now < *top && f64::from(below) > 3.0 * LINE {
                follow.set(false);
            }
            top.set(now);
        })
    };
    let walk = {
        let (chosen, follow, scroller) = (chosen.clone(), follow.clone(), scroller.clone());
        let (wire, shown) = (props.wire.clone(), Rc::clone(&shown));
        Callback::from(move |event: KeyboardEvent| {
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
            if let Some(element) = scroller.cast::<Element>() {
                reveal(&element, place as f64 * LINE);
            }
        })
    };
    let toggle = |flag: &UseStateHandle<bool>| {
        let flag = flag.clone();
        Callback::from(move |_: MouseEvent| flag.set(!*flag))
    };
    let search = {
        let filter = filter.clone();
        on_input(move |text| {
            filter.set(Filter {
                text,
                ..(*filter).clone()
            });
        })
    };
    let direct = {
        let filter = filter.clone();
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else {
                return;
            };
            let direction = match select.value().as_str() {
                "client" => Some(Direction::Client),
                "server" => Some(Direction::Server),
                _ => None,
            };
            filter.set(Filter {
                direction,
                ..(*filter).clone()
            });
        })
    };
    let save = {
        let wire = props.wire.clone();
        Callback::from(move |_: MouseEvent| {
            let text: String = wire.with(|entries| entries.iter().map(as_text).collect());
            download("porthole-wire.txt", "text/plain", text.as_bytes());
        })
    };
    let pick = {
        let chosen = chosen.clone();
        Callback::from(move |number: u64| {
            chosen.set(Some(number).filter(|_| *chosen != Some(number)));
        })
    };
    let totals = props.totals;
    let from = top.saturating_sub(OVERSCAN);
    let to = (*top + 60).min(shown.len());
    let lines = props.wire.with(|entries| {
        let line = |place: usize| {
            let at = *shown.get(place)?;
            let entry = entries.get(at)?;
            let before = at.checked_sub(1).and_then(|before| entries.get(before));
            let new_turn = before.is_none_or(|b| b.turn != entry.turn || b.connection != entry.connection);
            Some(html! {
                <WireLine key={entry.number} entry={entry.clone()} {new_turn} top={place as u32 * 20}
                    chosen={*chosen == Some(entry.number)} linked={props.traced.binary_search(&entry.number).is_ok()} onpick={pick.clone()} />
            })
        };
        (from..to).filter_map(line).collect::<Html>()
    });
    let detail = chosen.and_then(|number| {
        props
            .wire
            .with(|entries| entries.iter().find(|entry| entry.number == number).cloned())
    });
    let chosen_now = *chosen;
    let explained = props.explained.clone();
    let explained = explained.filter(|explained| Some(explained.number) == chosen_now);
    let close = Callback::from(move |()| chosen.set(None));
    let percent = format::tenths(totals.explained());
    let dropped = props.wire.with(|entries| entries.len() >= WIRE_LIMIT);
    html! {
        <section class={classes!("wire", (!*open).then_some("folded"), (*open && props.controls.held.is_some()).then_some("holding"), (*open && detail.is_some()).then_some("explaining"))} aria-label="Wire">
            <div class="bar">
                <h2>{ "Wire" }</h2>
                <span class="num">{ format!("{} turns · {} ↑ · {} ↓ · {percent} % explained", totals.turns, format::size(totals.up), format::size(totals.down)) }</span>
                <div class="spacer"></div>
                if *open {
                    <input type="search" aria-label="Filter the Wire" placeholder="Filter" oninput={search} value={filter.text.clone()} />
                    <select aria-label="Direction" onchange={direct}>
                        <option value="" selected={filter.direction.is_none()}>{ "Both" }</option>
                        <option value="client" selected={filter.direction == Some(Direction::Client)}>{ "Client" }</option>
                        <option value="server" selected={filter.direction == Some(Direction::Server)}>{ "Server" }</option>
                    </select>
                    <button aria-pressed={follow.to_string()} onclick={toggle(&follow)}>{ "Follow" }</button>
                    <button onclick={save}>{ "Save" }</button>
                }
                <button aria-expanded={open.to_string()} onclick={toggle(&open)}>{ if *open { "Fold" } else { "Unfold" } }</button>
            </div>
            if *open {
                <Controls controls={Rc::clone(&props.controls)} known={Rc::clone(&props.known)} preview={props.preview.clone()} real={props.real} />
                <div class="split">
                    <div class="lines" ref={scroller} onscroll={scrolled} onkeydown={walk} tabindex="0"
                        role="log" aria-label="Wire" aria-live="off" data-turns={totals.turns.to_string()} data-explained={percent}>
                        if dropped { <p class="small">{ "Older lines were dropped." }</p> }
                        <div class="height" style={format!("height: {}px", shown.len() as f64 * LINE)}>{ lines }</div>
                    </div>
                    if let Some(entry) = detail {
                        <Explanation {entry} {explained} onclose={close} />
                    }
                </div>
            }
        </section>
    }
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
    width.is_none_or(|width| width > 720.0)
}
