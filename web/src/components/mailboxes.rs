//! The navigation: mailboxes, and whose they are.

use porthole_interface::{
    account::Via,
    change::{Mailbox, Purpose},
};
use yew::prelude::*;

use super::icon::{Icon, Shape};
use crate::{state::State, wording};

/// Names the navigation in the document.
pub const MAILBOXES_ID: &str = "mailboxes";

/// The properties of [`Mailboxes`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known.
    pub state: State,
    /// The user chooses one by its name.
    pub onchoose: Callback<String>,
    /// What stands below them.
    pub children: Html,
}

/// The list of mailboxes.
#[component]
pub fn Mailboxes(props: &Props) -> Html {
    let state = &props.state;
    let entry = |mailbox: &Mailbox| {
        let current = mailbox.name == state.mailbox;
        let (name, onchoose) = (mailbox.name.clone(), props.onchoose.clone());
        let choose = Callback::from(move |_: MouseEvent| onchoose.emit(name.clone()));
        let style = format!("padding-left: {}px", 10 + 14 * u32::from(mailbox.depth));
        let unread = mailbox.unread.filter(|&unread| unread > 0);
        html! {
            <li>
                <button {style} aria-current={current.then_some("page")} disabled={!mailbox.selectable} onclick={choose}>
                    <Icon shape={shape(mailbox.purpose)} /><span>{ &mailbox.label }</span>
                    if let Some(unread) = unread { <b aria-label={format!("{unread} unread")}>{ unread }</b> }
                </button>
            </li>
        }
    };
    html! {
        <nav id={MAILBOXES_ID} aria-label="Mailboxes">
            <ul>{ for state.mailboxes.iter().map(entry) }</ul>
            { props.children.clone() }
            if let Some(account) = &state.account {
                <div class="account">
                    <strong>{ &account.user }</strong>
                    <span class="tag">{ wording::protocol(account.protocol) }</span>
                    { match account.via {
                        Via::Demo => " demo server in this page".to_owned(),
                        Via::Tunnel => format!(" {}", account.destination.host),
                    } }
                    if let Some(why) = &state.forgetful { <p class="small">{ format!("Mail is kept in memory only: {why}.") }</p> }
                </div>
            }
        </nav>
    }
}

fn shape(purpose: Purpose) -> Shape {
    match purpose {
        Purpose::Inbox => Shape::Inbox,
        Purpose::Flagged => Shape::Star,
        Purpose::Sent => Shape::Sent,
        Purpose::Drafts => Shape::Draft,
        Purpose::Archive | Purpose::All => Shape::Archive,
        Purpose::Junk => Shape::Junk,
        Purpose::Trash => Shape::Trash,
        Purpose::Plain => Shape::Folder,
    }
}
