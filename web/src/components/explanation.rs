//! What a unit that crossed means: its tokens, its octets, the exchange that it is part of.

use std::rc::Rc;

use porthole_interface::change::{Exchange, Explained, Token, WireEntry};
use porthole_wire::Direction;
use yew::prelude::*;

use super::octets::octets;
use crate::{format, wording};

/// Tokens that are listed before the user asks for all: a listing of 600 lines has thousands.
const LISTED: usize = 120;

/// The properties of [`Explanation`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What crossed.
    pub entry: WireEntry,
    /// What it means; nothing until the engine has said so.
    pub explained: Option<Rc<Explained>>,
    /// The user has seen enough.
    pub onclose: Callback<()>,
}

/// The bytes of one entry, and what each means.
#[component]
pub fn Explanation(props: &Props) -> Html {
    let Props {
        entry, explained, ..
    } = props;
    let all = use_state_eq(|| false);
    let punctuation = use_state_eq(|| false);
    let pointed = use_state_eq(|| None::<usize>);
    let who = match entry.direction {
        Direction::Client => "Client",
        Direction::Server => "Server",
    };
    let summary = explained.as_ref().map_or(who, |e| &e.explanation.summary);
    let close = props.onclose.reform(|_: MouseEvent| ());
    let tokens: &[Token] = explained.as_ref().map_or(&[], |e| &e.explanation.tokens);
    let told = |token: &&(usize, &Token)| *punctuation || !is_punctuation(token.1);
    let listed: Vec<_> = tokens.iter().enumerate().collect();
    let listed: Vec<_> = listed.iter().filter(told).collect();
    let shown = if *all { listed.len() } else { LISTED };
    let more = listed.len().saturating_sub(shown);
    let toggle = |flag: &UseStateHandle<bool>| {
        let flag = flag.clone();
        Callback::from(move |_: MouseEvent| flag.set(!*flag))
    };
    let point = |at: Option<usize>| {
        let pointed = pointed.clone();
        Callback::from(move |_: PointerEvent| pointed.set(at))
    };
    let token_text = |at: usize, token: &Token| {
        let class = classes!(
            "tok",
            (!token.known).then_some("unknown"),
            (*pointed == Some(at)).then_some("on")
        );
        html! { <span {class} title={token.name.to_string()} onpointerenter={point(Some(at))} onpointerleave={point(None)}>{ token_octets(entry, token) }</span> }
    };
    let row = |at: usize, token: &Token| {
        let class = classes!(
            (!token.known).then_some("unknown"),
            (*pointed == Some(at)).then_some("on")
        );
        html! {
            <tr key={at} {class} onpointerenter={point(Some(at))} onpointerleave={point(None)}>
                <td class="code">{ token_octets(entry, token) }</td>
                <td><b>{ &*token.name }</b>{ ": " }{ &*token.meaning }
                    if let Some(decoded) = &token.decoded { <div class="decoded" dir="auto">{ "= " }{ decoded }</div> }
                </td>
                <td>if let Some(source) = &token.source { <a href={source.url()} target="_blank" rel="noreferrer">{ source.to_string() }</a> }</td>
            </tr>
        }
    };
    html! {
        <section class="explain" aria-label="Explanation">
            <div class="head"><h3>{ summary }</h3><button aria-label="Close the explanation" onclick={close}>{ "✕" }</button></div>
            <p class="small">{ format!("{who}, {} octets · connection {} · turn {} · {} s", entry.octets, entry.connection, entry.turn, format::seconds(entry.at)) }</p>
            if let Some(exchange) = explained.as_ref().and_then(|e| e.exchange.as_ref()) { { exchange_line(exchange) } }
            if let Some(count) = explained.as_ref().map(|e| e.messages.len()).filter(|count| *count > 0) {
                <p class="small">{ if count == 1 { "About one message of this mailbox, marked in the list.".to_owned() } else { format!("About {count} messages of this mailbox, marked in the list.") } }</p>
            }
            if !entry.masked.is_empty() { <p class="small">{ "A secret was taken out before this was kept." }</p> }
            <div class="octets" tabindex="0" role="group" aria-label="Octets">{ for tokens.iter().enumerate().take(4 * LISTED).map(|(at, token)| token_text(at, token)) }</div>
            <table>
                <caption class="hidden">{ "Tokens" }</caption>
                <thead class="hidden"><tr><th>{ "Octets" }</th><th>{ "Meaning" }</th><th>{ "Source" }</th></tr></thead>
                <tbody>{ for listed.iter().take(shown).map(|(at, token)| row(*at, token)) }</tbody>
            </table>
            <div class="choices">
                if more > 0 { <button onclick={toggle(&all)}>{ format!("Show {more} more") }</button> }
                <button aria-pressed={punctuation.to_string()} onclick={toggle(&punctuation)}>{ "Punctuation" }</button>
            </div>
            <details open=true>
                <summary>{ "Hexadecimal" }</summary>
                <pre tabindex="0">{ format::hexadecimal(&entry.kept) }</pre>
            </details>
            if (entry.kept.len() as u64) < entry.octets && entry.masked.is_empty() { <p class="small">{ format!("The first {} octets are kept.", entry.kept.len()) }</p> }
        </section>
    }
}

/// A token's octets, a secret as a badge.
fn token_octets(entry: &WireEntry, token: &Token) -> Html {
    let Some(shown) = entry.kept.get(token.start as usize..token.end as usize) else {
        return Html::default();
    };
    let masked = entry.masked.iter().filter_map(|(start, end)| {
        let start = start.checked_sub(token.start)?;
        Some((start, end.min(&token.end) - token.start))
    });
    let octets = octets(shown, &masked.collect::<Vec<_>>());
    match &*token.name {
        STUFFED => html! { <><i>{ "stuffed" }</i>{ octets }</> },
        _ => octets,
    }
}

/// The name of a token that looks like what follows it.
const STUFFED: &str = "stuffed dot";

/// What holds a line together and says nothing by itself.
fn is_punctuation(token: &Token) -> bool {
    matches!(
        &*token.name,
        "space" | "CR LF" | "parenthesis" | "bracket" | "angle bracket" | "hyphen"
    )
}

fn exchange_line(exchange: &Exchange) -> Html {
    let since = |at: Option<u64>| at.map(|at| format::duration(at.saturating_sub(exchange.sent)));
    let times = match (since(exchange.first), since(exchange.last)) {
        (Some(first), Some(last)) if first != last => {
            format!("first answer after {first}, last after {last}")
        }
        (Some(first), _) => format!("answered after {first}"),
        _ => "no answer yet".to_owned(),
    };
    let why = exchange.wish.map_or("for its own ends", wording::wish);
    html! {
        <p class="small exchange">
            { format!("{}: {times} · {} up, {} down · {why}", exchange.command, format::size(exchange.up), format::size(exchange.down)) }
        </p>
    }
}
