//! What every connection shares.

use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use porthole_tunnel::{Host, Request};

use crate::config::{Config, Source, Terms};
use crate::limits::{Client, Gate, Permit, once};
use crate::metrics::Metrics;
use crate::shutdown::Shutdown;
use crate::web::Files;

/// The configuration put to work.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) files: Option<Arc<Files>>,
    pub(crate) metrics: Metrics,
    pub(crate) shutdown: Shutdown,
    terms: RwLock<Arc<Terms>>,
    /// Connections that are not tunnels yet, or never will be.
    requests: Arc<Gate<Client>>,
    /// Connections that wait to be one of those.
    waiting: Arc<Gate<Client>>,
    /// Names that are looked up.
    look_ups: Arc<Gate<Client>>,
    tunnels: Arc<Gate<Client>>,
    /// WebSockets that are only told that there are too many.
    refusals: Arc<Gate<Client>>,
    servers: Arc<Gate<Server>>,
}

/// Host and port, as they were asked for.
pub(crate) type Server = (Host, u16);

/// What a client that asks for a tunnel gets.
#[derive(Debug)]
#[expect(
    dead_code,
    reason = "a permit is held, not read: dropping it is what counts"
)]
pub(crate) enum Admission {
    /// A tunnel.
    Tunnel(Permit<Client>),
    /// A WebSocket with the answer that there are too many.
    TooMany(Permit<Client>),
}

impl Proxy {
    /// The proxy, and where other terms for it come from.
    pub(crate) fn new(config: Config, shutdown: Shutdown) -> (Self, Source) {
        let proxy = Self {
            files: config.web.map(Files::new),
            metrics: Metrics::new(),
            shutdown,
            terms: RwLock::new(Arc::new(config.terms)),
            requests: Gate::new(MOST_REQUESTS, MOST_REQUESTS_PER_CLIENT),
            waiting: Gate::new(MOST_WAITING, MOST_WAITING_PER_CLIENT),
            look_ups: Gate::new(MOST_LOOK_UPS, MOST_LOOK_UPS_PER_CLIENT),
            tunnels: Gate::new(config.max_connections, config.max_per_client),
            refusals: Gate::new(MOST_REFUSALS, MOST_REFUSALS_PER_CLIENT),
            servers: Gate::new(config.max_connections, config.max_per_server),
        };
        (proxy, config.source)
    }

    /// The terms that count now.
    pub(crate) fn terms(&self) -> Arc<Terms> {
        // What is behind the lock is replaced whole: a panic elsewhere leaves it as it was.
        let terms = self.terms.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&terms)
    }

    /// Has whoever comes next served on these terms.
    pub(crate) fn change(&self, terms: Terms) {
        *self.terms.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(terms);
    }

    /// Lets in a connection from this address, which has not said anything yet.
    pub(crate) fn enter(&self, peer: IpAddr) -> Option<Permit<Client>> {
        self.pass(&self.requests, peer)
    }

    /// Lets it wait outside.
    pub(crate) fn queue(&self, peer: IpAddr) -> Option<Permit<Client>> {
        self.pass(&self.waiting, peer)
    }

    /// Whether anybody from there waits outside.
    pub(crate) fn queues(&self, peer: IpAddr) -> bool {
        self.waiting.holds(&Client::behind(peer, None, &[]))
    }

    fn pass(&self, gate: &Arc<Gate<Client>>, peer: IpAddr) -> Option<Permit<Client>> {
        let client = Client::behind(peer, None, &[]);
        let peer = peer.to_canonical();
        let terms = self.terms();
        match terms.trusted_proxies.iter().any(|net| net.contains(&peer)) {
            // A reverse proxy has everybody behind it.
            true => gate.enter_as_many(client),
            false => gate.enter(client),
        }
    }

    /// Waits for this client's turn to have a name looked up.
    pub(crate) fn look_up(&self, client: Client) -> impl Future<Output = Permit<Client>> + use<> {
        let gate = Arc::clone(&self.look_ups);
        once(move || gate.enter(client))
    }

    /// Makes room for a tunnel, or for saying that there is none.
    pub(crate) fn admit(&self, client: Client) -> Option<Admission> {
        let tunnel = self.tunnels.enter(client).map(Admission::Tunnel);
        tunnel.or_else(|| self.refusals.enter(client).map(Admission::TooMany))
    }

    /// Makes room for a connection to the server that is asked for.
    pub(crate) fn dial(&self, request: &Request) -> Option<Permit<Server>> {
        self.servers.enter((request.host.clone(), request.port))
    }

    /// The gate that tunnels are behind.
    pub(crate) fn tunnels(&self) -> &Gate<Client> {
        &self.tunnels
    }

    /// The gate that requests are behind.
    pub(crate) fn requests(&self) -> &Gate<Client> {
        &self.requests
    }
}

/// Enough for a crowd that opens the page at once; each has five seconds to say what it wants.
const MOST_REQUESTS: usize = 256;
const MOST_REQUESTS_PER_CLIENT: usize = 64;
/// A class behind one address is one client: of forty browsers with six connections each, those
/// that are not served wait their turn.
const MOST_WAITING: usize = 256;
const MOST_WAITING_PER_CLIENT: usize = 192;
/// The system's resolver cannot be told to stop, and holds a thread for as long as it takes.
pub(crate) const MOST_LOOK_UPS: usize = 64;
const MOST_LOOK_UPS_PER_CLIENT: usize = 16;
const MOST_REFUSALS: usize = 64;
const MOST_REFUSALS_PER_CLIENT: usize = 8;
