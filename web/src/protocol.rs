//! What page and worker say to each other.

use porthole_engine::{Change, Intent};
use serde::{Deserialize, Serialize};

/// Names this build: a page refuses a worker of another, which a cache may have kept.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");

/// From the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToWorker {
    /// Always the first: open the store.
    Start {
        /// Whether mail may be kept on this device.
        persist: bool,
    },
    /// Where the proxy is: a `ws:` or `wss:` URL without a path.
    Proxy(String),
    /// The user wants something.
    Intent(Intent),
}

/// From the worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromWorker {
    /// Always the first; what was sent before it is lost.
    Ready {
        /// Which build it is.
        build: String,
    },
    /// What happened, in order.
    Changes(Vec<Change>),
}
