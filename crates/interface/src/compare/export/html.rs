//! The page form: one file that needs no network, no script and no Porthole.
//!
//! All text goes through [`escape`], and the page's own policy lets nothing be fetched or run. A
//! figure opens to links to the entries that it was counted from, further down on the same page.

use std::fmt::Write;

use porthole_wire::Direction;

use super::{super::run::name, MODEL};
use crate::{
    account::Protocol,
    change::WireEntry,
    compare::{Cell, Comparison, EntryId, Figure, Kind, Run, Task, answers},
};

impl Comparison {
    /// As a page that stands for itself.
    pub fn html(&self) -> String {
        let mut page = String::from(HEAD);
        // Writing to a string cannot fail.
        for (name, value) in self.particulars() {
            _ = writeln!(page, "<dt>{name}<dd>{}", escape(&value));
        }
        _ = write!(page, "</dl>\n<p>{}</p>\n<h2>Tasks</h2>\n", escape(MODEL));
        for task in self.tasks() {
            self.table(&mut page, task.label(), self.rows(task), |kind| {
                let label = kind.map_or_else(|| "Result".to_owned(), |kind| kind.label());
                (label, task, kind)
            });
        }
        page.push_str("<h2>Questions</h2>\n");
        for answer in answers(self) {
            self.table(&mut page, answer.question.label(), answer.rows, |row| {
                let label = format!("{} ({})", row.kind.label(), row.task.label());
                (label, row.task, Some(row.kind))
            });
        }
        page.push_str("<h2>Transcripts</h2>\n");
        for run in &self.runs {
            transcripts(&mut page, run);
        }
        page.push_str("</body>\n</html>\n");
        page
    }

    fn table<T>(
        &self,
        page: &mut String,
        caption: &str,
        rows: Vec<T>,
        of: impl Fn(T) -> (String, Task, Option<Kind>),
    ) {
        let [pop3, imap] = Self::COLUMNS.map(name);
        _ = write!(
            page,
            "<table><caption>{}</caption>\n<thead><tr><td><th scope=\"col\">{pop3}<th \
             scope=\"col\">{imap}</thead>\n<tbody>\n",
            escape(caption)
        );
        for (label, task, kind) in rows.into_iter().map(of) {
            _ = write!(page, "<tr><th scope=\"row\">{}", escape(&label));
            for protocol in Self::COLUMNS {
                page.push_str("<td>");
                let shown = escape(&self.shown_in(task, kind, protocol));
                let cell = |kind| Cell {
                    task,
                    protocol,
                    kind,
                };
                let figure = kind.and_then(|kind| self.figure(cell(kind)));
                match figure.filter(|figure| !figure.entries.is_empty()) {
                    Some(figure) => counted_from(page, &shown, task, protocol, figure),
                    None => page.push_str(&shown),
                }
            }
            page.push('\n');
        }
        page.push_str("</tbody></table>\n");
    }
}

/// A figure that opens to its entries: stretches of them, so that thousands stay readable.
fn counted_from(page: &mut String, shown: &str, task: Task, protocol: Protocol, figure: &Figure) {
    _ = write!(page, "<details><summary>{shown}</summary><p>");
    for stretch in figure
        .entries
        .chunk_by(|a, b| a.device == b.device && b.number == a.number + 1)
    {
        let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else {
            continue;
        };
        let device = first.device.number();
        _ = write!(
            page,
            "<a href=\"#{}\">{device}:{}",
            anchor(task, protocol, *first),
            first.number
        );
        if last != first {
            _ = write!(page, "–{}", last.number);
        }
        page.push_str("</a> ");
    }
    page.push_str("</details>");
}

fn transcripts(page: &mut String, run: &Run) {
    for transcript in &run.transcripts {
        let device = transcript.device;
        _ = write!(
            page,
            "<details open><summary>{}, {}, device {}</summary>\n<ol>\n",
            escape(run.task.label()),
            name(run.protocol),
            device.number()
        );
        for entry in &transcript.entries {
            let number = entry.number;
            let anchor = anchor(run.task, run.protocol, EntryId { device, number });
            let who = match entry.direction {
                Direction::Client => "C",
                Direction::Server => "S",
            };
            _ = writeln!(
                page,
                "<li id=\"{anchor}\"><span>{number} · connection {} · turn {} · {} bytes · {who}:\
                 </span> <code>{}</code>",
                entry.connection,
                entry.turn,
                entry.octets,
                escape(&beginning(entry))
            );
        }
        page.push_str("</ol></details>\n");
    }
}

fn anchor(task: Task, protocol: Protocol, id: EntryId) -> String {
    let protocol = match protocol {
        Protocol::Imap => "imap",
        Protocol::Pop3 => "pop3",
    };
    format!(
        "{}-{protocol}-{}-{}",
        task.slug(),
        id.device.number(),
        id.number
    )
}

/// As much of an entry as tells what it is.
fn beginning(entry: &WireEntry) -> String {
    let kept = &entry.kept[..entry.kept.len().min(SHOWN)];
    let text = String::from_utf8_lossy(kept);
    let more = if entry.octets > SHOWN as u64 {
        " …"
    } else {
        ""
    };
    format!("{}{more}", text.trim_end())
}

/// Octets of an entry that are shown.
const SHOWN: usize = 600;

/// Text that is nothing but text, without what would steer a terminal or a printer.
fn escape(text: &str) -> String {
    let plain = |c: char| {
        if c.is_control() && c != '\n' {
            '\u{fffd}'
        } else {
            c
        }
    };
    let plain: String = text.chars().map(plain).collect();
    porthole_explain::saved::escape(&plain)
}

const HEAD: &str = concat!(
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ",
    "style-src 'unsafe-inline'\">\n",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
    "<title>POP3 beside IMAP</title>\n<style>\n",
    include_str!("compare.css"),
    "</style>\n</head>\n<body>\n<h1>POP3 beside IMAP</h1>\n<dl>\n",
);
