//! The values of SMTP, in the RFC's own words.

mod command;
mod extension;
mod path;
mod reply;

pub use command::{Body, ClientName, Command, InvalidClientName, MailParameters, Verb};
pub use extension::Extension;
pub use path::{ForwardPath, InvalidPath, ReversePath};
pub use reply::{EnhancedStatusCode, Reply, ReplyCode};
