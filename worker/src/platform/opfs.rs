//! The store's file: in the origin private file system, which one page at a time may use.

use std::{cell::Cell, rc::Rc};

use js_sys::{Array, Function, Object, Promise, Reflect};
use porthole_store::Store;
use sqlite_wasm_rs::WasmOsCallback;
use sqlite_wasm_vfs::sahpool::{OpfsSAHPoolCfg, install};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// The name of the database, and of the lock that says whose it is.
const FILE: &str = "porthole.sqlite";

/// After a reload the files of the page before are sometimes still held for a moment.
const ATTEMPTS: u32 = 5;

/// What of the file system this worker has taken; it keeps that until it ends.
#[derive(Debug, Default)]
pub(super) struct Disk {
    locked: Cell<bool>,
    installed: Cell<bool>,
}

impl Disk {
    /// A store on disk where that is wanted and possible, and why it is not possible. Otherwise one
    /// in memory, unless there `is_one` already.
    pub(super) async fn store(
        &self,
        persist: bool,
        is_one: bool,
    ) -> (Option<Store>, Option<String>) {
        let opened = if persist {
            self.open().await.map_err(Some)
        } else {
            Err(None)
        };
        match opened {
            Ok(store) => (Some(store), None),
            // It has what was read since the page was opened.
            Err(reason @ Some(_)) if is_one => (None, reason),
            Err(reason) => (Some(in_memory()), reason),
        }
    }

    async fn open(&self) -> Result<Store, String> {
        if !self.locked.get() && !lock().await? {
            return Err("another page of Porthole has the mail store open".to_owned());
        }
        self.locked.set(true);
        if !self.installed.get() {
            install_pool().await?;
            self.installed.set(true);
        }
        Store::open(FILE).map_err(|error| error.to_string())
    }
}

#[expect(
    clippy::expect_used,
    reason = "SQLite in memory needs nothing but memory"
)]
fn in_memory() -> Store {
    Store::in_memory().expect("SQLite has memory")
}

async fn install_pool() -> Result<(), String> {
    let mut last = String::new();
    for attempt in 0..ATTEMPTS {
        match install::<WasmOsCallback>(&OpfsSAHPoolCfg::default(), true).await {
            Ok(_) => return Ok(()),
            Err(error) => last = error.to_string(),
        }
        pause(100 << attempt).await;
    }
    Err(last)
}

/// Takes the lock for as long as this worker lives; `false` where another has it.
async fn lock() -> Result<bool, String> {
    let missing = |_| "this browser has no private file system for pages".to_owned();
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).map_err(missing)?;
    let locks = Reflect::get(&navigator, &"locks".into()).map_err(missing)?;
    if locks.is_undefined() {
        return Err("that takes a secure origin: https, or localhost".to_owned());
    }
    let request = Reflect::get(&locks, &"request".into()).map_err(missing)?;
    let request: Function = request.dyn_into().map_err(missing)?;
    let options = Object::new();
    let _ = Reflect::set(&options, &"ifAvailable".into(), &true.into());
    let mut requested = Err(JsValue::UNDEFINED);
    let answer = Promise::new(&mut |resolve, _| {
        let granted = Rc::new(Cell::new(false));
        let inner = Rc::clone(&granted);
        let callback = Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |lock: JsValue| {
            inner.set(!lock.is_null());
            let _ = resolve.call1(&JsValue::NULL, &inner.get().into());
            // A promise that is never settled holds the lock until the worker ends.
            if inner.get() {
                Promise::new(&mut |_, _| {}).into()
            } else {
                JsValue::UNDEFINED
            }
        });
        requested = request.call3(&locks, &FILE.into(), &options, callback.as_ref());
        callback.forget();
    });
    // Where a page may keep nothing the request fails, and nobody is called back.
    let refused = |_| "this browser keeps nothing for this page".to_owned();
    let first = Promise::race(&Array::of2(&answer, &requested.map_err(refused)?));
    let granted = JsFuture::from(first).await.map_err(refused)?;
    Ok(granted.is_truthy())
}

/// Some time.
pub(super) async fn pause(millis: u32) {
    let waited = Promise::new(&mut |resolve, _| {
        gloo::timers::callback::Timeout::new(millis, move || {
            let _ = resolve.call0(&JsValue::NULL);
        })
        .forget();
    });
    let _ = JsFuture::from(waited).await;
}
