//! A mail server without a socket: IMAP, POP3 and SMTP sessions over one set of mailboxes.
//!
//! What is here: [`Server`], which opens sessions and is fed their bytes, and [`Mailboxes`], what
//! all of them work on: a message deleted over POP3 is gone over IMAP, and IDLE tells of it; a
//! [`Snapshot`] of all that as plain data; and the faults of real servers ([`misbehave`]), which it
//! has when it is told to, as well as their distance ([`throttle`]). It runs in the page, behind the proxy's listener, and in tests under
//! virtual time. What is not here: sockets, clocks and randomness, which are inputs, TLS, which is
//! the carrier's ([`Security`]), and any disk.
//!
//! ```
//! use porthole_demo::{Options, Protocol, Server};
//! use porthole_wire::{Instant, Output};
//!
//! let mut server = Server::new(Options::default());
//! let session = server.open(Protocol::Pop3, Instant::ZERO);
//! let Output::Transmit(greeting) = server.poll_output(session) else { panic!() };
//! assert!(greeting.starts_with(b"+OK "));
//! server.handle_input(session, Instant::ZERO, b"USER alice\r\nPASS wonderland\r\nSTAT\r\n");
//! let Output::Transmit(answers) = server.poll_output(session) else { panic!() };
//! assert!(answers.ends_with(b"+OK 0 0\r\n"));
//!
//! use porthole_demo::misbehave::{Misbehaviour, Refusal, Times};
//! let (command, with) = ("LIST".to_owned(), Refusal::No);
//! server.misbehave(Misbehaviour::Refuse { command, with }, Times::Once);
//! server.handle_input(session, Instant::ZERO, b"LIST\r\n");
//! let Output::Transmit(answers) = server.poll_output(session) else { panic!() };
//! assert_eq!(answers, b"-ERR not now\r\n");
//! ```
//!
//! | protocol | how far |
//! |---|---|
//! | IMAP | RFC 9051 and RFC 3501, with STARTTLS where the carrier can, IDLE, NOTIFY, UIDPLUS, MOVE, CONDSTORE, QRESYNC, ESEARCH, LIST-EXTENDED, LIST-STATUS, SPECIAL-USE, NAMESPACE, ID, ENABLE, LITERAL+, SASL-IR, COMPRESS=DEFLATE, UNSELECT, SORT, BINARY, PREVIEW, STATUS=SIZE, UTF8=ACCEPT |
//! | POP3 | RFC 1939, 2449, 5034, 6856, and STLS where the carrier can (RFC 2595) |
//! | SMTP | RFC 5321 and 6409 with AUTH, SIZE, 8BITMIME, SMTPUTF8, PIPELINING, and STARTTLS where the carrier can |

mod clock;
mod connection;
mod entropy;
mod imap;
mod mailboxes;
mod mime;
pub mod misbehave;
mod pop3;
pub mod sample;
mod security;
mod server;
mod session;
mod smtp;
pub mod snapshot;
pub mod throttle;

pub use clock::rfc5322;
pub use mailboxes::{Account, Content, Mailbox, MailboxError, MailboxId, Mailboxes, Message};
pub use security::{Security, Tls};
pub use server::{Event, Options, Protocol, Server, SessionId};
pub use snapshot::Snapshot;
