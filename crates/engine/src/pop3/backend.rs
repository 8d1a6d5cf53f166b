//! What the engine asks of an account over POP3.

use porthole_sasl::Nonce;
use porthole_wire::{Instant, Machine};

use super::{MAILDROP, Pop3, act, link::Link};
use crate::{
    backend::{Activity, Backend},
    change::{AfterDownload, Belief, Change, FailureKind, Mailbox, PartId, Purpose, Stage},
    core::Core,
    farewell::Farewell,
    imap::{dial_failure, report_dialled},
    intent::{Mark, MessageId, UndoId},
    output::{ConnectionId, DialError, Dialled, Output, TlsSummary},
    reins::Holdable,
    wire::Named,
};

impl Backend for Pop3 {
    fn start(&mut self, core: &mut Core, now: Instant) {
        self.checked_at = now;
        core.change(Change::Mailboxes(vec![Mailbox {
            name: MAILDROP.to_owned(),
            label: "Inbox".to_owned(),
            depth: 0,
            purpose: Purpose::Inbox,
            selectable: true,
            unread: None,
            total: None,
        }]));
        core.dirty = true;
        self.load_choice(core);
        self.want_session(core, now);
    }

    fn stop(mut self: Box<Self>, core: &mut Core, now: Instant) -> Option<Box<dyn Farewell>> {
        // Deletions that were not taken back are meant: QUIT makes them count.
        self.quit(core, now);
        self.give_up_waiting(core, "signed out before there was a session");
        if let Some(connection) = self.dialling.take() {
            core.output(Output::Hangup { connection });
        }
        self.leave(core).then_some(self as Box<dyn Farewell>)
    }

    fn retry(&mut self, core: &mut Core, now: Instant) {
        self.want_session(core, now);
    }

    fn dialled(
        &mut self,
        core: &mut Core,
        now: Instant,
        connection: ConnectionId,
        result: Result<Dialled, DialError>,
        entropy: [u8; 18],
    ) {
        if self.dialling != Some(connection) {
            return;
        }
        self.dialling = None;
        match result {
            Ok(dialled) => {
                report_dialled(core, &dialled);
                self.stage = Stage::Greeting;
                let nonce = Nonce::from_bytes(entropy);
                let cause = self.wanted_by.take();
                let encrypted = dialled.tls.is_some();
                let mut link = Link::new(connection, encrypted, nonce, core.habits, cause);
                link.client.handle_timeout(now);
                self.link = Some(link);
            }
            Err(error) => {
                let (stage, kind) = dial_failure(core, error.kind);
                self.stage = stage;
                self.lost(core, now, kind, &error.message);
            }
        }
    }

    fn tls(
        &mut self,
        core: &mut Core,
        now: Instant,
        connection: ConnectionId,
        result: Result<TlsSummary, DialError>,
    ) {
        if !self.is(connection) {
            return;
        }
        match result {
            Ok(tls) => self.secured(core, now, &tls),
            Err(error) => {
                self.stage = Stage::Tls;
                self.lost(core, now, FailureKind::Tls, &error.message);
            }
        }
        self.drive(core, now);
    }

    fn input(&mut self, core: &mut Core, now: Instant, connection: ConnectionId, bytes: &[u8]) {
        if let Some(link) = self.link.as_mut().filter(|link| link.id == connection) {
            link.client.handle_input(now, bytes);
            self.drive(core, now);
        }
    }

    fn eof(&mut self, core: &mut Core, now: Instant, connection: ConnectionId) {
        if let Some(link) = self.link.as_mut().filter(|link| link.id == connection) {
            link.client.handle_eof(now);
            self.drive(core, now);
        }
    }

    fn timeout(&mut self, core: &mut Core, now: Instant) {
        if self.retry.is_due(now) {
            self.retry.cancel();
            self.want_session(core, now);
        }
        if let Some(link) = &mut self.link {
            link.client.handle_timeout(now);
        }
        self.drive(core, now);
        self.settle_hidden(core, now);
        self.download(core, now);
        self.rest(core, now);
        self.drive(core, now);
    }

    fn deadline(&mut self) -> Option<Instant> {
        let machine = self.link.as_mut().and_then(Link::deadline);
        let hidden = self.hidden_deadline();
        [machine, self.retry.at(), self.rest_deadline(), hidden]
            .into_iter()
            .flatten()
            .min()
    }

    fn open_mailbox(&mut self, core: &mut Core, now: Instant, _name: String) {
        if self.search.take().is_some() {
            core.change(Change::Search(None));
        }
        core.dirty = true;
        self.window_moved(core, now);
    }

