//! Deletions: DELE marks a message, and it is gone when QUIT is answered.
//!
//! What was never marked waits for a session, through however many attempts at one.

use std::collections::HashSet;

use porthole_pop3::{
    UniqueId,
    client::{Error, PeerMisbehaved},
};
use porthole_wire::Instant;

use super::{Pop3, link::Task, session::number};
use crate::{
    change::{Action, Change, FailureKind},
    core::Core,
    intent::{MessageId, UndoId},
};

/// Deletions that were made together and can be taken back together until QUIT.
#[derive(Debug)]
pub(super) struct Deletion {
    id: UndoId,
    unique_ids: Vec<UniqueId>,
}

impl Pop3 {
    /// DELE: the server deletes when the session ends with QUIT, and not before.
    pub(super) fn remove(&mut self, core: &mut Core, now: Instant, ids: &[MessageId]) {
        let messages = ids.iter();
        let messages = messages.filter_map(|&id| core.message_of(Some(self.record.id), id));
        let (here, there): (Vec<_>, Vec<_>) =
            messages.partition(|message| self.deletes_here(message));
        self.hide(core, now, &here);
        let unique_ids: Vec<UniqueId> = there
            .iter()
            .filter_map(|message| message.unique_id().cloned())
            .filter(|unique_id| !self.going.contains(unique_id))
            .collect();
        if unique_ids.is_empty() {
            return;
        }
        let id = core.undoable(Action::MarkedForDeletion, unique_ids.len());
        self.deletions.push(Deletion {
            id,
            unique_ids: unique_ids.clone(),
        });
        self.going.extend(unique_ids.iter().cloned());
        core.dirty = true;
        if self.link.as_ref().is_some_and(|link| link.ready) {
            self.used_at = now;
            self.send_dele(core, &unique_ids);
            // Of what this session has not told the number yet.
            self.resume(core, now);
        } else {
            self.want_session(core, now);
        }
    }

    /// Marks what is in the maildrop of these and is not marked yet.
    pub(super) fn send_dele(&mut self, core: &Core, unique_ids: &[UniqueId]) {
        let Some(link) = &mut self.link else { return };
        for unique_id in unique_ids {
            if let Some(number) = self.maildrop.number_of(unique_id).and_then(number)
                && self.marked.insert(unique_id.clone())
            {
                let id = link.client.dele(number);
                link.expect(id, Task::Dele(unique_id.clone()), core.cause);
            }
        }
    }

    /// Whether any deletion is to be sent in a session that is yet to be made.
    pub(super) fn has_waiting(&self) -> bool {
        !self.going.is_subset(&self.marked)
    }

    /// A message was not marked.
    pub(super) fn dele_failed(
        &mut self,
        core: &mut Core,
        unique_id: &UniqueId,
        error: &Error,
        is_over: bool,
    ) {
        let refused = matches!(
            error,
            Error::Refused(_) | Error::PeerMisbehaved(PeerMisbehaved::Unreadable(_))
        ) && !is_over;
        // Where the session ended over it, it waits for another, unless there will be none.
        if self.left && !refused {
            return;
        }
        self.marked.remove(unique_id);
        self.downloads.leaving.remove(unique_id);
        core.dirty = true;
        if refused {
            self.going.remove(unique_id);
            // Nobody asks for the same again in this session.
            self.not_given(unique_id);
            core.fail(None, FailureKind::Refused, error.to_string());
        }
    }

    /// RSET takes all marks back; those that are still wanted are set again.
    pub(super) fn take_back(&mut self, core: &mut Core, id: UndoId) {
        let Some(at) = self.deletions.iter().position(|deletion| deletion.id == id) else {
            return;
        };
        let deletion = self.deletions.remove(at);
        let ending = self.link.as_ref().is_some_and(|link| !link.ready);
        for unique_id in &deletion.unique_ids {
            // Once QUIT is on its way, what was marked goes.
            if !ending || !self.marked.contains(unique_id) {
                self.going.remove(unique_id);
            }
        }
        core.change(Change::UndoGone(id));
        core.dirty = true;
        if let Some(link) = self.link.as_mut().filter(|link| link.ready) {
            let rset = link.client.rset();
            link.expect(rset, Task::Rset, core.cause);
            self.marked.clear();
            let again = self.going.iter().chain(&self.downloads.leaving);
            let again: Vec<_> = again.cloned().collect();
            self.send_dele(core, &again);
        }
    }

    /// QUIT was answered: what was marked is gone.
    pub(super) fn deletions_done(&mut self, core: &mut Core) {
        self.keep_what_left(core);
        let marked = |unique_id: &UniqueId| self.marked.contains(unique_id);
        let gone: HashSet<_> = self.going.extract_if(marked).collect();
        self.marked.clear();
        self.settle_deletions(core);
        self.forget_gone(core, &gone);
    }

    /// These are no longer in the maildrop, by the user's will.
    fn forget_gone(&mut self, core: &mut Core, gone: &HashSet<UniqueId>) {
        if gone.is_empty() {
            return;
        }
        let found = core.store.by_unique_ids(self.record.id, gone);
        let found = core.stored(found);
        let ids: Vec<_> = found.iter().map(|message| message.id).collect();
        for id in &ids {
            let id = MessageId(id.0);
            if core.open == Some(id) {
                core.open = None;
                core.change(Change::MessageGone(id));
            }
        }
        let removed = core.store.remove(&ids);
        core.stored(removed);
        self.maildrop.remove(|unique_id| gone.contains(unique_id));
        self.hide_rows();
        core.dirty = true;
    }

    /// QUIT was refused, or never answered (RFC 1939 section 6).
    pub(super) fn deletions_lost(&mut self, core: &mut Core, why: &str) {
        let marked = |unique_id: &UniqueId| self.marked.contains(unique_id);
        if self.going.extract_if(marked).count() > 0 {
            let words = format!("what was marked may not have been deleted: {why}");
            core.fail(None, FailureKind::Lost, words);
            core.dirty = true;
        }
        self.marked.clear();
        self.settle_deletions(core);
    }

    /// Nothing comes of what waits for a session.
    pub(super) fn give_up_waiting(&mut self, core: &mut Core, why: &str) {
        let marked = |unique_id: &UniqueId| self.marked.contains(unique_id);
        if self
            .going
            .extract_if(|unique_id| !marked(unique_id))
            .count()
            > 0
        {
            let words = format!("what was to be deleted was not: {why}");
            core.fail(None, FailureKind::Refused, words);
            core.dirty = true;
        }
        self.settle_deletions(core);
    }

    /// What is no longer going can no longer be taken back.
    fn settle_deletions(&mut self, core: &mut Core) {
        for deletion in &mut self.deletions {
            let going = |unique_id: &UniqueId| self.going.contains(unique_id);
            deletion.unique_ids.retain(going);
        }
        let settled = |deletion: &mut Deletion| deletion.unique_ids.is_empty();
        for deletion in self.deletions.extract_if(.., settled) {
            core.change(Change::UndoGone(deletion.id));
        }
    }

    /// The unique-ids of a session are known: what waited is marked, or was deleted meanwhile.
    pub(super) fn mark_waiting(&mut self, core: &mut Core) {
        let going: Vec<_> = self.going.iter().cloned().collect();
        self.send_dele(core, &going);
        let there = |unique_id: &UniqueId| self.maildrop.number_of(unique_id).is_some();
        let gone: HashSet<_> = self.going.extract_if(|id| !there(id)).collect();
        self.settle_deletions(core);
        self.forget_gone(core, &gone);
    }
}
