//! What the user does to messages, on its way to the server.
//!
//! A deed is in the store before it is sent and until it was answered, so neither an outage nor a
//! closed page loses it. Whether the server has heard one that broke off is not known, and does not
//! matter: all but COPY may be said twice.

use std::collections::{BTreeMap, HashSet};

use porthole_imap::{
    Client,
    client::Refused,
    types::{
        code::ResponseCode,
        command::{Command, Messages, StoreAction},
        flag::Flag,
        mailbox::MailboxName,
        number::Uid,
        response::StatusText,
        set::UidSet,
    },
};
use porthole_store::{Deed, DeedId, Flags, MailboxId, Waiting};
use porthole_wire::Instant;

use super::{
    Imap, Task, record,
    side::{self, Job},
};
use crate::{
    change::{Change, FailureKind},
    core::Core,
    intent::{MessageId, UndoId},
};

/// What the answer to a command decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing yet: another command follows for the same messages.
    First,
    /// Copies are made. What was copied is still to be removed.
    Copy(Batch),
    /// Deeds are done.
    Last(Batch),
}

impl Step {
    /// What the store has of it until it is answered.
    fn deeds(&self) -> &[Waiting] {
        match self {
            Self::Last(batch) => &batch.deeds,
            Self::First | Self::Copy(_) => &[],
        }
    }
}

/// The same done to several messages, said in one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    deed: Deed,
    deeds: Vec<Waiting>,
    pub(super) undo: Option<UndoId>,
}

impl Batch {
    pub(super) fn ids(&self) -> impl Iterator<Item = DeedId> {
        self.deeds.iter().map(|waiting| waiting.id)
    }

    /// What was copied is to be removed from where it was.
    pub(super) fn removals(&self, core: &mut Core) -> Vec<Waiting> {
        let removals = core.store.batch(|store| {
            let copied = self.deeds.iter();
            let removals = copied.map(|copied| store.wait(copied.message, &Deed::Remove));
            removals.collect::<Result<Vec<_>, _>>()
        });
        core.stored(removals)
    }
}

impl Imap {
    /// Does something to messages of the open mailbox as soon as it is open on the server, which
    /// may be now. `undo` names the way back.
    pub(super) fn act(
        &mut self,
        core: &mut Core,
        now: Instant,
        messages: &[MessageId],
        deed: &Deed,
        undo: Option<UndoId>,
    ) {
        let messages = messages.iter().map(|id| porthole_store::MessageId(id.0));
        let kept = core.store.batch(|store| {
            let kept = messages.map(|message| store.wait(message, deed));
            kept.collect::<Result<Vec<_>, _>>()
        });
        let kept = core.stored(kept);
        core.dirty = true;
        if let Some(undo) = undo {
            self.undo_waits(undo, kept.iter().map(|waiting| waiting.id).collect());
        }
        if self.selected().is_some() {
            self.send(core, now, kept);
        }
    }

    /// The mailbox is open: what waited for that goes out before anything is asked.
    pub(super) fn send_waiting(&mut self, core: &mut Core, now: Instant) {
        let waiting = self.not_sent(core, self.record.id);
        self.send(core, now, waiting);
    }

    fn send(&mut self, core: &mut Core, now: Instant, deeds: Vec<Waiting>) {
        let batches = self.batches(core, self.record.id, deeds);
        for batch in batches {
            if let Some(undo) = batch.1.undo {
                self.undo_is_sent(undo);
            }
            let Some(main) = &self.main else { return };
            for (command, step) in self.commands(&main.client, batch) {
                self.began(core, &step);
                self.issue(core, now, Task::Deed(step), command);
            }
        }
    }

    /// Has done what waits in mailboxes that are not open.
    pub(super) fn send_elsewhere(&mut self, core: &mut Core, now: Instant) {
        let names = core.store.waiting_in(self.account_id);
        for name in core.stored(names) {
            if name != self.mailbox {
                self.side_do_once(core, now, Job::Deeds(name));
            }
        }
    }

