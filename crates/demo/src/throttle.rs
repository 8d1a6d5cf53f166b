//! The network between a client and the demo server, as slow as somebody wants to feel it.
//!
//! Octets go in on one side and come out later on the other, in order: half a round trip later,
//! after those before them have left at the line's speed, and in pieces of a chosen size. What is
//! here is one connection; whoever carries its octets owns the clock.
//!
//! ```
//! use std::time::Duration;
//! use porthole_demo::throttle::{Arrival, Conditions, Throttle, Way};
//! use porthole_wire::Instant;
//!
//! let far = Conditions { round_trip: Duration::from_millis(200), ..Conditions::default() };
//! let mut throttle = Throttle::new(far);
//! throttle.send(Instant::ZERO, Way::Up, b"NOOP\r\n");
//! assert_eq!(throttle.next_arrival(Instant::ZERO), None);
//! let then = throttle.deadline().unwrap();
//! assert_eq!(then, Instant::ZERO + Duration::from_millis(100));
//! let octets = Arrival::Octets(b"NOOP\r\n".to_vec());
//! assert_eq!(throttle.next_arrival(then), Some((Way::Up, octets)));
//! ```

use std::{
    collections::VecDeque,
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use porthole_wire::Instant;
use serde::{Deserialize, Serialize};

/// Octets that leave a line of limited speed at once: what fits one TCP segment over Ethernet.
const SEGMENT: usize = 1460;

/// What a network is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Conditions {
    /// How long an octet and the answer to it take, both ways together.
    pub round_trip: Duration,
    /// Octets a second, each way; `None` for no limit.
    pub bandwidth: Option<NonZeroU32>,
    /// The octets that arrive at once at most; `None` for as many as were sent.
    pub chunk: Option<NonZeroUsize>,
}

/// Where octets go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// To the server.
    Up,
    /// To the client.
    Down,
}

/// What comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// Octets.
    Octets(Vec<u8>),
    /// The end of the stream.
    End,
}

/// One connection through a network.
#[derive(Debug, Default)]
pub struct Throttle {
    conditions: Conditions,
    up: Lane,
    down: Lane,
}

#[derive(Debug, Default)]
struct Lane {
    /// What is on its way, in order, and when it arrives.
    arriving: VecDeque<(Instant, Arrival)>,
    /// When the last octet has left.
    free: Instant,
    /// When the last octet arrives: nothing overtakes, even where the network changes.
    last: Instant,
}

impl Throttle {
    /// A connection through such a network.
    pub fn new(conditions: Conditions) -> Self {
        Self {
            conditions,
            ..Self::default()
        }
    }

    /// The network is like this from now on; what is on its way is not touched.
    pub fn set(&mut self, conditions: Conditions) {
        self.conditions = conditions;
    }

    /// Octets are sent.
    pub fn send(&mut self, now: Instant, way: Way, octets: &[u8]) {
        let conditions = self.conditions;
        let segment = conditions.bandwidth.map(|_| SEGMENT);
        let chunk = conditions.chunk.map(NonZeroUsize::get);
        let most = segment.into_iter().chain(chunk).min();
        let lane = self.lane(way);
        for piece in octets.chunks(most.unwrap_or(usize::MAX)) {
            lane.free = lane.free.max(now) + conditions.takes(piece.len());
            lane.push(conditions, Arrival::Octets(piece.to_vec()));
        }
    }

    /// One side sends no more.
    pub fn end(&mut self, now: Instant, way: Way) {
        let conditions = self.conditions;
        let lane = self.lane(way);
        lane.free = lane.free.max(now);
        lane.push(conditions, Arrival::End);
    }

    /// What has arrived by now and was not taken yet, the oldest first.
    pub fn next_arrival(&mut self, now: Instant) -> Option<(Way, Arrival)> {
        let first = |lane: &Lane| lane.arriving.front().map(|(at, _)| *at);
        let way = match (first(&self.up), first(&self.down)) {
            (Some(up), Some(down)) if down < up => Way::Down,
            (Some(_), _) => Way::Up,
            (None, _) => Way::Down,
        };
        let lane = self.lane(way);
        let (_, arrival) = lane.arriving.pop_front_if(|(at, _)| *at <= now)?;
        Some((way, arrival))
    }

    /// When the next octet arrives.
    pub fn deadline(&self) -> Option<Instant> {
        let lanes = [&self.up, &self.down].into_iter();
        let next = lanes.filter_map(|lane| lane.arriving.front());
        next.map(|(at, _)| *at).min()
    }

    fn lane(&mut self, way: Way) -> &mut Lane {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }
}

impl Lane {
    fn push(&mut self, conditions: Conditions, arrival: Arrival) {
        self.last = self.last.max(self.free + conditions.round_trip / 2);
        self.arriving.push_back((self.last, arrival));
    }
}

impl Conditions {
    /// How long so many octets take to leave.
    fn takes(self, octets: usize) -> Duration {
        let Some(bandwidth) = self.bandwidth else {
            return Duration::ZERO;
        };
        let micros = octets as u64 * 1_000_000 / u64::from(bandwidth.get());
        Duration::from_micros(micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn millis(millis: u64) -> Instant {
        Instant::ZERO + Duration::from_millis(millis)
    }

    /// Everything that arrives, and when: milliseconds, way, length.
    fn arrivals(throttle: &mut Throttle) -> Vec<(u64, Way, Option<usize>)> {
        let mut all = Vec::new();
        while let Some(at) = throttle.deadline() {
            while let Some((way, arrival)) = throttle.next_arrival(at) {
                let length = match arrival {
                    Arrival::Octets(octets) => Some(octets.len()),
                    Arrival::End => None,
                };
                all.push((at.as_micros() / 1000, way, length));
            }
        }
        all
    }

    #[test]
    fn the_same_network_is_felt_both_ways() {
        let mut throttle = Throttle::new(Conditions {
            round_trip: Duration::from_millis(600),
            ..Conditions::default()
        });
        throttle.send(millis(5), Way::Up, b"ab");
        throttle.send(millis(10), Way::Down, b"cde");
        throttle.end(millis(10), Way::Down);
        let expected = [
            (305, Way::Up, Some(2)),
            (310, Way::Down, Some(3)),
            (310, Way::Down, None),
        ];
        assert_eq!(arrivals(&mut throttle), expected);
    }

    #[test]
    fn octets_wait_for_those_before_them() {
        let mut throttle = Throttle::new(Conditions {
            round_trip: Duration::from_millis(20),
            bandwidth: NonZeroU32::new(10_000),
            chunk: NonZeroUsize::new(50),
        });
        throttle.send(millis(0), Way::Down, &[0; 120]);
        throttle.send(millis(1), Way::Down, &[0; 10]);
        let expected = [
            (15, Way::Down, Some(50)),
            (20, Way::Down, Some(50)),
            (22, Way::Down, Some(20)),
            (23, Way::Down, Some(10)),
        ];
        assert_eq!(arrivals(&mut throttle), expected);
    }

    #[test]
    fn nothing_overtakes_when_the_way_gets_shorter() {
        let mut throttle = Throttle::new(Conditions {
            round_trip: Duration::from_millis(400),
            ..Conditions::default()
        });
        throttle.send(millis(0), Way::Up, b"first");
        throttle.set(Conditions::default());
        throttle.send(millis(1), Way::Up, b"second");
        let expected = [(200, Way::Up, Some(5)), (200, Way::Up, Some(6))];
        assert_eq!(arrivals(&mut throttle), expected);
    }
}
