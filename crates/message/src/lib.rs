//! Internet messages as plain data: what RFC 5322 and MIME mean, and nothing about protocols.
//!
//! A message reaches Porthole in three shapes, and each has its way in:
//!
//! - whole (POP3 RETR, an `.eml` file): [`Message::parse`] gives summary and part tree, and decodes
//!   nothing until it is asked for;
//! - header section only (POP3 TOP n 0, IMAP `BODY.PEEK[HEADER.FIELDS ..]`): [`Summary::parse`];
//! - as IMAP's ENVELOPE, BODYSTRUCTURE and single parts: the same [`Address`], [`DateTime`],
//!   [`MediaType`] and [`Part`] are made from their strings, and [`transfer::Decoder`] takes the
//!   octets of a part as they arrive.
//!
//! From there on all are alike. [`Layout`] says which parts to show and which to list, and
//! [`text::blocks`] makes text into paragraphs, quotes and links for the page. All results are
//! plain data (serde), since they cross from the engine's worker to the page.
//!
//! ```
//! use porthole_message::{Layout, Limits, Message};
//!
//! let raw = b"From: =?utf-8?q?S=C3=B8ren?= <soren@example.com>\r\nSubject: Rope\r\n\r\n40 m.\r\n";
//! let message = Message::parse(raw, &Limits::default());
//! assert_eq!(message.summary.from[0].name.as_deref(), Some("Søren"));
//!
//! let layout = Layout::of(&message.root);
//! assert_eq!(message.text(raw, &layout.text[0]).as_deref(), Some("40 m.\r\n"));
//! ```
//!
//! Addresses, dates, message ids and charsets are read by mail-parser. Structure, encoded words
//! and parameters are ours: mail-parser 0.11 decodes every part at once, nests without a limit and
//! knows no part specifiers.
//!
//! Covered: RFC 5322, RFC 2045, RFC 2046, RFC 2047, RFC 2183, RFC 2231, RFC 2369 and RFC 8058 (list
//! fields), RFC 2392 (Content-ID), RFC 3676 (format=flowed), RFC 5545 (an invitation's summary),
//! RFC 6532 (UTF-8 in fields).

mod address;
mod calendar;
mod charset;
mod date;
mod encoded_word;
mod file_name;
pub mod fuzz;
mod header;
mod layout;
mod limits;
mod media_type;
mod message;
mod parameters;
mod part;
mod preview;
mod summary;
pub mod text;
pub mod transfer;

pub use address::Address;
pub use calendar::{Event, EventTime, Zone};
pub use charset::decode as decode_charset;
pub use date::DateTime;
pub use encoded_word::decode as decode_text;
pub use file_name::safe as safe_file_name;
pub use header::{Header, HeaderField};
pub use layout::{Attachment, Inline, Layout};
pub use limits::Limits;
pub use media_type::{Disposition, DispositionKind, MediaType};
pub use message::Message;
pub use parameters::Parameters;
pub use part::{Part, PartNumber};
pub use preview::{from_html as preview_html, from_text as preview_text};
pub use summary::{Summary, message_ids};
pub use transfer::TransferEncoding;
