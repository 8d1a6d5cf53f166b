//! A few questions, and which protocol fits, by what was measured.

use std::rc::Rc;

use porthole_interface::{
    account::Protocol,
    compare::{
        Cell, Circumstances, Comparison, Devices, Offers, Offline, Point, Privacy, Space, advise,
    },
};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::comparison::shown;
use crate::wording;

/// The properties of [`Questionnaire`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The results.
    pub comparison: Rc<Comparison>,
    /// The user wants to see what a figure was counted from.
    pub onopen: Callback<Cell>,
}

/// The questions and the recommendation.
#[component]
pub fn Questionnaire(props: &Props) -> Html {
    let circumstances = use_state(|| Circumstances {
        devices: Devices::One,
        offline: Offline::Seldom,
        space: Space::Enough,
        privacy: Privacy::MayStay,
        offers: Offers::Both,
    });
    let ask = |name: &'static str, options: &[&'static str], set: fn(&mut Circumstances, &str)| {
        let handle = circumstances.clone();
        let change = Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                let mut changed = *handle;
                set(&mut changed, &select.value());
                handle.set(changed);
            }
        });
        let option = |text: &&'static str| {
            let mut chosen = *circumstances;
            set(&mut chosen, text);
            let selected = chosen == *circumstances;
            html! { <option value={*text} {selected}>{ *text }</option> }
        };
        html! { <label>{ name }<select onchange={change}>{ for options.iter().map(option) }</select></label> }
    };
    let advice = advise(&props.comparison, &circumstances);
    html! {
        <section class="questionnaire" aria-label="Which one fits">
            <h2>{ "Which one fits?" }</h2>
            <div class="asked">
                { ask("Devices", &["One", "Several"], |c, v| c.devices = if v == "One" { Devices::One } else { Devices::Several }) }
                { ask("Reading offline", &["Seldom", "Often"], |c, v| c.offline = if v == "Seldom" { Offline::Seldom } else { Offline::Often }) }
                { ask("Room on the server", &["Enough", "Little"], |c, v| c.space = if v == "Enough" { Space::Enough } else { Space::Scarce }) }
                { ask("Mail with the provider", &["May stay", "Had better not"], |c, v| c.privacy = if v == "May stay" { Privacy::MayStay } else { Privacy::HadBetterNot }) }
                { ask("The server offers", &["Both", "POP3 only", "IMAP only"], |c, v| c.offers = match v {
                    "POP3 only" => Offers::Only(Protocol::Pop3),
                    "IMAP only" => Offers::Only(Protocol::Imap),
                    _ => Offers::Both,
                }) }
            </div>
            <output role="status" aria-label="Recommendation">{ advice.summary() }</output>
            <ul>{ for advice.points.iter().map(|point| reason(props, point)) }</ul>
        </section>
    }
}

fn reason(props: &Props, point: &Point) -> Html {
    let cell = |cell: &Cell| {
        let figure = props.comparison.figure(*cell)?;
        let (cell, onopen) = (*cell, props.onopen.clone());
        let open = Callback::from(move |_: MouseEvent| onopen.emit(cell));
        let text = format!(
            "{}: {} {}",
            cell.kind.label(),
            wording::protocol(cell.protocol),
            shown(figure.value)
        );
        Some(
            html! { <button title={cell.task.label()} aria-label={format!("{}, {text}", cell.task.label())} onclick={open}>{ text }</button> },
        )
    };
    let favours = match point.favours {
        Some(protocol) => format!("speaks for {}", wording::protocol(protocol)),
        None if point.cells.is_empty() => "not measured".to_owned(),
        None => "speaks for neither".to_owned(),
    };
    let mut missing: Vec<_> = point.missing.iter().map(|cell| cell.task.label()).collect();
    missing.dedup();
    html! {
        <li>
            <b>{ point.aspect.label() }</b>{ format!(": {favours} ") }
            { for point.cells.iter().filter_map(cell) }
            if !missing.is_empty() { <span class="small">{ format!(" Not measured: {}.", missing.join("; ")) }</span> }
        </li>
    }
}
