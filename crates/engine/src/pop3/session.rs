//! A session: what the server says in it, from the greeting to the end, and what is done about it.

use porthole_pop3::{
    Capability, Event, MessageNumber, ResponseCode,
    client::{Closed, Error, PeerMisbehaved, State},
};
use porthole_wire::{CommandId, Instant};

use super::{Pop3, act::Fetched, link::Task};
use crate::{
    account::Security,
    change::{Change, Connection, FailureKind, Notice, Stage},
    core::Core,
    imap::{describe, no_mechanism},
    output::{Output, TlsSummary},
    retry::silent_greeting,
};

impl Pop3 {
    pub(super) fn event(&mut self, core: &mut Core, now: Instant, event: Event) {
        match event {
            Event::Greeting { text, .. } => {
                core.stage(Stage::Greeting, text, true);
                self.stage = Stage::SignIn;
                if let Some(link) = &mut self.link {
                    let id = link.client.capa();
                    link.expect(id, Task::Capa, None);
                }
            }
            Event::Capabilities { capabilities, .. } => {
                if let Some(seconds) = capabilities.login_delay() {
                    let pause = std::time::Duration::from_secs(seconds.into());
                    self.retry.pause_until(now + pause);
                }
            }
            // One that somebody typed says nothing new: a session's numbers stay (RFC 1939 section 8).
            Event::DropListing { id, listing } if self.is_opening(id) => {
                self.maildrop.reset(listing.messages);
                core.dirty = true;
            }
            Event::DropListing { .. } => {}
            Event::ScanListing { listing, .. } => {
                for line in listing {
                    self.maildrop.learn_octets(line.number.value(), line.octets);
                }
            }
            Event::UniqueIdListing { listing, .. } => {
                let all = listing.len() > 1;
                for line in listing {
                    self.maildrop
                        .learn_unique_id(line.number.value(), line.unique_id);
                }
                self.hide_rows();
                core.dirty = true;
                if all {
                    // Rows that were scrolled to before their names were known.
                    self.fetch_rows(core, now);
                }
            }
            Event::PayloadChunk { id, bytes } => self.chunk(core, now, id, &bytes),
            Event::Unreadable { error, .. } => {
                if self.noticed.insert("unreadable") {
                    core.notice(Notice::Unreadable {
                        beginning: error.to_string(),
                    });
                }
            }
            Event::Tolerated { quirk } => core.notice(Notice::Quirk(quirk.to_string())),
            Event::StartTls { .. } => {
                if let Some(link) = &self.link {
                    core.output(Output::StartTls {
                        connection: link.id,
                    });
                }
            }
            Event::Completed { id, result } => self.completed(core, now, id, result),
            Event::Closed {
                why: Closed::Quit(result),
            } => {
                match result {
                    Ok(()) => self.deletions_done(core),
                    Err(refused) => self.deletions_lost(core, &refused.to_string()),
                }
                self.rested(core, now);
            }
            Event::Closed {
                why: Closed::Failed(error),
            } => {
                let kind = match error {
                    Error::TimedOut if self.stage == Stage::Greeting => {
                        silent_greeting(self.is_known(core))
                    }
                    ref error => self.kind(error),
                };
                self.lost(core, now, kind, &error.to_string());
            }
        }
    }

    /// Whether this is the STAT that opens the maildrop.
    fn is_opening(&self, id: CommandId) -> bool {
        let task = self.link.as_ref().and_then(|link| link.tasks.get(&id));
        matches!(task, Some(Task::Stat))
    }

    fn kind(&self, error: &Error) -> FailureKind {
        match error {
            Error::Refused(refused) => match (&refused.code, self.stage) {
                (Some(ResponseCode::InUse), _) => FailureKind::InUse,
                (Some(ResponseCode::LoginDelay), _) => FailureKind::LoginDelay,
                // RFC 3206 section 4: it will pass, or it will not.
                (Some(ResponseCode::SysTemp), _) => FailureKind::TurnedAway,
                (Some(ResponseCode::SysPerm), _) => FailureKind::Refused,
                (_, Stage::Greeting) => FailureKind::TurnedAway,
                (_, Stage::SignIn) => FailureKind::WrongPassword,
                _ => FailureKind::Refused,
            },
            Error::PeerMisbehaved(PeerMisbehaved::Greeting(_)) => FailureKind::NotThatProtocol,
            Error::PeerMisbehaved(_) => FailureKind::Misbehaved,
            _ => FailureKind::Lost,
        }
    }

    /// TLS is on: what the server can do must be asked again (RFC 2595 section 4).
    pub(super) fn secured(&mut self, core: &mut Core, now: Instant, tls: &TlsSummary) {
        core.stage(Stage::Tls, describe(tls), true);
        let Some(link) = &mut self.link else { return };
        link.encrypted = true;
        link.client.handle_tls_established(now);
        self.stage = Stage::SignIn;
        let id = link.client.capa();
        link.expect(id, Task::Capa, None);
    }

