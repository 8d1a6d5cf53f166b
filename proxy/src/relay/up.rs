//! From the page to the server.

use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use porthole_tunnel::CloseCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::buffer::{Buffer, PAYLOAD};
use super::clock::Side;
use super::frame::{Decoder, Item};
use super::{End, Next, Relay};

/// What is on its way up.
#[derive(Debug)]
pub(super) struct Up {
    decoder: Decoder,
    pub(super) chunk: Option<Chunk>,
    /// Bytes that the server's socket has taken.
    pub(super) sent: u64,
    /// Written, and perhaps not yet flushed out of TLS.
    unflushed: bool,
    finished: Finished,
    useless: Useless,
}

/// What was read from the page in one go.
#[derive(Debug)]
pub(super) struct Chunk {
    buffer: Buffer,
    /// Unmasked, and to be written next.
    payload: Range<usize>,
    /// Frames behind it.
    frames: Range<usize>,
}

/// Whether the server still takes bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finished {
    /// It does.
    No,
    /// The page has said that no more will come; the server is to be told.
    Asked,
    /// The server was told.
    Told,
    /// Writing failed. Reading may still bring the server's last words.
    Broken,
}

/// Frames that carry nothing, since when.
#[derive(Debug, Default)]
struct Useless {
    since: Option<Instant>,
    count: u32,
}

impl Up {
    pub(super) fn new(early: &[u8]) -> Self {
        let chunk = (!early.is_empty()).then(|| {
            // hyper's read buffer is smaller than ours: nothing is cut off.
            let length = early.len().min(PAYLOAD);
            let mut buffer = Buffer::take();
            buffer[..length].copy_from_slice(&early[..length]);
            Chunk::new(buffer, length)
        });
        Self {
            decoder: Decoder::default(),
            chunk,
            sent: 0,
            unflushed: false,
            finished: Finished::No,
            useless: Useless::default(),
        }
    }

    /// Reads frames outside the relay.
    pub(super) fn decode(&mut self, input: &mut [u8]) -> Result<(usize, Item), CloseCode> {
        self.decoder.decode(input)
    }

    /// The page will send no more bytes.
    pub(super) fn end(&mut self) {
        if self.finished == Finished::No {
            self.finished = Finished::Asked;
        }
    }
}

impl Chunk {
    fn new(buffer: Buffer, length: usize) -> Self {
        Self {
            buffer,
            payload: 0..0,
            frames: 0..length,
        }
    }

    /// What is still to be written.
    pub(super) fn payload(&self) -> &[u8] {
        &self.buffer[self.payload.clone()]
    }

    pub(super) fn wrote(&mut self, count: usize) {
        self.payload.start += count;
    }
}

impl Relay {
    /// Reads frames and writes their payload until one of the sockets has to be waited for.
    pub(super) fn poll_up(&mut self, cx: &mut Context<'_>, now: Instant) -> Poll<Next> {
        loop {
            if let Some(chunk) = &mut self.page.up.chunk {
                if !chunk.payload.is_empty() {
                    ready!(self.poll_write_server(cx, now));
                    continue;
                }
                if !chunk.frames.is_empty() && !self.page.wants_tls() {
                    if let Err(next) = self.take_frame(now) {
                        return Poll::Ready(next);
                    }
                    continue;
                }
            }
            ready!(self.poll_settle(cx, now));
            if self.page.wants_tls() {
                return Poll::Ready(Next::StartTls);
            }
            self.page.up.chunk = None;
            let mut buffer = Buffer::take();
            let mut read = ReadBuf::new(&mut buffer[..PAYLOAD]);
            let outcome = ready!(Pin::new(&mut self.page.stream).poll_read(cx, &mut read));
            let length = read.filled().len();
            if outcome.is_err() || length == 0 {
                return Poll::Ready(Next::End(End::PageVanished));
            }
            self.page.clock.heard(now);
            self.page.up.chunk = Some(Chunk::new(buffer, length));
        }
    }

    fn poll_write_server(&mut self, cx: &mut Context<'_>, now: Instant) -> Poll<()> {
        let up = &mut self.page.up;
        let Some(chunk) = &mut up.chunk else {
            return Poll::Ready(());
        };
        let written = match up.finished {
            Finished::Broken => Ok(0),
            _ => match Pin::new(&mut self.server).poll_write(cx, chunk.payload()) {
                Poll::Ready(written) => written,
                Poll::Pending => {
                    self.page.clock.blocked(Side::Server, now);
                    return Poll::Pending;
                }
            },
        };
        match written {
            Ok(count @ 1..) => {
                chunk.wrote(count);
                up.sent += count as u64;
                up.unflushed = true;
            }
            Ok(0) | Err(_) => {
                chunk.payload = 0..0;
                up.finished = Finished::Broken;
            }
        }
        self.page.clock.took(Side::Server, now);
        Poll::Ready(())
    }

    /// Decodes one item of the chunk and acts on it.
    fn take_frame(&mut self, now: Instant) -> Result<(), Next> {
        let refused = |code| Next::End(End::Close(code));
        let up = &mut self.page.up;
        let Some(chunk) = &mut up.chunk else {
            return Ok(());
        };
        let start = chunk.frames.start;
        let (used, item) = up
            .decoder
            .decode(&mut chunk.buffer[chunk.frames.clone()])
            .map_err(refused)?;
        chunk.frames.start += used;
        let useful = match item {
            Item::Data(_) if matches!(up.finished, Finished::Asked | Finished::Told) => {
                return Err(refused(CloseCode::ProtocolError));
            }
            Item::Data(payload) => {
                chunk.payload = start + payload.start..start + payload.end;
                true
            }
            Item::Text(text) => self.page.handle_text(&text)?,
            Item::Ping(payload) => {
                self.page.pong(&payload);
                false
            }
            Item::Pong | Item::Nothing => false,
            Item::Close => return Err(Next::End(End::PageClosed)),
        };
        self.page.up.useless.note(useful, now).map_err(refused)
    }

    /// Makes sure that the server has all that was written, and knows if that was the end.
    fn poll_settle(&mut self, cx: &mut Context<'_>, now: Instant) -> Poll<()> {
        let up = &mut self.page.up;
        if up.unflushed && up.finished != Finished::Broken {
            let Poll::Ready(outcome) = Pin::new(&mut self.server).poll_flush(cx) else {
                self.page.clock.blocked(Side::Server, now);
                return Poll::Pending;
            };
            up.unflushed = false;
            self.page.clock.took(Side::Server, now);
            if outcome.is_err() {
                up.finished = Finished::Broken;
            }
        }
        if up.finished == Finished::Asked {
            // What this fails with, reading from the server will say again.
            let _ = ready!(Pin::new(&mut self.server).poll_shutdown(cx));
            up.finished = Finished::Told;
        }
        Poll::Ready(())
    }
}

impl Useless {
    /// Pings, pongs, empty frames and acknowledgements of nothing cost work: not too many of them.
    fn note(&mut self, useful: bool, now: Instant) -> Result<(), CloseCode> {
        if useful {
            self.since = None;
            return Ok(());
        }
        match self.since {
            Some(since) if now < since + USELESS_WINDOW => self.count += 1,
            _ => (self.since, self.count) = (Some(now), 1),
        }
        match self.count {
            ..=MAX_USELESS => Ok(()),
            _ => Err(CloseCode::ProtocolError),
        }
    }
}

const USELESS_WINDOW: Duration = Duration::from_secs(10);
/// A hundred a second. A browser sends one pong in half a minute.
const MAX_USELESS: u32 = 1000;
