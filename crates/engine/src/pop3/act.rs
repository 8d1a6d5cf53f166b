//! What the user wants of messages, and what the session is ended for.

use porthole_pop3::{UniqueId, client::Error};
use porthole_store::{Flags, Key, NewMessage, StoredMessage};
use porthole_wire::Instant;

use super::{CHECK, HOLD, Pop3, link::Task, session::number};
use crate::{
    change::{Change, Connection, FailureKind, PartId},
    core::Core,
    intent::{Mark, MessageId, Wish},
    part::{WHOLE, give_stored_part},
};

/// What a user wants of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    Show,
    Save(PartId),
    Source,
}

impl Purpose {
    pub(super) fn part(&self) -> Option<PartId> {
        match self {
            Self::Save(part) => Some(part.clone()),
            Self::Show | Self::Source => None,
        }
    }
}

/// A message that was fetched whole.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) message: MessageId,
    pub(super) unique_id: UniqueId,
    pub(super) raw: Vec<u8>,
    /// None where nobody asked for it.
    pub(super) purposes: Vec<Purpose>,
}

/// A message that waits for a session.
#[derive(Debug)]
pub(super) struct Want(pub(super) MessageId, pub(super) Purpose);

impl Want {
    pub(super) fn give_up(self, core: &mut Core) {
        let Self(message, purpose) = self;
        core.change(Change::Stopped {
            message,
            part: purpose.part(),
        });
        core.refresh_open(message, true);
    }
}

impl Pop3 {
    /// Fetches a message whole, unless it is here.
    pub(super) fn fetch_message(
        &mut self,
        core: &mut Core,
        now: Instant,
        id: MessageId,
        purpose: Purpose,
    ) {
        let Some(stored) = core.message_of(Some(self.record.id), id) else {
            return;
        };
        let content = core.store.content(stored.id, "");
        if core.stored(content).is_some() || stored.kept {
            return;
        }
        let Some(unique_id) = stored.unique_id().cloned() else {
            return;
        };
        let ready = self.link.as_ref().is_some_and(|link| link.ready);
        let known = self.maildrop.number_of(&unique_id);
        if !ready || known.is_none() {
            let named = self.link.as_ref().is_some_and(|link| link.named);
            if ready && !named && !self.maildrop.is_named() {
                // It may be one that the session has no name of yet.
                self.wanted.push(Want(id, purpose));
                return self.resume(core, now);
            }
            if ready {
                // The session knows its maildrop, and this is not in it.
                core.fail(
                    None,
                    FailureKind::MessageGone,
                    "the maildrop no longer has it",
                );
                return core.refresh_open(id, true);
            }
            self.wanted.push(Want(id, purpose));
            return self.want_session(core, now);
        }
        let total = known
            .and_then(|number| self.maildrop.octets(number))
            .unwrap_or(stored.octets);
        self.used_at = now;
        let Some(link) = &mut self.link else { return };
        if link.is_wanted(id, &purpose) {
            return;
        }
        if let Some(number) = known.and_then(number) {
            let retr = link.client.retr(number);
            let bytes = Vec::new();
            let task = Task::Retr {
                message: id,
                unique_id,
                bytes,
                total,
                purposes: vec![purpose],
            };
            link.expect(retr, task, core.cause);
        }
    }

