//! The form to sign in, and the way there.

use porthole_interface::{
    Account, Intent,
    account::{Destination, Protocol, Security, Via},
    change::Connection,
    intent::{Password, Wheel},
};
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::{
    app::{Actions, use_actions},
    components::{Logo, Stages},
    guess,
    hooks::on_input,
    memory::{Key, forget, recall, remember},
    recordings::{address_of, picked},
    route::{DEMO, Route},
    state::{Event as StateEvent, State},
    wording,
};

/// The properties of [`Start`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is known.
    pub state: State,
}

/// What the form holds.
#[derive(Clone, PartialEq)]
struct Form {
    protocol: Protocol,
    user: String,
    password: String,
    /// What the user typed; guessed while it is empty.
    server: Option<String>,
    port: Option<String>,
    security: Security,
    /// The server for which the user allowed that everybody on the way reads along.
    cleartext_for: Option<String>,
    foreign: bool,
    /// Every command waits for the user.
    hold: bool,
    proxy: String,
}

impl Form {
    /// As it was filled in last on this device; empty the first time.
    fn recalled() -> Self {
        let protocol = match recall(Key::Protocol).as_deref() {
            Some("pop3") => Protocol::Pop3,
            _ => Protocol::Imap,
        };
        let security = security_of(&recall(Key::Security).unwrap_or_default());
        Self {
            protocol,
            user: recall(Key::User).unwrap_or_default(),
            password: String::new(),
            server: recall(Key::Server),
            port: recall(Key::Port),
            security,
            cleartext_for: None,
            foreign: false,
            hold: false,
            proxy: own_proxy(),
        }
    }

    /// Keeps what was filled in, but for the password; on somebody else's device nothing.
    fn remember(&self) {
        if self.foreign {
            return Key::ACCOUNT.into_iter().for_each(forget);
        }
        remember(
            Key::Protocol,
            match self.protocol {
                Protocol::Imap => "imap",
                Protocol::Pop3 => "pop3",
            },
        );
        remember(Key::User, &self.user);
        remember(Key::Security, security_value(self.security));
        for (key, typed) in [(Key::Server, &self.server), (Key::Port, &self.port)] {
            match typed {
                Some(typed) => remember(key, typed),
                // Guessed again from the rest.
                None => forget(key),
            }
        }
    }

    fn server(&self) -> String {
        let guess = || guess::server(&self.user, self.protocol).unwrap_or_default();
        self.server.clone().unwrap_or_else(guess)
    }

    fn port(&self) -> String {
        let guess = || guess::port(self.protocol, self.security).to_string();
        self.port.clone().unwrap_or_else(guess)
    }

    fn allows_cleartext(&self) -> bool {
        self.cleartext_for.as_ref() == Some(&self.server())
    }

    fn account(&self) -> Result<Account, &'static str> {
        let host = ascii(self.server().trim());
        if host.is_empty() {
            return Err("Give the server's name.");
        }
        let port = self
            .port()
            .trim()
            .parse()
            .ok()
            .filter(|&port: &u16| port > 0);
        let port = port.ok_or("The port is a number from 1 to 65535.")?;
        if self.user.trim().is_empty() {
            return Err("Give the user name.");
        }
        if self.user.len() > LONGEST_NAME {
            return Err("The user name is too long for a mail server.");
        }
        let cleartext_allowed = self.security == Security::None && self.allows_cleartext();
        if self.security == Security::None && !cleartext_allowed {
            return Err(
                "Without TLS everybody on the way can read the password. Choose TLS or STARTTLS, or tick the box below the security.",
            );
        }
        Ok(Account {
            protocol: self.protocol,
            via: Via::Tunnel,
            destination: Destination {
                host,
                port,
                security: self.security,
            },
            user: self.user.trim().to_owned(),
            cleartext_allowed,
        })
    }
}

/// Octets of the longest user name: an address has at most 254 (RFC 5321 section 4.5.3.1.3), and
/// some servers want more in front of it.
const LONGEST_NAME: usize = 1000;

