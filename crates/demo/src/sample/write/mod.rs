//! Writes messages: header sections (RFC 5322) here, their bodies (RFC 2045) in [`entity`].

pub(super) mod entity;

use std::{collections::BTreeSet, fmt::Write as _};

use porthole_imap::types::{datetime::DateTime, flag::Flag};

use super::{SampleMessage, people::Person};
use crate::clock;
pub(super) use entity::Entity;

/// A message that has not arrived yet: its age is known, its date is not.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    id: &'static str,
    mailbox: &'static str,
    minutes: i64,
    flags: BTreeSet<Flag>,
    content: Written,
}

#[derive(Debug, Clone)]
enum Written {
    /// Header fields and a body.
    Fields {
        zone: i16,
        fields: Vec<(&'static str, String)>,
        body: Entity,
    },
    /// All of it, but for `{date}`, which becomes the date.
    Raw(Vec<u8>),
}

/// Minutes, for ages.
pub(super) const HOUR: i64 = 60;
/// Minutes, for ages.
pub(super) const DAY: i64 = 24 * HOUR;

impl Letter {
    /// A letter that came `minutes` ago. `id` is its Message-ID before the `@`.
    pub(super) fn new(id: &'static str, mailbox: &'static str, minutes: i64) -> Self {
        let content = Written::Fields {
            zone: 0,
            fields: Vec::new(),
            body: Entity::text(""),
        };
        Self {
            id,
            mailbox,
            minutes,
            flags: BTreeSet::new(),
            content,
        }
    }

    /// A letter that is written down as a whole.
    pub(super) fn raw(
        id: &'static str,
        mailbox: &'static str,
        minutes: i64,
        raw: impl Into<Vec<u8>>,
    ) -> Self {
        let content = Written::Raw(raw.into());
        Self {
            content,
            ..Self::new(id, mailbox, minutes)
        }
    }

    /// Its flags, by their wire names.
    pub(super) fn flags(mut self, names: &str) -> Self {
        self.flags = names.split_whitespace().map(Flag::from_wire).collect();
        self
    }

    /// Its sender.
    pub(super) fn from(mut self, person: Person) -> Self {
        if let Written::Fields { zone, .. } = &mut self.content {
            *zone = person.zone;
        }
        self.header("From", address(person))
    }

    /// Its recipients.
    pub(super) fn to(self, people: &[Person]) -> Self {
        self.header("To", addresses(people))
    }

    /// Its further recipients.
    pub(super) fn cc(self, people: &[Person]) -> Self {
        self.header("Cc", addresses(people))
    }

    /// Its subject.
    pub(super) fn subject(self, text: &str) -> Self {
        self.header("Subject", encoded(text))
    }

    /// What it answers: the ids of the thread, oldest first.
    pub(super) fn answers(self, thread: &[&str]) -> Self {
        let ids: Vec<_> = thread.iter().map(|id| message_id(id)).collect();
        let last = ids.last().cloned().unwrap_or_default();
        self.header("In-Reply-To", last)
            .header("References", ids.join("\r\n "))
    }

    /// Another header field, its body written as it crosses.
    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Written::Fields { fields, .. } = &mut self.content {
            fields.push((name, value.into()));
        }
        self
    }

    /// What it says.
    pub(super) fn body(mut self, entity: Entity) -> Self {
        if let Written::Fields { body, .. } = &mut self.content {
            *body = entity;
        }
        self
    }

    /// The message, with its dates.
    pub(super) fn arrive(self, now_unix: i64) -> SampleMessage {
        // A letter is under way for some seconds, each for others.
        let seconds = self
            .id
            .bytes()
            .fold(7, |sum, byte| (sum * 31 + i64::from(byte)) % 50);
        let internal_date_unix = now_unix - self.minutes * 60 - seconds;
        let sent = internal_date_unix - 3 - seconds % 5;
        let raw = match self.content {
            Written::Raw(raw) => replace_date(&raw, &date(sent, 0)),
            Written::Fields { zone, fields, body } => {
                let mut raw = String::new();
                if !matches!(self.mailbox, "Sent" | "Drafts") {
                    raw.push_str(&trace(self.id, internal_date_unix));
                }
                field(&mut raw, "Date", &date(sent, zone));
                for (name, value) in &fields {
                    field(&mut raw, name, value);
                }
                field(&mut raw, "Message-ID", &message_id(self.id));
                field(&mut raw, "MIME-Version", "1.0");
                let mut raw = raw.into_bytes();
                body.write(self.id, &mut raw);
                raw
            }
        };
        SampleMessage {
            mailbox: self.mailbox,
            flags: self.flags,
            internal_date_unix,
            raw,
        }
    }
}

/// A moment as a Date field shows it, on a clock `zone` minutes east of UTC.
pub(super) fn date(unix: i64, zone: i16) -> String {
    let local = DateTime::from_unix(unix + i64::from(zone) * 60);
    clock::rfc5322(DateTime { zone, ..local })
}

/// Text for a header field, in encoded words where it needs them (RFC 2047 section 2).
pub(super) fn encoded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    // An encoded word has 75 characters at most: 45 octets in base64, and what is around them.
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if word.len() + c.len_utf8() > 42 {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    let encoded: Vec<_> = words
        .iter()
        .map(|word| {
            format!(
                "=?UTF-8?B?{}?=",
                entity::base64(word.as_bytes(), usize::MAX)
            )
        })
        .collect();
    encoded.join("\r\n ")
}

/// `name <email>`, the name quoted or encoded where it must be.
pub(super) fn address(person: Person) -> String {
    let name = match person.name {
        name if !name.is_ascii() => encoded(name),
        name if name.contains([',', '.', '(']) => format!("\"{name}\""),
        name => name.to_owned(),
    };
    format!("{name} <{}>", person.email)
}

fn addresses(people: &[Person]) -> String {
    people
        .iter()
        .map(|person| address(*person))
        .collect::<Vec<_>>()
        .join(",\r\n ")
}

fn message_id(id: &str) -> String {
    format!("<{id}@post.example>")
}

/// What the mail servers on its way wrote on top (RFC 5321 section 4.4).
fn trace(id: &str, unix: i64) -> String {
    format!(
        "Return-Path: <bounces+{id}@post.example>\r\n\
         Received: from mx.post.example (mx.post.example [192.0.2.25])\r\n\
         \tby mail.example.com with ESMTPS id {id}\r\n\
         \tfor <alice@example.com>; {}\r\n",
        date(unix, 0)
    )
}

fn field(raw: &mut String, name: &str, value: &str) {
    // Writing to a String cannot fail.
    let _ = write!(raw, "{name}: {value}\r\n");
}

fn replace_date(raw: &[u8], date: &str) -> Vec<u8> {
    match memchr::memmem::find(raw, b"{date}") {
        Some(at) => [&raw[..at], date.as_bytes(), &raw[at + "{date}".len()..]].concat(),
        None => raw.to_vec(),
    }
}
