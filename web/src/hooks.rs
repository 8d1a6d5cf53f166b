//! What components share that is not drawn.

use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::JsValue;
use web_sys::{HtmlInputElement, HtmlSelectElement, window};
use yew::prelude::*;

/// Takes what stands in a field whenever that changes.
pub fn on_input(take: impl Fn(String) + 'static) -> Callback<InputEvent> {
    Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            take(input.value());
        }
    })
}

/// Takes the value of what is chosen from a list.
pub fn on_choice(take: impl Fn(String) + 'static) -> Callback<Event> {
    Callback::from(move |event: Event| {
        if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
            take(select.value());
        }
    })
}

/// Lets the browser's Back close what is open instead of leaving the page, and the session with
/// it. One entry of the history is spent on that at a time, with the address that is there.
#[hook]
pub fn use_back(open: bool, close: Callback<()>) {
    let guarded = use_mut_ref(|| false);
    {
        let guarded = Rc::clone(&guarded);
        use_effect_with(open, move |_| {
            let history = window().and_then(|window| window.history().ok());
            if let Some(history) = history.filter(|_| !*guarded.borrow()) {
                *guarded.borrow_mut() = history.push_state(&JsValue::NULL, "").is_ok();
            }
        });
    }
    use_effect_with((open, close), move |(open, close)| {
        let (open, close) = (*open, close.clone());
        let listener = window().map(|window| {
            EventListener::new(&window, "popstate", move |_| {
                *guarded.borrow_mut() = false;
                if open {
                    close.emit(());
                }
            })
        });
        move || drop(listener)
    });
}
