//! Going away without cutting anyone off.
//!
//! ```text
//!   Running --SIGTERM or SIGINT--> Draining --nobody left, or the deadline--> Stopped
//!                                  /readyz and /tunnel answer 503,            what is left is
//!                                  tunnels close once they are quiet          told to go
//! ```

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::limits::{Client, Gate};

/// How far the end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Serving.
    Running,
    /// Finishing what has begun.
    Draining,
    /// Out of patience.
    Stopped,
}

/// What every connection holds, to hear of the end.
#[derive(Debug, Clone)]
pub(crate) struct Shutdown(watch::Receiver<Phase>);

impl Shutdown {
    /// How far it has come.
    pub(crate) fn phase(&self) -> Phase {
        *self.0.borrow()
    }

    /// Waits for the next phase.
    pub(crate) async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            // The one who would say so is gone, and the process with it.
            std::future::pending::<()>().await;
        }
    }
}

/// What moves the phases on.
#[derive(Debug)]
pub(crate) struct Trigger {
    phase: watch::Sender<Phase>,
    terminate: Signal,
    interrupt: Signal,
}

impl Trigger {
    /// Listens for signals from here on.
    ///
    /// # Errors
    /// When the system lets no signal be listened for.
    pub(crate) fn new() -> std::io::Result<(Self, Shutdown)> {
        let (phase, receiver) = watch::channel(Phase::Running);
        let trigger = Self {
            phase,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        };
        Ok((trigger, Shutdown(receiver)))
    }

    /// Waits for a signal, then for the tunnels and the requests to end. A second signal ends the
    /// waiting.
    pub(crate) async fn wait(
        mut self,
        tunnels: &Gate<Client>,
        requests: &Gate<Client>,
        patience: Duration,
    ) {
        self.signal().await;
        tracing::info!(tunnels = tunnels.inside(), "draining");
        self.phase.send_replace(Phase::Draining);
        tokio::select! {
            ((), ()) = async { tokio::join!(tunnels.empty(), requests.empty()) } => {}
            () = tokio::time::sleep(patience) => {}
            () = self.signal() => {}
        }
        if tunnels.inside() > 0 {
            tracing::info!(tunnels = tunnels.inside(), "out of patience");
        }
        self.phase.send_replace(Phase::Stopped);
        let _ = tokio::time::timeout(LAST_WORDS, tunnels.empty()).await;
    }

    async fn signal(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// For Close frames to be sent and answered.
const LAST_WORDS: Duration = Duration::from_secs(1);
