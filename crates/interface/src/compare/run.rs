//! What came of a task, and of all of them.

use serde::{Deserialize, Serialize};

use super::{
    distance::Distance,
    figure::{EntryId, Figure, Kind},
    task::{Device, Task},
};
use crate::{
    account::Protocol,
    change::{AfterDownload, Said, WireEntry},
};

/// One task done over one protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The task.
    pub task: Task,
    /// By what.
    pub protocol: Protocol,
    /// How it ended.
    pub outcome: Outcome,
    /// POP3: what became of the server's copies, where mail was downloaded for the task.
    pub downloaded: Option<AfterDownload>,
    /// What was measured; none unless it was.
    pub figures: Vec<Figure>,
    /// The words that were said on the wire.
    pub said: Vec<Said>,
    /// All that crossed, of each device that had a part in it.
    pub transcripts: Vec<Transcript>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// With figures.
    Measured,
    /// It did not come to its end, for this reason.
    Failed(String),
    /// It needs something that cannot be had here.
    NotMeasurable(String),
}

/// What crossed on the connections of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// Which device.
    pub device: Device,
    /// The entries, their numbers ascending.
    pub entries: Vec<WireEntry>,
}

impl Run {
    /// The figure of this kind.
    pub fn figure(&self, kind: Kind) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.kind == kind)
    }

    /// What was done to the mail besides the task.
    pub fn manner(&self) -> Option<&'static str> {
        Some(match self.downloaded? {
            AfterDownload::Delete => {
                "the mail was brought to the device and deleted from the server"
            }
            _ => "the newest mail was brought to the device and left on the server",
        })
    }

    /// The entry of this name.
    pub fn entry(&self, id: EntryId) -> Option<&WireEntry> {
        let transcript = self.transcripts.iter().find(|t| t.device == id.device)?;
        let at = transcript
            .entries
            .binary_search_by_key(&id.number, |e| e.number);
        transcript.entries.get(at.ok()?)
    }
}

/// Where and how it was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Particulars {
    /// The server.
    pub server: String,
    /// What measured it, with its version.
    pub product: String,
    /// When, as the caller writes dates.
    pub date: String,
    /// How far the server was away, where that was chosen; otherwise it is what it is.
    pub distance: Option<Distance>,
    /// Both protocols ran at the same time and shared the line.
    pub at_once: bool,
}

/// Names a figure of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cell {
    /// Of which task.
    pub task: Task,
    /// By which protocol.
    pub protocol: Protocol,
    /// What it says.
    pub kind: Kind,
}

/// POP3 beside IMAP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Where and how.
    pub particulars: Particulars,
    /// Each task and protocol at most once.
    pub runs: Vec<Run>,
}

impl Comparison {
    /// The columns, in their order.
    pub const COLUMNS: [Protocol; 2] = [Protocol::Pop3, Protocol::Imap];

    /// A comparison of which nothing has been done.
    pub fn new(particulars: Particulars) -> Self {
        Self {
            particulars,
            runs: Vec::new(),
        }
    }

    /// Takes in a run, in the place of the one before it.
    pub fn add(&mut self, run: Run) {
        self.runs
            .retain(|known| (known.task, known.protocol) != (run.task, run.protocol));
        self.runs.push(run);
    }

    /// The run of a task.
    pub fn run(&self, task: Task, protocol: Protocol) -> Option<&Run> {
        let is_it = |run: &&Run| run.task == task && run.protocol == protocol;
        self.runs.iter().find(is_it)
    }

    /// A figure, if it was measured.
    pub fn figure(&self, cell: Cell) -> Option<&Figure> {
        self.run(cell.task, cell.protocol)?.figure(cell.kind)
    }

    /// The tasks of which there is a run, in their order.
    pub fn tasks(&self) -> impl Iterator<Item = Task> {
        let has = |task: &Task| self.runs.iter().any(|run| run.task == *task);
        Task::ALL.into_iter().filter(has)
    }

    /// What was done to the mail besides the tasks, in a sentence for each run.
    pub fn manners(&self) -> impl Iterator<Item = String> {
        let manner = |run: &Run| {
            let (task, protocol) = (run.task.label(), name(run.protocol));
            Some(format!("{task}, by {protocol}: {}", run.manner()?))
        };
        self.runs.iter().filter_map(manner)
    }

    /// The rows of a task: what was measured by either protocol, in one order.
    pub fn kinds(&self, task: Task) -> Vec<Kind> {
        let mut kinds: Vec<Kind> = Vec::new();
        let runs = Self::COLUMNS.into_iter().filter_map(|p| self.run(task, p));
        for figure in runs.flat_map(|run| &run.figures) {
            if !kinds.contains(&figure.kind) {
                kinds.push(figure.kind);
            }
        }
        kinds
    }
}

/// What a protocol is called.
pub(super) fn name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Imap => "IMAP",
        Protocol::Pop3 => "POP3",
    }
}
