//! When to dial again after a connection was lost, and when to leave that to the user.

use std::time::Duration;

use porthole_wire::Instant;

use crate::{
    change::{Change, Connection, Failure, FailureKind},
    core::Core,
};

/// Waits longer after each failure: 1 s, 2 s, 4 s .. one minute. What does not pass by waiting is
/// told, and only the user goes on.
#[derive(Debug, Default)]
pub(crate) struct Retry {
    failures: u32,
    at: Option<Instant>,
    given_up: bool,
    /// The server wants no attempt before this (RFC 2449 section 6.5).
    not_before: Instant,
}

impl Retry {
    /// A connection was lost or not made. `known` where the way there has been found before, now or
    /// on an earlier visit: otherwise whoever typed it should look at it again.
    pub(crate) fn failed(&mut self, core: &mut Core, now: Instant, known: bool, failure: Failure) {
        self.given_up = !known || !may_pass(failure.kind);
        if self.given_up {
            self.at = None;
            let state = match failure.kind {
                FailureKind::WrongPassword => Connection::SignInNeeded,
                _ => Connection::SignedOut,
            };
            core.change(Change::Failed(failure));
            core.set_connection(state);
        } else {
            let seconds = (1u64 << self.failures.min(6)).min(60);
            self.failures += 1;
            self.plan(core, now, now + Duration::from_secs(seconds));
        }
    }

    /// A connection is as good as it gets.
    pub(crate) fn succeeded(&mut self) {
        *self = Self {
            not_before: self.not_before,
            ..Self::default()
        };
    }

    /// No attempt may come before this.
    pub(crate) fn pause_until(&mut self, at: Instant) {
        self.not_before = self.not_before.max(at);
    }

    /// Whether an attempt may be made now; where it may not, it comes later, and that is said.
    pub(crate) fn is_allowed(&mut self, core: &mut Core, now: Instant) -> bool {
        let allowed = now >= self.not_before;
        if !allowed {
            self.plan(core, now, self.at.unwrap_or(now));
        }
        allowed
    }

    fn plan(&mut self, core: &mut Core, now: Instant, at: Instant) {
        let at = at.max(self.not_before);
        self.at = Some(at);
        let seconds = at.since(now).as_millis().div_ceil(1000);
        core.set_connection(Connection::Offline {
            retry_in: u32::try_from(seconds).unwrap_or(u32::MAX),
        });
    }

    /// An attempt is being made.
    pub(crate) fn cancel(&mut self) {
        self.at = None;
        self.given_up = false;
    }

    /// When the next attempt comes.
    pub(crate) fn at(&self) -> Option<Instant> {
        self.at
    }

    /// Whether it is time.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.at.is_some_and(|at| now >= at)
    }

    /// Whether nothing has failed that was not tried again since.
    pub(crate) fn is_calm(&self) -> bool {
        self.at.is_none() && !self.given_up
    }
}

/// What silence instead of a greeting means: where the way is known, the server is slow; where it
/// is not, it may wait for another protocol, or for TLS.
pub(crate) const fn silent_greeting(known: bool) -> FailureKind {
    match known {
        true => FailureKind::NoAnswer,
        false => FailureKind::NotThatProtocol,
    }
}

/// Whether there is hope without the user: the way there fails, or the server is not up to it now.
const fn may_pass(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::NoProxy
            | FailureKind::NoHost
            | FailureKind::NoAnswer
            | FailureKind::Limit
            | FailureKind::TurnedAway
            | FailureKind::InUse
            | FailureKind::LoginDelay
            | FailureKind::Lost
    )
}
