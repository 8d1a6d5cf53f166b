//! What crosses an IMAP connection, as values: decoded, typed, without a byte of syntax.

pub mod body;
pub mod capability;
pub mod code;
pub mod command;
pub mod datetime;
pub mod envelope;
pub mod fetch;
pub mod flag;
pub mod mailbox;
pub mod number;
pub mod response;
pub mod search;
pub mod section;
pub mod set;
pub mod status;
