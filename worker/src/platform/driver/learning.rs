//! The worker's part of lessons.

use porthole_classroom::Teacher;
use porthole_engine::{change::Connection, intent::Password};
use porthole_lesson::link;
use porthole_web::{
    lessons::{Order, Told},
    protocol::FromWorker,
};
use porthole_wire::Instant;

use super::{Driver, post, random, unix};
use crate::platform::demo::Demo;

impl Driver {
    /// Does what a lesson asks for.
    pub(super) fn learn(&mut self, order: Order, now: Instant) {
        match order {
            Order::Begin { lesson, step, slow } => {
                let lesson = link::read(&lesson).ok();
                let Some(mut teacher) = lesson.and_then(|l| Teacher::new(l, step, slow)) else {
                    return;
                };
                self.part(now);
                self.steps += 1;
                self.network.demo = Some(Demo::of_lesson(
                    teacher.server(),
                    teacher.far(),
                    unix() + i64::from(self.steps),
                    (unix(), now),
                    random(),
                ));
                teacher.begin(&mut self.engine, now);
                self.signed_in = Some((teacher.account(), Password::demo()));
                self.connection = Connection::Connecting;
                self.teacher = Some(teacher);
            }
            Order::Happen => {
                if let (Some(teacher), Some(demo)) = (&self.teacher, &mut self.network.demo) {
                    demo.happen(teacher.server(), now);
                }
            }
            Order::Check => {
                if let (Some(teacher), Some(demo)) = (&self.teacher, &self.network.demo)
                    && let Some(verdict) = teacher.verdict(&self.engine, &demo.snapshot())
                {
                    post(&FromWorker::Lesson(Told::Verdict(verdict)));
                }
            }
        }
    }

    /// Goes on with a lesson, and tells what the page should know of it.
    pub(super) fn teach(&mut self, now: Instant) -> bool {
        let (Some(teacher), Some(demo)) = (&mut self.teacher, &mut self.network.demo) else {
            return false;
        };
        let moved = teacher.go_on(&mut self.engine, self.connection, now, || demo.snapshot());
        if moved && teacher.is_open() {
            post(&FromWorker::Lesson(Told::Begun));
        }
        let overheard = demo.overheard();
        if !overheard.is_empty() {
            post(&FromWorker::Lesson(Told::Overheard(overheard)));
        }
        moved
    }
}
