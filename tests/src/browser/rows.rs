//! The list of messages as a page shows it.

use std::collections::BTreeMap;

use fantoccini::Locator;

use super::{
    Browser,
    keys::{HOME, PAGE_DOWN},
};

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownRow {
    /// Its place, from 0.
    pub at: u32,
    /// How many rows there are.
    pub of: u32,
    /// What a screen reader says of it.
    pub label: String,
    /// The moment of its date, in the form of the `datetime` attribute.
    pub date: String,
}

const READ: &str = "
    return [...document.querySelectorAll('[role=listbox][aria-label=Messages] [role=option]')]
        .filter(row => row.querySelector('time'))
        .map(row => [row.ariaPosInSet - 1, +row.ariaSetSize, row.ariaLabel,
            row.querySelector('time').dateTime]);";

/// Rows that were drawn while the list scrolled.
#[derive(Debug, Clone)]
pub struct Scrolled {
    /// How long each frame took, in milliseconds.
    pub frames: Vec<f64>,
    /// The most rows that were in the document at one time, known or not.
    pub most_rows: u64,
}

const SCROLL: &str = "
    const [pixels, count, done] = arguments;
    const list = document.querySelector('[role=listbox][aria-label=Messages]');
    const frames = [];
    let most = 0, before = performance.now();
    const draw = now => {
        frames.push(now - before);
        before = now;
        most = Math.max(most, list.querySelectorAll('[role=option]').length);
        if (frames.length > count) return done([frames.slice(1), most]);
        list.scrollTop += pixels;
        requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);";

impl Browser {
    /// Scrolls the list down by so many pixels in each of so many frames.
    pub fn scroll(&self, pixels: u32, frames: u32) -> Scrolled {
        let told = self.slow_script(SCROLL, &[pixels.into(), frames.into()]);
        let frames = told[0].as_array().unwrap().iter();
        Scrolled {
            frames: frames.map(|frame| frame.as_f64().unwrap()).collect(),
            most_rows: told[1].as_u64().unwrap(),
        }
    }

    /// The rows that are in the document and known.
    pub fn rows(&self) -> Vec<ShownRow> {
        let rows = self.script(READ, &[]);
        let number = |value: &serde_json::Value| u32::try_from(value.as_u64().unwrap()).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let row = |row: &serde_json::Value| ShownRow {
            at: number(&row[0]),
            of: number(&row[1]),
            label: text(&row[2]),
            date: text(&row[3]),
        };
        rows.as_array().unwrap().iter().map(row).collect()
    }

    /// The row at a place, while it is in the document and known.
    pub fn row(&self, at: u32) -> Option<ShownRow> {
        self.rows().into_iter().find(|row| row.at == at)
    }

    /// The row whose label holds this, while it is in the document and known.
    pub fn row_of(&self, part: &str) -> Option<ShownRow> {
        self.rows().into_iter().find(|row| row.label.contains(part))
    }

    /// The first rows, `count` of them, by paging through the list as a keyboard does.
    pub fn first_rows(&self, count: u32) -> Vec<ShownRow> {
        let mut seen = BTreeMap::new();
        self.until("the first row", || self.row(0));
        self.press_in_list(HOME);
        // A page has more than one row, so that is often enough.
        for _ in 0..count {
            let waiting =
                "return document.querySelectorAll('[role=option][aria-label=Loading]').length";
            self.until("known rows", || {
                (self.script(waiting, &[]) == 0).then_some(())
            });
            seen.extend(self.rows().into_iter().map(|row| (row.at, row)));
            if (0..count).all(|at| seen.contains_key(&at)) {
                break;
            }
            self.press(PAGE_DOWN);
            let marked = "const list = document.querySelector('[role=listbox]');
                return !!document.getElementById(list.getAttribute('aria-activedescendant'))";
            self.until("the row that is marked", || {
                (self.script(marked, &[]) == true).then_some(())
            });
        }
        seen.into_values().take(count as usize).collect()
    }

    /// Types with the focus on the list.
    pub fn press_in_list(&self, keys: &str) {
        self.script("document.querySelector('[role=listbox]').focus()", &[]);
        self.press(keys);
    }

    /// Puts the pointer on a row, whose label may have changed meanwhile.
    pub fn point_at_row(&self, row: &ShownRow) {
        let middle = "const row = document.getElementById('row-' + arguments[0]);
            const { x, y, width, height } = row.getBoundingClientRect();
            return [x + width / 2, y + height / 2]";
        let middle = self.script(middle, &[row.at.into()]);
        let moved = serde_json::json!({"type": "mouseMoved", "x": middle[0], "y": middle[1]});
        self.devtools("Input.dispatchMouseEvent", moved);
    }

    /// Opens the message whose row's label holds this, as soon as it is there.
    pub fn open_message(&self, part: &str) {
        self.until(&format!("row {part} to click"), || {
            self.click_row_at(self.row_of(part)?.at)
        });
    }

    /// Opens the message of a row, whose label may have changed meanwhile.
    pub fn click_row(&self, row: &ShownRow) {
        self.until(&format!("row {} to click", row.at), || {
            self.click_row_at(row.at)
        });
    }

    fn click_row_at(&self, at: u32) -> Option<()> {
        let row = format!("#row-{at}");
        let row = self.wait(self.client.find(Locator::Css(&row))).ok()?;
        self.wait(row.click()).ok()
    }
}
