//! The list: which rows are known, which must be fetched, which the page is shown.
//!
//! Row 0 is the highest sequence number. Only what the page shows or will soon show is fetched,
//! so that a mailbox of 100,000 opens like one of 100.

use std::{
    collections::{HashMap, HashSet},
    ops::{Range, RangeInclusive},
};

use porthole_imap::{
    client::Refused,
    types::{
        command::{Command, Messages},
        fetch::FetchItem,
        number::{SeqNum, Uid},
        response::StatusText,
        section::Section,
    },
};
use porthole_store::StoredMessage;
use porthole_wire::Instant;

use super::{Imap, Task, link::Link};
use crate::{
    change::{Belief, Believed, Change, Connection, Failure, FailureKind, Row},
    core::{Core, Window},
    intent::MessageId,
    render,
    wire::Named,
};

/// Rows that are fetched beyond the window on either side, so that scrolling finds them there.
const MARGIN: u32 = 25;

impl Imap {
    /// The open mailbox as the server has told of it.
    pub(super) fn believed(&self, core: &mut Core) -> Option<Belief> {
        let selected = self.selected()?;
        let (view, validity) = (&selected.view, selected.uid_validity?);
        let numbers: Vec<_> = Belief::numbers(view.exists()).collect();
        let uids: Vec<_> = numbers
            .iter()
            .filter_map(|&n| view.uid(SeqNum(n)))
            .collect();
        let known = core.store.by_uids(self.record.id, validity, &uids);
        let known = core.stored(known);
        let known: HashMap<_, _> = known.iter().map(|found| (found.uid(), found)).collect();
        let believed = |number: u32| {
            let uid = view.uid(SeqNum(number));
            let stored = known.get(&uid).filter(|_| uid.is_some());
            Believed {
                number,
                name: uid.map(|uid| uid.0.to_string()),
                id: stored.map(|stored| MessageId(stored.id.0)),
                subject: stored.and_then(|stored| stored.summary.as_ref()?.subject.clone()),
                flags: stored.map(|stored| stored.flags.wire()),
                going: false,
            }
        };
        Some(Belief {
            mailbox: self.mailbox.clone(),
            uid_validity: Some(validity.0),
            count: view.exists(),
            messages: numbers.into_iter().map(believed).collect(),
        })
    }

    /// How many messages the open mailbox has.
    pub(super) fn exists(&self) -> u32 {
        self.selected().map_or(0, |selected| selected.view.exists())
    }

    /// Asks for the rows in and around the window that are not known.
    pub(super) fn fetch_rows(&mut self, core: &mut Core, now: Instant) {
        self.rows_wanted = self.fetching_rows;
        if self.fetching_rows || self.renumbers() {
            return;
        }
        self.rows_came = false;
        if self.search.is_some() {
            return self.fetch_found(core, now);
        }
        let Some(selected) = self.selected() else {
            return;
        };
        let exists = selected.view.exists();
        let wide = if core.window == Window::START {
            core.window
        } else {
            widened(core.window)
        };
        let (first, end) = wide.clip(exists);
        if first == end {
            return;
        }
        // Row i is sequence number exists - i.
        let lacks = |number: &u32| {
            let uid = selected.view.uid(SeqNum(*number));
            uid.is_none_or(|uid| self.rowless.contains(&uid))
        };
        let lacking: Vec<_> = (exists - end + 1..=exists - first).filter(lacks).collect();
        if lacking.is_empty() {
            return;
        }
        let here = match std::mem::take(&mut self.just_opened) {
            true => self.here_from_before(core, exists),
            false => 0..0,
        };
        let (known, new): (Vec<_>, Vec<_>) = lacking
            .into_iter()
            .partition(|number| here.contains(number));
        if !new.is_empty() {
            let task = match known.is_empty() {
                true => Task::Rows,
                false => Task::Silent,
            };
            let items = self.row_items();
            self.fetching_rows = self.issue(core, now, task, fetch(&new, items));
        }
        if !known.is_empty() {
            let items = vec![FetchItem::Uid, FetchItem::Flags];
            self.fetching_rows = self.issue(core, now, Task::Rows, fetch(&known, items));
        }
    }

    /// Sequence numbers of messages whose rows are likely to be here since an earlier visit: not
    /// those that have come since, as far as their UIDs tell (RFC 9051 section 2.3.1.1), and as many
    /// below them as there are here.
    fn here_from_before(&self, core: &mut Core, exists: u32) -> Range<u32> {
        let newest = core.store.newest(self.record.id, 0, 1);
        let newest = core.stored(newest).first().and_then(StoredMessage::uid);
        let next = self.selected().and_then(|selected| selected.uid_next);
        let (Some(newest), Some(next)) = (newest, next) else {
            return 0..0;
        };
        let count = core.store.count(self.record.id);
        let top = exists.saturating_sub(next.0.saturating_sub(newest.0.saturating_add(1)));
        top.saturating_sub(core.stored(count)) + 1..top + 1
    }

