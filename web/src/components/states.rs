//! The state machine of each connection, and what is legal in the state that it is in.

use std::rc::Rc;

use porthole_engine::{account::Protocol, change::Rule};
use yew::prelude::*;

use super::machine_drawing::drawing;
use crate::{
    format,
    hooks::on_input,
    machines::{Machine, machines},
    state::Wire,
    timing::label,
};

/// The properties of [`States`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What crossed.
    pub wire: Wire,
    /// The places of the entries that can be looked at.
    pub shown: Rc<Vec<usize>>,
    /// The entry whose moment is shown; `None` for now.
    pub chosen: Option<u64>,
    /// Another moment is to be.
    pub onlook: Callback<Option<u64>>,
}

/// The machines as they are, or were.
#[component]
pub fn States(props: &Props) -> Html {
    let found = {
        let wire = props.wire.clone();
        use_memo((props.wire.version(), props.chosen), move |(_, chosen)| {
            wire.with(|entries| machines(entries.iter(), *chosen))
        })
    };
    let (over, open): (Vec<_>, Vec<_>) = found.iter().partition(|m| m.phase.state.is_over());
    // Where none is left, the last one shows how it ended.
    let (last, over) = match (open.is_empty(), over.split_last()) {
        (true, Some((last, rest))) => (Some(*last), rest),
        _ => (None, over.as_slice()),
    };
    let machine = |machine: &&Machine| card(machine, &props.onlook);
    html! {
        <div class="machines">
            { moment(props) }
            { for open.iter().chain(last.iter()).map(machine) }
            if found.is_empty() { <p class="small">{ "Nothing has crossed yet." }</p> }
            if !over.is_empty() {
                <details>
                    <summary>{ format!("{} that {} over", count(over.len()), if over.len() == 1 { "is" } else { "are" }) }</summary>
                    { for over.iter().rev().map(machine) }
                </details>
            }
        </div>
    }
}

/// Which moment is shown, and the way to another one.
fn moment(props: &Props) -> Html {
    let last = props.shown.len().saturating_sub(1);
    let (place, entry) = props.wire.with(|entries| {
        let number = |at: &usize| entries.get(*at).map(|entry| entry.number);
        let chosen = props.chosen;
        let place = chosen.and_then(|_| props.shown.iter().position(|at| number(at) == chosen));
        let place = place.unwrap_or(last);
        let at = props.shown.get(place);
        (place, at.and_then(|at| entries.get(*at)).cloned())
    });
    let scrub = {
        let (wire, shown, onlook) = (
            props.wire.clone(),
            Rc::clone(&props.shown),
            props.onlook.clone(),
        );
        on_input(move |value| {
            let at = value.parse().ok().and_then(|place: usize| shown.get(place));
            let number = at.and_then(|at| wire.with(|e| e.get(*at).map(|entry| entry.number)));
            onlook.emit(number);
        })
    };
    let onlook = props.onlook.clone();
    let now = Callback::from(move |_: MouseEvent| onlook.emit(None));
    let told = entry.map_or_else(String::new, |entry| {
        format!("{} s, {}", format::seconds(entry.at), label(&entry))
    });
    html! {
        <div class="moment">
            <button aria-pressed={props.chosen.is_none().to_string()} onclick={now}>{ "Now" }</button>
            <input type="range" aria-label="As of" min="0" max={last.to_string()} value={place.to_string()} oninput={scrub}
                aria-valuetext={format!("entry {} of {}, {told}", place + 1, last + 1)} />
            <span class="small">{ if props.chosen.is_some() { told } else { "as it is now".to_owned() } }</span>
        </div>
    }
}

/// One machine.
fn card(machine: &Machine, onlook: &Callback<Option<u64>>) -> Html {
    let state = machine.phase.state;
    let spoken = match machine.protocol {
        Protocol::Imap => "IMAP",
        Protocol::Pop3 => "POP3",
    };
    let (number, said) = machine.since.clone();
    let onlook = onlook.clone();
    let look = Callback::from(move |_: MouseEvent| onlook.emit(Some(number)));
    let (legal, illegal) = (machine.phase.legal(), machine.phase.illegal());
    html! {
        <section key={machine.connection} class="machine" aria-label={format!("State of connection {}", machine.connection)}>
            <div>
                <h3>{ format!("Connection {} · {spoken}", machine.connection) }</h3>
                <p aria-live="polite" class="now"><b>{ state.name() }</b>{ ": " }{ state.meaning() }</p>
                { drawing(state) }
                <p class="small">{ "Since " }<button class="said" onclick={look} aria-label={format!("Since: {said}")}>{ said.clone() }</button></p>
            </div>
            <div>
                <h4>{ "Legal now" }</h4>
                if let Some(only) = machine.phase.only() { <p>{ "Nothing but this: " }{ only }</p> }
                if legal.is_empty() && machine.phase.only().is_none() { <p>{ "Nothing: the session is over." }</p> }
                if !legal.is_empty() {
                    <table aria-label="Legal now"><tbody>{ for legal.iter().map(|rule| row(rule, rule.meaning, true)) }</tbody></table>
                }
                if !illegal.is_empty() {
                    <details>
                        <summary>{ format!("Not legal now: {}", names(illegal.iter().map(|(rule, _)| rule))) }</summary>
                        <table aria-label="Not legal now"><tbody>{ for illegal.iter().map(|(rule, why)| row(rule, why, false)) }</tbody></table>
                    </details>
                }
            </div>
        </section>
    }
}

fn row(rule: &Rule, words: &'static str, mark: bool) -> Html {
    html! {
        <tr key={rule.name}>
            <th scope="row">{ rule.name }</th>
            <td>{ words }if mark && rule.extension { <i>{ "extension" }</i> }</td>
            <td>if let Some(source) = &rule.source { <a href={source.url()} target="_blank" rel="noreferrer">{ source.to_string() }</a> }</td>
        </tr>
    }
}

/// The commands of the base protocol.
fn names<'a>(rules: impl Iterator<Item = &'a Rule>) -> String {
    let base = rules.filter(|rule| !rule.extension).map(|rule| rule.name);
    base.collect::<Vec<_>>().join(" ")
}

fn count(connections: usize) -> String {
    match connections {
        1 => "1 connection".to_owned(),
        more => format!("{more} connections"),
    }
}
