//! Other terms without cutting anyone off: SIGHUP has the configuration read again.

use std::convert::Infallible;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::config::Source;
use crate::proxy::Proxy;

/// What waits for the signal.
#[derive(Debug)]
pub(crate) struct Reload(Signal);

impl Reload {
    /// Listens for the signal from here on.
    ///
    /// # Errors
    /// When the system lets no signal be listened for.
    pub(crate) fn new() -> std::io::Result<Self> {
        signal(SignalKind::hangup()).map(Self)
    }

    /// Changes the proxy's terms at each signal, for ever. What is no configuration changes
    /// nothing: the old terms go on to count. While files are read nobody new is accepted; who is
    /// there has threads of its own.
    pub(crate) async fn run(mut self, source: &Source, proxy: &Proxy) -> Infallible {
        loop {
            if self.0.recv().await.is_none() {
                std::future::pending::<()>().await;
            }
            let terms = source.again();
            let taken = terms.is_ok();
            match terms {
                Ok(terms) => {
                    proxy.change(terms);
                    tracing::info!("the configuration was read again");
                }
                Err(error) => tracing::error!(error, "the old configuration stays"),
            }
            // Whoever reads the counter finds the new terms in force.
            proxy.metrics.reloaded(taken);
        }
    }
}
