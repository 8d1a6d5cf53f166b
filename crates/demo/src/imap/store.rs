//! STORE: RFC 9051 section 6.4.6, RFC 7162 section 3.1.3.

use std::collections::BTreeSet;

use porthole_imap::{
    types::{
        command::{Messages, StoreAction},
        flag::Flag,
        number::{ModSeq, SeqNum, Uid},
        set::{SeqSet, UidSet},
    },
    wire::Encoder,
};

use super::{ImapSession, Selected, reply::Completion};
use crate::{mailboxes::Mailbox, session::World};

/// What STORE does to each message.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) unchanged_since: Option<ModSeq>,
    pub(super) action: StoreAction,
    pub(super) silent: bool,
    pub(super) flags: Vec<Flag>,
}

impl ImapSession {
    pub(super) fn store(
        &mut self,
        messages: &Messages,
        change: &Change,
        world: &mut World,
    ) -> Completion {
        self.enabled.cond_store |= change.unchanged_since.is_some();
        let cond_store = self.enabled.cond_store;
        let mut out = self.encoder();
        let Some((selected, mailbox)) = self.open(world) else {
            return Completion::gone();
        };
        if selected.view.read_only {
            return Completion::read_only();
        }
        let Some(chosen) = selected.view.resolve(messages) else {
            return Completion::bad("no message has that number");
        };
        let (mut modified, mut gone) = (Vec::new(), false);
        for (seq, uid) in chosen {
            let Some(message) = mailbox.message(uid) else {
                gone = true;
                continue;
            };
            if change
                .unchanged_since
                .is_some_and(|since| message.mod_seq > since)
            {
                modified.push((seq, uid));
                continue;
            }
            let flags = change.apply(&message.flags);
            // Somebody else's change would be hidden by what this one leaves unsaid.
            let knows = selected.view.knows(message);
            mailbox.set_flags(uid, flags);
            if change.silent && knows {
                selected.tell_mod_seq(
                    &mut out,
                    seq,
                    uid,
                    mailbox,
                    change.unchanged_since.is_some(),
                );
            } else {
                selected.write_flags(&mut out, seq, uid, mailbox, cond_store);
            }
        }
        self.outbox.bytes.extend(out.into_bytes());
        let done = if gone {
            Completion::no("some of the messages are gone").code("EXPUNGEISSUED")
        } else {
            Completion::ok("stored")
        };
        if modified.is_empty() {
            return done;
        }
        let set = match messages {
            Messages::Seq(_) => SeqSet::from_iter(modified.iter().map(|&(seq, _)| seq)).to_string(),
            Messages::Uid(_) => UidSet::from_iter(modified.iter().map(|&(_, uid)| uid)).to_string(),
        };
        Completion::ok("some of the messages had changed").code(format!("MODIFIED {set}"))
    }
}

impl Change {
    fn apply(&self, flags: &BTreeSet<Flag>) -> BTreeSet<Flag> {
        let given = self.flags.iter().filter(|flag| storable(flag)).cloned();
        match self.action {
            StoreAction::Replace => given.collect(),
            StoreAction::Add => flags.iter().cloned().chain(given).collect(),
            StoreAction::Remove => {
                let given: BTreeSet<_> = given.collect();
                flags.difference(&given).cloned().collect()
            }
        }
    }
}

impl Selected {
    /// A FETCH response that tells a message's flags; the session then knows them.
    pub(super) fn write_flags(
        &mut self,
        out: &mut Encoder,
        seq: SeqNum,
        uid: Uid,
        mailbox: &Mailbox,
        mod_seq: bool,
    ) {
        let Some(message) = mailbox.message(uid) else {
            return;
        };
        self.view.set_told(message);
        out.raw("* ").display(seq).raw(" FETCH (UID ").display(uid);
        out.raw(" FLAGS ").flags(&self.flags_of(uid, mailbox));
        if mod_seq {
            out.raw(" MODSEQ (").display(message.mod_seq).raw(")");
        }
        out.raw(")\r\n");
    }

    /// After a silent STORE nothing is told, but its new modification sequence where the STORE was
    /// conditional (RFC 7162 section 3.1.3).
    fn tell_mod_seq(
        &mut self,
        out: &mut Encoder,
        seq: SeqNum,
        uid: Uid,
        mailbox: &Mailbox,
        conditional: bool,
    ) {
        let Some(message) = mailbox.message(uid) else {
            return;
        };
        self.view.set_told(message);
        if conditional {
            out.raw("* ").display(seq).raw(" FETCH (UID ").display(uid);
            out.raw(" MODSEQ (").display(message.mod_seq).raw("))\r\n");
        }
    }

    /// A message's flags as this session sees them.
    pub(super) fn flags_of(&self, uid: Uid, mailbox: &Mailbox) -> Vec<Flag> {
        let message = mailbox.message(uid);
        let mut flags: Vec<Flag> = message
            .map(|message| message.flags.iter().cloned().collect())
            .unwrap_or_default();
        if self.view.is_recent(uid) {
            flags.push(Flag::Recent);
        }
        flags
    }
}

/// Whether a client can set this flag.
pub(super) fn storable(flag: &Flag) -> bool {
    !matches!(flag, Flag::Recent | Flag::AnyKeyword | Flag::Extension(_))
}
