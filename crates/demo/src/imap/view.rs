//! What a session believes of its mailbox: RFC 9051 sections 5.2, 5.5 and 7.5.1.

use std::{collections::BTreeSet, ops::Range};

use porthole_imap::{
    types::{
        command::Messages,
        flag::Flag,
        number::{ModSeq, SeqNum, Uid, UidValidity},
        set::{Endpoint, UidSet},
    },
    wire::Encoder,
};

use super::{ImapSession, Selected, State, notify::Watch};
use crate::{
    mailboxes::{Mailbox, MailboxId, Message},
    session::World,
    snapshot::{self, Place},
};

/// The messages of a mailbox as this session numbers them. A message that is gone keeps its number
/// until the session may be told.
#[derive(Debug)]
pub(super) struct View {
    mailbox: MailboxId,
    validity: UidValidity,
    pub(super) read_only: bool,
    entries: Vec<Entry>,
    /// Messages from this UID on are `\Recent` here; IMAP4rev2 has no such flag.
    recent_from: Uid,
    /// The last change of the mailbox that is all taken up; nothing is looked at before the next.
    synced: Option<ModSeq>,
}

#[derive(Debug)]
struct Entry {
    uid: Uid,
    /// The last change of its flags that the session was told of, or had not to be.
    told: ModSeq,
    /// Its flags as the session was told them last.
    flags: Option<BTreeSet<Flag>>,
}

impl Entry {
    fn new(message: &Message) -> Self {
        Self {
            uid: message.uid,
            told: message.mod_seq,
            flags: None,
        }
    }
}

/// What a session has to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    Expunge(SeqNum, Uid),
    /// How many there are now, and how many of them are new.
    Exists(u32, u32),
    Flags(SeqNum, Uid),
}

impl View {
    pub(super) fn new(mailbox: &mut Mailbox, read_only: bool, knows_recent: bool) -> Self {
        Self {
            mailbox: mailbox.id(),
            validity: mailbox.uid_validity(),
            read_only,
            entries: mailbox.messages().iter().map(Entry::new).collect(),
            recent_from: if knows_recent {
                mailbox.first_recent(!read_only)
            } else {
                Uid(u32::MAX)
            },
            synced: None,
        }
    }

    pub(super) fn mailbox(&self) -> MailboxId {
        self.mailbox
    }

    pub(super) fn validity(&self) -> UidValidity {
        self.validity
    }

    pub(super) fn len(&self) -> u32 {
        self.entries.len() as u32
    }

    /// Whether the message has a number here, be it gone or not.
    pub(super) fn contains(&self, uid: Uid) -> bool {
        let found = self.entries.binary_search_by_key(&uid, |entry| entry.uid);
        found.is_ok()
    }

    pub(super) fn is_recent(&self, uid: Uid) -> bool {
        uid >= self.recent_from
    }

    pub(super) fn recent(&self) -> usize {
        let recent = |entry: &&Entry| self.is_recent(entry.uid);
        self.entries.iter().filter(recent).count()
    }

