//! POP3: what becomes of mail on the server once it is on this device.

use gloo::timers::callback::Timeout;
use porthole_interface::{Intent, change::AfterDownload as Choice};
use yew::prelude::*;

use crate::{
    app::use_actions,
    format,
    hooks::{on_choice, on_input},
    state::Downloads,
};

/// The days that are suggested.
const DAYS: u16 = 14;

/// Milliseconds that a choice has to stand before anything is deleted for it: somebody may still be
/// typing, or be on the way to another.
const STANDS: u32 = 3000;

/// What can be chosen, but for how many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Leave,
    Delete,
    Days,
    With,
}

const KINDS: [(Kind, &str); 4] = [
    (Kind::Leave, "Leave on the server"),
    (Kind::Delete, "Delete from the server"),
    (Kind::Days, "Delete after some days"),
    (Kind::With, "Delete when deleted here"),
];

impl Kind {
    fn key(self) -> &'static str {
        match self {
            Self::Leave => "leave",
            Self::Delete => "delete",
            Self::Days => "days",
            Self::With => "with",
        }
    }

    /// Whether mail is deleted for having been downloaded.
    fn deletes(self) -> bool {
        matches!(self, Self::Delete | Self::Days)
    }
}

/// A choice as it stands in the dialog, finished or not.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Draft {
    kind: Kind,
    /// As they were typed.
    days: String,
}

impl Draft {
    fn of(choice: Choice) -> Self {
        let (kind, days) = match choice {
            Choice::LeaveOnServer => (Kind::Leave, DAYS),
            Choice::Delete => (Kind::Delete, DAYS),
            Choice::DeleteAfter { days } => (Kind::Days, days),
            Choice::DeleteWhenDeletedHere => (Kind::With, DAYS),
        };
        let days = days.to_string();
        Self { kind, days }
    }

    /// What it amounts to; nothing while the days make no sense.
    fn choice(&self) -> Option<Choice> {
        Some(match self.kind {
            Kind::Leave => Choice::LeaveOnServer,
            Kind::Delete => Choice::Delete,
            Kind::Days => Choice::DeleteAfter {
                days: self.days.parse().ok().filter(|days| *days > 0)?,
            },
            Kind::With => Choice::DeleteWhenDeletedHere,
        })
    }
}

/// The properties of [`AfterDownload`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What was chosen, and how far it is.
    pub downloads: Downloads,
    /// It is looked at; once it no longer is, what was chosen holds.
    pub open: bool,
}

/// The choice, and what it means.
#[component]
pub fn AfterDownload(props: &Props) -> Html {
    let actions = use_actions();
    let Downloads {
        choice: holds,
        possible,
        here,
        of,
    } = props.downloads;
    let draft = use_state_eq(|| None::<Draft>);
    let shown = (*draft).clone().unwrap_or_else(|| Draft::of(holds));
    let choice = shown.choice();
    {
        let draft = draft.clone();
        use_effect_with((choice, holds, props.open), move |(choice, holds, open)| {
            let wanted = choice.filter(|choice| choice != holds);
            if wanted.is_none() && (choice.is_some() || !*open) {
                draft.set(None);
            }
            let apply = wanted.map(|choice| {
                let waits = if *open && choice.downloads() {
                    STANDS
                } else {
                    0
                };
                Timeout::new(waits, move || {
                    actions.intent(Intent::AfterDownload(choice));
                })
            });
            move || drop(apply)
        });
    }
    let choose = {
        let (draft, days) = (draft.clone(), shown.days.clone());
        on_choice(move |value| {
            let kind = KINDS.iter().find(|(kind, ..)| kind.key() == value);
            draft.set(kind.map(|(kind, _)| Draft {
                kind: *kind,
                days: days.clone(),
            }));
        })
    };
    let count = {
        let kind = shown.kind;
        on_input(move |days| draft.set(Some(Draft { kind, days })))
    };
    let is_pending = choice.is_some_and(|choice| choice != holds && choice.downloads());
    let meaning = match choice {
        None => "How many days? A number from 1 on.".to_owned(),
        Some(Choice::LeaveOnServer) => "Deleting a message here leaves the server's copy.".to_owned(),
        Some(Choice::Delete) => "Each message is downloaded whole and stored here, then deleted from the server when the session ends. Other devices no longer find it.".to_owned(),
        Some(Choice::DeleteAfter { days }) => format!("Each message is downloaded whole and stored here; {} later it is deleted from the server.", format::count(days.into(), "day")),
        Some(Choice::DeleteWhenDeletedHere) => "Messages stay on the server until you delete them here; then they are gone from both.".to_owned(),
    };
    html! {
        <fieldset class="after">
            <label>{ "After download" }
                <select aria-label="After download" onchange={choose}>
                    { for KINDS.iter().map(|(kind, name)| html! {
                        <option value={kind.key()} selected={shown.kind == *kind} disabled={!possible && kind.deletes()}>{ *name }</option>
                    }) }
                </select>
            </label>
            if shown.kind == Kind::Days {
                <label>{ "Days" }
                    <input type="number" aria-label="Days" min="1" max="3650" value={shown.days.clone()} oninput={count} />
                </label>
            }
            <p class="small">{ meaning }</p>
            if !possible { <p class="small">{ "Mail is kept in memory only here, so nothing may be deleted from the server because it was downloaded." }</p> }
            if is_pending { <p class="small" role="status" aria-label="Pending">{ "This holds in a moment, or once this dialog is closed." }</p> }
            if holds.downloads() { <p class="small" role="status" aria-label="Downloaded">{ format!("{here} of {of} messages on the server are on this device.") }</p> }
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_make_no_sense_are_no_choice() {
        let typed = |days: &str| Draft {
            kind: Kind::Days,
            days: days.to_owned(),
        };
        for days in ["", "0", "-1", "1.5", "a", "70000"] {
            assert_eq!(typed(days).choice(), None, "{days}");
        }
        let week = Choice::DeleteAfter { days: 7 };
        assert_eq!(typed("7").choice(), Some(week));
        for choice in [week, Choice::LeaveOnServer, Choice::DeleteWhenDeletedHere] {
            assert_eq!(Draft::of(choice).choice(), Some(choice));
        }
    }
}
