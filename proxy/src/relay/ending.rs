//! The end of a tunnel: last bytes, last words, and both sockets closed without a reset.
//!
//! A socket that is closed while it has unread input answers with a reset, and a reset takes away
//! what its peer had not read yet. So both are read until they end, for a while, and the server for
//! so many bytes: one that pours on is cut off, for nobody wants what it says.

use std::future::poll_fn;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, timeout};

use super::frame::{self, Item, Outgoing};
use super::page::Page;
use super::{End, Relay};
use crate::stream::Stream;

impl Relay {
    /// Delivers what is left in either direction and closes both ends.
    pub(crate) async fn finish(self, end: End) {
        let Self { mut page, server } = self;
        let rest = page.up.chunk.take();
        let rest = rest.as_ref().map_or(&[][..], |chunk| chunk.payload());
        tokio::join!(page.finish(end), finish_server(server, rest));
    }
}

impl Page {
    /// Tells the page how it ended, and waits for it to hang up.
    pub(crate) async fn finish(mut self, end: End) {
        let control = &mut self.down.control;
        match end {
            End::Close(code) => frame::push_close(control, code),
            End::PageClosed => frame::push(control, Outgoing::Close, b""),
            End::PageVanished | End::GiveUp(_) => return,
        }
        if self.flush().await.is_err() {
            return;
        }
        // Neither can fail in a way that anyone still wants to know.
        if let End::Close(_) = end {
            let _ = timeout(CLOSE_WAIT, self.read_close()).await;
        }
        let _ = timeout(CLOSE_WAIT, self.stream.shutdown()).await;
    }

    /// Writes all that is queued, as long as the page takes bytes.
    async fn flush(&mut self) -> io::Result<()> {
        let mut left = self.down.left();
        while left > 0 {
            let step = poll_fn(|cx| {
                let outcome = self.poll_write(cx, Instant::now());
                match outcome.is_pending() && self.down.left() < left {
                    true => std::task::Poll::Ready(Ok(())),
                    false => outcome,
                }
            });
            timeout(CLOSE_WAIT, step).await??;
            left = self.down.left();
        }
        Ok(())
    }

    /// Reads until the page's Close frame or the end of its connection. Bytes for the server have
    /// nowhere to go any more.
    async fn read_close(&mut self) {
        let mut bytes = vec![0; 4096];
        while let Ok(count @ 1..) = self.stream.read(&mut bytes).await {
            let mut rest = &mut bytes[..count];
            while !rest.is_empty() {
                match self.up.decode(rest) {
                    Ok((_, Item::Close)) | Err(_) => return,
                    Ok((used, _)) => rest = &mut rest[used..],
                }
            }
        }
    }
}

/// Gives the server the last bytes, tells it that there are no more, and hears it out.
async fn finish_server(mut server: Stream, rest: &[u8]) {
    let ending = async {
        server.write_all(rest).await?;
        server.flush().await?;
        server.shutdown().await?;
        let mut rest = server.take(MOST_HEARD);
        tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
    };
    // The server is being left: whatever goes wrong now concerns nobody.
    let _ = timeout(SERVER_WAIT, ending).await;
}

/// How long the page may take no byte, or leave a Close frame unanswered.
const CLOSE_WAIT: Duration = Duration::from_secs(10);
/// How long a server may go on talking after it was told that nobody listens.
const SERVER_WAIT: Duration = Duration::from_secs(5);
/// How much of that is read: what was on its way, and an answer to a last command.
const MOST_HEARD: u64 = 1024 * 1024;
