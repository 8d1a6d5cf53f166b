//! One tunnel from its acceptance to its end.
//!
//! ```text
//!   admitted? --> allowed? --> dial --> TLS? --> relay <--> STARTTLS --> finish
//!       |limit       |denied     |resolve,  |tls    |                      ^
//!       +------------+-----------+connect,--+       +----------------------+
//!       |                         timeout, denied
//!       v
//!     {"error":..} and Close 4000
//! ```

use std::sync::Arc;

use bytes::Bytes;
use porthole_tunnel::{
    CloseCode, Connected, ErrorKind, Failure, ProxyMessage, Request, Security, Tls,
};
use tokio::time::Instant;

use crate::config::Terms;
use crate::dial::{dial, fail};
use crate::limits::{Client, Permit};
use crate::proxy::{Admission, Proxy, Server};
use crate::relay::{End, Next, Page, Relay};
use crate::stream::Stream;
use crate::web::Origin;

/// What is known before the WebSocket is there.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) proxy: Arc<Proxy>,
    pub(crate) terms: Arc<Terms>,
    pub(crate) admission: Admission,
    pub(crate) client: Client,
    pub(crate) origin: Origin,
    pub(crate) destination: Request,
}

/// Runs the tunnel. `early` is what the page sent behind its request.
pub(crate) async fn run(session: Session, page: Stream, early: Bytes) {
    let started = Instant::now();
    let mut page = Page::new(
        page,
        &early,
        session.destination.tls,
        session.terms.timeouts,
    );
    // It is a part of hyper's buffer for the request, all of which it would keep.
    drop(early);
    // Boxed: the futures of connecting are large, and the task keeps the room of its largest.
    match Box::pin(connect(&session)).await {
        Ok((server, connected, permit)) => {
            page.say(&ProxyMessage::Connected(connected));
            let open = session.proxy.metrics.opened();
            relay(&session, page, server, started).await;
            // Whoever reads how many tunnels are open finds the places of others free.
            drop((permit, session));
            drop(open);
        }
        Err(failure) => {
            let kind = failure.kind;
            session.proxy.metrics.failed(kind);
            session.log_failure(kind);
            page.say(&ProxyMessage::Error(failure));
            page.finish(End::Close(CloseCode::NotConnected)).await;
        }
    }
}

async fn connect(session: &Session) -> Result<(Stream, Connected, Permit<Server>), Failure> {
    let Session {
        proxy,
        terms,
        destination,
        ..
    } = session;
    if let Admission::TooMany(_) = session.admission {
        return Err(fail(ErrorKind::Limit, "too many connections are open"));
    }
    let reach = terms
        .policy
        .check(&destination.host, destination.port)
        .ok_or_else(|| {
            fail(
                ErrorKind::Denied,
                "this proxy does not connect to that server",
            )
        })?;
    let permit = proxy.dial(destination).ok_or_else(|| {
        fail(
            ErrorKind::Limit,
            "too many connections to this server are open",
        )
    })?;
    let turn = proxy.look_up(session.client);
    let stream = dial(destination, reach, terms.connect_timeout, turn).await?;
    let peer = match stream.peer_addr() {
        Ok(peer) => peer.to_string(),
        Err(_) => return Err(fail(ErrorKind::Connect, "the server closed the connection")),
    };
    let (server, tls) = match destination.tls {
        Security::Implicit => {
            let patience = terms.connect_timeout;
            let connection = terms.connector.connect(&destination.host, stream, patience);
            let (stream, tls) = connection.await?;
            (stream.into(), Some(tls))
        }
        Security::StartTls | Security::None => (stream.into(), None),
    };
    Ok((server, Connected { peer, tls }, permit))
}

async fn relay(session: &Session, page: Page, server: Stream, started: Instant) {
    let proxy = &session.proxy;
    let mut shutdown = proxy.shutdown.clone();
    let mut relay = Relay::new(page, server);
    let end = loop {
        match relay.run(&mut shutdown).await {
            Next::End(end) => break end,
            Next::StartTls => {
                let (mut page, server) = relay.into_parts();
                match Box::pin(upgrade(session, server)).await {
                    Ok((server, tls)) => {
                        page.upgraded();
                        page.say(&ProxyMessage::Tls(tls));
                        relay = Relay::new(page, server);
                    }
                    Err(failure) => {
                        proxy.metrics.failed(failure.kind);
                        session.log_failure(failure.kind);
                        page.say(&ProxyMessage::Error(failure));
                        return page.finish(End::Close(CloseCode::NotConnected)).await;
                    }
                }
            }
        }
    };
    let crossed = relay.crossed();
    let reason = match end {
        End::PageClosed => "page closed",
        End::PageVanished => "page vanished",
        End::Close(code) | End::GiveUp(code) => code.meaning(),
    };
    Box::pin(relay.finish(end)).await;
    proxy.metrics.closed(reason, crossed.up, crossed.down);
    tracing::info!(
        client = session.client.blurred(),
        origin = %session.origin,
        server = %session.destination.host,
        port = session.destination.port,
        tls = %session.destination.tls,
        up = crossed.up,
        down = crossed.down,
        seconds = started.elapsed().as_secs(),
        reason,
        "tunnel closed"
    );
}

async fn upgrade(session: &Session, server: Stream) -> Result<(Stream, Tls), Failure> {
    let Stream::Plain(stream) = server else {
        return Err(fail(ErrorKind::Tls, "TLS was started already"));
    };
    let Session {
        terms, destination, ..
    } = session;
    let patience = terms.connect_timeout;
    let connection = terms.connector.connect(&destination.host, stream, patience);
    let (stream, tls) = connection.await?;
    Ok((stream.into(), tls))
}

impl Session {
    fn log_failure(&self, kind: ErrorKind) {
        tracing::info!(
            client = self.client.blurred(),
            origin = %self.origin,
            server = %self.destination.host,
            port = self.destination.port,
            tls = %self.destination.tls,
            kind = kind.as_str(),
            "tunnel failed"
        );
    }
}
