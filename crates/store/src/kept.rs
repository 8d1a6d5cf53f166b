//! POP3: mail that was downloaded, and mail that is on this device only.

use porthole_interface::change::AfterDownload;
use porthole_pop3::UniqueId;
use rusqlite::{OptionalExtension, params};

use crate::{MailboxId, MessageId, Result, Store, StoredMessage, message};

impl Store {
    /// Whether what is kept outlives the program.
    pub fn is_persistent(&self) -> bool {
        self.stands_in || self.connection.path().is_some_and(|path| !path.is_empty())
    }

    /// What becomes of a maildrop's messages once they are here.
    ///
    /// # Errors
    /// The database failed.
    pub fn after_download(&self, mailbox: MailboxId) -> Result<AfterDownload> {
        let json: Option<Option<String>> = self
            .connection
            .query_row(
                "SELECT after_download FROM mailbox WHERE id = ?",
                [mailbox.0],
                |row| row.get(0),
            )
            .optional()?;
        Ok(match json.flatten() {
            Some(json) => serde_json::from_str(&json)?,
            None => AfterDownload::default(),
        })
    }

    /// Chooses that.
    ///
    /// # Errors
    /// The database failed.
    pub fn set_after_download(&mut self, mailbox: MailboxId, choice: AfterDownload) -> Result<()> {
        self.connection.execute(
            "UPDATE mailbox SET after_download = ? WHERE id = ?",
            params![serde_json::to_string(&choice)?, mailbox.0],
        )?;
        Ok(())
    }

    /// All of a message is here, since this moment in seconds since 1970.
    ///
    /// # Errors
    /// The database failed.
    pub fn set_downloaded(&mut self, id: MessageId, unix: i64) -> Result<()> {
        self.connection.execute(
            "UPDATE message SET downloaded = ? WHERE id = ? AND downloaded IS NULL",
            params![unix, id.0],
        )?;
        Ok(())
    }

    /// The messages of a maildrop of which all is here, in its order, with their sizes in octets as they came,
    /// and since when.
    ///
    /// # Errors
    /// The database failed.
    pub fn downloaded(&self, mailbox: MailboxId) -> Result<Vec<(UniqueId, u64, i64)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT unique_id, length(bytes), downloaded
             FROM message JOIN content ON content.message = message.id AND part = ''
             WHERE mailbox = ? AND downloaded IS NOT NULL AND kept IS NULL
             ORDER BY position",
        )?;
        let rows = statement.query_map([mailbox.0], |row| {
            let (name, octets, at): (String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((name, octets, at))
        })?;
        rows.map(|row| {
            let (name, octets, at) = row?;
            Ok((
                UniqueId::try_from(name.as_str())?,
                octets.unsigned_abs(),
                at,
            ))
        })
        .collect()
    }

    /// These messages have left the server, and all of them is here: they are kept, the last of
    /// these as the newest. Their unique-ids are free: what has one from now on is another message.
    ///
    /// # Errors
    /// The database failed.
    pub fn keep(&mut self, mailbox: MailboxId, unique_ids: &[UniqueId]) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "UPDATE message
             SET kept = (SELECT coalesce(max(kept), 0) + 1 FROM message WHERE mailbox = ?1),
                 unique_id = 'porthole-kept-' || id
             WHERE mailbox = ?1 AND unique_id = ?2 AND downloaded IS NOT NULL AND kept IS NULL",
        )?;
        for unique_id in unique_ids {
            statement.execute(params![mailbox.0, unique_id.as_str()])?;
        }
        Ok(())
    }

    /// The messages that are on this device only, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub fn kept_messages(
        &self,
        mailbox: MailboxId,
        skip: u32,
        count: u32,
    ) -> Result<Vec<StoredMessage>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {} FROM message WHERE mailbox = ? AND kept IS NOT NULL AND NOT hidden
             ORDER BY kept DESC LIMIT ? OFFSET ?",
            message::COLUMNS
        ))?;
        let rows = statement.query_map(params![mailbox.0, count, skip], message::read)?;
        rows.map(|raw| raw?.decode()).collect()
    }

    /// How many they are.
    ///
    /// # Errors
    /// The database failed.
    pub fn count_kept(&self, mailbox: MailboxId) -> Result<u32> {
        let mut statement = self.connection.prepare_cached(
            "SELECT count(*) FROM message WHERE mailbox = ? AND kept IS NOT NULL AND NOT hidden",
        )?;
        Ok(statement.query_row([mailbox.0], |row| row.get(0))?)
    }

    /// Takes messages out of sight, or shows them again.
    ///
    /// # Errors
    /// The database failed.
    pub fn hide(&mut self, ids: &[MessageId], hidden: bool) -> Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("UPDATE message SET hidden = ? WHERE id = ?")?;
        for id in ids {
            statement.execute(params![hidden, id.0])?;
        }
        Ok(())
    }

    /// The unique-ids of messages of a maildrop that are hidden; those of them that are nowhere
    /// but here are forgotten.
    ///
    /// # Errors
    /// The database failed.
    pub fn hidden(&mut self, mailbox: MailboxId) -> Result<Vec<UniqueId>> {
        self.connection.execute(
            "DELETE FROM message WHERE mailbox = ? AND hidden AND kept IS NOT NULL",
            [mailbox.0],
        )?;
        let mut statement = self.connection.prepare_cached(
            "SELECT unique_id FROM message WHERE mailbox = ? AND hidden AND unique_id IS NOT NULL",
        )?;
        let names = statement.query_map([mailbox.0], |row| row.get::<_, String>(0))?;
        names
            .map(|name| Ok(UniqueId::try_from(name?.as_str())?))
            .collect()
    }
}
