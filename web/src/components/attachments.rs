//! Attachments: listed, fetched when asked for, saved to disk.

use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use porthole_interface::{
    Intent,
    change::{Attachment, Message},
};
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};
use yew::prelude::*;

use super::icon::{Icon, Shape};
use crate::{app::use_actions, format, progress::Progress};

/// The properties of [`Attachments`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The message.
    pub message: Rc<Message>,
    /// How far parts have come.
    pub progress: Progress,
}

/// The attachments of a message.
#[component]
pub fn Attachments(props: &Props) -> Html {
    let actions = use_actions();
    let message = &props.message;
    if message.attachments.is_empty() {
        return Html::default();
    }
    let entry = |attachment: &Attachment| {
        let (id, part) = (message.id, attachment.part.clone());
        let under_way = props.progress.of_part(id, &part);
        let (fetch, stop) = (actions.clone(), actions.clone());
        let stopped = Intent::Stop {
            message: id,
            part: Some(part.clone()),
        };
        let save = Callback::from(move |_: MouseEvent| {
            fetch.intent(Intent::FetchPart {
                message: id,
                part: part.clone(),
            });
        });
        let stop = Callback::from(move |_: MouseEvent| stop.intent(stopped.clone()));
        html! {
            <li>
                <button class="att" onclick={save} title={attachment.media_type.clone()} aria-label={format!("Save {}", attachment.name)}>
                    <Icon shape={Shape::Clip} /><span dir="auto">{ &attachment.name }</span>
                </button>
                <small>{ format::size(attachment.size) }</small>
                if let Some((received, total)) = under_way {
                    <progress max={total.to_string()} value={received.to_string()} aria-label={attachment.name.clone()}></progress>
                    <button onclick={stop} aria-label={format!("Stop {}", attachment.name)}><Icon shape={Shape::Close} /></button>
                }
            </li>
        }
    };
    html! { <ul class="attachments" aria-label="Attachments">{ for message.attachments.iter().map(entry) }</ul> }
}

/// Saves bytes to the user's disk under this name.
pub fn download(name: &str, media_type: &str, bytes: &[u8]) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    let parts = Array::of1(&Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &options) else {
        return;
    };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else {
        return;
    };
    let anchor = document.create_element("a").ok();
    if let Some(anchor) = anchor.and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok()) {
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
    }
    // The browser has taken the bytes over once the click has been acted on.
    gloo::timers::callback::Timeout::new(60_000, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
}
