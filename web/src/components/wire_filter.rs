//! Which entries of the Wire are shown.

use porthole_interface::change::WireEntry;
use porthole_wire::Direction;
use yew::prelude::*;

use crate::hooks::{on_choice, on_input};

/// What an entry must be to be shown.
#[derive(Clone, PartialEq, Default)]
pub struct Filter {
    text: String,
    direction: Option<Direction>,
}

impl Filter {
    /// Whether this one is shown.
    pub fn shows(&self, entry: &WireEntry) -> bool {
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

/// The properties of [`FilterFields`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is shown.
    pub filter: Filter,
    /// Something else is to be.
    pub onchange: Callback<Filter>,
}

/// Its fields.
#[component]
pub fn FilterFields(props: &Props) -> Html {
    let filter = &props.filter;
    let search = {
        let (filter, onchange) = (filter.clone(), props.onchange.clone());
        on_input(move |text| {
            onchange.emit(Filter {
                text,
                ..filter.clone()
            });
        })
    };
    let direct = {
        let (filter, onchange) = (filter.clone(), props.onchange.clone());
        on_choice(move |value| {
            let direction = match value.as_str() {
                "client" => Some(Direction::Client),
                "server" => Some(Direction::Server),
                _ => None,
            };
            onchange.emit(Filter {
                direction,
                ..filter.clone()
            });
        })
    };
    html! {
        <>
            <input type="search" aria-label="Filter the Wire" placeholder="Filter" oninput={search} value={filter.text.clone()} />
            <select aria-label="Direction" onchange={direct}>
                <option value="" selected={filter.direction.is_none()}>{ "Both" }</option>
                <option value="client" selected={filter.direction == Some(Direction::Client)}>{ "Client" }</option>
                <option value="server" selected={filter.direction == Some(Direction::Server)}>{ "Server" }</option>
            </select>
        </>
    }
}
