//! What rows begin with, where the server did not know it at once.
//!
//! `PREVIEW (LAZY)` comes with the rows and costs them nothing; where it came as NIL, the rows on
//! screen are asked for it once more when nothing else is wanted (RFC 8970 section 4.1).

use porthole_imap::types::{
    command::{Command, Messages},
    fetch::FetchItem,
    number::{SeqNum, Uid},
};
use porthole_wire::Instant;

use super::{Imap, QUIET, Task, deeds::set};
use crate::core::{Core, Window};

impl Imap {
    /// The rows in the window have come, or the window has moved.
    pub(super) fn plan_previews(&mut self, core: &Core, now: Instant) {
        let lacking = self.unpreviewed_in(core.window);
        self.previews_at = (!lacking.is_empty()).then_some(now + QUIET);
    }

    /// Asks, once it has been quiet for a while.
    pub(super) fn ask_previews(&mut self, core: &mut Core, now: Instant) {
        if self.previews_at.is_none_or(|at| now < at) {
            return;
        }
        let busy = |link: &super::Link<Task>| link.client.pending() > 0;
        if self.main.as_ref().is_some_and(busy) {
            self.previews_at = Some(now + QUIET);
            return;
        }
        self.previews_at = None;
        let lacking = self.unpreviewed_in(core.window);
        // Once only: it may have none, or be refused.
        self.unpreviewed.retain(|uid| !lacking.contains(uid));
        if !lacking.is_empty() {
            let fetch = Command::Fetch {
                messages: Messages::Uid(set(lacking)),
                items: vec![FetchItem::Uid, FetchItem::Preview { lazy: false }],
                changed_since: None,
                vanished: false,
            };
            self.issue(core, now, Task::Previews, fetch);
            self.drive(core, now);
        }
    }

    fn unpreviewed_in(&self, window: Window) -> Vec<Uid> {
        let mut shown = match (&self.search, self.selected()) {
            (Some(search), _) => {
                let (first, end) = window.clip(search.total());
                search.found[first as usize..end as usize].to_vec()
            }
            (None, Some(selected)) => {
                let total = selected.view.exists();
                let (first, end) = window.clip(total);
                let uid = |row: u32| selected.view.uid(SeqNum(total - row));
                (first..end).filter_map(uid).collect()
            }
            (None, None) => Vec::new(),
        };
        shown.retain(|uid| self.unpreviewed.contains(uid));
        shown
    }
}