    pub(super) fn message_came(
        &mut self,
        core: &mut Core,
        now: Instant,
        fetched: &Fetched,
        result: Result<(), Error>,
    ) {
        let Fetched {
            message,
            unique_id,
            raw,
            purposes,
        } = fetched;
        let message = *message;
        if let Err(error) = result {
            self.not_given(unique_id);
            if purposes.is_empty() {
                return;
            }
            let kind = match error {
                Error::Refused(_) => FailureKind::NotGiven,
                _ => FailureKind::Lost,
            };
            // What is open is fetched again by itself once the connection is back.
            let comes_again = kind == FailureKind::Lost
                && purposes
                    .iter()
                    .all(|purpose| matches!(purpose, Purpose::Show));
            if !comes_again {
                core.fail(None, kind, error.to_string());
            }
            for purpose in purposes {
                let part = purpose.part();
                core.change(Change::Stopped { message, part });
            }
            return core.refresh_open(message, true);
        }
        let number = self.maildrop.number_of(unique_id).unwrap_or_default();
        let key = Key::Pop3 {
            unique_id: unique_id.clone(),
            number,
        };
        let stored = self.keep_whole(core, now, NewMessage::new(key), raw);
        self.whole_came(core, now, unique_id, raw.len(), stored);
        core.dirty = true;
        for purpose in purposes {
            match purpose {
                Purpose::Show => {}
                Purpose::Source => core.change(Change::Source {
                    message,
                    bytes: raw.clone(),
                }),
                Purpose::Save(part) => {
                    if !give_stored_part(core, message, part) {
                        core.change(Change::Stopped {
                            message,
                            part: Some(part.clone()),
                        });
                    }
                }
            }
        }
        core.refresh_open(message, false);
    }

    /// The next older message is the likely next one to be read: once nothing else is on its way it
    /// comes along, if it is small enough not to keep anybody waiting.
    pub(super) fn fetch_ahead(&mut self, core: &mut Core, now: Instant) {
        let idle = |link: &super::Link| link.ready && link.listed && !link.is_busy();
        // What is to be downloaded is on its way without this.
        if !self.link.as_ref().is_some_and(idle) || self.downloads() {
            return;
        }
        let open = core
            .open
            .and_then(|id| core.message_of(Some(self.record.id), id));
        let read = open.as_ref().and_then(StoredMessage::unique_id);
        let next = read.and_then(|read| self.maildrop.older(self.maildrop.number_of(read)?));
        let Some((number, name)) = next else { return };
        let name = name.clone();
        let small = self
            .maildrop
            .octets(number)
            .is_some_and(|octets| octets <= WHOLE);
        if small && self.is_to_come(core, &name) && self.ahead.as_ref() != Some(&name) {
            self.ahead = Some(name.clone());
            self.fetch_to_keep(core, now, number, name, Some(Wish::ReadNext));
        }
    }

    /// Whether all of a message may be fetched, and is not here.
    fn is_to_come(&self, core: &mut Core, name: &UniqueId) -> bool {
        let found = core.store.by_unique_ids(self.record.id, [name]);
        let found = core.stored(found).pop();
        let content = found.map(|stored| core.store.content(stored.id, ""));
        let here = content.and_then(|content| core.stored(content));
        here.is_none() && self.concerns(name)
    }

    /// A RETR cannot be stopped (RFC 1939 has nothing for it), and to read on would keep the user
    /// waiting for all of it: the session is given up. What else it was to do is left to another:
    /// without QUIT nothing that was marked is gone.
    pub(super) fn stop_message(&mut self, core: &mut Core, now: Instant, id: MessageId) {
        let this = |want: &mut Want| want.0 == id;
        for want in self.wanted.extract_if(.., this) {
            want.give_up(core);
        }
        if self.link.as_ref().is_some_and(|link| link.fetches(id)) {
            self.break_off(core, now, Some(id));
        }
    }

    /// Ends the session without QUIT, so that the server keeps what was marked; what was wanted of
    /// it, but for a message that is stopped, is wanted of the next.
    pub(super) fn break_off(&mut self, core: &mut Core, now: Instant, stopped: Option<MessageId>) {
        if self.left {
            // Nobody begins another session.
            self.end_link(core);
            return self.deletions_lost(core, "the session was broken off");
        }
        let Some(link) = &mut self.link else { return };
        let others = link.unfinished(stopped);
        self.wanted.extend(others);
        self.marked.clear();
        self.end_link(core);
        self.maildrop.forget_asked();
        self.forget_session();
        self.checked_at = now;
        core.set_connection(Connection::Resting);
        if !self.begin_wanted(core, now) {
            self.fetch_rows(core, now);
        }
    }

