//! The list: headers by TOP for what is on screen, unique-ids and sizes for the rest.

use std::collections::HashMap;

use porthole_message::{Limits, Message as Parsed, Summary};
use porthole_pop3::{
    Capability, UniqueId,
    client::{Error, PeerMisbehaved},
};
use porthole_store::{Key, NewMessage, StoredMessage};
use porthole_wire::Instant;

use super::{
    MAILDROP, Pop3,
    act::{Purpose, Want},
    link::Task,
    session::number,
};
use crate::{
    change::{Belief, Believed, Change, Connection, FailureKind, Notice, Row, Stage},
    core::{Core, Window},
    intent::{MessageId, Wish},
    render,
};

/// How messages are named whose server gives them no names.
pub(super) const SESSION: &str = "porthole-session-";

impl Pop3 {
    /// The maildrop as the session has it; `None` while there is no session, whose numbers they
    /// are.
    pub(super) fn believed(&self, core: &mut Core) -> Option<Belief> {
        self.link.as_ref().filter(|_| self.maildrop.is_known())?;
        let numbers: Vec<_> = Belief::numbers(self.maildrop.count()).collect();
        let known = self.stored(core, &numbers);
        let believed = |number: u32| {
            let name = self.maildrop.unique_id(number);
            let stored = name.and_then(|name| known.get(name));
            Believed {
                number,
                name: name.map(ToString::to_string),
                id: stored.map(|stored| MessageId(stored.id.0)),
                subject: stored.and_then(|stored| stored.summary.as_ref()?.subject.clone()),
                flags: None,
                going: name.is_some_and(|name| self.marked.contains(name)),
            }
        };
        Some(Belief {
            mailbox: MAILDROP.to_owned(),
            uid_validity: None,
            count: self.maildrop.count(),
            messages: numbers.into_iter().map(believed).collect(),
        })
    }

    /// STAT was answered: the first rows.
    pub(super) fn maildrop_opened(&mut self, core: &mut Core, now: Instant) {
        self.again = false;
        self.note_what_lacks(core);
        let seen = self.seen(core);
        let Some(link) = &mut self.link else { return };
        let pipelines = link.client.pipelines();
        let has_uidl = link.may(&Capability::Uidl);
        let numbers = self.window_numbers(core.window);
        if !has_uidl {
            self.number_by_session(core);
            self.fetch_rows(core, now);
        } else if !pipelines {
            // One question for all rather than one for each.
            self.list_unique_ids(core);
        } else if let Some(link) = &mut self.link {
            for &wanted in &numbers {
                if let Some(wanted) = number(wanted) {
                    let id = link.client.uidl(Some(wanted));
                    link.expect(id, Task::Noop, core.cause);
                    if wanted.value() > seen && self.maildrop.ask(wanted.value()) {
                        ask_header(link, wanted.value(), core.cause);
                    }
                }
            }
            if seen > 0 {
                // Which rows are known shows once their unique-ids are.
                let id = link.client.noop();
                link.expect(id, Task::Uidl, core.cause);
            }
        }
        if let Some(open) = core.open_in_vain() {
            core.open(open);
            self.wanted.push(Want(open, Purpose::Show));
        }
        self.resume(core, now);
    }

    /// The highest message number of the last visit, as far as is known: what is above it is new,
    /// unless something was deleted since, and then its unique-id says so a turn later.
    fn seen(&self, core: &mut Core) -> u32 {
        let newest = core.store.newest(self.record.id, 0, 1);
        let newest = core.stored(newest);
        newest.first().map_or(0, |message| match message.key {
            Key::Pop3 { number, .. } => number,
            Key::Imap { .. } => 0,
        })
    }

    fn note_what_lacks(&mut self, core: &mut Core) {
        let Some(link) = &self.link else { return };
        let lacks = [
            (!link.may(&Capability::Uidl), "uidl", Notice::NoUidl),
            (!link.may(&Capability::Top), "top", Notice::NoTop),
            (
                !link.can(&Capability::Pipelining),
                "pipelining",
                Notice::NoPipelining,
            ),
        ];
        for (lacks, name, notice) in lacks {
            if lacks && self.noticed.insert(name) {
                core.notice(notice);
            }
        }
    }

