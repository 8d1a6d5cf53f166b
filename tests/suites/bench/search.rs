//! Finding words in what is on this device.

use std::time::Instant;

use porthole_imap::types::number::{Uid, UidValidity};
use porthole_message::{Limits, Summary};
use porthole_store::{AccountKey, Key, MailboxId, NewMessage, Protocol, Store};

use crate::table::{ROUNDS, Table, median};

const WORDS: [&str; 16] = [
    "harbour",
    "tide",
    "rope",
    "lantern",
    "soup",
    "ladder",
    "breakwater",
    "gloves",
    "notice",
    "winter",
    "paint",
    "keys",
    "boat",
    "crane",
    "fog",
    "pilot",
];

/// Something that a search does; how many messages come of it.
type Work = fn(&Store, MailboxId) -> usize;

const WORK: [(&str, Work); 4] = [
    ("one number", |store, inbox| found(store, inbox, "n4711")),
    ("two words", |store, inbox| {
        found(store, inbox, "harbour n47")
    }),
    ("a common word", |store, inbox| found(store, inbox, "crane")),
    ("how much was searched", |store, inbox| {
        store.searchable(inbox).unwrap().texts as usize
    }),
];

pub(crate) fn run() {
    let mut table = Table::new(
        "Full-text search in the store, native, in ms by the number of messages",
        &["", "10000", "100000", "goal for 100000"],
    );
    let stores = [10_000, 100_000].map(filled);
    for (what, work) in WORK {
        let measured = stores.each_ref().map(|(store, inbox)| {
            let times: Vec<f64> = (0..ROUNDS)
                .map(|_| {
                    let start = Instant::now();
                    assert!(work(store, *inbox) > 0, "{what}: nothing");
                    start.elapsed().as_secs_f64() * 1000.0
                })
                .collect();
            format!("{:.1}", median(&times))
        });
        let [few, many] = measured;
        table.row([what.to_owned(), few, many, "50".to_owned()]);
    }
    table.print();
}

fn found(store: &Store, inbox: MailboxId, words: &str) -> usize {
    store.search(inbox, words).unwrap().len()
}

/// A store in memory that holds so many messages whole.
fn filled(count: u32) -> (Store, MailboxId) {
    let mut store = Store::in_memory().unwrap();
    let account = store
        .account(&AccountKey {
            protocol: Protocol::Imap,
            host: "imap.example.com".to_owned(),
            port: 993,
            user: "alice".to_owned(),
        })
        .unwrap();
    let inbox = store.mailbox(account, "INBOX").unwrap().id;
    let validity = UidValidity(7);
    store.renew(inbox, validity).unwrap();
    store
        .batch(|store| {
            for n in 1..=count {
                let raw = letter(n);
                let mut new = NewMessage::new(Key::Imap {
                    validity,
                    uid: Uid(n),
                });
                new.summary = Some(Summary::parse(raw.as_bytes(), &Limits::default()));
                let id = store.put(inbox, &new)?;
                store.put_content(id, "", raw.as_bytes())?;
            }
            Ok(())
        })
        .unwrap();
    (store, inbox)
}

/// A letter of some sixty words, of which one is its own.
fn letter(n: u32) -> String {
    let mut text = String::new();
    let mut at = n as usize;
    for word in 0..60 {
        at = at.wrapping_mul(31).wrapping_add(word) % 65_521;
        text += WORDS[at % WORDS.len()];
        text += if word % 10 == 9 { ".\r\n" } else { " " };
    }
    format!(
        "From: Ines Haddad <ines@example.com>\r\nTo: alice@example.com\r\nSubject: Letter n{n}\r\n\
         Date: Mon, 23 Nov 2026 09:15:00 +0100\r\nMessage-ID: <{n}@example.com>\r\n\r\n{text}"
    )
}
