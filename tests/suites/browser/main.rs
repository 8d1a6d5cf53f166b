//! The built page in headless Chromium: on the demo server within it, and on a real Dovecot through
//! the proxy.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod compare;
mod connecting;
#[path = "../../../crates/html/tests/corpus/mod.rs"]
mod corpus;
mod demo;
mod demo_server;
mod development;
mod devices;
mod engine;
mod explain;
mod hostile;
mod keeping;
mod keyboard;
mod large;
mod lessons;
mod looks;
mod machines;
mod pressure;
mod server;
mod sides;
mod start;
mod transcript;
mod wheel;

use porthole_tests::{Browser, Site};

/// A browser with the page open.
fn page() -> (Site, Browser) {
    let site = Site::start();
    let browser = Browser::start(None);
    browser.open(&site.url());
    (site, browser)
}

/// Signs in to the demo and waits for its rows.
fn try_demo(browser: &Browser, protocol: &str) {
    browser.activate("radio", protocol);
    browser.activate("button", "Try the demo");
    browser.until("rows", || browser.row(0));
}
