//! SASL (RFC 4422) mechanisms as step machines, for a client and for the demo server.
//!
//! What is here: [`Mechanism`], the names and their order of strength; [`choose`], which takes the
//! strongest one that both sides have and never lets a password cross in the clear unless that was
//! allowed; a [`ClientMechanism`] and a [`ServerMechanism`] for each; and the base64 form in which
//! IMAP, POP3 and SMTP carry the steps ([`encode`], [`decode`]). What is not here: the lines
//! around them and randomness (a [`Nonce`] is an input).
//!
//! User names and passwords are taken as they were typed. PLAIN, CRAM-MD5 and SCRAM prepare them by
//! SASLprep (RFC 4013) as far as it goes; LOGIN, which no RFC has, sends them as they are.
//!
//! ```
//! use porthole_sasl::{Channel, Credentials, Nonce, choose};
//! use porthole_wire::Secret;
//!
//! let credentials = Credentials::Password {
//!     user: "alice".to_owned(),
//!     password: Secret::new("wonderland"),
//! };
//! let channel = Channel { encrypted: true, cleartext_allowed: false };
//! let nonce = Nonce::from_bytes([7; 18]);
//! let mut client = choose(["LOGIN", "PLAIN"], &credentials, channel, &nonce)?;
//! assert_eq!(client.mechanism().name(), "PLAIN");
//! assert_eq!(client.initial_response(), Some(b"\0alice\0wonderland".to_vec()));
//! assert!(client.is_complete());
//! # Ok::<(), porthole_sasl::NoMechanism>(())
//! ```
//!
//! | mechanism | specified in |
//! |---|---|
//! | PLAIN | RFC 4616 |
//! | LOGIN | draft-murchison-sasl-login, as servers do it |
//! | CRAM-MD5 | RFC 2195 |
//! | SCRAM-SHA-1, SCRAM-SHA-256 | RFC 5802, RFC 7677 |
//! | OAUTHBEARER | RFC 7628 |
//! | XOAUTH2 | its predecessor, as the large providers do it |

mod choose;
pub mod client;
mod credentials;
mod digest;
mod error;
pub mod fuzz;
mod mechanism;
mod nonce;
mod prepare;
mod scram;
pub mod server;
mod shown;
mod transfer;

pub use choose::{Channel, NoMechanism, choose};
pub use client::ClientMechanism;
pub use credentials::Credentials;
pub use error::{Error, PeerMisbehaved};
pub use mechanism::Mechanism;
pub use nonce::{InvalidNonce, Nonce};
pub use server::{Directory, ServerMechanism, Verdict};
pub use shown::tells_nothing;
pub use transfer::{decode, encode, encode_initial};
