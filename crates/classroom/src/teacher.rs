//! A step under way: the client is as quiet as the step asks for, then it is the learner's turn, and
//! what came of it is judged. Whoever carries the octets has the engine, the server and the clock.

use std::time::Duration;

use porthole_demo::Snapshot;
use porthole_engine::{
    Account, Engine, Habits, Intent,
    account::{Protocol, Security},
    change::Connection,
    intent::{Password, Wheel},
};
use porthole_lesson::{Client, Conversation, Evidence, Lesson, Server, Step, Verdict, judge};
use porthole_wire::Instant;

/// A step under way.
#[derive(Debug)]
pub struct Teacher {
    lesson: Lesson,
    step: usize,
    /// A round trip.
    far: Duration,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// The client signs in.
    SigningIn,
    /// What is on the way arrives until then.
    Settling(Instant),
    /// The learner's turn: the server as it was, and the first entry that counts.
    Open(Box<Snapshot>, u64),
}

impl Teacher {
    /// A step; `None` where the lesson has no such step.
    pub fn new(lesson: Lesson, step: usize, slow: u32) -> Option<Self> {
        let server = &lesson.steps.get(step)?.server;
        let far = Duration::from_millis(server.round_trip.max(slow).into());
        Some(Self {
            lesson,
            step,
            far,
            phase: Phase::SigningIn,
        })
    }

    /// The step.
    pub fn step(&self) -> &Step {
        &self.lesson.steps[self.step]
    }

    /// How the demo server is to be.
    pub fn server(&self) -> &Server {
        &self.step().server
    }

    /// A round trip.
    pub fn far(&self) -> Duration {
        self.far
    }

    /// Whose mail it is, and how it is read.
    pub fn account(&self) -> Account {
        let protocol: Protocol = self.lesson.protocol_of(self.step()).into();
        let mut account = Account::demo(protocol);
        if self.server().start_tls {
            account.destination.security = Security::StartTls;
        }
        account
    }

    /// Signs in, with the client's commands held back or not.
    pub fn begin(&mut self, engine: &mut Engine, now: Instant) {
        let held = self.server().client == Client::Held;
        let wheel = if held { Wheel::Hold } else { Wheel::RunOn };
        let account = self.account();
        let password = Password::demo();
        engine.handle_intent(now, Intent::Disconnect);
        engine.handle_intent(now, Intent::Use(Habits::default()));
        engine.handle_intent(now, Intent::Wheel(wheel));
        engine.handle_intent(now, Intent::Connect { account, password });
        if held {
            self.phase = Phase::Settling(self.settled(now));
        }
    }

    /// Goes on, if it can; whether it did.
    pub fn go_on(
        &mut self,
        engine: &mut Engine,
        connection: Connection,
        now: Instant,
        snapshot: impl FnOnce() -> Snapshot,
    ) -> bool {
        match self.phase {
            Phase::SigningIn if connection == Connection::Online => {
                if self.server().client == Client::Quiet {
                    engine.handle_intent(now, Intent::Wheel(Wheel::Hold));
                }
                self.phase = Phase::Settling(self.settled(now));
                true
            }
            Phase::Settling(until) if now >= until => {
                let since = engine
                    .crossed(0)
                    .last()
                    .map_or(0, |(entry, _)| entry.number + 1);
                self.phase = Phase::Open(Box::new(snapshot()), since);
                true
            }
            _ => false,
        }
    }

    /// Whether it is the learner's turn.
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open(..))
    }

    /// When it goes on by itself.
    pub fn deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::Settling(until) => Some(until),
            Phase::SigningIn | Phase::Open(..) => None,
        }
    }

    /// Whether it has been done; `None` before it can be.
    pub fn verdict(&self, engine: &Engine, now: &Snapshot) -> Option<Verdict> {
        let Phase::Open(before, since) = &self.phase else {
            return None;
        };
        let conversation = Conversation::of(engine.crossed(*since));
        let evidence = Evidence {
            before,
            now,
            conversation: &conversation,
        };
        Some(judge(self.step(), &evidence))
    }

    fn settled(&self, now: Instant) -> Instant {
        now + self.far * 2 + Duration::from_millis(500)
    }
}
