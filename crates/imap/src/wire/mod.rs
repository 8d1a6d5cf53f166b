//! Bytes to values and back.
//!
//! [`Framer`] finds where a response or a command ends without any grammar; the parser then reads
//! one [`Frame`]. So a frame that cannot be read costs itself and never the connection.

mod body;
mod code;
mod command;
mod command_data;
pub mod encode;
mod encode_command;
mod fetch;
mod frame;
mod list;
mod mark;
mod parser;
mod quirk;
mod response;
mod search;
mod string;
pub mod utf7;

pub use command::parse_command;
pub use encode::Encoder;
pub use frame::{Frame, FrameError, FrameLimits, Framed, Framer, Literal, Peer};
pub use mark::{Mark, Marks, Role, unknown};
pub use parser::ParseError;
pub use quirk::{Quirk, Quirks};
pub use response::{Notes, parse_response, parse_response_noting};

use crate::types::number::Numbering;

/// What the parser takes each octet of a frame for, `peer` being who sent it. What it cannot read
/// is [`Role::Unknown`]; numbers that were asked for are taken for sequence numbers.
pub fn marks(frame: &Frame, peer: Peer, utf8: bool) -> Marks {
    match peer {
        Peer::Client => command::mark_command(frame, utf8),
        Peer::Server => parse_response_noting(frame, utf8, Numbering::Seq).1.marks,
    }
}
