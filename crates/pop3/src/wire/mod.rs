//! Octets to values and back.
//!
//! Lines are framed before they are parsed: by [`porthole_wire::LineBuffer`], payloads by
//! [`porthole_wire::dot`]. Every parse function takes [`Notes`], which collect what was tolerated
//! and, when asked, what each octet is.

mod capability;
mod command;
mod cursor;
mod encode;
mod listing;
mod notes;
mod payload;
mod response;

pub use command::{CommandError, Problem, parse_command, parse_sasl_response};
pub use cursor::ParseError;
pub use encode::{Encoded, encode_command, encode_sasl_response, encode_status};
pub use notes::{Mark, Notes, Quirk, Role};
pub use payload::{PayloadLine, mark_payload, parse_payload_line};
pub use response::{Data, Greeting, Response, parse_challenge, parse_greeting, parse_response};
