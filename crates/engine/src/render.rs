//! From what the store has to what a page shows.

use porthole_html::{Options, Picture, Remote};
use porthole_message::{
    Address, Attachment as ListedPart, Layout, Limits, Message as Parsed, Part, PartNumber,
    Summary,
    text::{self, Format},
};
use porthole_store::{Store, StoredMessage};

use crate::{
    change::{Attachment, Body, Message, Person, Row},
    intent::MessageId,
};

/// Parts of a message that must be here before it can be shown: text in the form that is
/// preferred, and the pictures within it.
pub(crate) fn needed(layout: &Layout) -> Vec<PartNumber> {
    let text = if layout.has_html {
        &layout.html
    } else {
        &layout.text
    };
    let mut needed = text.clone();
    if layout.has_html {
        needed.extend(layout.inline.iter().map(|inline| inline.number.clone()));
    }
    needed.dedup();
    needed
}

/// A row of the list. In Sent and Drafts the correspondent is whom it goes to.
pub(crate) fn row(stored: &StoredMessage, sent: bool, going: bool) -> Row {
    let summary = stored.summary.as_ref();
    let people = summary.map(|summary| if sent { &summary.to } else { &summary.from });
    let label = |people: &Vec<Address>| {
        let names: Vec<_> = people.iter().take(3).map(Address::label).collect();
        names.join(", ")
    };
    let attachment = match &stored.structure {
        Some(root) => Layout::of(root)
            .attachments
            .iter()
            .any(|attachment| !attachment.inline),
        None => summary.is_some_and(|summary| summary.has_attachment),
    };
    let sent_at = summary
        .and_then(|summary| summary.date)
        .map(|date| date.unix);
    Row {
        id: MessageId(stored.id.0),
        correspondent: people.map(label).unwrap_or_default(),
        subject: summary
            .and_then(|summary| summary.subject.clone())
            .unwrap_or_default(),
        date: sent_at.or(stored.internal_date),
        preview: stored.preview.clone(),
        unread: !stored.flags.seen,
        flagged: stored.flags.flagged,
        answered: stored.flags.answered,
        attachment,
        going: going || stored.flags.deleted,
        kept: stored.kept,
        size: stored.octets,
    }
}

/// A message with as much of its content as is here.
pub(crate) fn message(
    store: &Store,
    stored: &StoredMessage,
    remote: bool,
    unavailable: bool,
) -> Result<Message, porthole_store::Error> {
    let whole = store.content(stored.id, "")?;
    let parsed = whole
        .as_deref()
        .map(|raw| Parsed::parse(raw, &Limits::default()));
    let root = parsed
        .as_ref()
        .map(|parsed| &parsed.root)
        .or(stored.structure.as_ref());
    let layout = root.map(Layout::of).unwrap_or_default();
    let octets = |number: &PartNumber| -> Result<Option<Vec<u8>>, porthole_store::Error> {
        match (&parsed, &whole) {
            (Some(parsed), Some(raw)) => Ok(parsed.body(raw, number).map(<[u8]>::to_vec)),
            _ => store.content(stored.id, &number.to_string()),
        }
    };
    let (body, pictures) = match root {
        None if unavailable => (Body::Unavailable, Vec::new()),
        None => (Body::Loading, Vec::new()),
        Some(root) => body(root, &layout, octets, remote, unavailable)?,
    };
    let summary = stored
        .summary
        .as_ref()
        .or_else(|| parsed.as_ref().map(|parsed| &parsed.summary));
    let shown = |attachment: &ListedPart| {
        let mut inline = layout.inline.iter();
        let picture = inline.find(|inline| inline.number == attachment.number);
        attachment.inline && picture.is_some_and(|picture| pictures.contains(&picture.content_id))
    };
    let listed = layout
        .attachments
        .iter()
        .filter(|attachment| !shown(attachment));
    Ok(head(stored, summary, body, listed))
}

