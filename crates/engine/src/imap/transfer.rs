//! What is too large to come at once: pieces, a few ahead, so that it can be stopped.

use porthole_imap::{
    client::Refused,
    types::{
        command::Command,
        fetch::FetchItem,
        number::Uid,
        response::StatusText,
        section::{Partial, Section},
    },
};
use porthole_message::PartNumber;
use porthole_store::MessageId as StoreId;
use porthole_wire::Instant;

use super::{Imap, Task, content::refusal};
use crate::{
    change::{Change, FailureKind, PartId},
    core::Core,
    intent::MessageId,
    part::give_stored_part,
};

/// Larger things come in pieces of this size, so that they can be stopped.
pub(super) const PIECE: u64 = 192 << 10;
/// So many pieces are asked for before the first has come.
const AHEAD: u64 = 2;
/// Nothing larger is taken into memory.
const MOST: u64 = 512 << 20;

/// Something large on its way.
#[derive(Debug)]
pub(super) struct Transfer {
    number: u64,
    pub(super) message: MessageId,
    uid: Uid,
    /// The part specifier; empty for the whole message.
    part: PartId,
    /// Octets in all, as the server announced them.
    octets: u64,
    /// What was asked for, in octets from the start.
    asked: u64,
    bytes: Vec<u8>,
    /// An open message waits for it.
    shows: bool,
    /// It is to be saved. Neither where it is the source that is wanted.
    saves: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Show,
    Save,
    Source,
}

impl Transfer {
    pub(super) fn new(
        message: MessageId,
        uid: Uid,
        part: PartId,
        octets: u64,
        purpose: Purpose,
    ) -> Self {
        Self {
            number: 0,
            message,
            uid,
            part,
            octets,
            asked: 0,
            bytes: Vec::new(),
            shows: purpose == Purpose::Show,
            saves: purpose == Purpose::Save,
        }
    }

    /// The part that is to be saved, `None` for the message itself and what is shown of it.
    fn part(&self) -> Option<PartId> {
        self.saves.then(|| self.part.clone())
    }

    /// Whether this is what a user names so.
    pub(super) fn is(&self, message: MessageId, part: Option<&PartId>) -> bool {
        self.message == message && self.part().as_ref() == part
    }

    /// Whether its octets come under this name.
    fn takes(&self, uid: Uid, part: &str) -> bool {
        self.uid == uid && self.part == part
    }

    /// Whether it is what an open message waits for.
    pub(super) fn shows(&self, message: MessageId) -> bool {
        self.message == message && self.shows
    }

    /// It comes to nothing.
    pub(super) fn give_up(self, core: &mut Core) {
        core.change(Change::Stopped {
            message: self.message,
            part: self.part(),
        });
        if self.shows {
            core.refresh_open(self.message, true);
        }
    }
}

