//! SELECT, EXAMINE, CLOSE and UNSELECT: RFC 9051 sections 6.3.2, 6.3.3, 6.4.1 and 6.4.2.

use std::collections::BTreeSet;

use porthole_imap::{
    types::{
        command::{Messages, SelectParameter},
        flag::Flag,
        mailbox::MailboxName,
        number::{ModSeq, Uid, UidValidity},
        set::UidSet,
    },
    wire::Encoder,
};

use super::{
    ImapSession, Selected, State,
    reply::Completion,
    view::{View, meant, write_vanished},
};
use crate::{
    mailboxes::{Mailbox, SYSTEM_FLAGS},
    session::World,
};

impl ImapSession {
    pub(super) fn select(
        &mut self,
        name: &MailboxName,
        read_only: bool,
        parameters: &[SelectParameter],
        world: &mut World,
    ) -> Completion {
        let known = parameters.iter().find_map(Known::of);
        if known.is_some() && !self.enabled.q_resync {
            return Completion::bad("QRESYNC is not enabled");
        }
        self.enabled.cond_store |= parameters.contains(&SelectParameter::CondStore);
        // Whatever comes of it, the mailbox that was open is closed (RFC 9051 section 6.3.2).
        let was_open = matches!(self.state, State::Selected(_));
        self.unselect();
        let (Some(user), enabled) = (self.user().map(str::to_owned), self.enabled) else {
            return Completion::bad("sign in first");
        };
        let asked = self.asked();
        if world.faults.renews(asked, name.as_str())
            && let Some(account) = self.account(world)
        {
            account.renew(name.as_str());
        }
        let mut out = self.encoder();
        if was_open && (enabled.rev2 || enabled.q_resync) {
            out.raw("* OK [CLOSED] the mailbox that was open\r\n");
        }
        let Some(mailbox) = self
            .account(world)
            .and_then(|account| account.mailbox_mut(name.as_str()))
        else {
            self.outbox.bytes.extend(out.into_bytes());
            return Completion::nonexistent();
        };
        let view = View::new(mailbox, read_only, !enabled.rev2);
        let flags = flags_in_use(mailbox);
        out.raw("* FLAGS ").flags(&flags).raw("\r\n");
        out.raw("* ").display(view.len()).raw(" EXISTS\r\n");
        if !enabled.rev2 {
            out.raw("* ").display(view.recent()).raw(" RECENT\r\n");
            let unseen = mailbox
                .messages()
                .iter()
                .position(|message| !message.flags.contains(&Flag::Seen));
            if let Some(at) = unseen {
                out.raw("* OK [UNSEEN ").display(at + 1);
                out.raw("] the first that was not read\r\n");
            }
        }
        let permanent = if read_only {
            Vec::new()
        } else {
            [flags, vec![Flag::AnyKeyword]].concat()
        };
        out.raw("* OK [PERMANENTFLAGS ").flags(&permanent);
        out.raw("] these are kept\r\n* OK [UIDVALIDITY ");
        out.display(mailbox.uid_validity());
        out.raw("] UIDs are valid\r\n* OK [UIDNEXT ");
        out.display(mailbox.uid_next());
        out.raw("] the next UID\r\n* OK [HIGHESTMODSEQ ");
        out.display(mailbox.highest_mod_seq());
        out.raw("] the last change\r\n");
        if enabled.rev2 {
            out.raw("* LIST () \"/\" ").mailbox(name).raw("\r\n");
        }
        let mut selected = Selected {
            user,
            view,
            saved: Vec::new(),
        };
        if let Some(known) = known
            && known.validity == mailbox.uid_validity()
        {
            selected.catch_up(&mut out, &known, mailbox);
        }
        self.outbox.bytes.extend(out.into_bytes());
        self.state = State::Selected(selected);
        if read_only {
            Completion::ok("open for reading").code("READ-ONLY")
        } else {
            Completion::ok("open").code("READ-WRITE")
        }
    }

    /// CLOSE: removes what is marked, without a word.
    pub(super) fn close(&mut self, world: &mut World) -> Completion {
        if let Some((selected, mailbox)) = self.open(world)
            && !selected.view.read_only
        {
            mailbox.expunge(|message| message.flags.contains(&Flag::Deleted));
        }
        self.unselect()
    }

    pub(super) fn unselect(&mut self) -> Completion {
        if let State::Selected(Selected { user, .. }) = &mut self.state {
            let user = std::mem::take(user);
            self.state = State::Authenticated { user };
        }
        Completion::ok("closed")
    }
}

/// What a client knows of a mailbox from an earlier session (RFC 7162 section 3.2.5).
struct Known<'a> {
    validity: UidValidity,
    mod_seq: ModSeq,
    uids: Option<&'a UidSet>,
}

impl<'a> Known<'a> {
    fn of(parameter: &'a SelectParameter) -> Option<Self> {
        match parameter {
            SelectParameter::CondStore => None,
            SelectParameter::QResync {
                validity,
                mod_seq,
                known,
                ..
            } => Some(Self {
                validity: *validity,
                mod_seq: *mod_seq,
                uids: known.as_ref(),
            }),
        }
    }
}

impl Selected {
    /// Tells what became of the messages that the client knows: which are gone, and which have
    /// other flags (RFC 7162 section 3.2.5.1).
    fn catch_up(&mut self, out: &mut Encoder, known: &Known<'_>, mailbox: &Mailbox) {
        let last = Uid(mailbox.uid_next().0.saturating_sub(1));
        let all = UidSet::range(Uid(1), last);
        let uids = known.uids.unwrap_or(&all);
        let gone = mailbox.vanished_since(known.mod_seq);
        write_vanished(out, true, &meant(&gone, uids, last));
        let changed = Messages::Uid(uids.clone());
        for (seq, uid) in self.view.resolve(&changed).unwrap_or_default() {
            let message = mailbox.message(uid);
            if message.is_some_and(|message| message.mod_seq > known.mod_seq) {
                self.write_flags(out, seq, uid, mailbox, true);
            }
        }
    }
}

/// The system flags and every keyword that a message has.
fn flags_in_use(mailbox: &Mailbox) -> Vec<Flag> {
    let used: BTreeSet<&Flag> = mailbox
        .messages()
        .iter()
        .flat_map(|message| &message.flags)
        .filter(|flag| !SYSTEM_FLAGS.contains(flag))
        .collect();
    SYSTEM_FLAGS
        .into_iter()
        .chain(used.into_iter().cloned())
        .collect()
}
