//! The tables, and how a file of an older version becomes one of this.

use rusqlite::Connection;

use crate::{Error, Result};

/// Each step brings the schema from its index to the next; never edited, only added to.
const STEPS: [&str; 3] = [
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
    // The words of messages, by their id. A file of the first schema is searchable as far as
    // messages come again.
    "
CREATE VIRTUAL TABLE search USING fts5(head, body, tokenize = 'unicode61 remove_diacritics 2');
CREATE TRIGGER message_not_searched AFTER DELETE ON message BEGIN
    DELETE FROM search WHERE rowid = old.id;
END;
",
    // What a POP3 account does with mail that was downloaded, and which mail is only here.
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
];

pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    connection.pragma_update(None, "foreign_keys", true)?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(found).unwrap_or(usize::MAX);
    if done > STEPS.len() {
        return Err(Error::TooNew { found });
    }
    let transaction = connection.transaction()?;
    for step in &STEPS[done..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", STEPS.len() as i64)?;
    transaction.commit()?;
    Ok(())
}
