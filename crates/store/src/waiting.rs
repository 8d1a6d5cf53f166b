//! IMAP: what the user did to messages and the server has not confirmed.

use std::collections::HashSet;

use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::{AccountId, MailboxId, MessageId, Result, Store};

/// Something that is to be done to a message, however often it is said to the server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Deed {
    /// Mark it as read, or as unread.
    Seen(bool),
    /// Give it a star, or take it away.
    Flagged(bool),
    /// Move it to the mailbox of this name.
    Move(String),
    /// Remove it for good.
    Remove,
}

impl Deed {
    /// What of the message it is about: a later deed takes the place of an earlier one.
    fn subject(&self) -> &'static str {
        match self {
            Self::Seen(_) => "seen",
            Self::Flagged(_) => "flagged",
            Self::Move(_) | Self::Remove => PLACE,
        }
    }
}

const PLACE: &str = "place";

/// A deed by its name, which is never another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeedId(pub i64);

/// A deed that the server has not confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its name.
    pub id: DeedId,
    /// To which message.
    pub message: MessageId,
    /// What.
    pub deed: Deed,
}

impl Store {
    /// Keeps a deed until it is [`done`](Self::done), or its message is forgotten.
    ///
    /// # Errors
    /// The database failed.
    pub fn wait(&mut self, message: MessageId, deed: &Deed) -> Result<Waiting> {
        let mut statement = self.connection.prepare_cached(
            "INSERT OR REPLACE INTO waiting (message, subject, deed) VALUES (?, ?, ?) RETURNING id",
        )?;
        let json = serde_json::to_string(deed)?;
        let id = statement.query_row(params![message.0, deed.subject(), json], |row| row.get(0))?;
        Ok(Waiting {
            id: DeedId(id),
            message,
            deed: deed.clone(),
        })
    }

    /// The server has done these, or has refused to.
    ///
    /// # Errors
    /// The database failed.
    pub fn done(&mut self, deeds: impl IntoIterator<Item = DeedId>) -> Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("DELETE FROM waiting WHERE id = ?")?;
        for deed in deeds {
            statement.execute([deed.0])?;
        }
        Ok(())
    }

    /// What waits to be done in a mailbox, the oldest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn waiting(&self, mailbox: MailboxId) -> Result<Vec<Waiting>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT waiting.id, message, deed FROM waiting
             JOIN message ON message.id = waiting.message
             WHERE mailbox = ? ORDER BY waiting.id",
        )?;
        let rows = statement.query_map([mailbox.0], |row| {
            let (id, message, json): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((DeedId(id), MessageId(message), json))
        })?;
        rows.map(|row| {
            let (id, message, json) = row?;
            let deed = serde_json::from_str(&json)?;
            Ok(Waiting { id, message, deed })
        })
        .collect()
    }

    /// The names of an account's mailboxes in which something waits to be done.
    ///
    /// # Errors
    /// The database failed.
    pub fn waiting_in(&self, account: AccountId) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT DISTINCT name FROM waiting
             JOIN message ON message.id = waiting.message
             JOIN mailbox ON mailbox.id = message.mailbox
             WHERE account = ? ORDER BY name",
        )?;
        let names = statement.query_map([account.0], |row| row.get(0))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    }

    /// What waits on an account.
    ///
    /// # Errors
    /// The database failed.
    pub fn all_waiting(&self, account: AccountId) -> Result<Vec<DeedId>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT waiting.id FROM waiting
             JOIN message ON message.id = waiting.message
             JOIN mailbox ON mailbox.id = message.mailbox
             WHERE account = ?",
        )?;
        let ids = statement.query_map([account.0], |row| Ok(DeedId(row.get(0)?)))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// The messages that are to leave a mailbox.
    ///
    /// # Errors
    /// The database failed.
    pub fn leaving(&self, mailbox: MailboxId) -> Result<HashSet<MessageId>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT message FROM waiting JOIN message ON message.id = waiting.message
             WHERE mailbox = ? AND subject = ?",
        )?;
        let ids =
            statement.query_map(params![mailbox.0, PLACE], |row| Ok(MessageId(row.get(0)?)))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }
}

#[cfg(test)]
mod tests {
    use porthole_imap::types::number::{Uid, UidValidity};

    use super::*;
    use crate::{AccountKey, Key, NewMessage, Protocol};

    #[test]
    fn the_last_word_on_a_message_counts_until_it_is_done_or_the_message_is_gone() {
        let mut store = Store::in_memory().unwrap();
        let key = AccountKey {
            protocol: Protocol::Imap,
            host: "imap.example.com".to_owned(),
            port: 993,
            user: "alice".to_owned(),
        };
        let account = store.account(&key).unwrap();
        let inbox = store.mailbox(account, "INBOX").unwrap().id;
        let mut put = |uid| {
            let (validity, uid) = (UidValidity(7), Uid(uid));
            let new = NewMessage::new(Key::Imap { validity, uid });
            store.put(inbox, &new).unwrap()
        };
        let (one, two) = (put(1), put(2));
        let archive = Deed::Move("Archive".to_owned());
        let first = store.wait(one, &Deed::Seen(true)).unwrap();
        let moved = store.wait(one, &archive).unwrap();
        let second = store.wait(one, &Deed::Seen(false)).unwrap();
        let star = store.wait(two, &Deed::Flagged(true)).unwrap();
        assert_ne!(first.id, second.id);
        assert_eq!(
            store.waiting(inbox).unwrap(),
            [moved.clone(), second.clone(), star.clone()]
        );
        assert_eq!(store.waiting_in(account).unwrap(), ["INBOX"]);
        assert_eq!(store.leaving(inbox).unwrap(), [one].into());

        store.done([first.id, moved.id]).unwrap();
        assert_eq!(store.waiting(inbox).unwrap(), [second, star.clone()]);
        assert_eq!(store.leaving(inbox).unwrap(), [].into());
        store.remove(&[one]).unwrap();
        assert_eq!(store.all_waiting(account).unwrap(), [star.id]);
        // A name is spent.
        assert!(store.wait(two, &Deed::Remove).unwrap().id > star.id);
    }
}
