//! The open mailbox from all sides, side by side: what the server has, what this client believes,
//! and what another client believes.

use std::rc::Rc;

use porthole_interface::{
    Intent,
    account::Protocol,
    change::{Believed, Connection},
    intent::{Mark, MessageId},
};
use yew::prelude::*;

use crate::{
    app::use_actions,
    hooks::on_choice,
    protocol::{OtherClient, TableOrder},
    table::{Cell, Lag, Line, Numbers, Side, Standing, Table},
};

/// The properties of [`MailboxTable`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known.
    pub table: Rc<Table>,
    /// What this client speaks.
    pub protocol: Protocol,
    /// Whether the server is the demo in the page.
    pub demo: bool,
}

/// The table, and what another client can be told to do.
#[component]
pub fn MailboxTable(props: &Props) -> Html {
    let actions = use_actions();
    let numbers = use_mut_ref(Numbers::default);
    let table = &props.table;
    {
        let actions = actions.clone();
        use_effect_with((), move |()| {
            actions.table(TableOrder::Watch(true));
            move || actions.table(TableOrder::Watch(false))
        });
    }
    let lines = use_memo(Rc::clone(table), move |table| {
        let mut lines = table.lines();
        numbers.borrow_mut().note(&mut lines);
        lines
    });
    let sides: Vec<Side> = Side::ALL
        .into_iter()
        .filter(|side| match side {
            Side::Server => props.demo,
            Side::This => true,
            Side::Other => table.other.is_some(),
        })
        .collect();
    let others = table.other.as_ref();
    let act = Callback::from(move |intent: Intent| actions.table(TableOrder::Act(intent)));
    html! {
        <div class="sides">
            <Another other={others.cloned()} protocol={props.protocol} demo={props.demo} />
            { for sides.iter().filter_map(|side| Some(lag(*side, table.lag(*side)?))) }
            if !props.demo {
                <p class="small">{ "What the server itself has cannot be seen from outside: another client that signs in anew comes nearest." }</p>
            }
            if lines.is_empty() {
                <p class="small">{ "No mailbox is open, or it is empty." }</p>
            } else {
                <table aria-label="The mailbox from all sides">
                    <thead><tr>
                        <th scope="col">{ "Message" }</th>
                        { for sides.iter().map(|side| html! { <th scope="col">{ title(*side) }</th> }) }
                    </tr></thead>
                    <tbody>{ for lines.iter().map(|line| row(line, &sides, others, &act)) }</tbody>
                </table>
            }
        </div>
    }
}

fn title(side: Side) -> &'static str {
    match side {
        Side::Server => "The server",
        Side::This => "This client",
        Side::Other => "Another client",
    }
}

/// How far a client is behind.
fn lag(side: Side, lag: Lag) -> Html {
    let mut parts = Vec::new();
    for (count, words) in [
        (lag.gone, "gone"),
        (lag.new, "new"),
        (lag.outdated, "with other flags"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {words}"));
        }
    }
    let words = match parts.is_empty() {
        true => "knows all that the server knows".to_owned(),
        false => format!("has not been told of: {}", parts.join(", ")),
    };
    html! {
        <p role="status" aria-label={title(side)} key={title(side)} class={classes!("small", (!parts.is_empty()).then_some("behind"))}>
            <b>{ title(side) }</b>{ " " }{ words }
        </p>
    }
}

fn row(line: &Line, sides: &[Side], other: Option<&OtherClient>, act: &Callback<Intent>) -> Html {
    let subject = match &line.subject {
        Some(subject) if subject.is_empty() => "(no subject)",
        Some(subject) => subject,
        None => &line.key,
    };
    html! {
        <tr key={&*line.key}>
            <th scope="row">{ subject }</th>
            { for sides.iter().map(|side| {
                let cell = line.cells[*side as usize].as_ref();
                let acts = cell.filter(|_| *side == Side::Other);
                html! {
                    <td class={classes!(cell.map(class))} data-side={title(*side)} key={title(*side)}>
                        { cell.map_or_else(|| html! { <span class="small">{ "—" }</span> }, cell_of) }
                        { for acts.and_then(|cell| deeds(cell, subject, other?, act)) }
                    </td>
                }
            }) }
        </tr>
    }
}

