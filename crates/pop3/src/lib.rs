//! POP3 without a socket: its types, its wire format and a client.
//!
//! What is here: [`types`], the values in the RFC's words; [`wire`], octets to values and back,
//! for either end, with a mark for each token; and [`Client`], a [`porthole_wire::Machine`].
//! What is not here: TLS, sockets, clocks and randomness, which are the driver's, and what to do
//! with a maildrop, which is the engine's.
//!
//! Give commands, then drain; feed what comes, then drain:
//!
//! ```
//! use porthole_pop3::{Client, Event, Options};
//! use porthole_wire::{Instant, Machine, Output};
//!
//! let mut client = Client::new(Options::default());
//! let stat = client.stat();
//! client.handle_input(Instant::ZERO, b"+OK ready\r\n");
//! // Not signed in: the command is answered here and never sent.
//! let mut events = Vec::new();
//! while let Output::Event(event) = client.poll_output() {
//!     events.push(event);
//! }
//! assert!(matches!(events[0], Event::Greeting { .. }));
//! assert!(matches!(&events[1], Event::Completed { id, result: Err(_) } if *id == stat));
//! ```
//!
//! | RFC | what | how far |
//! |---|---|---|
//! | 1939 | POP3 | all |
//! | 2449 | CAPA, response codes, pipelining | all; LOGIN-DELAY and EXPIRE are read |
//! | 1734, 5034 | AUTH | all, with the mechanisms of `porthole-sasl` |
//! | 2595 | STLS | all; TLS itself is the driver's |
//! | 3206 | SYS and AUTH codes | all |
//! | 6856 | UTF8 | UTF8; LANG is read |

pub mod client;
pub mod fuzz;
pub mod types;
pub mod wire;

pub use client::{Client, Closed, Error, Event, Misuse, Options, PeerMisbehaved, Refused, State};
pub use types::{
    Capabilities, Capability, DropListing, MessageNumber, ResponseCode, ScanListing, Timestamp,
    UniqueId, UniqueIdListing,
};
pub use wire::Quirk;
