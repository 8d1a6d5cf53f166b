//! The six questions that people ask, each answered by cells of the table.

use serde::{Deserialize, Serialize};

use super::{
    figure::Kind,
    run::{Cell, Comparison},
    task::Task,
};

/// What people ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Question {
    /// Where is mail stored?
    Stored,
    /// Do devices stay in sync?
    Sync,
    /// What works offline?
    Offline,
    /// What does the server carry?
    Server,
    /// For whom is it?
    Whom,
    /// How complex is the protocol?
    Complex,
}

/// A question and the figures that answer it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// What answers it.
    pub rows: Vec<AnswerRow>,
}

/// A figure of one task, by both protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AnswerRow {
    /// Of which task: the first of those that tell it which was measured by both protocols, or by
    /// one, or else the one that would.
    pub task: Task,
    /// What it says.
    pub kind: Kind,
}

impl Question {
    /// All, in the order in which they are asked.
    pub const ALL: [Self; 6] = [
        Self::Stored,
        Self::Sync,
        Self::Offline,
        Self::Server,
        Self::Whom,
        Self::Complex,
    ];

    /// As people ask it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Stored => "Where is mail stored?",
            Self::Sync => "Do devices stay in sync?",
            Self::Offline => "What works offline?",
            Self::Server => "What does the server carry?",
            Self::Whom => "For whom is it?",
            Self::Complex => "How complex is the protocol?",
        }
    }

    /// The figures that tell it, each with the tasks in which it is to be found.
    fn rests_on(self) -> &'static [(Kind, &'static [Task])] {
        use Task::{
            DeleteThere, MarkThere, NewMail, ReadLarge, ReadOne, Search, SecondVisit, TopTen,
            Unplugged,
        };
        const READ: &[Task] = &[Unplugged, ReadOne, ReadLarge, TopTen, SecondVisit];
        match self {
            Self::Stored => &[(Kind::Left, READ), (Kind::Kept, READ)],
            Self::Sync => &[
                (Kind::OtherSees, &[DeleteThere]),
                (Kind::OtherSees, &[MarkThere]),
                (Kind::Unprompted, &[NewMail]),
            ],
            Self::Offline => &[(Kind::Readable, &[Unplugged]), (Kind::Kept, &[Unplugged])],
            Self::Server => &[
                (Kind::Left, &[DeleteThere, TopTen, SecondVisit, ReadOne]),
                (Kind::Connections, &[TopTen, SecondVisit, ReadOne]),
                (Kind::AllDown, &[TopTen, SecondVisit, ReadOne]),
                (Kind::Found, &[Search]),
            ],
            Self::Whom => &[
                (Kind::Time, &[TopTen, SecondVisit]),
                (Kind::Down, &[ReadLarge, ReadOne]),
                (Kind::OtherSees, &[MarkThere, DeleteThere]),
            ],
            Self::Complex => &[
                (Kind::Commands, &Task::ALL),
                (Kind::Responses, &Task::ALL),
                (Kind::States, &Task::ALL),
            ],
        }
    }
}

impl AnswerRow {
    /// Its cell in the column of a protocol.
    pub fn cell(self, protocol: crate::account::Protocol) -> Cell {
        let (task, kind) = (self.task, self.kind);
        Cell {
            task,
            protocol,
            kind,
        }
    }
}

/// The answers to all six.
pub fn answers(comparison: &Comparison) -> Vec<Answer> {
    let answer = |question: Question| Answer {
        question,
        rows: question
            .rests_on()
            .iter()
            .map(|&(kind, tasks)| row(comparison, kind, tasks))
            .collect(),
    };
    Question::ALL.into_iter().map(answer).collect()
}

fn row(comparison: &Comparison, kind: Kind, tasks: &[Task]) -> AnswerRow {
    let measured = |task: Task| {
        let row = AnswerRow { task, kind };
        let cells = Comparison::COLUMNS.map(|protocol| row.cell(protocol));
        cells
            .iter()
            .filter(|cell| comparison.figure(**cell).is_some())
            .count()
    };
    // The first of the best; a stable order makes no difference to who reads it twice.
    let best = tasks.iter().rev().max_by_key(|task| measured(**task));
    AnswerRow {
        task: best.copied().unwrap_or(Task::TopTen),
        kind,
    }
}