fn class(cell: &Cell) -> Classes {
    let standing = match cell.standing {
        Standing::Right => None,
        Standing::Gone => Some("gone"),
        Standing::Outdated => Some("outdated"),
    };
    classes!(standing, cell.was.map(|_| "renumbered"))
}

fn cell_of(cell: &Cell) -> Html {
    let flags = cell.flags.as_ref().map(|flags| flags.join(" "));
    html! {
        <>
            <b>{ cell.number }</b>
            if let Some(was) = cell.was { <i>{ format!(" was {was}") }</i> }
            if let Some(name) = &cell.name { <span class="name">{ name }</span> }
            if let Some(flags) = flags { <span class="small">{ flags }</span> }
            if cell.going { <span class="small">{ "goes at QUIT" }</span> }
            if cell.standing == Standing::Gone { <em>{ "gone; not told yet" }</em> }
            if cell.standing == Standing::Outdated { <em>{ "other flags by now" }</em> }
        </>
    }
}

/// What the other client can do with a message that it knows.
fn deeds(cell: &Cell, subject: &str, other: &OtherClient, act: &Callback<Intent>) -> Option<Html> {
    let known = other.belief.as_ref()?.messages.iter();
    let found = known.clone().find(|m: &&Believed| m.number == cell.number);
    let id: MessageId = found?.id?;
    let seen = cell
        .flags
        .as_ref()
        .map(|flags| flags.iter().any(|flag| flag == "\\Seen"));
    let button = |words: &str, intent: Intent| {
        let act = act.clone();
        let onclick = Callback::from(move |_: MouseEvent| act.emit(intent.clone()));
        let label = format!("Another client: {words} {subject}");
        html! { <button {onclick} aria-label={label}>{ words.to_owned() }</button> }
    };
    Some(html! {
        <span class="deeds">
            if let Some(seen) = seen {
                { button(if seen { "mark unread" } else { "mark read" }, Intent::Mark { messages: vec![id], mark: Mark::Seen, on: !seen }) }
            }
            { button("delete", Intent::Delete(vec![id])) }
        </span>
    })
}

/// The properties of [`Another`].
#[derive(Properties, PartialEq)]
struct AnotherProps {
    other: Option<OtherClient>,
    protocol: Protocol,
    demo: bool,
}

/// The other client: how it comes, looks for news, and goes.
#[component]
fn Another(props: &AnotherProps) -> Html {
    let actions = use_actions();
    let protocol = use_state_eq(|| props.protocol);
    let order = |order: TableOrder| {
        let actions = actions.clone();
        Callback::from(move |_: MouseEvent| actions.table(order.clone()))
    };
    let choose = {
        let protocol = protocol.clone();
        on_choice(move |value| {
            protocol.set(match value.as_str() {
                "pop3" => Protocol::Pop3,
                _ => Protocol::Imap,
            });
        })
    };
    let Some(other) = &props.other else {
        return html! {
            <div class="knobs" role="group" aria-label="Another client">
                if props.demo {
                    <label>{ "Another client speaks" }
                        <select aria-label="Another client speaks" onchange={choose}>
                            <option value="imap" selected={*protocol == Protocol::Imap}>{ "IMAP" }</option>
                            <option value="pop3" selected={*protocol == Protocol::Pop3}>{ "POP3" }</option>
                        </select>
                    </label>
                }
                <button onclick={order(TableOrder::Arrive(*protocol))}>{ "Another client signs in" }</button>
            </div>
        };
    };
    let spoken = match other.protocol {
        Protocol::Imap => "IMAP, without IDLE",
        Protocol::Pop3 => "POP3",
    };
    let stands = match (&other.failure, other.connection) {
        (Some(words), _) => format!("cannot go on: {words}"),
        (None, Connection::Online) => "is signed in".to_owned(),
        (None, Connection::Connecting | Connection::CatchingUp) => "signs in…".to_owned(),
        (None, Connection::Resting) => "has ended its session".to_owned(),
        (None, _) => "is not signed in".to_owned(),
    };
    html! {
        <div class="knobs" role="group" aria-label="Another client">
            <span role="status" aria-label="Another client's connection">{ format!("Another client ({spoken}) {stands}") }</span>
            <button onclick={order(TableOrder::Act(Intent::CheckNow))}>{ "It looks for news" }</button>
            <button onclick={order(TableOrder::Leave)}>{ "It leaves" }</button>
        </div>
    }
}
