//! ENVELOPE and BODYSTRUCTURE in the terms of `porthole-message`.

use porthole_imap::types::{
    body::{BodyStructure, Extension, Parameters as ImapParameters, Single},
    envelope::{Address as ImapAddress, Envelope},
};
use porthole_message::{
    Address, DateTime, Disposition, MediaType, Parameters, Part, PartNumber, Summary,
    TransferEncoding, decode_text, message_ids,
};

/// The summary that an ENVELOPE gives.
pub(super) fn summary(envelope: &Envelope) -> Summary {
    let text = |octets: &Option<Vec<u8>>| octets.as_deref().map(decode_text);
    let ids = |octets: &Option<Vec<u8>>| octets.as_deref().map(message_ids).unwrap_or_default();
    Summary {
        from: addresses(&envelope.from),
        sender: addresses(&envelope.sender).into_iter().next(),
        reply_to: addresses(&envelope.reply_to),
        to: addresses(&envelope.to),
        cc: addresses(&envelope.cc),
        bcc: addresses(&envelope.bcc),
        subject: text(&envelope.subject),
        date: envelope.date.as_deref().and_then(DateTime::parse),
        message_id: ids(&envelope.message_id).into_iter().next(),
        in_reply_to: ids(&envelope.in_reply_to),
        ..Summary::default()
    }
}

/// Addresses; the markers of groups are left out (RFC 9051 section 7.5.2).
fn addresses(list: &[ImapAddress]) -> Vec<Address> {
    list.iter()
        .filter(|address| address.host.is_some() || address.mailbox.is_some())
        .map(|address| {
            let (name, mailbox, host) = (&address.name, &address.mailbox, &address.host);
            Address::from_envelope(name.as_deref(), mailbox.as_deref(), host.as_deref())
        })
        .collect()
}

/// The part tree that a BODYSTRUCTURE gives.
pub(super) fn part(body: &BodyStructure) -> Part {
    convert(body, Vec::new(), true)
}

/// `top` where `body` is the body of a message: its only part is number 1 if it is not multipart.
fn convert(body: &BodyStructure, mut number: Vec<u32>, top: bool) -> Part {
    match body {
        BodyStructure::Multipart(multipart) => {
            let children = multipart.parts.iter().zip(1..).map(|(child, at)| {
                let mut number = number.clone();
                number.push(at);
                convert(child, number, false)
            });
            let parts = children.collect();
            let parameters = parameters(&multipart.parameters);
            Part {
                number: PartNumber(number),
                media_type: MediaType::new(b"multipart", &multipart.media_subtype, parameters),
                disposition: disposition(&multipart.extension),
                parts,
                ..Part::default()
            }
        }
        BodyStructure::Single(single) => {
            if top {
                number.push(1);
            }
            leaf(single, number)
        }
    }
}

fn leaf(single: &Single, number: Vec<u32>) -> Part {
    let content_id = single.id.as_deref().map(|id| {
        let id = String::from_utf8_lossy(id);
        id.trim()
            .trim_start_matches('<')
            .trim_end_matches('>')
            .to_owned()
    });
    let parameters = parameters(&single.parameters);
    let inner = single.message.as_deref();
    Part {
        media_type: MediaType::new(&single.media_type, &single.media_subtype, parameters),
        disposition: disposition(&single.extension),
        content_id,
        description: single.description.as_deref().map(decode_text),
        encoding: TransferEncoding::parse(&single.encoding),
        octets: single.octets,
        message: inner.map(|(envelope, _)| Box::new(summary(envelope))),
        parts: inner
            .map(|(_, body)| convert(body, number.clone(), true))
            .into_iter()
            .collect(),
        number: PartNumber(number),
    }
}

fn parameters(pairs: &ImapParameters) -> Parameters {
    Parameters::decode(pairs.iter().map(|(name, value)| (name, value)))
}

fn disposition(extension: &Extension) -> Disposition {
    match &extension.disposition {
        Some((kind, pairs)) => Disposition::new(kind, parameters(pairs)),
        None => Disposition::default(),
    }
}
