//! What every connection shares.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;

use crate::config::Config;
use crate::limits::{Client, Gate, Permit};
use crate::metrics::Metrics;
use crate::policy::Policy;
use crate::relay::Timeouts;
use crate::shutdown::Shutdown;
use crate::tls::Connector;
use crate::web::{Files, Origin, Origins};

/// The configuration put to work.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) policy: Policy,
    pub(crate) origins: Origins,
    pub(crate) others: Vec<Origin>,
    pub(crate) connector: Connector,
    pub(crate) connect_timeout: Duration,
    pub(crate) timeouts: Timeouts,
    pub(crate) files: Option<Arc<Files>>,
    pub(crate) listens_with_tls: bool,
    pub(crate) metrics: Metrics,
    pub(crate) shutdown: Shutdown,
    trusted_proxies: Vec<IpNet>,
    /// Connections that are not tunnels yet, or never will be.
    requests: Arc<Gate>,
    tunnels: Arc<Gate>,
    /// WebSockets that are only told that there are too many.
    refusals: Arc<Gate>,
}

/// What a client that asks for a tunnel gets.
#[derive(Debug)]
#[expect(
    dead_code,
    reason = "a permit is held, not read: dropping it is what counts"
)]
pub(crate) enum Admission {
    /// A tunnel.
    Tunnel(Permit),
    /// A WebSocket with the answer that there are too many.
    TooMany(Permit),
}

impl Proxy {
    pub(crate) fn new(config: Config, shutdown: Shutdown) -> Self {
        Self {
            policy: config.policy,
            origins: config.origins,
            others: config.other_proxies,
            connector: config.connector,
            connect_timeout: config.connect_timeout,
            timeouts: config.timeouts,
            files: config.web.map(Files::new),
            listens_with_tls: config.listener_tls.is_some(),
            metrics: Metrics::new(),
            shutdown,
            trusted_proxies: config.trusted_proxies,
            requests: Gate::new(MOST_REQUESTS, MOST_REQUESTS_PER_CLIENT),
            tunnels: Gate::new(config.max_connections, config.max_per_client),
            refusals: Gate::new(MOST_REFUSALS, MOST_REFUSALS_PER_CLIENT),
        }
    }

    /// Lets in a connection from this address, which has not said anything yet.
    pub(crate) fn enter(&self, peer: IpAddr) -> Option<Permit> {
        let client = Client::behind(peer, None, &[]);
        match self
            .trusted_proxies
            .iter()
            .any(|net| net.contains(&peer.to_canonical()))
        {
            // A reverse proxy has everybody behind it.
            true => self.requests.enter_as_many(client),
            false => self.requests.enter(client),
        }
    }

    /// Who is behind a request.
    pub(crate) fn client(&self, peer: IpAddr, forwarded: Option<&str>) -> Client {
        Client::behind(peer, forwarded, &self.trusted_proxies)
    }

    /// Makes room for a tunnel, or for saying that there is none.
    pub(crate) fn admit(&self, client: Client) -> Option<Admission> {
        let tunnel = self.tunnels.enter(client).map(Admission::Tunnel);
        tunnel.or_else(|| self.refusals.enter(client).map(Admission::TooMany))
    }

    /// The gate that tunnels are behind.
    pub(crate) fn tunnels(&self) -> &Gate {
        &self.tunnels
    }
}

/// Enough for a crowd that opens the page at once; each has five seconds to say what it wants.
const MOST_REQUESTS: usize = 256;
const MOST_REQUESTS_PER_CLIENT: usize = 64;
const MOST_REFUSALS: usize = 64;
const MOST_REFUSALS_PER_CLIENT: usize = 8;
