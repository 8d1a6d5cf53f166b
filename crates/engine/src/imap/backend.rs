//! What the engine asks of an account over IMAP.

use porthole_imap::types::command::Command;
use porthole_wire::{Instant, Machine};

use super::{
    Imap,
    farewell::Leaving,
    link::{Link, describe, dial_failure, of_client, report_dialled},
    record,
    task::Task,
};
use crate::{
    backend::{Activity, Backend},
    change::{AfterDownload, Belief, Change, Connection, FailureKind, PartId, Stage},
    core::Core,
    farewell::Farewell,
    intent::{Mark, MessageId, UndoId},
    output::{ConnectionId, DialError, Dialled, TlsSummary},
    reins::Holdable,
    wire::Named,
};

impl Backend for Imap {
    fn start(&mut self, core: &mut Core, now: Instant) {
        self.quiet_since = now;
        self.show_mailboxes(core);
        core.dirty = true;
        self.dial(core);
    }

    fn stop(mut self: Box<Self>, core: &mut Core, now: Instant) -> Option<Box<dyn Farewell>> {
        self.settle_pending(core, now, true);
        if let Some(main) = &mut self.main {
            main.issue(Command::Logout, Task::Silent, core.cause);
        }
        self.drive(core, now);
        core.wire.connection_over();
        self.side.hang_up(core);
        let leaving = Leaving::begin(core, now, self.main.take()?)?;
        Some(Box::new(leaving))
    }

    fn retry(&mut self, core: &mut Core, _now: Instant) {
        if self.main.is_none() {
            self.dial(core);
        }
    }

