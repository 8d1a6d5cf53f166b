//! A certificate that is made for one test and that only its client trusts.

use std::sync::Arc;

use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::CertificateDer},
};

/// For `localhost`.
#[derive(Debug, Clone)]
pub struct Certificate {
    der: CertificateDer<'static>,
    /// As a server reads it.
    pub pem: String,
    /// Its private key.
    pub key: String,
}

impl Certificate {
    /// A new one, signed by itself.
    pub fn new() -> Self {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        Self {
            der: made.cert.der().clone(),
            pem: made.cert.pem(),
            key: made.signing_key.serialize_pem(),
        }
    }

    /// A client that trusts this certificate and no other.
    pub(crate) fn connector(&self) -> TlsConnector {
        trusting(&self.der)
    }
}

/// A client that trusts this certificate and no other.
pub fn trusting(certificate: &CertificateDer<'static>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config).into()
}

impl Default for Certificate {
    fn default() -> Self {
        Self::new()
    }
}
