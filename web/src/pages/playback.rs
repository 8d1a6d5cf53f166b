//! A saved transcript, played back: no server, no network.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use gloo::timers::callback::Timeout;
use porthole_interface::{Recorded, change::WireTotals};
use porthole_wire::Direction;
use yew::prelude::*;

use crate::{
    app::use_actions,
    components::{Logo, Wire as WireView},
    format,
    hooks::{on_choice, on_input},
    recordings::Content,
    route::{DEMO, Route},
    state::{State, Wire},
};

/// The longest that is waited between two entries, in milliseconds: nobody wants to sit through a
/// long silence.
const LONGEST: u64 = 1500;

/// How fast: hundredths of what it was.
const SPEEDS: [(u64, &str); 4] = [
    (10, "a tenth"),
    (25, "a quarter"),
    (100, "as it was"),
    (1000, "ten times"),
];

/// The properties of [`Playback`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known.
    pub state: State,
    /// Which transcript.
    pub name: String,
    /// The entry that is looked at.
    pub entry: Option<u64>,
}

/// The transcript, or why there is none.
#[component]
pub fn Playback(props: &Props) -> Html {
    let actions = use_actions();
    {
        let wanted = (props.name.clone(), props.state.ready);
        use_effect_with(wanted, move |(name, ready)| {
            if name == DEMO && *ready {
                actions.open_demo_recording();
            }
        });
    }
    let recording = props.state.recording.as_ref();
    let content = recording.filter(|recording| recording.name == props.name);
    let content = match content.map(|recording| &recording.content) {
        Some(Content::Open(recorded)) => html! {
            <Player key={props.name.clone()} recorded={Rc::clone(recorded)} state={props.state.clone()} name={props.name.clone()} entry={props.entry} />
        },
        Some(Content::Unreadable(why)) => html! {
            <div role="alert" class="problem"><p>{ "This transcript cannot be opened: " }{ why }</p></div>
        },
        Some(Content::Opening) => opening(),
        None if props.name == DEMO => opening(),
        None => html! {
            <div role="alert" class="problem"><p>{ "The file is not kept here. Open it again from the first page." }</p></div>
        },
    };
    html! {
        <div class="playback">
            <header>
                <a class="logo" href={Route::Mail.link()} aria-label="Porthole"><Logo /><span>{ "Porthole" }</span></a>
                <div class="spacer"></div>
                <a href={Route::Mail.link()}>{ "Close the transcript" }</a>
            </header>
            { content }
        </div>
    }
}

fn opening() -> Html {
    html! { <p role="status">{ "Opening the transcript…" }</p> }
}

/// The properties of [`Player`].
#[derive(Properties, PartialEq)]
struct PlayerProps {
    recorded: Rc<Recorded>,
    state: State,
    name: String,
    entry: Option<u64>,
}

