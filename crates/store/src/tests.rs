//! What the store promises.

use porthole_imap::types::{
    mailbox::{ListItem, MailboxName},
    number::{Uid, UidValidity},
};
use porthole_message::{Limits, Message, Summary};

use super::*;

fn store() -> (Store, AccountId, MailboxId) {
    let mut store = Store::in_memory().unwrap();
    let key = AccountKey {
        protocol: Protocol::Imap,
        host: "imap.example.com".to_owned(),
        port: 993,
        user: "alice".to_owned(),
    };
    let account = store.account(&key).unwrap();
    assert_eq!(store.account(&key).unwrap(), account);
    let inbox = store.mailbox(account, "INBOX").unwrap();
    assert_eq!(store.mailbox(account, "INBOX").unwrap(), inbox);
    store.renew(inbox.id, UidValidity(1)).unwrap();
    (store, account, inbox.id)
}

fn imap(uid: u32) -> NewMessage {
    NewMessage::new(Key::Imap {
        validity: UidValidity(1),
        uid: Uid(uid),
    })
}

#[test]
fn what_is_learned_later_adds_to_what_is_known() {
    let (mut store, _, inbox) = store();
    let raw = b"Subject: Rope\r\nContent-Type: text/plain\r\n\r\n40 m.\r\n";
    let message = Message::parse(raw, &Limits::default());
    let seen = Flags {
        seen: true,
        ..Flags::default()
    };
    let id = store
        .put(
            inbox,
            &NewMessage {
                flags: Some(seen),
                octets: Some(60),
                ..imap(5)
            },
        )
        .unwrap();
    let again = NewMessage {
        summary: Some(message.summary.clone()),
        structure: Some(message.root.clone()),
        preview: Some("40 m.".to_owned()),
        ..imap(5)
    };
    assert_eq!(store.put(inbox, &again).unwrap(), id);
    let found = store.message(id).unwrap().unwrap();
    assert_eq!(found.flags, seen);
    assert_eq!(found.octets, 60);
    assert_eq!(found.summary, Some(message.summary));
    assert_eq!(found.structure, Some(message.root));
    assert_eq!(found.preview, "40 m.");
    assert_eq!(found.uid(), Some(Uid(5)));
}

#[test]
fn another_generation_forgets_the_messages_and_their_content() {
    let (mut store, _, inbox) = store();
    let id = store.put(inbox, &imap(5)).unwrap();
    store.put_content(id, "1", b"text").unwrap();
    assert!(!store.renew(inbox, UidValidity(1)).unwrap());
    assert_eq!(
        store.content(id, "1").unwrap().as_deref(),
        Some(&b"text"[..])
    );
    assert!(store.renew(inbox, UidValidity(2)).unwrap());
    assert_eq!(store.count(inbox).unwrap(), 0);
    assert_eq!(store.content(id, "1").unwrap(), None);
    assert_eq!(store.by_uids(inbox, UidValidity(2), &[Uid(5)]).unwrap(), []);
}

#[test]
fn an_id_is_never_given_again() {
    let (mut store, _, inbox) = store();
    let first = store.put(inbox, &imap(5)).unwrap();
    store.renew(inbox, UidValidity(2)).unwrap();
    let other = NewMessage::new(Key::Imap {
        validity: UidValidity(2),
        uid: Uid(5),
    });
    let second = store.put(inbox, &other).unwrap();
    assert_ne!(second, first);
    assert_eq!(store.message(first).unwrap(), None);
    store.remove(&[second]).unwrap();
    assert_ne!(store.put(inbox, &other).unwrap(), second);
}

#[test]
fn the_newest_come_first() {
    let (mut store, _, inbox) = store();
    for uid in [3, 9, 1, 7] {
        store.put(inbox, &imap(uid)).unwrap();
    }
    let uids = |skip, count| -> Vec<u32> {
        let found = store.newest(inbox, skip, count).unwrap();
        found
            .iter()
            .filter_map(|message| message.uid())
            .map(|uid| uid.0)
            .collect()
    };
    assert_eq!(uids(0, 2), [9, 7]);
    assert_eq!(uids(2, 9), [3, 1]);
}

