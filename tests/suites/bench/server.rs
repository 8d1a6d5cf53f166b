//! The server behind the relays: it sends, takes or gives back as many bytes as it is told.
//!
//! A command is one octet and a number: `D` send so many, `U` take so many and say one, `E` give
//! back what comes.

use std::{net::Ipv4Addr, path::PathBuf, sync::Arc};

use porthole_tests::{Certificate, Folder, tunnel::Duplex};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor, TlsConnector,
    rustls::{
        ClientConfig, RootCertStore, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _},
    },
};

/// A running server; its tasks end with their runtime.
pub(crate) struct Server {
    plain: u16,
    tls: u16,
    connector: TlsConnector,
    folder: Folder,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let certificate = Certificate::new();
        let folder = Folder::new();
        std::fs::write(folder.path().join("ca.pem"), &certificate.pem).unwrap();
        let der = CertificateDer::from_pem_slice(certificate.pem.as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(certificate.key.as_bytes()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![der.clone()], key)
            .unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(der).unwrap();
        let trusting = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            plain: listen(None).await,
            tls: listen(Some(Arc::new(config).into())).await,
            connector: Arc::new(trusting).into(),
            folder,
        }
    }

    pub(crate) fn port(&self, tls: bool) -> u16 {
        if tls { self.tls } else { self.plain }
    }

    /// The certificate to trust.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A connection with nothing in between.
    pub(crate) async fn connect(&self, tls: bool) -> Box<dyn Duplex> {
        let address = (Ipv4Addr::LOCALHOST, self.port(tls));
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        if !tls {
            return Box::new(stream);
        }
        let name = ServerName::try_from("localhost").unwrap();
        Box::new(self.connector.connect(name, stream).await.unwrap())
    }
}

async fn listen(acceptor: Option<TlsAcceptor>) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // Who asks whether somebody listens says nothing and leaves.
                match acceptor {
                    None => serve(stream).await,
                    Some(acceptor) => match acceptor.accept(stream).await {
                        Ok(stream) => serve(stream).await,
                        Err(_) => None,
                    },
                }
            });
        }
    });
    port
}

/// Obeys until the client leaves.
async fn serve(mut stream: impl Duplex) -> Option<()> {
    loop {
        let command = stream.read_u8().await.ok()?;
        let mut left = usize::try_from(stream.read_u64().await.ok()?).ok()?;
        let mut block = vec![b'x'; BLOCK.min(left)];
        while left > 0 {
            let part = &mut block[..BLOCK.min(left)];
            left -= match command {
                b'D' => {
                    stream.write_all(part).await.ok()?;
                    part.len()
                }
                b'U' => match stream.read(part).await.ok()? {
                    0 => return None,
                    count => count,
                },
                _ => {
                    stream.read_exact(part).await.ok()?;
                    stream.write_all(part).await.ok()?;
                    part.len()
                }
            };
        }
        if command == b'U' {
            stream.write_all(b"k").await.ok()?;
        }
        stream.flush().await.ok()?;
    }
}

/// A command as it is sent.
pub(crate) fn command(what: u8, count: usize) -> Vec<u8> {
    let mut command = vec![what];
    command.extend((count as u64).to_be_bytes());
    command
}

/// What is read and written at once.
pub(crate) const BLOCK: usize = 64 * 1024;
