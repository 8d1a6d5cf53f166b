//! The open mailbox as this session sees it: which UID each sequence number has.
//!
//! The numbers follow what the server says exactly: EXISTS appends, EXPUNGE moves everything after
//! it up by one, VANISHED removes by UID (RFC 9051 section 7.4.1, RFC 7162 section 3.2.10).
//!
//! ```text
//!   sequence number   1 .. 99000        99001 .. 99024     ..  100000
//!   block             Unknown(99000)    Known([71, 0, ..])     Known([..])
//! ```
//!
//! What was never asked for costs nothing, however many messages a server claims to have, and what
//! was asked for stands in short blocks, so that an EXPUNGE moves few numbers.

use crate::types::{
    number::{SeqNum, Uid},
    set::UidSet,
};

/// Sequence numbers and what is known of their UIDs. UIDs ascend with the numbers.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// None of them is empty.
    blocks: Vec<Block>,
    exists: u32,
}

/// Some messages in a row.
#[derive(Debug, Clone)]
enum Block {
    /// So many of which no UID is known.
    Unknown(u32),
    /// At most [`BLOCK`] UIDs, zero where one is not known.
    Known(Vec<u32>),
}

impl View {
    /// How many messages there are.
    pub fn exists(&self) -> u32 {
        self.exists
    }

    /// The UID of a message, where it is known.
    pub fn uid(&self, seq: SeqNum) -> Option<Uid> {
        let (block, offset) = self.locate(seq)?;
        match &self.blocks[block] {
            Block::Unknown(_) => None,
            Block::Known(uids) => Some(Uid(uids[offset])).filter(|uid| uid.0 != 0),
        }
    }

    /// The sequence number of a message, where it is known.
    pub fn seq(&self, uid: Uid) -> Option<SeqNum> {
        if uid.0 == 0 {
            return None;
        }
        let mut before = 0;
        for block in &self.blocks {
            if let Block::Known(uids) = block
                && uids.iter().find(|&&known| known != 0) <= Some(&uid.0)
                && let Some(at) = uids.iter().position(|&known| known == uid.0)
            {
                return Some(SeqNum(before + at as u32 + 1));
            }
            before += block.len();
        }
        None
    }

    /// The sequence numbers from `first` to `last` whose UID is not known, as ranges.
    pub fn unknown(&self, first: SeqNum, last: SeqNum) -> Vec<(SeqNum, SeqNum)> {
        let mut ranges: Vec<(SeqNum, SeqNum)> = Vec::new();
        let mut add = |from: u32, to: u32| {
            let (from, to) = (from.max(first.0), to.min(last.0));
            match ranges.last_mut() {
                _ if from > to => {}
                Some((_, end)) if end.0 + 1 == from => end.0 = to,
                _ => ranges.push((SeqNum(from), SeqNum(to))),
            }
        };
        let mut before = 0;
        for block in &self.blocks {
            match block {
                _ if before + block.len() < first.0 => {}
                _ if before >= last.0 => break,
                Block::Unknown(count) => add(before + 1, before + count),
                Block::Known(uids) => {
                    for (seq, &uid) in (before + 1..).zip(uids) {
                        if uid == 0 {
                            add(seq, seq);
                        }
                    }
                }
            }
            before += block.len();
        }
        ranges
    }

    /// `EXISTS`. A smaller number than before is against the rules (RFC 9051 section 7.4.1); the
    /// last messages are then taken to be gone.
    pub(super) fn set_exists(&mut self, count: u32) {
        let count = count.min(MAX_EXISTS);
        if count >= self.exists {
            self.push_unknown(count - self.exists);
            return;
        }
        let mut excess = self.exists - count;
        self.exists = count;
        while excess > 0
            && let Some(last) = self.blocks.last_mut()
        {
            let taken = excess.min(last.len());
            excess -= taken;
            match last {
                _ if taken == last.len() => drop(self.blocks.pop()),
                Block::Unknown(count) => *count -= taken,
                Block::Known(uids) => uids.truncate(uids.len() - taken as usize),
            }
        }
    }

