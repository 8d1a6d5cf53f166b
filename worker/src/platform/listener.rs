//! What the page says to the worker, in order. Some of it needs a store, which takes its time.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use js_sys::Uint8Array;
use porthole_engine::{Change, Intent, Recording};
use porthole_web::{
    comparing::{Order, Place},
    lessons,
    protocol::{BUILD, FromWorker, ToWorker},
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::MessageEvent;

use super::{
    contest,
    driver::{Driver, Shared, act, handle, post, scope},
    library::look_up,
    opfs::{Disk, pause},
};

/// Begins to listen to the page.
pub(crate) fn start() {
    let scope = scope();
    let listener = Rc::new(Listener::default());
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Ok(bytes) = event.data().dyn_into::<Uint8Array>() else {
            return;
        };
        if let Ok(message) = postcard::from_bytes::<ToWorker>(&bytes.to_vec()) {
            listener.take(message);
        }
    });
    scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    post(&FromWorker::Ready {
        build: BUILD.to_owned(),
    });
}

#[derive(Default)]
struct Listener {
    driver: Shared,
    disk: Disk,
    /// What comes next waits while a store is opened.
    opening: Cell<bool>,
    waiting: RefCell<VecDeque<ToWorker>>,
    recording: RefCell<Option<Recording>>,
    contest: contest::Shared,
}

impl Listener {
    fn take(self: &Rc<Self>, message: ToWorker) {
        if leaves(&message) {
            contest::leave(&self.contest);
        }
        match message {
            // What was saved, or is only read, needs neither a store nor an account.
            ToWorker::Open(file) => self.open(&file),
            ToWorker::ExplainRecorded(number) => self.explain(number),
            ToWorker::Library(wanted) => look_up(wanted),
            // The demo needs nobody to be signed in, and no store.
            ToWorker::Compare(order) => self.compare(order),
            ToWorker::StopComparing => contest::stop(&self.contest),
            message if self.opening.get() => self.waiting.borrow_mut().push_back(message),
            ToWorker::Start { persist } => self.keep(persist),
            message if self.driver.borrow().is_some() => handle(&self.driver, message),
            message => self.waiting.borrow_mut().push_back(message),
        }
    }

    /// Keeps mail on this device from now on, or in memory.
    fn keep(self: &Rc<Self>, persist: bool) {
        let is_kept = self.driver.borrow().as_ref().map(Driver::is_persistent);
        if is_kept == Some(persist) {
            return tell(persist, None);
        }
        if is_kept.is_some() {
            handle(&self.driver, ToWorker::Intent(Intent::Disconnect));
        }
        self.opening.set(true);
        let listener = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move {
            let (store, reason) = listener.disk.store(persist, is_kept.is_some()).await;
            // An account that was left writes into its store until it has heard the last answer.
            while listener.is_leaving() {
                pause(20).await;
            }
            let persistent = persist && reason.is_none();
            if let Some(store) = store {
                Driver::keep_in(&listener.driver, store, persistent);
            }
            tell(persistent, reason);
            listener.opening.set(false);
            let waiting = std::mem::take(&mut *listener.waiting.borrow_mut());
            waiting
                .into_iter()
                .for_each(|message| listener.take(message));
        });
    }

    fn is_leaving(&self) -> bool {
        self.driver
            .borrow()
            .as_ref()
            .is_some_and(Driver::is_leaving)
    }

    fn compare(&self, order: Order) {
        let guard = self.driver.borrow();
        let signed_in = guard.as_ref().and_then(Driver::account);
        let proxy = guard.as_ref().map(Driver::proxy).unwrap_or_default();
        drop(guard);
        if matches!(order.place, Place::Account { .. }) {
            act(&self.driver, Driver::make_room);
        }
        contest::begin(&self.contest, order, signed_in, proxy);
    }

    fn open(&self, file: &[u8]) {
        let opened = Recording::open(file);
        post(&FromWorker::Recording(
            opened
                .as_ref()
                .map(Recording::recorded)
                .map_err(Clone::clone),
        ));
        *self.recording.borrow_mut() = opened.ok();
    }

    fn explain(&self, number: u64) {
        let recording = self.recording.borrow();
        let explained = recording.as_ref().and_then(|r| r.explained(number));
        if let Some(explained) = explained {
            let change = Change::Explained(Box::new(explained));
            post(&FromWorker::Changes(vec![change]));
        }
    }
}

/// Whether whoever is signed in leaves.
fn leaves(message: &ToWorker) -> bool {
    match message {
        ToWorker::Intent(intent) => {
            matches!(intent, Intent::Connect { .. } | Intent::Disconnect)
        }
        ToWorker::Lesson(order) => matches!(order, lessons::Order::Begin { .. }),
        _ => false,
    }
}

/// Where mail is kept, and why not on this device where that was wanted.
fn tell(persistent: bool, reason: Option<String>) {
    let storage = Change::Storage { persistent, reason };
    post(&FromWorker::Changes(vec![storage]));
}
