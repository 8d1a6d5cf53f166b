//! POP3 beside IMAP: what is to be compared, how far it has come, and what came of it.

use std::rc::Rc;

use porthole_interface::{
    Account,
    account::{Destination, Protocol, Via},
    compare::{Cell, Comparison, Distance, Particulars, Task},
};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::{
    app::use_actions,
    comparing::{Doing, Order, Place},
    components::{Counted, Logo, Questionnaire, Questions, Table, download},
    guess,
    hooks::on_input,
    protocol::BUILD,
    route::Route,
    state::{Event as StateEvent, State},
    wording,
};

/// The properties of [`Compare`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known.
    pub state: State,
}

/// What the form holds.
#[derive(Clone, PartialEq)]
struct Form {
    tasks: Vec<Task>,
    distance: usize,
    on_account: bool,
    at_once: bool,
    may_change: bool,
    /// The other protocol's server; guessed while it is empty.
    host: Option<String>,
    port: Option<String>,
}

impl Form {
    /// Where the account's other protocol is spoken.
    fn other(&self, account: &Account) -> (String, String) {
        let (protocol, place) = (other(account.protocol), &account.destination);
        let guessed = || guess::server(&account.user, protocol);
        let typed = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let host = typed(&self.host).or_else(guessed);
        let port = || guess::port(protocol, place.security).to_string();
        (
            host.unwrap_or_else(|| place.host.clone()),
            typed(&self.port).unwrap_or_else(port),
        )
    }

    fn place(&self, account: Option<&Account>) -> Option<Place> {
        let Some(account) = account else {
            return Some(Place::Demo(DISTANCES[self.distance]));
        };
        let (host, port) = self.other(account);
        let security = account.destination.security;
        Some(Place::Account {
            other: Destination {
                host: host.trim().to_owned(),
                port: port.trim().parse().ok().filter(|port| *port > 0)?,
                security,
            },
            may_change: self.may_change,
        })
    }
}

