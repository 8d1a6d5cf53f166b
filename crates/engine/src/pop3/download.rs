//! What becomes of mail on the server once it is on this device.
//!
//! ```text
//!   the list is there -> RETR what is not here -> stored and flushed -> DELE -> QUIT, +OK -> kept
//! ```
//!
//! DELE is sent only for what is in the store, and the store must outlive the page. Until QUIT is
//! answered nothing counts as deleted (RFC 1939 section 6): where the session breaks, the next one
//! looks again.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use porthole_pop3::UniqueId;
use porthole_store::{AfterDownload, Key, NewMessage};
use porthole_wire::Instant;

use super::{Pop3, link::Task, rows::SESSION, session::number};
use crate::{
    change::{Action, Change, FailureKind},
    core::Core,
    intent::{MessageId, UndoId, Wish},
};

/// Messages that are asked for at once.
const BATCH: usize = 8;
/// Octets after which no more are.
const BATCH_OCTETS: u64 = 512 << 10;
/// How long what was deleted here can be taken back.
const UNDO: Duration = Duration::from_secs(10);

/// The choice, and how far it has come in this session.
#[derive(Debug, Default)]
pub(super) struct Downloads {
    choice: AfterDownload,
    /// What is here whole of the maildrop: its size in octets, and since when.
    here: HashMap<UniqueId, (u64, i64)>,
    /// Marked with DELE because all of it is here: kept when QUIT is answered.
    pub(super) leaving: HashSet<UniqueId>,
    /// Fetched in this session: what is here is what is there.
    fresh: HashSet<UniqueId>,
    /// Not to be tried again in this session.
    given_up: HashSet<UniqueId>,
    /// The store failed: nothing is deleted from the server until the next session.
    suspended: bool,
    /// Deleted here and not there.
    hidden: HashSet<UniqueId>,
    hiding: Vec<Hiding>,
}

/// Messages that are out of sight, which can be taken back for a while.
#[derive(Debug)]
struct Hiding {
    id: UndoId,
    until: Instant,
    messages: Vec<porthole_store::MessageId>,
    names: Vec<UniqueId>,
}

impl Pop3 {
    /// What was chosen for this maildrop, and what was hidden of it.
    pub(super) fn load_choice(&mut self, core: &mut Core) {
        let choice = core.store.after_download(self.record.id);
        self.downloads.choice = core.stored(choice);
        let here = core.store.downloaded(self.record.id);
        let here = core.stored(here).into_iter();
        self.downloads.here = here
            .map(|(name, octets, at)| (name, (octets, at)))
            .collect();
        let hidden = core.store.hidden(self.record.id);
        self.downloads.hidden = core.stored(hidden).into_iter().collect();
        self.tell_choice(core);
    }

    /// Chooses.
    pub(super) fn choose(&mut self, core: &mut Core, now: Instant, choice: AfterDownload) {
        let choice = match choice {
            AfterDownload::DeleteAfter { days } => AfterDownload::DeleteAfter { days: days.max(1) },
            other => other,
        };
        let chosen = core.store.set_after_download(self.record.id, choice);
        core.stored(chosen);
        self.downloads.choice = choice;
        self.tell_choice(core);
        if choice.downloads() {
            self.want_session(core, now);
            self.download(core, now);
        }
    }

    fn tell_choice(&self, core: &mut Core) {
        if self.left {
            return;
        }
        let names = self.downloads.here.keys();
        let there = names.filter(|name| self.maildrop.number_of(name).is_some());
        core.change(Change::AfterDownload {
            choice: self.downloads.choice,
            possible: core.store.is_persistent(),
            here: there.count() as u32,
            of: self.maildrop.count(),
        });
    }

    /// A session has begun, or is over.
    pub(super) fn forget_session(&mut self) {
        let downloads = &mut self.downloads;
        downloads.leaving.clear();
        downloads.fresh.clear();
        downloads.given_up.clear();
        downloads.suspended = false;
    }

    /// What has no row has none in this session either.
    pub(super) fn hide_rows(&mut self) {
        self.maildrop.hide(&self.downloads.hidden);
    }

