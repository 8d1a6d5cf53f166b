//! What the user does to messages: marks, moves, deletions, and taking them back.

use std::{collections::HashSet, time::Duration};

use porthole_imap::types::{
    code::ResponseCode, command::Command, number::UidValidity, set::UidSet,
};
use porthole_store::{Deed, DeedId, Flags, MessageId as StoreId, StoredMessage};
use porthole_wire::Instant;

use super::{
    CHECK, CHECK_WITHOUT_IDLE, Imap, QUIET, Task, deeds::Step, move_back::MoveBack, side::Job,
};
use crate::{
    change::{Action, Change, FailureKind, Purpose},
    core::Core,
    intent::{Mark, MessageId, UndoId},
};

/// How long a deletion for good can be taken back, and how long a move is offered to be.
const UNDO: Duration = Duration::from_secs(10);

/// An action that can still be taken back.
#[derive(Debug)]
pub(super) struct Undoable {
    id: UndoId,
    until: Instant,
    kind: Kind,
    /// It is to be taken back as soon as it is known how.
    wanted_back: bool,
}

impl Undoable {
    pub(super) fn id(&self) -> UndoId {
        self.id
    }

    /// When it can no longer be taken back.
    fn deadline(&self) -> Option<Instant> {
        (!self.wanted_back).then_some(self.until)
    }

    fn is_sent(&self) -> bool {
        let Kind::Moved { at, .. } = &self.kind else {
            return false;
        };
        matches!(at, Whereabouts::Sent)
    }
}

#[derive(Debug)]
enum Kind {
    /// Nothing is to be sent yet: the messages are removed for good when the time is over.
    Held { messages: Vec<MessageId> },
    Moved {
        from: String,
        to: String,
        at: Whereabouts,
    },
}

/// Where messages are that are to be moved.
#[derive(Debug)]
enum Whereabouts {
    /// Where they were: nothing was sent.
    Source(Vec<DeedId>),
    /// On their way: the server has not answered yet.
    Sent,
    /// Somewhere that the server did not tell.
    Untold,
    /// In either mailbox: the connection broke before the answer.
    Either(Vec<DeedId>),
    /// In the target, of this generation.
    Target(UidValidity, UidSet),
}

impl Imap {
    pub(super) fn set_mark(
        &mut self,
        core: &mut Core,
        now: Instant,
        ids: &[MessageId],
        mark: Mark,
        on: bool,
    ) {
        let mut marked = Vec::new();
        for &id in ids {
            let Some(stored) = core.message_of(Some(self.record.id), id) else {
                continue;
            };
            let flags = match mark {
                Mark::Seen => Flags {
                    seen: on,
                    ..stored.flags
                },
                Mark::Flagged => Flags {
                    flagged: on,
                    ..stored.flags
                },
            };
            if flags != stored.flags {
                marked.push(id);
                self.change_flags(core, &stored, flags);
            }
        }
        if marked.is_empty() {
            return;
        }
        let deed = match mark {
            Mark::Seen => Deed::Seen(on),
            Mark::Flagged => Deed::Flagged(on),
        };
        self.act(core, now, &marked, &deed, None);
    }

    /// Shows and keeps flags, before the server has agreed to them or because it did not.
    pub(super) fn change_flags(&mut self, core: &mut Core, message: &StoredMessage, flags: Flags) {
        if message.flags.seen != flags.seen && message.mailbox == self.record.id {
            let more = if flags.seen { -1 } else { 1 };
            self.mailboxes.count_unread(&self.mailbox, more);
        }
        let written = core.store.set_flags(message.id, flags);
        core.stored(written);
        core.refresh_open(MessageId(message.id.0), false);
        core.dirty = true;
    }

    /// Delete: into the trash, or for good where there is none or this is it.
    pub(super) fn remove(&mut self, core: &mut Core, now: Instant, ids: &[MessageId]) {
        match self.trash() {
            Some(trash) => self.move_messages(core, now, ids, &trash, Action::Trashed),
            None => self.hold(core, now, ids),
        }
    }

    /// Where what is deleted goes; nowhere where there is no such mailbox or this is it.
    fn trash(&self) -> Option<String> {
        let trash = self.mailboxes.of(Purpose::Trash)?.mailbox.as_str();
        (trash != self.mailbox).then(|| trash.to_owned())
    }

    /// Removes for good, after a while in which that can be taken back.
    fn hold(&mut self, core: &mut Core, now: Instant, ids: &[MessageId]) {
        let messages = self.staying(core, ids);
        if messages.is_empty() {
            return;
        }
        let id = core.undoable(Action::Deleted, messages.len());
        let kind = Kind::Held { messages };
        self.undo.push(Undoable {
            id,
            until: now + UNDO,
            kind,
            wanted_back: false,
        });
        core.dirty = true;
    }

