//! Dates: RFC 5322 section 3.3.

use mail_parser::{HeaderValue, parsers::MessageStream};
use serde::{Deserialize, Serialize};

/// A moment, and the zone in which its sender's clock showed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DateTime {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub unix: i64,
    /// Minutes east of UTC.
    pub offset: i16,
}

impl DateTime {
    /// Reads a date-time as it stands in a Date field or in an IMAP ENVELOPE.
    ///
    /// Obsolete zone names and two-digit years are understood (RFC 5322 section 4.3). What is no
    /// date, or one with a thirteenth month, is nothing.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text = &text[..text.len().min(LONGEST)];
        let HeaderValue::DateTime(date) = MessageStream::new(text).parse_date() else {
            return None;
        };
        // A leap second is the next minute's first; mail-parser calls it invalid.
        let leap = date.second == 60;
        let date = mail_parser::DateTime {
            second: if leap { 59 } else { date.second },
            ..date
        };
        if !date.is_valid() {
            return None;
        }
        let minutes = i16::from(date.tz_hour) * 60 + i16::from(date.tz_minute);
        Some(Self {
            unix: date.to_timestamp() + i64::from(leap),
            offset: if date.tz_before_gmt {
                -minutes
            } else {
                minutes
            },
        })
    }
}

/// A date with every comment that was ever seen in one is shorter.
const LONGEST: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(i64, i16)>) {
        let found = DateTime::parse(text.as_bytes()).map(|d| (d.unix, d.offset));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn dates() {
        check("Mon, 23 Nov 2026 09:15:00 +0100", Some((1_795_421_700, 60)));
        check(" 23 Nov 2026 08:15:00 GMT", Some((1_795_421_700, 0)));
        check(
            "Mon, 23 Nov 2026 03:15 -0500 (EST)",
            Some((1_795_421_700, -300)),
        );
        check("Thu, 1 Jan 70 00:00:00 +0000", Some((0, 0)));
        check("Sat, 31 Dec 2016 23:59:60 +0000", Some((1_483_228_800, 0)));
        check(
            "Mon,\r\n 23 Nov 2026 13:45:00 +0530",
            Some((1_795_421_700, 330)),
        );
    }

    #[test]
    fn no_dates() {
        for text in [
            "",
            "yesterday",
            "99 Foo 2026 00:00:00",
            "31 Dec 2026 25:00:00 +0000",
            "1 2 3",
        ] {
            check(text, None);
        }
    }
}
