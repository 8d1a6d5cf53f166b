//! Searching: POP3 has no command for it, so what is on this device is looked through.

use porthole_store::MessageId;

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
        let (found, state) = core.search(self.record.id, text, self.maildrop.count());
        self.search = Some(found.iter().map(|found| found.id).collect());
        core.change(Change::Search(Some(state)));
    }

    /// How many were found, and the rows of them in the window.
    pub(super) fn found_rows(
        &self,
        core: &mut Core,
        found: &[MessageId],
    ) -> (u32, Vec<Option<Row>>) {
        let total = found.len() as u32;
        let (first, end) = core.window.clip(total);
        let row = |id: &MessageId| -> Option<Row> {
            let found = core.store.message(*id);
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
