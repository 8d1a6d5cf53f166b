//! Octets to values and back.
//!
//! Lines are framed by [`porthole_wire::LineBuffer`], mail data by [`porthole_wire::dot`]. Every
//! parse function takes [`Notes`], which collect, when asked, what each octet is.

mod command;
mod cursor;
mod encode;
mod notes;
mod reply;

pub use command::{CommandError, Problem, parse_command, parse_sasl_response};
pub use cursor::ParseError;
pub use encode::{Encoded, encode_command, encode_reply};
pub use notes::{Mark, Notes, Role};
pub use reply::{ReplyLine, ReplyParser, parse_reply_line};
