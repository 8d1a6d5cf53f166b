//! A connection to the maildrop, and what each command on it was sent for.

use std::collections::HashMap;

use porthole_pop3::{Capability, UniqueId, client::Client};
use porthole_sasl::Nonce;
use porthole_wire::{CommandId, Instant, Machine, Output as MachineOutput};

use super::{
    act::{Purpose, Want},
    client,
};
use crate::{
    Habits,
    account::Protocol,
    change::Change,
    core::Core,
    intent::{MessageId, Wish},
    output::ConnectionId,
    reins::{Holdable, Reins},
};

#[derive(Debug)]
pub(super) struct Link {
    pub(super) id: ConnectionId,
    pub(super) client: Client,
    pub(super) nonce: Option<Nonce>,
    pub(super) encrypted: bool,
    pub(super) tasks: HashMap<CommandId, Task>,
    pub(super) causes: HashMap<CommandId, Wish>,
    /// What the session itself was wanted for, until the list is there.
    pub(super) cause: Option<Wish>,
    /// Signed in, and the maildrop's count is known.
    pub(super) ready: bool,
    /// The unique-ids and sizes of all messages were asked for.
    pub(super) listed: bool,
    /// What waited has been told all unique-ids: there are no others.
    pub(super) named: bool,
}

/// Why a command was sent.
#[derive(Debug)]
pub(super) enum Task {
    Capa,
    Stls,
    SignIn,
    Stat,
    /// Header of a row.
    Top {
        number: u32,
        bytes: Vec<u8>,
    },
    Uidl,
    /// All unique-ids, for what waits.
    Resume,
    List,
    Retr {
        message: MessageId,
        unique_id: UniqueId,
        bytes: Vec<u8>,
        total: u64,
        /// None where nobody asked for it: it is to be here.
        purposes: Vec<Purpose>,
    },
    Dele(UniqueId),
    Rset,
    Quit,
    Noop,
}

impl Link {
    pub(super) fn new(
        id: ConnectionId,
        encrypted: bool,
        nonce: Nonce,
        habits: Habits,
        cause: Option<Wish>,
    ) -> Self {
        Self {
            id,
            client: client(encrypted, habits),
            nonce: Some(nonce),
            encrypted,
            tasks: HashMap::new(),
            causes: HashMap::new(),
            cause,
            ready: false,
            listed: false,
            named: false,
        }
    }

    /// This connection in the user's hands.
    pub(super) fn reins(&mut self) -> Box<dyn Holdable + '_> {
        Box::new(Reins {
            id: self.id,
            client: &mut self.client,
            causes: &mut self.causes,
        })
    }

    /// Notes why a command was sent.
    pub(super) fn expect(&mut self, id: CommandId, task: Task, cause: Option<Wish>) {
        self.tasks.insert(id, task);
        if let Some(cause) = cause.or(self.cause) {
            self.causes.insert(id, cause);
        }
    }

    /// Whether the server said that it can do this.
    pub(super) fn can(&self, capability: &Capability) -> bool {
        self.client
            .capabilities()
            .is_some_and(|all| all.has(capability))
    }

    /// Whether the server may be able to do this: one without CAPA is asked.
    pub(super) fn may(&self, capability: &Capability) -> bool {
        self.client
            .capabilities()
            .is_none_or(|all| all.has(capability))
    }

    pub(super) fn is_busy(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// Whether QUIT is on its way.
    pub(super) fn is_ending(&self) -> bool {
        self.tasks.values().any(|task| matches!(task, Task::Quit))
    }

    /// Whether the content of a message is on its way.
    pub(super) fn fetches(&self, id: MessageId) -> bool {
        self.tasks
            .values()
            .any(|task| matches!(task, Task::Retr { message, .. } if *message == id))
    }

    /// Notes what else a message is wanted for that is on its way; `false` where it is not.
    pub(super) fn is_wanted(&mut self, id: MessageId, purpose: &Purpose) -> bool {
        let on_its_way = self.tasks.values_mut().find_map(|task| match task {
            Task::Retr {
                message, purposes, ..
            } if *message == id => Some(purposes),
            _ => None,
        });
        let Some(purposes) = on_its_way else {
            return false;
        };
        if !purposes.contains(purpose) {
            purposes.push(purpose.clone());
        }
        true
    }

    /// What the user still wants of this session, but for a message that is stopped, in the order
    /// in which it was asked for. It is no longer expected of it.
    pub(super) fn unfinished(&mut self, stopped: Option<MessageId>) -> Vec<Want> {
        let wanted = |_: &CommandId, task: &mut Task| match task {
            Task::Retr {
                message, purposes, ..
            } => Some(*message) != stopped && !purposes.is_empty(),
            _ => false,
        };
        let mut tasks: Vec<_> = self.tasks.extract_if(wanted).collect();
        tasks.sort_by_key(|(id, _)| *id);
        let mut wants = Vec::new();
        for (_, task) in tasks {
            if let Task::Retr {
                message, purposes, ..
            } = task
            {
                let want = |purpose| Want(message, purpose);
                wants.extend(purposes.into_iter().map(want));
            }
        }
        wants
    }

    pub(super) fn record(&mut self, core: &mut Core, main: bool) {
        let causes = &self.causes;
        let find = |command| causes.get(&command).copied();
        core.record(
            self.id,
            Protocol::Pop3,
            main,
            self.client.transcript_mut(),
            find,
        );
        self.causes.retain(|id, _| self.tasks.contains_key(id));
    }

    pub(super) fn deadline(&mut self) -> Option<Instant> {
        match self.client.poll_output() {
            MachineOutput::Wait(deadline) => deadline,
            // Drained by every input.
            _ => None,
        }
    }

    /// What was on its way will not come.
    pub(super) fn give_up(&mut self, core: &mut Core) {
        let fetches = |_: &CommandId, task: &mut Task| matches!(task, Task::Retr { .. });
        for (_, task) in self.tasks.extract_if(fetches) {
            if let Task::Retr {
                message, purposes, ..
            } = task
            {
                for purpose in purposes {
                    let part = purpose.part();
                    core.change(Change::Stopped { message, part });
                }
                core.refresh_open(message, true);
            }
        }
    }
}
