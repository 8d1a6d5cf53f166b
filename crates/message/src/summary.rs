//! What a list shows of a message, and what threads are made of.

use mail_parser::{HeaderValue, parsers::MessageStream};
use serde::{Deserialize, Serialize};

use crate::{Address, DateTime, Header, Limits, MediaType};

/// The header section, understood.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// From.
    pub from: Vec<Address>,
    /// Sender, where it is not From (RFC 5322 section 3.6.2); one address at most.
    pub sender: Option<Address>,
    /// Reply-To; empty where answers go to From.
    pub reply_to: Vec<Address>,
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// Bcc: in Sent and Drafts only.
    pub bcc: Vec<Address>,
    /// Subject; nothing where there is none or an empty one.
    pub subject: Option<String>,
    /// Date: when the sender says it was sent.
    pub date: Option<DateTime>,
    /// Message-ID without its angle brackets.
    pub message_id: Option<String>,
    /// In-Reply-To.
    pub in_reply_to: Vec<String>,
    /// References, oldest first.
    pub references: Vec<String>,
    /// List-ID: the mailing list that it came by (RFC 2919).
    pub list_id: Option<String>,
    /// List-Unsubscribe addresses: `https:` and `mailto:` (RFC 2369 section 3.2).
    pub list_unsubscribe: Vec<String>,
    /// Whether it seems to have attachments. From a header section alone this is a guess by its
    /// Content-Type; [`Layout`](crate::Layout) knows.
    pub has_attachment: bool,
    /// The first words of its text, where they are known.
    pub preview: Option<String>,
}

impl Summary {
    /// From a header section, or from a message of which the header section is read.
    pub fn parse(raw: &[u8], limits: &Limits) -> Self {
        Self::of(&Header::parse(raw, limits))
    }

    /// From fields already split.
    pub fn of(header: &Header<'_>) -> Self {
        let addresses = |name: &str| -> Vec<Address> {
            header
                .all(name)
                .flat_map(|field| Address::parse(header, field))
                .collect()
        };
        let ids = |name: &str| -> Vec<String> {
            header
                .all(name)
                .flat_map(|field| message_ids(field.body))
                .collect()
        };
        let from = addresses("from");
        let content_type = header
            .first("content-type")
            .map(|f| MediaType::parse(f.body));
        Self {
            sender: header
                .first("sender")
                .and_then(|field| Address::parse(header, field).into_iter().next())
                .filter(|sender| !from.contains(sender)),
            reply_to: addresses("reply-to"),
            to: addresses("to"),
            cc: addresses("cc"),
            bcc: addresses("bcc"),
            subject: header.text("subject"),
            date: header
                .first("date")
                .and_then(|field| DateTime::parse(field.body)),
            message_id: ids("message-id").into_iter().next(),
            in_reply_to: ids("in-reply-to"),
            references: ids("references"),
            list_id: header.text("list-id"),
            list_unsubscribe: header
                .all("list-unsubscribe")
                .flat_map(|f| urls(f.body))
                .collect(),
            has_attachment: content_type.is_some_and(|t| t.essence == "multipart/mixed"),
            preview: None,
            from,
        }
    }
}

/// Message ids in the body of a Message-ID, In-Reply-To or References field, without their angle
/// brackets: RFC 5322 section 3.6.4.
pub fn message_ids(body: &[u8]) -> Vec<String> {
    let mut body = body.to_vec();
    body.retain(|b| !matches!(b, b'\r' | b'\n'));
    body.push(b'\n');
    let ids = match MessageStream::new(&body).parse_id() {
        HeaderValue::Text(id) => vec![id.into_owned()],
        HeaderValue::TextList(ids) => ids.into_iter().map(String::from).collect(),
        _ => Vec::new(),
    };
    ids.into_iter()
        .map(|id| id.split_whitespace().collect::<String>())
        .filter(|id| !id.is_empty())
        .collect()
}

/// The URLs of a list field: RFC 2369 section 2.
fn urls(body: &[u8]) -> Vec<String> {
    let body = String::from_utf8_lossy(body);
    body.split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(url, _)| url.split_whitespace().collect::<String>())
        .filter(|url| {
            let url = url.to_ascii_lowercase();
            url.starts_with("https://") || url.starts_with("mailto:")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_header() {
        let raw = "From: Grace Tanaka <grace@example.com>\r\n\
            Sender: Secretary <office@example.com>\r\n\
            To: Alice <alice@example.com>\r\n\
            To: omar@example.com\r\n\
            Subject: =?utf-8?q?Minutes_=E2=9A=93?=\r\n\
            Date: Mon, 23 Nov 2026 09:15:00 +0100\r\n\
            Message-ID: <1@example.com>\r\n\
            In-Reply-To: <0@example.com>\r\n\
            References: <a@example.com>\r\n\t<0@example.com>\r\n\
            List-ID: Harbour <harbour.example.com>\r\n\
            List-Unsubscribe: <mailto:off@example.com>,\r\n <https://example.com/off>, <javascript:x>\r\n\
            Content-Type: multipart/mixed; boundary=x\r\n\r\n";
        let summary = Summary::parse(raw.as_bytes(), &Limits::default());
        assert_eq!(summary.from[0].label(), "Grace Tanaka");
        assert_eq!(summary.sender.as_ref().unwrap().email, "office@example.com");
        assert_eq!(summary.to.len(), 2);
        assert_eq!(summary.subject.as_deref(), Some("Minutes ⚓"));
        assert_eq!(summary.date.unwrap().offset, 60);
        assert_eq!(summary.message_id.as_deref(), Some("1@example.com"));
        assert_eq!(summary.in_reply_to, ["0@example.com"]);
        assert_eq!(summary.references, ["a@example.com", "0@example.com"]);
        assert_eq!(
            summary.list_id.as_deref(),
            Some("Harbour <harbour.example.com>")
        );
        assert_eq!(
            summary.list_unsubscribe,
            ["mailto:off@example.com", "https://example.com/off"]
        );
        assert!(summary.has_attachment);
        let json = serde_json::to_string(&summary).unwrap();
        assert_eq!(serde_json::from_str::<Summary>(&json).unwrap(), summary);
    }

    #[test]
    fn nothing_is_needed() {
        assert_eq!(Summary::parse(b"", &Limits::default()), Summary::default());
        assert_eq!(
            Summary::parse(b"\xff\xfe\x00", &Limits::default()),
            Summary::default()
        );
        let summary = Summary::parse(b"Subject:  \r\nMessage-ID: bare@id\r\n", &Limits::default());
        assert_eq!(summary.subject, None);
        assert_eq!(summary.message_id.as_deref(), Some("bare@id"));
    }

    #[test]
    fn raw_octets_are_in_the_charset_of_the_body() {
        let raw = b"Subject: \xed\xcf\xd2\xc5\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n";
        let summary = Summary::parse(raw, &Limits::default());
        assert_eq!(summary.subject.as_deref(), Some("Море"));
    }
}
