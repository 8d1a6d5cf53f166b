//! The open mailbox as this session sees it: which UID each sequence number has.
//!
//! The numbers follow what the server says exactly: EXISTS appends, EXPUNGE moves everything after
//! it up by one, VANISHED removes by UID (RFC 9051 section 7.4.1, RFC 7162 section 3.2.10).

use porthole_wire::CommandId;

use crate::types::{
    code::ResponseCode,
    flag::Flag,
    mailbox::MailboxName,
    number::{ModSeq, SeqNum, Uid, UidValidity},
    set::UidSet,
};

/// An open mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// Its name.
    pub mailbox: MailboxName,
    /// Whether nothing can be changed.
    pub read_only: bool,
    /// Its generation.
    pub uid_validity: Option<UidValidity>,
    /// The next UID at least.
    pub uid_next: Option<Uid>,
    /// The highest modification sequence; `None` where the mailbox keeps none.
    pub highest_mod_seq: Option<ModSeq>,
    /// The flags in use.
    pub flags: Vec<Flag>,
    /// The flags that can be changed for good; all in use where the server does not say.
    pub permanent_flags: Option<Vec<Flag>>,
    /// The messages.
    pub view: View,
    pub(super) by: CommandId,
}

impl Selected {
    pub(super) fn new(mailbox: MailboxName, by: CommandId) -> Self {
        Self {
            mailbox,
            read_only: false,
            uid_validity: None,
            uid_next: None,
            highest_mod_seq: None,
            flags: Vec::new(),
            permanent_flags: None,
            view: View::default(),
            by,
        }
    }

    /// Takes in a response code that describes the mailbox.
    pub(super) fn code(&mut self, code: &ResponseCode) {
        match code {
            ResponseCode::UidValidity(validity) => self.uid_validity = Some(*validity),
            ResponseCode::UidNext(next) => self.uid_next = Some(*next),
            ResponseCode::HighestModSeq(mod_seq) => self.highest_mod_seq = Some(*mod_seq),
            ResponseCode::NoModSeq => self.highest_mod_seq = None,
            ResponseCode::PermanentFlags(flags) => self.permanent_flags = Some(flags.clone()),
            ResponseCode::ReadOnly => self.read_only = true,
            ResponseCode::ReadWrite => self.read_only = false,
            _ => {}
        }
    }
}

/// Sequence numbers and what is known of their UIDs. UIDs ascend with the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// By sequence number less one; zero where the UID is not known.
    uids: Vec<u32>,
}

impl View {
    /// How many messages there are.
    pub fn exists(&self) -> u32 {
        self.uids.len() as u32
    }

    /// The UID of a message, where it is known.
    pub fn uid(&self, seq: SeqNum) -> Option<Uid> {
        let uid = *self.uids.get((seq.0 as usize).checked_sub(1)?)?;
        (uid != 0).then_some(Uid(uid))
    }

    /// The sequence number of a message, where it is known.
    pub fn seq(&self, uid: Uid) -> Option<SeqNum> {
        // A binary search over the known ones, stepping over those that are not.
        let (mut low, mut high) = (0, self.uids.len());
        while low < high {
            let middle = (low + high) / 2;
            let known = self.uids[middle..high].iter().position(|&known| known != 0);
            match known.map(|ahead| (middle + ahead, self.uids[middle + ahead])) {
                Some((at, found)) if found == uid.0 => return Some(SeqNum(at as u32 + 1)),
                Some((at, found)) if found < uid.0 => low = at + 1,
                _ => high = middle,
            }
        }
        None
    }

    /// The sequence numbers from `first` to `last` whose UID is not known, as ranges.
    pub fn unknown(&self, first: SeqNum, last: SeqNum) -> Vec<(SeqNum, SeqNum)> {
        let mut ranges: Vec<(SeqNum, SeqNum)> = Vec::new();
        for seq in first.0.max(1)..=last.0.min(self.exists()) {
            if self.uids[seq as usize - 1] != 0 {
                continue;
            }
            match ranges.last_mut() {
                Some((_, end)) if end.0 + 1 == seq => end.0 = seq,
                _ => ranges.push((SeqNum(seq), SeqNum(seq))),
            }
        }
        ranges
    }

    /// `EXISTS`. A smaller number than before is against the rules (RFC 9051 section 7.4.1); the
    /// last messages are then taken to be gone.
    pub(super) fn set_exists(&mut self, count: u32) {
        // A count is believed only as far as memory allows: 4 bytes for each message.
        self.uids.resize(count.min(MAX_EXISTS) as usize, 0);
    }

