//! Undoing a move: on the side connection, which may open another mailbox.

use porthole_imap::types::{command::Command, number::UidValidity, set::UidSet};

use super::{
    Imap,
    deeds::{move_or_copy, removal},
    side::Task,
};
use crate::{change::FailureKind, core::Core};

/// Messages that were moved and are to go back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MoveBack {
    /// Where they are.
    pub(super) from: String,
    /// The generation in which they have these UIDs.
    pub(super) validity: UidValidity,
    pub(super) uids: UidSet,
    pub(super) to: String,
}

impl Imap {
    /// The mailbox is open that the moved messages are in: they go back, if their UIDs still mean
    /// them (RFC 9051 section 2.3.1.1).
    pub(super) fn move_back(&mut self, core: &mut Core, back: MoveBack) {
        let Some(link) = &mut self.side.link else {
            return;
        };
        let validity = link.client.selected().and_then(|open| open.uid_validity);
        if validity == Some(back.validity) {
            let mailbox = self.mailboxes.wire_name(&back.to);
            let (command, remove) = move_or_copy(&link.client, back.uids, mailbox);
            link.issue(command, Task::MoveBack { remove }, None);
        } else {
            let words = format!(
                "{} was made anew on the server, so the messages in it cannot be told apart",
                back.from
            );
            core.fail(None, FailureKind::Refused, words);
            link.issue(Command::Unselect, Task::Silent, None);
        }
    }

    /// The messages are back; copies are removed from where they were.
    pub(super) fn moved_back(&mut self, remove: Option<UidSet>) {
        let Some(link) = &mut self.side.link else {
            return;
        };
        let commands = remove.map(|uids| removal(&link.client, uids));
        for command in commands.into_iter().flatten() {
            link.issue(command, Task::Remove, None);
        }
        link.issue(Command::Unselect, Task::Silent, None);
    }
}
