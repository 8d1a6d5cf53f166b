//! Another client of the same account, beside the one whose mail is shown: what it believes of the
//! mailbox is not what this one does.

use porthole_engine::{
    Account, Change, Engine, Habits, Intent,
    account::{Protocol, Via},
    change::Connection,
    intent::Password,
};
use porthole_store::Store;
use porthole_web::protocol::{FromWorker, OtherClient};
use porthole_wire::Instant;

use super::driver::{post, unix};

/// The client, and what the page was told of it.
pub(super) struct Other {
    pub(super) engine: Engine,
    told: OtherClient,
    changed: bool,
}

impl Other {
    /// One that signs in, and is told of nothing that it does not ask for: so it is seen to stay
    /// behind. `None` where there is no memory for it.
    pub(super) fn arrive(
        mut account: Account,
        password: Password,
        protocol: Protocol,
        now: Instant,
    ) -> Option<Self> {
        if account.via == Via::Demo {
            account = Account::demo(protocol);
        }
        let mut engine = Engine::new(Store::in_memory().ok()?);
        engine.set_epoch(unix());
        let habits = Habits {
            push: false,
            ..Habits::default()
        };
        let told = OtherClient {
            protocol: account.protocol,
            connection: Connection::Connecting,
            failure: None,
            belief: None,
        };
        for intent in [
            Intent::Use(habits),
            Intent::MarkReadOnOpen(false),
            Intent::Watch(true),
            Intent::Connect { account, password },
        ] {
            engine.handle_intent(now, intent);
        }
        Some(Self {
            engine,
            told,
            changed: true,
        })
    }

    /// Takes in what the page may have to know.
    pub(super) fn note(&mut self, change: Change) {
        match change {
            Change::Connection(connection) => {
                self.told.connection = connection;
                if connection == Connection::Online {
                    self.told.failure = None;
                }
            }
            Change::Failed(failure) => self.told.failure = Some(failure.words),
            Change::Belief(belief) => self.told.belief = belief.map(|belief| *belief),
            _ => return,
        }
        self.changed = true;
    }

    /// Tells the page, if there is something to tell.
    pub(super) fn tell(&mut self) {
        if std::mem::take(&mut self.changed) {
            post(&FromWorker::Other(Some(Box::new(self.told.clone()))));
        }
    }
}
