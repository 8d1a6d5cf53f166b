//! The table as CSV (RFC 4180), one figure a line.

use std::fmt::Write;

use super::super::run::name;
use crate::compare::{Cell, Comparison, Value};

impl Comparison {
    /// As CSV. Times are in seconds; entries are `device:number`.
    pub fn csv(&self) -> String {
        let mut text = String::from("task,figure,protocol,value,unit,entries,remark\r\n");
        for task in self.tasks() {
            for kind in self.rows(task) {
                for protocol in Self::COLUMNS {
                    let figure = kind.and_then(|kind| {
                        self.figure(Cell {
                            task,
                            protocol,
                            kind,
                        })
                    });
                    let label = kind.map_or_else(|| "Result".to_owned(), |kind| kind.label());
                    let mut fields = vec![task.label().to_owned(), label, name(protocol).into()];
                    match figure {
                        Some(figure) => {
                            let entries = figure.entries.iter();
                            let entries =
                                entries.map(|id| format!("{}:{}", id.device.number(), id.number));
                            fields.push(plain(figure.value));
                            fields.push(figure.value.unit().to_owned());
                            fields.push(entries.collect::<Vec<_>>().join(" "));
                            fields.push(String::new());
                        }
                        None => {
                            fields.extend(<[String; 3]>::default());
                            fields.push(self.missing(task, protocol));
                        }
                    }
                    line(&mut text, fields);
                }
            }
        }
        for (name, value) in self.particulars() {
            let mut fields = <[String; 7]>::default();
            fields[0] = "Particulars".to_owned();
            fields[1] = name.to_owned();
            fields[6] = value;
            line(&mut text, fields);
        }
        text
    }
}

/// A number that a spreadsheet reads.
fn plain(value: Value) -> String {
    match value {
        Value::Micros(micros) => format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000),
        value => value.number().to_string(),
    }
}

fn line(text: &mut String, fields: impl IntoIterator<Item = String>) {
    for (at, field) in fields.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        // Writing to a string cannot fail.
        _ = write!(text, "{}", Field(&field));
    }
    text.push_str("\r\n");
}

/// A field that is data and nothing else: a spreadsheet takes one that begins with certain
/// characters for a formula.
struct Field<'a>(&'a str);

impl std::fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text: String = self
            .0
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let begins = |c: char| matches!(c, '=' | '+' | '-' | '@');
        let guard = if text.trim_start().starts_with(begins) {
            "'"
        } else {
            ""
        };
        if guard.is_empty() && !text.contains([',', '"']) {
            f.write_str(&text)
        } else {
            write!(f, "\"{guard}{}\"", text.replace('"', "\"\""))
        }
    }
}
