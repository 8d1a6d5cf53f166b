//! What components share that is not drawn.

use std::rc::Rc;

use gloo::events::EventListener;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    Element, HtmlElement, HtmlInputElement, HtmlSelectElement, Node, ResizeObserver, window,
};
use yew::prelude::*;

use crate::{app::use_actions, library::Wanted};

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

/// Calls back whenever an element has another size, and once when it is there. The callback of the
/// first render is kept.
#[hook]
pub fn use_resized(element: &NodeRef, resized: impl Fn() + 'static) {
    let element = element.clone();
    use_effect_with((), move |()| {
        let resized = Closure::<dyn Fn()>::new(resized);
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, element.cast::<Element>()) {
            observer.observe(&element);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(resized);
        }
    });
}

/// Asks the worker for lessons, as soon as it listens.
#[hook]
pub fn use_library(ready: bool, wanted: Option<Wanted>) {
    let actions = use_actions();
    use_effect_with((ready, wanted), move |(ready, wanted)| {
        if let (true, Some(wanted)) = (ready, wanted) {
            actions.look_up(wanted.clone());
        }
    });
}

/// Gives the keyboard to an element of the document.
pub fn focus_on(id: &str) {
    focus(element(id));
}

/// Lends the keyboard to an element while its pane is there, and whenever `on` changes; then what had
/// it before has it again, unless the user has taken it elsewhere.
#[hook]
pub fn use_lent_focus<T: PartialEq + 'static>(target: &NodeRef, pane: &NodeRef, on: T) {
    let (target, pane) = (target.clone(), pane.clone());
    use_effect_with(on, move |_| {
        let before = focused();
        focus(target.cast());
        let pane = pane.cast::<Node>();
        move || {
            let now = focused();
            let within = pane.is_some_and(|pane| pane.contains(now.as_ref().map(AsRef::as_ref)));
            if within || is_adrift() {
                focus(before);
            }
        }
    });
}

/// Gives the keyboard to an element, if it is there.
pub fn focus(element: Option<HtmlElement>) {
    // An element that is not shown takes no focus, and needs none.
    let _ = element.map(|element| element.focus());
}

fn focused() -> Option<HtmlElement> {
    let focused = window()?.document()?.active_element()?;
    focused.dyn_into().ok()
}

/// Whether the keyboard is in an element of the document.
pub fn has_keyboard(id: &str) -> bool {
    let (pane, focused) = (element(id), focused());
    pane.zip(focused)
        .is_some_and(|(pane, focused)| pane.contains(Some(&focused)))
}

/// Whether the keyboard is nowhere: what had it is gone.
pub fn is_adrift() -> bool {
    focused().is_none_or(|focused| focused.tag_name() == "BODY")
}

/// Whether an element is in the document and laid out.
pub fn is_shown(id: &str) -> bool {
    element(id).is_some_and(|element| element.get_bounding_client_rect().width() > 0.0)
}

fn element(id: &str) -> Option<HtmlElement> {
    let document = window()?.document()?;
    document.get_element_by_id(id)?.dyn_into().ok()
}

/// Lets the browser's Back close what is open instead of leaving the page, and the session with
/// it. One entry of the history is spent on that at a time, with the address that is there.
#[hook]
pub fn use_back(open: bool, close: Callback<()>) {
    let guarded = use_mut_ref(|| false);
    {
        let guarded = Rc::clone(&guarded);
        use_effect_with(open, move |open| {
            let history = window().and_then(|window| window.history().ok());
            if let Some(history) = history.filter(|_| *open && !*guarded.borrow()) {
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
