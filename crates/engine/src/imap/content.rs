//! The content of messages: what is fetched when one is opened, and attachments in pieces.

use porthole_imap::{
    client::Refused,
    types::{
        command::{Command, StoreAction},
        fetch::FetchItem,
        flag::Flag,
        number::{SeqNum, Uid},
        response::StatusText,
        section::{Partial, Section, SectionText},
    },
};
use porthole_message::{Layout, Limits, Message as Parsed, PartNumber, Summary};
use porthole_store::{MessageId as StoreId, NewMessage, StoredMessage};
use porthole_wire::Instant;

use super::{Imap, Task};
use crate::{
    change::{Change, FailureKind, PartId},
    core::Core,
    intent::MessageId,
    part::{WHOLE, give_stored_part},
    render,
};

/// Larger things come in pieces of this size, so that they can be stopped.
const PIECE: u64 = 192 << 10;
/// So many pieces are asked for before the first has come.
const AHEAD: u64 = 2;
/// Nothing larger is taken into memory.
const MOST: u64 = 512 << 20;

/// Something large on its way.
#[derive(Debug)]
pub(super) struct Transfer {
    pub(super) message: MessageId,
    uid: Uid,
    /// The part specifier; empty for the whole message.
    part: PartId,
    /// Octets in all, as the server announced them.
    octets: u64,
    /// What was asked for, in octets from the start.
    asked: u64,
    bytes: Vec<u8>,
    /// What to do once it is here.
    purpose: Purpose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Show,
    Save,
    Source,
}

impl Transfer {
    fn new(message: MessageId, uid: Uid, part: PartId, octets: u64, purpose: Purpose) -> Self {
        Self {
            message,
            uid,
            part,
            octets,
            asked: 0,
            bytes: Vec::new(),
            purpose,
        }
    }

    /// The part, `None` for the message itself.
    pub(super) fn part(&self) -> Option<PartId> {
        (!self.part.is_empty()).then(|| self.part.clone())
    }
}

impl Imap {
    /// Fetches what is missing of a message that the user opened, and marks it as read, in one
    /// batch.
    pub(super) fn fetch_message(&mut self, core: &mut Core, now: Instant, id: MessageId) {
        let Some(stored) = core.message_of(Some(self.record.id), id) else {
            return;
        };
        let Some(uid) = stored.uid() else { return };
        if self.main.is_none() {
            core.refresh_open(id, true);
            return;
        }
        if !self.is_on_its_way(id) {
            self.request_content(core, now, &stored, uid, false);
        }
        let read_only = self.selected().is_some_and(|selected| selected.read_only);
        if core.mark_read && !stored.flags.seen && !read_only {
            let before = vec![(id, stored.flags)];
            let flags = porthole_store::Flags {
                seen: true,
                ..stored.flags
            };
            self.change_flags(core, &stored, flags);
            core.refresh_open(id, false);
            let store = Command::uid_store(uid, StoreAction::Add, vec![Flag::Seen]);
            self.issue(core, now, Task::Store { before }, store);
        }
        self.fetch_ahead(core, now, uid);
    }

    /// Whether the content of a message was asked for and did not come yet.
    fn is_on_its_way(&self, id: MessageId) -> bool {
        let content = |task: &Task| matches!(task, Task::Content { message, .. } if *message == id);
        self.main.as_ref().is_some_and(|main| main.has(content))
            || self
                .transfers
                .iter()
                .any(|t| t.message == id && t.purpose == Purpose::Show)
    }

    /// The next older message is the likely next one to be read: it comes along if it is small.
    fn fetch_ahead(&mut self, core: &mut Core, now: Instant, uid: Uid) {
        let next = self.selected().and_then(|selected| {
            let seq = selected.view.seq(uid)?;
            selected.view.uid(SeqNum(seq.0.checked_sub(1)?))
        });
        let Some(next) = next else { return };
        let Some(stored) = self.stored(core, next) else {
            return;
        };
        let id = MessageId(stored.id.0);
        if stored.octets <= WHOLE && stored.octets > 0 && !self.is_on_its_way(id) {
            self.request_content(core, now, &stored, next, true);
        }
    }

    /// Asks for what a message lacks to be shown.
    fn request_content(
        &mut self,
        core: &mut Core,
        now: Instant,
        stored: &StoredMessage,
        uid: Uid,
        ahead: bool,
    ) {
        let message = MessageId(stored.id.0);
        let parts = missing(core, stored);
        let Some(structure) = stored.structure.as_ref().filter(|_| stored.octets > WHOLE) else {
            if parts.is_empty() {
                return;
            }
            let fetch = Command::uid_fetch(uid, vec![FetchItem::Uid, whole(Section::default())]);
            let task = Task::Content { message, ahead };
            self.issue(core, now, task, fetch);
            return;
        };
        let mut small = Vec::new();
        for number in parts {
            let octets = structure.find(&number).map_or(0, |part| part.octets);
            if octets > PIECE {
                let transfer =
                    Transfer::new(message, uid, number.to_string(), octets, Purpose::Show);
                self.transfer(core, now, transfer);
            } else {
                small.push(number);
            }
        }
        if small.is_empty() {
            return;
        }
        let mut items = vec![FetchItem::Uid];
        items.extend(
            small
                .iter()
                .map(|number| whole(Section::part(number.0.clone()))),
        );
        let task = Task::Content { message, ahead };
        self.issue(core, now, task, Command::uid_fetch(uid, items));
    }

