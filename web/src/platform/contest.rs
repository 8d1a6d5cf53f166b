//! The worker's part of a comparison: runs one task after the other, each on engines of its own.
//!
//! One at a time, since two that share a processor would measure each other. On the demo each run
//! has a server of its own with the same mail, behind a line of the length that was asked for; on
//! an account the tunnel leads to its servers, and nothing is delivered, deleted or marked there.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use gloo::timers::callback::Timeout;
use porthole_engine::{
    Account,
    account::{Protocol, Via},
    compare::{Comparison, Options, Outcome, Run, Script, Task},
    intent::Password,
};
use porthole_wire::Instant;

use super::{
    driver::{monotonic, post},
    round::Round,
};
use crate::{
    comparing::{Doing, Order, Place, Told},
    protocol::FromWorker,
};

/// Runs that are to be done, and the one that is.
pub(super) struct Contest {
    place: Place,
    /// Who is signed in, where that is needed.
    signed_in: Option<(Account, Password)>,
    proxy: String,
    waiting: VecDeque<(Task, Protocol)>,
    runs: u32,
    round: Option<Round>,
    told: Option<Doing>,
    timer: Option<Timeout>,
    /// Milliseconds at `Instant::ZERO`.
    epoch: f64,
}

pub(super) type Shared = Rc<RefCell<Option<Contest>>>;

/// Begins, in the place of what was under way.
pub(super) fn begin(
    shared: &Shared,
    order: Order,
    signed_in: Option<(Account, Password)>,
    proxy: String,
) {
    let both = |task: Task| Comparison::COLUMNS.map(|protocol| (task, protocol));
    let waiting: VecDeque<_> = order.tasks.into_iter().flat_map(both).collect();
    let runs = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
    *shared.borrow_mut() = Some(Contest {
        place: order.place,
        signed_in,
        proxy,
        waiting,
        runs,
        round: None,
        told: None,
        timer: None,
        epoch: monotonic(),
    });
    act(shared, |_, _| {});
}

/// Ends what is under way.
pub(super) fn stop(shared: &Shared) {
    if shared.borrow_mut().take().is_some() {
        tell(Told::Over);
    }
}

/// Lets something happen to the run, and acts on what comes of it.
pub(super) fn act(shared: &Shared, happen: impl FnOnce(&mut Round, Instant)) {
    let mut guard = shared.borrow_mut();
    let Some(contest) = guard.as_mut() else {
        return;
    };
    let now = contest.now();
    if let Some(round) = &mut contest.round {
        happen(round, now);
    }
    if contest.go_on(shared) {
        *guard = None;
        drop(guard);
        tell(Told::Over);
    }
}

impl Contest {
    fn now(&self) -> Instant {
        Instant::from_micros(((monotonic() - self.epoch) * 1000.0).max(0.0) as u64)
    }

    /// Goes on until something is waited for; `true` when everything is done.
    fn go_on(&mut self, shared: &Shared) -> bool {
        loop {
            let now = self.now();
            let Some(round) = &mut self.round else {
                let Some((task, protocol)) = self.waiting.pop_front() else {
                    return true;
                };
                match self.round(task, protocol, now) {
                    Ok(round) => self.round = Some(round),
                    Err(why) => tell(Told::Done(Box::new(failed(task, protocol, why)))),
                }
                continue;
            };
            if let Some(run) = round.pump(shared, now) {
                self.round = None;
                tell(Told::Done(Box::new(run)));
                continue;
            }
            let (task, protocol, (done, steps)) = round.progress();
            let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let waiting = small(self.waiting.len());
            let doing = Doing {
                task,
                protocol,
                done: small(done),
                steps: small(steps),
                run: self.runs.saturating_sub(waiting + 1),
                runs: self.runs,
            };
            if self.told.replace(doing) != Some(doing) {
                tell(Told::Doing(doing));
            }
            let wait = round.deadline().map(|deadline| deadline - self.now());
            self.timer = wait.map(|wait| {
                // A browser takes longer delays for none at all.
                let millis = wait.as_micros().div_ceil(1000);
                let millis = u32::try_from(millis).unwrap_or(u32::MAX).min(60_000);
                let weak = Rc::downgrade(shared);
                Timeout::new(millis, move || {
                    if let Some(shared) = weak.upgrade() {
                        act(&shared, Round::handle_timeout);
                    }
                })
            });
            return false;
        }
    }

    fn round(&self, task: Task, protocol: Protocol, now: Instant) -> Result<Round, String> {
        let (account, password, distance) = match &self.place {
            Place::Demo(distance) => {
                let password = Password::demo();
                (Account::demo(protocol), password, Some(*distance))
            }
            Place::Account { other } => {
                let (account, password) = self.signed_in.clone().ok_or("nobody is signed in")?;
                let mut account = Account {
                    protocol,
                    via: Via::Tunnel,
                    ..account
                };
                if self
                    .signed_in
                    .as_ref()
                    .is_some_and(|(a, _)| a.protocol != protocol)
                {
                    account.destination = other.clone();
                }
                (account, password, None)
            }
        };
        let script = Script::new(task, account, password, Options::default());
        Round::new(task, protocol, script, distance, self.proxy.clone(), now)
    }
}

fn failed(task: Task, protocol: Protocol, why: String) -> Run {
    Run {
        task,
        protocol,
        outcome: Outcome::Failed(why),
        figures: Vec::new(),
        said: Vec::new(),
        transcripts: Vec::new(),
    }
}

fn tell(told: Told) {
    post(&FromWorker::Comparing(told));
}
