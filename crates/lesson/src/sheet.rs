//! What a page needs of a lesson; its checks and answers only as they stand in its link.

use porthole_interface::account;
use serde::{Deserialize, Serialize};

use crate::{
    lesson::{Lesson, Par, Prediction, Step},
    link,
};

/// A lesson, as a learner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Names it in links and in what is kept of a learner's progress.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What is learned, in a paragraph.
    pub about: String,
    /// By which protocol most of its tasks run.
    pub protocol: account::Protocol,
    /// Where to read more: RFC and section.
    pub sources: Vec<String>,
    /// What is to be done, in this order.
    pub tasks: Vec<Task>,
    /// All of the lesson, as it stands in a link.
    pub link: String,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What it is called.
    pub title: String,
    /// By which protocol it runs.
    pub protocol: account::Protocol,
    /// What is asked before anything is done.
    pub prediction: Prediction,
    /// What is to be done.
    pub text: String,
    /// Help, a little more with each.
    pub hints: Vec<String>,
    /// What is told once it is done.
    pub why: String,
    /// What it need not cost more than.
    pub par: Par,
    /// How far away its server is: milliseconds of a round trip.
    pub round_trip: u32,
    /// Whether it is shown what somebody on the way reads.
    pub overheard: bool,
    /// What the button says that lets something happen elsewhere.
    pub event: Option<String>,
}

impl From<&Lesson> for Sheet {
    fn from(lesson: &Lesson) -> Self {
        Self {
            id: lesson.id.clone(),
            title: lesson.title.clone(),
            about: lesson.about.clone(),
            protocol: lesson.protocol.into(),
            sources: lesson.sources.clone(),
            tasks: lesson.steps.iter().map(|step| task(lesson, step)).collect(),
            link: link::write(lesson),
        }
    }
}

fn task(lesson: &Lesson, step: &Step) -> Task {
    Task {
        title: step.title.clone(),
        protocol: lesson.protocol_of(step).into(),
        prediction: step.prediction.clone(),
        text: step.task.clone(),
        hints: step.hints.clone(),
        why: step.why.clone(),
        par: step.par,
        round_trip: step.server.round_trip,
        overheard: step.server.overheard,
        event: step.server.event.as_ref().map(|event| event.button.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::built_in;

    #[test]
    fn a_sheet_shows_each_step_and_leads_back_to_the_lesson() {
        for lesson in built_in::all() {
            let sheet = Sheet::from(&lesson);
            let tasks = sheet.tasks.iter().map(|task| &task.title);
            assert!(tasks.eq(lesson.steps.iter().map(|step| &step.title)));
            assert_eq!(link::read(&sheet.link), Ok(lesson));
        }
    }
}
