//! The maildrop as the session sees it: message numbers, unique-ids, sizes.

use std::collections::HashMap;

use porthole_pop3::UniqueId;

/// Numbers go from 1 to the count; row 0 of the list is the highest, which arrived last.
#[derive(Debug, Default)]
pub(super) struct Maildrop {
    /// By message number less one.
    messages: Vec<Message>,
    numbers: HashMap<UniqueId, u32>,
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

    /// The message number of a row.
    pub(super) fn number(&self, row: u32) -> Option<u32> {
        self.count().checked_sub(row).filter(|&number| number > 0)
    }

    pub(super) fn learn_unique_id(&mut self, number: u32, unique_id: UniqueId) {
        if let Some(message) = self.at(number) {
            message.unique_id = Some(unique_id.clone());
            self.numbers.insert(unique_id, number);
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