    /// Every message with its number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (SeqNum, Uid)> {
        (1..)
            .zip(&self.entries)
            .map(|(number, entry)| (SeqNum(number), entry.uid))
    }

    /// So many messages at the end.
    fn newest(&self, count: u32) -> Vec<(SeqNum, Uid)> {
        let known = self.len().saturating_sub(count) as usize;
        self.iter().skip(known).collect()
    }

    pub(super) fn last_uid(&self) -> Uid {
        self.entries.last().map_or(Uid(0), |entry| entry.uid)
    }

    /// The messages that a set means, in ascending order; `None` if it names a number that no
    /// message has. A UID that none has means nothing.
    pub(super) fn resolve(&self, messages: &Messages) -> Option<Vec<(SeqNum, Uid)>> {
        // Ranges of places, from 0.
        let ranges: Vec<Range<usize>> = match messages {
            Messages::Uid(uids) => uids
                .resolve(self.last_uid())
                .map(|range| between(&self.entries, range, |entry| entry.uid))
                .collect(),
            Messages::Seq(seqs) => {
                let last = SeqNum(self.len());
                let unknown = |end| matches!(end, Endpoint::Number(n) if n == 0 || n > last.0);
                let ranges = seqs.ranges();
                // `5:*` means the last message where there are fewer than five.
                if ranges
                    .iter()
                    .any(|&(a, b)| (unknown(a) && b != Endpoint::Last) || unknown(b))
                {
                    return None;
                }
                seqs.resolve(last)
                    .map(|(first, end)| first.saturating_sub(1) as usize..end.min(last.0) as usize)
                    .collect()
            }
        };
        let chosen = places(ranges).map(|at| (SeqNum(at as u32 + 1), self.entries[at].uid));
        Some(chosen.collect())
    }

    /// Whether the session was told of the message's last change.
    pub(super) fn knows(&self, message: &Message) -> bool {
        let found = self
            .entries
            .binary_search_by_key(&message.uid, |entry| entry.uid);
        found.is_ok_and(|at| self.entries[at].told >= message.mod_seq)
    }

    /// The session has just been told this message's flags.
    pub(super) fn set_told(&mut self, message: &Message) {
        let entries = &mut self.entries;
        if let Ok(at) = entries.binary_search_by_key(&message.uid, |entry| entry.uid) {
            entries[at].told = message.mod_seq;
            entries[at].flags = Some(message.flags.clone());
        }
    }

    /// What the session believes, and what of it is no longer so.
    fn snapshot(&self, mailbox: Option<&Mailbox>) -> Vec<Place> {
        let place = |(number, entry): (u32, &Entry)| {
            let message = mailbox.and_then(|mailbox| mailbox.message(entry.uid));
            let wire = |flags: &BTreeSet<Flag>| flags.iter().map(Flag::to_string).collect();
            let now = message.map(|message| &message.flags);
            Place {
                seq: SeqNum(number),
                uid: entry.uid,
                flags: entry.flags.as_ref().map(wire),
                gone: message.is_none(),
                outdated: now.is_some() && entry.flags.is_some() && now != entry.flags.as_ref(),
            }
        };
        (1..).zip(&self.entries).map(place).collect()
    }

    /// Takes up what changed in the mailbox. Without `expunges`, messages that are gone stay.
    pub(super) fn sync(&mut self, mailbox: &Mailbox, expunges: bool) -> Vec<News> {
        let mut news = Vec::new();
        if self.synced == Some(mailbox.highest_mod_seq()) {
            return news;
        }
        if expunges {
            let mut number = 1;
            self.entries.retain(|entry| {
                let stays = mailbox.message(entry.uid).is_some();
                if stays {
                    number += 1;
                } else {
                    news.push(News::Expunge(SeqNum(number), entry.uid));
                }
                stays
            });
        }
        let last = self.last_uid();
        let messages = mailbox.messages();
        let new = messages.partition_point(|message| message.uid <= last);
        if new < messages.len() {
            self.entries.extend(messages[new..].iter().map(Entry::new));
            let added = (messages.len() - new) as u32;
            news.push(News::Exists(self.len(), added));
        }
        for (number, entry) in (1..).zip(&mut self.entries) {
            if let Some(message) = mailbox.message(entry.uid)
                && message.mod_seq > entry.told
            {
                entry.told = message.mod_seq;
                news.push(News::Flags(SeqNum(number), entry.uid));
            }
        }
        // What is held back now must be found again.
        let all = self.entries.len() == messages.len();
        self.synced = all.then(|| mailbox.highest_mod_seq());
        news
    }
}

/// `VANISHED` (RFC 7162 section 3.2.10), unless nothing has.
pub(super) fn write_vanished(out: &mut Encoder, earlier: bool, uids: &UidSet) {
    if !uids.is_empty() {
        let earlier = if earlier { "(EARLIER) " } else { "" };
        out.raw("* VANISHED ")
            .raw(earlier)
            .display(uids)
            .raw("\r\n");
    }
}

