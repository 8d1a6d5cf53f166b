//! The worker's part of a comparison: runs one task after the other, each on engines of its own.
//!
//! One at a time, since two that share a processor measure each other, or both protocols at once
//! where somebody wants to see that. On the demo each run has a server of its own with the same
//! mail, behind a line of the length that was asked for; on an account the tunnel leads to its
//! servers, and what changes mail there is done only where the user has allowed it.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use gloo::timers::callback::Timeout;
use porthole_engine::{
    Account,
    account::{Protocol, Via},
    compare::{Comparison, Options, Outcome, Run, Script, Task},
    intent::Password,
};
use porthole_web::{
    comparing::{Doing, Order, Place, Told},
    protocol::FromWorker,
};
use porthole_wire::Instant;

use super::{
    driver::{monotonic, post},
    round::{Round, Way},
};

/// Runs that are to be done, and those under way.
pub(super) struct Contest {
    place: Place,
    at_once: bool,
    /// Who is signed in, where that is needed.
    signed_in: Option<(Account, Password)>,
    proxy: String,
    waiting: VecDeque<(Task, Protocol)>,
    runs: u32,
    rounds: Vec<Round>,
    told: Vec<Doing>,
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
        at_once: order.at_once,
        signed_in,
        proxy,
        waiting,
        runs,
        rounds: Vec::new(),
        told: Vec::new(),
        timer: None,
        epoch: monotonic(),
    });
    act(shared, |_| true, |_, _| {});
}

/// Ends what is under way.
pub(super) fn stop(shared: &Shared) {
    if shared.borrow_mut().take().is_some() {
        tell(Told::Over);
    }
}

/// Ends what is under way on somebody's account: they leave it.
pub(super) fn leave(shared: &Shared) {
    let is_theirs = |contest: &Contest| matches!(contest.place, Place::Account { .. });
    if shared.borrow().as_ref().is_some_and(is_theirs) {
        stop(shared);
    }
}

/// Lets something happen to the runs that it is for, and acts on what comes of it.
pub(super) fn act(
    shared: &Shared,
    is_for: impl Fn(&Round) -> bool,
    mut happen: impl FnMut(&mut Round, Instant),
) {
    let mut guard = shared.borrow_mut();
    let Some(contest) = guard.as_mut() else {
        return;
    };
    let now = contest.now();
    for round in contest.rounds.iter_mut().filter(|round| is_for(round)) {
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
            self.begin_rounds(now);
            if self.rounds.is_empty() {
                return true;
            }
            let mut over = false;
            self.rounds
                .retain_mut(|round| match round.pump(shared, now) {
                    Some(run) => {
                        over = true;
                        tell(Told::Done(Box::new(run)));
                        false
                    }
                    None => true,
                });
            if !over {
                break;
            }
        }
        self.tell_progress();
        let deadlines = self.rounds.iter().filter_map(Round::deadline);
        let wait = deadlines.min().map(|deadline| deadline - self.now());
        self.timer = wait.map(|wait| {
            // A browser takes longer delays for none at all.
            let millis = wait.as_micros().div_ceil(1000);
            let millis = u32::try_from(millis).unwrap_or(u32::MAX).min(60_000);
            let weak = Rc::downgrade(shared);
            Timeout::new(millis, move || {
                if let Some(shared) = weak.upgrade() {
                    act(&shared, |_| true, Round::handle_timeout);
                }
            })
        });
        false
    }

    /// Begins the next run, or the two of the next task, when those before are over.
    fn begin_rounds(&mut self, now: Instant) {
        let together = if self.at_once {
            Comparison::COLUMNS.len()
        } else {
            1
        };
        while self.rounds.is_empty() && !self.waiting.is_empty() {
            for _ in 0..together {
                let Some((task, protocol)) = self.waiting.pop_front() else {
                    return;
                };
                match self.round(task, protocol, now) {
                    Ok(round) => self.rounds.push(round),
                    Err(why) => tell(Told::Done(Box::new(failed(task, protocol, why)))),
                }
            }
        }
    }

    fn tell_progress(&mut self) {
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let begun = self.runs.saturating_sub(small(self.waiting.len()));
        let doing = |(at, round): (usize, &Round)| {
            let (task, protocol, (done, steps)) = round.progress();
            Doing {
                task,
                protocol,
                done: small(done),
                steps: small(steps),
                run: begun.saturating_sub(small(self.rounds.len() - at)),
                runs: self.runs,
                awaits_mail: round.awaits_mail(),
            }
        };
        let doing: Vec<_> = self.rounds.iter().enumerate().map(doing).collect();
        for new in doing.iter().filter(|doing| !self.told.contains(doing)) {
            tell(Told::Doing(*new));
        }
        self.told = doing;
    }

    fn round(&self, task: Task, protocol: Protocol, now: Instant) -> Result<Round, String> {
        let (account, password, distance) = match &self.place {
            Place::Demo(distance) => {
                let password = Password::demo();
                (Account::demo(protocol), password, Some(*distance))
            }
            Place::Account { other, .. } => {
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
        let may_change = match self.place {
            Place::Demo(_) => true,
            Place::Account { may_change, .. } => may_change,
        };
        let script = Script::new(task, account, password, Options::default());
        let way = Way {
            distance,
            proxy: self.proxy.clone(),
            may_change,
        };
        Round::new(task, protocol, script, way, now)
    }
}

fn failed(task: Task, protocol: Protocol, why: String) -> Run {
    Run {
        task,
        protocol,
        outcome: Outcome::Failed(why),
        downloaded: None,
        figures: Vec::new(),
        said: Vec::new(),
        transcripts: Vec::new(),
    }
}

fn tell(told: Told) {
    post(&FromWorker::Comparing(told));
}
