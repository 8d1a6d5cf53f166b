//! The text form: what people paste into a mail or a bug report.
//!
//! ```text
//! Transcript saved by Porthole 0.1.0, in seconds since 2026-11-23 09:00:00 UTC
//! Connection 1: IMAP, imap.example.com
//! Secrets replaced by ********: 1
//!
//!     0.050000 1 S: * OK ready
//!     0.100000 1 C: A001 LOGIN alice ********
//!     0.150000 1 S: * 1 FETCH (BODY[] {12}
//!     0.150000 1 S: Hello Alice,
//!                   how are you?
//!                   (5000 octets more were not kept)
//! ```

use std::fmt::Write;

use super::{
    Saved, initial,
    visible::{date, seconds, visible},
};

impl Saved {
    /// As text: a line for each that crossed, who sent it and when.
    ///
    /// Line endings are the text's; where a line did not end in CR LF, what stood there is shown.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        _ = writeln!(
            text,
            "Transcript saved by {}, in seconds since {}",
            visible(self.product.as_bytes()),
            date(self.began)
        );
        for connection in &self.connections {
            let (number, protocol) = (connection.number, connection.protocol.name());
            let host = visible(connection.host.as_bytes());
            _ = writeln!(text, "Connection {number}: {protocol}, {host}");
        }
        _ = writeln!(text, "Secrets replaced by ********: {}\n", self.secrets());
        for entry in &self.entries {
            let (at, who) = (seconds(entry.at), initial(entry.direction));
            let mut head = format!("{at:>14} {} {who}:", entry.connection);
            let rest = " ".repeat(head.len());
            for line in entry.kept.split_inclusive(|&octet| octet == b'\n') {
                let line = line.strip_suffix(b"\r\n").unwrap_or(line);
                // White space at the end of a line crossed as well; beside an empty line none is put.
                _ = match visible(line).as_str() {
                    "" => writeln!(text, "{}", head.trim_end()),
                    line => writeln!(text, "{head} {line}"),
                };
                head.clone_from(&rest);
            }
            if entry.left_out() > 0 {
                _ = writeln!(
                    text,
                    "{head} ({} octets more were not kept)",
                    entry.left_out()
                );
            }
        }
        text
    }
}
