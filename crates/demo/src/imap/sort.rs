//! SORT: RFC 5256.

use std::cmp::Ordering;

use porthole_imap::types::{
    number::{SeqNum, Uid},
    search::{SearchKey, SortKey},
};
use porthole_message::{Address, Limits, Summary};

use super::{ImapSession, reply::Completion, search::refusal};
use crate::{mailboxes::Message, session::World};

impl ImapSession {
    pub(super) fn sort(
        &mut self,
        uid: bool,
        order: &[(bool, SortKey)],
        charset: &str,
        keys: &[SearchKey],
        world: &mut World,
    ) -> Completion {
        if let Some(refusal) = refusal(Some(charset), keys) {
            return refusal;
        }
        let Some((selected, mailbox)) = self.open(world) else {
            return Completion::gone();
        };
        let mut found: Vec<Sortable> = selected
            .matching(mailbox, keys)
            .into_iter()
            .filter_map(|(seq, uid)| Some(Sortable::new(seq, mailbox.message(uid)?)))
            .collect();
        // Equal ones stay in the order of their numbers (section 3): the sort is stable.
        found.sort_by(|one, other| {
            order
                .iter()
                .map(|&(reversed, key)| {
                    let ordering = one.compare(other, key);
                    if reversed {
                        ordering.reverse()
                    } else {
                        ordering
                    }
                })
                .find(|ordering| ordering.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        let numbers: Vec<u32> = found
            .iter()
            .map(|message| if uid { message.uid.0 } else { message.seq.0 })
            .collect();
        self.write_search("SORT", &numbers, None);
        Completion::ok("that is all")
    }
}

/// What messages are sorted by.
struct Sortable {
    seq: SeqNum,
    uid: Uid,
    arrival: i64,
    sent: i64,
    octets: usize,
    subject: String,
    from: String,
    to: String,
    cc: String,
}

impl Sortable {
    fn new(seq: SeqNum, message: &Message) -> Self {
        let octets = message.content.octets();
        let summary = Summary::parse(octets, &Limits::default());
        let arrival = message.internal_date.unix();
        Self {
            seq,
            uid: message.uid,
            arrival,
            // Without a Date field, the internal date stands for it (section 2.2).
            sent: summary.date.map_or(arrival, |date| date.unix),
            octets: octets.len(),
            subject: base_subject(summary.subject.as_deref().unwrap_or_default()),
            from: first_mailbox(&summary.from),
            to: first_mailbox(&summary.to),
            cc: first_mailbox(&summary.cc),
        }
    }

    fn compare(&self, other: &Self, key: SortKey) -> Ordering {
        match key {
            SortKey::Arrival => self.arrival.cmp(&other.arrival),
            SortKey::Date => self.sent.cmp(&other.sent),
            SortKey::Size => self.octets.cmp(&other.octets),
            SortKey::Subject => self.subject.cmp(&other.subject),
            SortKey::From => self.from.cmp(&other.from),
            SortKey::To => self.to.cmp(&other.to),
            SortKey::Cc => self.cc.cmp(&other.cc),
        }
    }
}

/// The local part of the first address, by which FROM, TO and CC sort.
fn first_mailbox(addresses: &[Address]) -> String {
    let address = addresses.first().map(|address| address.email.as_str());
    let local = address.and_then(|address| address.rsplit_once('@'));
    local.map_or("", |(local, _)| local).to_lowercase()
}

/// A subject without what answering and forwarding put around it (section 2.1).
fn base_subject(subject: &str) -> String {
    let lower = subject.to_lowercase();
    let words: Vec<_> = lower.split_whitespace().collect();
    let joined = words.join(" ");
    let mut base = joined.as_str();
    loop {
        let before = base;
        base = base.strip_suffix("(fwd)").unwrap_or(base).trim();
        for prefix in ["re", "fw", "fwd"] {
            let rest = base.strip_prefix(prefix).map(str::trim_start);
            let rest = rest.map(|rest| without_blob(rest).unwrap_or(rest));
            if let Some(rest) = rest.and_then(|rest| rest.strip_prefix(':')) {
                base = rest.trim_start();
            }
        }
        if let Some(rest) = without_blob(base).filter(|rest| !rest.is_empty()) {
            base = rest;
        }
        if let Some(inner) = base.strip_prefix("[fwd:").and_then(|b| b.strip_suffix(']')) {
            base = inner.trim();
        }
        if base == before {
            return base.to_owned();
        }
    }
}

/// What follows `[blob]`.
fn without_blob(text: &str) -> Option<&str> {
    let (_, rest) = text.strip_prefix('[')?.split_once(']')?;
    Some(rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn base_subjects() {
        for (subject, expected) in [
            ("Hello", "hello"),
            ("Re: Hello", "hello"),
            ("RE: re[2]: Fwd:  Hello   you", "hello you"),
            ("[list] Re: Hello (fwd)", "hello"),
            ("[Fwd: Hello]", "hello"),
            ("[only]", "[only]"),
            ("Regards", "regards"),
            ("", ""),
        ] {
            assert_eq!(base_subject(subject), expected, "{subject}");
        }
    }
}
