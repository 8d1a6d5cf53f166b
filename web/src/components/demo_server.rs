//! The demo server in the page: how far away it seems, what it does wrong, and mail that comes.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    rc::Rc,
    time::Duration,
};

use porthole_demo::{misbehave::Times, throttle::Conditions};
use porthole_engine::account::Protocol;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    app::use_actions,
    faults::{fault, faults},
    hooks::{on_choice, on_input},
    protocol::DemoOrder,
    state::{DemoServer as Known, Event as StateEvent},
};

/// The farthest that the server can be, in milliseconds of a round trip.
const FARTHEST: u64 = 600;

/// Octets a second, each way.
const BANDWIDTHS: [(u32, &str); 4] = [
    (0, "No limit"),
    (7_000, "56 kbit/s"),
    (125_000, "1 Mbit/s"),
    (1_250_000, "10 Mbit/s"),
];

/// Octets that arrive at once.
const CHUNKS: [(usize, &str); 4] = [
    (0, "as sent"),
    (536, "536 octets"),
    (16, "16 octets"),
    (1, "single octets"),
];

/// The properties of [`DemoServer`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// How it was told to be.
    pub demo: Rc<Known>,
    /// What is spoken with it.
    pub protocol: Protocol,
}

/// What can be asked of the server.
#[component]
pub fn DemoServer(props: &Props) -> Html {
    let actions = use_actions();
    let (demo, protocol) = (&props.demo, props.protocol);
    let conditions = demo.conditions;
    let change = {
        let (actions, demo) = (actions.clone(), Rc::clone(demo));
        move |conditions: Conditions| {
            actions.demo(DemoOrder::Conditions(conditions));
            let demo = Known {
                conditions,
                ..(*demo).clone()
            };
            actions.event(StateEvent::Demo(demo));
        }
    };
    let distance = {
        let change = change.clone();
        on_input(move |text| {
            let millis = text.parse().unwrap_or_default();
            change(Conditions {
                round_trip: Duration::from_millis(FARTHEST.min(millis)),
                ..conditions
            });
        })
    };
    let bandwidth = {
        let change = change.clone();
        on_choice(move |value| {
            change(Conditions {
                bandwidth: value.parse().ok().and_then(NonZeroU32::new),
                ..conditions
            });
        })
    };
    let chunk = on_choice(move |value| {
        change(Conditions {
            chunk: value.parse().ok().and_then(NonZeroUsize::new),
            ..conditions
        });
    });
    let misbehave = {
        let actions = actions.clone();
        move |fault_key: Option<&'static str>, always: bool, demo: &Known| {
            let times = if always { Times::Always } else { Times::Once };
            actions.demo(match fault_key.and_then(fault) {
                Some(fault) => DemoOrder::Misbehave(fault.order(protocol), times),
                None => DemoOrder::Behave,
            });
            actions.event(StateEvent::Demo(Known {
                fault: fault_key,
                always,
                done: Vec::new(),
                ..demo.clone()
            }));
        }
    };
    let choose = {
        let (misbehave, demo) = (misbehave.clone(), Rc::clone(demo));
        on_choice(move |value| {
            misbehave(fault(&value).map(|fault| fault.key), demo.always, &demo);
        })
    };
    let always = {
        let demo = Rc::clone(demo);
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                misbehave(demo.fault, input.checked(), &demo);
            }
        })
    };
    let deliver = Callback::from(move |_: MouseEvent| actions.demo(DemoOrder::Deliver));
    let millis = conditions.round_trip.as_millis();
    let ordered = demo.fault.and_then(fault);
    html! {
        <details class="demo-server">
            <summary>{ "Demo server" }<span class="small">{ summary(demo) }</span></summary>
            <div class="knobs">
                <label>{ "Distance" }
                    <input type="range" aria-label="Distance" min="0" max={FARTHEST.to_string()} step="10" value={millis.to_string()}
                        aria-valuetext={format!("{millis} ms a round trip")} oninput={distance} />
                    <output>{ format!("{millis} ms") }</output>
                </label>
                <label>{ "Bandwidth" }
                    <select aria-label="Bandwidth" onchange={bandwidth}>
                        { for BANDWIDTHS.map(|(octets, name)| option(octets.to_string(), name, conditions.bandwidth == NonZeroU32::new(octets))) }
                    </select>
                </label>
                <label>{ "Arrives in pieces" }
                    <select aria-label="Arrives in pieces" onchange={chunk}>
                        { for CHUNKS.map(|(octets, name)| option(octets.to_string(), name, conditions.chunk == NonZeroUsize::new(octets))) }
                    </select>
                </label>
                <label>{ "Misbehaves" }
                    <select aria-label="Misbehaves" onchange={choose}>
                        { option(String::new(), "not at all", demo.fault.is_none()) }
                        { for faults(protocol).map(|fault| option(fault.key.to_owned(), fault.name, demo.fault == Some(fault.key))) }
                    </select>
                </label>
                <label class="choice"><input type="checkbox" checked={demo.always} onchange={always} />{ "Every time" }</label>
                <button onclick={deliver}>{ "A message arrives" }</button>
            </div>
            if let Some(fault) = ordered {
                <p class="small">{ fault.what }{ " " }<b>{ "What the client does: " }</b>{ fault.answer }</p>
            }
            <p role="status" aria-label="Misbehaved" class="small">{ misdeeds(&demo.done) }</p>
        </details>
    }
}

fn option(value: String, name: &'static str, selected: bool) -> Html {
    html! { <option {value} {selected}>{ name }</option> }
}

/// What is not as it is by itself.
fn summary(demo: &Known) -> String {
    let mut parts = Vec::new();
    if !demo.conditions.round_trip.is_zero() {
        parts.push(format!(
            "{} ms away",
            demo.conditions.round_trip.as_millis()
        ));
    }
    let bandwidth = |known: &&(u32, &str)| demo.conditions.bandwidth == NonZeroU32::new(known.0);
    if demo.conditions.bandwidth.is_some()
        && let Some((_, name)) = BANDWIDTHS.iter().find(bandwidth)
    {
        parts.push((*name).to_owned());
    }
    if demo.conditions.chunk.is_some() {
        parts.push("in pieces".to_owned());
    }
    if let Some(fault) = demo.fault.and_then(fault) {
        parts.push(fault.name.to_lowercase());
    }
    parts.join(" · ")
}

/// What was done wrong, and in answer to what.
fn misdeeds(commands: &[String]) -> String {
    match commands {
        [] => String::new(),
        [.., last] if commands.len() == 1 => format!("Happened in the answer to {last}."),
        [.., last] => format!(
            "Happened {} times, lately in the answer to {last}.",
            commands.len()
        ),
    }
}