impl Imap {
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
            Some((uid, octets)) if self.may_fetch() => {
                self.transfer(
                    core,
                    now,
                    Transfer::new(id, uid, part, octets, Purpose::Save),
                );
            }
            _ => self.not_given(core, id, Some(part)),
        }
    }

    /// Gives the whole message.
    pub(super) fn give_source(&mut self, core: &mut Core, now: Instant, id: MessageId) {
        let stored = core.message_of(Some(self.record.id), id);
        match stored.and_then(|stored| Some((stored.uid()?, stored.octets))) {
            Some((uid, octets)) if self.may_fetch() => {
                let transfer = Transfer::new(id, uid, String::new(), octets, Purpose::Source);
                self.transfer(core, now, transfer);
            }
            _ => self.not_given(core, id, None),
        }
    }

    /// What is not on this device cannot be asked for.
    fn not_given(&self, core: &mut Core, message: MessageId, part: Option<PartId>) {
        let (kind, words) = match self.may_fetch() {
            false => (FailureKind::Lost, "not connected"),
            true => (FailureKind::MessageGone, "it is not known here"),
        };
        core.fail(None, kind, words);
        core.change(Change::Stopped { message, part });
    }

    /// Begins to fetch something in pieces.
    pub(super) fn transfer(&mut self, core: &mut Core, now: Instant, transfer: Transfer) {
        let same = |t: &Transfer| t.message == transfer.message && t.part == transfer.part;
        if let Some(known) = self.transfers.iter_mut().find(|t| same(t)) {
            known.shows |= transfer.shows;
            known.saves |= transfer.saves;
            return;
        }
        if transfer.octets > MOST {
            let words = format!("{} octets are more than a page can hold", transfer.octets);
            core.fail(None, FailureKind::Refused, words);
            return transfer.give_up(core);
        }
        self.transfers_begun += 1;
        let number = self.transfers_begun;
        self.transfers.push(Transfer { number, ..transfer });
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
        let (transfer, uid, part) = (transfer.number, transfer.uid, &transfer.part);
        let part: PartNumber = part.parse().unwrap_or_default();
        for partial in pieces {
            let section = Section::part(part.0.clone());
            let item = FetchItem::Section {
                section,
                peek: true,
                partial: Some(partial),
            };
            let fetch = Command::uid_fetch(uid, vec![FetchItem::Uid, item]);
            let offset = partial.offset;
            self.issue(core, now, Task::Piece { transfer, offset }, fetch);
        }
    }

    /// Whether octets under this name are part of something large.
    pub(super) fn is_awaited(&self, uid: Uid, part: &str) -> bool {
        self.transfers.iter().any(|t| t.takes(uid, part))
    }

    pub(super) fn piece_came(
        &mut self,
        core: &mut Core,
        now: Instant,
        uid: Uid,
        part: &str,
        origin: Option<u64>,
        data: Option<Vec<u8>>,
    ) {
        let Some(at) = self.transfers.iter().position(|t| t.takes(uid, part)) else {
            // Stopped in the meantime.
            return;
        };
        let transfer = &mut self.transfers[at];
        let received = transfer.bytes.len() as u64;
        // NIL, or nothing before the end: the message is gone (RFC 9051 section 7.5.2). What came
        // of it is not the whole, and must not pass for it.
        let Some(data) = data.filter(|data| !data.is_empty() || transfer.octets <= received) else {
            return self.transfer_failed(core, at, FailureKind::MessageGone, NO_MORE);
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

    /// A piece was answered.
    pub(super) fn piece_done(
        &mut self,
        core: &mut Core,
        transfer: u64,
        offset: u64,
        result: Result<StatusText, Refused>,
    ) {
        // Done, failed or stopped, it is no longer there.
        let Some(at) = self.transfers.iter().position(|t| t.number == transfer) else {
            return;
        };
        match result {
            Ok(_) if self.transfers[at].bytes.len() as u64 > offset => {}
            Ok(_) => self.transfer_failed(core, at, self.nothing_came(), NO_MORE),
            Err(refused) => self.transfer_failed(core, at, refusal(&refused), &refused.text.text),
        }
    }

    fn transfer_failed(&mut self, core: &mut Core, at: usize, kind: FailureKind, words: &str) {
        core.fail(None, kind, words);
        self.transfers.remove(at).give_up(core);
    }
}

/// All of it is here.
fn transfer_done(core: &mut Core, transfer: Transfer) {
    let (message, part) = (transfer.message, transfer.part());
    let id = StoreId(message.0);
    let written = core.store.put_content(id, &transfer.part, &transfer.bytes);
    core.stored(written);
    if transfer.shows {
        core.refresh_open(message, false);
    }
    if transfer.saves {
        if !give_stored_part(core, message, &transfer.part) {
            core.change(Change::Stopped { message, part });
        }
    } else if !transfer.shows {
        let bytes = transfer.bytes;
        core.change(Change::Source { message, bytes });
    }
}

/// What is said where the octets of a message do not come.
const NO_MORE: &str = "the server has no more of it";