    /// `FETCH` told the UID.
    pub(super) fn learn(&mut self, seq: SeqNum, uid: Uid) {
        let Some(at) = (seq.0 as usize).checked_sub(1) else {
            return;
        };
        // A message that EXISTS did not announce: some servers do so.
        if at >= self.uids.len() && seq.0 <= MAX_EXISTS && at == self.uids.len() {
            self.uids.push(0);
        }
        if let Some(known) = self.uids.get_mut(at) {
            *known = uid.0;
        }
    }

    /// `EXPUNGE`: the UID that it had, if known; `None` where there is no such number.
    pub(super) fn expunge(&mut self, seq: SeqNum) -> Option<Option<Uid>> {
        let uid = self.uid(seq);
        let at = (seq.0 as usize)
            .checked_sub(1)
            .filter(|&at| at < self.uids.len())?;
        self.uids.remove(at);
        Some(uid)
    }

    /// `VANISHED`: removes by UID. One whose UID was not known stood among the unknown ones
    /// between its known neighbours, and which of those it was does not matter.
    pub(super) fn vanish(&mut self, uids: &UidSet) {
        let ranges: Vec<_> = uids.resolve(Uid(u32::MAX)).collect();
        let vanished = |uid: u32| {
            ranges
                .iter()
                .any(|&(first, end)| (first..=end).contains(&uid))
        };
        // How many of them lie between two known UIDs, both excluded.
        let between = |below: u32, above: u64| -> u64 {
            let (from, to) = (u64::from(below) + 1, above);
            let overlap = |&(first, end): &(u32, u32)| {
                (u64::from(end) + 1)
                    .min(to)
                    .saturating_sub(u64::from(first).max(from))
            };
            ranges.iter().map(overlap).sum()
        };
        let mut kept = Vec::with_capacity(self.uids.len());
        let (mut below, mut unknown) = (0, 0u64);
        for &uid in &self.uids {
            if uid == 0 {
                unknown += 1;
                continue;
            }
            let left = unknown.saturating_sub(between(below, uid.into()));
            kept.resize(kept.len() + left as usize, 0);
            if !vanished(uid) {
                kept.push(uid);
            }
            (below, unknown) = (uid, 0);
        }
        let left = unknown.saturating_sub(between(below, u64::from(u32::MAX) + 1));
        kept.resize(kept.len() + left as usize, 0);
        self.uids = kept;
    }
}

/// No mailbox has more messages than this; one that claims to would cost 64 MiB.
const MAX_EXISTS: u32 = 16 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn check(uids: &[u32], change: impl Fn(&mut View), expected: &[u32]) {
        let mut view = View {
            uids: uids.to_vec(),
        };
        change(&mut view);
        assert_eq!(view.uids, expected);
        for (uid, seq) in view.uids.iter().zip(1..) {
            if *uid != 0 {
                assert_eq!(view.seq(Uid(*uid)), Some(SeqNum(seq)), "{:?}", view.uids);
            }
        }
        assert_eq!(view.seq(Uid(1000)), None);
    }

    #[test]
    fn numbers_follow_the_server() {
        check(&[], |view| view.set_exists(3), &[0, 0, 0]);
        check(&[5, 0, 9], |view| view.set_exists(2), &[5, 0]);
        check(&[0, 0], |view| view.learn(SeqNum(2), Uid(7)), &[0, 7]);
        check(&[3], |view| view.learn(SeqNum(2), Uid(7)), &[3, 7]);
        check(&[3], |view| view.learn(SeqNum(9), Uid(70)), &[3]);
        check(
            &[3, 5, 0, 9],
            |view| _ = view.expunge(SeqNum(2)),
            &[3, 0, 9],
        );
        check(
            &[3, 5],
            |view| assert_eq!(view.expunge(SeqNum(3)), None),
            &[3, 5],
        );
        check(
            &[3, 5],
            |view| assert_eq!(view.expunge(SeqNum(0)), None),
            &[3, 5],
        );
    }

    #[test]
    fn what_vanished_is_found_without_its_number() {
        let vanish = |uids: &'static [u32]| {
            move |view: &mut View| view.vanish(&uids.iter().copied().map(Uid).collect())
        };
        check(&[3, 5, 8, 9], vanish(&[5, 9]), &[3, 8]);
        check(&[3, 0, 0, 9, 0], vanish(&[5]), &[3, 0, 9, 0]);
        check(&[0, 3, 0, 9, 0], vanish(&[1, 3, 4, 12, 13]), &[9]);
        check(&[3, 9], vanish(&[4, 5]), &[3, 9]);
        check(&[], vanish(&[4]), &[]);
    }
}