fn head<'a>(
    stored: &StoredMessage,
    summary: Option<&Summary>,
    body: Body,
    attachments: impl Iterator<Item = &'a ListedPart>,
) -> Message {
    let empty = Summary::default();
    let summary = summary.unwrap_or(&empty);
    let reply_to = if summary.reply_to == summary.from {
        &[][..]
    } else {
        &summary.reply_to
    };
    Message {
        id: MessageId(stored.id.0),
        subject: summary.subject.clone().unwrap_or_default(),
        from: people(&summary.from),
        to: people(&summary.to),
        cc: people(&summary.cc),
        reply_to: people(reply_to),
        date: summary
            .date
            .map(|date| (date.unix, date.offset))
            .or_else(|| stored.internal_date.map(|date| (date, 0))),
        unread: !stored.flags.seen,
        flagged: stored.flags.flagged,
        size: stored.octets,
        body,
        attachments: attachments
            .map(|attachment| Attachment {
                part: attachment.number.to_string(),
                name: attachment.name.clone(),
                media_type: attachment.media_type.clone(),
                size: attachment.size,
            })
            .collect(),
    }
}

fn people(addresses: &[Address]) -> Vec<Person> {
    let person = |address: &Address| Person {
        name: address.name.clone().unwrap_or_default(),
        address: address.email.clone(),
    };
    addresses.iter().map(person).collect()
}

/// The content, once all of what is needed is here, and the Content-IDs of the pictures in it.
fn body(
    root: &Part,
    layout: &Layout,
    octets: impl Fn(&PartNumber) -> Result<Option<Vec<u8>>, porthole_store::Error>,
    remote: bool,
    unavailable: bool,
) -> Result<(Body, Vec<String>), porthole_store::Error> {
    let without = |body| Ok((body, Vec::new()));
    let numbers = if layout.has_html {
        &layout.html
    } else {
        &layout.text
    };
    let mut texts = Vec::new();
    for number in numbers {
        let (Some(part), Some(encoded)) = (root.find(number), octets(number)?) else {
            return without(if unavailable {
                Body::Unavailable
            } else {
                Body::Loading
            });
        };
        texts.push((part, part.text(&encoded)));
    }
    if texts.iter().all(|(_, text)| text.trim().is_empty()) {
        return without(Body::Empty);
    }
    if !layout.has_html {
        let mut shown = text::Text::default();
        for (part, decoded) in texts {
            let text = text::blocks(&decoded, format(part));
            shown.blocks.extend(text.blocks);
            shown.truncated |= text.truncated;
        }
        return without(Body::Text(shown));
    }
    let mut pictures = Vec::new();
    for inline in &layout.inline {
        if let (Some(part), Some(encoded)) = (root.find(&inline.number), octets(&inline.number)?) {
            pictures.push(Picture {
                content_id: inline.content_id.clone(),
                media_type: inline.media_type.clone(),
                bytes: part.decode(&encoded),
            });
        }
    }
    // Several parts become one document: HTML as it is, text made into HTML.
    let html: String = texts
        .into_iter()
        .map(|(part, text)| match part.media_type.essence.as_str() {
            "text/html" => text,
            _ => porthole_html::text_section(&text),
        })
        .collect();
    let policy = if remote {
        Remote::Allowed
    } else {
        Remote::Blocked
    };
    let safe = porthole_html::render(
        &html,
        Options {
            remote: policy,
            pictures,
        },
    );
    let body = Body::Html {
        document: safe.srcdoc,
        blocked: safe
            .blocked
            .into_iter()
            .map(|blocked| blocked.host)
            .collect(),
        remote,
    };
    Ok((body, safe.shown))
}

/// How a text part's lines are to be read (RFC 3676).
fn format(part: &Part) -> Format {
    let is = |name, value: &str| {
        part.media_type
            .parameters
            .get(name)
            .is_some_and(|found| found.eq_ignore_ascii_case(value))
    };
    Format {
        flowed: is("format", "flowed"),
        delete_space: is("delsp", "yes"),
    }
}