/// Comparing.
#[component]
pub fn Compare(props: &Props) -> Html {
    let actions = use_actions();
    let state = &props.state;
    let real = state.account.as_ref().filter(|a| a.via == Via::Tunnel);
    let form = use_state(|| Form {
        tasks: vec![Task::TopTen, Task::ReadOne],
        distance: 1,
        on_account: real.is_some(),
        at_once: false,
        may_change: false,
        host: None,
        port: None,
    });
    let opened = use_state_eq(|| None::<Cell>);
    let account = real.filter(|_| form.on_account);
    let offered: Vec<_> = Task::ALL
        .into_iter()
        .filter(|task| account.is_none() || form.may_change || !changes_mail(*task))
        .collect();
    let tasks: Vec<_> = form
        .tasks
        .iter()
        .copied()
        .filter(|t| offered.contains(t))
        .collect();
    let running = state.comparing.running;
    let submit = {
        let (form, actions, tasks) = (form.clone(), actions.clone(), tasks.clone());
        let (account, opened) = (account.cloned(), opened.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(place) = form.place(account.as_ref()) else {
                return;
            };
            opened.set(None);
            actions.event(StateEvent::Compare(particulars(
                &form,
                &place,
                account.as_ref(),
            )));
            let tasks = Task::ALL
                .into_iter()
                .filter(|task| tasks.contains(task))
                .collect();
            actions.compare(Order {
                tasks,
                place,
                at_once: form.at_once,
            });
        })
    };
    let stop = Callback::from(move |_: MouseEvent| actions.stop_comparing());
    let open = {
        let opened = opened.clone();
        Callback::from(move |cell: Cell| opened.set((*opened != Some(cell)).then_some(cell)))
    };
    let close = {
        let opened = opened.clone();
        Callback::from(move |()| opened.set(None))
    };
    let tick = |task: Task| {
        let form = form.clone();
        let change = {
            let form = form.clone();
            Callback::from(move |event: Event| {
                let input = event.target_dyn_into::<HtmlInputElement>();
                let mut edited = (*form).clone();
                edited.tasks.retain(|known| *known != task);
                if input.is_some_and(|input| input.checked()) {
                    edited.tasks.push(task);
                }
                form.set(edited);
            })
        };
        let checked = form.tasks.contains(&task);
        html! { <label class="choice"><input type="checkbox" {checked} onchange={change} />{ task.label() }</label> }
    };
    let tick_all = {
        let (form, offered) = (form.clone(), offered.clone());
        Callback::from(move |_: MouseEvent| {
            let all = offered.iter().all(|task| form.tasks.contains(task));
            form.set(Form {
                tasks: if all { Vec::new() } else { offered.clone() },
                ..(*form).clone()
            });
        })
    };
    let on = |on_account: bool, name: String| {
        let form = form.clone();
        let checked = form.on_account == on_account;
        let pick = Callback::from(move |_: Event| {
            form.set(Form {
                on_account,
                ..(*form).clone()
            });
        });
        html! { <label class="choice"><input type="radio" name="on" {checked} onchange={pick} />{ name }</label> }
    };
    let away = {
        let form = form.clone();
        Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                let distance = usize::try_from(select.selected_index()).unwrap_or(0);
                form.set(Form {
                    distance: distance.min(DISTANCES.len() - 1),
                    ..(*form).clone()
                });
            }
        })
    };
    let back = if state.account.is_some() && state.entered {
        "Back to the mail"
    } else {
        "Back to the start"
    };
    let ready = state.ready && !tasks.is_empty() && form.place(account).is_some();
    html! {
        <main class="compare">
            <header><Logo /><h1>{ "POP3 beside IMAP" }</h1><div class="spacer"></div><a href={Route::Mail.link()}>{ back }</a></header>
            <form aria-label="Compare" onsubmit={submit}>
                <fieldset class="tasks">
                    <legend>{ "Tasks" }</legend>
                    { for offered.iter().copied().map(tick) }
                    { for tasks.iter().filter_map(|task| task.manner()).map(|manner| html! { <p class="small">{ manner }</p> }) }
                    <button type="button" onclick={tick_all}>{ "All or none" }</button>
                </fieldset>
                <div class="where">
                    if let Some(real) = real {
                        <fieldset role="radiogroup" aria-label="Server">
                            <legend>{ "Server" }</legend>
                            { on(true, format!("{} at {}", real.user, real.destination.host)) }
                            { on(false, "The demo in this page".to_owned()) }
                        </fieldset>
                    }
                    if let Some(account) = account {
                        { other_server(&form, account) }
                        { flag(&form, form.may_change, "Let two tasks change mail there", |form, on| form.may_change = on) }
                        <p class="small">{ if form.may_change { CHANGES } else { "Nothing is deleted or marked there, so two tasks are not offered." } }</p>
                        <p class="small">{ "For the 5 MB attachment the newest message is taken, whatever its attachment is. New mail you send yourself, when you are asked to." }</p>
                    } else {
                        <label>{ "Distance" }
                            <select onchange={away}>
                                { for DISTANCES.iter().enumerate().map(|(at, distance)| html! { <option selected={at == form.distance}>{ distance.label() }</option> }) }
                            </select>
                        </label>
                        <p class="small">{ "The demo server is moved so far away; each run has one of its own, with the same mail." }</p>
                    }
                    { flag(&form, form.at_once, "Both protocols at once", |form, on| form.at_once = on) }
                    if form.at_once { <p class="small">{ "Two that run at once share the processor and the line: turns and bytes are the same, times are not." }</p> }
                    <div class="go">
                        <button type="submit" class="primary" disabled={!ready || running}>{ "Run" }</button>
                        if running { <button type="button" onclick={stop}>{ "Stop" }</button> }
                        <span role="status" aria-label="Progress" class="small">{ progress(&state.comparing.doing, running) }</span>
                        // What changes every moment is not read out.
                        <span aria-hidden="true" class="small">{ steps(&state.comparing.doing) }</span>
                    </div>
                </div>
            </form>
            if let Some(comparison) = state.comparing.comparison.as_ref().filter(|c| !c.runs.is_empty()) {
                { about(comparison) }
                <p class="small">{ "A figure opens the entries that it was counted from." }</p>
                <Table comparison={Rc::clone(comparison)} opened={*opened} onopen={open.clone()} />
                <h2>{ "What people ask" }</h2>
                <Questions comparison={Rc::clone(comparison)} opened={*opened} onopen={open.clone()} />
                <Questionnaire comparison={Rc::clone(comparison)} onopen={open} />
                { savers(comparison) }
                if let Some(cell) = *opened { <Counted comparison={Rc::clone(comparison)} {cell} onclose={close} /> }
            }
        </main>
    }
}

/// The fields for the protocol by which nobody is signed in.
fn other_server(form: &UseStateHandle<Form>, account: &Account) -> Html {
    let (host, port) = form.other(account);
    let protocol = wording::protocol(other(account.protocol));
    let edit = |set: fn(&mut Form, Option<String>)| {
        let form = form.clone();
        on_input(move |text| {
            let mut edited = (*form).clone();
            set(&mut edited, Some(text));
            form.set(edited);
        })
    };
    html! {
        <div class="other">
            <label>{ format!("{protocol} server") }<input type="text" spellcheck="false" autocapitalize="off" value={form.host.clone().unwrap_or_else(|| host.clone())} placeholder={host} oninput={edit(|form, text| form.host = text)} /></label>
            <label>{ format!("{protocol} port") }<input type="text" inputmode="numeric" value={form.port.clone().unwrap_or_else(|| port.clone())} placeholder={port} oninput={edit(|form, text| form.port = text)} /></label>
        </div>
    }
}