#[test]
fn maildrops_are_known_by_unique_id() {
    let (mut store, account, _) = store();
    let drop = store.mailbox(account, "maildrop").unwrap().id;
    let unique_id = |text: &str| porthole_pop3::UniqueId::try_from(text).unwrap();
    let new = |text, number| {
        NewMessage::new(Key::Pop3 {
            unique_id: unique_id(text),
            number,
        })
    };
    let first = store.put(drop, &new("aa", 1)).unwrap();
    store.put(drop, &new("bb", 2)).unwrap();
    assert_eq!(
        store.put(drop, &new("aa", 7)).unwrap(),
        first,
        "numbers change"
    );
    let left = store.newest(drop, 0, 9).unwrap();
    let names: Vec<_> = left
        .iter()
        .filter_map(|message| message.unique_id())
        .collect();
    assert_eq!(
        names,
        [&unique_id("aa"), &unique_id("bb")],
        "the highest number first"
    );
}

#[test]
fn listings_are_replaced_whole() {
    let (mut store, account, inbox) = store();
    let item = |name: &str| ListItem {
        attributes: Vec::new(),
        delimiter: Some('/'),
        mailbox: MailboxName::new(name),
        old_name: None,
        child_info: Vec::new(),
    };
    store
        .set_listing(account, &[item("INBOX"), item("Old")])
        .unwrap();
    store
        .set_listing(account, &[item("INBOX"), item("New")])
        .unwrap();
    assert_eq!(
        store.listing(account).unwrap(),
        [item("INBOX"), item("New")]
    );
    assert_eq!(store.mailbox(account, "INBOX").unwrap().id, inbox);
}

#[test]
fn a_failed_batch_leaves_nothing() {
    let (mut store, _, inbox) = store();
    let result: Result<()> = store.batch(|store| {
        store.put(inbox, &imap(5))?;
        Err(Error::TooNew { found: 9 })
    });
    assert!(result.is_err());
    assert_eq!(store.count(inbox).unwrap(), 0);
}

#[test]
fn a_batch_that_sqlite_rolled_back_says_why() {
    let (mut store, _, inbox) = store();
    let pages: i64 = store
        .connection
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    store
        .connection
        .pragma_update(None, "max_page_count", pages)
        .unwrap();
    let mut by_itself = false;
    let result = store.batch(|store| {
        let id = store.put(inbox, &imap(5))?;
        let large = "UPDATE message SET preview = zeroblob(1000000) WHERE id = ?";
        let written = store.connection.execute(large, [id.0]);
        by_itself = store.connection.is_autocommit();
        Ok(written?)
    });
    assert!(by_itself);
    let Err(Error::Sqlite(error)) = result else {
        panic!("{result:?}");
    };
    let code = error.sqlite_error_code();
    assert_eq!(code, Some(rusqlite::ErrorCode::DiskFull), "{error}");
    assert_eq!(store.count(inbox).unwrap(), 0);
    store.batch(|store| store.put(inbox, &imap(6))).unwrap();
    assert_eq!(store.count(inbox).unwrap(), 1);
}

