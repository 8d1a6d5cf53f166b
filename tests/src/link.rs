//! One connection of the engine: TCP, with TLS from the start, later or never.

use porthole_engine::{
    ConnectionId, DialError, DialErrorKind, Dialled, TlsSummary,
    account::{Destination, Security},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc::{UnboundedReceiver, UnboundedSender},
};
use tokio_rustls::{TlsConnector, client::TlsStream, rustls::pki_types::ServerName};

/// What the engine wants of a connection; when the sender is dropped it hangs up.
pub(crate) enum Order {
    Send(Vec<u8>),
    StartTls,
}

/// What happened to a connection.
pub(crate) enum News {
    Dialled(Result<Dialled, DialError>),
    Input(Vec<u8>),
    Secured(Result<TlsSummary, DialError>),
    Ended,
}

/// A connection and the ways to and from its owner.
pub(crate) struct Link {
    pub(crate) id: ConnectionId,
    pub(crate) connector: TlsConnector,
    pub(crate) orders: UnboundedReceiver<Order>,
    pub(crate) news: UnboundedSender<(ConnectionId, News)>,
}

/// Why carrying octets came to an end.
enum End<S> {
    Over,
    StartTls(S),
}

impl Link {
    /// Dials, and carries octets until one side has enough.
    pub(crate) async fn run(mut self, destination: Destination) {
        let address = (destination.host.as_str(), destination.port);
        let stream = match TcpStream::connect(address).await {
            Ok(stream) => stream,
            Err(error) => return self.tell(News::Dialled(failed(DialErrorKind::Connect, &error))),
        };
        let peer = stream.peer_addr().unwrap().to_string();
        if destination.security == Security::Tls {
            match self.secure(stream, &destination.host).await {
                Ok((stream, tls)) => {
                    let tls = Some(tls);
                    self.tell(News::Dialled(Ok(Dialled { peer, tls })));
                    self.carry(stream).await;
                    self.tell(News::Ended);
                }
                Err(error) => self.tell(News::Dialled(Err(error))),
            }
            return;
        }
        self.tell(News::Dialled(Ok(Dialled { peer, tls: None })));
        if let End::StartTls(stream) = self.carry(stream).await {
            match self.secure(stream, &destination.host).await {
                Ok((stream, tls)) => {
                    self.tell(News::Secured(Ok(tls)));
                    self.carry(stream).await;
                }
                Err(error) => return self.tell(News::Secured(Err(error))),
            }
        }
        self.tell(News::Ended);
    }

    fn tell(&self, news: News) {
        // Nobody listens any more once the test is over.
        let _ = self.news.send((self.id, news));
    }

    async fn secure(
        &self,
        stream: TcpStream,
        host: &str,
    ) -> Result<(TlsStream<TcpStream>, TlsSummary), DialError> {
        let name = ServerName::try_from(host.to_owned()).unwrap();
        match self.connector.connect(name, stream).await {
            Ok(stream) => {
                let tls = summary(&stream);
                Ok((stream, tls))
            }
            Err(error) => failed(DialErrorKind::Tls, &error),
        }
    }

    async fn carry<S: AsyncRead + AsyncWrite + Unpin>(&mut self, mut stream: S) -> End<S> {
        let mut buffer = vec![0; 16 << 10];
        loop {
            tokio::select! {
                read = stream.read(&mut buffer) => match read {
                    Ok(0) | Err(_) => return End::Over,
                    Ok(count) => self.tell(News::Input(buffer[..count].to_vec())),
                },
                order = self.orders.recv() => match order {
                    Some(Order::Send(bytes)) => {
                        // A stream that broke says so when it is read.
                        let _ = stream.write_all(&bytes).await;
                        let _ = stream.flush().await;
                    }
                    Some(Order::StartTls) => return End::StartTls(stream),
                    None => {
                        let _ = stream.shutdown().await;
                        return End::Over;
                    }
                },
            }
        }
    }
}

fn failed<T>(kind: DialErrorKind, error: &std::io::Error) -> Result<T, DialError> {
    let message = error.to_string();
    Err(DialError { kind, message })
}

/// What matters here is that there is one; the proxy reads certificates, and has its own tests.
fn summary(stream: &TlsStream<TcpStream>) -> TlsSummary {
    let session = stream.get_ref().1;
    let name = |name: Option<&str>| name.unwrap_or_default().to_owned();
    TlsSummary {
        version: name(session.protocol_version().and_then(|v| v.as_str())),
        cipher: name(
            session
                .negotiated_cipher_suite()
                .and_then(|suite| suite.suite().as_str()),
        ),
        subject: "CN=localhost".to_owned(),
        issuer: "CN=localhost".to_owned(),
        not_after: String::new(),
        sha256: String::new(),
    }
}
