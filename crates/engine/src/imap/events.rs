//! What the server said on the main connection, and what is done about it.

use porthole_imap::{
    client::{Closed, Event, PeerMisbehaved, Refused},
    types::{
        code::{Named, ResponseCode},
        fetch::{Data, Fetch, MessageDataItem},
        flag::Flag,
        number::Uid,
        response::{StatusText, Untagged},
    },
};
use porthole_store::{Flags, Key, NewMessage};
use porthole_wire::{CommandId, DROPPED, Instant};

use super::{Imap, Task, deeds::Step, link::Link, structure};
use crate::{
    change::{FailureKind, Notice, Stage},
    core::Core,
    intent::MessageId,
    retry::silent_greeting,
};

impl Imap {
    pub(super) fn event(&mut self, core: &mut Core, now: Instant, event: Event) {
        match event {
            Event::Greeting { signed_in, text } => self.greeted(core, now, signed_in, &text),
            Event::Alert(text) => core.notice(Notice::Alert(text)),
            Event::Untagged { command, response } => self.untagged(command, &response),
            Event::Fetch { uid, fetch, .. } => self.fetched(core, now, uid, fetch),
            Event::Chunk { offset, bytes, .. } => {
                if let Some(main) = &mut self.main {
                    if offset == 0 {
                        main.streamed.clear();
                    }
                    main.streamed.extend_from_slice(&bytes);
                }
            }
            Event::Expunged { uid, .. } => {
                self.gone(core, now, &uid.into_iter().collect::<Vec<_>>());
            }
            Event::Vanished { uids, .. } => {
                let last = self
                    .selected()
                    .and_then(|s| s.uid_next)
                    .unwrap_or(Uid(u32::MAX));
                let uids = uids.numbers(last, MOST_VANISHED);
                self.gone(core, now, &uids);
            }
            Event::Exists(_) => {
                core.dirty = true;
                self.mailboxes.set_total(&self.mailbox, self.exists());
                self.fetch_moved_rows(core, now);
            }
            Event::Idling => self.idle_agreed = true,
            Event::Completed { command, result } => self.completed(core, now, command, result),
            Event::StartTls => {
                if let Some(main) = &self.main {
                    core.output(crate::output::Output::StartTls {
                        connection: main.id,
                    });
                }
            }
            Event::Unreadable { beginning, .. } => {
                self.unread = true;
                if !std::mem::replace(&mut self.unreadable_told, true) {
                    core.notice(Notice::Unreadable { beginning });
                }
            }
            Event::Closed(why) => {
                let kind = self.closed_kind(core, &why);
                self.lost(core, now, kind, &why.to_string());
            }
        }
    }

    fn closed_kind(&self, core: &mut Core, why: &Closed) -> FailureKind {
        let greeting = self
            .main
            .as_ref()
            .is_some_and(|main| main.stage == Stage::Greeting);
        match why {
            Closed::Bye(_) if greeting => FailureKind::TurnedAway,
            Closed::PeerMisbehaved(PeerMisbehaved::NoGreeting(_)) => FailureKind::NotThatProtocol,
            Closed::PeerMisbehaved(_) => FailureKind::Misbehaved,
            Closed::Silent { .. } if greeting => silent_greeting(self.is_known(core)),
            _ => FailureKind::Lost,
        }
    }

    fn untagged(&mut self, command: Option<CommandId>, response: &Untagged) {
        let task = command.and_then(|command| self.main.as_ref()?.task(command));
        if let Some(&Task::Search { serial }) = task {
            self.found(serial, response);
        }
        if let Untagged::Ok(StatusText {
            code: Some(code), ..
        }) = &response
            && let (Some(main), Some(command)) = (&self.main, command)
            && let Some(Task::Deed(Step::Last(batch) | Step::Copy(batch))) = main.task(command)
            && let Some(undo) = batch.undo
        {
            self.learn_moved(undo, code);
        }
    }