    /// Without UIDL a message has no name beyond the session: what was kept cannot be told from
    /// what is new, so it is forgotten.
    fn number_by_session(&mut self, core: &mut Core) {
        let forgotten = core.store.remove_named(self.record.id, SESSION);
        core.stored(forgotten);
        self.give_up_waiting(core, "the server has no names for its messages");
        for number in 1..=self.maildrop.count() {
            let name = format!("{SESSION}{number}");
            if let Ok(unique_id) = UniqueId::try_from(name.as_str()) {
                self.maildrop.learn_unique_id(number, unique_id);
            }
        }
    }

    fn list_unique_ids(&mut self, core: &Core) {
        if let Some(link) = &mut self.link {
            let id = link.client.uidl(None);
            link.expect(id, Task::Uidl, core.cause);
        }
    }

    /// Message numbers of the rows in the window, newest first.
    fn window_numbers(&self, window: Window) -> Vec<u32> {
        let (first, end) = window.clip(self.maildrop.rows());
        (first..end)
            .filter_map(|row| self.maildrop.number(row))
            .collect()
    }

    /// Asks for the headers in the window that are not here.
    pub(super) fn fetch_rows(&mut self, core: &mut Core, now: Instant) {
        if !self.link.as_ref().is_some_and(|link| link.ready) {
            if self.maildrop.is_known() && !self.missing(core).is_empty() {
                self.want_session(core, now);
            }
            return;
        }
        for wanted in self.missing(core) {
            if self.maildrop.ask(wanted)
                && let Some(link) = &mut self.link
            {
                self.used_at = now;
                ask_header(link, wanted, core.cause);
            }
        }
    }

    /// Message numbers in the window that have a unique-id and no header.
    fn missing(&self, core: &mut Core) -> Vec<u32> {
        let numbers = self.window_numbers(core.window);
        let known = self.stored(core, &numbers);
        let lacks = |number: &u32| {
            let unique_id = self.maildrop.unique_id(*number);
            unique_id.is_some_and(|id| known.get(id).is_none_or(|m| m.summary.is_none()))
        };
        numbers.into_iter().filter(lacks).collect()
    }

    fn stored(&self, core: &mut Core, numbers: &[u32]) -> HashMap<UniqueId, StoredMessage> {
        let unique_ids = numbers
            .iter()
            .filter_map(|&number| self.maildrop.unique_id(number));
        let found = core.store.by_unique_ids(self.record.id, unique_ids);
        core.stored(found)
            .into_iter()
            .filter_map(|message| Some((message.unique_id()?.clone(), message)))
            .collect()
    }

    /// TOP, or RETR where there is no TOP, was answered.
    pub(super) fn top_came(
        &mut self,
        core: &mut Core,
        now: Instant,
        number: u32,
        bytes: Vec<u8>,
        result: Result<(), Error>,
    ) {
        core.dirty = true;
        let Some(unique_id) = self.maildrop.unique_id(number).cloned() else {
            // UIDL said nothing of it: it cannot be kept, and is asked for again with its name.
            return self.maildrop.forget_asked_for(number);
        };
        if let Err(error) = result {
            // Where the session ended over it, another asks for it.
            if let Error::Refused(_) | Error::PeerMisbehaved(PeerMisbehaved::Unreadable(_)) = error
            {
                core.fail(None, FailureKind::Refused, error.to_string());
                self.maildrop.forget_asked_for(number);
            }
            return;
        }
        let whole = self
            .link
            .as_ref()
            .is_some_and(|link| !link.may(&Capability::Top));
        let key = Key::Pop3 { unique_id, number };
        let mut new = NewMessage {
            octets: self.maildrop.octets(number),
            ..NewMessage::new(key)
        };
        if !whole {
            new.summary = Some(Summary::parse(&bytes, &Limits::default()));
            self.fetched.push(new);
            return;
        }
        self.keep_whole(core, now, new, &bytes);
    }