    fn sign_in(&mut self, core: &mut Core, now: Instant) {
        let Some(link) = &mut self.link else { return };
        if self.account.destination.security == Security::StartTls && !link.encrypted {
            self.stage = Stage::Tls;
            core.stage(Stage::Tls, "", false);
            let id = link.client.stls();
            link.expect(id, Task::Stls, None);
            return;
        }
        let Some(nonce) = link.nonce.take() else {
            return;
        };
        self.stage = Stage::SignIn;
        core.stage(Stage::SignIn, "", false);
        match link
            .client
            .sign_in(&self.credentials, self.account.cleartext_allowed, &nonce)
        {
            Ok(id) => link.expect(id, Task::SignIn, None),
            Err(why) => self.lost(core, now, no_mechanism(why), &why.to_string()),
        }
    }

    fn signed_in(&mut self, core: &mut Core) {
        self.stage = Stage::Mailbox;
        core.stage(Stage::SignIn, "", true);
        core.stage(Stage::Mailbox, "", false);
        core.set_connection(Connection::CatchingUp);
        let Some(link) = &mut self.link else { return };
        if link.client.capabilities().is_some() {
            let id = link.client.capa();
            link.expect(id, Task::Capa, None);
        }
        let id = link.client.stat();
        link.expect(id, Task::Stat, None);
    }

    fn completed(
        &mut self,
        core: &mut Core,
        now: Instant,
        id: CommandId,
        result: Result<(), Error>,
    ) {
        let Some(link) = &mut self.link else { return };
        let Some(task) = link.tasks.remove(&id) else {
            // Whoever typed it has the answer now.
            self.used_at = now;
            return;
        };
        let cause = link.causes.get(&id).copied();
        core.cause = core.cause.or(cause);
        // That the session is over is no answer to what was asked in it; its end is told apart.
        let is_over = result.is_err() && link.client.state() == State::Closed;
        match (task, result) {
            (Task::Capa | Task::Uidl | Task::Resume, Err(_)) if is_over => {}
            // A server without CAPA is taken as RFC 1939 has it.
            (Task::Capa, _) if !link.ready && self.stage == Stage::SignIn => {
                self.sign_in(core, now);
            }
            (Task::Stls, Err(error)) => {
                self.lost(core, now, FailureKind::NoStartTls, &error.to_string());
            }
            (Task::SignIn, Ok(())) => self.signed_in(core),
            (Task::SignIn | Task::Stat, Err(error)) => {
                let kind = self.kind(&error);
                self.lost(core, now, kind, &error.to_string());
            }
            (Task::Stat, Ok(())) => {
                link.ready = true;
                self.maildrop_opened(core, now);
            }
            (Task::Top { number, bytes }, result) => {
                self.top_came(core, now, number, bytes, result);
            }
            (Task::Uidl, result) => self.uidl_came(core, now, result),
            (Task::Resume, Ok(())) => {
                link.named = true;
                self.resume_now(core, now);
            }
            (Task::Resume, Err(error)) => {
                link.named = true;
                self.not_resumed(core, now, error);
            }
            (
                Task::Retr {
                    message,
                    unique_id,
                    bytes,
                    purposes,
                    ..
                },
                result,
            ) => {
                let fetched = Fetched {
                    message,
                    unique_id,
                    raw: bytes,
                    purposes,
                };
                self.message_came(core, now, &fetched, result);
            }
            (Task::Dele(unique_id), Err(error)) => {
                self.dele_failed(core, &unique_id, &error, is_over);
            }
            // At QUIT the server would remove what is to stay.
            (Task::Rset, Err(_)) if !is_over => self.break_off(core, now, None),
            // It was never sent: the session goes on.
            (Task::Quit, _) if link.client.state() != State::Closed => {
                link.ready = true;
                self.again = false;
                self.used_at = now;
                self.resume(core, now);
            }
            _ => {}
        }
        if !is_over {
            self.rows_done(core, now);
        }
    }

    fn chunk(&mut self, core: &mut Core, now: Instant, id: CommandId, chunk: &[u8]) {
        let Some(link) = &mut self.link else { return };
        // Without TOP it is the whole message.
        let is_header = link.may(&Capability::Top);
        let Some(task) = link.tasks.get_mut(&id) else {
            self.used_at = now;
            return;
        };
        match task {
            Task::Top { bytes, .. } => {
                bytes.extend_from_slice(chunk);
                if is_header && bytes.len() > MOST_OF_A_HEADER {
                    self.lost(core, now, FailureKind::Misbehaved, ENDLESS);
                }
            }
            Task::Retr {
                message,
                bytes,
                total,
                purposes,
                ..
            } => {
                bytes.extend_from_slice(chunk);
                let received = bytes.len() as u64;
                // Small messages are there before anybody could look.
                for purpose in purposes.iter().filter(|_| *total > LARGE) {
                    core.change(Change::Progress {
                        message: *message,
                        part: purpose.part(),
                        received,
                        total: (*total).max(received),
                    });
                }
            }
            _ => {}
        }
    }

    /// QUIT was answered.
    fn rested(&mut self, core: &mut Core, now: Instant) {
        self.end_link(core);
        if self.left {
            return;
        }
        self.maildrop.forget_asked();
        self.forget_session();
        core.set_connection(Connection::Resting);
        self.begin_wanted(core, now);
    }
}

/// Messages up to this many octets are fetched without a word about progress.
const LARGE: u64 = 128 << 10;
/// Octets of a header that is still taken for one.
const MOST_OF_A_HEADER: usize = 1 << 20;
const ENDLESS: &str = "the server sends a header without end";

/// A message number that is at least 1.
pub(super) fn number(number: u32) -> Option<MessageNumber> {
    MessageNumber::new(number)
}
