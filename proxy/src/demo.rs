//! The demo mail server on loopback ports: what any mail program can talk to.
//!
//! One server, one thread, many connections. All sessions work on the same mailboxes: whatever
//! comes in on one may give another something to say, so each input wakes them all.

use std::{
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use porthole_demo::{Event, Options, Protocol, Security, Server, SessionId, Tls, sample};
use porthole_imap::types::number::UidValidity;
use porthole_wire::{Instant, Output};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::Instant as Clock,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::TlsStream,
};

use crate::tls;

/// Port, protocol, and whether TLS begins with the first octet.
const PORTS: [(u16, Protocol, bool); 5] = [
    (3143, Protocol::Imap, false),
    (3993, Protocol::Imap, true),
    (3110, Protocol::Pop3, false),
    (3995, Protocol::Pop3, true),
    (3587, Protocol::Smtp, false),
];

/// What the policy must allow for the page to reach the demo server through the proxy.
pub(crate) fn destinations() -> impl Iterator<Item = String> {
    let hosts = ["localhost", "127.0.0.1"];
    PORTS
        .into_iter()
        .flat_map(move |(port, ..)| hosts.map(|host| format!("{host}:{port}")))
}

/// The demo server before it listens: its certificate is made at start and trusted by the proxy.
pub(crate) struct Demo {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl std::fmt::Debug for Demo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Demo(..)")
    }
}

impl Demo {
    /// A server with a certificate of its own.
    ///
    /// # Errors
    /// The system has no randomness.
    pub(crate) fn new() -> Result<Self, rcgen::Error> {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names)?;
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        Ok(Self {
            certificate: made.cert.der().clone(),
            key: key.into(),
        })
    }

    /// The certificate, for the proxy to trust.
    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.clone()
    }

    /// Binds every port and serves, on the runtime that this is called on.
    ///
    /// # Errors
    /// A port is taken.
    pub(crate) async fn start(self) -> io::Result<()> {
        let config = tls::listener(vec![self.certificate], self.key, &[]);
        let acceptor = TlsAcceptor::from(config.map_err(io::Error::other)?);
        let shared = Arc::new(Shared::new());
        for (port, protocol, secured) in PORTS {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
            let listener = listener.map_err(|error| {
                io::Error::new(error.kind(), format!("the demo's port {port}: {error}"))
            })?;
            let (shared, acceptor) = (Arc::clone(&shared), acceptor.clone());
            tokio::spawn(async move {
                accept(&listener, protocol, secured, &acceptor, &shared).await;
            });
        }
        tracing::info!(
            "demo mail server: IMAP 3143 and 3993 (TLS), POP3 3110 and 3995 (TLS), submission \
             3587; users alice (wonderland) and bob (builder)"
        );
        Ok(())
    }
}

/// The server, and a count that grows with every input.
struct Shared {
    server: Mutex<Server>,
    changed: watch::Sender<u64>,
    start: Clock,
}

impl Shared {
    fn new() -> Self {
        let unix = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        let mut seed = [0; 32];
        // Nonces of a demo whose passwords are in its manual: the clock will do if nothing else.
        seed[..8].copy_from_slice(&unix.to_le_bytes());
        seed[8..12].copy_from_slice(&std::process::id().to_le_bytes());
        let epoch = i64::try_from(unix).unwrap_or_default();
        let mut server = Server::new(Options {
            uid_validity: UidValidity(u32::try_from(unix).unwrap_or(1)),
            epoch,
            seed,
            ..Options::default()
        });
        sample::fill(server.mailboxes_mut(), epoch);
        let (changed, _) = watch::channel(0);
        Self {
            server: Mutex::new(server),
            changed,
            start: Clock::now(),
        }
    }

    fn server(&self) -> MutexGuard<'_, Server> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Instant {
        Instant::ZERO + self.start.elapsed()
    }
}

async fn accept(
    listener: &TcpListener,
    protocol: Protocol,
    secured: bool,
    acceptor: &TlsAcceptor,
    shared: &Arc<Shared>,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of files, most likely: others have to end first.
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            continue;
        };
        let (shared, acceptor) = (Arc::clone(shared), acceptor.clone());
        tokio::spawn(async move {
            // A client that leaves is no news.
            let _ = if secured {
                match acceptor.accept(stream).await {
                    Ok(stream) => serve_secured(stream, protocol, &shared).await,
                    Err(error) => Err(error),
                }
            } else {
                serve(stream, protocol, &acceptor, &shared).await
            };
        });
    }
}

/// A connection that TLS may begin on.
async fn serve(
    mut stream: TcpStream,
    protocol: Protocol,
    acceptor: &TlsAcceptor,
    shared: &Shared,
) -> io::Result<()> {
    let session = Session::open(shared, protocol, Security::StartTls(Tls::Real));
    match session.converse(&mut stream).await? {
        Event::Closed => stream.shutdown().await,
        Event::StartTls => {
            let mut stream = acceptor.accept(stream).await?;
            let now = shared.now();
            shared.server().handle_tls_established(session.id, now);
            session.converse(&mut stream).await?;
            stream.shutdown().await
        }
    }
}

/// A connection that TLS began with.
async fn serve_secured(
    mut stream: TlsStream<TcpStream>,
    protocol: Protocol,
    shared: &Shared,
) -> io::Result<()> {
    let session = Session::open(shared, protocol, Security::Tls(Tls::Real));
    session.converse(&mut stream).await?;
    stream.shutdown().await
}

/// A session of the server. It is over when this is dropped.
struct Session<'a> {
    id: SessionId,
    shared: &'a Shared,
}

impl<'a> Session<'a> {
    fn open(shared: &'a Shared, protocol: Protocol, security: Security) -> Self {
        let now = shared.now();
        let id = shared.server().open_with(protocol, security, now);
        Self { id, shared }
    }

    /// Carries bytes until the server wants something else, or the client has left.
    async fn converse(
        &self,
        stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    ) -> io::Result<Event> {
        let Self { id, shared } = *self;
        let mut changed = shared.changed.subscribe();
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let deadline = loop {
                let output = shared.server().poll_output(id);
                match output {
                    Output::Transmit(bytes) => stream.write_all(&bytes).await?,
                    Output::Event(event) => {
                        stream.flush().await?;
                        return Ok(event);
                    }
                    Output::Wait(deadline) => break deadline,
                }
            };
            stream.flush().await?;
            let sleep = deadline.map(|deadline| deadline - shared.now());
            tokio::select! {
                read = stream.read(&mut buffer) => match read? {
                    0 => return Ok(Event::Closed),
                    count => {
                        let now = shared.now();
                        shared.server().handle_input(id, now, &buffer[..count]);
                        shared.changed.send_modify(|count| *count += 1);
                    }
                },
                _ = changed.changed() => {}
                () = tokio::time::sleep(sleep.unwrap_or_default()), if sleep.is_some() => {
                    let now = shared.now();
                    shared.server().handle_timeout(id, now);
                }
            }
        }
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        self.shared.server().handle_eof(self.id);
        self.shared.changed.send_modify(|count| *count += 1);
    }
}