    /// Whether something is to be removed that was not yet.
    pub(super) fn holds_deletions(&self) -> bool {
        let held = |undoable: &Undoable| matches!(undoable.kind, Kind::Held { .. });
        self.undo.iter().any(held)
    }

    /// The messages of the open mailbox that are about to leave it.
    pub(super) fn leaving(&self, core: &mut Core) -> HashSet<StoreId> {
        let leaving = core.store.leaving(self.record.id);
        let mut leaving = core.stored(leaving);
        for undoable in &self.undo {
            if let Kind::Held { messages } = &undoable.kind {
                leaving.extend(messages.iter().map(|id| StoreId(id.0)));
            }
        }
        leaving.extend(self.copying());
        leaving
    }

    pub(super) fn move_messages(
        &mut self,
        core: &mut Core,
        now: Instant,
        ids: &[MessageId],
        mailbox: &str,
        action: Action,
    ) {
        let messages = self.staying(core, ids);
        if messages.is_empty() || mailbox == self.mailbox {
            return;
        }
        let id = core.undoable(action, messages.len());
        let kind = Kind::Moved {
            from: self.mailbox.clone(),
            to: mailbox.to_owned(),
            at: Whereabouts::Untold,
        };
        self.undo.push(Undoable {
            id,
            until: now + UNDO,
            kind,
            wanted_back: false,
        });
        let deed = Deed::Move(mailbox.to_owned());
        self.act(core, now, &messages, &deed, Some(id));
    }

    fn whereabouts(&mut self, id: UndoId) -> Option<&mut Whereabouts> {
        let undoable = self.undo.iter_mut().find(|undoable| undoable.id == id)?;
        match &mut undoable.kind {
            Kind::Moved { at, .. } => Some(at),
            Kind::Held { .. } => None,
        }
    }

    /// What can be taken back by not doing it.
    pub(super) fn undo_waits(&mut self, id: UndoId, deeds: Vec<DeedId>) {
        if let Some(at) = self.whereabouts(id) {
            *at = Whereabouts::Source(deeds);
        }
    }

    /// Its command was sent.
    pub(super) fn undo_is_sent(&mut self, id: UndoId) {
        if let Some(at) = self.whereabouts(id) {
            *at = Whereabouts::Sent;
        }
    }

    /// Its command was answered, and with it was or was not told where the messages are.
    pub(super) fn undo_is_answered(&mut self, id: UndoId, code: Option<&ResponseCode>) {
        if let Some(code) = code {
            self.learn_moved(id, code);
        }
        if let Some(at @ Whereabouts::Sent) = self.whereabouts(id) {
            *at = Whereabouts::Untold;
        }
    }

    /// The way back from a deed that was not sent.
    pub(super) fn undo_of(&self, deed: DeedId) -> Option<UndoId> {
        let moves = |undoable: &&Undoable| match &undoable.kind {
            Kind::Moved {
                at: Whereabouts::Source(deeds) | Whereabouts::Either(deeds),
                ..
            } => deeds.contains(&deed),
            _ => false,
        };
        self.undo.iter().find(moves).map(Undoable::id)
    }

    /// The connection broke before a move was answered.
    pub(super) fn undo_is_unsure(&mut self, step: &Step) {
        if let Step::Last(batch) = step
            && let Some(at) = batch.undo.and_then(|undo| self.whereabouts(undo))
        {
            *at = Whereabouts::Either(batch.ids().collect());
        }
    }

    /// The server says where moved messages are now: [COPYUID].
    pub(super) fn learn_moved(&mut self, id: UndoId, code: &ResponseCode) {
        if let ResponseCode::CopyUid {
            validity, target, ..
        } = code
            && let Some(at) = self.whereabouts(id)
        {
            *at = Whereabouts::Target(*validity, target.clone());
        }
    }

    /// Takes back what was to be, and could not be before it was answered.
    pub(super) fn take_back_wanted(&mut self, core: &mut Core, now: Instant) {
        let can_be = |undoable: &&Undoable| undoable.wanted_back && !undoable.is_sent();
        let ready: Vec<_> = self.undo.iter().filter(can_be).map(Undoable::id).collect();
        for id in ready {
            self.take_back(core, now, id);
        }
    }

