//! The search box above the list, and what is said of a search.

use porthole_interface::{
    Intent,
    change::{SearchState, Searched},
};
use yew::prelude::*;

use crate::{app::use_actions, hooks::on_input, state::State};

/// The properties of [`SearchBox`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known.
    pub state: State,
}

/// Where words are typed. Enter searches; nothing in it shows the whole mailbox again.
#[component]
pub fn SearchBox(props: &Props) -> Html {
    let actions = use_actions();
    let text = use_state_eq(String::new);
    {
        let text = text.clone();
        let searching = props.state.search.is_some();
        use_effect_with((props.state.mailbox.clone(), searching), move |(_, on)| {
            if !on {
                text.set(String::new());
            }
        });
    }
    let typed = {
        let (text, actions) = (text.clone(), actions.clone());
        let searching = props.state.search.is_some();
        on_input(move |typed| {
            if typed.is_empty() && searching {
                actions.intent(Intent::Search(String::new()));
            }
            text.set(typed);
        })
    };
    let submit = {
        let text = text.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            actions.intent(Intent::Search((*text).clone()));
        })
    };
    html! {
        <form role="search" class="search" onsubmit={submit}>
            <input type="search" aria-label="Search" placeholder="Search" enterkeyhint="search" value={(*text).clone()} oninput={typed} />
        </form>
    }
}

/// What was searched and how many were found; nothing while the whole mailbox is shown.
#[component]
pub fn SearchResult(props: &Props) -> Html {
    let actions = use_actions();
    let Some(search) = &props.state.search else {
        return Html::default();
    };
    let end = Callback::from(move |_: MouseEvent| actions.intent(Intent::Search(String::new())));
    html! {
        <div class="found">
            <span role="status" aria-label="Search result">{ told(search, props.state.total) }</span>
            <button onclick={end}>{ "Show all" }</button>
        </div>
    }
}

fn told(search: &SearchState, found: u32) -> String {
    if !search.done {
        return "The server is searching.".to_owned();
    }
    match search.searched {
        Searched::Server => format!("{found} found by the server, which has all of it."),
        Searched::Device {
            headers,
            texts,
            total,
        } => format!(
            "{found} found on this device, in the headers of {headers} and the text of {texts} \
             of {total} messages."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_was_searched() {
        let search = |searched, done| SearchState {
            text: "rope".to_owned(),
            searched,
            done,
        };
        let device = Searched::Device {
            headers: 50,
            texts: 2,
            total: 900,
        };
        assert_eq!(
            told(&search(Searched::Server, false), 0),
            "The server is searching."
        );
        assert!(told(&search(Searched::Server, true), 3).starts_with("3 found by the server"));
        let told = told(&search(device, true), 1);
        assert!(
            told.contains("headers of 50 and the text of 2 of 900"),
            "{told}"
        );
    }
}