    /// Data of one message.
    fn fetched(&mut self, core: &mut Core, now: Instant, uid: Option<Uid>, fetch: Fetch) {
        // A message that changed before its row was fetched will be fetched with its flags.
        let (Some(uid), Some(validity)) = (uid, self.validity()) else {
            return;
        };
        let key = Key::Imap { validity, uid };
        let mut new = NewMessage::new(key);
        let mut contents = Vec::new();
        let mut headers_missing = false;
        for item in fetch.items {
            match item {
                MessageDataItem::Flags(flags) => {
                    self.flags_changed(core, uid, &flags);
                    new.flags = Some(Flags::of(&flags));
                }
                MessageDataItem::InternalDate(date) => new.internal_date = Some(date.unix()),
                MessageDataItem::Rfc822Size(octets) => new.octets = Some(octets),
                MessageDataItem::Envelope(envelope) => {
                    new.summary = Some(structure::summary(&envelope));
                }
                MessageDataItem::BodyStructure(body) => {
                    new.structure = Some(structure::part(&body))
                }
                MessageDataItem::Preview(Some(text)) => {
                    new.preview = Some(String::from_utf8_lossy(&text).into_owned());
                }
                // What follows asks for it once more (RFC 8970 section 4.1).
                MessageDataItem::Preview(None) if new.octets.is_some() => {
                    self.unpreviewed.insert(uid);
                }
                MessageDataItem::Section {
                    section,
                    origin,
                    data,
                } => {
                    let data = match data {
                        Data::Whole(bytes) => Some(bytes),
                        Data::Streamed { .. } => self
                            .main
                            .as_mut()
                            .map(|main| std::mem::take(&mut main.streamed)),
                        Data::Nil => None,
                    };
                    contents.push((section, origin, data));
                }
                MessageDataItem::Unknown(name) if name == "ENVELOPE" => headers_missing = true,
                _ => {}
            }
        }
        let is_row = new.octets.is_some() || new.summary.is_some() || new.structure.is_some();
        if headers_missing {
            self.fetch_headers(core, now, uid);
        }
        if is_row {
            self.rows_came = true;
            self.rowless.remove(&uid);
        }
        let lacks_row = !is_row && self.lacks_row(core, uid) && self.rowless.insert(uid);
        if is_row || new.flags.is_some() || new.preview.is_some() {
            self.fetched.push(new);
        }
        for (section, origin, data) in contents {
            self.content_came(core, now, uid, &section, origin, data);
        }
        if lacks_row {
            self.fetch_moved_rows(core, now);
        }
    }

    /// Whether nothing is here of a message but its flags.
    fn lacks_row(&self, core: &mut Core, uid: Uid) -> bool {
        let is_it = |new: &NewMessage| matches!(new.key, Key::Imap { uid: of, .. } if of == uid);
        let mut fetched = self.fetched.iter();
        let comes = fetched.any(|new| is_it(new) && new.octets.is_some());
        let stored = self.stored(core, uid);
        !comes && stored.is_none_or(|stored| stored.summary.is_none())
    }

    /// Asks for rows after the server has told of messages by itself: SELECT has its own way.
    fn fetch_moved_rows(&mut self, core: &mut Core, now: Instant) {
        let is_open = |main: &Link<Task>| !main.has(|task| *task == Task::Select);
        if self.main.as_ref().is_some_and(is_open) {
            self.fetch_rows(core, now);
        }
    }

    /// Flags came for a message whose row may be shown.
    fn flags_changed(&mut self, core: &mut Core, uid: Uid, flags: &[Flag]) {
        core.dirty = true;
        let flags = Flags::of(flags);
        let Some(stored) = self.stored(core, uid) else {
            let key = self.validity().map(|validity| Key::Imap { validity, uid });
            if !self
                .fetched
                .iter()
                .any(|new| Some(&new.key) == key.as_ref())
            {
                self.mailboxes.arrived(&self.mailbox, uid, !flags.seen);
            }
            return;
        };
        if stored.flags != flags {
            if stored.flags.seen != flags.seen {
                self.mailboxes
                    .count_unread(&self.mailbox, if flags.seen { -1 } else { 1 });
            }
            let written = core.store.set_flags(stored.id, flags);
            core.stored(written);
            core.refresh_open(MessageId(stored.id.0), false);
        }
    }

