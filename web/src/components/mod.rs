//! The parts of the page, each in a file of its own.

mod account;
mod after_download;
mod attachments;
mod body;
mod console;
mod controls;
mod demo_server;
mod explanation;
mod icon;
mod list;
mod mailboxes;
mod message;
mod octets;
mod row;
mod search;
mod sequence;
mod stages;
mod toasts;
mod waterfall;
mod wire;
mod wire_filter;
mod wire_line;

pub use account::AccountDialog;
pub use attachments::download;
pub use controls::Controls;
pub use demo_server::DemoServer;
pub use icon::{Icon, Logo, Shape};
pub use list::{LIST_ID, List};
pub use mailboxes::Mailboxes;
pub use message::MessageView;
pub use stages::Stages;
pub use toasts::Toasts;
pub use wire::Wire;
