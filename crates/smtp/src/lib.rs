//! SMTP submission without a socket: its types and its wire format.
//!
//! What is here: [`types`], the values in the RFC's words, and [`wire`], octets to values and back
//! for either end, with a mark for each token. What is not here: a client, which comes with
//! composing, and the transparency of mail data, which is [`porthole_wire::dot`]. The SMTP
//! envelope is called a mail transaction, since `Envelope` is IMAP's.
//!
//! ```
//! use porthole_smtp::{types::Command, wire::{Notes, parse_command}};
//!
//! let command = parse_command(b"MAIL FROM:<alice@example.com> SIZE=320\r\n", &mut Notes::default())?;
//! let Command::Mail { from, parameters } = command else { panic!() };
//! assert_eq!(from.to_string(), "<alice@example.com>");
//! assert_eq!(parameters.size, Some(320));
//! # Ok::<(), porthole_smtp::wire::CommandError>(())
//! ```
//!
//! | RFC | what | how far |
//! |---|---|---|
//! | 5321, 6409 | SMTP, submission | commands and replies, without EXPN |
//! | 4954 | AUTH | all |
//! | 1870 | SIZE | all |
//! | 6152 | 8BITMIME | all |
//! | 6531 | SMTPUTF8 | all |
//! | 2034, 3463 | enhanced status codes | all |
//! | 2920 | PIPELINING | the keyword |
//! | 3207 | STARTTLS | the command |

pub mod fuzz;
pub mod types;
pub mod wire;
