//! The Wire as a page shows it.

use super::{Browser, ENTER};

impl Browser {
    /// Shows the entries of one side (`Client`, `Server`, `Both`) that hold this text.
    pub fn filter_wire(&self, side: &str, text: &str) {
        self.choose("Direction", side);
        self.fill("searchbox", "Filter the Wire", text);
    }

    /// Opens the first entry shown that holds this text, by keyboard, and waits for what is said of
    /// it.
    pub fn explain(&self, part: &str) -> String {
        let line = "[...document.querySelectorAll('[role=log] [data-direction]')]
            .find(line => line.innerText.includes(arguments[0]))";
        self.until(&format!("entry {part}"), || {
            let focus = format!("const line = {line}; line?.focus(); return line?.ariaPressed");
            if self.script(&focus, &[part.into()]) == "false" {
                self.press(ENTER);
            }
            let pressed = format!("return {line}?.ariaPressed");
            (self.script(&pressed, &[part.into()]) == "true").then_some(())
        });
        self.until("its tokens", || {
            let count = "return document.querySelectorAll('[aria-label=Explanation] tr').length";
            (self.script(count, &[]).as_u64()? > 1).then_some(())
        });
        self.text("region", "Explanation")
    }

    /// How many entries are marked as being about the message that is pointed at.
    pub fn traced_entries(&self) -> u64 {
        let traced = "return document.querySelectorAll('[role=log] .linked').length";
        self.script(traced, &[]).as_u64().unwrap()
    }

    /// The labels of the rows that what is explained is about.
    pub fn traced_rows(&self) -> Vec<String> {
        let traced = "return [...document.querySelectorAll('[role=option].linked')]
            .map(row => row.ariaLabel)";
        let rows = self.script(traced, &[]);
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row.as_str().unwrap().to_owned()).collect()
    }

    /// The share of octets that the page says are explained, in percent.
    pub fn explained(&self) -> f64 {
        let told = self.attribute("log", "Wire", "data-explained");
        told.and_then(|told| told.parse().ok()).unwrap()
    }
}
