//! TLS towards the mail server, verified, and TLS on the proxy's own listener.

use std::fmt::Write;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use porthole_tunnel::{ErrorKind, Failure, Host, Tls};
use sha2::{Digest, Sha256};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    self, CertificateError, ClientConfig, ClientConnection, ProtocolVersion, RootCertStore,
    ServerConfig,
};
use tokio_rustls::{TlsConnector, TlsStream};
use x509_parser::prelude::{ASN1Time, FromDer, X509Certificate, X509Name};

use crate::dial::fail;

/// Makes verified connections.
#[derive(Clone)]
pub(crate) struct Connector(TlsConnector);

impl Connector {
    /// Trusts the platform's roots and these.
    ///
    /// # Errors
    /// When one of these is no certificate.
    pub(crate) fn new(more: Vec<CertificateDer<'static>>) -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore::empty();
        let platform = rustls_native_certs::load_native_certs();
        for error in platform.errors {
            tracing::warn!(%error, "a root certificate of the platform was not read");
        }
        roots.add_parsable_certificates(platform.certs);
        for certificate in more {
            roots.add(certificate)?;
        }
        if roots.is_empty() {
            tracing::warn!("no root certificates: no mail server will be trusted");
        }
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(Arc::new(config).into()))
    }

    /// Starts TLS with a server that has to prove that it is `host`.
    ///
    /// # Errors
    /// A [`Failure`] to show to the user.
    pub(crate) async fn connect(
        &self,
        host: &Host,
        stream: TcpStream,
        patience: Duration,
    ) -> Result<(TlsStream<TcpStream>, Tls), Failure> {
        let name = match host.address() {
            Some(address) => ServerName::from(address),
            None => ServerName::try_from(host.as_str().to_owned())
                .map_err(|_| fail(ErrorKind::Tls, "no certificate can be valid for this name"))?,
        };
        let handshake = self.0.connect_with(name, stream, limit_buffers);
        let stream = timeout(patience, handshake)
            .await
            .map_err(|_| fail(ErrorKind::Timeout, "the server did not start TLS in time"))?
            .map_err(|error| fail(kind(&error), &describe(&error)))?;
        let summary = summarise(stream.get_ref().1)
            .ok_or_else(|| fail(ErrorKind::Tls, "the server's certificate is not readable"))?;
        Ok((stream.into(), summary))
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connector(..)")
    }
}

/// Reads every certificate of a PEM file; at least one.
///
/// # Errors
/// When the file is not there, is not PEM, or holds none.
pub(crate) fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, pem::Error> {
    let certificates: Vec<_> =
        CertificateDer::pem_file_iter(path)?.collect::<Result<_, pem::Error>>()?;
    match certificates.is_empty() {
        true => Err(pem::Error::NoItemsFound),
        false => Ok(certificates),
    }
}

/// Reads a private key of a PEM file.
///
/// # Errors
/// When the file is not there, is not PEM, or holds none.
pub(crate) fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, pem::Error> {
    PrivateKeyDer::from_pem_file(path)
}

