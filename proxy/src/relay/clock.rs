//! When a connection has been silent, idle or stuck for too long.
//!
//! Nothing here waits: the relay notes what happened and when, asks for the next deadline, and
//! when that has passed asks what to do.

use std::time::Duration;

use porthole_tunnel::CloseCode;
use tokio::time::Instant;

use super::End;

/// How long is too long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeouts {
    /// A page that was silent this long is sent a ping. After three times this it is gone.
    pub(crate) ping: Duration,
    /// No byte of mail either way.
    pub(crate) idle: Duration,
    /// Bytes are waiting and the side that should take them does not.
    pub(crate) stall: Duration,
    /// However busy it is.
    pub(crate) lifetime: Duration,
}

/// Which side is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Page,
    Server,
}

/// What happened when.
#[derive(Debug)]
pub(super) struct Clock {
    timeouts: Timeouts,
    started: Instant,
    /// The last byte of any kind from the page.
    heard: Instant,
    /// The last ping, if nothing was heard since.
    pinged: Option<Instant>,
    /// The last byte of mail either way.
    moved: Instant,
    /// Since when the page, and the server, has not taken a byte that waits for it.
    blocked: [Option<Instant>; 2],
    draining: bool,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing yet.
    Nothing,
    /// Send the page a ping.
    Ping,
    /// End the tunnel.
    End(End),
}

impl Clock {
    pub(super) fn new(timeouts: Timeouts, now: Instant) -> Self {
        Self {
            timeouts,
            started: now,
            heard: now,
            pinged: None,
            moved: now,
            blocked: [None; 2],
            draining: false,
        }
    }

    /// Bytes came from the page.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = now;
        self.pinged = None;
    }

    /// This side took bytes.
    pub(super) fn took(&mut self, side: Side, now: Instant) {
        self.blocked[side as usize] = None;
        self.moved = now;
    }

    /// Bytes wait for this side.
    pub(super) fn blocked(&mut self, side: Side, now: Instant) {
        self.blocked[side as usize].get_or_insert(now);
    }

    /// The proxy is going away: close as soon as nothing moves.
    pub(super) fn drain(&mut self) {
        self.draining = true;
    }

    /// When to call [`Self::due`] at the latest.
    pub(super) fn deadline(&self) -> Instant {
        let ping = self.pinged.unwrap_or(self.heard) + self.timeouts.ping;
        let idle = self.moved + self.timeouts.idle;
        let end = self.started + self.timeouts.lifetime;
        let stall = self.stalled_at().unwrap_or(end);
        // Nobody is quiet whose bytes wait, and whoever takes them wakes the relay.
        let drain = if self.draining && self.blocked == [None; 2] {
            self.moved + QUIET
        } else {
            end
        };
        ping.min(idle).min(end).min(stall).min(drain)
    }

    /// What is to be done now.
    pub(super) fn due(&mut self, now: Instant) -> Due {
        if self.stalled_at().is_some_and(|at| at <= now) {
            // The page may be the one that does not read: it will not see a Close frame either.
            return match self.blocked[Side::Page as usize] {
                Some(_) => Due::End(End::GiveUp(CloseCode::Stalled)),
                None => Due::End(End::Close(CloseCode::Stalled)),
            };
        }
        if self.heard + 3 * self.timeouts.ping <= now {
            return Due::End(End::GiveUp(CloseCode::Stalled));
        }
        if self.moved + self.timeouts.idle <= now {
            return Due::End(End::Close(CloseCode::Idle));
        }
        let quiet = self.blocked == [None; 2] && self.moved + QUIET <= now;
        if self.started + self.timeouts.lifetime <= now || self.draining && quiet {
            return Due::End(End::Close(CloseCode::GoingAway));
        }
        if self.pinged.unwrap_or(self.heard) + self.timeouts.ping <= now {
            self.pinged = Some(now);
            return Due::Ping;
        }
        Due::Nothing
    }

    fn stalled_at(&self) -> Option<Instant> {
        let since = self.blocked.iter().flatten().min()?;
        Some(*since + self.timeouts.stall)
    }
}