/// The Wire as it was at a moment, and what moves that.
#[component]
fn Player(props: &PlayerProps) -> Html {
    let actions = use_actions();
    let entries = &props.recorded.entries;
    let count = entries.len();
    let from = props.entry.and_then(|entry| usize::try_from(entry).ok());
    let place = use_state_eq(|| from.map_or(count, |entry| (entry + 1).min(count)));
    let playing = use_state_eq(|| false);
    let speed = use_state_eq(|| 100u64);
    {
        let (place, playing) = (place.clone(), playing.clone());
        let recorded = Rc::clone(&props.recorded);
        use_effect_with((*place, *playing, *speed), move |&(at, on, speed)| {
            let next = recorded.entries.get(at).filter(|_| on);
            if on && next.is_none() {
                playing.set(false);
            }
            let timer = next.map(|next| {
                let before = at.checked_sub(1).and_then(|at| recorded.entries.get(at));
                let gap = next
                    .at
                    .saturating_sub(before.map_or(next.at, |before| before.at));
                let millis = (gap / (10 * speed)).clamp(15, LONGEST);
                Timeout::new(u32::try_from(millis).unwrap_or(u32::MAX), move || {
                    place.set(at + 1);
                })
            });
            move || drop(timer)
        });
    }
    let kept = use_mut_ref(Wire::default);
    let wire = {
        let recorded = Rc::clone(&props.recorded);
        use_memo(*place, move |&place| {
            kept.borrow().showing(&recorded.entries, place)
        })
    };
    let totals = {
        let recorded = Rc::clone(&props.recorded);
        use_memo(*place, move |&place| totals(&recorded, place))
    };
    let go = |to: usize| {
        let (place, playing) = (place.clone(), playing.clone());
        Callback::from(move |_: MouseEvent| {
            playing.set(false);
            place.set(to.min(count));
        })
    };
    let play = {
        let (place, playing) = (place.clone(), playing.clone());
        Callback::from(move |_: MouseEvent| {
            if !*playing && *place >= count {
                place.set(0);
            }
            playing.set(!*playing);
        })
    };
    let scrub = {
        let (place, playing) = (place.clone(), playing.clone());
        on_input(move |value| {
            playing.set(false);
            place.set(value.parse().unwrap_or(0));
        })
    };
    let hasten = {
        let speed = speed.clone();
        on_choice(move |value| speed.set(value.parse().unwrap_or(100)))
    };
    let explain = Callback::from(move |number: u64| actions.explain_recorded(number));
    let look = {
        let name = props.name.clone();
        Callback::from(move |entry: Option<u64>| {
            let name = name.clone();
            Route::Transcript { name, entry }.show();
        })
    };
    let at = place.checked_sub(1).and_then(|last| entries.get(last));
    let moment = at.map_or_else(String::new, |entry| format::seconds(entry.at));
    let hosts: BTreeSet<_> = props.recorded.hosts.iter().map(String::as_str).collect();
    let began = i64::try_from(props.recorded.began / 1_000_000).unwrap_or_default();
    html! {
        <main>
            <p class="small">{ format!("{} · {} · saved by {}", hosts.into_iter().collect::<Vec<_>>().join(", "), format::message_date(began, 0), props.recorded.product) }</p>
            <WireView wire={(*wire).clone()} totals={*totals} explained={props.state.explained.clone()} onexplain={explain} looked_at={props.entry} onlook={look}>
                <div class="controls" role="toolbar" aria-label="Playback">
                    <button onclick={play} aria-pressed={playing.to_string()}>{ if *playing { "Pause" } else { "Play" } }</button>
                    <button onclick={go(place.saturating_sub(1))} disabled={*place == 0}>{ "One back" }</button>
                    <button onclick={go(*place + 1)} disabled={*place >= count}>{ "One on" }</button>
                    <input type="range" aria-label="Moment" min="0" max={count.to_string()} value={place.to_string()} oninput={scrub}
                        aria-valuetext={format!("entry {} of {count}, {moment}", *place)} />
                    <output class="small">{ format!("{} of {count} · {moment}", *place) }</output>
                    <label class="choice">{ "Speed" }
                        <select aria-label="Speed" onchange={hasten}>
                            { for SPEEDS.map(|(value, name)| html! { <option value={value.to_string()} selected={*speed == value}>{ name }</option> }) }
                        </select>
                    </label>
                </div>
            </WireView>
        </main>
    }
}

/// What crossed so far; as while it was live, turns are those of the connections that the user waited
/// for.
fn totals(recorded: &Recorded, place: usize) -> WireTotals {
    let mut totals = WireTotals::default();
    let mut turns = BTreeMap::new();
    let units = recorded.entries.iter().zip(&recorded.unknown);
    for (entry, unknown) in units.take(place) {
        totals.unknown += unknown;
        match entry.direction {
            Direction::Client => totals.up += entry.octets,
            Direction::Server => totals.down += entry.octets,
        }
        if !recorded.beside.contains(&entry.connection) {
            turns.insert(entry.connection, entry.turn);
        }
    }
    totals.turns = turns.values().sum();
    totals
}