    fn dialled(
        &mut self,
        core: &mut Core,
        now: Instant,
        connection: ConnectionId,
        result: Result<Dialled, DialError>,
        entropy: [u8; 18],
    ) {
        if self.side.is(connection) {
            return self.side_dialled(core, now, result, entropy);
        }
        let Some(main) = self.main.as_mut().filter(|main| main.id == connection) else {
            return;
        };
        match result {
            Ok(dialled) => {
                main.nonce = Some(porthole_sasl::Nonce::from_bytes(entropy));
                main.encrypted = dialled.tls.is_some();
                main.stage = Stage::Greeting;
                report_dialled(core, &dialled);
                main.client.handle_timeout(now);
            }
            Err(error) => {
                let (stage, kind) = dial_failure(core, error.kind);
                main.stage = stage;
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
        if self.side.is(connection) {
            return self.side_tls(core, now, result);
        }
        let Some(main) = self.main.as_mut().filter(|main| main.id == connection) else {
            return;
        };
        match result {
            Ok(tls) => {
                main.encrypted = true;
                core.stage(Stage::Tls, describe(&tls), true);
                main.client.handle_tls_established(now);
                main.issue(Command::Capability, Task::Capability, None);
                self.drive(core, now);
            }
            Err(error) => {
                main.stage = Stage::Tls;
                self.lost(core, now, FailureKind::Tls, &error.message);
            }
        }
    }

    fn input(&mut self, core: &mut Core, now: Instant, connection: ConnectionId, bytes: &[u8]) {
        if self.side.is(connection) {
            return self.side_input(core, now, bytes);
        }
        if let Some(main) = self.main.as_mut().filter(|main| main.id == connection) {
            main.client.handle_input(now, bytes);
            self.drive(core, now);
        }
    }

    fn eof(&mut self, core: &mut Core, now: Instant, connection: ConnectionId) {
        if self.side.is(connection) {
            return self.side_eof(core, now);
        }
        if let Some(main) = self.main.as_mut().filter(|main| main.id == connection) {
            main.client.handle_eof(now);
            self.drive(core, now);
        }
    }

    fn timeout(&mut self, core: &mut Core, now: Instant) {
        if self.retry.is_due(now) {
            self.dial(core);
        }
        if let Some(main) = &mut self.main {
            main.client.handle_timeout(now);
        }
        self.drive(core, now);
        self.side_timeout(core, now);
        self.settle_pending(core, now, false);
        self.ask_previews(core, now);
        self.rest(core, now);
    }

    fn deadline(&mut self) -> Option<Instant> {
        let machine = self.main.as_mut().and_then(Link::deadline);
        [
            machine,
            self.side.deadline(),
            self.retry.at(),
            self.pending_deadline(),
            self.previews_at,
            self.rest_deadline(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Somebody may have typed a SELECT of another, or a CLOSE.
    fn come_back(&mut self, core: &mut Core, now: Instant) {
        let is_elsewhere = |main: &Link<Task>| {
            let opens = |task: &Task| matches!(task, Task::Select);
            main.stage == Stage::Mailbox && self.was_online && !main.has(opens)
        };
        if self.selected().is_none() && self.main.as_ref().is_some_and(is_elsewhere) {
            self.select(core, now);
        }
    }

    fn open_mailbox(&mut self, core: &mut Core, now: Instant, name: String) {
        self.settle_pending(core, now, true);
        if self.search.take().is_some() {
            core.change(Change::Search(None));
        }
        self.record = record(core, self.account_id, &name);
        self.mailbox = name;
        self.fetching_rows = false;
        self.transfers_stopped(core, |_| true);
        core.dirty = true;
        if self
            .main
            .as_ref()
            .is_some_and(|main| main.stage > Stage::SignIn)
        {
            core.set_connection(Connection::CatchingUp);
            self.select(core, now);
        }
        self.drive(core, now);
    }

    fn window_moved(&mut self, core: &mut Core, now: Instant) {
        self.fetch_rows(core, now);
        self.plan_previews(core, now);
        self.drive(core, now);
    }

    fn open_message(&mut self, core: &mut Core, now: Instant, id: MessageId) {
        self.fetch_message(core, now, id);
        self.drive(core, now);
    }

    fn fetch_part(&mut self, core: &mut Core, now: Instant, id: MessageId, part: String) {
        self.give_part(core, now, id, part);
        self.drive(core, now);
    }

    fn fetch_source(&mut self, core: &mut Core, now: Instant, id: MessageId) {
        self.give_source(core, now, id);
        self.drive(core, now);
    }

    fn stop_fetching(
        &mut self,
        core: &mut Core,
        _now: Instant,
        id: MessageId,
        part: Option<PartId>,
    ) {
        self.transfers_stopped(core, |transfer| transfer.is(id, part.as_ref()));
    }

    fn mark(&mut self, core: &mut Core, now: Instant, ids: &[MessageId], mark: Mark, on: bool) {
        self.set_mark(core, now, ids, mark, on);
        self.drive(core, now);
    }

    fn delete(&mut self, core: &mut Core, now: Instant, ids: &[MessageId]) {
        self.remove(core, now, ids);
        self.drive(core, now);
    }

    fn move_to(&mut self, core: &mut Core, now: Instant, ids: &[MessageId], mailbox: String) {
        let action = crate::change::Action::Moved(mailbox.clone());
        self.move_messages(core, now, ids, &mailbox, action);
        self.drive(core, now);
    }

    fn undo(&mut self, core: &mut Core, now: Instant, id: UndoId) {
        self.take_back(core, now, id);
        self.drive(core, now);
    }

    fn after_download(&mut self, _core: &mut Core, _now: Instant, _choice: AfterDownload) {
        // Over IMAP mail stays where it is.
    }

    fn take_up(&mut self, core: &mut Core, now: Instant) {
        self.idles = core.habits.push;
        if let Some(main) = &mut self.main {
            main.client.set_habits(of_client(core.habits));
            if main.stage > Stage::SignIn && main.wants_compression(core.habits) {
                main.issue(Command::Compress, Task::Compress, core.cause);
            } else if !self.idles && main.client.is_idle() {
                // Any command ends IDLE; this one says what is new besides.
                self.checked_at = now;
                main.issue(Command::Noop, Task::Check, core.cause);
            }
        }
        self.side.take_up(core.habits);
        self.drive(core, now);
        self.side_drive(core, now);
    }

    fn check(&mut self, core: &mut Core, now: Instant) {
        if self.main.is_none() {
            return self.dial(core);
        }
        self.checked_at = now;
        self.issue(core, now, Task::Check, Command::Noop);
        self.drive(core, now);
        self.side_refresh(core, now);
    }

    fn search(&mut self, core: &mut Core, now: Instant, text: &str) {
        self.search_for(core, now, text);
        self.drive(core, now);
    }

    fn links(&mut self) -> Vec<Box<dyn Holdable + '_>> {
        let main = self.main.as_mut().map(Link::reins);
        main.into_iter().chain(self.side.reins()).collect()
    }

    fn go_on(&mut self, core: &mut Core, now: Instant) {
        self.drive(core, now);
        self.side_drive(core, now);
    }

    fn activity(&mut self) -> Activity {
        let main = self.main.as_ref();
        let pending = main.is_some_and(|main| main.client.pending() > 0);
        let selected = main.is_some_and(|main| main.client.selected().is_some());
        let dialling = main.is_some() && !selected;
        Activity {
            busy: pending || dialling || self.side.is_busy() || self.holds_deletions(),
            listening: main.is_some_and(|main| main.client.is_idle()),
        }
    }

    fn waiting(&self, core: &mut Core) -> u32 {
        self.count_waiting(core)
    }

    fn belief(&self, core: &mut Core) -> Option<Belief> {
        self.believed(core)
    }

    fn name_of(&self, core: &mut Core, id: MessageId) -> Option<Named> {
        self.named(core, id)
    }

    fn messages(&self, core: &mut Core, named: &[Named]) -> Vec<MessageId> {
        self.messages_named(core, named)
    }

    fn show(&mut self, core: &mut Core) {
        self.show_rows(core);
    }
}