    pub(super) fn row_items(&self) -> Vec<FetchItem> {
        let mut items = vec![
            FetchItem::Uid,
            FetchItem::Flags,
            FetchItem::InternalDate,
            FetchItem::Rfc822Size,
            FetchItem::Envelope,
            FetchItem::BodyStructure,
        ];
        if self
            .main
            .as_ref()
            .is_some_and(|main| main.client.capabilities().has("PREVIEW"))
        {
            items.push(FetchItem::Preview { lazy: true });
        }
        items
    }

    /// The header of a message whose ENVELOPE could not be read.
    pub(super) fn fetch_headers(&mut self, core: &Core, now: Instant, uid: Uid) {
        let names = [
            "From",
            "To",
            "Cc",
            "Reply-To",
            "Subject",
            "Date",
            "Message-ID",
            "In-Reply-To",
        ];
        let section = Section::header_fields(&names);
        let item = FetchItem::Section {
            section,
            peek: true,
            partial: None,
        };
        let items = vec![FetchItem::Uid, item];
        self.issue(core, now, Task::Silent, Command::uid_fetch(uid, items));
    }

    pub(super) fn rows_came(
        &mut self,
        core: &mut Core,
        now: Instant,
        result: Result<StatusText, Refused>,
    ) {
        self.fetching_rows = false;
        self.write_rows(core);
        match result {
            Ok(_) => {
                // A server that answers OK and nothing else would be asked for ever.
                if self.rows_came || self.rows_wanted {
                    self.fetch_rows(core, now);
                }
                if !self.fetching_rows {
                    self.rows_are_there(core, now);
                }
                self.plan_previews(core, now);
            }
            Err(refused) => {
                core.change(Change::Failed(Failure {
                    stage: None,
                    kind: FailureKind::Refused,
                    words: refused.text.text,
                }));
                if self.selected().is_some() {
                    core.set_connection(Connection::Online);
                }
                // What was refused is asked for when the list moves, or the user looks again.
                if self.rows_wanted {
                    self.fetch_rows(core, now);
                }
            }
        }
    }

    /// Forgets what went while nobody listened: between messages that are next to each other in the
    /// window there is none, nor beyond the first and the last of the mailbox.
    pub(super) fn forget_missing(&mut self, core: &mut Core) {
        let opens = |main: &Link<Task>| main.has(|task| *task == Task::Select);
        // What is on its way may be about what is gone, or tell how many there are.
        if self.renumbers() || self.main.as_ref().is_some_and(opens) {
            return;
        }
        let (Some(selected), Some(validity)) = (self.selected(), self.validity()) else {
            return;
        };
        let exists = selected.view.exists();
        let (first, end) = core.window.clip(exists);
        let uid = |number| selected.view.uid(SeqNum(number)).map(|uid| uid.0);
        let shown = (exists - end + 1..=exists - first).map(uid);
        let Some(mut uids) = shown.collect::<Option<Vec<_>>>() else {
            return;
        };
        if end == exists {
            uids.insert(0, 0);
        }
        if first == 0 {
            uids.push(u32::MAX);
        }
        let found = core
            .store
            .by_uid_ranges(self.record.id, validity, &gaps(&uids));
        let found = core.stored(found);
        self.forget(core, &found);
    }

    /// Messages of this device are no longer on the server.
    pub(super) fn forget(&mut self, core: &mut Core, ids: &[porthole_store::MessageId]) {
        for id in ids {
            let id = MessageId(id.0);
            self.transfers_stopped(core, |transfer| transfer.message == id);
            if core.open == Some(id) {
                core.open = None;
                core.change(Change::MessageGone(id));
            }
        }
        let removed = core.store.remove(ids);
        core.stored(removed);
    }

    /// Writes what was fetched, all at once.
    pub(super) fn write_rows(&mut self, core: &mut Core) {
        if self.fetched.is_empty() {
            return;
        }
        let (fetched, mailbox) = (std::mem::take(&mut self.fetched), self.record.id);
        let written = core.store.batch(|store| {
            for new in &fetched {
                store.put(mailbox, new)?;
            }
            Ok(())
        });
        core.stored(written);
        core.dirty = true;
    }

    /// A message of the open mailbox by its UID.
    pub(super) fn stored(&self, core: &mut Core, uid: Uid) -> Option<StoredMessage> {
        let found = core.store.by_uids(self.record.id, self.validity()?, &[uid]);
        core.stored(found).into_iter().next()
    }

    /// How the wire names a message of the open mailbox.
    pub(super) fn named(&self, core: &mut Core, id: MessageId) -> Option<Named> {
        let message = core.message_of(Some(self.record.id), id)?;
        let uid = message.uid()?.0;
        Some(Named::Uids(self.mailbox.as_str().into(), uid..=uid))
    }

