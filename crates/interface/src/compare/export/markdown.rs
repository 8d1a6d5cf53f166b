//! The table as Markdown (CommonMark with tables).

use std::fmt::Write;

use super::{super::run::name, MODEL};
use crate::compare::{Comparison, answers};

impl Comparison {
    /// As Markdown.
    pub fn markdown(&self) -> String {
        let mut text = String::from("# POP3 beside IMAP\n\n");
        // Writing to a string cannot fail.
        for (name, value) in self.particulars() {
            _ = writeln!(text, "- {name}: {}", escape(&value));
        }
        _ = write!(text, "\n{MODEL}\n");
        let [pop3, imap] = Self::COLUMNS;
        let head = format!("| | {} | {} |\n|---|---|---|\n", name(pop3), name(imap));
        for task in self.tasks() {
            _ = write!(text, "\n## {}\n\n{head}", task.label());
            for kind in self.rows(task) {
                let label = kind.map_or_else(|| "Result".to_owned(), |kind| kind.label());
                let [pop3, imap] = Self::COLUMNS.map(|p| escape(&self.shown_in(task, kind, p)));
                _ = writeln!(text, "| {label} | {pop3} | {imap} |");
            }
        }
        text.push_str("\n## Questions\n");
        for answer in answers(self) {
            _ = write!(text, "\n### {}\n\n{head}", answer.question.label());
            for row in answer.rows {
                let [pop3, imap] = Self::COLUMNS.map(|p| escape(&self.shown(row.cell(p))));
                let (kind, task) = (row.kind.label(), row.task.label());
                _ = writeln!(text, "| {kind} ({task}) | {pop3} | {imap} |");
            }
        }
        text
    }
}

/// Text that is nothing but text: on one line, and no mark, link or tag.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '#' | '!' | '>' | '~' | ':'
            | '@' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}
