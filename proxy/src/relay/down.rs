//! From the server to the page.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use porthole_tunnel::CloseCode;
use porthole_tunnel::limits::MAX_UNACKNOWLEDGED;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::buffer::{Buffer, PAYLOAD};
use super::clock::Side;
use super::frame::{self, HEADROOM, Outgoing};
use super::page::Page;
use super::{End, Relay};

/// What is on its way down.
#[derive(Debug, Default)]
pub(super) struct Down {
    frame: Option<Frame>,
    /// Whole text and control frames, written between data frames.
    pub(super) control: Vec<u8>,
    /// Bytes read from the server.
    pub(super) sent: u64,
    /// Of these, what the page has consumed.
    pub(super) acknowledged: u64,
    /// Written, and perhaps not yet flushed out of TLS.
    unflushed: bool,
}

/// A data frame, from its first byte that is not yet written.
#[derive(Debug)]
struct Frame {
    buffer: Buffer,
    start: usize,
    end: usize,
}

impl Relay {
    /// Reads the server and writes frames until one of the sockets, or an acknowledgement, has to
    /// be waited for.
    pub(super) fn poll_down(&mut self, cx: &mut Context<'_>, now: Instant) -> Poll<End> {
        loop {
            if ready!(self.page.poll_write(cx, now)).is_err() {
                return Poll::Ready(End::PageVanished);
            }
            let room = usize::try_from(self.page.down.room()).unwrap_or(PAYLOAD);
            if room == 0 {
                // The page's next frame wakes this task, whatever is in it.
                return Poll::Pending;
            }
            let mut buffer = Buffer::take();
            let end = HEADROOM + room.min(PAYLOAD);
            let (length, over) = self.poll_fill(cx, &mut buffer[HEADROOM..end]);
            if length > 0 {
                self.page.down.sent += length as u64;
                self.page.down.frame = Some(Frame::new(buffer, length));
            }
            match over {
                Poll::Ready(code) => return Poll::Ready(End::Close(code)),
                Poll::Pending if length == 0 => return Poll::Pending,
                Poll::Pending => {}
            }
        }
    }

    /// Takes what the server has ready, several TLS records at once; says how much, and whether
    /// it was the last.
    fn poll_fill(&mut self, cx: &mut Context<'_>, space: &mut [u8]) -> (usize, Poll<CloseCode>) {
        let mut read = ReadBuf::new(space);
        while read.remaining() > 0 {
            let before = read.filled().len();
            let over = match Pin::new(&mut self.server).poll_read(cx, &mut read) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Ok(())) if read.filled().len() > before => continue,
                Poll::Ready(Ok(())) => Poll::Ready(CloseCode::Finished),
                // rustls: no close_notify (RFC 8446 section 6.1).
                Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    Poll::Ready(CloseCode::Truncated)
                }
                Poll::Ready(Err(_)) => Poll::Ready(CloseCode::Reset),
            };
            return (read.filled().len(), over);
        }
        (read.filled().len(), Poll::Pending)
    }
}

impl Page {
    /// Writes the frame that was begun, then control frames, until the page has all of them.
    pub(super) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        now: Instant,
    ) -> Poll<io::Result<()>> {
        loop {
            let down = &mut self.down;
            let bytes = match &down.frame {
                Some(frame) => frame.rest(),
                None => &down.control,
            };
            let outcome = if !bytes.is_empty() {
                Pin::new(&mut self.stream).poll_write(cx, bytes)
            } else if down.unflushed {
                Pin::new(&mut self.stream).poll_flush(cx).map_ok(|()| 0)
            } else {
                return Poll::Ready(Ok(()));
            };
            let Poll::Ready(outcome) = outcome else {
                self.clock.blocked(Side::Page, now);
                return Poll::Pending;
            };
            let flushed = bytes.is_empty();
            let count = outcome?;
            self.clock.took(Side::Page, now);
            down.unflushed = !flushed;
            match &mut down.frame {
                _ if flushed => {}
                _ if count == 0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Some(frame) => {
                    frame.start += count;
                    if frame.rest().is_empty() {
                        down.frame = None;
                    }
                }
                None if count == down.control.len() => down.control = Vec::new(),
                None => drop(down.control.drain(..count)),
            }
        }
    }
}

impl Down {
    /// How many bytes are still to be written.
    pub(super) fn left(&self) -> usize {
        let frame = self.frame.as_ref().map_or(0, |frame| frame.rest().len());
        frame + self.control.len() + usize::from(self.unflushed)
    }

    /// How much more may be sent before the page acknowledges.
    pub(super) fn room(&self) -> u64 {
        MAX_UNACKNOWLEDGED.saturating_sub(self.sent - self.acknowledged)
    }
}

impl Frame {
    /// Puts the header right before the payload that lies behind the headroom.
    fn new(mut buffer: Buffer, length: usize) -> Self {
        let (header, start) = frame::header(Outgoing::Binary, length);
        buffer[start..HEADROOM].copy_from_slice(&header[start..]);
        Self {
            buffer,
            start,
            end: HEADROOM + length,
        }
    }

    fn rest(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }
}