    /// A mailbox is open on the side connection.
    pub(super) fn side_send(&mut self, core: &mut Core, mailbox: &str) {
        let open = self
            .side
            .link
            .as_ref()
            .and_then(|link| link.client.selected());
        let validity = open.and_then(|selected| selected.uid_validity);
        let known = record(core, self.account_id, mailbox);
        // Of another generation nothing is meant.
        let renewed = validity.map(|validity| core.store.renew(known.id, validity));
        renewed.map(|renewed| core.stored(renewed));
        let waiting = match validity {
            Some(_) => self.not_sent(core, known.id),
            None => Vec::new(),
        };
        self.side_send_deeds(core, known.id, waiting);
    }

    fn side_send_deeds(&mut self, core: &mut Core, mailbox: MailboxId, deeds: Vec<Waiting>) {
        for batch in self.batches(core, mailbox, deeds) {
            let Some(link) = &self.side.link else { return };
            for (command, step) in self.commands(&link.client, batch) {
                self.began(core, &step);
                if let Some(link) = &mut self.side.link {
                    link.issue(command, side::Task::Deed(mailbox, step), None);
                }
            }
        }
        let acts = |task: &side::Task| matches!(task, side::Task::Deed(..));
        if let Some(link) = self.side.link.as_mut().filter(|link| !link.has(acts)) {
            link.issue(Command::Unselect, side::Task::Silent, None);
        }
    }

    /// Deeds of a mailbox that are not on their way.
    fn not_sent(&self, core: &mut Core, mailbox: MailboxId) -> Vec<Waiting> {
        let sent = self.sent();
        let waiting = core.store.waiting(mailbox);
        let mut waiting = core.stored(waiting);
        waiting.retain(|waiting| !sent.contains(&waiting.id));
        waiting
    }

