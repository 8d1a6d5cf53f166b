//! From the listening socket to HTTP.
//!
//! One thread accepts and hands out; each core has a thread with a runtime of its own, and a
//! connection stays on the one that it was given to. Connections share nothing that is hot, and a
//! wake-up on another core costs more than the work it brings.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
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
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::limits::{Client, Permit};
use crate::proxy::Proxy;
use crate::stream::{self, Stream};
use crate::web;

/// A connection on its way to its thread.
type Accepted = (std::net::TcpStream, SocketAddr, Permit<Client>);

/// Accepts for ever.
pub(crate) async fn accept(
    listener: TcpListener,
    workers: &[mpsc::Sender<Accepted>],
    proxy: &Proxy,
) -> Infallible {
    let mut turn = workers.iter().cycle();
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
        // Who is not let in finds the connection closed.
        let Some(permit) = proxy.enter(peer.ip()) else {
            continue;
        };
        let Ok(stream) = stream.into_std() else {
            continue;
        };
        if let Some(worker) = turn.next() {
            // A worker that is behind by hundreds would only fall further behind.
            let _ = worker.try_send((stream, peer, permit));
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
        .max_blocking_threads(BLOCKING_THREADS)
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
    let service = service_fn(move |request: Request<Incoming>| {
        web::answer(Arc::clone(&proxy), peer.ip(), request)
    });
    let connection = http()
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    match timeout(LONGEST_DOWNLOAD, connection).await {
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
/// hyper's least. A browser's request is a tenth of it.
const HEAD_SIZE: usize = 8 * 1024;
const MOST_HEADERS: usize = 64;
/// The page is a megabyte or two.
const LONGEST_DOWNLOAD: Duration = Duration::from_secs(300);
const BREATH: Duration = Duration::from_millis(100);
const QUEUE: usize = 256;
/// For the system's resolver and for files, on each worker.
const BLOCKING_THREADS: usize = 16;
