//! Every step of every lesson, done on the demo server by the engine: its model answer solves it at
//! par, and neither doing nothing nor a typical wrong answer does.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "the engine's tests use all of it")]
#[path = "../../engine/tests/engine/world.rs"]
mod world;

use std::time::Duration;

use porthole_demo::Snapshot;
use porthole_engine::{
    Account, Change, Intent,
    account::Security,
    change::Connection,
    intent::{Mark, MessageId, Typed, Wheel},
};
use porthole_lesson::{
    Client, Conversation, Evidence, Lesson, Step, Verdict, action::Action, built_in, judge,
};

use world::World;

/// 2026-03-02 08:00 UTC.
const BEGAN: i64 = 1_772_438_400;

/// A step that has begun.
struct Attempt<'a> {
    step: &'a Step,
    world: World,
    before: Snapshot,
    since: u64,
}

impl<'a> Attempt<'a> {
    fn begin(lesson: &Lesson, step: &'a Step) -> Self {
        let mut world = World::new(&[]);
        let server = &step.server;
        server.set_up(&mut world.server, BEGAN);
        world.half =
            Duration::from_millis(10) + Duration::from_millis(server.round_trip.into()) / 2;
        if server.client == Client::Held {
            world.intent(Intent::Wheel(Wheel::Hold));
        }
        let mut account = Account::demo(lesson.protocol_of(step).into());
        if server.start_tls {
            account.destination.security = Security::StartTls;
        }
        world.connect_as(account, "wonderland");
        match server.client {
            Client::Held => world.run(world.half * 4 + Duration::from_secs(1)),
            Client::Free | Client::Quiet => {
                let online = (0..6000).any(|_| {
                    world.run(Duration::from_millis(10));
                    world.connection() == Connection::Online
                });
                assert!(online, "{}: {:?}", step.title, world.changes);
                if server.client == Client::Quiet {
                    world.intent(Intent::Wheel(Wheel::Hold));
                }
                // What was on the way arrives.
                world.run(world.half * 4 + Duration::from_millis(500));
            }
        }
        let before = world.server.snapshot();
        let since = world.engine.crossed(0).count() as u64;
        Self {
            step,
            world,
            before,
            since,
        }
    }

    fn act(&mut self, action: &Action) {
        match action {
            Action::Send(line) => self.send(line, false),
            Action::Type(line) => self.send(&format!("{line}\r\n"), true),
            Action::Step => self.world.intent(Intent::Wheel(Wheel::Step)),
            Action::RunOn => self.world.intent(Intent::Wheel(Wheel::RunOn)),
            Action::Hold => self.world.intent(Intent::Wheel(Wheel::Hold)),
            Action::Open(subject) => {
                let intent = Intent::OpenMessage(self.message(subject));
                self.world.intent(intent);
            }
            Action::Delete(subject) => {
                let intent = Intent::Delete(vec![self.message(subject)]);
                self.world.intent(intent);
            }
            Action::Star(subject) => {
                let (messages, mark) = (vec![self.message(subject)], Mark::Flagged);
                let on = true;
                self.world.intent(Intent::Mark { messages, mark, on });
            }
            Action::Mailbox(name) => self.world.intent(Intent::OpenMailbox(name.clone())),
            Action::Check => self.world.intent(Intent::CheckNow),
            Action::Event => self.step.server.happen(&mut self.world.server, BEGAN + 60),
            Action::Wait(seconds) => self.world.run(Duration::from_secs((*seconds).into())),
        }
        self.world.run(Duration::from_millis(400));
    }

    fn send(&mut self, line: &str, verbatim: bool) {
        let inbox = self.before.mailbox("alice", "INBOX").unwrap();
        let line = line
            .replace("{uidvalidity}", &inbox.uid_validity.0.to_string())
            .replace("{modseq}", &inbox.highest_mod_seq.0.to_string());
        self.world.intent(Intent::Wheel(Wheel::Send {
            typed: Typed { line, verbatim },
            connection: None,
        }));
    }

    fn message(&self, subject: &str) -> MessageId {
        let rows = self.world.rows().into_iter().flatten();
        let found = rows.into_iter().find(|row| row.subject == subject);
        found.unwrap_or_else(|| panic!("no row of {subject}")).id
    }

    fn verdict(&self) -> Verdict {
        let conversation = Conversation::of(self.world.engine.crossed(self.since));
        judge(
            self.step,
            &Evidence {
                before: &self.before,
                now: &self.world.server.snapshot(),
                conversation: &conversation,
            },
        )
    }
}

fn after(lesson: &Lesson, step: &Step, actions: &[Action]) -> (Verdict, String) {
    let mut attempt = Attempt::begin(lesson, step);
    for action in actions {
        attempt.act(action);
    }
    let verdict = attempt.verdict();
    let crossed = attempt.world.engine.crossed(attempt.since);
    let lines = crossed.map(|(entry, _)| {
        let text = String::from_utf8_lossy(&entry.kept);
        let text: String = text.trim_end().chars().take(120).collect();
        format!("{:?} {text}", entry.direction)
    });
    let failures = attempt
        .world
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Failed(failure) => Some(format!("{failure:?}")),
            _ => None,
        });
    let lines: Vec<_> = lines.chain(failures).collect();
    (verdict, lines.join("\n"))
}

fn each(check: impl Fn(&Lesson, &Step) -> Result<(), String>) {
    let mut wrong = Vec::new();
    for lesson in built_in::all() {
        for step in &lesson.steps {
            if let Err(what) = check(&lesson, step) {
                wrong.push(format!("{}, {}: {what}", lesson.id, step.title));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_model_answer_solves_each_step_at_par() {
    each(|lesson, step| {
        let (verdict, said) = after(lesson, step, &step.answer);
        match verdict.is_solved() && verdict.at_par {
            true => Ok(()),
            false => Err(format!("{verdict:#?}\n{said}")),
        }
    });
}

#[test]
fn doing_nothing_solves_no_step() {
    each(|lesson, step| {
        let (verdict, said) = after(lesson, step, &[Action::Wait(60)]);
        match verdict.is_solved() {
            true => Err(format!("{verdict:#?}\n{said}")),
            false => Ok(()),
        }
    });
}

#[test]
fn a_typical_wrong_answer_solves_no_step() {
    each(|lesson, step| {
        for wrong in &step.wrong {
            let (verdict, said) = after(lesson, step, wrong);
            if verdict.is_solved() {
                return Err(format!("{wrong:?}: {verdict:#?}\n{said}"));
            }
        }
        Ok(())
    });
}
