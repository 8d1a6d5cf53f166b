//! The content of messages: what is fetched when one is opened.

use porthole_imap::{
    client::Refused,
    types::{
        code::{Named, ResponseCode},
        command::Command,
        fetch::FetchItem,
        number::{SeqNum, Uid},
        response::StatusText,
        section::{Section, SectionText},
    },
};
use porthole_message::{Layout, Limits, Message as Parsed, PartNumber, Summary};
use porthole_store::{NewMessage, StoredMessage};
use porthole_wire::Instant;

use super::{
    Imap, Task,
    transfer::{PIECE, Purpose, Transfer},
};
use crate::{
    change::{FailureKind, Stage},
    core::Core,
    intent::{Mark, MessageId, Wish},
    part::WHOLE,
    render,
};

impl Imap {
    /// Fetches what is missing of a message that the user opened, and marks it as read, in one
    /// batch.
    pub(super) fn fetch_message(&mut self, core: &mut Core, now: Instant, id: MessageId) {
        let Some(stored) = core.message_of(Some(self.record.id), id) else {
            return;
        };
        let Some(uid) = stored.uid() else { return };
        if !self.may_fetch() {
            core.refresh_open(id, true);
            if !missing(core, &stored).is_empty() {
                return;
            }
        } else if !self.is_on_its_way(id) {
            self.request_content(core, now, &stored, uid, false);
        }
        let read_only = self.selected().is_some_and(|selected| selected.read_only);
        if core.mark_read && !stored.flags.seen && !read_only {
            self.set_mark(core, now, &[id], Mark::Seen, true);
        }
        self.fetch_ahead(core, now, uid);
    }

    /// Whether a mailbox is open, or being opened, on a connection that is signed in.
    pub(super) fn may_fetch(&self) -> bool {
        let main = self.main.as_ref();
        main.is_some_and(|main| main.stage == Stage::Mailbox)
    }

    /// Whether the content of a message was asked for and did not come yet.
    fn is_on_its_way(&self, id: MessageId) -> bool {
        let content = |task: &Task| matches!(task, Task::Content { message, .. } if *message == id);
        self.main.as_ref().is_some_and(|main| main.has(content))
            || self.transfers.iter().any(|transfer| transfer.shows(id))
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
            let cause = core.cause.replace(Wish::ReadNext);
            self.request_content(core, now, &stored, next, true);
            core.cause = cause;
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
        if origin.is_some() || self.is_awaited(uid, &part) {
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
        let still_missing = stored.is_none_or(|stored| {
            !self.is_on_its_way(message) && !missing(core, &stored).is_empty()
        });
        if !ahead && core.open == Some(message) && (failed || still_missing) {
            let (kind, words) = match result {
                Ok(text) => (self.nothing_came(), text.text),
                Err(refused) => (refusal(&refused), refused.text.text),
            };
            core.fail(None, kind, words);
        }
        core.refresh_open(message, still_missing);
    }

    /// OK without the octets: the message was expunged while it was being asked for (RFC 9051
    /// section 6.4.9), unless they came and made no sense.
    pub(super) fn nothing_came(&self) -> FailureKind {
        match self.unread {
            true => FailureKind::Misbehaved,
            false => FailureKind::MessageGone,
        }
    }
}

/// What it means that octets are refused (RFC 5530 section 3, EXPUNGEISSUED).
pub(super) fn refusal(refused: &Refused) -> FailureKind {
    match refused.text.code {
        Some(ResponseCode::Named(Named::ExpungeIssued)) => FailureKind::MessageGone,
        _ => FailureKind::Refused,
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