    /// Keeps a message that came whole; whether that could be done.
    pub(super) fn keep_whole(
        &self,
        core: &mut Core,
        now: Instant,
        mut new: NewMessage,
        raw: &[u8],
    ) -> bool {
        learn_whole(&mut new, raw);
        let (mailbox, unix) = (self.record.id, core.unix(now));
        let kept = core.store.batch(|store| {
            let id = store.put(mailbox, &new)?;
            store.put_content(id, "", raw)?;
            store.set_downloaded(id, unix)
        });
        core.stored(kept.map(Some)).is_some()
    }

    /// Writes the headers that came, all at once: on disk a write of its own for each would take
    /// longer than the network.
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

    /// The unique-ids of the window, or of all, are here.
    pub(super) fn uidl_came(&mut self, core: &mut Core, now: Instant, result: Result<(), Error>) {
        if result.is_err()
            && self
                .maildrop
                .number(0)
                .is_some_and(|n| self.maildrop.unique_id(n).is_none())
        {
            if self.noticed.insert("uidl") {
                core.notice(Notice::NoUidl);
            }
            self.number_by_session(core);
        }
        core.dirty = true;
        self.fetch_rows(core, now);
    }

    /// Once nothing is on its way, the rows are there; the first time the rest is asked for.
    pub(super) fn rows_done(&mut self, core: &mut Core, now: Instant) {
        let Some(link) = &mut self.link else { return };
        if !link.ready || link.is_busy() || self.stage != Stage::Mailbox {
            return;
        }
        if self.was_online && self.retry.at().is_none() && link.listed {
            core.set_connection(Connection::Online);
            self.download(core, now);
            return self.fetch_ahead(core, now);
        }
        core.stage(Stage::Mailbox, "", true);
        core.set_connection(Connection::Online);
        self.was_online = true;
        self.retry.succeeded();
        link.listed = true;
        // What comes later was not wanted with the session.
        link.cause = None;
        if self.maildrop.count() == 0 {
            self.download(core, now);
        } else {
            if link.may(&Capability::Uidl) {
                let id = link.client.uidl(None);
                link.expect(id, Task::Uidl, None);
            }
            let id = link.client.list(None);
            link.expect(id, Task::List, None);
        }
    }

    /// Tells the page what is in the window.
    pub(super) fn show_rows(&self, core: &mut Core) {
        let (total, rows) = if let Some(found) = &self.search {
            self.found_rows(core, found)
        } else if self.maildrop.is_known() {
            let numbers = self.window_numbers(core.window);
            let known = self.stored(core, &numbers);
            let row = |&number: &u32| -> Option<Row> {
                let unique_id = self.maildrop.unique_id(number)?;
                let stored = known.get(unique_id)?;
                stored.summary.as_ref()?;
                let mut row = render::row(stored, false, self.going.contains(unique_id));
                row.size = self.maildrop.octets(number).unwrap_or(row.size);
                Some(row)
            };
            let count = self.maildrop.rows();
            let mut rows: Vec<_> = numbers.iter().map(row).collect();
            rows.extend(core.kept_rows(self.record.id, count));
            (count + core.count_kept(self.record.id), rows)
        } else {
            core.stored_rows(self.record.id, |message| {
                let going = message
                    .unique_id()
                    .is_some_and(|id| self.going.contains(id));
                render::row(message, false, going)
            })
        };
        let (first, _) = core.window.clip(total);
        let mailbox = MAILDROP.to_owned();
        core.change(Change::List {
            mailbox: mailbox.clone(),
            total,
            unread: None,
        });
        core.change(Change::Rows {
            mailbox,
            first,
            rows,
        });
    }
}

/// Asks for a header: TOP, or the whole message where there is no TOP.
fn ask_header(link: &mut super::link::Link, wanted: u32, cause: Option<Wish>) {
    let Some(number) = number(wanted) else { return };
    let id = if link.may(&Capability::Top) {
        link.client.top(number, 0)
    } else {
        link.client.retr(number)
    };
    link.expect(
        id,
        Task::Top {
            number: wanted,
            bytes: Vec::new(),
        },
        cause,
    );
}

/// What a whole message tells.
fn learn_whole(new: &mut NewMessage, raw: &[u8]) {
    let parsed = Parsed::parse(raw, &Limits::default());
    new.octets = Some(raw.len() as u64);
    new.preview = parsed.preview(raw);
    new.summary = Some(parsed.summary);
    new.structure = Some(parsed.root);
}
