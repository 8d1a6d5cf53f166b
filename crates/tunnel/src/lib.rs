//! What the page and the proxy must agree on, as plain data.
//!
//! What is here: the [`Request`] that names a server in the tunnel's URL, the control messages
//! either end sends as text ([`PageMessage`], [`ProxyMessage`]), the [`CloseCode`]s, and the
//! [`limits`]. What is not here: sockets, WebSocket frames, and any word of a mail protocol.
//!
//! One WebSocket carries one TCP connection. Binary messages are raw bytes either way, and where
//! one message ends and the next begins means nothing. Text messages control:
//!
//! ```text
//!   page                                        proxy                        mail server
//!    | GET /tunnel?v=1&host=H&port=P&tls=T        |                                |
//!    |------------------------------------------->| resolve, connect, TLS          |
//!    |                                            |------------------------------->|
//!    |  {"connected":{..}}  or  {"error":{..}}    |                                |
//!    |<-------------------------------------------|                                |
//!    |  binary: bytes from the server             |<-------------------------------|
//!    |<-------------------------------------------|                                |
//!    |  binary: bytes to the server               |                                |
//!    |------------------------------------------->|------------------------------->|
//!    |  {"ack":N}       N bytes consumed in all   |                                |
//!    |------------------------------------------->| reads on below the limit       |
//!    |  {"starttls":{}} all before is acked       |                                |
//!    |------------------------------------------->| TLS handshake                  |
//!    |  {"tls":{..}}    or  {"error":{..}}        |<------------------------------>|
//!    |<-------------------------------------------|                                |
//!    |  {"eof":{}}      no more from the page     |                                |
//!    |------------------------------------------->| FIN                            |
//!    |  Close, code says why                      | FIN after the last byte        |
//!    |<-------------------------------------------|<-------------------------------|
//! ```
//!
//! The page's side, without its socket:
//!
//! ```
//! use porthole_tunnel::{PageMessage, ProxyMessage, Request, Security};
//!
//! let request = Request::new("IMAP.example.com.", 993, Security::Implicit)?;
//! assert_eq!(
//!     request.target(),
//!     "/tunnel?v=1&host=imap.example.com&port=993&tls=implicit",
//! );
//! assert_eq!(Request::from_query("v=1&host=imap.example.com&port=993&tls=implicit")?, request);
//!
//! let first = r#"{"error":{"kind":"resolve","message":"no such host"}}"#;
//! let Ok(ProxyMessage::Error(failure)) = ProxyMessage::from_json(first) else {
//!     panic!("not an error message");
//! };
//! assert_eq!(failure.message, "no such host");
//! assert_eq!(PageMessage::Ack(4096).to_json(), r#"{"ack":4096}"#);
//! # Ok::<(), porthole_tunnel::RequestError>(())
//! ```

mod close;
pub mod fuzz;
mod host;
pub mod limits;
mod message;
mod request;

pub use close::CloseCode;
pub use host::{Host, HostError};
pub use message::{Connected, ErrorKind, Failure, MessageError, PageMessage, ProxyMessage, Tls};
pub use request::{PATH, Request, RequestError, Security, VERSION};