/// Signing in.
#[component]
pub fn Start(props: &Props) -> Html {
    let actions = use_actions();
    let form = use_state(Form::recalled);
    let problem = use_state(|| None::<&'static str>);
    let change = {
        let form = form.clone();
        move |edit: fn(&mut Form, String)| {
            let form = form.clone();
            on_input(move |text| {
                let mut edited = (*form).clone();
                edit(&mut edited, text);
                form.set(edited);
            })
        }
    };
    let tick = {
        let form = form.clone();
        move |edit: fn(&mut Form, bool)| {
            let form = form.clone();
            Callback::from(move |event: Event| {
                let Some(input) = event.target_dyn_into::<HtmlInputElement>() else {
                    return;
                };
                let mut edited = (*form).clone();
                edit(&mut edited, input.checked());
                form.set(edited);
            })
        }
    };
    let choose_security = {
        let form = form.clone();
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else {
                return;
            };
            let security = security_of(&select.value());
            form.set(Form {
                security,
                ..(*form).clone()
            });
        })
    };
    let submit = {
        let (form, problem, actions) = (form.clone(), problem.clone(), actions.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match form.account() {
                Ok(account) => {
                    problem.set(None);
                    form.remember();
                    actions.open_store(!form.foreign);
                    actions.proxy(form.proxy.clone());
                    actions.event(StateEvent::SigningIn(account.clone()));
                    hold(&actions, form.hold);
                    let password = Password(form.password.clone());
                    actions.intent(Intent::Connect { account, password });
                }
                Err(why) => problem.set(Some(why)),
            }
        })
    };
    let demo = {
        let (form, actions) = (form.clone(), actions.clone());
        Callback::from(move |_: MouseEvent| {
            let account = Account::demo(form.protocol);
            // The demo's mail is made anew with each page: there is nothing to keep.
            actions.open_store(false);
            actions.event(StateEvent::SigningIn(account.clone()));
            hold(&actions, form.hold);
            let password = Password::demo();
            actions.intent(Intent::Connect { account, password });
        })
    };
    let demo_transcript = Route::Transcript {
        name: DEMO.to_owned(),
        entry: None,
    }
    .link();
    let open_file = {
        let actions = actions.clone();
        Callback::from(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            if let Some(file) = input.as_ref().and_then(picked) {
                let name = address_of(&file.name());
                actions.open_recording(name.clone(), file);
                Route::Transcript { name, entry: None }.go();
            }
        })
    };
    let cancel = {
        Callback::from(move |_: MouseEvent| {
            actions.intent(Intent::Disconnect);
            actions.event(StateEvent::SignedOut);
        })
    };
    let state = &props.state;
    let is_away = state.account.is_some();
    let user = use_node_ref();
    {
        let user = user.clone();
        // Whoever comes back to the form goes on at its first field.
        use_effect_with(is_away, move |&is_away| {
            move || {
                if let Some(field) = user.cast::<HtmlElement>().filter(|_| is_away) {
                    let _ = field.focus();
                }
            }
        });
    }
    let busy = matches!(
        state.connection,
        Connection::Connecting | Connection::CatchingUp
    );
    let radio = |protocol: Protocol| {
        let form = form.clone();
        let checked = form.protocol == protocol;
        let pick = Callback::from(move |_: Event| {
            form.set(Form {
                protocol,
                ..(*form).clone()
            })
        });
        html! {
            <label class="choice">
                <input type="radio" name="protocol" {checked} onchange={pick} />
                { wording::protocol(protocol) }
            </label>
        }
    };
    html! {
        <main class="start">
            <section class="welcome">
                <h1><Logo />{ "Porthole" }</h1>
                <p class="lead">{ "Read your mail in the page. Watch every byte it takes." }</p>
                <p>{ "IMAP and POP3 are spoken here, in this page. A small proxy carries the bytes to your mail server and understands none of them. TLS to the server ends there: whoever runs it could read along, so use one that you trust." }</p>
                <button type="button" class="demo" onclick={demo} disabled={!state.ready || busy}>{ "Try the demo" }</button>
                <p class="small">{ format!("A mail server in this page, with somebody's mailbox in it, read over {} as chosen under Protocol. No network, nothing to set up.", wording::protocol(form.protocol)) }</p>
                <p class="small"><a href={Route::Compare.link()}>{ "Compare" }</a>{ " POP3 with IMAP: the same tasks, and what each costs." }</p>
                <p class="small"><a href={Route::Lessons.link()}>{ "Lessons" }</a>{ ": predict, do it on a live server, and see why." }</p>
                <p class="small"><a href={demo_transcript}>{ "Watch a recorded session" }</a>{ ", or open a transcript that was saved:" }</p>
                <input type="file" aria-label="Open a transcript" accept=".json,application/json" onchange={open_file} />
            </section>
            <form aria-label="Connect" onsubmit={submit} autocomplete="on" hidden={is_away}>
                <h2>{ "Your own mail" }</h2>
                <fieldset role="radiogroup" aria-label="Protocol">
                    <legend>{ "Protocol" }</legend>
                    { radio(Protocol::Imap) }
                    { radio(Protocol::Pop3) }
                    <span class="small">{ match form.protocol {
                        Protocol::Imap => "Mail stays on the server; all devices see the same.",
                        Protocol::Pop3 => "Mail is fetched to this device, from one maildrop.",
                    } }</span>
                </fieldset>
                <label>{ "User name" }
                    <input type="text" name="username" autocomplete="username" autocapitalize="off" spellcheck="false" placeholder="you@example.com" ref={user}
                        value={form.user.clone()} oninput={change(|form, value| form.user = value)} />
                </label>
                <label>{ "Password" }
                    <input type="password" name="password" autocomplete="current-password"
                        value={form.password.clone()} oninput={change(|form, value| form.password = value)} />
                </label>
                if let Some(hint) = guess::hint(&form.user) { <p class="hint">{ hint }</p> }
                <div class="server">
                    <label>{ "Server" }
                        <input type="text" name="server" autocapitalize="off" spellcheck="false"
                            value={form.server()} oninput={change(|form, value| form.server = Some(value).filter(|v| !v.is_empty()))} />
                    </label>
                    <label>{ "Port" }
                        <input type="text" name="port" inputmode="numeric"
                            value={form.port()} oninput={change(|form, value| form.port = Some(value).filter(|v| !v.is_empty()))} />
                    </label>
                    <label>{ "Security" }
                        <select name="security" onchange={choose_security}>
                            { for [Security::Tls, Security::StartTls, Security::None].map(|security| html! {
                                <option value={security_value(security)} selected={form.security == security}>{ wording::security(security) }</option>
                            }) }
                        </select>
                    </label>
                </div>
                if form.security == Security::None {
                    <label class="choice warning">
                        <input type="checkbox" checked={form.allows_cleartext()} onchange={tick(|form, on| form.cleartext_for = on.then(|| form.server()))} />
                        { "Everybody on the way can read along, the password included. Allow that for this server." }
                    </label>
                }
                <label class="choice">
                    <input type="checkbox" checked={form.foreign} onchange={tick(|form, on| form.foreign = on)} />
                    { "This is not my device" }
                </label>
                <details>
                    <summary>{ "Advanced" }</summary>
                    <label class="choice">
                        <input type="checkbox" checked={form.hold} onchange={tick(|form, on| form.hold = on)} />
                        { "Hold every command, from the greeting on" }
                    </label>
                    <label>{ "Proxy" }
                        <input type="text" name="proxy" value={form.proxy.clone()} spellcheck="false"
                            oninput={change(|form, value| form.proxy = value)} />
                    </label>
                </details>
                if let Some(why) = *problem { <p role="alert" class="problem">{ why }</p> }
                <button type="submit" class="primary" disabled={!state.ready || busy}>{ "Connect" }</button>
            </form>
            if is_away { <Stages state={state.clone()} oncancel={cancel} /> }
        </main>
    }
}