    /// The messages of the open mailbox that the wire names so.
    pub(super) fn messages_named(&self, core: &mut Core, named: &[Named]) -> Vec<MessageId> {
        let Some(validity) = self.validity().or(self.record.validity) else {
            return Vec::new();
        };
        let here = |named: &Named| match named {
            Named::Uids(mailbox, uids) if **mailbox == *self.mailbox => Some(uids.clone()),
            _ => None,
        };
        let ranges: Vec<_> = named.iter().filter_map(here).collect();
        let found = core.store.by_uid_ranges(self.record.id, validity, &ranges);
        let ids = core.stored(found).into_iter();
        ids.map(|id| MessageId(id.0)).collect()
    }

    /// Tells the page what is in the window.
    pub(super) fn show_rows(&self, core: &mut Core) {
        let looks = Looks {
            sent: self.mailboxes.shows_recipients(&self.mailbox),
            leaving: self.leaving(core),
        };
        let (total, rows) = match (self.selected(), &self.search) {
            (_, Some(search)) => {
                let (first, end) = core.window.clip(search.total());
                let uids: Vec<_> = search.found[first as usize..end as usize]
                    .iter()
                    .copied()
                    .map(Some)
                    .collect();
                (search.total(), self.rows_of(core, &uids, &looks))
            }
            (Some(selected), None) if selected.uid_validity.is_some() => {
                let total = selected.view.exists();
                (total, self.window_rows(core, total, &looks))
            }
            (_, None) => core.stored_rows(self.record.id, |message| looks.row(message)),
        };
        let (first, _) = core.window.clip(total);
        let unread = self.mailboxes.unread(&self.mailbox);
        let mailbox = self.mailbox.clone();
        core.change(Change::List {
            mailbox: mailbox.clone(),
            total,
            unread,
        });
        core.change(Change::Rows {
            mailbox,
            first,
            rows,
        });
    }

    fn window_rows(&self, core: &mut Core, total: u32, looks: &Looks) -> Vec<Option<Row>> {
        let Some(selected) = self.selected() else {
            return Vec::new();
        };
        let (first, end) = core.window.clip(total);
        let uids: Vec<_> = (first..end)
            .map(|row| selected.view.uid(SeqNum(total - row)))
            .collect();
        self.rows_of(core, &uids, looks)
    }

    /// The rows of these messages as far as they are known.
    fn rows_of(&self, core: &mut Core, uids: &[Option<Uid>], looks: &Looks) -> Vec<Option<Row>> {
        let Some(validity) = self.validity().or(self.record.validity) else {
            return vec![None; uids.len()];
        };
        let known: Vec<Uid> = uids.iter().copied().flatten().collect();
        let messages = core.store.by_uids(self.record.id, validity, &known);
        let by_uid: HashMap<Uid, StoredMessage> = core
            .stored(messages)
            .into_iter()
            .filter_map(|message| Some((message.uid()?, message)))
            .collect();
        let row = |uid: &Option<Uid>| {
            let message = by_uid.get(uid.as_ref()?)?;
            // Without its header a row would be empty; it comes with the next response.
            message.summary.as_ref()?;
            Some(looks.row(message))
        };
        uids.iter().map(row).collect()
    }
}

/// What rows of a mailbox show that depends on more than their message.
struct Looks {
    /// Whom it goes to, instead of whom it is from.
    sent: bool,
    leaving: HashSet<porthole_store::MessageId>,
}

impl Looks {
    fn row(&self, message: &StoredMessage) -> Row {
        render::row(message, self.sent, self.leaving.contains(&message.id))
    }
}

/// Asks for these items of messages by their sequence numbers, which ascend.
fn fetch(numbers: &[u32], items: Vec<FetchItem>) -> Command {
    Command::Fetch {
        messages: Messages::Seq(numbers.iter().copied().map(SeqNum).collect()),
        items,
        changed_since: None,
        vanished: false,
    }
}

fn widened(window: Window) -> Window {
    let first = window.first.saturating_sub(MARGIN);
    Window::new(first, window.count + window.first - first + MARGIN)
}

/// The UIDs between those that ascend here.
fn gaps(uids: &[u32]) -> Vec<RangeInclusive<u32>> {
    let between = |pair: &[u32]| Some(pair[0].checked_add(1)?..=pair[1].checked_sub(1)?);
    let gaps = uids.windows(2).filter_map(between);
    gaps.filter(|gap| !gap.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_neighbours_there_is_nothing() {
        assert_eq!(gaps(&[0, 1, 2, 5, u32::MAX]), [3..=4, 6..=u32::MAX - 1]);
        assert_eq!(gaps(&[u32::MAX - 1, u32::MAX, u32::MAX]), []);
        assert_eq!(gaps(&[0, u32::MAX]), [1..=u32::MAX - 1]);
        assert_eq!(gaps(&[7]), []);
    }
}
