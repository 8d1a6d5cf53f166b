//! Connections of an account that was left: each is kept until the server has answered the last
//! command, beside whatever comes next.

use std::time::Duration;

use porthole_wire::Instant;

use crate::{core::Core, output::ConnectionId};

/// A connection on which LOGOUT or QUIT is on its way.
pub(crate) trait Farewell: std::fmt::Debug {
    /// Whether it is this connection.
    fn is(&self, connection: ConnectionId) -> bool;
    /// Octets came.
    fn input(&mut self, core: &mut Core, now: Instant, bytes: &[u8]);
    /// The stream ended, or the server has taken too long.
    fn eof(&mut self, core: &mut Core, now: Instant);
    /// Whether it was hung up.
    fn is_over(&self) -> bool;
}

/// All of them, and until when each may take.
#[derive(Debug, Default)]
pub(crate) struct Farewells(Vec<(Instant, Box<dyn Farewell>)>);

impl Farewells {
    /// Waits for the answer on one more.
    pub(crate) fn add(&mut self, now: Instant, farewell: Box<dyn Farewell>) {
        self.0.push((now + PATIENCE, farewell));
    }

    /// Takes octets in; `false` where they are of none of these connections.
    pub(crate) fn input(
        &mut self,
        core: &mut Core,
        now: Instant,
        connection: ConnectionId,
        bytes: &[u8],
    ) -> bool {
        self.act(|farewell| {
            let heard = farewell.is(connection);
            if heard {
                farewell.input(core, now, bytes);
            }
            heard
        })
    }

    /// A stream ended; `false` where it is of none of these connections.
    pub(crate) fn eof(&mut self, core: &mut Core, now: Instant, connection: ConnectionId) -> bool {
        self.act(|farewell| {
            let heard = farewell.is(connection);
            if heard {
                farewell.eof(core, now);
            }
            heard
        })
    }

    /// Hangs up where the answer has not come in time.
    pub(crate) fn timeout(&mut self, core: &mut Core, now: Instant) {
        for (_, mut late) in self.0.extract_if(.., |(until, _)| now >= *until) {
            late.eof(core, now);
        }
    }

    /// When `timeout` must be called.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.0.iter().map(|(until, _)| *until).min()
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn act(&mut self, mut act: impl FnMut(&mut dyn Farewell) -> bool) -> bool {
        let mut farewells = self.0.iter_mut();
        let heard = farewells.any(|(_, farewell)| act(farewell.as_mut()));
        self.0.retain(|(_, farewell)| !farewell.is_over());
        heard
    }
}

/// Nobody waits for the answer, and on most lines it is there within a second.
const PATIENCE: Duration = Duration::from_secs(2);
