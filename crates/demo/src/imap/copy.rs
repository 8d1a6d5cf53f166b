//! COPY and MOVE: RFC 9051 sections 6.4.7 and 6.4.8, RFC 4315, RFC 6851.

use porthole_imap::types::{command::Messages, mailbox::MailboxName, number::Uid, set::UidSet};

use super::{ImapSession, reply::Completion};
use crate::{mailboxes::Message, session::World};

impl ImapSession {
    pub(super) fn copy(
        &mut self,
        messages: &Messages,
        target: &MailboxName,
        moves: bool,
        world: &mut World,
    ) -> Completion {
        let Some((selected, mailbox)) = self.open(world) else {
            return Completion::gone();
        };
        if moves && selected.view.read_only {
            return Completion::read_only();
        }
        let Some(chosen) = selected.view.resolve(messages) else {
            return Completion::bad("no message has that number");
        };
        let found: Vec<Message> = chosen
            .iter()
            .filter_map(|&(_, uid)| mailbox.message(uid).cloned())
            .collect();
        if found.len() < chosen.len() {
            // RFC 9051 section 6.4.7: all or nothing.
            return Completion::no("some of the messages are gone").code("EXPUNGEISSUED");
        }
        let Some(target) = self
            .account(world)
            .and_then(|account| account.mailbox_mut(target.as_str()))
        else {
            return Completion::no("no such mailbox").code("TRYCREATE");
        };
        if found.is_empty() {
            return Completion::ok("there was nothing to copy");
        }
        let copies: UidSet = found
            .iter()
            .map(|message| {
                let flags = message.flags.clone();
                target.append(message.content.clone(), flags, message.internal_date)
            })
            .collect();
        let validity = target.uid_validity();
        let source: Vec<Uid> = found.iter().map(|message| message.uid).collect();
        let set: UidSet = source.iter().copied().collect();
        let code = format!("COPYUID {validity} {set} {copies}");
        if !moves {
            return Completion::ok("copied").code(code);
        }
        // RFC 6851 section 4.3: the code comes before the messages go.
        self.write(|out| {
            out.raw("* OK [").raw(&code).raw("] moved\r\n");
        });
        if let Some((_, mailbox)) = self.open(world) {
            mailbox.expunge(|message| source.contains(&message.uid));
        }
        self.sync(world, true);
        Completion::ok("moved")
    }
}
