//! Mail servers that do one thing, on ports of their own.

use std::{
    future::Future,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use porthole_tests::{Daemon, Folder, trusting};
use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};
use sha2::{Digest as _, Sha256};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    client::TlsStream,
    rustls::{
        DEFAULT_VERSIONS, ServerConfig, SupportedProtocolVersion,
        crypto::ring,
        pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName},
        version,
    },
};

/// A listener that serves each connection in the same way. It ends when this is dropped.
pub(crate) struct Server {
    pub(crate) port: u16,
    accepting: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start<F, Served>(serve: F) -> Self
    where
        F: Fn(TcpStream) -> Served + Send + 'static,
        Served: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let accepting = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream));
            }
        });
        Self { port, accepting }
    }

    /// One that takes connections and neither reads nor writes.
    pub(crate) async fn silent() -> Self {
        Self::start(|stream| async move {
            std::future::pending::<()>().await;
            drop(stream);
        })
        .await
    }

    /// A proxy that may dial it, with more flags.
    pub(crate) fn proxy(&self, more: &[&str]) -> Daemon {
        let allow = format!("127.0.0.1:{}", self.port);
        let mut flags = vec!["--allow", &allow];
        flags.extend(more);
        Daemon::start(&flags)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A certificate that signs itself, in a file for `--ca`.
pub(crate) struct Identity {
    folder: Folder,
    der: CertificateDer<'static>,
    acceptor: TlsAcceptor,
}

impl Identity {
    /// For these names, valid until the end of this year.
    pub(crate) fn new(names: &[&str], last_year: i32) -> Self {
        Self::speaking(DEFAULT_VERSIONS, names, last_year)
    }

    /// Shown in no version of TLS but these.
    fn speaking(
        versions: &[&'static SupportedProtocolVersion],
        names: &[&str],
        last_year: i32,
    ) -> Self {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut parameters = CertificateParams::new(names).unwrap();
        // Names of their own: verifiers look for an issuer by name.
        let folder = Folder::new();
        let name = folder.path().file_name().unwrap().to_str().unwrap();
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.not_before = date_time_ymd(2000, 1, 1);
        parameters.not_after = date_time_ymd(last_year, 12, 31);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.self_signed(&key).unwrap();
        let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text);
        write("cert.pem", certificate.pem()).unwrap();
        write("key.pem", key.serialize_pem()).unwrap();
        let private = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private.into())
            .unwrap();
        Self {
            folder,
            der: certificate.der().clone(),
            acceptor: Arc::new(config).into(),
        }
    }

    /// For 127.0.0.1 and in order.
    pub(crate) fn good() -> Self {
        Self::new(&["127.0.0.1", "localhost"], 2100)
    }

    /// The same on a server that has not heard of TLS 1.3.
    pub(crate) fn old_fashioned() -> Self {
        Self::speaking(&[&version::TLS12], &["127.0.0.1"], 2100)
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }

    /// A connection of a client that trusts this certificate and no other.
    pub(crate) async fn connect(&self, address: SocketAddr) -> TlsStream<TcpStream> {
        self.handshake(address).await.unwrap()
    }

    /// Whether this is the certificate that is shown there.
    pub(crate) async fn is_shown(&self, address: SocketAddr) -> bool {
        self.handshake(address).await.is_ok()
    }

    async fn handshake(&self, address: SocketAddr) -> io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(address).await?;
        let name = ServerName::from(address.ip());
        trusting(&self.der).connect(name, stream).await
    }

    /// SHA-256 of the certificate, as the proxy tells it to the page.
    pub(crate) fn sha256(&self) -> String {
        let digest = Sha256::digest(&self.der);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The certificate's file.
    pub(crate) fn certificate(&self) -> String {
        self.path("cert.pem")
    }

    /// The private key's file.
    pub(crate) fn key(&self) -> String {
        self.path("key.pem")
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }
}

/// Bytes in which a lost, doubled or moved one shows.
pub(crate) fn pattern(length: usize) -> Vec<u8> {
    let numbers = (0_u32..).flat_map(|number| number.wrapping_mul(0x9e37_79b1).to_le_bytes());
    numbers.take(length).collect()
}
