//! IMAP4rev1 (RFC 3501) and IMAP4rev2 (RFC 9051) without a socket.
//!
//! - [`types`]: what crosses, as values: responses, commands, and everything in them.
//! - [`wire`]: bytes to values and back. [`wire::Framer`] finds where a response ends without any
//!   grammar, [`wire::parse_response`] reads it. The same parse tells what each octet is:
//!   [`wire::marks`].
//! - [`Client`]: the client as a `porthole_wire::Machine`: pipelining, literals, authentication,
//!   IDLE, and the view of sequence numbers.
//!
//! What is not here: what to fetch and when (the engine), what a message means (`porthole-message`).
//!
//! ```
//! use porthole_imap::{types::response::{Response, Untagged}, wire};
//!
//! let mut framer = wire::Framer::new(wire::Peer::Server, wire::FrameLimits::default());
//! framer.push(b"* 172 EXISTS\r\n* OK [UIDVALI");
//! let Ok(Some(wire::Framed::Frame(frame))) = framer.next_framed() else { unreachable!() };
//! let response = wire::parse_response(&frame, false).unwrap();
//! assert_eq!(response, Response::Untagged(Untagged::Exists(172)));
//! assert_eq!(framer.next_framed(), Ok(None));
//! ```

pub mod client;
pub mod fuzz;
pub mod types;
pub mod wire;

pub use client::{Client, Options};