    /// `FETCH` told the UID.
    pub(super) fn learn(&mut self, seq: SeqNum, uid: Uid) {
        // A message that EXISTS did not announce: some servers do so.
        if seq.0 > 0 && seq.0 - 1 == self.exists && self.exists < MAX_EXISTS {
            self.push_unknown(1);
        }
        let Some((block, offset)) = self.locate(seq) else {
            return;
        };
        let (block, offset) = match self.blocks[block] {
            Block::Unknown(count) => self.carve(block, offset as u32, count),
            Block::Known(_) => (block, offset),
        };
        if let Block::Known(uids) = &mut self.blocks[block] {
            uids[offset] = uid.0;
        }
    }

    /// `EXPUNGE`: the UID that it had, if known; `None` where there is no such number.
    pub(super) fn expunge(&mut self, seq: SeqNum) -> Option<Option<Uid>> {
        let uid = self.uid(seq);
        let (block, offset) = self.locate(seq)?;
        match &mut self.blocks[block] {
            Block::Unknown(count) => *count -= 1,
            Block::Known(uids) => drop(uids.remove(offset)),
        }
        if self.blocks[block].len() == 0 {
            self.blocks.remove(block);
        }
        self.exists -= 1;
        Some(uid)
    }

    /// `VANISHED`: removes by UID. One whose UID was not known stood among the unknown ones
    /// between its known neighbours, and which of those it was does not matter.
    pub(super) fn vanish(&mut self, uids: &UidSet) {
        let gone = Gone::new(uids);
        let before = std::mem::take(self);
        let (mut below, mut unknown) = (0, 0);
        for block in before.blocks {
            let uids = match block {
                Block::Unknown(count) => {
                    unknown += count;
                    continue;
                }
                Block::Known(uids) => uids,
            };
            for uid in uids {
                if uid == 0 {
                    unknown += 1;
                    continue;
                }
                self.push_unknown(gone.left_of(unknown, below, uid.into()));
                if !gone.contains(uid) {
                    self.push(uid);
                }
                (below, unknown) = (uid, 0);
            }
        }
        self.push_unknown(gone.left_of(unknown, below, u64::from(u32::MAX) + 1));
    }

    /// Which block a message is in, and where in it.
    fn locate(&self, seq: SeqNum) -> Option<(usize, usize)> {
        let mut offset = seq.0.checked_sub(1)?;
        for (at, block) in self.blocks.iter().enumerate() {
            if offset < block.len() {
                return Some((at, offset as usize));
            }
            offset -= block.len();
        }
        None
    }

    /// Makes a block of UIDs around one of the unknown; says where that one is now.
    fn carve(&mut self, block: usize, offset: u32, count: u32) -> (usize, usize) {
        // Rows are fetched in windows: what is asked for next is near.
        let start = offset - offset % BLOCK;
        let length = BLOCK.min(count - start);
        let pieces = [
            Block::Unknown(start),
            Block::Known(vec![0; length as usize]),
            Block::Unknown(count - start - length),
        ];
        let pieces = pieces.into_iter().filter(|piece| piece.len() > 0);
        self.blocks.splice(block..=block, pieces);
        (block + usize::from(start > 0), (offset - start) as usize)
    }

    /// Appends messages of which nothing is known.
    fn push_unknown(&mut self, count: u32) {
        self.exists += count;
        match self.blocks.last_mut() {
            _ if count == 0 => {}
            Some(Block::Unknown(more)) => *more += count,
            // One new message after another must not make one block after another.
            Some(Block::Known(uids)) if uids.len() as u32 + count <= BLOCK => {
                uids.resize(uids.len() + count as usize, 0);
            }
            _ => self.blocks.push(Block::Unknown(count)),
        }
    }

    /// Appends a message.
    fn push(&mut self, uid: u32) {
        self.exists += 1;
        match self.blocks.last_mut() {
            Some(Block::Known(uids)) if (uids.len() as u32) < BLOCK => uids.push(uid),
            _ => self.blocks.push(Block::Known(vec![uid])),
        }
    }
}

