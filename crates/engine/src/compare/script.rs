//! The machine that does a task.

mod steps;

use std::{collections::VecDeque, time::Duration};

use porthole_wire::Instant;
use serde::{Deserialize, Serialize};

use self::steps::Stand;
use super::{
    Device, Outcome, Risk, Run, Sample, Task, Transcript,
    plan::{Step, plan},
    screen::Screen,
    tally::{Facts, Moment, figures},
};
use crate::{
    account::Account,
    change::{Change, Row},
    intent::{Intent, MessageId, Password},
};

/// What a script asks of its driver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// Hand this to the engine of that device. Needs no answer but the engine's changes.
    Device(Device, Intent),
    /// Deliver this to the account's inbox. Answer by [`Script::handle_answer`].
    Deliver(Sample),
    /// May this be done to the account's mail? Answer by [`Script::handle_answer`].
    Allow(Risk),
    /// Break the device's connections, and let none be made. Answer by
    /// [`Script::handle_answer`].
    Cut(Device),
}

/// What a script has to say.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Something is to be done.
    Ask(Ask),
    /// Nothing until something happens, or until this moment.
    Wait(Option<Instant>),
    /// It is over; nothing comes after it. The devices' engines can be dropped.
    Done(Box<Run>),
}

/// How a task is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What is searched for; a word of a subject in the list where it is `None`.
    pub word: Option<String>,
    /// The longest that a run may take, all of it.
    pub limit: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            word: None,
            // A large message over a satellite takes half a minute.
            limit: Duration::from_secs(120),
        }
    }
}

/// Does one task over one protocol, on engines that somebody else drives.
///
/// After each input the driver drains [`poll_output`](Self::poll_output) until it waits.
#[derive(Debug)]
pub struct Script {
    task: Task,
    account: Account,
    password: Password,
    options: Options,
    steps: VecDeque<Step>,
    /// Steps in all.
    planned: usize,
    /// When the first step began was set in motion; `None` before it was.
    entered: Option<Instant>,
    screens: [Screen; 2],
    asks: VecDeque<Ask>,
    /// What the driver said to the last request.
    answer: Option<Result<(), String>>,
    /// Until when the run must be over.
    until: Option<Instant>,
    /// When something is looked at again although nothing happened.
    again: Option<Instant>,
    /// An engine was asked how things stand and has not said so.
    measuring: bool,
    began: Option<Moment>,
    ended: Option<Moment>,
    /// The device without a connection: what it fails at is the task.
    cut: Option<Device>,
    target: Option<Target>,
    reading: VecDeque<MessageId>,
    facts: Facts,
    run: Option<Box<Run>>,
}

/// The message that something was done to.
#[derive(Debug)]
struct Target {
    index: usize,
    row: Row,
    /// Rows that look like it.
    alike: usize,
}

impl Script {
    /// A script for this task, by the account's protocol.
    pub fn new(task: Task, account: Account, password: Password, options: Options) -> Self {
        let steps = plan(task, account.protocol);
        Self {
            task,
            account,
            password,
            options,
            planned: steps.len(),
            steps: steps.into(),
            entered: None,
            screens: <[Screen; 2]>::default(),
            asks: VecDeque::new(),
            answer: None,
            until: None,
            again: None,
            measuring: false,
            began: None,
            ended: None,
            cut: None,
            target: None,
            reading: VecDeque::new(),
            facts: Facts::default(),
            run: None,
        }
    }

    /// Begins.
    pub fn start(&mut self, now: Instant) {
        self.until = Some(now + self.options.limit);
        self.advance(now);
    }

    /// What the engine of a device told until it waited.
    pub fn handle_changes(&mut self, now: Instant, device: Device, changes: &[Change]) {
        let screen = &mut self.screens[device.index()];
        let mut crossed = false;
        for change in changes {
            screen.apply(change);
            crossed |= matches!(change, Change::Wire(_));
            self.measuring &= !matches!(change, Change::Measured(_));
        }
        if crossed && let Some(Step::Settle(_) | Step::Listen(_)) = self.steps.front() {
            self.again = Some(now);
        }
        self.advance(now);
    }

