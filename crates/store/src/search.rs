//! Finding words in what is on this device.

use std::borrow::Cow;

use porthole_message::{Address, Limits, Message, Summary};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{MailboxId, MessageId, Result, Store, script};

/// Hits beyond this many are not told: nobody reads so long a list.
const MOST: u32 = 10_000;

/// How much of a mailbox a search on this device can look through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Searchable {
    /// Messages whose subject and people are known.
    pub headers: u32,
    /// Messages whose text is here too.
    pub texts: u32,
}

/// A message that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Which.
    pub id: MessageId,
    /// Where it stands: its UID, or the message number that it had last.
    pub position: u32,
}

impl Store {
    /// The messages of a mailbox that have all these words, or words that begin so, in their
    /// subject, people or text; the newest first. Case and accents make no difference. In scripts
    /// without spaces a word is found wherever it stands.
    ///
    /// # Errors
    /// The database failed.
    pub fn search(&self, mailbox: MailboxId, words: &str) -> Result<Vec<Found>> {
        // A string in double quotes is a phrase, its quotes doubled; the star lets it go on.
        let quoted = |word: &str| format!("\"{}\"*", script::set_apart(word).replace('"', "\"\""));
        let query: Vec<_> = words.split_whitespace().map(quoted).collect();
        if query.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT id, position FROM message
             WHERE mailbox = ?2 AND hidden = 0
                 AND id IN (SELECT rowid FROM search WHERE search MATCH ?1)
             ORDER BY kept IS NULL DESC, kept DESC, position DESC LIMIT ?3",
        )?;
        let rows = statement.query_map(params![query.join(" "), mailbox.0, MOST], |row| {
            Ok(Found {
                id: MessageId(row.get(0)?),
                position: row.get(1)?,
            })
        })?;
        rows.map(|found| Ok(found?)).collect()
    }

    /// How much of a mailbox can be searched here.
    ///
    /// # Errors
    /// The database failed.
    pub fn searchable(&self, mailbox: MailboxId) -> Result<Searchable> {
        let mut statement = self.connection.prepare_cached(
            "SELECT count(*) FILTER (WHERE words > 0), count(*) FILTER (WHERE words = 2)
             FROM message WHERE mailbox = ? AND hidden = 0",
        )?;
        Ok(statement.query_row([mailbox.0], |row| {
            Ok(Searchable {
                headers: row.get(0)?,
                texts: row.get(1)?,
            })
        })?)
    }

    /// Makes the subject and the people of a message findable.
    pub(crate) fn index_header(&self, id: MessageId, summary: &Summary) -> Result<()> {
        let everybody = [&summary.from, &summary.to, &summary.cc];
        let person = |address: &Address| {
            let name = address.name.as_deref().unwrap_or_default();
            format!("{name} {}", address.email)
        };
        let people = everybody.into_iter().flatten().map(person);
        let subject = summary.subject.clone().unwrap_or_default();
        let head: Vec<_> = std::iter::once(subject).chain(people).collect();
        self.index(id, "head", 1, &head.join("\n"))
    }

    /// Makes the text of a whole message findable.
    pub(crate) fn index_text(&self, id: MessageId, raw: &[u8]) -> Result<()> {
        let text = Message::parse(raw, &Limits::default()).plain_text(raw);
        self.index(id, "body", 2, &text)
    }

    fn index(&self, id: MessageId, column: &str, words: u8, text: &str) -> Result<()> {
        let text = script::set_apart(text);
        let update = format!("UPDATE search SET {column} = ? WHERE rowid = ?");
        let changed = self
            .connection
            .prepare_cached(&update)?
            .execute(params![text, id.0])?;
        if changed == 0 {
            let insert = format!("INSERT INTO search (rowid, {column}) VALUES (?, ?)");
            self.connection
                .prepare_cached(&insert)?
                .execute(params![id.0, text])?;
        }
        self.connection
            .prepare_cached("UPDATE message SET words = ?1 WHERE id = ?2 AND words < ?1")?
            .execute(params![words, id.0])?;
        Ok(())
    }
}

/// Sets the scripts without spaces apart in what was indexed as it stood, one message at a time:
/// all of them may be more than fits into memory.
pub(crate) fn set_apart(connection: &Connection) -> Result<()> {
    let mut next = connection
        .prepare("SELECT rowid, head, body FROM search WHERE rowid > ? ORDER BY rowid LIMIT 1")?;
    let mut update = connection.prepare("UPDATE search SET head = ?, body = ? WHERE rowid = ?")?;
    let mut done: i64 = 0;
    loop {
        let row = next.query_row([done], |row| {
            let texts: [Option<String>; 2] = [row.get(1)?, row.get(2)?];
            Ok((row.get(0)?, texts))
        });
        let Some((id, texts)) = row.optional()? else {
            return Ok(());
        };
        let [head, body] = texts
            .each_ref()
            .map(|text| text.as_deref().map(script::set_apart));
        if [&head, &body]
            .into_iter()
            .flatten()
            .any(|text| matches!(text, Cow::Owned(_)))
        {
            update.execute(params![head, body, id])?;
        }
        done = id;
    }
}
