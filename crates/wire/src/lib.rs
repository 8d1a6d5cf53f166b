//! The byte layer that every protocol end of Porthole shares.
//!
//! What is here: the [`Machine`] contract that each client and each demo server session follows,
//! [`LineBuffer`] with its limits, the dot-stuffing of POP3 and SMTP ([`dot`]), the compression of
//! IMAP ([`deflate`]), [`Secret`], the [`Mark`] that a parser leaves on what it read, and the
//! [`Transcript`] of what crossed, and [`Hold`], by which a user comes between a client and the wire. What is not here: any command or response of any protocol.
//!
//! A machine is driven like this; the driver is the only one that knows sockets and clocks:
//!
//! ```
//! use porthole_wire::{Instant, LineBuffer, Machine, Output};
//!
//! /// Answers every line with the same line.
//! #[derive(Default)]
//! struct Echo {
//!     lines: LineBuffer,
//!     out: Vec<u8>,
//! }
//!
//! impl Machine for Echo {
//!     type Event = ();
//!     fn handle_input(&mut self, _now: Instant, bytes: &[u8]) {
//!         self.lines.push(bytes);
//!         while let Ok(Some(line)) = self.lines.next_line() {
//!             self.out.extend_from_slice(&line);
//!         }
//!     }
//!     fn handle_timeout(&mut self, _now: Instant) {}
//!     fn handle_eof(&mut self, _now: Instant) {}
//!     fn poll_output(&mut self) -> Output<()> {
//!         match std::mem::take(&mut self.out) {
//!             bytes if bytes.is_empty() => Output::Wait(None),
//!             bytes => Output::Transmit(bytes),
//!         }
//!     }
//! }
//!
//! let mut echo = Echo::default();
//! echo.handle_input(Instant::ZERO, b"ahoy\r\n");
//! assert_eq!(echo.poll_output(), Output::Transmit(b"ahoy\r\n".to_vec()));
//! assert_eq!(echo.poll_output(), Output::Wait(None));
//! ```

mod command;
pub mod deflate;
pub mod dot;
pub mod fuzz;
mod gate;
mod hold;
mod instant;
mod line;
mod machine;
mod mark;
mod secret;
mod transcript;

pub use command::CommandId;
pub use gate::Gate;
pub use hold::{DROPPED, Hold};
pub use instant::Instant;
pub use line::{LineBuffer, LineError};
pub use machine::{Machine, Output};
pub use mark::Mark;
pub use secret::Secret;
pub use transcript::{Direction, Entry, Shape, Transcript, Unit};
