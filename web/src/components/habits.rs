//! What the client makes use of: each can be done without, to see what it is worth.

use porthole_interface::{Habits as Used, Intent, account::Protocol};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{app::use_actions, state::Event as StateEvent};

/// The properties of [`Habits`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is made use of.
    pub habits: Used,
    /// What is spoken.
    pub protocol: Protocol,
}

/// Something that can be made use of.
struct Habit {
    name: &'static str,
    /// What becomes of it when it is changed.
    effect: &'static str,
    /// Whether only IMAP has it.
    imap: bool,
    used: fn(&mut Used) -> &mut bool,
}

const HABITS: [Habit; 4] = [
    Habit {
        name: "Pipelining",
        effect: "Commands go before those before them are answered. Without it each costs a turn.",
        imap: false,
        used: |used| &mut used.pipelining,
    },
    Habit {
        name: "LITERAL+",
        effect: "A literal goes without asking. Without it each costs a turn: search for a word with an umlaut to see one.",
        imap: true,
        used: |used| &mut used.literals,
    },
    Habit {
        name: "Compression",
        effect: "What crosses is compressed, which costs a turn first. A connection that compresses does so to its end.",
        imap: true,
        used: |used| &mut used.compression,
    },
    Habit {
        name: "Push (IDLE)",
        effect: "The server tells what is new. Without it the client asks every 30 seconds.",
        imap: true,
        used: |used| &mut used.push,
    },
];

/// A switch for each.
#[component]
pub fn Habits(props: &Props) -> Html {
    let actions = use_actions();
    let mut habits = props.habits;
    let switch = |habit: &Habit| {
        let on = *(habit.used)(&mut habits);
        let lacks = habit.imap && props.protocol == Protocol::Pop3;
        let (actions, before, used) = (actions.clone(), props.habits, habit.used);
        let change = Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                let mut habits = before;
                *used(&mut habits) = input.checked();
                actions.intent(Intent::Use(habits));
                actions.event(StateEvent::Use(habits));
            }
        });
        let title = if lacks {
            "POP3 has nothing like it."
        } else {
            habit.effect
        };
        html! {
            <label class="choice" {title} key={habit.name}>
                <input type="checkbox" role="switch" checked={on && !lacks} disabled={lacks} onchange={change} />{ habit.name }
            </label>
        }
    };
    let switches: Html = HABITS.iter().map(switch).collect();
    html! {
        <details class="habits">
            <summary>{ "The client makes use of" }<span class="small">{ summary(props) }</span></summary>
            <div class="knobs" role="group" aria-label="The client makes use of">{ switches }</div>
            <ul class="small">{ for HABITS.iter().map(|habit| html! { <li><b>{ habit.name }</b>{ ": " }{ habit.effect }</li> }) }</ul>
        </details>
    }
}

/// What is not as it is by itself.
fn summary(props: &Props) -> String {
    let (mut now, mut usual) = (props.habits, Used::default());
    let other = |habit: &&Habit| !habit.imap || props.protocol == Protocol::Imap;
    let mut parts = Vec::new();
    for habit in HABITS.iter().filter(other) {
        match (*(habit.used)(&mut now), *(habit.used)(&mut usual)) {
            (true, false) => parts.push(habit.name.to_owned()),
            (false, true) => parts.push(format!("no {}", habit.name)),
            _ => {}
        }
    }
    parts.join(" · ")
}
