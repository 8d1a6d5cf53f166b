//! One IMAP connection: its machine, and why each of its commands was sent.

use std::collections::HashMap;

use porthole_imap::{Client, Options, types::command::Command};
use porthole_sasl::Nonce;
use porthole_wire::{CommandId, Instant, Machine, Output as MachineOutput};

use crate::{
    Habits,
    account::Protocol,
    change::{FailureKind, Stage},
    core::Core,
    intent::Wish,
    output::{ConnectionId, DialErrorKind, Dialled, TlsSummary},
    reins::{Holdable, Reins},
};

#[derive(Debug)]
pub(super) struct Link<T> {
    pub(super) id: ConnectionId,
    pub(super) client: Client,
    pub(super) stage: Stage,
    pub(super) encrypted: bool,
    pub(super) nonce: Option<Nonce>,
    tasks: HashMap<CommandId, T>,
    causes: HashMap<CommandId, Wish>,
    /// What the connection itself was wanted for.
    cause: Option<Wish>,
    /// Octets of the literal that is being streamed.
    pub(super) streamed: Vec<u8>,
}

/// What the protocol machine is to make use of.
pub(super) fn of_client(habits: Habits) -> porthole_imap::client::Habits {
    porthole_imap::client::Habits {
        pipelining: habits.pipelining,
        non_synchronizing_literals: habits.literals,
    }
}

impl<T> Link<T> {
    pub(super) fn new(id: ConnectionId, habits: Habits, cause: Option<Wish>) -> Self {
        Self {
            id,
            client: Client::new(Options {
                habits: of_client(habits),
                ..Options::default()
            }),
            stage: Stage::Proxy,
            encrypted: false,
            nonce: None,
            tasks: HashMap::new(),
            causes: HashMap::new(),
            cause,
            streamed: Vec::new(),
        }
    }

    pub(super) fn issue(&mut self, command: Command, task: T, cause: Option<Wish>) -> CommandId {
        let id = self.client.issue(command);
        self.expect(id, task, cause);
        id
    }

    /// Notes why a command was sent.
    pub(super) fn expect(&mut self, id: CommandId, task: T, cause: Option<Wish>) {
        self.tasks.insert(id, task);
        if let Some(cause) = cause.or(self.cause) {
            self.causes.insert(id, cause);
        }
    }

    /// Whether COMPRESS is to be sent: it is wanted, offered, and not on (RFC 4978).
    pub(super) fn wants_compression(&self, habits: Habits) -> bool {
        habits.compression
            && !self.client.is_compressed()
            && self.client.capabilities().has("COMPRESS=DEFLATE")
    }

    pub(super) fn task(&self, id: CommandId) -> Option<&T> {
        self.tasks.get(&id)
    }

    /// The reason for a command that is completed, and the intent behind it.
    pub(super) fn complete(&mut self, id: CommandId) -> (Option<T>, Option<Wish>) {
        // What follows has the cause of what was completed, or none.
        self.cause = None;
        (self.tasks.remove(&id), self.causes.get(&id).copied())
    }

    /// What is on its way, in no order.
    pub(super) fn tasks(&self) -> impl Iterator<Item = &T> {
        self.tasks.values()
    }

    pub(super) fn has(&self, wanted: impl Fn(&T) -> bool) -> bool {
        self.tasks().any(wanted)
    }

    /// Hands what crossed to the page's account of it.
    pub(super) fn record(&mut self, core: &mut Core, main: bool) {
        let causes = &self.causes;
        let find = |command| causes.get(&command).copied();
        core.record(
            self.id,
            Protocol::Imap,
            main,
            self.client.transcript(),
            find,
        );
        // What is completed has been recorded.
        self.causes.retain(|id, _| self.tasks.contains_key(id));
    }

    /// This connection in the user's hands.
    pub(super) fn reins(&mut self) -> Box<dyn Holdable + '_> {
        Box::new(Reins {
            id: self.id,
            client: &mut self.client,
            causes: &mut self.causes,
        })
    }

    pub(super) fn deadline(&mut self) -> Option<Instant> {
        match self.client.poll_output() {
            MachineOutput::Wait(deadline) => deadline,
            // Drained by every input.
            _ => None,
        }
    }
}

/// Tells the stages that a failed attempt has behind it, and what the failure means to the user.
pub(crate) fn dial_failure(core: &mut Core, kind: DialErrorKind) -> (Stage, FailureKind) {
    let (failed, kind) = match kind {
        DialErrorKind::NoProxy => (Stage::Proxy, FailureKind::NoProxy),
        DialErrorKind::Denied => (Stage::Proxy, FailureKind::Denied),
        DialErrorKind::Limit => (Stage::Proxy, FailureKind::Limit),
        DialErrorKind::Resolve => (Stage::Name, FailureKind::NoHost),
        DialErrorKind::Connect | DialErrorKind::Timeout => (Stage::Tcp, FailureKind::NoAnswer),
        DialErrorKind::Tls => (Stage::Tls, FailureKind::Tls),
    };
    for passed in [Stage::Proxy, Stage::Name, Stage::Tcp] {
        if passed < failed {
            core.stage(passed, "", true);
        }
    }
    (failed, kind)
}

/// Tells the stages that a dialled connection has behind it.
pub(crate) fn report_dialled(core: &mut Core, dialled: &Dialled) {
    core.stage(Stage::Proxy, "", true);
    core.stage(Stage::Name, "", true);
    core.stage(Stage::Tcp, dialled.peer.clone(), true);
    if let Some(tls) = &dialled.tls {
        core.stage(Stage::Tls, describe(tls), true);
    }
    core.stage(Stage::Greeting, "", false);
}

/// A certificate in one line.
pub(crate) fn describe(tls: &TlsSummary) -> String {
    let until = tls.not_after.split('T').next().unwrap_or_default();
    format!(
        "{} · {} · issued by {} · valid until {until}",
        tls.version, tls.subject, tls.issuer
    )
}
