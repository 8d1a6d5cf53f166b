//! One mailbox and its messages.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use porthole_imap::types::{
    datetime::DateTime,
    flag::Flag,
    mailbox::SpecialUse,
    number::{ModSeq, Uid, UidValidity},
};

use super::Content;

/// Names a mailbox for good, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailboxId(pub(super) u32);

/// A mailbox: messages in the order of their UIDs.
#[derive(Debug)]
pub struct Mailbox {
    id: MailboxId,
    uid_validity: UidValidity,
    uid_next: Uid,
    highest_mod_seq: ModSeq,
    special_use: Option<SpecialUse>,
    messages: Vec<Message>,
    /// Messages from this UID on were not yet shown to any session as `\Recent`.
    first_recent: Uid,
    /// Messages that are gone, and when they went, in that order.
    vanished: VecDeque<(ModSeq, Uid)>,
    /// What went up to here is not remembered.
    remembers_from: ModSeq,
}

/// A message in a mailbox.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its unique identifier.
    pub uid: Uid,
    /// Its flags and keywords, without `\Recent`, which is a session's.
    pub flags: BTreeSet<Flag>,
    /// When it came.
    pub internal_date: DateTime,
    /// When it was changed last.
    pub mod_seq: ModSeq,
    /// Its octets, shared by its copies.
    pub content: Arc<Content>,
}

impl Mailbox {
    pub(super) fn new(
        id: MailboxId,
        uid_validity: UidValidity,
        special_use: Option<SpecialUse>,
    ) -> Self {
        Self {
            id,
            uid_validity,
            uid_next: Uid(1),
            highest_mod_seq: ModSeq(1),
            special_use,
            messages: Vec::new(),
            first_recent: Uid(1),
            vanished: VecDeque::new(),
            remembers_from: ModSeq(0),
        }
    }

    pub(crate) fn id(&self) -> MailboxId {
        self.id
    }

    /// Which generation its UIDs belong to.
    pub fn uid_validity(&self) -> UidValidity {
        self.uid_validity
    }

    /// Begins a new generation: what clients know of its messages is void. For tests of clients.
    pub fn set_uid_validity(&mut self, uid_validity: UidValidity) {
        self.uid_validity = uid_validity;
    }

    /// Begins a new generation, in which the messages have UIDs from 1 on.
    pub(super) fn renew(&mut self, uid_validity: UidValidity) {
        self.uid_validity = uid_validity;
        self.uid_next = Uid(1);
        let recent = self.first_recent;
        self.first_recent = Uid(1);
        let mod_seq = self.next_mod_seq();
        for message in &mut self.messages {
            let uid = self.uid_next;
            self.uid_next = Uid(uid.0 + 1);
            if message.uid < recent {
                self.first_recent = self.uid_next;
            }
            (message.uid, message.mod_seq) = (uid, mod_seq);
        }
        self.vanished.clear();
    }

    /// The UID that the next message gets.
    pub fn uid_next(&self) -> Uid {
        self.uid_next
    }

    /// When anything in it was changed last.
    pub fn highest_mod_seq(&self) -> ModSeq {
        self.highest_mod_seq
    }

    /// What it is for.
    pub fn special_use(&self) -> Option<SpecialUse> {
        self.special_use
    }

    /// Its messages by ascending UID.
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// The message of that UID.
    pub fn message(&self, uid: Uid) -> Option<&Message> {
        let at = self.messages.binary_search_by_key(&uid, |m| m.uid).ok()?;
        Some(&self.messages[at])
    }

    /// Adds a message.
    pub fn append(
        &mut self,
        content: Arc<Content>,
        flags: BTreeSet<Flag>,
        internal_date: DateTime,
    ) -> Uid {
        let uid = self.uid_next;
        self.uid_next = Uid(uid.0.saturating_add(1));
        let mod_seq = self.next_mod_seq();
        self.messages.push(Message {
            uid,
            flags,
            internal_date,
            mod_seq,
            content,
        });
        uid
    }