/// What a listener shows to its clients; `protocols` are offered by ALPN (RFC 7301).
///
/// # Errors
/// When the key does not fit the certificate.
pub(crate) fn listener(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    protocols: &[&[u8]],
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Ok(Arc::new(config))
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// rustls keeps what its socket does not take; the relay stops handing it more after this.
fn limit_buffers(connection: &mut ClientConnection) {
    connection.set_buffer_limit(Some(64 * 1024));
}

/// What the user should know of the session.
fn summarise(connection: &ClientConnection) -> Option<Tls> {
    let der = connection.peer_certificates()?.first()?;
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let suite = connection.negotiated_cipher_suite()?.suite();
    Some(Tls {
        version: match connection.protocol_version()? {
            ProtocolVersion::TLSv1_2 => "TLS 1.2",
            _ => "TLS 1.3",
        }
        .to_owned(),
        cipher: suite.as_str()?.to_owned(),
        subject: distinguished_name(certificate.subject()),
        issuer: distinguished_name(certificate.issuer()),
        not_after: rfc3339(&certificate.validity().not_after)?,
        sha256: hexadecimal(&Sha256::digest(der)),
    })
}

fn distinguished_name(name: &X509Name<'_>) -> String {
    let text = name.to_string();
    let printable = text.chars().filter(|c| !c.is_control());
    printable.take(MOST_NAME).collect()
}

fn rfc3339(time: &ASN1Time) -> Option<String> {
    let time = time.to_datetime();
    let (date, time) = (time.date(), time.time());
    let (hour, minute, second) = time.as_hms();
    let (year, month, day) = date.to_calendar_date();
    let month = u8::from(month);
    // A certificate that never expires says so in the year 9999 (RFC 5280 section 4.1.2.5).
    (0..=9999)
        .contains(&year)
        .then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A connection that ended says nothing of TLS: the server may be going down.
fn kind(error: &io::Error) -> ErrorKind {
    match error
        .get_ref()
        .is_some_and(|inner| inner.is::<rustls::Error>())
    {
        true => ErrorKind::Tls,
        false => ErrorKind::Connect,
    }
}

/// Why the handshake failed, for somebody who knows what a certificate is.
fn describe(error: &io::Error) -> String {
    let error = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match error {
        Some(rustls::Error::InvalidCertificate(error)) => {
            return format!("the server's certificate {}", refusal(error));
        }
        Some(rustls::Error::InvalidMessage(_)) => "the server does not speak TLS on this port",
        Some(rustls::Error::PeerIncompatible(_)) => {
            "the server offers neither TLS 1.2 nor TLS 1.3 with a cipher this proxy knows"
        }
        Some(rustls::Error::AlertReceived(_)) => "the server refused the TLS handshake",
        Some(_) => "the TLS handshake failed",
        None => "the server closed the connection during the TLS handshake",
    }
    .to_owned()
}

/// What is wrong with a certificate, and what it says.
fn refusal(error: &CertificateError) -> String {
    match error {
        CertificateError::ExpiredContext { not_after, .. } => {
            return format!("has expired: it was valid until {}", date(*not_after));
        }
        CertificateError::NotValidYetContext { not_before, .. } => {
            return format!("is not valid yet: it will be from {}", date(*not_before));
        }
        CertificateError::NotValidForNameContext { presented, .. } if !presented.is_empty() => {
            return format!("is for another name: {}", names(presented));
        }
        CertificateError::Expired => "has expired",
        CertificateError::NotValidYet => "is not valid yet",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "is for another name"
        }
        CertificateError::UnknownIssuer => {
            "is signed by nobody this proxy trusts; who runs the proxy can add it by --ca"
        }
        CertificateError::Revoked => "was revoked",
        // One that is signed by itself, most often.
        _ => "cannot be verified; who runs the proxy can add it by --ca",
    }
    .to_owned()
}

/// Names as rustls has them, `DnsName("imap.example.com")`, without what surrounds them.
fn names(presented: &[String]) -> String {
    let bare = |name: &String| {
        let inner = name
            .split_once('(')
            .map_or(name.as_str(), |(_, inner)| inner);
        inner.trim_matches(['"', ')']).to_owned()
    };
    let listed: Vec<_> = presented.iter().take(MOST_NAMES).map(bare).collect();
    let text = listed.join(", ");
    let printable = text.chars().filter(|c| !c.is_control());
    printable.take(MOST_NAME).collect()
}

fn date(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).ok();
    let time = seconds.and_then(|seconds| ASN1Time::from_timestamp(seconds).ok());
    let text = time.and_then(|time| rfc3339(&time));
    text.unwrap_or_else(|| "a time without a date".to_owned())
}

/// Names of a certificate that are told.
const MOST_NAMES: usize = 4;
/// Two of these and the rest fit a control message many times.
const MOST_NAME: usize = 512;
