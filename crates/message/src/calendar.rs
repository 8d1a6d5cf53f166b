//! What an invitation says, in short: the first event of an iCalendar object (RFC 5545).

use serde::{Deserialize, Serialize};

/// The first VEVENT of a `text/calendar` part.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Event {
    /// METHOD, such as `REQUEST` or `CANCEL` (RFC 5546).
    pub method: Option<String>,
    /// SUMMARY.
    pub summary: Option<String>,
    /// LOCATION.
    pub location: Option<String>,
    /// ORGANIZER: the common name, or else the address.
    pub organizer: Option<String>,
    /// DTSTART.
    pub start: Option<EventTime>,
    /// DTEND.
    pub end: Option<EventTime>,
}

/// A time on somebody's calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventTime {
    /// Year, month and day.
    pub date: (u16, u8, u8),
    /// Hour and minute; nothing for a whole day.
    pub time: Option<(u8, u8)>,
    /// Where that clock hangs.
    pub zone: Zone,
}

/// The three forms of RFC 5545 section 3.3.5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Zone {
    /// Wherever the reader is.
    Floating,
    /// UTC.
    Utc,
    /// A zone by name.
    Named(String),
}

impl Event {
    /// Reads a calendar's text. Without an event there is nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text
            .replace("\r\n", "\n")
            .replace("\n ", "")
            .replace("\n\t", "");
        let mut event = Self::default();
        let mut components: Vec<String> = Vec::new();
        let mut found = false;
        for line in text.lines().take(LINES) {
            let Some(property) = Property::parse(line) else {
                continue;
            };
            match (
                property.name.as_str(),
                components.last().map(String::as_str),
            ) {
                ("BEGIN", _) => {
                    found |= property.value.eq_ignore_ascii_case("VEVENT");
                    components.push(property.value.to_ascii_uppercase());
                }
                ("END", last) => {
                    if last == Some("VEVENT") {
                        break;
                    }
                    components.pop();
                }
                ("METHOD", Some("VCALENDAR")) => event.method = property.text(),
                (name, Some("VEVENT")) => match name {
                    "SUMMARY" => event.summary = property.text(),
                    "LOCATION" => event.location = property.text(),
                    "ORGANIZER" => event.organizer = property.person(),
                    "DTSTART" => event.start = property.time(),
                    "DTEND" => event.end = property.time(),
                    _ => {}
                },
                _ => {}
            }
        }
        found.then_some(event)
    }
}

/// An invitation has some dozens of lines; a zone's history some hundreds.
const LINES: usize = 5_000;

/// A content line: `name *(";" param ) ":" value` (RFC 5545 section 3.1).
struct Property<'a> {
    name: String,
    parameters: &'a str,
    value: &'a str,
}

impl<'a> Property<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut quoted = false;
        let colon = line.bytes().position(|b| {
            quoted ^= b == b'"';
            b == b':' && !quoted
        })?;
        let (head, value) = (&line[..colon], &line[colon + 1..]);
        let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
        Some(Self {
            name: name.to_ascii_uppercase(),
            parameters,
            value,
        })
    }

    fn parameter(&self, name: &str) -> Option<&'a str> {
        let value = self.parameters.split(';').find_map(|parameter| {
            let (found, value) = parameter.split_once('=')?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })?;
        Some(value.trim_matches('"'))
    }

    /// TEXT: RFC 5545 section 3.3.11.
    fn text(&self) -> Option<String> {
        let mut text = String::new();
        let mut characters = self.value.chars();
        while let Some(c) = characters.next() {
            match c {
                '\\' => match characters.next() {
                    Some('n' | 'N') => text.push(' '),
                    Some(c) => text.push(c),
                    None => {}
                },
                c if c.is_control() => {}
                c => text.push(c),
            }
        }
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn person(&self) -> Option<String> {
        let address = || self.value.get(7..).filter(|_| self.value.len() > 7);
        self.parameter("CN").or_else(address).map(str::to_owned)
    }

    /// `20261124T100000Z` or `20261124`: RFC 5545 sections 3.3.4 and 3.3.5.
    fn time(&self) -> Option<EventTime> {
        let (date, time) = self
            .value
            .trim()
            .split_once('T')
            .unwrap_or_else(|| (self.value.trim(), ""));
        let number = |text: &str, from: usize, to: usize| text.get(from..to)?.parse::<u16>().ok();
        let small = |text: &str, from: usize, most: u16| {
            let value = number(text, from, from + 2).filter(|value| *value <= most)?;
            u8::try_from(value).ok()
        };
        let zone = match (time.ends_with('Z'), self.parameter("TZID")) {
            (true, _) => Zone::Utc,
            (false, Some(name)) => Zone::Named(name.to_owned()),
            (false, None) => Zone::Floating,
        };
        Some(EventTime {
            date: (
                number(date, 0, 4)?,
                small(date, 4, 12)?,
                small(date, 6, 31)?,
            ),
            time: small(time, 0, 23).zip(small(time, 2, 59)),
            zone,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation() {
        let text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nDTSTART:19700101T000000\r\n\
            END:VTIMEZONE\r\nBEGIN:VEVENT\r\nSUMMARY:Harbour meeting\\, winter\r\n  plan\r\n\
            LOCATION:Net loft\\nupstairs\r\nORGANIZER;CN=\"Tanaka: Grace\":mailto:grace@example.com\r\n\
            DTSTART;TZID=Europe/Copenhagen:20261124T100000\r\nDTEND:20261124T100000Z\r\n\
            BEGIN:VALARM\r\nSUMMARY:not this\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let event = Event::parse(text).unwrap();
        assert_eq!(event.method.as_deref(), Some("REQUEST"));
        assert_eq!(
            event.summary.as_deref(),
            Some("Harbour meeting, winter plan")
        );
        assert_eq!(event.location.as_deref(), Some("Net loft upstairs"));
        assert_eq!(event.organizer.as_deref(), Some("Tanaka: Grace"));
        let start = event.start.unwrap();
        assert_eq!((start.date, start.time), ((2026, 11, 24), Some((10, 0))));
        assert_eq!(start.zone, Zone::Named("Europe/Copenhagen".to_owned()));
        assert_eq!(event.end.unwrap().zone, Zone::Utc);
    }

    #[test]
    fn whole_days_and_nonsense() {
        let event =
            Event::parse("BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261224\nDTEND:2026é\n").unwrap();
        assert_eq!(event.start.unwrap().time, None);
        assert_eq!(event.end, None);
        assert_eq!(Event::parse("no calendar"), None);
        assert_eq!(Event::parse(""), None);
    }
}
