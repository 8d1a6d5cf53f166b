//! The state machine of each connection, and what is legal in the state that it is in.

use porthole_interface::{
    account::Protocol,
    change::{Phase, Rule},
};
use yew::prelude::*;

use super::machine_drawing::drawing;
use crate::{
    format,
    machines::{Machine, machines},
    state::Wire,
};

/// The properties of [`States`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What crossed.
    pub wire: Wire,
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
    let awaited = machine.phase.awaited_line();
    // What comes after the one thing that may be said.
    let legal = match awaited {
        Some(_) => Phase::of(state).legal(),
        None => machine.phase.legal(),
    };
    let (more, base): (Vec<_>, Vec<_>) = legal.iter().partition(|rule| rule.extension);
    let illegal = machine.phase.illegal();
    let heading = if awaited.is_some() {
        "Legal after that"
    } else {
        "Legal now"
    };
    html! {
        <section key={machine.connection} class="machine" aria-label={format!("State of connection {}", machine.connection)}>
            <div>
                <h3>{ format!("Connection {} · {spoken}", machine.connection) }</h3>
                <p aria-live="polite" class="now"><b>{ state.name() }</b>{ ": " }{ state.meaning() }</p>
                { drawing(state) }
                <p class="small">{ "Since " }<button class="said" onclick={look} aria-label={format!("Since: {said}")}>{ said.clone() }</button></p>
            </div>
            <div>
                if let Some(line) = awaited { <h4>{ "Legal now" }</h4><p>{ "Nothing but this: " }{ line }</p> }
                if legal.is_empty() {
                    <h4>{ heading }</h4><p>{ "Nothing: the session is over." }</p>
                } else {
                    <h4>{ heading }</h4>
                    { table(heading, base.iter().map(|rule| (*rule, rule.meaning))) }
                }
                if !more.is_empty() {
                    <details>
                        <summary>{ format!("If the server has the extension: {}", names(more.iter().copied())) }</summary>
                        { table("Legal with extensions", more.iter().map(|rule| (*rule, rule.meaning))) }
                    </details>
                }
                if !illegal.is_empty() {
                    <details>
                        <summary>{ format!("Not legal now: {}", names(illegal.iter().map(|(rule, _)| rule).filter(|rule| !rule.extension))) }</summary>
                        { table("Not legal now", illegal.iter().map(|(rule, why)| (rule, *why))) }
                    </details>
                }
            </div>
        </section>
    }
}

fn table<'a>(name: &'static str, rows: impl Iterator<Item = (&'a Rule, &'static str)>) -> Html {
    html! { <table aria-label={name}><tbody>{ for rows.map(|(rule, words)| row(rule, words)) }</tbody></table> }
}

fn row(rule: &Rule, words: &'static str) -> Html {
    html! {
        <tr key={rule.name}>
            <th scope="row">{ rule.name }</th>
            <td>{ words }</td>
            <td>if let Some(source) = &rule.source { <a href={source.url()} target="_blank" rel="noreferrer">{ source.to_string() }</a> }</td>
        </tr>
    }
}

/// In one line.
fn names<'a>(rules: impl Iterator<Item = &'a Rule>) -> String {
    rules.map(|rule| rule.name).collect::<Vec<_>>().join(" ")
}

fn count(connections: usize) -> String {
    format::count(connections as u64, "connection")
}
