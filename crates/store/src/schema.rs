//! The tables, and how a file of an older version becomes one of this.

use rusqlite::Connection;

use crate::{Error, Result, search};

/// Each step brings the schema from its index to the next; never edited, only added to.
const STEPS: [Step; 7] = [
    Step::Statements(
        "
CREATE TABLE account (
    id        INTEGER PRIMARY KEY,
    protocol  TEXT NOT NULL,
    host      TEXT NOT NULL,
    port      INTEGER NOT NULL,
    user      TEXT NOT NULL,
    UNIQUE (protocol, host, port, user)
);
CREATE TABLE mailbox (
    id            INTEGER PRIMARY KEY,
    account       INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    name          TEXT NOT NULL,
    uid_validity  INTEGER,
    -- What LIST said of it, as JSON; NULL until it did.
    listing       TEXT,
    UNIQUE (account, name)
);
CREATE TABLE message (
    id             INTEGER PRIMARY KEY,
    mailbox        INTEGER NOT NULL REFERENCES mailbox ON DELETE CASCADE,
    -- IMAP
    uid_validity   INTEGER,
    uid            INTEGER,
    -- POP3
    unique_id      TEXT,
    -- Where it stands in the mailbox: the UID, or the message number of the last session.
    position       INTEGER NOT NULL,
    flags          INTEGER NOT NULL,
    -- Seconds since 1970, UTC.
    internal_date  INTEGER,
    octets         INTEGER NOT NULL,
    -- porthole_message::Summary and Part, as JSON; NULL until they came.
    summary        TEXT,
    structure      TEXT,
    preview        TEXT NOT NULL,
    UNIQUE (mailbox, uid_validity, uid),
    UNIQUE (mailbox, unique_id)
);
CREATE INDEX message_position ON message (mailbox, position);
CREATE TABLE content (
    message  INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
    -- A part specifier; empty for the whole message.
    part     TEXT NOT NULL,
    bytes    BLOB NOT NULL,
    UNIQUE (message, part)
);
",
    ),
    // The words of messages, by their id. A file of the first schema is searchable as far as
    // messages come again.
    Step::Statements(
        "
CREATE VIRTUAL TABLE search USING fts5(head, body, tokenize = 'unicode61 remove_diacritics 2');
CREATE TRIGGER message_not_searched AFTER DELETE ON message BEGIN
    DELETE FROM search WHERE rowid = old.id;
END;
",
    ),
    // What a POP3 account does with mail that was downloaded, and which mail is only here.
    Step::Statements(
        "
-- AfterDownload, as JSON; NULL for what it is unless somebody chose.
ALTER TABLE mailbox ADD COLUMN after_download TEXT;
-- When all of it was kept, in seconds since 1970.
ALTER TABLE message ADD COLUMN downloaded INTEGER;
-- In which order it left the server; NULL while it is there.
ALTER TABLE message ADD COLUMN kept INTEGER;
-- Deleted here, and not on the server.
ALTER TABLE message ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
CREATE INDEX message_kept ON message (mailbox, kept) WHERE kept IS NOT NULL;
",
    ),
    // The id of a message that is gone is never another's: a page may still hold it.
    Step::Statements(
        "
CREATE TABLE message_anew (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox        INTEGER NOT NULL REFERENCES mailbox ON DELETE CASCADE,
    uid_validity   INTEGER,
    uid            INTEGER,
    unique_id      TEXT,
    position       INTEGER NOT NULL,
    flags          INTEGER NOT NULL,
    internal_date  INTEGER,
    octets         INTEGER NOT NULL,
    summary        TEXT,
    structure      TEXT,
    preview        TEXT NOT NULL,
    downloaded     INTEGER,
    kept           INTEGER,
    hidden         INTEGER NOT NULL DEFAULT 0,
    UNIQUE (mailbox, uid_validity, uid),
    UNIQUE (mailbox, unique_id)
);
INSERT INTO message_anew
    SELECT id, mailbox, uid_validity, uid, unique_id, position, flags, internal_date, octets,
        summary, structure, preview, downloaded, kept, hidden
    FROM message;
DROP TABLE message;
ALTER TABLE message_anew RENAME TO message;
CREATE INDEX message_position ON message (mailbox, position);
CREATE INDEX message_kept ON message (mailbox, kept) WHERE kept IS NOT NULL;
CREATE TRIGGER message_not_searched AFTER DELETE ON message BEGIN
    DELETE FROM search WHERE rowid = old.id;
END;
",
    ),
    // What the user did to messages over IMAP and the server has not confirmed.
    Step::Statements(
        "
CREATE TABLE waiting (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    message  INTEGER NOT NULL REFERENCES message ON DELETE CASCADE,
    -- What of the message it is about.
    subject  TEXT NOT NULL,
    -- Deed, as JSON.
    deed     TEXT NOT NULL,
    UNIQUE (message, subject)
);
",
    ),
    // A search reads this index instead of rows with all that they hold, in the order of the list.
    Step::Statements(
        "
-- How much of it is among the words: 1 its header, 2 its text.
ALTER TABLE message ADD COLUMN words INTEGER NOT NULL DEFAULT 0;
UPDATE message SET words = (
    SELECT CASE WHEN body IS NULL THEN 1 ELSE 2 END FROM search WHERE search.rowid = message.id
) WHERE id IN (SELECT rowid FROM search);
CREATE INDEX message_listed ON message (mailbox, hidden, kept IS NULL, kept, position, words);
",
    ),
    // A word of a script without spaces is found within the text.
    Step::Work(search::set_apart),
];

