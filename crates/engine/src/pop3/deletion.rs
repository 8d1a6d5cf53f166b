//! Deletions: DELE marks a message, and it is gone when QUIT is answered.

use porthole_pop3::{UniqueId, client::Error};
use porthole_wire::Instant;

use super::{
    Pop3,
    act::Want,
    session::{Task, number},
};
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
        } else {
            self.wanted.push(Want::Delete(unique_ids));
            self.want_session(core, now);
        }
    }

    pub(super) fn send_dele(&mut self, core: &Core, unique_ids: &[UniqueId]) {
        let Some(link) = &mut self.link else { return };
        for unique_id in unique_ids {
            if let Some(number) = self.maildrop.number_of(unique_id).and_then(number) {
                let id = link.client.dele(number);
                link.expect(id, Task::Dele(unique_id.clone()), core.cause);
            }
        }
    }

    pub(super) fn dele_refused(&mut self, core: &mut Core, unique_id: &UniqueId, error: &Error) {
        self.downloads.leaving.remove(unique_id);
        self.going.remove(unique_id);
        core.dirty = true;
        core.fail(None, FailureKind::Refused, error.to_string());
    }

    /// RSET takes all marks back; those that are still wanted are set again.
    pub(super) fn take_back(&mut self, core: &mut Core, id: UndoId) {
        let Some(at) = self.deletions.iter().position(|deletion| deletion.id == id) else {
            return;
        };
        let deletion = self.deletions.remove(at);
        for unique_id in &deletion.unique_ids {
            self.going.remove(unique_id);
        }
        for want in &mut self.wanted {
            if let Want::Delete(unique_ids) = want {
                unique_ids.retain(|unique_id| !deletion.unique_ids.contains(unique_id));
            }
        }
        core.change(Change::UndoGone(id));
        core.dirty = true;
        if let Some(link) = self.link.as_mut().filter(|link| link.ready) {
            let rset = link.client.rset();
            link.expect(rset, Task::Rset, core.cause);
            let again = self.going.iter().chain(&self.downloads.leaving);
            let again: Vec<_> = again.cloned().collect();
            self.send_dele(core, &again);
        }
    }

    /// QUIT was answered: what was marked is gone.
    pub(super) fn deletions_done(&mut self, core: &mut Core) {
        self.keep_what_left(core);
        let going = std::mem::take(&mut self.going);
        if going.is_empty() {
            return;
        }
        let found = core.store.by_unique_ids(self.record.id, &going);
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
        self.maildrop.remove(|unique_id| going.contains(unique_id));
        self.hide_rows();
        core.dirty = true;
    }

    /// QUIT was refused, or never answered (RFC 1939 section 6).
    pub(super) fn deletions_lost(&mut self, core: &mut Core, why: &str) {
        if !self.going.is_empty() {
            let words = format!("what was marked may not have been deleted: {why}");
            core.fail(None, FailureKind::Lost, words);
        }
        self.forget_deletions(core);
    }

    /// What was marked and is not gone is as it was.
    pub(super) fn forget_deletions(&mut self, core: &mut Core) {
        self.forget_session();
        for deletion in std::mem::take(&mut self.deletions) {
            core.change(Change::UndoGone(deletion.id));
        }
        if !self.going.is_empty() {
            self.going.clear();
            core.dirty = true;
        }
    }
}
