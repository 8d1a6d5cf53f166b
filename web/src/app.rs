//! The root: the worker, the state, and which page is shown.

use std::{cell::RefCell, rc::Rc};

use porthole_interface::Intent;
use yew::prelude::*;

use crate::{
    comparing::Order,
    lessons,
    library::Wanted,
    link::Link,
    memory::{Key, recall},
    pages::{Compare, LessonPage, Lessons, Mail, Playback, Start},
    protocol::{DemoOrder, TableOrder, ToWorker},
    recordings::{MOST_OCTETS, fetch_demo, read_file},
    route::{DEMO, Route, use_route},
    state::{Event, State},
};

/// What components need to act.
#[derive(Clone, PartialEq)]
pub struct Actions {
    link: Option<Link>,
    events: Callback<Event>,
    /// How many transcripts were to be opened.
    opened: Rc<RefCell<u32>>,
}

impl Actions {
    /// The user wants something of the engine.
    pub fn intent(&self, intent: Intent) {
        if let Some(link) = &self.link {
            link.intent(intent);
        }
    }

    /// Something happened that only the page cares about.
    pub fn event(&self, event: Event) {
        self.events.emit(event);
    }

    /// Opens the store, the first time that it is called.
    pub fn open_store(&self, persist: bool) {
        if let Some(link) = &self.link {
            link.open_store(persist);
        }
    }

    /// Tells the demo server in the page to be different.
    pub fn demo(&self, order: DemoOrder) {
        if let Some(link) = &self.link {
            link.send(ToWorker::Demo(order));
        }
    }

    /// Looks at the open mailbox from all sides.
    pub fn table(&self, order: TableOrder) {
        if let Some(link) = &self.link {
            link.send(ToWorker::Table(order));
        }
    }

    /// Opens a transcript that was saved: this file's, which the page's address calls so.
    pub fn open_recording(&self, name: String, file: web_sys::File) {
        let take = self.opening(name);
        read_file(file, MOST_OCTETS, take);
    }

    /// Opens the transcript that comes with the page.
    pub fn open_demo_recording(&self) {
        let take = self.opening(DEMO.to_owned());
        fetch_demo(take);
    }

    /// Takes the octets of a transcript, unless another is to be opened by then.
    fn opening(&self, name: String) -> impl FnOnce(Result<Vec<u8>, String>) + use<> {
        self.event(Event::OpeningRecording(name));
        *self.opened.borrow_mut() += 1;
        let number = *self.opened.borrow();
        let this = self.clone();
        move |octets| match (octets, &this.link) {
            _ if *this.opened.borrow() != number => {}
            (Ok(octets), Some(link)) => link.send(ToWorker::Open(octets)),
            (Ok(_), None) => {}
            (Err(why), _) => this.event(Event::Recording(Err(why))),
        }
    }

    /// Asks what an entry of the opened transcript means.
    pub fn explain_recorded(&self, number: u64) {
        if let Some(link) = &self.link {
            link.send(ToWorker::ExplainRecorded(number));
        }
    }

    /// Begins to compare POP3 with IMAP.
    pub fn compare(&self, order: Order) {
        if let Some(link) = &self.link {
            link.send(ToWorker::Compare(order));
        }
    }

    /// Ends that.
    pub fn stop_comparing(&self) {
        if let Some(link) = &self.link {
            link.send(ToWorker::StopComparing);
        }
    }

    /// Does something about a lesson.
    pub fn learn(&self, order: lessons::Order) {
        if let Some(link) = &self.link {
            link.send(ToWorker::Lesson(order));
        }
    }

    /// Has lessons read.
    pub fn look_up(&self, wanted: Wanted) {
        if let Some(link) = &self.link {
            link.send(ToWorker::Library(wanted));
        }
    }

    /// Says where the proxy is.
    pub fn proxy(&self, url: String) {
        if let Some(link) = &self.link {
            link.send(ToWorker::Proxy(url));
        }
    }
}

/// The whole page.
#[component]
pub fn App() -> Html {
    let state = use_reducer_eq(|| State {
        mark_read: recall(Key::MarkRead).is_none_or(|value| value == "yes"),
        ..State::default()
    });
    let route = use_route();
    let link = use_state(|| None::<Link>);
    {
        let (dispatcher, link) = (state.dispatcher(), link.clone());
        let mark_read = state.mark_read;
        use_effect_with((), move |()| {
            let broken = dispatcher.clone();
            let started = Link::start(Callback::from(move |event| dispatcher.dispatch(event)));
            if started.is_none() {
                let why = "This browser cannot run the engine: it has no module workers.";
                broken.dispatch(Event::Broken(why.to_owned()));
            }
            if let Some(link) = &started {
                link.intent(Intent::MarkReadOnOpen(mark_read));
            }
            link.set(started);
        });
    }
    let events = {
        let dispatcher = state.dispatcher();
        Callback::from(move |event| dispatcher.dispatch(event))
    };
    let opened = use_mut_ref(|| 0u32);
    let actions = Actions {
        link: (*link).clone(),
        events,
        opened,
    };
    if let Some(why) = &state.broken {
        return broken(why);
    }
    let shown = state.account.is_some() && state.entered;
    let state = (*state).clone();
    let page = match route.clone() {
        Route::Transcript { name, entry } => html! { <Playback {state} {name} {entry} /> },
        Route::Compare => html! { <Compare {state} /> },
        Route::Lessons => html! { <Lessons library={state.library} ready={state.ready} /> },
        Route::Lesson { .. } | Route::Given { .. } => html! { <LessonPage {state} {route} /> },
        Route::Mail if shown => html! { <Mail {state} /> },
        Route::Mail => html! { <Start {state} /> },
    };
    html! {
        <ContextProvider<Actions> context={actions}>
            { page }
        </ContextProvider<Actions>>
    }
}

fn broken(why: &str) -> Html {
    let reload = Callback::from(|_: MouseEvent| {
        if let Some(window) = web_sys::window() {
            let _ = window.location().reload();
        }
    });
    html! {
        <main class="broken">
            <div role="alert"><h1>{ "Porthole has stopped" }</h1><p>{ why }</p></div>
            <p>{ "Mail on the server is untouched. Loading the page again starts afresh." }</p>
            <button class="primary" onclick={reload}>{ "Load again" }</button>
        </main>
    }
}

/// The actions, in any component below [`App`].
#[hook]
pub fn use_actions() -> Actions {
    use_context::<Actions>().unwrap_or(Actions {
        link: None,
        events: Callback::noop(),
        opened: Rc::default(),
    })
}