    fn window_moved(&mut self, core: &mut Core, now: Instant) {
        self.fetch_rows(core, now);
        self.drive(core, now);
    }

    fn open_message(&mut self, core: &mut Core, now: Instant, id: MessageId) {
        self.fetch_message(core, now, id, act::Purpose::Show);
        if core.mark_read {
            self.set_mark(core, &[id], Mark::Seen, true);
        }
        self.fetch_ahead(core, now);
        self.drive(core, now);
    }

    fn fetch_part(&mut self, core: &mut Core, now: Instant, id: MessageId, part: String) {
        if !crate::part::give_stored_part(core, id, &part) {
            self.fetch_message(core, now, id, act::Purpose::Save(part));
            self.drive(core, now);
        }
    }

    fn fetch_source(&mut self, core: &mut Core, now: Instant, id: MessageId) {
        self.fetch_message(core, now, id, act::Purpose::Source);
        self.drive(core, now);
    }

    fn stop_fetching(
        &mut self,
        core: &mut Core,
        now: Instant,
        id: MessageId,
        _part: Option<PartId>,
    ) {
        // Whatever is wanted of it, the whole message is on its way.
        self.stop_message(core, now, id);
    }

    fn mark(&mut self, core: &mut Core, _now: Instant, ids: &[MessageId], mark: Mark, on: bool) {
        self.set_mark(core, ids, mark, on);
    }

    fn delete(&mut self, core: &mut Core, now: Instant, ids: &[MessageId]) {
        self.remove(core, now, ids);
        self.drive(core, now);
    }

    fn move_to(&mut self, core: &mut Core, _now: Instant, _ids: &[MessageId], _mailbox: String) {
        core.fail(
            None,
            FailureKind::Refused,
            "POP3 knows one maildrop and no other mailboxes",
        );
    }

    fn undo(&mut self, core: &mut Core, now: Instant, id: UndoId) {
        if !self.unhide(core, id) {
            self.take_back(core, id);
        }
        self.used_at = now;
        self.drive(core, now);
    }

    fn after_download(&mut self, core: &mut Core, now: Instant, choice: AfterDownload) {
        self.choose(core, now, choice);
        self.drive(core, now);
    }

    fn take_up(&mut self, core: &mut Core, _now: Instant) {
        if let Some(link) = &mut self.link {
            link.client.set_pipelining(core.habits.pipelining);
        }
    }

    fn check(&mut self, core: &mut Core, now: Instant) {
        self.check_now(core, now);
        self.drive(core, now);
    }

    fn search(&mut self, core: &mut Core, now: Instant, text: &str) {
        self.search_for(core, text);
        self.window_moved(core, now);
    }

    fn links(&mut self) -> Vec<Box<dyn Holdable + '_>> {
        self.link.iter_mut().map(Link::reins).collect()
    }

    fn go_on(&mut self, core: &mut Core, now: Instant) {
        // Whoever types or steps is not done with the session.
        self.used_at = now;
        self.drive(core, now);
    }

    fn activity(&mut self) -> Activity {
        Activity {
            busy: self.dialling.is_some()
                || self.retry.at().is_some()
                || self.link.as_ref().is_some_and(Link::is_busy),
            listening: false,
        }
    }

    fn waiting(&self, _core: &mut Core) -> u32 {
        // What a session is there for is on its way.
        let is_ready = self.link.as_ref().is_some_and(|link| link.ready);
        let waiting = self.going.difference(&self.marked);
        waiting.filter(|_| !is_ready).count() as u32
    }

    fn belief(&self, core: &mut Core) -> Option<Belief> {
        self.believed(core)
    }

    fn name_of(&self, core: &mut Core, id: MessageId) -> Option<Named> {
        let message = core.message_of(Some(self.record.id), id)?;
        let number = self.maildrop.number_of(message.unique_id()?)?;
        Some(Named::Number(number))
    }

    fn messages(&self, core: &mut Core, named: &[Named]) -> Vec<MessageId> {
        let unique_id = |named: &Named| match named {
            Named::Number(number) => self.maildrop.unique_id(*number),
            Named::Uids(..) => None,
        };
        let unique_ids = named.iter().filter_map(unique_id);
        let found = core.store.by_unique_ids(self.record.id, unique_ids);
        let found = core.stored(found).into_iter();
        found.map(|message| MessageId(message.id.0)).collect()
    }

    fn show(&mut self, core: &mut Core) {
        self.show_rows(core);
    }
}
