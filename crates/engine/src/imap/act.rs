//! What the user does to messages: marks, moves, deletions, and taking them back.

use std::time::Duration;

use porthole_imap::{
    Client,
    client::Refused,
    types::{
        code::ResponseCode,
        command::{Command, Messages, StoreAction},
        flag::Flag,
        mailbox::MailboxName,
        number::{Uid, UidValidity},
        response::StatusText,
        set::UidSet,
    },
};
use porthole_store::{Flags, MessageId as StoreId, StoredMessage};
use porthole_wire::Instant;

use super::{CHECK, CHECK_WITHOUT_IDLE, Imap, QUIET, Task, move_back::MoveBack, side::Job};
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
}

#[derive(Debug)]
enum Kind {
    /// Nothing was sent yet: the messages are removed for good when the time is over.
    Held { messages: Vec<MessageId> },
    /// Moved: where the messages are now, once the server has said so, and in which generation of
    /// that mailbox.
    Moved {
        from: String,
        to: String,
        target: Option<(UidValidity, UidSet)>,
    },
}

/// A move on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moving {
    pub(super) id: UndoId,
    /// COPY instead of MOVE: these are still to be removed from the source.
    pub(super) remove: Option<UidSet>,
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
        let (mut before, mut uids) = (Vec::new(), Vec::new());
        for &id in ids {
            let Some(stored) = core.message_of(Some(self.record.id), id) else {
                continue;
            };
            let Some(uid) = stored.uid() else { continue };
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
                before.push((id, stored.flags));
                uids.push(uid);
                self.change_flags(core, &stored, flags);
                core.refresh_open(id, false);
            }
        }
        if uids.is_empty() {
            return;
        }
        let action = if on {
            StoreAction::Add
        } else {
            StoreAction::Remove
        };
        let flag = match mark {
            Mark::Seen => Flag::Seen,
            Mark::Flagged => Flag::Flagged,
        };
        let store = Command::uid_store(set(uids), action, vec![flag]);
        if !self.issue(
            core,
            now,
            Task::Store {
                before: before.clone(),
            },
            store,
        ) {
            self.restore_flags(core, before);
            core.fail(None, FailureKind::Lost, "not connected");
        }
    }

    /// Shows and keeps flags before the server has agreed to them.
    pub(super) fn change_flags(&mut self, core: &mut Core, message: &StoredMessage, flags: Flags) {
        if message.flags.seen != flags.seen {
            let more = if flags.seen { -1 } else { 1 };
            self.mailboxes.count_unread(&self.mailbox, more);
        }
        let written = core.store.set_flags(message.id, flags);
        core.stored(written);
        core.dirty = true;
    }

    /// The server did not agree.
    pub(super) fn restore_flags(&mut self, core: &mut Core, before: Vec<(MessageId, Flags)>) {
        for (id, flags) in before {
            if let Some(message) = core.message(id) {
                self.change_flags(core, &message, flags);
                core.refresh_open(id, false);
            }
        }
    }

    /// Delete: into the trash, or for good where there is none or this is it.
    pub(super) fn remove(&mut self, core: &mut Core, now: Instant, ids: &[MessageId]) {
        let trash = self
            .mailboxes
            .of(Purpose::Trash)
            .map(|item| item.mailbox.as_str().to_owned());
        match trash.filter(|trash| *trash != self.mailbox) {
            Some(trash) => self.move_messages(core, now, ids, &trash, Action::Trashed),
            None => self.hold(core, now, ids),
        }
    }

    /// Removes for good, after a while in which that can be taken back.
    fn hold(&mut self, core: &mut Core, now: Instant, ids: &[MessageId]) {
        let known = self.uids(core, ids).into_iter();
        let messages: Vec<_> = known.map(|(message, _)| message).collect();
        if messages.is_empty() {
            return;
        }
        let id = core.undoable(Action::Deleted, messages.len());
        let kind = Kind::Held { messages };
        self.undo.push(Undoable {
            id,
            until: now + UNDO,
            kind,
        });
        core.dirty = true;
    }

    /// Whether something is to be removed that was not yet.
    pub(super) fn holds_deletions(&self) -> bool {
        let held = |undoable: &Undoable| matches!(undoable.kind, Kind::Held { .. });
        self.undo.iter().any(held)
    }

    /// Whether a message is about to be removed.
    pub(super) fn is_going(&self, id: StoreId) -> bool {
        self.undo.iter().any(|undoable| match &undoable.kind {
            Kind::Held { messages } => messages.contains(&MessageId(id.0)),
            Kind::Moved { .. } => false,
        })
    }

    pub(super) fn move_messages(
        &mut self,
        core: &mut Core,
        now: Instant,
        ids: &[MessageId],
        mailbox: &str,
        action: Action,
    ) {
        let uids: Vec<_> = self
            .uids(core, ids)
            .into_iter()
            .map(|(_, uid)| uid)
            .collect();
        let Some(main) = self.main.as_ref().filter(|_| !uids.is_empty()) else {
            if self.main.is_none() {
                core.fail(None, FailureKind::Lost, "not connected");
            }
            return;
        };
        let count = uids.len();
        let target = self.mailboxes.wire_name(mailbox);
        let (command, remove) = move_or_copy(&main.client, set(uids), target);
        let id = core.undoable(action, count);
        let kind = Kind::Moved {
            from: self.mailbox.clone(),
            to: mailbox.to_owned(),
            target: None,
        };
        self.undo.push(Undoable {
            id,
            until: now + UNDO,
            kind,
        });
        self.issue(
            core,
            now,
            Task::Move {
                undo: Moving { id, remove },
            },
            command,
        );
    }

    /// The server says where moved messages are now: [COPYUID].
    pub(super) fn learn_moved(&mut self, id: UndoId, code: &ResponseCode) {
        if let ResponseCode::CopyUid {
            validity,
            target: uids,
            ..
        } = code
            && let Some(undoable) = self.undo.iter_mut().find(|undoable| undoable.id == id)
            && let Kind::Moved { target, .. } = &mut undoable.kind
        {
            *target = Some((*validity, uids.clone()));
        }
    }

    /// MOVE or COPY was answered.
    pub(super) fn moved(
        &mut self,
        core: &mut Core,
        now: Instant,
        moving: Moving,
        result: Result<StatusText, Refused>,
    ) {
        match result {
            Ok(text) => {
                if let Some(code) = &text.code {
                    self.learn_moved(moving.id, code);
                }
                if let Some(uids) = moving.remove {
                    self.expunge(core, now, uids);
                }
            }
            Err(refused) => {
                self.undo.retain(|undoable| undoable.id != moving.id);
                core.change(Change::UndoGone(moving.id));
                core.fail(None, FailureKind::Refused, refused.text.text);
            }
        }
    }

    /// Removes messages for good.
    fn expunge(&mut self, core: &Core, now: Instant, uids: UidSet) {
        let commands = self.main.as_ref().map(|main| removal(&main.client, uids));
        for command in commands.into_iter().flatten() {
            self.issue(core, now, Task::Remove, command);
        }
    }

    /// Takes an action back.
    pub(super) fn take_back(&mut self, core: &mut Core, now: Instant, id: UndoId) {
        let Some(at) = self.undo.iter().position(|undoable| undoable.id == id) else {
            return;
        };
        let undoable = self.undo.remove(at);
        core.change(Change::UndoGone(id));
        core.dirty = true;
        match undoable.kind {
            // Nothing was sent: the rows are shown again as they are.
            Kind::Held { .. } => {}
            Kind::Moved {
                from,
                to,
                target: Some((validity, uids)),
            } => {
                let back = MoveBack {
                    from: to,
                    validity,
                    uids,
                    to: from,
                };
                self.side_do(core, now, Job::MoveBack(back));
            }
            Kind::Moved {
                to, target: None, ..
            } => {
                let words = format!("the server did not say where in {to} the messages are");
                core.fail(None, FailureKind::Refused, words);
            }
        }
    }

    /// Does what can no longer be taken back; all of it, where `at_once`.
    pub(super) fn settle_pending(&mut self, core: &mut Core, now: Instant, at_once: bool) {
        let over = |undoable: &Undoable| at_once || now >= undoable.until;
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
        core.dirty = true;
        if self.selected().is_none() {
            let words = "not connected, so nothing was deleted";
            return core.fail(None, FailureKind::Lost, words);
        }
        let known = self.uids(core, messages).into_iter();
        let uids: Vec<_> = known.map(|(_, uid)| uid).collect();
        if !uids.is_empty() {
            self.expunge(core, now, set(uids));
        }
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
        self.undo.iter().map(|undoable| undoable.until).min()
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

    /// Messages of the open mailbox with their UIDs.
    fn uids(&self, core: &mut Core, ids: &[MessageId]) -> Vec<(MessageId, Uid)> {
        ids.iter()
            .filter_map(|&id| Some((id, core.message_of(Some(self.record.id), id)?.uid()?)))
            .collect()
    }
}

