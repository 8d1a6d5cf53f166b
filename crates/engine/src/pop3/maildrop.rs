//! The maildrop as the session sees it: message numbers, unique-ids, sizes.

use std::collections::{BTreeSet, HashMap, HashSet};

use porthole_pop3::UniqueId;

/// Numbers go from 1 to the count; row 0 of the list is the highest, which arrived last.
#[derive(Debug, Default)]
pub(super) struct Maildrop {
    /// By message number less one.
    messages: Vec<Message>,
    numbers: HashMap<UniqueId, u32>,
    /// Two messages have one of these, as identical copies may (RFC 1939 section 7).
    ambiguous: HashSet<UniqueId>,
    /// Numbers of messages that have no row.
    hidden: BTreeSet<u32>,
    known: bool,
}

#[derive(Debug, Clone, Default)]
struct Message {
    unique_id: Option<UniqueId>,
    octets: Option<u64>,
    /// Its header is here, or was asked for.
    asked: bool,
}

impl Maildrop {
    /// A new session has begun, with so many messages.
    pub(super) fn reset(&mut self, count: u32) {
        *self = Self::default();
        self.messages
            .resize(count.min(MOST) as usize, Message::default());
        self.known = true;
    }

    /// Whether a session has ever said what there is.
    pub(super) fn is_known(&self) -> bool {
        self.known
    }

    pub(super) fn count(&self) -> u32 {
        self.messages.len() as u32
    }

    /// How many rows the list has of it.
    pub(super) fn rows(&self) -> u32 {
        self.count().saturating_sub(self.hidden.len() as u32)
    }

    /// The message number of a row.
    pub(super) fn number(&self, row: u32) -> Option<u32> {
        let mut number = self.count().checked_sub(row)?;
        for &hidden in self.hidden.iter().rev() {
            if hidden < number {
                break;
            }
            number = number.checked_sub(1)?;
        }
        Some(number).filter(|&number| number > 0)
    }

    /// Messages of these unique-ids have no row.
    pub(super) fn hide(&mut self, names: &HashSet<UniqueId>) {
        let numbers = names.iter().filter_map(|name| self.numbers.get(name));
        self.hidden = numbers.copied().collect();
    }

    /// The message whose row is below that of this number, and its name.
    pub(super) fn older(&self, number: u32) -> Option<(u32, &UniqueId)> {
        let below = (1..number).rev().find(|n| !self.hidden.contains(n))?;
        Some((below, self.unique_id(below)?))
    }

    pub(super) fn learn_unique_id(&mut self, number: u32, unique_id: UniqueId) {
        if let Some(message) = self.at(number) {
            let other = message.unique_id.replace(unique_id.clone());
            // What came under another name is kept under that.
            if other.is_some_and(|other| other != unique_id) {
                message.asked = false;
            }
            let before = self.numbers.insert(unique_id.clone(), number);
            if before.is_some_and(|before| before != number) {
                self.ambiguous.insert(unique_id);
            }
        }
    }

    pub(super) fn learn_octets(&mut self, number: u32, octets: u64) {
        if let Some(message) = self.at(number) {
            message.octets = Some(octets);
        }
    }

    pub(super) fn unique_id(&self, number: u32) -> Option<&UniqueId> {
        self.messages
            .get(number.checked_sub(1)? as usize)?
            .unique_id
            .as_ref()
    }

    pub(super) fn octets(&self, number: u32) -> Option<u64> {
        self.messages.get(number.checked_sub(1)? as usize)?.octets
    }

    /// The number of a message in this session.
    pub(super) fn number_of(&self, unique_id: &UniqueId) -> Option<u32> {
        self.numbers.get(unique_id).copied()
    }

    /// Whether the unique-id of every message is known.
    pub(super) fn is_named(&self) -> bool {
        let mut messages = self.messages.iter();
        messages.all(|message| message.unique_id.is_some())
    }

    /// Whether this unique-id names one message.
    pub(super) fn is_certain(&self, unique_id: &UniqueId) -> bool {
        !self.ambiguous.contains(unique_id)
    }

    /// Whether the header was not asked for yet; asking once is enough.
    pub(super) fn ask(&mut self, number: u32) -> bool {
        self.at(number)
            .is_some_and(|message| !std::mem::replace(&mut message.asked, true))
    }

    /// What came of one could not be kept.
    pub(super) fn forget_asked_for(&mut self, number: u32) {
        if let Some(message) = self.at(number) {
            message.asked = false;
        }
    }

    /// The session is over: what was asked for and did not come must be asked for again.
    pub(super) fn forget_asked(&mut self) {
        for message in &mut self.messages {
            message.asked = false;
        }
    }

    /// These are gone; the numbers of the others close up, as in the next session.
    pub(super) fn remove(&mut self, gone: impl Fn(&UniqueId) -> bool) {
        self.messages
            .retain(|message| !message.unique_id.as_ref().is_some_and(&gone));
        self.hidden.clear();
        self.numbers.clear();
        for (message, number) in self.messages.iter().zip(1..) {
            if let Some(unique_id) = &message.unique_id {
                self.numbers.insert(unique_id.clone(), number);
            }
        }
    }

    fn at(&mut self, number: u32) -> Option<&mut Message> {
        self.messages.get_mut(number.checked_sub(1)? as usize)
    }
}

/// No maildrop has more messages.
const MOST: u32 = 4 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> UniqueId {
        UniqueId::try_from(name).unwrap()
    }

    #[test]
    fn rows_pass_over_what_is_hidden() {
        let mut maildrop = Maildrop::default();
        maildrop.reset(6);
        for number in 1..=6 {
            maildrop.learn_unique_id(number, name(&format!("m{number}")));
        }
        let numbers = |maildrop: &Maildrop| -> Vec<u32> {
            (0..maildrop.rows())
                .filter_map(|row| maildrop.number(row))
                .collect()
        };
        assert_eq!(numbers(&maildrop), [6, 5, 4, 3, 2, 1]);
        for (hidden, shown) in [
            (&["m6"][..], &[5, 4, 3, 2, 1][..]),
            (&["m5", "m6", "m1"], &[4, 3, 2]),
            (&["m4", "m2", "gone"], &[6, 5, 3, 1]),
            (&["m1", "m2", "m3", "m4", "m5", "m6"], &[]),
        ] {
            maildrop.hide(&hidden.iter().map(|hidden| name(hidden)).collect());
            assert_eq!(numbers(&maildrop), shown, "{hidden:?}");
            for pair in shown.windows(2) {
                let older = maildrop.older(pair[0]).map(|(number, _)| number);
                assert_eq!(older, Some(pair[1]), "{hidden:?}");
            }
        }
    }

    #[test]
    fn a_name_that_two_messages_have_is_not_certain() {
        let mut maildrop = Maildrop::default();
        maildrop.reset(3);
        for (number, given) in [(1, "a"), (2, "b"), (3, "a"), (2, "b")] {
            maildrop.learn_unique_id(number, name(given));
        }
        assert!(!maildrop.is_certain(&name("a")));
        assert!(maildrop.is_certain(&name("b")));
    }
}
