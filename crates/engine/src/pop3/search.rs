//! Searching: POP3 has no command for it, so what is on this device is looked through.

use porthole_store::Found;

use super::Pop3;
use crate::{
    change::{Change, Row},
    core::Core,
    render,
};

impl Pop3 {
    /// Searches for these words, or shows the maildrop again where there are none.
    pub(super) fn search_for(&mut self, core: &mut Core, text: &str) {
        core.dirty = true;
        if text.trim().is_empty() {
            self.search = None;
            return core.change(Change::Search(None));
        }
        let (_, state) = core.search(self.record.id, text, self.maildrop.count());
        self.search = Some(text.to_owned());
        core.change(Change::Search(Some(state)));
    }

    /// How many are found, and the rows of them in the window. They are looked for each time: mail
    /// comes and goes.
    pub(super) fn found_rows(&self, core: &mut Core, text: &str) -> (u32, Vec<Option<Row>>) {
        let found = core.store.search(self.record.id, text);
        let found = core.stored(found);
        let total = found.len() as u32;
        let (first, end) = core.window.clip(total);
        let row = |found: &Found| -> Option<Row> {
            let found = core.store.message(found.id);
            let message = core.stored(found)?;
            let going = message
                .unique_id()
                .is_some_and(|id| self.going.contains(id));
            Some(render::row(&message, false, going))
        };
        let rows = found[first as usize..end as usize].iter().map(row);
        (total, rows.collect())
    }
}