/// Whether it is to listen; it may wait for the user to let it go.
fn idles(task: &Task) -> bool {
    matches!(task, Task::Idle)
}

/// What moves messages; and those that are still to be removed where the server has no MOVE
/// (RFC 6851).
pub(super) fn move_or_copy(
    client: &Client,
    uids: UidSet,
    mailbox: MailboxName,
) -> (Command, Option<UidSet>) {
    let messages = Messages::Uid(uids.clone());
    if client.capabilities().has_or_rev2("MOVE") {
        (Command::Move { messages, mailbox }, None)
    } else {
        (Command::Copy { messages, mailbox }, Some(uids))
    }
}

/// What removes messages for good: these and no others (RFC 4315). A server without UIDPLUS would
/// remove whatever anybody marked, so there they are only marked.
pub(super) fn removal(client: &Client, uids: UidSet) -> Vec<Command> {
    let mut commands = vec![Command::uid_store(
        uids.clone(),
        StoreAction::Add,
        vec![Flag::Deleted],
    )];
    if client.capabilities().has_or_rev2("UIDPLUS") {
        commands.push(Command::Expunge { uids: Some(uids) });
    }
    commands
}

/// A set of UIDs in ascending order, for the shortest command.
pub(super) fn set(mut uids: Vec<Uid>) -> UidSet {
    uids.sort_unstable();
    uids.into_iter().collect()
}
