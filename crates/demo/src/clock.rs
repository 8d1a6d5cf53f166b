//! The server's calendar, made from the driver's clock.

use std::time::Duration;

use porthole_imap::types::datetime::{DateTime, MONTHS};
use porthole_wire::Instant;

/// Knows what the time of day was at the driver's epoch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    epoch: i64,
}

impl Clock {
    /// A clock for a driver whose [`Instant::ZERO`] is `epoch` seconds after 1970-01-01 00:00 UTC.
    pub(crate) fn new(epoch: i64) -> Self {
        Self { epoch }
    }

    pub(crate) fn date_time(self, now: Instant) -> DateTime {
        let since: Duration = now.since(Instant::ZERO);
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        DateTime::from_unix(self.epoch.saturating_add(seconds))
    }
}

/// `date-time` of RFC 5322 section 3.3.
pub fn rfc5322(at: DateTime) -> String {
    // 1970-01-01 was a Thursday.
    let weekday = WEEKDAYS[usize::try_from((at.date.days() + 4).rem_euclid(7)).unwrap_or(0)];
    let month = MONTHS[usize::from(at.date.month.clamp(1, 12)) - 1];
    let sign = if at.zone < 0 { '-' } else { '+' };
    let zone = at.zone.unsigned_abs();
    format!(
        "{weekday}, {} {month} {:04} {:02}:{:02}:{:02} {sign}{:02}{:02}",
        at.date.day,
        at.date.year,
        at.hour,
        at.minute,
        at.second,
        zone / 60,
        zone % 60
    )
}

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn dates_as_in_messages() {
        let at = Clock::new(1_795_424_000).date_time(Instant::from_micros(3_600_000_000));
        assert_eq!(rfc5322(at), "Mon, 23 Nov 2026 09:53:20 +0000");
        assert_eq!(
            rfc5322(DateTime::from_unix(0)),
            "Thu, 1 Jan 1970 00:00:00 +0000"
        );
    }
}