    /// Once nothing else is on its way: deletes what may go, and fetches what is not here.
    pub(super) fn download(&mut self, core: &mut Core, now: Instant) {
        let choice = self.downloads.choice;
        if !choice.downloads() || self.downloads.suspended || !core.store.is_persistent() {
            return;
        }
        let listed = |link: &super::Link| link.ready && link.listed && !link.is_busy();
        if !self.link.as_ref().is_some_and(listed) {
            return;
        }
        self.keep_what_is_gone(core);
        self.tell_choice(core);
        let (mut due, mut missing, mut octets) = (Vec::new(), Vec::new(), 0);
        for number in (1..=self.maildrop.count()).rev() {
            let Some(name) = self.maildrop.unique_id(number) else {
                continue;
            };
            if !self.concerns(name) {
                continue;
            }
            match self.downloads.here.get(name) {
                Some(&(octets, at)) if choice.is_over(at, core.unix(now)) => {
                    let listed = self.maildrop.octets(number);
                    // Otherwise there may be another message under this name now (RFC 1939 section
                    // 7 forbids it, and servers do it): it is not deleted unseen. Nor is one of
                    // which fewer octets came than were announced: a dot that was not stuffed
                    // ended it early.
                    let whole = listed.is_some_and(|listed| octets >= listed);
                    if listed == Some(octets) || whole && self.downloads.fresh.contains(name) {
                        due.push(name.clone());
                    }
                }
                Some(_) => {}
                None if missing.len() < BATCH && octets < BATCH_OCTETS => {
                    octets += self.maildrop.octets(number).unwrap_or(0);
                    missing.push((number, name.clone()));
                }
                None => {}
            }
        }
        if !due.is_empty() {
            self.used_at = now;
            self.downloads.leaving.extend(due.iter().cloned());
            self.send_dele(core, &due);
        }
        for (number, name) in missing {
            self.fetch_to_keep(core, now, number, name, None);
        }
    }

    /// What is no longer in the maildrop, such as after a QUIT whose answer was lost.
    fn keep_what_is_gone(&mut self, core: &mut Core) {
        let all = (1..=self.maildrop.count()).all(|n| self.maildrop.unique_id(n).is_some());
        let gone = |name: &UniqueId| self.maildrop.number_of(name).is_none();
        if !all || !self.downloads.here.keys().any(gone) {
            return;
        }
        // The store knows their order.
        let here = core.store.downloaded(self.record.id);
        let here = core.stored(here).into_iter().map(|(name, ..)| name);
        let names: Vec<_> = here.filter(gone).collect();
        self.keep(core, &names);
    }

    /// These are on this device only from now on.
    fn keep(&mut self, core: &mut Core, names: &[UniqueId]) {
        let kept = core.store.keep(self.record.id, names);
        core.stored(kept);
        for name in names {
            self.downloads.here.remove(name);
        }
        core.dirty = true;
    }

    /// Whether messages are downloaded that nobody opened.
    pub(super) fn downloads(&self) -> bool {
        self.downloads.choice.downloads()
    }

    /// Whether this message may be fetched and deleted by the choice.
    pub(super) fn concerns(&self, name: &UniqueId) -> bool {
        let downloads = &self.downloads;
        let left = [&self.going, &downloads.leaving, &downloads.given_up];
        let named = !name.as_str().starts_with(SESSION) && self.maildrop.is_certain(name);
        // What was deleted here is left to itself.
        named && !downloads.hidden.contains(name) && !left.into_iter().any(|set| set.contains(name))
    }

    pub(super) fn fetch_to_keep(
        &mut self,
        core: &mut Core,
        now: Instant,
        at: u32,
        name: UniqueId,
        cause: Option<Wish>,
    ) {
        let key = Key::Pop3 {
            unique_id: name.clone(),
            number: at,
        };
        let stored = core.store.put(self.record.id, &NewMessage::new(key));
        let stored = core.stored(stored.map(Some));
        let total = self.maildrop.octets(at).unwrap_or(0);
        let (Some(stored), Some(number), Some(link)) = (stored, number(at), &mut self.link) else {
            self.downloads.given_up.insert(name);
            return;
        };
        self.used_at = now;
        let retr = link.client.retr(number);
        let task = Task::Retr {
            message: MessageId(stored.0),
            unique_id: name,
            bytes: Vec::new(),
            total,
            purposes: Vec::new(),
        };
        link.expect(retr, task, cause);
    }