    /// Takes an action back; one that is on its way, once it was answered.
    pub(super) fn take_back(&mut self, core: &mut Core, now: Instant, id: UndoId) {
        let Some(at) = self.undo.iter().position(|undoable| undoable.id == id) else {
            return;
        };
        core.change(Change::UndoGone(id));
        core.dirty = true;
        if self.undo[at].is_sent() {
            self.undo[at].wanted_back = true;
            return;
        }
        let undoable = self.undo.remove(at);
        let Kind::Moved { from, to, at } = undoable.kind else {
            // Nothing was sent: the rows are shown again as they are.
            return;
        };
        match at {
            Whereabouts::Source(deeds) => {
                let done = core.store.done(deeds);
                core.stored(done);
            }
            Whereabouts::Either(deeds) => {
                let done = core.store.done(deeds);
                core.stored(done);
                let words = format!(
                    "the connection broke before the server had answered: look whether the \
                     messages are in {to}"
                );
                core.fail(None, FailureKind::Lost, words);
            }
            Whereabouts::Sent | Whereabouts::Untold => {
                let words = format!("the server did not say where in {to} the messages are");
                core.fail(None, FailureKind::Refused, words);
            }
            Whereabouts::Target(validity, uids) => {
                let back = MoveBack {
                    from: to,
                    validity,
                    uids,
                    to: from,
                };
                self.side_do(core, now, Job::MoveBack(back));
            }
        }
    }

    /// Does what can no longer be taken back; all of it, where `at_once`.
    pub(super) fn settle_pending(&mut self, core: &mut Core, now: Instant, at_once: bool) {
        let over =
            |undoable: &Undoable| at_once || undoable.deadline().is_some_and(|until| now >= until);
        if !self.undo.iter().any(over) {
            return;
        }
        let (over, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.undo).into_iter().partition(over);
        self.undo = kept;
        for undoable in over {
            core.change(Change::UndoGone(undoable.id));
            if let Kind::Held { messages } = undoable.kind {
                self.remove_held(core, now, &messages);
            }
        }
        self.drive(core, now);
    }

    fn remove_held(&mut self, core: &mut Core, now: Instant, messages: &[MessageId]) {
        let messages = self.known(core, messages);
        // Mailboxes may have been listed since.
        let deed = self.trash().map_or(Deed::Remove, Deed::Move);
        self.act(core, now, &messages, &deed, None);
    }

    /// The mailbox has begun another generation of UIDs (RFC 9051 section 2.3.1.1): what was to be
    /// removed can no longer be named, and the same numbers are other messages.
    pub(super) fn forget_held(&mut self, core: &mut Core) {
        let held = |undoable: &mut Undoable| matches!(undoable.kind, Kind::Held { .. });
        for undoable in self.undo.extract_if(.., held) {
            core.change(Change::UndoGone(undoable.id));
        }
    }

    pub(super) fn pending_deadline(&self) -> Option<Instant> {
        self.undo.iter().filter_map(Undoable::deadline).min()
    }

    /// When nothing is asked for: IDLE, and now and then a question.
    pub(super) fn rest(&mut self, core: &mut Core, now: Instant) {
        let Some(main) = &mut self.main else { return };
        if main.client.pending() > 0 || main.client.selected().is_none() {
            return;
        }
        let has_idle = self.idles && main.client.capabilities().has_or_rev2("IDLE");
        let every = if has_idle { CHECK } else { CHECK_WITHOUT_IDLE };
        if now >= self.checked_at + every {
            self.checked_at = now;
            main.issue(Command::Noop, Task::Check, None);
        } else if has_idle && !main.has(idles) && now >= self.quiet_since + QUIET {
            self.idle_agreed = false;
            main.issue(Command::Idle, Task::Idle, None);
        }
        self.drive(core, now);
    }

    pub(super) fn rest_deadline(&self) -> Option<Instant> {
        let main = self.main.as_ref()?;
        if main.client.pending() > 0 || main.client.selected().is_none() {
            return None;
        }
        let has_idle = self.idles && main.client.capabilities().has_or_rev2("IDLE");
        let check = self.checked_at + if has_idle { CHECK } else { CHECK_WITHOUT_IDLE };
        let idle = self.quiet_since + QUIET;
        Some(if has_idle && !main.has(idles) {
            check.min(idle)
        } else {
            check
        })
    }

    /// Those of them that are not about to leave it already.
    fn staying(&self, core: &mut Core, ids: &[MessageId]) -> Vec<MessageId> {
        let leaving = self.leaving(core);
        let mut messages = self.known(core, ids);
        messages.retain(|id| !leaving.contains(&StoreId(id.0)));
        messages
    }

    /// Those of these messages that are in the open mailbox.
    fn known(&self, core: &mut Core, ids: &[MessageId]) -> Vec<MessageId> {
        let here = |id: &&MessageId| core.message_of(Some(self.record.id), **id).is_some();
        ids.iter().filter(here).copied().collect()
    }
}

/// Whether it is to listen; it may wait for the user to let it go.
fn idles(task: &Task) -> bool {
    matches!(task, Task::Idle)
}