/// Says whether the first command waits already.
fn hold(actions: &Actions, on: bool) {
    let wheel = if on { Wheel::Hold } else { Wheel::RunOn };
    actions.intent(Intent::Wheel(wheel));
}

/// A host's name as it is looked up (RFC 5890 section 2.3.2.1), by the browser's own rules.
fn ascii(host: &str) -> String {
    if host.is_ascii() {
        return host.to_owned();
    }
    let url = web_sys::Url::new(&format!("http://{host}/"));
    url.map_or_else(|_| host.to_owned(), |url| url.hostname())
}

/// The value of an option, and what is remembered.
fn security_value(security: Security) -> &'static str {
    match security {
        Security::Tls => "tls",
        Security::StartTls => "starttls",
        Security::None => "none",
    }
}

fn security_of(value: &str) -> Security {
    match value {
        "starttls" => Security::StartTls,
        "none" => Security::None,
        _ => Security::Tls,
    }
}

/// The proxy that serves this page: where WebSockets of its own origin go.
fn own_proxy() -> String {
    let base = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.base_uri().ok().flatten());
    let Some(base) = base else {
        return String::new();
    };
    let folder = base
        .rsplit_once('/')
        .map_or(base.as_str(), |(folder, _)| folder);
    match folder.strip_prefix("http") {
        Some(rest) => format!("ws{rest}"),
        None => String::new(),
    }
}