/// The same messages; how they are divided into blocks does not matter.
impl PartialEq for View {
    fn eq(&self, other: &Self) -> bool {
        let known = |view: &Self| -> Vec<(u32, u32)> {
            let mut before = 0;
            let mut known = Vec::new();
            for block in &view.blocks {
                if let Block::Known(uids) = block {
                    let numbered = (before + 1..).zip(uids.iter().copied());
                    known.extend(numbered.filter(|(_, uid)| *uid != 0));
                }
                before += block.len();
            }
            known
        };
        self.exists == other.exists && known(self) == known(other)
    }
}

impl Eq for View {}

impl Block {
    fn len(&self) -> u32 {
        match self {
            Self::Unknown(count) => *count,
            Self::Known(uids) => uids.len() as u32,
        }
    }
}

/// UIDs that are gone, in order, to be counted quickly.
struct Gone {
    /// First and last, ascending, and how many are gone before the first.
    ranges: Vec<(u64, u64, u64)>,
}

impl Gone {
    fn new(uids: &UidSet) -> Self {
        let mut sorted: Vec<(u64, u64)> = uids
            .resolve(Uid(u32::MAX))
            .map(|(first, last)| (first.into(), last.into()))
            .collect();
        sorted.sort_unstable();
        let mut ranges: Vec<(u64, u64, u64)> = Vec::with_capacity(sorted.len());
        for (first, last) in sorted {
            match ranges.last_mut() {
                Some((_, end, _)) if first <= *end + 1 => *end = last.max(*end),
                Some(&mut (start, end, before)) => {
                    ranges.push((first, last, before + end - start + 1));
                }
                None => ranges.push((first, last, 0)),
            }
        }
        Self { ranges }
    }

    fn contains(&self, uid: u32) -> bool {
        self.below(u64::from(uid) + 1) > self.below(uid.into())
    }

    /// How many are gone below this number.
    fn below(&self, number: u64) -> u64 {
        let at = self.ranges.partition_point(|(first, ..)| *first < number);
        let range = at.checked_sub(1).map(|at| self.ranges[at]);
        range.map_or(0, |(first, last, before)| {
            before + number.min(last + 1) - first
        })
    }

    /// How many are left of the unknown messages between two known UIDs.
    fn left_of(&self, unknown: u32, below: u32, above: u64) -> u32 {
        let gone = self
            .below(above)
            .saturating_sub(self.below(u64::from(below) + 1));
        u32::try_from(u64::from(unknown).saturating_sub(gone)).unwrap_or(unknown)
    }
}

/// No mailbox has more messages than this; what counts rows need not think of the end of numbers.
const MAX_EXISTS: u32 = 16 << 20;

/// UIDs in a block: 4 KiB, a few windows of rows.
const BLOCK: u32 = 1024;

#[cfg(test)]
mod tests {
    use porthole_mutate::Random;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    /// A view of these UIDs, zero where one is not known.
    fn view(uids: &[u32]) -> View {
        let mut view = View::default();
        view.set_exists(uids.len() as u32);
        for (seq, &uid) in (1..).zip(uids).filter(|(_, uid)| **uid != 0) {
            view.learn(SeqNum(seq), Uid(uid));
        }
        view
    }

    fn uids(view: &View) -> Vec<u32> {
        let uid = |seq| view.uid(SeqNum(seq)).map_or(0, |uid| uid.0);
        (1..=view.exists()).map(uid).collect()
    }

