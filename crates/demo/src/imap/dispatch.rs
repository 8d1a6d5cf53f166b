//! Which command is carried out where, and in which state: RFC 9051 section 6.

use porthole_imap::types::command::Command;
use porthole_wire::Instant;

use super::{Awaiting, ImapSession, State, fetch, reply::Completion, search, store};
use crate::session::World;

impl ImapSession {
    /// Carries a command out; `None` if its completion comes later.
    pub(super) fn execute(
        &mut self,
        tag: &str,
        command: Command,
        now: Instant,
        world: &mut World,
    ) -> Option<Completion> {
        Some(match command {
            Command::Capability => self.capability(world),
            Command::Noop | Command::Check => Completion::ok("done"),
            Command::Logout => self.logout(),
            Command::Id(_) => self.id(),
            Command::StartTls => self.start_tls(),
            Command::Authenticate {
                mechanism,
                initial_response,
            } => {
                let initial = initial_response.as_ref().map(|response| &*response.0);
                return self.authenticate(tag, &mechanism, initial, world);
            }
            Command::Login { user, password } => self.login(&user, &password, world),
            command => match &self.state {
                State::NotAuthenticated => Completion::bad("sign in first"),
                State::Authenticated { .. } | State::Selected(_) => {
                    return self.execute_authenticated(tag, command, now, world);
                }
            },
        })
    }

    fn execute_authenticated(
        &mut self,
        tag: &str,
        command: Command,
        now: Instant,
        world: &mut World,
    ) -> Option<Completion> {
        Some(match command {
            Command::Enable(names) => self.enable(&names),
            Command::Select {
                mailbox,
                read_only,
                parameters,
            } => self.select(&mailbox, read_only, &parameters, world),
            Command::Create { mailbox, uses } => self.create(&mailbox, &uses, world),
            Command::Delete { mailbox } => self.delete(&mailbox, world),
            Command::Rename { from, to } => self.rename(&from, &to, world),
            Command::Subscribe { mailbox } => self.subscribe(&mailbox, true, world),
            Command::Unsubscribe { mailbox } => self.subscribe(&mailbox, false, world),
            Command::List(list) => self.list(&list, world),
            Command::Lsub { reference, pattern } => self.lsub(reference.as_str(), &pattern, world),
            Command::Namespace => self.namespace(),
            Command::Status { mailbox, items } => self.status(&mailbox, &items, world),
            Command::Append {
                mailbox,
                flags,
                internal_date,
                message,
                ..
            } => {
                let date = internal_date.unwrap_or_else(|| world.date_time(now));
                self.append(&mailbox, flags, date, message, world)
            }
            Command::Idle => {
                self.awaiting = Awaiting::Done {
                    tag: tag.to_owned(),
                };
                self.write(|out| {
                    out.raw("+ idling\r\n");
                });
                self.sync(world, true);
                return None;
            }
            Command::Compress => self.compress(),
            Command::Notify(notify) => self.notify(&notify, world),
            command => self.execute_selected(tag, command, world),
        })
    }

    fn execute_selected(&mut self, tag: &str, command: Command, world: &mut World) -> Completion {
        if !matches!(self.state, State::Selected(_)) {
            return Completion::bad("not while no mailbox is open");
        }
        match command {
            Command::Close => self.close(world),
            Command::Unselect => self.unselect(),
            Command::Expunge { uids } => self.expunge(uids.as_ref(), world),
            Command::Fetch {
                messages,
                items,
                changed_since,
                vanished,
            } => {
                let since = fetch::Since {
                    changed: changed_since,
                    vanished,
                };
                self.fetch(&messages, &items, since, world)
            }
            Command::Store {
                messages,
                unchanged_since,
                action,
                silent,
                flags,
            } => {
                let change = store::Change {
                    unchanged_since,
                    action,
                    silent,
                    flags,
                };
                self.store(&messages, &change, world)
            }
            Command::Copy { messages, mailbox } => self.copy(&messages, &mailbox, false, world),
            Command::Move { messages, mailbox } => self.copy(&messages, &mailbox, true, world),
            Command::Search {
                uid,
                returns,
                charset,
                keys,
            } => {
                let question = search::Question { tag, uid, returns };
                self.search(&question, charset.as_deref(), &keys, world)
            }
            Command::Sort {
                uid,
                order,
                charset,
                keys,
            } => self.sort(uid, &order, &charset, &keys, world),
            _ => Completion::bad("not known here"),
        }
    }
}

/// RFC 9051 section 7.5.1: an EXPUNGE is not told while a command is answered whose sequence
/// numbers it would shift.
pub(super) fn tells_expunges(command: &Command) -> bool {
    !matches!(command.name(), "FETCH" | "STORE" | "SEARCH" | "SORT")
}