    /// How many deeds are not on their way.
    pub(super) fn count_waiting(&self, core: &mut Core) -> u32 {
        let waiting = core.store.all_waiting(self.account_id);
        let waiting = core.stored(waiting);
        if waiting.is_empty() {
            return 0;
        }
        let sent = self.sent();
        let count = waiting.iter().filter(|id| !sent.contains(id)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Deeds that were sent and not answered.
    fn sent(&self) -> HashSet<DeedId> {
        let main = self.main.iter().flat_map(|link| link.tasks());
        let main = main.filter_map(|task| match task {
            Task::Deed(step) => Some(step),
            _ => None,
        });
        let side = self.side.link.iter().flat_map(|link| link.tasks());
        let side = side.filter_map(|task| match task {
            side::Task::Deed(_, step) => Some(step),
            _ => None,
        });
        let deeds = main.chain(side).flat_map(Step::deeds);
        deeds.map(|waiting| waiting.id).collect()
    }

    /// Messages that are being copied to where they go, and are to be removed after that.
    pub(super) fn copying(&self) -> impl Iterator<Item = porthole_store::MessageId> {
        let main = self.main.iter().flat_map(|link| link.tasks());
        let copied = main.filter_map(|task| match task {
            Task::Deed(Step::Copy(batch)) => Some(batch.deeds.iter()),
            _ => None,
        });
        copied.flatten().map(|waiting| waiting.message)
    }

    /// Puts together what is one command.
    fn batches(
        &self,
        core: &mut Core,
        mailbox: MailboxId,
        deeds: Vec<Waiting>,
    ) -> Vec<(UidSet, Batch)> {
        let mut batches = BTreeMap::new();
        for waiting in deeds {
            let message = core.message_of(Some(mailbox), MessageId(waiting.message.0));
            let Some(uid) = message.and_then(|message| message.uid()) else {
                continue;
            };
            let (deed, undo) = (waiting.deed.clone(), self.undo_of(waiting.id));
            let (uids, batch) = batches.entry((deed.clone(), undo)).or_insert_with(|| {
                let deeds = Vec::new();
                (Vec::new(), Batch { deed, deeds, undo })
            });
            uids.push(uid);
            batch.deeds.push(waiting);
        }
        let batches = batches.into_values();
        batches.map(|(uids, batch)| (set(uids), batch)).collect()
    }

    /// The commands for it, and what their answers decide.
    fn commands(&self, client: &Client, (uids, batch): (UidSet, Batch)) -> Vec<(Command, Step)> {
        let (flag, on) = match &batch.deed {
            Deed::Seen(on) => (Flag::Seen, *on),
            Deed::Flagged(on) => (Flag::Flagged, *on),
            Deed::Move(to) => {
                let (command, removes) = move_or_copy(client, uids, self.mailboxes.wire_name(to));
                let step = match removes {
                    Some(_) => Step::Copy(batch),
                    None => Step::Last(batch),
                };
                return vec![(command, step)];
            }
            Deed::Remove => {
                let mut commands = removal(client, uids);
                let last = commands.pop().map(|last| (last, Step::Last(batch)));
                let first = commands.into_iter().map(|command| (command, Step::First));
                return first.chain(last).collect();
            }
        };
        let action = match on {
            true => StoreAction::Add,
            false => StoreAction::Remove,
        };
        let store = Command::uid_store(uids, action, vec![flag]);
        vec![(store, Step::Last(batch))]
    }

    /// A command is on its way. Said twice, COPY would make two copies.
    fn began(&self, core: &mut Core, step: &Step) {
        if let Step::Copy(batch) = step {
            let done = core.store.done(batch.ids());
            core.stored(done);
        }
    }

    /// A step on the main connection was answered.
    pub(super) fn deed_answered(
        &mut self,
        core: &mut Core,
        now: Instant,
        step: Step,
        result: Result<StatusText, Refused>,
    ) {
        let follows = self.answered(core, step, result);
        self.send(core, now, follows);
        self.take_back_wanted(core, now);
        self.catch_up(core, now);
    }

    /// Whether messages are leaving, so that others will have their sequence numbers.
    pub(super) fn renumbers(&self) -> bool {
        let leaves = |task: &Task| match task {
            Task::Deed(Step::Last(batch)) => matches!(batch.deed, Deed::Move(_) | Deed::Remove),
            _ => false,
        };
        self.main.as_ref().is_some_and(|main| main.has(leaves))
    }

    /// A step on the side connection was answered.
    pub(super) fn side_deed_answered(
        &mut self,
        core: &mut Core,
        mailbox: MailboxId,
        step: Step,
        result: Result<StatusText, Refused>,
    ) {
        let follows = self.answered(core, step, result);
        self.side_send_deeds(core, mailbox, follows);
    }

    /// What follows from an answer.
    fn answered(
        &mut self,
        core: &mut Core,
        step: Step,
        result: Result<StatusText, Refused>,
    ) -> Vec<Waiting> {
        match (step, result) {
            (Step::First, Ok(_)) => Vec::new(),
            (Step::Last(batch), Ok(text)) => {
                self.done(core, &batch, text.code.as_ref());
                Vec::new()
            }
            (Step::Copy(batch), Ok(text)) => {
                self.done(core, &batch, text.code.as_ref());
                batch.removals(core)
            }
            (step, Err(refused)) => {
                if let Step::Copy(batch) | Step::Last(batch) = step {
                    self.refused(core, &batch);
                }
                core.fail(None, FailureKind::Refused, refused.text.text);
                Vec::new()
            }
        }
    }

    fn done(&mut self, core: &mut Core, batch: &Batch, code: Option<&ResponseCode>) {
        let done = core.store.done(batch.ids());
        core.stored(done);
        if let Some(undo) = batch.undo {
            self.undo_is_answered(undo, code);
        }
        core.dirty = true;
    }

    /// All is as it was.
    fn refused(&mut self, core: &mut Core, batch: &Batch) {
        let done = core.store.done(batch.ids());
        core.stored(done);
        core.dirty = true;
        if let Some(undo) = batch.undo {
            self.undo.retain(|undoable| undoable.id() != undo);
            core.change(Change::UndoGone(undo));
        }
        for waiting in &batch.deeds {
            let id = MessageId(waiting.message.0);
            let Some(message) = core.message(id) else {
                continue;
            };
            let flags = match batch.deed {
                Deed::Seen(on) => Flags {
                    seen: !on,
                    ..message.flags
                },
                Deed::Flagged(on) => Flags {
                    flagged: !on,
                    ..message.flags
                },
                Deed::Move(_) | Deed::Remove => continue,
            };
            self.change_flags(core, &message, flags);
        }
    }
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
