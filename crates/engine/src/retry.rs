//! When to dial again after a connection was lost.

use std::time::Duration;

use porthole_wire::Instant;

/// Waits longer after each failure: 1 s, 2 s, 4 s .. one minute.
#[derive(Debug, Default)]
pub(crate) struct Retry {
    failures: u32,
    at: Option<Instant>,
}

impl Retry {
    /// A connection was lost or not made; answers after how long the next attempt comes.
    pub(crate) fn failed(&mut self, now: Instant) -> Duration {
        let seconds = 1u64 << self.failures.min(6);
        let after = Duration::from_secs(seconds.min(60));
        self.failures += 1;
        self.at = Some(now + after);
        after
    }

    /// A connection is as good as it gets.
    pub(crate) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// The next attempt may not come before this.
    pub(crate) fn at_least(&mut self, at: Instant) {
        self.at = Some(self.at.map_or(at, |planned| planned.max(at)));
    }

    /// An attempt is being made.
    pub(crate) fn cancel(&mut self) {
        self.at = None;
    }

    /// When the next attempt comes.
    pub(crate) fn at(&self) -> Option<Instant> {
        self.at
    }

    /// Whether it is time.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.at.is_some_and(|at| now >= at)
    }
}