    /// The server did not give a message: it is not asked for again in this session.
    pub(super) fn not_given(&mut self, name: &UniqueId) {
        self.downloads.given_up.insert(name.clone());
    }

    /// All of a message came; whether it could be stored.
    pub(super) fn whole_came(
        &mut self,
        core: &mut Core,
        now: Instant,
        name: &UniqueId,
        octets: usize,
        stored: bool,
    ) {
        if stored {
            self.downloads.fresh.insert(name.clone());
            let since = (octets as u64, core.unix(now));
            self.downloads.here.entry(name.clone()).or_insert(since).0 = since.0;
            return;
        }
        if self.downloads.choice.downloads() && !self.downloads.suspended {
            self.downloads.suspended = true;
            core.fail(
                None,
                FailureKind::Refused,
                "a message could not be stored on this device, so nothing is deleted from the server",
            );
        }
    }

    /// QUIT was answered: what was marked because it is here is on this device only.
    pub(super) fn keep_what_left(&mut self, core: &mut Core) {
        let left = std::mem::take(&mut self.downloads.leaving);
        if left.is_empty() {
            return;
        }
        // In the order in which they arrived.
        let mut names: Vec<_> = left.iter().cloned().collect();
        names.sort_by_key(|name| self.maildrop.number_of(name));
        self.keep(core, &names);
        self.maildrop.remove(|name| left.contains(name));
        self.hide_rows();
        self.tell_choice(core);
    }

    /// Whether deleting these concerns this device alone.
    pub(super) fn deletes_here(&self, stored: &porthole_store::StoredMessage) -> bool {
        stored.kept || self.downloads.choice == AfterDownload::LeaveOnServer
    }

    /// Takes messages out of sight; what is nowhere else is forgotten after a while.
    pub(super) fn hide(
        &mut self,
        core: &mut Core,
        now: Instant,
        messages: &[porthole_store::StoredMessage],
    ) {
        if messages.is_empty() {
            return;
        }
        let ids: Vec<_> = messages.iter().map(|message| message.id).collect();
        let there = messages.iter().filter(|message| !message.kept);
        let names: Vec<_> = there.filter_map(|m| m.unique_id().cloned()).collect();
        let hidden = core.store.hide(&ids, true);
        core.stored(hidden);
        self.downloads.hidden.extend(names.iter().cloned());
        self.hide_rows();
        let id = core.undoable(Action::DeletedHere, ids.len());
        self.downloads.hiding.push(Hiding {
            id,
            until: now + UNDO,
            messages: ids,
            names,
        });
        core.dirty = true;
    }

    /// Shows again what was taken out of sight; `false` where that was not so.
    pub(super) fn unhide(&mut self, core: &mut Core, id: UndoId) -> bool {
        let hiding = &mut self.downloads.hiding;
        let Some(at) = hiding.iter().position(|hiding| hiding.id == id) else {
            return false;
        };
        let hiding = hiding.remove(at);
        let shown = core.store.hide(&hiding.messages, false);
        core.stored(shown);
        for name in &hiding.names {
            self.downloads.hidden.remove(name);
        }
        self.hide_rows();
        core.change(Change::UndoGone(id));
        core.dirty = true;
        true
    }

    /// What can no longer be taken back.
    pub(super) fn settle_hidden(&mut self, core: &mut Core, now: Instant) {
        let over = self
            .downloads
            .hiding
            .extract_if(.., |hiding| now >= hiding.until);
        let over: Vec<_> = over.collect();
        for hiding in over {
            core.change(Change::UndoGone(hiding.id));
            let kept = hiding.messages.iter().filter_map(|id| {
                let found = core.store.message(*id);
                core.stored(found).filter(|message| message.kept)
            });
            let kept: Vec<_> = kept.map(|message| message.id).collect();
            let removed = core.store.remove(&kept);
            core.stored(removed);
        }
    }

    pub(super) fn hidden_deadline(&self) -> Option<Instant> {
        self.downloads
            .hiding
            .iter()
            .map(|hiding| hiding.until)
            .min()
    }
}
