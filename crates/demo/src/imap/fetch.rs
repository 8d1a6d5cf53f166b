//! FETCH: RFC 9051 section 6.4.5, RFC 3516, RFC 7162 section 3.1.4, RFC 8970.

use std::borrow::Cow;

use porthole_imap::{
    types::{
        command::Messages,
        fetch::FetchItem,
        flag::Flag,
        number::{ModSeq, SeqNum, Uid},
        section::{Partial, Section},
    },
    wire::Encoder,
};
use porthole_message::{TransferEncoding, preview_html, preview_text, transfer};

use super::{
    ImapSession, Selected,
    reply::Completion,
    view::{meant, write_vanished},
};
use crate::{
    mailboxes::{Content, Mailbox, Message},
    mime::{Entity, body_structure, envelope, header},
    session::World,
};

/// The modifiers of FETCH (RFC 7162 sections 3.1.4.1 and 3.2.6).
#[derive(Debug, Clone, Copy)]
pub(super) struct Since {
    /// `CHANGEDSINCE`
    pub(super) changed: Option<ModSeq>,
    /// `VANISHED`
    pub(super) vanished: bool,
}

impl ImapSession {
    pub(super) fn fetch(
        &mut self,
        messages: &Messages,
        items: &[FetchItem],
        since: Since,
        world: &mut World,
    ) -> Completion {
        let changed_since = since.changed;
        if !items.iter().all(is_announced) {
            return Completion::bad("an item that is not announced");
        }
        let vanished = match (since, messages) {
            (
                Since {
                    vanished: false, ..
                },
                _,
            ) => None,
            (
                Since {
                    changed: Some(at), ..
                },
                Messages::Uid(uids),
            ) if self.enabled.q_resync => Some((at, uids)),
            _ => return Completion::bad("VANISHED is for UID FETCH with CHANGEDSINCE and QRESYNC"),
        };
        self.enabled.cond_store |= changed_since.is_some() || items.contains(&FetchItem::ModSeq);
        let mut items = items.to_vec();
        if let Messages::Uid(_) = messages
            && !items.contains(&FetchItem::Uid)
        {
            items.insert(0, FetchItem::Uid);
        }
        let tells_flags = items.contains(&FetchItem::Flags);
        let cond_store = self.enabled.cond_store;
        if (changed_since.is_some() || (cond_store && tells_flags))
            && !items.contains(&FetchItem::ModSeq)
        {
            items.push(FetchItem::ModSeq);
        }
        let mut out = self.encoder();
        let Some((selected, mailbox)) = self.open(world) else {
            return Completion::gone();
        };
        let Some(chosen) = selected.view.resolve(messages) else {
            return Completion::bad("no message has that number");
        };
        if let Some((at, uids)) = vanished {
            // What the session still numbers is told as gone when its number goes.
            let mut gone = mailbox.vanished_since(at);
            gone.retain(|&uid| !selected.view.contains(uid));
            let last = Uid(mailbox.uid_next().0.saturating_sub(1));
            write_vanished(&mut out, true, &meant(&gone, uids, last));
        }
        let reads = items.iter().any(marks_seen) && !selected.view.read_only;
        let (mut gone, mut undecodable) = (false, false);
        for (seq, uid) in chosen {
            let Some(message) = mailbox.message(uid) else {
                gone = true;
                continue;
            };
            if changed_since.is_some_and(|since| message.mod_seq <= since) {
                continue;
            }
            let newly_seen = reads && !message.flags.contains(&Flag::Seen);
            if newly_seen {
                let mut flags = message.flags.clone();
                flags.insert(Flag::Seen);
                mailbox.set_flags(uid, flags);
            }
            let mut items = Cow::Borrowed(&items);
            if newly_seen && !tells_flags {
                let items = items.to_mut();
                items.push(FetchItem::Flags);
                // RFC 7162 section 3.1.
                if cond_store && !items.contains(&FetchItem::ModSeq) {
                    items.push(FetchItem::ModSeq);
                }
            }
            undecodable |= !selected.write_message(&mut out, seq, uid, mailbox, &items);
        }
        self.outbox.bytes.extend(out.into_bytes());
        if undecodable {
            Completion::no("a part has an encoding that is not known").code("UNKNOWN-CTE")
        } else if gone {
            Completion::no("some of the messages are gone").code("EXPUNGEISSUED")
        } else {
            Completion::ok("that is all")
        }
    }
}

