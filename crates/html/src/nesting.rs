//! How deep the rewrite may go, so that no small source makes a large tree.
//!
//! Two rules of the tree construction (HTML section 13.2.6) can be turned against a parser: for many
//! tags it looks through all open elements, and it opens formatting elements again in every block
//! until they are closed. Both are bounded here by following what a parser has open; tags that it
//! would pass over are not written at all. Where this cannot know, it assumes more, never less.

use crate::policy::{ELEMENTS, FORMATTING};

/// Elements within elements; browsers stop at 512.
pub(crate) const DEPTH: usize = 320;
/// Formatting elements open at once.
pub(crate) const FORMATS: usize = 48;
/// How many formatting elements a parser may have to open again, in all.
const REOPENED: usize = 200_000;
/// Elements in all. A newsletter of 100 kB has a thousand or two.
const MOST: usize = 60_000;

/// Elements that nothing but their own end tag, or that of one around them, ends.
const INLINE: [&str; 24] = [
    "abbr", "acronym", "bdi", "bdo", "cite", "data", "del", "dfn", "ins", "kbd", "map", "mark",
    "q", "rb", "rp", "rt", "rtc", "ruby", "samp", "span", "sub", "sup", "time", "var",
];
/// Elements whose start does not end a paragraph, besides formatting and inline ones.
const IN_PARAGRAPHS: [&str; 9] = [
    "caption", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
];
const HEADINGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];
/// Where formatting ends (the markers of section 13.2.4.3).
const CELLS: [&str; 3] = ["caption", "td", "th"];
const ROW_GROUPS: [&str; 3] = ["tbody", "tfoot", "thead"];
/// What only a table makes sense of.
const TABLE_PARTS: [&str; 8] = [
    "caption", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr",
];

/// What the parser has open.
#[derive(Debug, Default)]
pub(crate) struct Nesting {
    open: Vec<Open>,
    formats: usize,
    reopened: usize,
    elements: usize,
    left_out: bool,
}

/// An open element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open {
    name: &'static str,
    kind: Kind,
}

/// What matters about an element here. All but formatting and inline are "special" in the words of
/// section 13.2.4.2: an inline element's end tag does not reach beyond them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Format,
    Inline,
    Cell,
    Table,
    Other,
}

impl Open {
    fn new(name: &str) -> Option<Self> {
        let name = ELEMENTS.iter().copied().find(|element| *element == name)?;
        let kind = match name {
            "table" => Kind::Table,
            _ if FORMATTING.contains(&name) => Kind::Format,
            _ if INLINE.contains(&name) => Kind::Inline,
            _ if CELLS.contains(&name) => Kind::Cell,
            _ => Kind::Other,
        };
        Some(Self { name, kind })
    }
}

