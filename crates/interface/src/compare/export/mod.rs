//! A comparison to take along: Markdown, CSV, and a page that stands for itself.
//!
//! What a server or a message said is text in all three, whatever is in it.

mod csv;
mod html;
mod markdown;

use super::{
    figure::{Kind, Value},
    run::{Cell, Comparison, Outcome},
    task::Task,
};
use crate::account::Protocol;

impl Comparison {
    /// The measured value in words, with its unit; or why there is none.
    fn shown(&self, cell: Cell) -> String {
        match self.figure(cell) {
            Some(figure) => match figure.value {
                Value::Octets(_) => format!("{} bytes", figure.value),
                value => value.to_string(),
            },
            None => self.missing(cell.task, cell.protocol),
        }
    }

    /// Why there is no figure.
    fn missing(&self, task: Task, protocol: Protocol) -> String {
        match self.run(task, protocol).map(|run| &run.outcome) {
            Some(Outcome::Failed(why)) => format!("failed: {why}"),
            Some(Outcome::NotMeasurable(why)) => format!("not measurable: {why}"),
            Some(Outcome::Measured) | None => "not measured".to_owned(),
        }
    }

    /// The rows of a task; one that says why where there are none.
    fn rows(&self, task: Task) -> Vec<Option<Kind>> {
        let kinds = self.kinds(task);
        if kinds.is_empty() {
            vec![None]
        } else {
            kinds.into_iter().map(Some).collect()
        }
    }

    /// The value of a row in a column.
    fn shown_in(&self, task: Task, kind: Option<Kind>, protocol: Protocol) -> String {
        match kind {
            Some(kind) => self.shown(Cell {
                task,
                protocol,
                kind,
            }),
            None => self.missing(task, protocol),
        }
    }

    /// The particulars, each with its name.
    fn particulars(&self) -> Vec<(&'static str, String)> {
        let particulars = &self.particulars;
        let distance = particulars.distance;
        let known = [
            ("Server", particulars.server.clone()),
            ("Measured by", particulars.product.clone()),
            ("Date", particulars.date.clone()),
            (
                "Distance",
                distance.map_or_else(|| "as it was".to_owned(), super::Distance::label),
            ),
            (
                "Protocols",
                match particulars.at_once {
                    true => "both at once: they shared the line".to_owned(),
                    false => "one after the other".to_owned(),
                },
            ),
        ];
        let manners = self.manners().map(|manner| ("Done", manner));
        known.into_iter().chain(manners).collect()
    }
}

/// How time at a distance is computed, in one sentence.
const MODEL: &str = "Times at a distance are computed: waits x round trip + 8 x bytes / bandwidth.";
