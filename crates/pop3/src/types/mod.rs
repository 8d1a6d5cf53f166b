//! The values of POP3, in the RFC's own words.

mod apop;
mod argument;
mod capability;
mod command;
mod listing;
mod number;
mod status;

pub use apop::{ApopDigest, Timestamp};
pub use argument::{InvalidArgument, Password, UserName};
pub use capability::{Capabilities, Capability, Expire};
pub use command::{Command, Payload, Verb};
pub use listing::{DropListing, ScanListing, UniqueIdListing};
pub use number::{InvalidUniqueId, MessageNumber, UniqueId};
pub use status::{ResponseCode, StatusIndicator};