impl Nesting {
    /// Whether the message is too much, and only its text goes on.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.reopened > REOPENED || self.elements > MOST
    }

    /// Whether something was left out because it was too much.
    pub(crate) fn left_out(&self) -> bool {
        self.left_out || self.is_exhausted()
    }

    /// A start tag of an element without content: whether it is written.
    pub(crate) fn void(&mut self) -> bool {
        self.elements += 1;
        !self.is_exhausted()
    }

    /// A start tag of an element with content: whether it is written.
    pub(crate) fn start(&mut self, name: &str) -> bool {
        let Some(element) = Open::new(name).filter(|_| !self.is_exhausted()) else {
            return false;
        };
        if TABLE_PARTS.contains(&name) {
            let Some(table) = self.table() else {
                return false;
            };
            self.clear_back_to(table, name);
        }
        match element.kind {
            Kind::Format if self.formats >= FORMATS => {
                self.left_out = true;
                return false;
            }
            Kind::Format | Kind::Inline => {}
            Kind::Cell | Kind::Table | Kind::Other => self.start_block(name),
        }
        if self.open.len() >= DEPTH {
            self.left_out = true;
            return false;
        }
        self.elements += 1;
        self.formats += usize::from(element.kind == Kind::Format);
        self.open.push(element);
        true
    }

    /// An end tag: whether it is written.
    pub(crate) fn end(&mut self, name: &str) -> bool {
        let Some(element) = Open::new(name).filter(|_| !self.is_exhausted()) else {
            return false;
        };
        let found = match element.kind {
            // The parser does not see beyond the cell either.
            Kind::Format => {
                self.innermost(|open| open.name == name, |open| open.kind == Kind::Cell)
            }
            Kind::Table => self.table(),
            _ if TABLE_PARTS.contains(&name) => {
                let table = self.table().unwrap_or(self.open.len());
                self.open[table..]
                    .iter()
                    .position(|open| open.name == name)
                    .map(|at| table + at)
            }
            Kind::Inline => self.innermost(
                |open| open.name == name,
                |open| !matches!(open.kind, Kind::Format | Kind::Inline),
            ),
            _ if HEADINGS.contains(&name) => self.in_scope(|open| HEADINGS.contains(&open.name)),
            _ => self.in_scope(|open| open.name == name),
        };
        let Some(found) = found else { return false };
        if element.kind == Kind::Format {
            self.open.remove(found);
            self.formats -= 1;
        } else {
            self.reopened += self.formats;
            self.close(found);
        }
        true
    }

    /// What else the start of an element ends that is neither formatting nor inline.
    fn start_block(&mut self, name: &str) {
        self.reopened += self.formats;
        match name {
            "li" => self.end_item(&["li"]),
            "dd" | "dt" => self.end_item(&["dd", "dt"]),
            "table" => self.end_table_without_cell(),
            _ => {}
        }
        if !IN_PARAGRAPHS.contains(&name)
            && let Some(paragraph) = self.in_scope(|open| open.name == "p")
        {
            self.close(paragraph);
        }
    }

    /// The innermost open element that is wanted, unless a barrier comes first.
    fn innermost(
        &self,
        wanted: impl Fn(&Open) -> bool,
        barrier: impl Fn(&Open) -> bool,
    ) -> Option<usize> {
        let at = self
            .open
            .iter()
            .rposition(|open| wanted(open) || barrier(open))?;
        wanted(&self.open[at]).then_some(at)
    }

    /// The innermost open element that is wanted, as far as scope reaches (section 13.2.4.2).
    fn in_scope(&self, wanted: impl Fn(&Open) -> bool) -> Option<usize> {
        self.innermost(wanted, |open| matches!(open.kind, Kind::Cell | Kind::Table))
    }

    /// The innermost table.
    fn table(&self) -> Option<usize> {
        self.open.iter().rposition(|open| open.kind == Kind::Table)
    }

    /// A list item ends the one before it, if only these stand between (section 13.2.6.4.7, "li").
    fn end_item(&mut self, kinds: &[&str]) {
        let stops = |open: &Open| {
            !matches!(open.kind, Kind::Format | Kind::Inline)
                && !matches!(open.name, "address" | "div" | "p")
        };
        if let Some(item) = self.innermost(|open| kinds.contains(&open.name), stops) {
            self.close(item);
        }
    }

    /// A table that begins in another, but in no cell of it, ends the other.
    fn end_table_without_cell(&mut self) {
        if let Some(table) = self.table()
            && !self.open[table..]
                .iter()
                .any(|open| open.kind == Kind::Cell)
        {
            self.close(table);
        }
    }

    /// Ends what a part of a table ends when it begins.
    fn clear_back_to(&mut self, table: usize, part: &str) {
        let stays = |open: &Open| match part {
            "td" | "th" => ROW_GROUPS.contains(&open.name) || open.name == "tr",
            "tr" => ROW_GROUPS.contains(&open.name),
            _ => false,
        };
        if let Some(first) = self.open[table + 1..].iter().position(|open| !stays(open)) {
            self.close(table + 1 + first);
        }
    }

    /// Closes the element there and all in it. Formatting outlives it, unless it is in a cell.
    fn close(&mut self, at: usize) {
        let closed = self.open.split_off(at);
        let around_cell = closed.iter().take_while(|open| open.kind != Kind::Cell);
        self.open
            .extend(around_cell.filter(|open| open.kind == Kind::Format));
        let formats = |list: &[Open]| list.iter().filter(|open| open.kind == Kind::Format).count();
        self.formats = self.formats - formats(&closed) + formats(&self.open[at..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is open after tags like `b p /b`, those that were not written in brackets.
    fn check(tags: &str, expected: &str) {
        let mut nesting = Nesting::default();
        let mut refused = String::new();
        for tag in tags.split_whitespace() {
            let written = match tag.strip_prefix('/') {
                Some(name) => nesting.end(name),
                None => nesting.start(tag),
            };
            if !written {
                refused.push_str(&format!(" [{tag}]"));
            }
        }
        let formats = nesting
            .open
            .iter()
            .filter(|open| open.kind == Kind::Format)
            .count();
        assert_eq!(nesting.formats, formats, "{tags}");
        let open: Vec<_> = nesting.open.iter().map(|open| open.name).collect();
        assert_eq!(open.join(" ") + &refused, expected, "{tags}");
    }

    #[test]
    fn elements_that_end_by_themselves() {
        check("div p p p", "div p");
        check("p div", "div");
        check("ul li li ul li", "ul li ul li");
        check("li dd li dd", "li dd li dd");
        check("dl dt dd div dt", "dl dt");
        check("p span p", "p");
        check("p table", "p table");
        check("h1 /h2", "");
    }

    #[test]
    fn tables() {
        check("table tr td td tr td", "table tr td");
        check("table tbody tr td table td /table", "table tbody tr td");
        check("table table", "table");
        check("table div tr", "table tr");
        check("td tr", " [td] [tr]");
        check("div table td /div", "div table td [/div]");
        check("div /td", "div [/td]");
    }

    #[test]
    fn formatting() {
        check("b i /b", "i");
        check("p b p", "b p");
        check("div b /div", "b");
        check("table td b td", "table td");
        check("b table td i /table", "b");
        // In the parser, the end tag does not reach what it names.
        check("b table td /b /table", "b [/b]");
        check("table b /table", "b");
        check("span div /span", "span div [/span]");
    }

    #[test]
    fn limits() {
        let mut nesting = Nesting::default();
        assert!((0..DEPTH).all(|_| nesting.start("div") && !nesting.end("b")));
        assert!(!nesting.start("div"));
        let mut nesting = Nesting::default();
        assert!((0..FORMATS).all(|_| nesting.start("font")));
        assert!(!nesting.start("b"));
        while !nesting.is_exhausted() {
            nesting.start("p");
        }
    }
}
