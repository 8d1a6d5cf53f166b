//! The page's end of the worker: starts it, sends intents, hands on what comes.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use js_sys::Uint8Array;
use porthole_interface::{Change, Intent};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

use crate::{
    protocol::{BUILD, FromWorker, ToWorker},
    state::Event,
};

/// A running worker.
#[derive(Clone)]
pub(crate) struct Link {
    inner: Rc<Inner>,
}

struct Inner {
    worker: Worker,
    /// What was sent before the worker said that it listens.
    early: RefCell<Option<VecDeque<ToWorker>>>,
}

impl PartialEq for Link {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Link {
    /// Starts the worker; `None` where the browser has none.
    pub(crate) fn start(events: Callback<Event>) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options("./engine_loader.js", &options).ok()?;
        let early = RefCell::new(Some(VecDeque::new()));
        let inner = Rc::new(Inner { worker, early });
        let (weak, tell) = (Rc::downgrade(&inner), events.clone());
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let Ok(bytes) = event.data().dyn_into::<Uint8Array>() else {
                return;
            };
            match postcard::from_bytes::<FromWorker>(&bytes.to_vec()) {
                Ok(FromWorker::Ready { build }) if build == BUILD => {
                    tell.emit(Event::Ready);
                    if let Some(inner) = weak.upgrade() {
                        let early = inner.early.borrow_mut().take().unwrap_or_default();
                        early.iter().for_each(|message| inner.post(message));
                    }
                }
                Ok(FromWorker::Changes(changes)) => {
                    changes.iter().for_each(save);
                    tell.emit(Event::Engine(changes));
                }
                Ok(FromWorker::Recording(opened)) => tell.emit(Event::Recording(opened)),
                Ok(FromWorker::Misdeed(misdeed)) => tell.emit(Event::Misdeed(misdeed.command)),
                Ok(FromWorker::Comparing(told)) => tell.emit(Event::Comparing(told)),
                Ok(FromWorker::Lesson(told)) => tell.emit(Event::Lesson(told)),
                Ok(FromWorker::Library(found)) => tell.emit(Event::Library(found)),
                Ok(FromWorker::Other(other)) => tell.emit(Event::Other(other)),
                Ok(FromWorker::Server(mailbox)) => tell.emit(Event::Server(mailbox)),
                // An older worker out of a cache, or one whose messages mean something else.
                Ok(FromWorker::Ready { .. }) | Err(_) => {
                    let why = "This page and its engine are of different versions.";
                    tell.emit(Event::Broken(why.to_owned()));
                }
            }
        });
        inner
            .worker
            .set_onmessage(Some(message.as_ref().unchecked_ref()));
        message.forget();
        let error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            events.emit(Event::Broken(format!(
                "The engine has stopped: {}",
                event.message()
            )));
        });
        inner
            .worker
            .set_onerror(Some(error.as_ref().unchecked_ref()));
        error.forget();
        Some(Self { inner })
    }

    /// Has mail kept on this device from now on, or in memory.
    pub(crate) fn open_store(&self, persist: bool) {
        self.send(ToWorker::Start { persist });
    }

    pub(crate) fn send(&self, message: ToWorker) {
        match self.inner.early.borrow_mut().as_mut() {
            Some(early) => early.push_back(message),
            None => self.inner.post(&message),
        }
    }

    pub(crate) fn intent(&self, intent: Intent) {
        self.send(ToWorker::Intent(intent));
    }
}

impl Inner {
    fn post(&self, message: &ToWorker) {
        // Plain data of ours always has a form as bytes.
        if let Ok(bytes) = postcard::to_allocvec(message) {
            let _ = self
                .worker
                .post_message(&Uint8Array::from(bytes.as_slice()));
        }
    }
}

/// A file that came is saved at once.
fn save(change: &Change) {
    if let Change::Part {
        name,
        media_type,
        bytes,
        ..
    }
    | Change::Saved {
        name,
        media_type,
        bytes,
    } = change
    {
        crate::components::download(name, media_type, bytes);
    }
}