    /// What the driver did of the last request, or why it cannot.
    pub fn handle_answer(&mut self, now: Instant, answer: Result<(), String>) {
        self.answer = Some(answer);
        self.advance(now);
    }

    /// The deadline of the last [`Output::Wait`] has passed.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.advance(now);
    }

    /// What is to be done next.
    pub fn poll_output(&mut self) -> Output {
        if let Some(ask) = self.asks.pop_front() {
            return Output::Ask(ask);
        }
        match self.run.take() {
            Some(run) => Output::Done(run),
            None => Output::Wait(self.again.into_iter().chain(self.until).min()),
        }
    }

    /// Steps done, and steps in all.
    pub fn progress(&self) -> (usize, usize) {
        (self.planned - self.steps.len(), self.planned)
    }

    /// Whether what crosses now counts as part of the task.
    pub fn is_counting(&self) -> bool {
        self.began.is_some() && self.ended.is_none()
    }

    fn advance(&mut self, now: Instant) {
        while let Some(&step) = self.steps.front() {
            if self.until.is_some_and(|until| now >= until) {
                let limit = self.options.limit.as_secs();
                return self.end(Outcome::Failed(format!("not done within {limit} seconds")));
            }
            if let Some(words) = self.failure() {
                return self.end(Outcome::Failed(words));
            }
            let since = match self.entered {
                Some(since) => since,
                None => {
                    self.entered = Some(now);
                    self.again = None;
                    if let Err(reason) = self.enter(now, step) {
                        return self.end(Outcome::NotMeasurable(reason));
                    }
                    now
                }
            };
            match self.stand(now, since, step) {
                Stand::Going => return,
                Stand::Unmeasurable(reason) => return self.end(Outcome::NotMeasurable(reason)),
                Stand::Over => {
                    self.steps.pop_front();
                    self.entered = None;
                    self.again = None;
                }
            }
        }
        if self.until.is_some() {
            self.end(Outcome::Measured);
        }
    }

    /// What stands in the way of going on.
    fn failure(&mut self) -> Option<String> {
        let screens = Device::ALL.into_iter().zip(&mut self.screens);
        let connected = screens.filter(|(device, _)| self.cut != Some(*device));
        let failures = connected.filter_map(|(_, screen)| screen.failure.take());
        failures.map(|failure| failure.words).next()
    }

    fn end(&mut self, outcome: Outcome) {
        self.steps.clear();
        self.asks.clear();
        self.until = None;
        self.again = None;
        let screens = std::mem::take(&mut self.screens);
        let figures = match (&outcome, &self.began, &self.ended) {
            (Outcome::Measured, Some(began), Some(ended)) => {
                figures(&screens, began, ended, &self.facts)
            }
            _ => Vec::new(),
        };
        let said = screens.iter().filter_map(|screen| screen.measured.clone());
        let said = said.flat_map(|measured| measured.said).collect();
        let transcripts = Device::ALL.into_iter().zip(screens);
        let transcripts = transcripts.map(|(device, screen)| Transcript {
            device,
            entries: screen.entries,
        });
        self.run = Some(Box::new(Run {
            task: self.task,
            protocol: self.account.protocol,
            outcome,
            downloaded: self.facts.downloaded,
            figures,
            said,
            transcripts: transcripts.filter(|t| !t.entries.is_empty()).collect(),
        }));
    }

    fn moment(&self, now: Instant) -> Moment {
        Moment {
            at: now,
            ends: [self.screens[0].end(), self.screens[1].end()],
            total: self.screens[0].total(),
        }
    }

    fn screen(&mut self, device: Device) -> &mut Screen {
        &mut self.screens[device.index()]
    }

    fn request(&mut self, ask: Ask) {
        self.answer = None;
        self.asks.push_back(ask);
    }

    fn intent(&mut self, device: Device, intent: Intent) {
        self.asks.push_back(Ask::Device(device, intent));
    }

    fn measure(&mut self, device: Device) {
        self.measuring = true;
        self.intent(device, Intent::Measure);
    }
}
