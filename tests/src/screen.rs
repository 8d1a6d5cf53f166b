//! What a page would show, after all the changes so far.

use porthole_engine::{
    Change,
    change::{Body, Connection, Failure, Message, Notice, Row, WireEntry},
    intent::MessageId,
};

/// Every change that the engine told, oldest first.
#[derive(Debug, Default)]
pub struct Screen {
    /// As they came.
    pub changes: Vec<Change>,
}

impl Screen {
    fn last<'a, T>(&'a self, pick: impl Fn(&'a Change) -> Option<T>) -> Option<T> {
        self.changes.iter().rev().find_map(pick)
    }

    /// The rows in the window.
    pub fn rows(&self) -> Vec<Option<Row>> {
        let rows = self.last(|change| match change {
            Change::Rows { rows, .. } => Some(rows.clone()),
            _ => None,
        });
        rows.unwrap_or_default()
    }

    /// Their subjects, once all of them are there.
    pub fn subjects(&self) -> Option<Vec<String>> {
        let rows = self.rows().into_iter();
        rows.map(|row| row.map(|row| row.subject)).collect()
    }

    /// The row of this subject.
    pub fn row(&self, subject: &str) -> Option<Row> {
        let mut rows = self.rows().into_iter().flatten();
        rows.find(|row| row.subject == subject)
    }

    /// How many messages the list has.
    pub fn total(&self) -> Option<u32> {
        self.last(|change| match change {
            Change::List { total, .. } => Some(*total),
            _ => None,
        })
    }

    /// Where the account stands.
    pub fn connection(&self) -> Connection {
        let found = self.last(|change| match change {
            Change::Connection(connection) => Some(*connection),
            _ => None,
        });
        found.unwrap_or(Connection::SignedOut)
    }

    /// What failed last.
    pub fn failure(&self) -> Option<Failure> {
        self.last(|change| match change {
            Change::Failed(failure) => Some(failure.clone()),
            _ => None,
        })
    }

    /// Whether this was said.
    pub fn noticed(&self, notice: &Notice) -> bool {
        let told = |change: &Change| matches!(change, Change::Notice(told) if told == notice);
        self.changes.iter().any(told)
    }

    /// The message as it was shown last.
    pub fn message(&self, id: MessageId) -> Option<&Message> {
        self.last(|change| match change {
            Change::Message(message) if message.id == id => Some(&**message),
            _ => None,
        })
    }

    /// Its text, once it is there.
    pub fn text(&self, id: MessageId) -> Option<String> {
        let Body::Text(text) = &self.message(id)?.body else {
            return None;
        };
        let lines = text.blocks.iter().flat_map(|block| &block.lines);
        let line = |spans: &Vec<porthole_message::text::Span>| -> String {
            spans.iter().map(|span| span.text.as_str()).collect()
        };
        Some(lines.map(line).map(|line| line + "\n").collect())
    }

    /// Turns that had been taken when all of the first `count` rows were there.
    pub fn turns_until_rows(&self, count: usize) -> Option<u64> {
        let mut turns = 0;
        for change in &self.changes {
            match change {
                Change::WireTotals(totals) => turns = totals.turns,
                Change::Rows { rows, .. } if rows.iter().flatten().count() == count => {
                    return Some(turns);
                }
                _ => {}
            }
        }
        None
    }

    /// The stages of connecting that were passed, and what was told of each.
    pub fn stages(&self) -> Vec<(porthole_engine::change::Stage, String)> {
        let passed = self.changes.iter().filter_map(|change| match change {
            Change::Stage {
                stage,
                detail,
                done: true,
            } => Some((*stage, detail.clone())),
            _ => None,
        });
        passed.collect()
    }

    /// The end of what crossed the wire, for whoever reads why a test failed.
    pub fn wire(&self) -> String {
        let entries = self.changes.iter().filter_map(|change| match change {
            Change::Wire(entries) => Some(entries),
            _ => None,
        });
        let lines: Vec<String> = entries.flatten().map(line).collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

fn line(entry: &WireEntry) -> String {
    let mark = match entry.direction {
        porthole_wire::Direction::Client => 'C',
        porthole_wire::Direction::Server => 'S',
    };
    let kept = &entry.kept[..entry.kept.len().min(160)];
    format!("{} {mark}: {}", entry.connection, kept.escape_ascii())
}
