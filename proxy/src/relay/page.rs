//! The page's end of a tunnel, with or without a server at the other.

use porthole_tunnel::{CloseCode, ErrorKind, Failure, PageMessage, ProxyMessage, Security};
use tokio::time::Instant;

use super::clock::{Clock, Timeouts};
use super::down::Down;
use super::frame::{self, Outgoing};
use super::up::Up;
use super::{End, Next};
use crate::stream::Stream;

/// A WebSocket that was accepted: its connection, what is on its way through it, and its clock.
#[derive(Debug)]
pub(crate) struct Page {
    pub(super) stream: Stream,
    pub(super) up: Up,
    pub(super) down: Down,
    pub(super) clock: Clock,
    upgrade: Upgrade,
}

/// Where the connection stands with STARTTLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Upgrade {
    /// The page did not ask for it in its URL, or it is done.
    Never,
    /// The page may say when.
    Possible,
    /// The page has said so.
    Asked,
}

/// How much crossed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Crossed {
    /// Bytes to the server.
    pub(crate) up: u64,
    /// Bytes to the page.
    pub(crate) down: u64,
}

impl Page {
    /// A page that was told nothing yet. `early` is what it sent behind its upgrade request.
    pub(crate) fn new(
        stream: Stream,
        early: &[u8],
        security: Security,
        timeouts: Timeouts,
    ) -> Self {
        Self {
            stream,
            up: Up::new(early),
            down: Down::default(),
            clock: Clock::new(timeouts, Instant::now()),
            upgrade: match security {
                Security::StartTls => Upgrade::Possible,
                Security::Implicit | Security::None => Upgrade::Never,
            },
        }
    }

    /// Queues a control message.
    pub(crate) fn say(&mut self, message: &ProxyMessage) {
        let text = message.to_json();
        frame::push(&mut self.down.control, Outgoing::Text, text.as_bytes());
    }

    /// The handshake that the page asked for is done.
    pub(crate) fn upgraded(&mut self) {
        self.upgrade = Upgrade::Never;
    }

    /// What crossed so far.
    pub(super) fn crossed(&self) -> Crossed {
        Crossed {
            up: self.up.sent,
            down: self.down.sent,
        }
    }

    /// Whether TLS has to start before anything else is read or written.
    pub(super) fn wants_tls(&self) -> bool {
        self.upgrade == Upgrade::Asked
    }

    pub(super) fn ping(&mut self) {
        frame::push(&mut self.down.control, Outgoing::Ping, b"");
    }

    /// Answers a ping, unless the page does not read the answers that it already has.
    pub(super) fn pong(&mut self, payload: &[u8]) {
        if self.down.control.len() < MAX_UNREAD_PONGS {
            frame::push(&mut self.down.control, Outgoing::Pong, payload);
        }
    }

    /// Acts on a text message; says what that ends, and whether it brought anything new.
    pub(super) fn handle_text(&mut self, text: &[u8]) -> Result<bool, Next> {
        let refused = Next::End(End::Close(CloseCode::ProtocolError));
        let text = std::str::from_utf8(text).map_err(|_| refused)?;
        match PageMessage::from_json(text).map_err(|_| refused)? {
            PageMessage::Ack(total) => {
                let down = &mut self.down;
                if !(down.acknowledged..=down.sent).contains(&total) {
                    return Err(refused);
                }
                let new = total > down.acknowledged;
                down.acknowledged = total;
                Ok(new)
            }
            PageMessage::Eof {} => {
                self.up.end();
                Ok(false)
            }
            PageMessage::StartTls {} => match self.upgrade {
                Upgrade::Possible if self.down.acknowledged == self.down.sent => {
                    self.upgrade = Upgrade::Asked;
                    Ok(false)
                }
                Upgrade::Possible => {
                    self.say(&ProxyMessage::Error(Failure {
                        kind: ErrorKind::Tls,
                        message: "the server sent bytes in the clear after agreeing to start TLS"
                            .to_owned(),
                    }));
                    Err(Next::End(End::Close(CloseCode::NotConnected)))
                }
                Upgrade::Never | Upgrade::Asked => Err(refused),
            },
        }
    }
}

/// RFC 6455 section 5.5.3 lets an end answer the latest of several pings only.
const MAX_UNREAD_PONGS: usize = 4096;