/// Those of `uids`, which ascend, that a set means.
pub(super) fn meant(uids: &[Uid], set: &UidSet, last: Uid) -> UidSet {
    let ranges = set
        .resolve(last)
        .map(|range| between(uids, range, |&uid| uid));
    places(ranges.collect()).map(|at| uids[at]).collect()
}

/// Where the UIDs of a range stand.
fn between<T>(entries: &[T], (first, last): (u32, u32), uid: fn(&T) -> Uid) -> Range<usize> {
    let start = entries.partition_point(|entry| uid(entry).0 < first);
    let end = entries.partition_point(|entry| uid(entry).0 <= last);
    start..end
}

/// Every place that is in one of the ranges, once and ascending. A set may be thousands of ranges,
/// overlapping, and a mailbox long.
fn places(mut ranges: Vec<Range<usize>>) -> impl Iterator<Item = usize> {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut next = 0;
    ranges.into_iter().flat_map(move |range| {
        let fresh = range.start.max(next)..range.end;
        next = next.max(range.end);
        fresh
    })
}

impl Selected {
    pub(super) fn snapshot(&self, idle: bool, world: &World) -> snapshot::Selected {
        let account = world.mailboxes.account(&self.user);
        let found = account.and_then(|account| account.by_id(self.view.mailbox));
        let same = |mailbox: &&Mailbox| mailbox.uid_validity() == self.view.validity;
        snapshot::Selected {
            user: self.user.clone(),
            mailbox: found.map(|(name, _)| name.to_owned()),
            uid_validity: self.view.validity,
            read_only: self.view.read_only,
            idle,
            view: self
                .view
                .snapshot(found.map(|(_, mailbox)| mailbox).filter(same)),
        }
    }
}

impl ImapSession {
    /// Tells the session what changed in its mailbox, as far as it may be told now.
    pub(super) fn sync(&mut self, world: &mut World, expunges: bool) {
        if !matches!(self.state, State::Selected(_)) {
            return;
        }
        let enabled = self.enabled;
        let asked = self.watch.as_ref().and_then(Watch::selected).cloned();
        let mut out = self.encoder();
        let Some((selected, mailbox)) = self.open(world) else {
            return self.bye("the open mailbox was deleted, or begun anew");
        };
        let mut news = selected.view.sync(mailbox, expunges);
        if enabled.q_resync {
            let vanished = |news: &mut News| match news {
                News::Expunge(_, uid) => Some(*uid),
                News::Exists(..) | News::Flags(..) => None,
            };
            let uids = news.extract_if(.., |news| vanished(news).is_some());
            let uids: UidSet = uids.filter_map(|mut news| vanished(&mut news)).collect();
            write_vanished(&mut out, false, &uids);
        }
        for news in news {
            match news {
                News::Expunge(seq, _) => {
                    out.raw("* ").display(seq).raw(" EXPUNGE\r\n");
                }
                News::Exists(count, added) => {
                    out.raw("* ").display(count).raw(" EXISTS\r\n");
                    if !enabled.rev2 {
                        let recent = selected.view.recent();
                        out.raw("* ").display(recent).raw(" RECENT\r\n");
                    }
                    if let Some(events) = asked.as_ref().filter(|events| !events.items.is_empty()) {
                        let new = selected.view.newest(added);
                        for (seq, uid) in new {
                            selected.write_message(&mut out, seq, uid, mailbox, &events.items);
                        }
                    }
                }
                News::Flags(..) if asked.as_ref().is_some_and(|events| !events.flags) => {}
                News::Flags(seq, uid) => {
                    selected.write_flags(&mut out, seq, uid, mailbox, enabled.cond_store);
                }
            }
        }
        self.outbox.bytes.extend(out.into_bytes());
    }
}