    /// A session is over: begins the next, where anything waits for it.
    pub(super) fn begin_wanted(&mut self, core: &mut Core, now: Instant) -> bool {
        let waits = !self.wanted.is_empty() || self.has_waiting();
        let wanted = std::mem::take(&mut self.again) || waits;
        if wanted {
            self.want_session(core, now);
        }
        wanted
    }

    /// Marks are kept on this device: POP3 has none.
    pub(super) fn set_mark(&self, core: &mut Core, ids: &[MessageId], mark: Mark, on: bool) {
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
                let written = core.store.set_flags(stored.id, flags);
                core.stored(written);
                core.refresh_open(id, false);
                core.dirty = true;
            }
        }
    }

    /// A session is there: what waited for it.
    pub(super) fn resume(&mut self, core: &mut Core, now: Instant) {
        if self.wanted.is_empty() && !self.has_waiting() {
            return;
        }
        // Message numbers are new in each session: all unique-ids must be known first.
        if !self.maildrop.is_named() {
            if let Some(link) = &mut self.link {
                let id = link.client.uidl(None);
                link.expect(id, Task::Resume, core.cause);
            }
            return;
        }
        self.resume_now(core, now);
    }

    /// The server does not tell all of its unique-ids: what waits is done as far as it is known by
    /// one, and given up where it is not.
    pub(super) fn not_resumed(&mut self, core: &mut Core, now: Instant, error: Error) {
        let words = error.to_string();
        self.uidl_came(core, now, Err(error));
        let going: Vec<_> = self.going.iter().cloned().collect();
        self.send_dele(core, &going);
        self.give_up_waiting(core, &words);
        let mut unknown = false;
        for want in std::mem::take(&mut self.wanted) {
            let stored = core.message_of(Some(self.record.id), want.0);
            let name = stored.as_ref().and_then(StoredMessage::unique_id);
            if name.is_some_and(|name| self.maildrop.number_of(name).is_some()) {
                self.fetch_message(core, now, want.0, want.1);
            } else {
                unknown = true;
                want.give_up(core);
            }
        }
        if unknown {
            core.fail(None, FailureKind::NotGiven, words);
        }
    }

    /// What waited for a session whose unique-ids are known.
    pub(super) fn resume_now(&mut self, core: &mut Core, now: Instant) {
        for Want(id, purpose) in std::mem::take(&mut self.wanted) {
            self.fetch_message(core, now, id, purpose);
        }
        self.mark_waiting(core);
    }

    /// Looks for new mail: a session sees only what was there when it began.
    pub(super) fn check_now(&mut self, core: &mut Core, now: Instant) {
        self.checked_at = now;
        if self.link.as_ref().is_some_and(|link| link.ready) {
            self.again = true;
            self.quit(core, now);
        } else {
            self.want_session(core, now);
        }
    }

    /// Ends the session in good order.
    pub(super) fn quit(&mut self, core: &mut Core, now: Instant) {
        if let Some(link) = self.link.as_mut().filter(|link| link.ready) {
            link.ready = false;
            let id = link.client.quit();
            link.expect(id, Task::Quit, core.cause);
        }
        self.drive(core, now);
    }

    /// Ends a session that nobody uses; begins one to look for new mail.
    pub(super) fn rest(&mut self, core: &mut Core, now: Instant) {
        let busy = self.link.as_ref().is_some_and(|link| link.is_busy());
        if busy || self.dialling.is_some() {
            return;
        }
        if self.link.is_some() {
            if now >= self.used_at + HOLD {
                self.quit(core, now);
            }
        } else if self.looks_again() && now >= self.checked_at + CHECK {
            self.checked_at = now;
            self.want_session(core, now);
        }
    }

    pub(super) fn rest_deadline(&self) -> Option<Instant> {
        match &self.link {
            Some(link) if link.is_busy() => None,
            Some(link) if link.ready => Some(self.used_at + HOLD),
            Some(_) => None,
            None if self.looks_again() && self.dialling.is_none() => Some(self.checked_at + CHECK),
            None => None,
        }
    }

    /// Whether sessions begin by themselves to look for new mail.
    fn looks_again(&self) -> bool {
        self.was_online && self.retry.is_calm()
    }
}
