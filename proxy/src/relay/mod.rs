//! One WebSocket and one TCP connection, and the bytes between them.
//!
//! A connection is one task. Both directions are polled in it, and it holds a buffer only while
//! bytes are on their way, so that ten thousand idle mailboxes cost little more than their sockets.
//!
//! ```text
//!   page --frames--> Decoder --payload--> server      up:   waits for the server's socket
//!                       | text, ping, close
//!                       v
//!   page <--frames-- control, then one data frame <-- server
//!                                                     down: waits for the page's socket
//!                                                           and for its acknowledgements
//! ```
//!
//! Each direction stops reading while what it read last cannot be written: memory is bounded by
//! two buffers a connection, and the sockets' own flow control reaches from end to end.

mod buffer;
mod clock;
mod down;
mod ending;
mod frame;
#[cfg(test)]
mod fuzz;
mod page;
mod up;

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};

use porthole_tunnel::CloseCode;
use tokio::time::{Instant, sleep_until};

use self::clock::Due;
pub(crate) use self::clock::Timeouts;
pub(crate) use self::page::{Crossed, Page};
use crate::shutdown::{Phase, Shutdown};
use crate::stream::Stream;

/// Both ends and everything between them.
#[derive(Debug)]
pub(crate) struct Relay {
    page: Page,
    server: Stream,
}

/// Why [`Relay::run`] came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// The page wants TLS on the server's connection now. Nothing is read or written until then.
    StartTls,
    /// The relay is over.
    End(End),
}

/// Who ended it, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The page closed its WebSocket.
    PageClosed,
    /// The page's connection is gone.
    PageVanished,
    /// The page is told this code; what was read from the server before is delivered first.
    Close(CloseCode),
    /// Nobody is told: the page takes no bytes.
    GiveUp(CloseCode),
}

impl Relay {
    /// Joins the two.
    pub(crate) fn new(page: Page, server: Stream) -> Self {
        Self { page, server }
    }

    /// Takes them apart, for the server's connection to change.
    pub(crate) fn into_parts(self) -> (Page, Stream) {
        (self.page, self.server)
    }

    /// What crossed so far.
    pub(crate) fn crossed(&self) -> Crossed {
        self.page.crossed()
    }

    /// Carries bytes until something else has to be done.
    pub(crate) async fn run(&mut self, shutdown: &mut Shutdown) -> Next {
        loop {
            match shutdown.phase() {
                Phase::Running => {}
                Phase::Draining => self.page.clock.drain(),
                Phase::Stopped => return Next::End(End::Close(CloseCode::GoingAway)),
            }
            tokio::select! {
                biased;
                next = self.carry() => return next,
                () = shutdown.changed() => {}
            }
        }
    }

    async fn carry(&mut self) -> Next {
        let mut timer = pin!(sleep_until(self.page.clock.deadline()));
        poll_fn(|cx| {
            loop {
                if let Poll::Ready(next) = self.poll(cx) {
                    return Poll::Ready(next);
                }
                let deadline = self.page.clock.deadline();
                if deadline < timer.deadline() {
                    timer.as_mut().reset(deadline);
                }
                if timer.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                match self.page.clock.due(Instant::now()) {
                    Due::Nothing => {}
                    Due::Ping => self.page.ping(),
                    Due::End(end) => return Poll::Ready(Next::End(end)),
                }
                timer.as_mut().reset(self.page.clock.deadline());
            }
        })
        .await
    }

    /// Moves what can be moved. Up first: it brings the acknowledgements that down waits for.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        let now = Instant::now();
        if let Poll::Ready(next) = self.poll_up(cx, now) {
            return Poll::Ready(next);
        }
        self.poll_down(cx, now).map(Next::End)
    }
}