#[test]
fn a_file_from_the_future_is_left_alone() {
    let folder = std::env::temp_dir().join(format!("porthole-store-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("mail.sqlite");
    let path = path.to_str().unwrap();
    Store::open(path)
        .unwrap()
        .connection
        .pragma_update(None, "user_version", 99)
        .unwrap();
    assert!(matches!(
        Store::open(path),
        Err(Error::TooNew { found: 99 })
    ));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn words_are_found_in_head_and_text() {
    let (mut store, _, inbox) = store();
    let raw = "From: \"J\u{fc}rgen Gro\u{df}\" <jg@example.net>\r\nSubject: The long rope\r\n\
               Content-Type: text/html; charset=utf-8\r\n\r\n<p>Bring <b>gloves</b> &amp; tea.</p>";
    let mut new = imap(5);
    new.summary = Some(Summary::parse(raw.as_bytes(), &Limits::default()));
    let id = store.put(inbox, &new).unwrap();
    let found = |store: &Store, words: &str| store.search(inbox, words).unwrap();
    let it = Found { id, position: 5 };
    assert_eq!(found(&store, "gloves"), []);
    store.put_content(id, "", raw.as_bytes()).unwrap();
    for words in [
        "gloves",
        "GLOV",
        "rope",
        "jurgen",
        "long tea",
        "jg@example.net",
        "J\u{fc}r",
    ] {
        assert_eq!(found(&store, words), [it], "{words}");
    }
    for words in [
        "",
        " ",
        "loves",
        "rope socks",
        "z",
        "\"",
        "rope\" OR \"x",
        "amp",
    ] {
        assert_eq!(found(&store, words), [], "{words}");
    }
    let searchable = store.searchable(inbox).unwrap();
    assert_eq!(
        searchable,
        Searchable {
            headers: 1,
            texts: 1
        }
    );
    // The header coming again takes nothing away.
    store.put(inbox, &new).unwrap();
    assert_eq!(found(&store, "gloves"), [it]);
    store.remove(&[id]).unwrap();
    assert_eq!(found(&store, "gloves"), []);
    assert_eq!(store.searchable(inbox).unwrap(), Searchable::default());
}

#[test]
fn words_are_found_within_scripts_without_spaces() {
    let (mut store, _, inbox) = store();
    let raw = "From: \"田中美咲\" <misaki@example.jp>\r\nSubject: 会議A4のお知らせ\r\n\
               Content-Type: text/plain; charset=utf-8\r\n\r\n東京都の会議は明日です。Rope を𠮷野家へ。\r\n\
               การประชุมวันพรุ่งนี้ ກອງປະຊຸມ ការប្រជុំ အစည်းအဝေး 회의는 내일\r\n";
    let mut new = imap(5);
    new.summary = Some(Summary::parse(raw.as_bytes(), &Limits::default()));
    let id = store.put(inbox, &new).unwrap();
    let found = |store: &Store, words: &str| store.search(inbox, words).unwrap();
    let it = Found { id, position: 5 };
    assert_eq!(found(&store, "知らせ"), [it], "of the header alone");
    assert_eq!(found(&store, "東京"), []);
    store.put_content(id, "", raw.as_bytes()).unwrap();
    for words in [
        "会議",
        "東京都の会議は明日です",
        "議",
        "京都",
        "美咲",
        "明日 rope",
        "会議。",
        "A4の",
        "会議A",
        "𠮷野",
        "ประชุม",
        "พรุ่งนี้",
        "ປະຊຸມ",
        "ប្រជុំ",
        "အဝေး",
        "회의",
        "MISAKI",
        "rop",
    ] {
        assert_eq!(found(&store, words), [it], "{words}");
    }
    for words in [
        "議会",
        "東都",
        "明日 socks",
        "의는",
        "ope",
        "4のお知らせ",
        "海",
    ] {
        assert_eq!(found(&store, words), [], "{words}");
    }
    store.remove(&[id]).unwrap();
    assert_eq!(found(&store, "会議"), []);
}

#[test]
fn what_is_kept_is_counted() {
    let (mut store, _, inbox) = store();
    assert_eq!(store.kept().unwrap(), Kept::default());
    let id = store.put(inbox, &imap(5)).unwrap();
    store.put_content(id, "1", b"text").unwrap();
    store.put_content(id, "", b"\r\nwhole").unwrap();
    let preview = NewMessage {
        preview: Some("\u{e9}t\u{e9}".to_owned()),
        ..imap(5)
    };
    store.put(inbox, &preview).unwrap();
    let kept = Kept {
        octets: 4 + 7 + 5,
        messages: 1,
        whole: 1,
    };
    assert_eq!(store.kept().unwrap(), kept);
    store.remove(&[id]).unwrap();
    assert_eq!(store.kept().unwrap(), Kept::default());
}
