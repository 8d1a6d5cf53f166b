//! Counters, for Prometheus. None of them says who talked to whom.

use porthole_tunnel::ErrorKind;
use prometheus::{
    IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder, core::Collector,
};

/// The counters.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    open: IntGauge,
    turned_away: IntCounter,
    refused: IntCounterVec,
    failed: IntCounterVec,
    closed: IntCounterVec,
    bytes: IntCounterVec,
    reloads: IntCounterVec,
}

/// Why a request for a tunnel was answered with a status and not with a WebSocket.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Refusal {
    /// Not a WebSocket's handshake.
    Handshake,
    /// From a page that may not.
    Origin,
    /// For a destination that cannot be read.
    Query,
    /// Too many.
    Limit,
}

/// A tunnel that is open, from here until it is dropped.
#[derive(Debug)]
pub(crate) struct Open(IntGauge);

impl Metrics {
    pub(crate) fn new() -> Self {
        let registry = Registry::new();
        let counter = |name: &str, help: &str, label: &str| {
            register(
                &registry,
                IntCounterVec::new(Opts::new(name, help), &[label]),
            )
        };
        Self {
            refused: counter(
                "porthole_tunnels_refused_total",
                "Requests for a tunnel that were answered with a status",
                "reason",
            ),
            failed: counter(
                "porthole_tunnels_failed_total",
                "Tunnels without a connection to a server",
                "kind",
            ),
            closed: counter(
                "porthole_tunnels_closed_total",
                "Tunnels that were connected and have ended",
                "reason",
            ),
            reloads: counter(
                "porthole_reloads_total",
                "How often the configuration was to be read again",
                "outcome",
            ),
            bytes: counter("porthole_bytes_total", "Bytes carried", "direction"),
            open: register(
                &registry,
                IntGauge::new("porthole_tunnels_open", "Tunnels that are connected"),
            ),
            turned_away: register(
                &registry,
                IntCounter::new(
                    "porthole_connections_turned_away_total",
                    "Connections that were closed unheard, since too many were open",
                ),
            ),
            registry,
        }
    }

    /// In Prometheus' text format.
    pub(crate) fn text(&self) -> String {
        TextEncoder::new()
            .encode_to_string(&self.registry.gather())
            .unwrap_or_default()
    }

    pub(crate) fn turned_away(&self) {
        self.turned_away.inc();
    }

    pub(crate) fn refused(&self, refusal: Refusal) {
        let reason = match refusal {
            Refusal::Handshake => "handshake",
            Refusal::Origin => "origin",
            Refusal::Query => "query",
            Refusal::Limit => "limit",
        };
        self.refused.with_label_values(&[reason]).inc();
    }

    pub(crate) fn failed(&self, kind: ErrorKind) {
        self.failed.with_label_values(&[kind.as_str()]).inc();
    }

    pub(crate) fn reloaded(&self, taken: bool) {
        let outcome = if taken { "taken" } else { "refused" };
        self.reloads.with_label_values(&[outcome]).inc();
    }

    pub(crate) fn opened(&self) -> Open {
        self.open.inc();
        Open(self.open.clone())
    }

    pub(crate) fn closed(&self, reason: &str, up: u64, down: u64) {
        self.closed.with_label_values(&[reason]).inc();
        self.bytes.with_label_values(&["up"]).inc_by(up);
        self.bytes.with_label_values(&["down"]).inc_by(down);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn register<C: Collector + Clone + 'static>(
    registry: &Registry,
    metric: prometheus::Result<C>,
) -> C {
    let metric = metric.expect("names and labels are literals in Prometheus' alphabet");
    registry
        .register(Box::new(metric.clone()))
        .expect("no two metrics here have one name");
    metric
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_in_the_text() {
        let metrics = Metrics::new();
        metrics.refused(Refusal::Origin);
        metrics.failed(ErrorKind::Denied);
        metrics.turned_away();
        let open = metrics.opened();
        let line = |line: &str| assert!(metrics.text().lines().any(|l| l == line), "{line}");
        line("porthole_tunnels_open 1");
        metrics.reloaded(true);
        metrics.reloaded(false);
        drop(open);
        metrics.closed("finished", 7, 9);
        line("porthole_tunnels_open 0");
        line("porthole_tunnels_refused_total{reason=\"origin\"} 1");
        line("porthole_connections_turned_away_total 1");
        line("porthole_tunnels_failed_total{kind=\"denied\"} 1");
        line("porthole_tunnels_closed_total{reason=\"finished\"} 1");
        line("porthole_reloads_total{outcome=\"taken\"} 1");
        line("porthole_reloads_total{outcome=\"refused\"} 1");
        line("porthole_bytes_total{direction=\"up\"} 7");
        line("porthole_bytes_total{direction=\"down\"} 9");
    }
}