    fn check(before: &[u32], change: impl Fn(&mut View), expected: &[u32]) {
        let mut changed = view(before);
        change(&mut changed);
        assert_eq!(uids(&changed), expected);
        assert_eq!(changed, view(expected));
        for (uid, seq) in expected.iter().zip(1..) {
            if *uid != 0 {
                assert_eq!(changed.seq(Uid(*uid)), Some(SeqNum(seq)), "{expected:?}");
            }
        }
        assert_eq!(changed.seq(Uid(1000)), None);
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

    #[test]
    fn a_claim_of_many_messages_costs_nothing() {
        let mut claimed = View::default();
        claimed.set_exists(u32::MAX);
        assert_eq!(claimed.exists(), MAX_EXISTS);
        claimed.learn(SeqNum(MAX_EXISTS), Uid(9));
        claimed.learn(SeqNum(5_000), Uid(7));
        assert_eq!(claimed.seq(Uid(9)), Some(SeqNum(MAX_EXISTS)));
        assert_eq!(claimed.expunge(SeqNum(5_000)), Some(Some(Uid(7))));
        assert_eq!(claimed.exists(), MAX_EXISTS - 1);
        let all = (SeqNum(1), SeqNum(MAX_EXISTS - 2));
        assert_eq!(claimed.unknown(SeqNum(0), SeqNum(u32::MAX)), [all]);
        let held = claimed.blocks.iter().map(|block| match block {
            Block::Unknown(_) => 1,
            Block::Known(uids) => uids.len(),
        });
        assert!(held.sum::<usize>() <= 3 * BLOCK as usize);
    }

    /// The same as a plain list does, whatever happens.
    #[test]
    fn blocks_do_not_show() {
        let mut random = Random::new(0x5E0);
        let (mut blocks, mut plain) = (View::default(), Vec::<u32>::new());
        for round in 0..20_000 {
            let count = plain.len() as u32;
            let seq = SeqNum(random.below(plain.len() + 2) as u32);
            match random.below(24) {
                0 => {
                    let exists = count.min(6_000) + random.below(1_500) as u32;
                    blocks.set_exists(exists);
                    plain.resize(exists as usize, 0);
                }
                1..=3 => {
                    let there = (1..=count).contains(&seq.0);
                    assert_eq!(blocks.expunge(seq).is_some(), there, "round {round}");
                    if there {
                        plain.remove(seq.0 as usize - 1);
                    }
                }
                4 => {
                    let first = random.below(30_000) as u32;
                    let last = first + random.below(40) as u32;
                    blocks.vanish(&UidSet::range(Uid(first), Uid(last)));
                    plain = vanished(&plain, first, last);
                }
                _ if seq.0 > 0 => {
                    // Any UID that keeps them in order.
                    let at = seq.0 as usize - 1;
                    let uid = 3 * seq.0 + 1;
                    if at == plain.len() {
                        plain.push(0);
                    }
                    let below = plain[..at].iter().copied().max().unwrap_or(0);
                    let above = plain[at + 1..].iter().copied().find(|uid| *uid != 0);
                    if at < plain.len() && below < uid && above.is_none_or(|above| uid < above) {
                        blocks.learn(seq, Uid(uid));
                        plain[at] = uid;
                    } else if at == plain.len() - 1 && blocks.exists() < plain.len() as u32 {
                        plain.pop();
                    }
                }
                _ => {}
            }
            if round % 50 == 0 {
                assert_eq!(uids(&blocks), plain, "round {round}");
                let missing = plain.iter().filter(|uid| **uid == 0).count() as u32;
                let unknown = blocks.unknown(SeqNum(1), SeqNum(u32::MAX));
                let unknown = unknown.iter().map(|(first, last)| last.0 - first.0 + 1);
                assert_eq!(unknown.sum::<u32>(), missing);
            }
        }
        assert!(plain.len() > 2_000, "{}", plain.len());
    }

    /// What is left of a plain list.
    fn vanished(plain: &[u32], first: u32, last: u32) -> Vec<u32> {
        let (mut kept, mut below, mut unknown) = (Vec::new(), 0, 0u32);
        let overlap =
            |below: u32, above: u32| (last.min(above - 1) + 1).saturating_sub(first.max(below + 1));
        for &uid in plain.iter().chain([&u32::MAX]) {
            if uid == 0 {
                unknown += 1;
                continue;
            }
            let left = unknown.saturating_sub(overlap(below, uid));
            kept.resize(kept.len() + left as usize, 0);
            kept.extend((!(first..=last).contains(&uid)).then_some(uid));
            (below, unknown) = (uid, 0);
        }
        kept.pop();
        kept
    }
}