    /// Octets of a section came; whoever asked, they are kept under their own name.
    pub(super) fn content_came(
        &mut self,
        core: &mut Core,
        now: Instant,
        uid: Uid,
        section: &Section,
        origin: Option<u64>,
        data: Option<Vec<u8>>,
    ) {
        if matches!(section.text, Some(SectionText::HeaderFields(_))) {
            return self.headers_came(uid, data.unwrap_or_default());
        }
        if section.text.is_some() {
            return;
        }
        let part = PartNumber(section.part.clone()).to_string();
        let awaited = self
            .transfers
            .iter()
            .any(|t| t.uid == uid && t.part == part);
        if awaited || origin.is_some() {
            return self.piece_came(core, now, uid, &part, origin, data);
        }
        let Some(stored) = self.stored_now(core, uid) else {
            return;
        };
        let data = data.unwrap_or_default();
        let written = core.store.put_content(stored.id, &part, &data);
        core.stored(written);
        if part.is_empty() && stored.preview.is_empty() {
            self.learn_preview(&stored, &data);
        }
    }

    /// A message that may have come in this very response.
    fn stored_now(&mut self, core: &mut Core, uid: Uid) -> Option<StoredMessage> {
        self.write_rows(core);
        self.stored(core, uid)
    }

    /// What a message begins with is known once it was fetched whole.
    fn learn_preview(&mut self, stored: &StoredMessage, raw: &[u8]) {
        let parsed = Parsed::parse(raw, &Limits::default());
        if let Some(preview) = parsed.preview(raw) {
            let new = NewMessage::new(stored.key.clone());
            self.fetched.push(NewMessage {
                preview: Some(preview),
                ..new
            });
        }
    }

    fn headers_came(&mut self, uid: Uid, header: Vec<u8>) {
        let Some(validity) = self.validity() else {
            return;
        };
        let summary = Summary::parse(&header, &Limits::default());
        let new = NewMessage::new(porthole_store::Key::Imap { validity, uid });
        self.fetched.push(NewMessage {
            summary: Some(summary),
            ..new
        });
    }

    /// The command that asked for parts is completed.
    pub(super) fn content_done(
        &self,
        core: &mut Core,
        message: MessageId,
        ahead: bool,
        result: Result<StatusText, Refused>,
    ) {
        let failed = result.is_err();
        let stored = core.message_of(Some(self.record.id), message);
        // OK without the octets: the message was expunged while it was being asked for
        // (RFC 9051 section 6.4.8).
        let still_missing = stored.is_none_or(|stored| {
            !self.is_on_its_way(message) && !missing(core, &stored).is_empty()
        });
        if !ahead && (failed || still_missing) {
            let words = result.map_or_else(|refused| refused.text.text, |text| text.text);
            core.fail(None, FailureKind::MessageGone, words);
        }
        core.refresh_open(message, still_missing);
    }

    /// Gives an attachment: from the store, or in pieces from the server.
    pub(super) fn give_part(&mut self, core: &mut Core, now: Instant, id: MessageId, part: PartId) {
        if give_stored_part(core, id, &part) {
            return;
        }
        let stored = core.message_of(Some(self.record.id), id);
        let found = stored.as_ref().and_then(|stored| {
            let number: PartNumber = part.parse().ok()?;
            Some((
                stored.uid()?,
                stored.structure.as_ref()?.find(&number)?.octets,
            ))
        });
        match found {
            Some((uid, octets)) if self.main.is_some() => {
                self.transfer(
                    core,
                    now,
                    Transfer::new(id, uid, part, octets, Purpose::Save),
                );
            }
            _ => core.change(Change::Stopped {
                message: id,
                part: Some(part),
            }),
        }
    }

    /// Gives the whole message.
    pub(super) fn give_source(&mut self, core: &mut Core, now: Instant, id: MessageId) {
        let stored = core.message_of(Some(self.record.id), id);
        match stored.and_then(|stored| Some((stored.uid()?, stored.octets))) {
            Some((uid, octets)) if self.main.is_some() => {
                let transfer = Transfer::new(id, uid, String::new(), octets, Purpose::Source);
                self.transfer(core, now, transfer);
            }
            _ => core.change(Change::Stopped {
                message: id,
                part: None,
            }),
        }
    }