enum Step {
    Statements(&'static str),
    /// What SQL has no words for.
    Work(fn(&Connection) -> Result<()>),
}

impl Step {
    fn take(&self, connection: &Connection) -> Result<()> {
        match self {
            Self::Statements(statements) => Ok(connection.execute_batch(statements)?),
            Self::Work(work) => work(connection),
        }
    }
}

pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    // A table that is replaced by another takes nothing with it. Only outside of a transaction.
    connection.pragma_update(None, "foreign_keys", false)?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(found).unwrap_or(usize::MAX);
    if done > STEPS.len() {
        return Err(Error::TooNew { found });
    }
    let transaction = connection.transaction()?;
    for step in &STEPS[done..] {
        step.take(&transaction)?;
    }
    transaction.pragma_update(None, "user_version", STEPS.len() as i64)?;
    transaction.commit()?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MailboxId, MessageId, Store};

    #[test]
    fn what_an_older_version_kept_is_there() {
        let mut connection = Connection::open_in_memory().unwrap();
        for step in &STEPS[..3] {
            step.take(&connection).unwrap();
        }
        connection.pragma_update(None, "user_version", 3).unwrap();
        let kept = "
INSERT INTO account VALUES (1, 'imap', 'imap.example.com', 993, 'alice');
INSERT INTO mailbox (id, account, name, uid_validity) VALUES (2, 1, 'INBOX', 7);
INSERT INTO message (id, mailbox, uid_validity, uid, position, flags, octets, preview)
    VALUES (40, 2, 7, 61, 61, 1, 9, 'Bring gloves');
INSERT INTO content VALUES (40, '1', x'74656e');
INSERT INTO search (rowid, head) VALUES (40, 'rope');
";
        connection.execute_batch(kept).unwrap();
        migrate(&mut connection).unwrap();
        let mut store = Store {
            connection,
            stands_in: false,
        };
        let (mailbox, id) = (MailboxId(2), MessageId(40));
        let message = store.message(id).unwrap().unwrap();
        assert_eq!((message.octets, message.flags.seen), (9, true));
        assert_eq!(message.preview, "Bring gloves");
        let content = store.content(id, "1").unwrap();
        assert_eq!(content.as_deref(), Some(&b"ten"[..]));
        assert_eq!(store.search(mailbox, "rope").unwrap()[0].id, id);
        let searchable = store.searchable(mailbox).unwrap();
        assert_eq!((searchable.headers, searchable.texts), (1, 0));
        // What belongs to it goes with it, and its id is spent.
        store.remove(&[id]).unwrap();
        assert_eq!(store.content(id, "1").unwrap(), None);
        assert_eq!(store.search(mailbox, "rope").unwrap(), []);
        let next = store.put(mailbox, &crate::NewMessage::new(message.key));
        assert_eq!(next.unwrap(), MessageId(41));
    }
    #[test]
    fn words_without_spaces_are_found_in_older_mail() {
        let mut connection = Connection::open_in_memory().unwrap();
        for step in &STEPS[..6] {
            step.take(&connection).unwrap();
        }
        connection.pragma_update(None, "user_version", 6).unwrap();
        let kept = "
INSERT INTO account VALUES (1, 'imap', 'imap.example.com', 993, 'alice');
INSERT INTO mailbox (id, account, name, uid_validity) VALUES (2, 1, 'INBOX', 7);
INSERT INTO message (id, mailbox, uid_validity, uid, position, flags, octets, preview, words)
    VALUES (40, 2, 7, 61, 61, 0, 9, '', 2), (41, 2, 7, 62, 62, 0, 9, '', 1), (43, 2, 7, 63, 63, 0, 9, '', 2);
INSERT INTO search (rowid, head, body) VALUES (40, 'rope', '東京都の会議は明日です'),
    (41, '会議', NULL), (43, 'The long rope', 'gloves');
";
        connection.execute_batch(kept).unwrap();
        migrate(&mut connection).unwrap();
        let store = Store {
            connection,
            stands_in: false,
        };
        let found = |words: &str| -> Vec<i64> {
            let found = store.search(MailboxId(2), words).unwrap();
            found.iter().map(|found| found.id.0).collect()
        };
        assert_eq!(found("会議"), [41, 40]);
        assert_eq!(found("rope 明日"), [40]);
        assert_eq!(found("long glo"), [43]);
        assert_eq!(found("議会"), [0; 0]);
        let searchable = store.searchable(MailboxId(2)).unwrap();
        assert_eq!((searchable.headers, searchable.texts), (3, 2));
        // Whether a body was indexed is still known.
        let bodies = "SELECT count(body) FROM search";
        let bodies: i64 = store
            .connection
            .query_row(bodies, [], |row| row.get(0))
            .unwrap();
        assert_eq!(bodies, 2);
        let check = "INSERT INTO search (search) VALUES ('integrity-check')";
        store.connection.execute_batch(check).unwrap();
    }
}
