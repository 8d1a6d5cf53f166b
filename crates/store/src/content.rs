//! The octets of messages and of parts of them.

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
}
