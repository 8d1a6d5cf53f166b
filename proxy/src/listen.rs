//! From the listening socket to HTTP.
//!
//! One thread accepts and hands out; each core has a thread with a runtime of its own, and a
//! connection stays on the one that it was given to. Connections share nothing that is hot, and a
//! wake-up on another core costs more than the work it brings.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsAcceptor;

use crate::limits::{Client, Permit, once};
use crate::proxy::{MOST_LOOK_UPS, Proxy};
use crate::shutdown::Phase;
use crate::stream::{self, Stream};
use crate::web;

/// A connection on its way to its thread.
type Accepted = (std::net::TcpStream, SocketAddr, Permit<Client>);

/// Accepts for ever.
pub(crate) async fn accept(
    listener: TcpListener,
    workers: &[mpsc::Sender<Accepted>],
    proxy: &Arc<Proxy>,
) -> Infallible {
    let mut turn = workers.iter().cycle();
    let mut told: Option<Instant> = None;
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of files, most likely: some will come free.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let (Ok(stream), Some(worker)) = (stream.into_std(), turn.next()) else {
            continue;
        };
        // Whoever waits goes first.
        let free = !proxy.queues(peer.ip());
        if let Some(permit) = free.then(|| proxy.enter(peer.ip())).flatten() {
            // A worker that is behind by hundreds would only fall further behind.
            let _ = worker.try_send((stream, peer, permit));
        } else if let Some(place) = proxy.queue(peer.ip()) {
            let (proxy, worker) = (Arc::clone(proxy), worker.clone());
            tokio::spawn(async move {
                match timeout(LONGEST_WAIT, once(|| proxy.enter(peer.ip()))).await {
                    Ok(permit) => drop(worker.try_send((stream, peer, permit))),
                    Err(_) => proxy.metrics.turned_away(),
                }
                drop(place);
            });
        } else {
            // Who is turned away finds the connection closed.
            proxy.metrics.turned_away();
            if told.is_none_or(|told| told.elapsed() > SILENCE) {
                told = Some(Instant::now());
                let client = Client::behind(peer.ip(), None, &[]).blurred();
                tracing::warn!(client, "connections are turned away: too many at once");
            }
        }
    }
}

/// Starts a thread that serves connections, and gives the way to it.
///
/// # Errors
/// When the system has no thread left, or no file for its runtime.
pub(crate) fn spawn_worker(proxy: Arc<Proxy>) -> io::Result<mpsc::Sender<Accepted>> {
    let (sender, mut accepted) = mpsc::channel::<Accepted>(QUEUE);
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(MOST_LOOK_UPS + FILE_THREADS)
        .build()?;
    std::thread::Builder::new()
        .name("porthole-relay".to_owned())
        .spawn(move || {
            runtime.block_on(async {
                while let Some((stream, peer, permit)) = accepted.recv().await {
                    let Ok(stream) = TcpStream::from_std(stream) else {
                        continue;
                    };
                    tokio::spawn(serve(Arc::clone(&proxy), stream, peer, permit));
                }
            });
        })?;
    Ok(sender)
}

/// Speaks HTTP on a connection until it ends or becomes a tunnel.
async fn serve(proxy: Arc<Proxy>, stream: TcpStream, peer: SocketAddr, permit: Permit<Client>) {
    stream::tune(&stream);
    let tls = proxy.terms().listener_tls.clone();
    let stream = match tls.map(TlsAcceptor::from) {
        None => Stream::from(stream),
        Some(acceptor) => match timeout(HEAD_TIME, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => Stream::from(tokio_rustls::TlsStream::from(stream)),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a client did not start TLS");
                return;
            }
            Err(_) => return,
        },
    };
    let service = service_fn(|request: Request<Incoming>| {
        web::answer(Arc::clone(&proxy), peer.ip(), request)
    });
    let mut shutdown = proxy.shutdown.clone();
    // Whoever comes while others finish is answered once.
    let is_running = shutdown.phase() == Phase::Running;
    let mut connection = pin!(
        http()
            .keep_alive(is_running)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
    );
    let ended = timeout(LONGEST_DOWNLOAD, async {
        tokio::select! {
            outcome = connection.as_mut() => return outcome,
            () = shutdown.changed(), if is_running => connection.as_mut().graceful_shutdown(),
        }
        connection.await
    });
    match ended.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a connection ended early"),
        Err(_) => tracing::debug!("a connection took too long"),
    }
    drop(permit);
}

/// HTTP with its limits.
pub(crate) fn http() -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_SIZE)
        .max_headers(MOST_HEADERS);
    http
}

/// For a whole request, and for the handshake before it.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// For a turn: longer than those who say nothing are listened to.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// hyper's least. A browser's request is a tenth of it.
const HEAD_SIZE: usize = 8 * 1024;
const MOST_HEADERS: usize = 64;
/// The page is a megabyte or two.
const LONGEST_DOWNLOAD: Duration = Duration::from_secs(300);
const BREATH: Duration = Duration::from_millis(100);
const QUEUE: usize = 256;
/// On each worker, beside names that are slow to be looked up.
const FILE_THREADS: usize = 16;
/// Between two lines of the log that say the same.
const SILENCE: Duration = Duration::from_secs(60);
