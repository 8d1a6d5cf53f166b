//! Transcripts that were saved, on their way to the worker that opens them.

use std::rc::Rc;

use js_sys::{ArrayBuffer, Uint8Array};
use porthole_interface::Recorded;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, HtmlInputElement, Response, window};

use crate::format::size;

/// A transcript that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// As it stands in the page's address.
    pub name: String,
    /// What is in it.
    pub content: Content,
}

/// A transcript on its way into the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// It is being read.
    Opening,
    /// It is there.
    Open(Rc<Recorded>),
    /// Why it cannot be opened.
    Unreadable(String),
}

/// The largest transcript that is looked at, in octets.
pub(crate) const MOST_OCTETS: usize = 256 << 20;

/// The file that the user has chosen. The same may be chosen again, once it is another inside.
pub(crate) fn picked(input: &HtmlInputElement) -> Option<File> {
    let file = input.files()?.get(0);
    input.set_value("");
    file
}

/// What a file is called in the page's address, which has its own ideas of other letters.
pub(crate) fn address_of(name: &str) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let letter = |letter| if fits(letter) { letter } else { '-' };
    name.chars().map(letter).collect()
}

/// Reads a file of the user's that has no more than `most` octets.
pub(crate) fn read_file(
    file: File,
    most: usize,
    take: impl FnOnce(Result<Vec<u8>, String>) + 'static,
) {
    spawn_local(async move {
        if file.size() > most as f64 {
            return take(Err(format!("the file has more than {}", size(most as u64))));
        }
        let octets = JsFuture::from(file.array_buffer()).await;
        take(
            octets
                .map(octets_of)
                .map_err(|_| "the file cannot be read".to_owned()),
        );
    });
}

/// Fetches the transcript that comes with the page.
pub(crate) fn fetch_demo(take: impl FnOnce(Result<Vec<u8>, String>) + 'static) {
    spawn_local(async move {
        take(
            fetch("./demo-transcript.json")
                .await
                .map_err(|_| "it does not come".to_owned()),
        );
    });
}

async fn fetch(url: &str) -> Result<Vec<u8>, JsValue> {
    let window = window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_str(url))
        .await?
        .dyn_into()?;
    if !response.ok() {
        return Err(JsValue::NULL);
    }
    Ok(octets_of(JsFuture::from(response.array_buffer()?).await?))
}

fn octets_of(buffer: JsValue) -> Vec<u8> {
    Uint8Array::new(buffer.unchecked_ref::<ArrayBuffer>()).to_vec()
}
