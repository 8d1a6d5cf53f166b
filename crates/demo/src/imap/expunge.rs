//! EXPUNGE and UID EXPUNGE: RFC 9051 sections 6.4.3 and 6.4.9.

use porthole_imap::types::{flag::Flag, set::UidSet};

use super::{ImapSession, reply::Completion};
use crate::session::World;

impl ImapSession {
    /// Removes what is marked, and with `uids` only of these. The EXPUNGE responses come with the
    /// news at the end of the command.
    pub(super) fn expunge(&mut self, uids: Option<&UidSet>, world: &mut World) -> Completion {
        let cond_store = self.enabled.cond_store;
        let Some((selected, mailbox)) = self.open(world) else {
            return Completion::gone();
        };
        if selected.view.read_only {
            return Completion::read_only();
        }
        let last = selected.view.last_uid();
        mailbox.expunge(|message| {
            message.flags.contains(&Flag::Deleted)
                && uids.is_none_or(|uids| uids.contains(message.uid, last))
        });
        let done = Completion::ok("expunged");
        if cond_store {
            done.code(format!("HIGHESTMODSEQ {}", mailbox.highest_mod_seq()))
        } else {
            done
        }
    }
}