    /// Begins to fetch something in pieces.
    fn transfer(&mut self, core: &mut Core, now: Instant, transfer: Transfer) {
        let same = |t: &Transfer| t.message == transfer.message && t.part == transfer.part;
        if self.transfers.iter().any(same) {
            return;
        }
        if transfer.octets > MOST {
            let words = format!("{} octets are more than a page can hold", transfer.octets);
            core.fail(None, FailureKind::Refused, words);
            return;
        }
        self.transfers.push(transfer);
        self.ask_ahead(core, now, self.transfers.len() - 1);
    }

    /// Keeps some pieces of a transfer on their way.
    fn ask_ahead(&mut self, core: &Core, now: Instant, at: usize) {
        let transfer = &mut self.transfers[at];
        let mut pieces = Vec::new();
        let received = transfer.bytes.len() as u64;
        // An empty part is asked for once: its size may be wrong.
        while transfer.asked < transfer.octets.max(1) && transfer.asked < received + AHEAD * PIECE {
            pieces.push(Partial {
                offset: transfer.asked,
                length: PIECE,
            });
            transfer.asked += PIECE;
        }
        let (message, uid) = (transfer.message, transfer.uid);
        let number: PartNumber = transfer.part.parse().unwrap_or_default();
        for partial in pieces {
            let section = Section::part(number.0.clone());
            let item = FetchItem::Section {
                section,
                peek: true,
                partial: Some(partial),
            };
            let fetch = Command::uid_fetch(uid, vec![FetchItem::Uid, item]);
            self.issue(core, now, Task::Piece { message }, fetch);
        }
    }

    fn piece_came(
        &mut self,
        core: &mut Core,
        now: Instant,
        uid: Uid,
        part: &str,
        origin: Option<u64>,
        data: Option<Vec<u8>>,
    ) {
        let Some(at) = self
            .transfers
            .iter()
            .position(|t| t.uid == uid && t.part == part)
        else {
            // Stopped in the meantime.
            return;
        };
        let transfer = &mut self.transfers[at];
        let received = transfer.bytes.len() as u64;
        // NIL, or nothing before the end: the message is gone (RFC 9051 section 7.5.2). What came
        // of it is not the whole, and must not pass for it.
        let Some(data) = data.filter(|data| !data.is_empty() || transfer.octets <= received) else {
            let message = transfer.message;
            return self.transfer_failed(core, message, "the server has no more of it");
        };
        // A server that does not know partial fetches sends everything.
        let everything = origin.is_none();
        if everything {
            transfer.bytes.clear();
        } else if origin != Some(received) {
            return;
        }
        transfer.bytes.extend_from_slice(&data);
        let received = transfer.bytes.len() as u64;
        // The size in BODYSTRUCTURE may be wrong: a short piece is the last one all the same.
        if everything || (data.len() as u64) < PIECE || received >= transfer.octets {
            let transfer = self.transfers.remove(at);
            return transfer_done(core, transfer);
        }
        core.change(Change::Progress {
            message: transfer.message,
            part: transfer.part(),
            received,
            total: transfer.octets,
        });
        self.ask_ahead(core, now, at);
    }

    pub(super) fn transfer_failed(&mut self, core: &mut Core, message: MessageId, words: &str) {
        let Some(at) = self.transfers.iter().position(|t| t.message == message) else {
            return;
        };
        let transfer = self.transfers.remove(at);
        core.fail(None, FailureKind::MessageGone, words);
        core.change(Change::Stopped {
            message,
            part: transfer.part(),
        });
        core.refresh_open(message, true);
    }
}

/// All of it is here.
fn transfer_done(core: &mut Core, transfer: Transfer) {
    let Transfer {
        message,
        part,
        bytes,
        purpose,
        ..
    } = transfer;
    let written = core.store.put_content(StoreId(message.0), &part, &bytes);
    core.stored(written);
    match purpose {
        Purpose::Source => core.change(Change::Source { message, bytes }),
        Purpose::Show => core.refresh_open(message, false),
        Purpose::Save => {
            if !give_stored_part(core, message, &part) {
                core.change(Change::Stopped {
                    message,
                    part: Some(part),
                });
            }
        }
    }
}

/// The parts that a message still lacks to be shown.
fn missing(core: &mut Core, stored: &StoredMessage) -> Vec<PartNumber> {
    let mut has = |part: &str| {
        let content = core.store.content(stored.id, part);
        core.stored(content).is_some()
    };
    if has("") {
        return Vec::new();
    }
    let Some(structure) = &stored.structure else {
        return vec![PartNumber::default()];
    };
    let needed = render::needed(&Layout::of(structure));
    needed
        .into_iter()
        .filter(|number| !has(&number.to_string()))
        .collect()
}

fn whole(section: Section) -> FetchItem {
    FetchItem::Section {
        section,
        peek: true,
        partial: None,
    }
}