/// A mail server that was asked something usually starts to answer within this.
const QUIET: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUTS: Timeouts = Timeouts {
        ping: Duration::from_secs(30),
        idle: Duration::from_secs(2000),
        stall: Duration::from_secs(60),
        lifetime: Duration::from_secs(86_400),
    };

    /// At which second the clock is told what.
    type Told = (u64, fn(&mut Clock, Instant));

    /// Tells the clock each thing at its second, asks at each deadline, and notes what is due
    /// until `end`.
    fn check(told: &[Told], end: u64, expected: &[(u64, Due)]) {
        let start = Instant::now();
        let mut clock = Clock::new(TIMEOUTS, start);
        let mut told = told.iter().peekable();
        let mut seen = Vec::new();
        loop {
            let at = clock.deadline().saturating_duration_since(start).as_secs();
            if let Some((second, tell)) = told.next_if(|(second, _)| *second <= at) {
                tell(&mut clock, start + Duration::from_secs(*second));
                continue;
            }
            if at > end {
                break;
            }
            match clock.due(start + Duration::from_secs(at)) {
                Due::Nothing if clock.draining => break,
                due @ Due::End(_) => {
                    seen.push((at, due));
                    break;
                }
                due => seen.push((at, due)),
            }
        }
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_silent_page_is_pinged_and_then_given_up() {
        check(
            &[],
            500,
            &[
                (30, Due::Ping),
                (60, Due::Ping),
                (90, Due::End(End::GiveUp(CloseCode::Stalled))),
            ],
        );
    }

    #[test]
    fn any_byte_counts_as_an_answer() {
        check(
            &[(31, Clock::heard), (65, Clock::heard)],
            100,
            &[(30, Due::Ping), (61, Due::Ping), (95, Due::Ping)],
        );
    }

    #[test]
    fn pongs_do_not_keep_an_idle_connection() {
        let answers: Vec<Told> = (0..80).map(|i| (i * 29, Clock::heard as _)).collect();
        check(
            &answers,
            2500,
            &[(2000, Due::End(End::Close(CloseCode::Idle)))],
        );
    }

    #[test]
    fn who_does_not_take_bytes_is_stalled() {
        check(
            &[
                (5, |clock, now| clock.blocked(Side::Server, now)),
                (20, |clock, now| clock.blocked(Side::Server, now)),
                (21, Clock::heard),
                (50, Clock::heard),
            ],
            500,
            &[(65, Due::End(End::Close(CloseCode::Stalled)))],
        );
        check(
            &[
                (5, |clock, now| clock.blocked(Side::Page, now)),
                (10, |clock, now| clock.took(Side::Page, now)),
                (12, |clock, now| clock.blocked(Side::Page, now)),
                (25, Clock::heard),
                (54, Clock::heard),
            ],
            500,
            &[(72, Due::End(End::GiveUp(CloseCode::Stalled)))],
        );
    }

    #[test]
    fn no_tunnel_grows_older_than_a_day() {
        let busy = |clock: &mut Clock, now| {
            clock.heard(now);
            clock.took(Side::Page, now);
        };
        let told: Vec<Told> = (0..3000).map(|i| (i * 29, busy as _)).collect();
        check(
            &told,
            90_000,
            &[(86_400, Due::End(End::Close(CloseCode::GoingAway)))],
        );
    }

    #[test]
    fn draining_waits_for_quiet() {
        let start = Instant::now();
        let mut clock = Clock::new(TIMEOUTS, start);
        clock.drain();
        assert_eq!(clock.deadline(), start + QUIET);
        clock.took(Side::Page, start + QUIET);
        assert_eq!(clock.due(start + QUIET), Due::Nothing);
        assert_eq!(
            clock.due(start + 2 * QUIET),
            Due::End(End::Close(CloseCode::GoingAway))
        );
    }

    #[test]
    fn draining_waits_for_who_is_held_up_without_asking_again_and_again() {
        let start = Instant::now();
        let mut clock = Clock::new(TIMEOUTS, start);
        clock.blocked(Side::Server, start);
        clock.drain();
        let ping = start + TIMEOUTS.ping;
        assert_eq!(clock.deadline(), ping);
        assert_eq!(clock.due(ping), Due::Ping);
        clock.took(Side::Server, ping);
        assert_eq!(clock.deadline(), ping + QUIET);
    }
}
