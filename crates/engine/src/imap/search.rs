//! Searching: the server looks through the whole mailbox, and only what is found and shown is
//! fetched. Without a connection, what is on this device is looked through.

use porthole_imap::{
    client::Refused,
    types::{
        command::{Command, Messages},
        number::Uid,
        response::{StatusText, Untagged},
        search::{ExtendedSearch, Found, SearchKey},
    },
};
use porthole_wire::Instant;

use super::{Imap, Task, deeds::set};
use crate::{
    change::{Change, SearchState, Searched},
    core::Core,
};

/// A search that the list shows instead of the mailbox.
#[derive(Debug)]
pub(super) struct Search {
    state: SearchState,
    /// What was found, the newest first.
    pub(super) found: Vec<Uid>,
    /// Tells the answer to this search from that to one before it.
    serial: u64,
}

/// More UIDs than this in one answer are not taken in.
const MOST_FOUND: usize = 100_000;

impl Imap {
    /// Searches for these words, or shows the mailbox again where there are none.
    pub(super) fn search_for(&mut self, core: &mut Core, now: Instant, text: &str) {
        self.search = None;
        self.searches += 1;
        let serial = self.searches;
        core.dirty = true;
        if text.trim().is_empty() {
            core.change(Change::Search(None));
            return self.fetch_rows(core, now);
        }
        self.search = Some(Search {
            state: SearchState {
                text: text.to_owned(),
                searched: Searched::Server,
                done: false,
            },
            found: Vec::new(),
            serial,
        });
        let keys = text.split_whitespace();
        let search = Command::Search {
            uid: true,
            returns: None,
            charset: (!text.is_ascii()).then(|| "UTF-8".to_owned()),
            keys: keys
                .map(|word| SearchKey::Text(word.as_bytes().to_vec()))
                .collect(),
        };
        let asked =
            self.selected().is_some() && self.issue(core, now, Task::Search { serial }, search);
        if asked {
            self.tell_search(core);
        } else {
            self.search_here(core);
        }
    }

    /// The answer's numbers, in either of its forms.
    pub(super) fn found(&mut self, serial: u64, response: &Untagged) {
        let Some(search) = self.search.as_mut().filter(|s| s.serial == serial) else {
            return;
        };
        match response {
            Untagged::Search {
                found: Found::Uid(uids),
                ..
            } => search.found.extend(uids),
            Untagged::ExtendedSearch(ExtendedSearch::Uid(found)) => {
                if let Some(all) = &found.all {
                    search.found.extend(all.numbers(Uid(u32::MAX), MOST_FOUND));
                }
            }
            _ => return,
        }
        search.found.sort_unstable_by(|a, b| b.cmp(a));
        search.found.dedup();
        search.found.truncate(MOST_FOUND);
    }

    pub(super) fn search_done(
        &mut self,
        core: &mut Core,
        now: Instant,
        serial: u64,
        result: &Result<StatusText, Refused>,
    ) {
        let Some(search) = self.search.as_mut().filter(|s| s.serial == serial) else {
            return;
        };
        if result.is_err() {
            // Some servers know no charset but their own.
            return self.search_here(core);
        }
        search.state.done = true;
        self.tell_search(core);
        core.dirty = true;
        self.fetch_rows(core, now);
    }

    /// The server will not answer any more.
    pub(super) fn search_lost(&mut self, core: &mut Core) {
        if self.search.as_ref().is_some_and(|s| !s.state.done) {
            self.search_here(core);
        }
    }

    /// Looks through what is on this device.
    fn search_here(&mut self, core: &mut Core) {
        let total = self.exists();
        let Some(search) = &mut self.search else {
            return;
        };
        let (found, state) = core.search(self.record.id, &search.state.text, total);
        search.found = found.iter().map(|found| Uid(found.position)).collect();
        search.state = state;
        self.tell_search(core);
        core.dirty = true;
    }

    fn tell_search(&self, core: &mut Core) {
        let state = self.search.as_ref().map(|search| search.state.clone());
        core.change(Change::Search(state));
    }

    /// Asks for the rows in the window of what was found that are not here.
    pub(super) fn fetch_found(&mut self, core: &mut Core, now: Instant) {
        let (Some(search), Some(validity)) = (&self.search, self.validity()) else {
            return;
        };
        let (first, end) = core.window.clip(search.total());
        let mut missing = search.found[first as usize..end as usize].to_vec();
        let known = core.store.by_uids(self.record.id, validity, &missing);
        let known: Vec<_> = core
            .stored(known)
            .iter()
            .filter(|message| message.summary.is_some())
            .filter_map(porthole_store::StoredMessage::uid)
            .collect();
        missing.retain(|uid| !known.contains(uid));
        if missing.is_empty() {
            return;
        }
        let fetch = Command::Fetch {
            messages: Messages::Uid(set(missing)),
            items: self.row_items(),
            changed_since: None,
            vanished: false,
        };
        self.fetching_rows = self.issue(core, now, Task::Rows, fetch);
    }
}

impl Search {
    pub(super) fn total(&self) -> u32 {
        self.found.len() as u32
    }
}
