//! What the end-to-end suites share: a real server, a real client, and what its screen shows.
//!
//! [`Dovecot`] is a private instance in a folder of its own. [`Live`] drives the engine over real
//! sockets and keeps every change; [`Screen`] answers what a page would show after them.
//! [`Browser`] is a headless Chromium that is used by role and name, [`Site`] the proxy that serves
//! it the page. [`mail`] makes mailboxes of any size, [`program`] runs what other people wrote.
//! [`Daemon`] is the proxy with any settings, [`tunnel`] a page that need not behave.
//! [`CountingRelay`] stands before a server and counts what crosses.
#![allow(clippy::unwrap_used, reason = "a harness fails its test by panicking")]

mod browser;
mod certificate;
mod counting;
mod daemon;
mod dovecot;
mod folder;
mod link;
mod live;
pub mod mail;
mod packed;
mod port;
pub mod program;
mod proxy;
mod reply;
mod screen;
pub mod tunnel;

pub use browser::{Browser, Look, PausedWorker, Scheme, Scrolled, ShownRow, Size, keys};
pub use certificate::{Certificate, trusting};
pub use counting::{Counted, CountingRelay};
pub use daemon::{Daemon, Ended, address_in};
pub use dovecot::{Dovecot, PASSWORD, USER, free_ports};
pub use folder::Folder;
pub use live::Live;
pub use port::KeptPort;
pub use proxy::{DemoProxy, Site};
pub use reply::Reply;
pub use screen::Screen;