    /// Messages are no longer there.
    fn gone(&mut self, core: &mut Core, now: Instant, uids: &[Uid]) {
        core.dirty = true;
        self.mailboxes.set_total(&self.mailbox, self.exists());
        if let Some(search) = &mut self.search {
            search.found.retain(|uid| !uids.contains(uid));
        }
        let Some(validity) = self.validity() else {
            return;
        };
        let found = core.store.by_uids(self.record.id, validity, uids);
        let found = core.stored(found);
        let unread = found.iter().filter(|message| !message.flags.seen).count();
        self.mailboxes.count_unread(&self.mailbox, -(unread as i64));
        let ids: Vec<_> = found.iter().map(|message| message.id).collect();
        self.forget(core, &ids);
        self.rowless.retain(|uid| !uids.contains(uid));
        self.fetch_moved_rows(core, now);
    }

    fn completed(
        &mut self,
        core: &mut Core,
        now: Instant,
        command: CommandId,
        result: Result<StatusText, Refused>,
    ) {
        let Some(main) = &mut self.main else { return };
        let (task, cause) = main.complete(command);
        self.quiet_since = now;
        core.cause = core.cause.or(cause);
        match (task, result) {
            (Some(Task::Capability), Ok(_)) if main.stage <= Stage::SignIn => {
                self.sign_in(core, now);
            }
            (Some(Task::StartTls), Err(refused)) => {
                self.lost(core, now, FailureKind::NoStartTls, &refused.text.text);
            }
            (Some(Task::SignIn), Ok(_)) => self.signed_in(core, now),
            (Some(Task::SignIn), Err(refused)) => {
                let kind = match refused.text.code {
                    Some(_) if refused.is_wrong_password() => FailureKind::WrongPassword,
                    Some(_) => temporary(&refused).unwrap_or(FailureKind::Refused),
                    None => FailureKind::WrongPassword,
                };
                self.lost(core, now, kind, &refused.text.text);
            }
            (Some(Task::Capability), Err(refused)) => {
                self.lost(core, now, FailureKind::Misbehaved, &refused.text.text);
            }
            (Some(Task::Compress), Ok(_)) => core.wire.compressed(),
            (Some(Task::Select), result) => self.mailbox_opened(core, now, result),
            (Some(Task::Rows), result) => self.rows_came(core, now, result),
            (Some(Task::Content { message, ahead, .. }), result) => {
                self.content_done(core, message, ahead, result);
            }
            (Some(Task::Piece { transfer, offset }), result) => {
                self.piece_done(core, transfer, offset, result);
            }
            (Some(Task::Deed(step)), result) => self.deed_answered(core, now, step, result),
            (Some(Task::Search { serial }), result) => {
                self.search_done(core, now, serial, &result);
            }
            (Some(Task::Check), _) => {
                self.fetch_rows(core, now);
                self.side_refresh_stale(core, now);
                self.send_elsewhere(core, now);
            }
            // Once it was agreed to, what ends it badly is no refusal: somebody typed a line into it.
            (Some(Task::Idle), Err(refused))
                if !self.idle_agreed && refused.text.text != DROPPED =>
            {
                // Asked again, it would say so again.
                self.idles = false;
                core.notice(Notice::NoIdle);
            }
            _ => {}
        }
        self.unread = false;
    }
}

/// What a refusal means that the server says will pass (RFC 5530 section 3).
pub(super) fn temporary(refused: &Refused) -> Option<FailureKind> {
    match refused.text.code {
        Some(ResponseCode::Named(Named::Unavailable | Named::InUse)) => {
            Some(FailureKind::TurnedAway)
        }
        Some(ResponseCode::Named(Named::Limit)) => Some(FailureKind::Limit),
        _ => None,
    }
}

/// More UIDs than this in one VANISHED are not looked up one by one.
const MOST_VANISHED: usize = 100_000;