impl Selected {
    /// One FETCH response; false if a part could not be decoded.
    pub(super) fn write_message(
        &mut self,
        out: &mut Encoder,
        seq: SeqNum,
        uid: Uid,
        mailbox: &Mailbox,
        items: &[FetchItem],
    ) -> bool {
        let Some(message) = mailbox.message(uid) else {
            return true;
        };
        let mut decodable = true;
        out.raw("* ").display(seq).raw(" FETCH ");
        out.list(items, |out, item| match item {
            FetchItem::Flags => {
                self.view.set_told(message);
                out.raw("FLAGS ").flags(&self.flags_of(uid, mailbox));
            }
            item => decodable &= write_item(out, message, item),
        });
        out.raw("\r\n");
        decodable
    }
}

/// One item of a message; false if a part could not be decoded.
fn write_item(out: &mut Encoder, message: &Message, item: &FetchItem) -> bool {
    let content = &*message.content;
    let (raw, entity) = (content.octets(), content.structure());
    match item {
        FetchItem::Uid => {
            out.raw("UID ").display(message.uid);
        }
        FetchItem::InternalDate => {
            out.raw("INTERNALDATE \"");
            out.display(message.internal_date).raw("\"");
        }
        FetchItem::Rfc822Size => {
            out.raw("RFC822.SIZE ").display(raw.len());
        }
        FetchItem::ModSeq => {
            out.raw("MODSEQ (").display(message.mod_seq).raw(")");
        }
        FetchItem::Envelope => {
            let header = header(&raw[entity.header.clone()]);
            out.raw("ENVELOPE ").envelope(&envelope(&header));
        }
        FetchItem::Body => {
            out.raw("BODY ").body(&body_structure(entity, raw), false);
        }
        FetchItem::BodyStructure => {
            out.raw("BODYSTRUCTURE ");
            out.body(&body_structure(entity, raw), true);
        }
        FetchItem::Section {
            section, partial, ..
        } => {
            out.raw("BODY[").display(section).raw("]");
            write_origin(out, *partial);
            let octets = entity.section(raw, section);
            write_octets(out, octets.as_deref(), *partial);
        }
        FetchItem::Rfc822 => {
            out.raw("RFC822 ").literal(raw);
        }
        FetchItem::Rfc822Header => {
            out.raw("RFC822.HEADER ");
            out.literal(&raw[entity.header.clone()]);
        }
        FetchItem::Rfc822Text => {
            out.raw("RFC822.TEXT ").literal(&raw[entity.body.clone()]);
        }
        FetchItem::Binary { part, partial, .. } => {
            out.raw("BINARY[")
                .display(Section::part(part.clone()))
                .raw("]");
            write_origin(out, *partial);
            return write_binary(out, content, part, *partial);
        }
        FetchItem::BinarySize(part) => {
            out.raw("BINARY.SIZE[");
            out.display(Section::part(part.clone())).raw("] ");
            let decoded = decoded(content, part);
            out.display(decoded.as_ref().map_or(0, Vec::len));
            return decoded.is_some();
        }
        FetchItem::Preview { .. } => {
            out.raw("PREVIEW ").string(preview(content).as_bytes());
        }
        // The session's, or refused before.
        FetchItem::Flags | FetchItem::EmailId | FetchItem::ThreadId | FetchItem::SaveDate => {}
    }
    true
}

