//! What a run would take at another distance.
//!
//! The model: a round trip for every turn that waits for the one before it, one for each
//! connection that is made meanwhile until its greeting is there, and the time that the octets
//! take on the line.
//!
//! ```text
//!   time = waits x round trip + 8 x octets / bandwidth
//! ```
//!
//! Connections that were open side by side do not wait for each other; those that followed each
//! other do. What is not in it: half a round trip for what a server tells by itself, TLS handshakes,
//! what the server thinks, slow start and lost packets.

use serde::{Deserialize, Serialize};

/// How far away a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Distance {
    /// A round trip, in milliseconds.
    pub round_trip: u32,
    /// Bits each second, either way together; `None` where octets take no time.
    pub bandwidth: Option<u64>,
}

impl Distance {
    /// Distances that people have.
    pub const USUAL: [Self; 4] = [
        Self::new(1, Some(1_000_000_000)),
        Self::new(20, Some(50_000_000)),
        Self::new(150, Some(10_000_000)),
        Self::new(600, Some(2_000_000)),
    ];

    /// This far.
    pub const fn new(round_trip: u32, bandwidth: Option<u64>) -> Self {
        Self {
            round_trip,
            bandwidth,
        }
    }

    /// In words.
    pub fn label(self) -> String {
        let round_trip = self.round_trip;
        match self.bandwidth {
            None => format!("{round_trip} ms away"),
            Some(bits) if bits % 1_000_000 == 0 => {
                format!("{round_trip} ms away, {} Mbit/s", bits / 1_000_000)
            }
            Some(bits) => format!("{round_trip} ms away, {} kbit/s", bits / 1000),
        }
    }
}

/// What time at a distance depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cost {
    /// Round trips that follow one another.
    pub waits: u64,
    /// Octets, both ways.
    pub octets: u64,
}

impl Cost {
    /// How long that takes, in microseconds.
    pub fn at(self, distance: Distance) -> u64 {
        let waiting = self
            .waits
            .saturating_mul(u64::from(distance.round_trip) * 1000);
        let bits = u128::from(self.octets) * 8_000_000;
        let sending = distance
            .bandwidth
            .and_then(|bandwidth| bits.checked_div(u128::from(bandwidth)));
        let sending = u64::try_from(sending.unwrap_or(0)).unwrap_or(u64::MAX);
        waiting.saturating_add(sending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_cost_round_trips_and_octets_cost_bandwidth() {
        let cost = Cost {
            waits: 4,
            octets: 1_000_000,
        };
        assert_eq!(cost.at(Distance::new(100, None)), 400_000);
        assert_eq!(cost.at(Distance::new(100, Some(8_000_000))), 1_400_000);
        assert_eq!(
            cost.at(Distance::new(0, Some(0))),
            0,
            "no bandwidth to divide by"
        );
        let endless = Cost {
            waits: u64::MAX,
            octets: u64::MAX,
        };
        assert_eq!(endless.at(Distance::new(1, Some(1))), u64::MAX);
    }

    #[test]
    fn distances_are_named() {
        assert_eq!(
            Distance::new(20, Some(50_000_000)).label(),
            "20 ms away, 50 Mbit/s"
        );
        assert_eq!(
            Distance::new(0, Some(64_000)).label(),
            "0 ms away, 64 kbit/s"
        );
        assert_eq!(Distance::new(5, None).label(), "5 ms away");
    }
}