    /// Gives a message other flags; nothing changes if they are what it has.
    pub fn set_flags(&mut self, uid: Uid, flags: BTreeSet<Flag>) {
        let Ok(at) = self.messages.binary_search_by_key(&uid, |m| m.uid) else {
            return;
        };
        if self.messages[at].flags != flags {
            let mod_seq = self.next_mod_seq();
            self.messages[at].flags = flags;
            self.messages[at].mod_seq = mod_seq;
        }
    }

    /// Removes the messages that are meant, and gives them.
    pub fn expunge(&mut self, is_meant: impl Fn(&Message) -> bool) -> Vec<Message> {
        let removed: Vec<_> = self.messages.extract_if(.., |m| is_meant(m)).collect();
        if !removed.is_empty() {
            let at = self.next_mod_seq();
            let went = removed.iter().map(|message| (at, message.uid));
            self.vanished.extend(went);
            while self.vanished.len() > MAX_REMEMBERED
                && let Some((at, _)) = self.vanished.pop_front()
            {
                self.remembers_from = at;
            }
        }
        removed
    }

    /// The messages that went after `since`, by ascending UID. Where that is not remembered, all
    /// that ever went (RFC 7162 section 3.2.5.2).
    pub(crate) fn vanished_since(&self, since: ModSeq) -> Vec<Uid> {
        let mut uids: Vec<Uid> = if since >= self.remembers_from {
            let first = self.vanished.partition_point(|&(at, _)| at <= since);
            self.vanished.range(first..).map(|&(_, uid)| uid).collect()
        } else {
            let all = (1..self.uid_next.0).map(Uid);
            all.filter(|&uid| self.message(uid).is_none()).collect()
        };
        uids.sort_unstable();
        uids
    }

    /// How many messages have not got this flag.
    pub(crate) fn count_without(&self, flag: &Flag) -> usize {
        let lacks = |message: &&Message| !message.flags.contains(flag);
        self.messages.iter().filter(lacks).count()
    }

    /// The octets of all messages.
    pub(crate) fn octets(&self) -> u64 {
        let octets = |message: &Message| message.content.octets().len() as u64;
        self.messages.iter().map(octets).sum()
    }

    /// The first UID that no session has seen; with `take`, the caller has seen them all.
    pub(crate) fn first_recent(&mut self, take: bool) -> Uid {
        let first = self.first_recent;
        if take {
            self.first_recent = self.uid_next;
        }
        first
    }

    /// As [`first_recent`](Self::first_recent) for a look only.
    pub(crate) fn recent_from(&self) -> Uid {
        self.first_recent
    }

    fn next_mod_seq(&mut self) -> ModSeq {
        self.highest_mod_seq = ModSeq(self.highest_mod_seq.0 + 1);
        self.highest_mod_seq
    }
}

/// How many messages that are gone are remembered: more than a lesson or a test removes.
const MAX_REMEMBERED: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_is_not_remembered_is_made_up_for() {
        let mut mailbox = Mailbox::new(MailboxId(1), UidValidity(1), None);
        let content = Arc::new(Content::new("x"));
        let count = MAX_REMEMBERED as u32 + 2;
        for _ in 0..count {
            mailbox.append(content.clone(), BTreeSet::new(), DateTime::from_unix(0));
        }
        mailbox.expunge(|message| message.uid == Uid(7));
        let early = mailbox.highest_mod_seq();
        assert_eq!(mailbox.vanished_since(ModSeq(1)), [Uid(7)]);
        assert_eq!(mailbox.vanished_since(early), []);
        mailbox.expunge(|message| message.uid == Uid(5));
        assert_eq!(mailbox.vanished_since(early), [Uid(5)]);
        mailbox.expunge(|message| message.uid != Uid(3));
        let late = mailbox.highest_mod_seq();
        let all_but = |kept: &[u32]| -> Vec<Uid> {
            let gone = (1..=count).filter(|n| !kept.contains(n));
            gone.map(Uid).collect()
        };
        assert_eq!(mailbox.vanished_since(early), all_but(&[3, 7]));
        assert_eq!(mailbox.vanished_since(ModSeq(1)), all_but(&[3]));
        assert_eq!(mailbox.vanished_since(late), []);
    }
}
