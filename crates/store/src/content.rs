//! The octets of messages and of parts of them.

use porthole_interface::change::Kept;
use rusqlite::{OptionalExtension, params};

use crate::{MessageId, Result, Store};

impl Store {
    /// Keeps the octets of a part as the server sent them; an empty part specifier means the
    /// whole message.
    ///
    /// # Errors
    /// The database failed.
    pub fn put_content(&mut self, message: MessageId, part: &str, bytes: &[u8]) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT OR REPLACE INTO content (message, part, bytes) VALUES (?, ?, ?)",
        )?;
        statement.execute(params![message.0, part, bytes])?;
        drop(statement);
        if part.is_empty() {
            self.index_text(message, bytes)?;
        }
        Ok(())
    }

    /// The octets of a part, if they were kept.
    ///
    /// # Errors
    /// The database failed.
    pub fn content(&self, message: MessageId, part: &str) -> Result<Option<Vec<u8>>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT bytes FROM content WHERE message = ? AND part = ?")?;
        Ok(statement
            .query_row(params![message.0, part], |row| row.get(0))
            .optional()?)
    }

    /// How much of mail is here, of all accounts.
    ///
    /// # Errors
    /// The database failed.
    pub fn kept(&self) -> Result<Kept> {
        let kept = self.connection.query_row(
            "SELECT (SELECT coalesce(sum(length(bytes)), 0) FROM content)
                  + (SELECT coalesce(sum(length(CAST(coalesce(summary, '') AS BLOB))
                                       + length(CAST(coalesce(structure, '') AS BLOB))
                                       + length(CAST(preview AS BLOB))), 0) FROM message),
                    (SELECT count(*) FROM message),
                    (SELECT count(*) FROM content WHERE part = '')",
            [],
            |row| {
                Ok(Kept {
                    octets: row.get::<_, i64>(0)?.unsigned_abs(),
                    messages: row.get(1)?,
                    whole: row.get(2)?,
                })
            },
        )?;
        Ok(kept)
    }
}
