//! Dates, sizes and bytes for reading.

use std::{cell::RefCell, collections::HashMap};

use js_sys::{Date, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;
use web_sys::window;

/// Parts of a date and how each is written, as `Intl.DateTimeFormat` names them.
type Parts = &'static [(&'static str, &'static str)];

const TIME: Parts = &[("hour", "2-digit"), ("minute", "2-digit")];
const WEEKDAY: Parts = &[("weekday", "short")];
const DAY: Parts = &[("day", "numeric"), ("month", "short")];
const YEAR: Parts = &[("day", "numeric"), ("month", "short"), ("year", "numeric")];
const WHOLE: Parts = &[
    ("weekday", "short"),
    ("day", "numeric"),
    ("month", "short"),
    ("year", "numeric"),
    ("hour", "2-digit"),
    ("minute", "2-digit"),
    ("timeZone", "UTC"),
];

/// A short date for a row: the time of today, the weekday of this week, the day otherwise.
pub fn row_date(unix: i64) -> String {
    let (date, now) = (date_of(unix), Date::now());
    let days = (now - unix as f64 * 1000.0) / 86_400_000.0;
    let same_day = date.to_date_string() == Date::new_0().to_date_string();
    let parts = if same_day {
        TIME
    } else if (0.0..6.0).contains(&days) {
        WEEKDAY
    } else if (0.0..300.0).contains(&days) {
        DAY
    } else {
        YEAR
    };
    intl(&date, parts)
}

/// A whole date in the zone of its sender, which is named: `Mon, 23 Nov 2026, 09:15 +01:00`.
pub fn message_date(unix: i64, offset: i16) -> String {
    let shifted = date_of(unix + i64::from(offset) * 60);
    format!("{} {}", intl(&shifted, WHOLE), zone(offset))
}

/// For the `datetime` attribute.
pub fn machine_date(unix: i64) -> String {
    date_of(unix).to_iso_string().into()
}

/// Minutes east of UTC as `+01:00`.
pub fn zone(offset: i16) -> String {
    let sign = if offset < 0 { '−' } else { '+' };
    let minutes = offset.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Octets as a person says it.
pub fn size(octets: u64) -> String {
    const UNITS: [&str; 4] = ["B", "kB", "MB", "GB"];
    let (mut value, mut unit) = (octets as f64, 0);
    while value >= 1000.0 && unit < UNITS.len() - 1 {
        value /= 1000.0;
        unit += 1;
    }
    let digits = if unit > 0 && value < 100.0 { 1 } else { 0 };
    format!("{value:.digits$} {}", UNITS[unit])
}

/// A number of things, as `1 turn` or `2 turns`.
pub fn count(number: u64, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        more => format!("{more} {one}s"),
    }
}

/// Seconds since the engine started, as the Wire shows them.
pub fn seconds(micros: u64) -> String {
    format!("{}.{:03}", micros / 1_000_000, micros / 1000 % 1000)
}

/// Tenths of a percent, as `99.9`.
pub fn tenths(tenths: u64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// How long something took, from microseconds.
pub fn duration(micros: u64) -> String {
    match micros {
        0..1_000 => "under 1 ms".to_owned(),
        1_000..10_000_000 => format!("{} ms", micros / 1_000),
        _ => format!("{} s", micros / 1_000_000),
    }
}

/// Bytes in hexadecimal, sixteen a line, their offset first and their text behind.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (at, line) in bytes.chunks(16).enumerate() {
        let hex: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown: String = line
            .iter()
            .map(|&byte| {
                if (b' '..=b'~').contains(&byte) {
                    char::from(byte)
                } else {
                    '·'
                }
            })
            .collect();
        text += &format!("{:05x}  {:<47}  {shown}\n", at * 16, hex.join(" "));
    }
    text
}

fn date_of(unix: i64) -> Date {
    Date::new(&JsValue::from_f64(unix as f64 * 1000.0))
}

/// A date as the user's languages write it.
fn intl(date: &Date, parts: Parts) -> String {
    thread_local! {
        // A list is full of dates, and making a format takes longer than using it.
        static FORMATS: RefCell<HashMap<Parts, Function>> = RefCell::default();
    }
    let format = FORMATS.with_borrow_mut(|formats| {
        let format = formats.entry(parts).or_insert_with(|| format_of(parts));
        format.clone()
    });
    let text = format.call1(&JsValue::UNDEFINED, date);
    text.ok().and_then(|t| t.as_string()).unwrap_or_default()
}

fn format_of(parts: Parts) -> Function {
    let options = Object::new();
    for (name, value) in parts {
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    // Without them the browser's own language counts, which is not always one of the user's.
    let languages = window().map(|window| window.navigator().languages());
    Intl::DateTimeFormat::new(&languages.unwrap_or_default(), &options).format()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_zones() {
        for (octets, shown) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (184_000, "184 kB"),
            (8_300_000, "8.3 MB"),
        ] {
            assert_eq!(size(octets), shown);
        }
        assert_eq!(zone(60), "+01:00");
        assert_eq!(zone(-330), "−05:30");
        assert_eq!(seconds(1_234_567), "1.234");
    }

    #[test]
    fn bytes_are_shown_sixteen_a_line() {
        let shown = hexadecimal(b"* OK ready\r\nand more");
        assert!(shown.starts_with("00000  2a 20 4f 4b"));
        assert_eq!(shown.lines().count(), 2);
    }
}
