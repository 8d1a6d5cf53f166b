//! The page form: one file that needs no network, no script and no Porthole.
//!
//! Everything that crossed goes through [`escape`], and the page's own policy lets nothing be
//! fetched or run, so that mail stays text whatever is in it. A token says what it is under the
//! pointer; an entry opens, with no script, to a table of all that its tokens mean.

use std::{collections::HashSet, fmt::Write};

use porthole_wire::Direction;

use super::{
    Entry, Saved, Token, initial,
    visible::{date, seconds, visible},
};

impl Saved {
    /// As a page that stands for itself.
    pub fn html(&self) -> String {
        let mut page = String::from(HEAD);
        // Writing to a string cannot fail.
        _ = write!(
            page,
            "<h1>Transcript</h1>\n<p>Saved by {}. It began at {}; times are seconds since then. \
             Secrets that were replaced by <code>********</code>: {}.</p>\n<ul>\n",
            shown(self.product.as_bytes()),
            date(self.began),
            self.secrets()
        );
        for connection in &self.connections {
            let (number, protocol) = (connection.number, connection.protocol.name());
            let host = shown(connection.host.as_bytes());
            _ = writeln!(page, "<li>Connection {number}: {protocol}, {host}</li>");
        }
        page.push_str("</ul>\n<p>Each entry opens to what its tokens mean.</p>\n<ol>\n");
        for (number, entry) in self.entries.iter().enumerate() {
            self.entry(&mut page, number + 1, entry);
        }
        page.push_str("</ol>\n</body>\n</html>\n");
        page
    }

    fn entry(&self, page: &mut String, number: usize, entry: &Entry) {
        let (class, who) = match entry.direction {
            Direction::Client => ("c", "Client"),
            Direction::Server => ("s", "Server"),
        };
        _ = write!(
            page,
            "<li id=\"e{number}\" class=\"{class}\"><details><summary><span class=\"h\">{} <span \
             title=\"Connection {connection}, turn {}\">{connection}</span> <abbr title=\"{who}\">\
             {}</abbr></span><code>",
            seconds(entry.at),
            entry.turn,
            initial(entry.direction),
            connection = entry.connection,
        );
        for token in &entry.tokens {
            self.token(page, entry, token);
        }
        page.push_str("</code></summary>\n<p>");
        page.push_str(&shown(entry.summary.as_bytes()));
        if let Some(wish) = &entry.wish {
            _ = write!(page, "; wanted by the user: {}", shown(wish.as_bytes()));
        }
        _ = write!(page, ". {} octets", entry.octets);
        if entry.left_out() > 0 {
            _ = write!(page, ", of which {} were not kept", entry.left_out());
        }
        page.push_str(
            ".</p>\n<table><thead><tr><th>Octets<th>Name<th>Meaning<th>Source</thead><tbody>\n",
        );
        self.meanings(page, entry);
        page.push_str("</tbody></table></details></li>\n");
    }

    /// A token where it stands: spaces and line endings as they are, CR and LF seen.
    fn token(&self, page: &mut String, entry: &Entry, token: &Token) {
        let before = entry.masked.partition_point(|&(_, end)| end <= token.start);
        let masked = entry
            .masked
            .get(before)
            .is_some_and(|&(start, _)| start < token.end);
        let class = match self.term(token) {
            _ if masked => "m",
            Some(term) if term.is_known() => "k",
            _ => "u",
        };
        _ = write!(page, "<span class=\"{class}\" title=\"");
        if let Some(term) = self.term(token) {
            let (name, meaning) = (term.name.as_bytes(), term.meaning.as_bytes());
            _ = write!(page, "{}: {}", shown(name), shown(meaning));
            if let Some(source) = &term.source {
                _ = write!(page, " ({})", shown(source.to_string().as_bytes()));
            }
        }
        page.push_str("\">");
        let octets = entry.at(token.start, token.end);
        for piece in octets.split_inclusive(|octet| matches!(octet, b'\r' | b'\n')) {
            let (piece, end) = match piece.split_last() {
                Some((b'\r', piece)) => (piece, "<i>\u{240d}</i>"),
                Some((b'\n', piece)) => (piece, "<i>\u{240a}</i>\n"),
                _ => (piece, ""),
            };
            page.push_str(&shown(piece));
            page.push_str(end);
        }
        page.push_str("</span>");
    }

    /// The entry's terms, each with the first token that is one and what that says once decoded.
    fn meanings(&self, page: &mut String, entry: &Entry) {
        let mut told = HashSet::new();
        for token in &entry.tokens {
            if token.decoded.is_none() && !told.insert(token.term) {
                continue;
            }
            let Some(term) = self.term(token) else {
                continue;
            };
            let octets = shown(entry.at(token.start, token.end));
            let (name, meaning) = (shown(term.name.as_bytes()), shown(term.meaning.as_bytes()));
            _ = write!(page, "<tr><td><code>{octets}</code><td>{name}<td>{meaning}");
            if let Some(decoded) = &token.decoded {
                _ = write!(page, ": <q>{}</q>", shown(decoded.as_bytes()));
            }
            page.push_str("<td>");
            if let Some(source) = &term.source {
                page.push_str(&shown(source.to_string().as_bytes()));
            }
            page.push('\n');
        }
    }
}

/// Octets as text of a page, within an attribute too.
fn shown(octets: &[u8]) -> String {
    escape(&visible(octets))
}

/// Text as text of a page, within an attribute too.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// All that stands before what is saved. The policy comes before whatever it could apply to.
const HEAD: &str = concat!(
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
    "<meta http-equiv=\"Content-Security-Policy\" ",
    "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
    "<meta name=\"referrer\" content=\"no-referrer\">\n",
    "<title>Transcript</title>\n<style>\n",
    include_str!("html.css"),
    "</style>\n</head>\n<body>\n",
);
