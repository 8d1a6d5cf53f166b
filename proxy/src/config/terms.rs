//! What may change while the proxy runs, and reading it again.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::CertificateDer;

use super::{Settings, each, in_file, seconds};
use crate::policy::{Policy, Rule};
use crate::relay::Timeouts;
use crate::tls::{self, Connector};
use crate::web::{Origin, Origins};

/// The terms on which whoever comes next is served. A tunnel keeps those that it began with.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) policy: Policy,
    pub(crate) origins: Origins,
    /// Where the served page may connect to, besides this proxy.
    pub(crate) other_proxies: Vec<Origin>,
    pub(crate) connector: Connector,
    pub(crate) listener_tls: Option<Arc<ServerConfig>>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) connect_timeout: Duration,
    pub(crate) timeouts: Timeouts,
}

/// Where terms come from: what was said at the start, and the files that it names.
#[derive(Debug)]
pub(crate) struct Source {
    /// By flags and in the environment.
    given: Settings,
    /// The same, with the file as it was then.
    started_with: Settings,
    listen: SocketAddr,
    /// The certificate of the demo server, if that runs.
    demo: Option<CertificateDer<'static>>,
}

impl Source {
    pub(super) fn new(
        given: Settings,
        started_with: Settings,
        listen: SocketAddr,
        demo: Option<CertificateDer<'static>>,
    ) -> Self {
        Self {
            given,
            started_with,
            listen,
            demo,
        }
    }

    /// The terms that the proxy starts with.
    ///
    /// # Errors
    /// One line for the operator, beginning with the setting at fault.
    pub(super) fn first(&self) -> Result<Terms, String> {
        self.terms(self.started_with.clone())
    }

    /// Reads every file again.
    ///
    /// # Errors
    /// One line for the operator, beginning with the setting at fault. A setting that a running
    /// proxy cannot change is one: to take half of a file would leave nobody knowing what counts.
    pub(crate) fn again(&self) -> Result<Terms, String> {
        let settings = self.given.clone().with_file()?;
        match settings.needs_restart(&self.started_with) {
            Some(key) => Err(format!("{key}: changes with a restart only")),
            None => self.terms(settings),
        }
    }

    fn terms(&self, settings: Settings) -> Result<Terms, String> {
        let loopback = self.listen.ip().is_loopback();
        let mut rules: Vec<Rule> = each("allow", settings.allow, str::parse)?;
        if self.demo.is_some() {
            let named = Some(crate::demo::destinations().collect());
            rules.extend(each("demo", named, str::parse)?);
        }
        let public = loopback && !settings.deny_public.unwrap_or(false);
        let named: Vec<Origin> = each("origin", settings.origin, str::parse)?;
        let mut authorities: Vec<_> = self.demo.iter().cloned().collect();
        for path in settings.ca.unwrap_or_default() {
            authorities.extend(in_file("ca", &path, tls::read_certificates(&path))?);
        }
        Ok(Terms {
            policy: Policy::new(public, rules),
            origins: Origins::new(loopback, named),
            other_proxies: each("other-proxy", settings.other_proxy, Origin::parse_proxy)?,
            connector: Connector::new(authorities).map_err(|error| format!("ca: {error}"))?,
            listener_tls: listener_tls(settings.tls_cert, settings.tls_key)?,
            trusted_proxies: each("trusted-proxy", settings.trusted_proxy, str::parse)?,
            connect_timeout: seconds("connect-timeout", settings.connect_timeout, 10)?,
            timeouts: Timeouts {
                ping: seconds("ping-interval", settings.ping_interval, 30)?,
                // An IMAP client in IDLE speaks every 29 minutes at least (RFC 2177).
                idle: seconds("idle-timeout", settings.idle_timeout, 35 * 60)?,
                stall: seconds("stall-timeout", settings.stall_timeout, 60)?,
                lifetime: Duration::from_secs(24 * 60 * 60),
            },
        })
    }
}

fn listener_tls(
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
) -> Result<Option<Arc<ServerConfig>>, String> {
    match (certificate, key) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => {
            let chain = in_file(
                "tls-cert",
                &certificate,
                tls::read_certificates(&certificate),
            )?;
            let private = in_file("tls-key", &key, tls::read_key(&key))?;
            let config = tls::listener(chain, private, &[b"http/1.1"]);
            in_file("tls-key", &key, config).map(Some)
        }
        (Some(_), None) => Err("tls-cert: needs tls-key beside it".to_owned()),
        (None, Some(_)) => Err("tls-key: needs tls-cert beside it".to_owned()),
    }
}
