//! INTERNALDATE and search dates: RFC 9051 section 9, `date-time` and `date`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    /// The year, four digits.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// A moment with its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DateTime {
    /// The day in that zone.
    pub date: Date,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60.
    pub second: u8,
    /// Minutes east of UTC.
    pub zone: i16,
}

/// English month names, as the grammar has them.
pub const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Date {
    /// Days since 1970-01-01.
    pub fn days(self) -> i64 {
        // Howard Hinnant's civil-from-days arithmetic: years begin in March, so that the leap day
        // comes last.
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let month = (i64::from(self.month) + 9) % 12;
        let of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The day that lies `days` after 1970-01-01.
    pub fn from_days(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        Self {
            year: year.clamp(0, 9999) as u16,
            month: month as u8,
            day: day as u8,
        }
    }
}

impl DateTime {
    /// Seconds since 1970-01-01 00:00 UTC.
    pub fn unix(&self) -> i64 {
        let day =
            i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second)
                - i64::from(self.zone) * 60;
        self.date.days() * 86_400 + day
    }

    /// The moment `unix` seconds after 1970-01-01 00:00 UTC, in UTC.
    pub fn from_unix(unix: i64) -> Self {
        let of_day = unix.rem_euclid(86_400);
        Self {
            date: Date::from_days(unix.div_euclid(86_400)),
            hour: (of_day / 3600) as u8,
            minute: (of_day / 60 % 60) as u8,
            second: (of_day % 60) as u8,
            zone: 0,
        }
    }
}

impl fmt::Display for Date {
    /// The wire form of SEARCH: `23-Nov-2026`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = MONTHS
            .get(usize::from(self.month.wrapping_sub(1)))
            .unwrap_or(&"Jan");
        write!(f, "{}-{month}-{:04}", self.day, self.year)
    }
}

impl fmt::Display for DateTime {
    /// The wire form without quotes: `23-Nov-2026 09:15:00 +0100`, the day padded with a space.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.date.day < 10 {
            f.write_str(" ")?;
        }
        let sign = if self.zone < 0 { '-' } else { '+' };
        let zone = self.zone.unsigned_abs();
        write!(
            f,
            "{} {:02}:{:02}:{:02} {sign}{:02}{:02}",
            self.date,
            self.hour,
            self.minute,
            self.second,
            zone / 60,
            zone % 60
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn days_and_dates_are_inverse() {
        for days in (-200_000..200_000).step_by(37) {
            assert_eq!(Date::from_days(days).days(), days);
        }
        assert_eq!(
            Date {
                year: 2026,
                month: 11,
                day: 23
            }
            .days(),
            20_780
        );
        assert_eq!(
            Date {
                year: 2000,
                month: 2,
                day: 29
            }
            .days(),
            11_016
        );
    }

    #[test]
    fn zones_are_east_of_utc() {
        let date = Date {
            year: 2026,
            month: 11,
            day: 3,
        };
        let at = DateTime {
            date,
            hour: 9,
            minute: 15,
            second: 1,
            zone: 60,
        };
        assert_eq!(at.to_string(), " 3-Nov-2026 09:15:01 +0100");
        assert_eq!(DateTime::from_unix(at.unix()).hour, 8);
        assert_eq!(DateTime::from_unix(at.unix()).unix(), at.unix());
    }
}
