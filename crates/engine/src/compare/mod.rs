//! POP3 beside IMAP, measured: the same task on the same mailbox, and what each costs.
//!
//! ```text
//!   Script --Ask--> driver --Intent--> Engine <--octets--> server
//!     ^                                  |
//!     +------------- Change -------------+          at its end: Run -> Comparison -> export
//! ```
//!
//! A [`Script`] does one [`Task`] over one protocol, on engines that its driver has and drives: it
//! takes their `Change`s in and asks for `Intent`s. What only the driver can do (deliver mail, cut
//! the line, allow what changes somebody's mail) it asks for as well, and what is refused is not
//! measurable there. It is sans-IO: it knows no socket and no clock. A task of two devices has two
//! engines with a store each, which is what two devices are; nothing is done to the server behind
//! their backs but deliveries.
//!
//! The figures of a [`Run`] are counted from the entries of its transcripts, and each carries the
//! numbers of those. *Within the task* means: from the moment at which the user wants something
//! until it is there. *In the whole run* means: all that crossed, from the first greeting to
//! signing out, as a relay between client and server would count it.
//!
//! ```
//! use porthole_engine::{
//!     Account, Intent,
//!     account::Protocol,
//!     compare::{Ask, Device, Options, Output, Script, Task},
//!     intent::Password,
//! };
//! use porthole_wire::Instant;
//!
//! let account = Account::demo(Protocol::Imap);
//! let password = Password("wonderland".to_owned());
//! let mut script = Script::new(Task::TopTen, account, password, Options::default());
//! script.start(Instant::ZERO);
//! // Reading marks nothing as read; then it signs in.
//! let Output::Ask(Ask::Device(Device::First, Intent::MarkReadOnOpen(false))) = script.poll_output()
//! else { panic!() };
//! let Output::Ask(Ask::Device(Device::First, Intent::Connect { .. })) = script.poll_output()
//! else { panic!() };
//! ```

mod plan;
mod screen;
mod script;
mod tally;

pub use porthole_interface::compare::*;
pub use script::{Ask, Options, Output, Script};
