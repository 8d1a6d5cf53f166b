//! The demo server in the page: how far away it seems, what it does wrong, and mail that comes.

use std::{
    num::{NonZeroU32, NonZeroUsize},
    rc::Rc,
    time::Duration,
};

use porthole_demo::{misbehave::Times, throttle::Conditions};
use porthole_interface::{
    Account, Intent,
    account::{Protocol, Security},
    change::Connection,
    intent::Password,
};
use porthole_wire::Direction;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use crate::{
    app::use_actions,
    faults::{fault, faults},
    hooks::{on_choice, on_input},
    protocol::DemoOrder,
    state::{DemoServer as Known, Event as StateEvent, Wire},
    timing::label,
    wording,
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

/// Lines of a reaction that are shown.
const REACTIONS: usize = 6;

/// The properties of [`DemoServer`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// How it was told to be.
    pub demo: Rc<Known>,
    /// What is spoken with it.
    pub protocol: Protocol,
    /// What crossed.
    pub wire: Wire,
    /// Where the client stands now.
    pub connection: Connection,
    /// A step of a lesson runs on it.
    pub lesson: bool,
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
        move |demo: Known| {
            let times = match demo.always {
                true => Times::Always,
                false => Times::Once,
            };
            actions.demo(match demo.fault.and_then(fault) {
                Some(fault) => DemoOrder::Misbehave(fault.order(protocol, demo.cut_after), times),
                None => DemoOrder::Behave,
            });
            let (done, since) = (Vec::new(), None);
            actions.event(StateEvent::Demo(Known {
                ordered_for: demo.fault.map(|_| protocol),
                done,
                since,
                ..demo
            }));
        }
    };
    {
        // The other protocol has its own faults, and commands for them to happen in.
        let (misbehave, demo) = (misbehave.clone(), Rc::clone(demo));
        use_effect_with(protocol, move |protocol| {
            if demo.fault.is_some() && demo.ordered_for != Some(*protocol) {
                misbehave(Known {
                    fault: None,
                    ..(*demo).clone()
                });
            }
        });
    }
    let choose = {
        let (misbehave, demo) = (misbehave.clone(), Rc::clone(demo));
        on_choice(move |value| {
            let fault = fault(&value).map(|fault| fault.key);
            misbehave(Known {
                fault,
                ..(*demo).clone()
            });
        })
    };
    let always = {
        let (misbehave, demo) = (misbehave.clone(), Rc::clone(demo));
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                let always = input.checked();
                misbehave(Known {
                    always,
                    ..(*demo).clone()
                });
            }
        })
    };
    let cut_after = {
        let demo = Rc::clone(demo);
        on_input(move |text| {
            if let Ok(cut_after) = text.parse() {
                misbehave(Known {
                    cut_after,
                    ..(*demo).clone()
                });
            }
        })
    };
    let again = |security: Security| {
        let actions = actions.clone();
        Callback::from(move |_: MouseEvent| {
            let mut account = Account::demo(protocol);
            account.destination.security = security;
            actions.event(StateEvent::SigningIn(account.clone()));
            let password = Password::demo();
            actions.intent(Intent::Connect { account, password });
        })
    };
    let (plainly, securely) = (again(Security::None), again(Security::StartTls));
    let unfold = {
        let (actions, demo) = (actions.clone(), Rc::clone(demo));
        Callback::from(move |event: Event| {
            let details = event.target_dyn_into::<Element>();
            let open = details.is_some_and(|details| details.has_attribute("open"));
            if open != demo.open {
                let demo = Known {
                    open,
                    ..(*demo).clone()
                };
                actions.event(StateEvent::Demo(demo));
            }
        })
    };
    let deliver = Callback::from(move |_: MouseEvent| actions.demo(DemoOrder::Deliver));
    let millis = conditions.round_trip.as_millis();
    let ordered = demo.fault.and_then(fault);
    html! {
        <details class="demo-server" open={demo.open} ontoggle={unfold}>
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
                if demo.fault == Some("cut") {
                    <label>{ "Octets until then" }
                        <input type="number" aria-label="Octets until then" min="0" value={demo.cut_after.to_string()} oninput={cut_after} />
                    </label>
                }
                <button onclick={deliver}>{ "A message arrives" }</button>
                // A step of a lesson is begun again beside its task.
                if !props.lesson {
                    <button onclick={plainly}>{ "Sign in again" }</button>
                    <button onclick={securely} title="Nothing is encrypted within the page: STARTTLS and STLS are gone through all the same">{ "Sign in again over STARTTLS" }</button>
                }
            </div>
            if let Some(fault) = ordered {
                <p class="small">{ fault.what }{ " " }<b>{ "What the client does: " }</b>{ fault.answer }</p>
            }
            <p role="status" aria-label="Misbehaved" class="small">{ misdeeds(&demo.done) }</p>
            if let Some(since) = demo.since {
                <p role="group" aria-label="What the client did then" class="small">
                    <b>{ "Then the client " }</b>{ reaction(&props.wire, since) }{ ". " }{ wording::connection(props.connection) }
                </p>
            }
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
        let (first, rest) = fault.name.split_at(1);
        parts.push(first.to_lowercase() + rest);
    }
    parts.join(" · ")
}

/// What the client has sent since.
fn reaction(wire: &Wire, since: u64) -> String {
    let sent: Vec<_> = wire.with(|entries| {
        let later = entries
            .iter()
            .rev()
            .take_while(|entry| entry.number > since);
        let client = later.filter(|entry| entry.direction == Direction::Client);
        client.map(label).collect()
    });
    let first: Vec<_> = sent
        .iter()
        .rev()
        .take(REACTIONS)
        .map(String::as_str)
        .collect();
    match sent.len() {
        0 => "has sent nothing more".to_owned(),
        count if count > REACTIONS => format!("sent: {} … {count} in all", first.join(" · ")),
        _ => format!("sent: {}", first.join(" · ")),
    }
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