fn write_origin(out: &mut Encoder, partial: Option<Partial>) {
    if let Some(partial) = partial {
        out.raw("<").display(partial.offset).raw(">");
    }
    out.raw(" ");
}

/// A window of a section as a literal, or NIL.
fn write_octets(out: &mut Encoder, octets: Option<&[u8]>, partial: Option<Partial>) {
    match octets {
        Some(octets) => out.literal(window(octets, partial)),
        None => out.raw("NIL"),
    };
}

fn write_binary(
    out: &mut Encoder,
    content: &Content,
    part: &[u32],
    partial: Option<Partial>,
) -> bool {
    let decoded = decoded(content, part);
    // literal8, which may hold NUL (RFC 3516 section 4.1).
    if decoded.as_ref().is_some_and(|octets| octets.contains(&0)) {
        out.raw("~");
    }
    write_octets(out, decoded.as_deref(), partial);
    decoded.is_some()
}

fn window(octets: &[u8], partial: Option<Partial>) -> &[u8] {
    let Some(partial) = partial else {
        return octets;
    };
    let place = |number: u64| {
        usize::try_from(number)
            .unwrap_or(usize::MAX)
            .min(octets.len())
    };
    let start = place(partial.offset);
    &octets[start..place(partial.offset.saturating_add(partial.length)).max(start)]
}

/// A part's octets without its transfer encoding; `None` where it is not known, or no such part.
fn decoded(content: &Content, part: &[u32]) -> Option<Vec<u8>> {
    let raw = content.octets();
    if part.is_empty() {
        return Some(raw.to_vec());
    }
    let entity = content.structure().part(part)?;
    let (encoding, is_known) = transfer_encoding(entity, raw);
    is_known.then(|| transfer::decode(encoding, &raw[entity.body.clone()]))
}

/// A part's transfer encoding, and whether it is one that is known.
fn transfer_encoding(entity: &Entity, raw: &[u8]) -> (TransferEncoding, bool) {
    let header = header(&raw[entity.header.clone()]);
    let Some(field) = header.first("content-transfer-encoding") else {
        return (TransferEncoding::Identity, true);
    };
    let encoding = TransferEncoding::parse(field.body);
    let name = field.body.trim_ascii();
    let identity: [&[u8]; 4] = [b"7bit", b"8bit", b"binary", b""];
    let is_known = encoding != TransferEncoding::Identity
        || identity
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known));
    (encoding, is_known)
}

/// A text part's text.
pub(super) fn text_of(entity: &Entity, raw: &[u8]) -> String {
    let (encoding, _) = transfer_encoding(entity, raw);
    let octets = transfer::decode(encoding, &raw[entity.body.clone()]);
    let charset = entity.content_type.parameter("charset");
    let charset = charset.and_then(|name| std::str::from_utf8(name).ok());
    porthole_message::decode_charset(charset, &octets)
}

/// The first words of a message (RFC 8970).
fn preview(content: &Content) -> String {
    let raw = content.octets();
    let leaves = content.structure().leaves();
    let first = |subtype| {
        leaves
            .iter()
            .find(|leaf| leaf.content_type.is("text", subtype))
    };
    if let Some(plain) = first("plain") {
        preview_text(&text_of(plain, raw))
    } else if let Some(html) = first("html") {
        preview_html(&text_of(html, raw))
    } else {
        String::new()
    }
}

/// Whether an item can be had here.
pub(super) fn is_announced(item: &FetchItem) -> bool {
    use FetchItem::{EmailId, SaveDate, ThreadId};
    !matches!(item, EmailId | SaveDate | ThreadId)
}

/// Whether an item makes a message read.
fn marks_seen(item: &FetchItem) -> bool {
    match item {
        FetchItem::Section { peek, .. } | FetchItem::Binary { peek, .. } => !peek,
        FetchItem::Rfc822 | FetchItem::Rfc822Text => true,
        _ => false,
    }
}