fn about(comparison: &Comparison) -> Html {
    let particulars = &comparison.particulars;
    let distance = particulars.distance.map(|d| format!(", {}", d.label()));
    let text = format!(
        "{}{}{} · {} · {}",
        particulars.server,
        distance.unwrap_or_default(),
        if particulars.at_once {
            ", both protocols at once"
        } else {
            ""
        },
        particulars.product,
        particulars.date
    );
    html! {
        <>
            <p class="about">{ text }</p>
            { for comparison.manners().map(|manner| html! { <p class="about">{ manner }{ "." }</p> }) }
        </>
    }
}

fn savers(comparison: &Rc<Comparison>) -> Html {
    let saver = |name: &'static str,
                 file: &'static str,
                 kind: &'static str,
                 write: fn(&Comparison) -> String| {
        let comparison = Rc::clone(comparison);
        let save = Callback::from(move |_: MouseEvent| {
            download(file, kind, write(&comparison).as_bytes());
        });
        html! { <button onclick={save}>{ name }</button> }
    };
    html! {
        <div class="savers" role="group" aria-label="Save">
            { saver("Save as Markdown", "comparison.md", "text/markdown", Comparison::markdown) }
            { saver("Save as CSV", "comparison.csv", "text/csv", Comparison::csv) }
            { saver("Save as HTML", "comparison.html", "text/html", Comparison::html) }
        </div>
    }
}

/// A choice of the form that is on or off.
fn flag(
    form: &UseStateHandle<Form>,
    checked: bool,
    name: &'static str,
    set: fn(&mut Form, bool),
) -> Html {
    let form = form.clone();
    let change = Callback::from(move |event: Event| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            let mut edited = (*form).clone();
            set(&mut edited, input.checked());
            form.set(edited);
        }
    });
    html! { <label class="choice"><input type="checkbox" {checked} onchange={change} />{ name }</label> }
}

fn progress(doing: &[Doing], running: bool) -> String {
    let one = |doing: &Doing| {
        let how_far = format!(
            "{} of {}: {} by {}",
            doing.run + 1,
            doing.runs,
            doing.task.label(),
            wording::protocol(doing.protocol)
        );
        match doing.awaits_mail {
            true => format!("{how_far}. Send a message to this account from elsewhere now"),
            false => how_far,
        }
    };
    match doing.is_empty() {
        true if running => "Beginning".to_owned(),
        _ => doing.iter().map(one).collect::<Vec<_>>().join(" · "),
    }
}

fn steps(doing: &[Doing]) -> String {
    let one = |doing: &Doing| {
        let step = (doing.done + 1).min(doing.steps);
        format!("step {step} of {}", doing.steps)
    };
    doing.iter().map(one).collect::<Vec<_>>().join(" · ")
}

fn particulars(form: &Form, place: &Place, account: Option<&Account>) -> Particulars {
    let server = match (place, account) {
        (Place::Account { other, .. }, Some(account)) => {
            let at =
                |destination: &Destination| format!("{}:{}", destination.host, destination.port);
            format!("{} and {}", at(&account.destination), at(other))
        }
        _ => "The demo server in the page".to_owned(),
    };
    let date = String::from(js_sys::Date::new_0().to_iso_string());
    Particulars {
        server,
        product: format!("Porthole {BUILD}"),
        date: date.split('.').next().unwrap_or_default().replace('T', " ") + " UTC",
        distance: match place {
            Place::Demo(distance) => Some(*distance),
            Place::Account { .. } => None,
        },
        at_once: form.at_once,
    }
}

/// Whether a task changes mail on the server.
fn changes_mail(task: Task) -> bool {
    matches!(task, Task::DeleteThere | Task::MarkThere)
}

/// What is asked before it does so on an account.
const CHANGES: &str = "The two tasks that need a second device delete the newest message, once by each protocol, and mark one as read, which by IMAP changes it on the server and by POP3 does not. Over IMAP what is deleted is in the trash where there is one; over POP3 it is gone for good.";

fn other(protocol: Protocol) -> Protocol {
    match protocol {
        Protocol::Imap => Protocol::Pop3,
        Protocol::Pop3 => Protocol::Imap,
    }
}

/// How far the demo server can be moved.
const DISTANCES: [Distance; 5] = [
    Distance::new(0, None),
    Distance::USUAL[1],
    Distance::new(100, Some(20_000_000)),
    Distance::USUAL[2],
    Distance::USUAL[3],
];
