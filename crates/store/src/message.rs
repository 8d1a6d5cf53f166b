//! Messages: what a row of the list and the head of a message need.

use std::ops::RangeInclusive;

use porthole_imap::types::{
    flag::Flag,
    number::{Uid, UidValidity},
};
use porthole_message::{Part, Summary};
use porthole_pop3::UniqueId;
use rusqlite::{OptionalExtension, Row, params};

use crate::{MailboxId, Result, Store};

/// A message on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub i64);

/// What names a message on its server for good.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// IMAP.
    Imap {
        /// The mailbox's generation.
        validity: UidValidity,
        /// The message.
        uid: Uid,
    },
    /// POP3.
    Pop3 {
        /// From UIDL.
        unique_id: UniqueId,
        /// Its number in the session that told; orders the maildrop.
        number: u32,
    },
}

/// The flags that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Flags {
    /// Read.
    pub seen: bool,
    /// Starred.
    pub flagged: bool,
    /// Answered.
    pub answered: bool,
    /// Draft.
    pub draft: bool,
    /// Marked for removal.
    pub deleted: bool,
}

impl Flags {
    /// The flags that are shown, of those that a server sent.
    pub fn of(flags: &[Flag]) -> Self {
        Self {
            seen: flags.contains(&Flag::Seen),
            flagged: flags.contains(&Flag::Flagged),
            answered: flags.contains(&Flag::Answered),
            draft: flags.contains(&Flag::Draft),
            deleted: flags.contains(&Flag::Deleted),
        }
    }

    /// Those that are set, as they are on the wire.
    pub fn wire(self) -> Vec<String> {
        let all = [
            (self.answered, Flag::Answered),
            (self.flagged, Flag::Flagged),
            (self.deleted, Flag::Deleted),
            (self.seen, Flag::Seen),
            (self.draft, Flag::Draft),
        ];
        let set = all.into_iter().filter(|(set, _)| *set);
        set.map(|(_, flag)| flag.to_string()).collect()
    }

    fn bits(self) -> i64 {
        [
            self.seen,
            self.flagged,
            self.answered,
            self.draft,
            self.deleted,
        ]
        .into_iter()
        .zip(0..)
        .map(|(set, bit)| i64::from(set) << bit)
        .sum()
    }

    fn from_bits(bits: i64) -> Self {
        let set = |bit: u32| bits >> bit & 1 == 1;
        Self {
            seen: set(0),
            flagged: set(1),
            answered: set(2),
            draft: set(3),
            deleted: set(4),
        }
    }
}

/// What is learned of a message; `None` leaves what is known as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    /// Which.
    pub key: Key,
    /// Its flags.
    pub flags: Option<Flags>,
    /// When it arrived, in seconds since 1970.
    pub internal_date: Option<i64>,
    /// Its size in octets.
    pub octets: Option<u64>,
    /// Its header's summary.
    pub summary: Option<Summary>,
    /// Its parts.
    pub structure: Option<Part>,
    /// What it begins with.
    pub preview: Option<String>,
}

impl NewMessage {
    /// Nothing but its name.
    pub fn new(key: Key) -> Self {
        Self {
            key,
            flags: None,
            internal_date: None,
            octets: None,
            summary: None,
            structure: None,
            preview: None,
        }
    }
}

/// What is known of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMessage {
    /// Which, on this device.
    pub id: MessageId,
    /// In which mailbox.
    pub mailbox: MailboxId,
    /// Which, on its server.
    pub key: Key,
    /// Its flags.
    pub flags: Flags,
    /// When it arrived, in seconds since 1970.
    pub internal_date: Option<i64>,
    /// Its size in octets; 0 where it is not known.
    pub octets: u64,
    /// Its header's summary.
    pub summary: Option<Summary>,
    /// Its parts.
    pub structure: Option<Part>,
    /// What it begins with; empty where it is not known.
    pub preview: String,
    /// POP3: it is on this device only.
    pub kept: bool,
}

impl StoredMessage {
    /// The UID, on IMAP.
    pub fn uid(&self) -> Option<Uid> {
        match self.key {
            Key::Imap { uid, .. } => Some(uid),
            Key::Pop3 { .. } => None,
        }
    }

    /// The unique-id, on POP3.
    pub fn unique_id(&self) -> Option<&UniqueId> {
        match &self.key {
            Key::Pop3 { unique_id, .. } => Some(unique_id),
            Key::Imap { .. } => None,
        }
    }
}

pub(crate) const COLUMNS: &str = "id, mailbox, uid_validity, uid, unique_id, position, flags, internal_date, \
                       octets, summary, structure, preview, kept IS NOT NULL";

impl Store {
    /// Keeps what was learned of a message.
    ///
    /// # Errors
    /// The database failed.
    pub fn put(&mut self, mailbox: MailboxId, new: &NewMessage) -> Result<MessageId> {
        let (validity, uid, unique_id, position) = match &new.key {
            Key::Imap { validity, uid } => (Some(validity.0), Some(uid.0), None, uid.0),
            Key::Pop3 { unique_id, number } => (None, None, Some(unique_id.as_str()), *number),
        };
        let json = |summary: &Summary| serde_json::to_string(summary);
        let summary = new.summary.as_ref().map(json).transpose()?;
        let json = |part: &Part| serde_json::to_string(part);
        let structure = new.structure.as_ref().map(json).transpose()?;
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO message (mailbox, uid_validity, uid, unique_id, position, flags,
                 internal_date, octets, summary, structure, preview)
             VALUES (?1, ?2, ?3, ?4, ?5, coalesce(?6, 0), ?7, coalesce(?8, 0), ?9, ?10,
                 coalesce(?11, ''))
             ON CONFLICT DO UPDATE SET
                 position = excluded.position,
                 flags = coalesce(?6, flags),
                 internal_date = coalesce(?7, internal_date),
                 octets = coalesce(?8, octets),
                 summary = coalesce(?9, summary),
                 structure = coalesce(?10, structure),
                 preview = coalesce(?11, preview)
             RETURNING id",
        )?;
        let id = statement.query_row(
            params![
                mailbox.0,
                validity,
                uid,
                unique_id,
                position,
                new.flags.map(Flags::bits),
                new.internal_date,
                new.octets
                    .map(|octets| i64::try_from(octets).unwrap_or(i64::MAX)),
                summary,
                structure,
                new.preview,
            ],
            |row| row.get(0),
        )?;
        drop(statement);
        if let Some(summary) = &new.summary {
            self.index_header(MessageId(id), summary)?;
        }
        Ok(MessageId(id))
    }

    /// The messages of these UIDs that are known, in no order.
    ///
    /// # Errors
    /// The database failed.
    pub fn by_uids(
        &self,
        mailbox: MailboxId,
        validity: UidValidity,
        uids: &[Uid],
    ) -> Result<Vec<StoredMessage>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM message WHERE mailbox = ? AND uid_validity = ? AND uid = ?"
        ))?;
        let mut found = Vec::with_capacity(uids.len());
        for uid in uids {
            let parameters = params![mailbox.0, validity.0, uid.0];
            found.extend(statement.query_row(parameters, read).optional()?);
        }
        found.into_iter().map(|raw| raw.decode()).collect()
    }

    /// The messages whose UIDs are in these ranges, in no order.
    ///
    /// # Errors
    /// The database failed.
    pub fn by_uid_ranges(
        &self,
        mailbox: MailboxId,
        validity: UidValidity,
        ranges: &[RangeInclusive<u32>],
    ) -> Result<Vec<MessageId>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id FROM message
             WHERE mailbox = ? AND uid_validity = ? AND uid BETWEEN ? AND ?",
        )?;
        let mut found = Vec::new();
        for range in ranges {
            let parameters = params![mailbox.0, validity.0, range.start(), range.end()];
            let ids = statement.query_map(parameters, |row| Ok(MessageId(row.get(0)?)))?;
            for id in ids {
                found.push(id?);
            }
        }
        Ok(found)
    }

    /// The messages of these unique-ids that are known, in no order.
    ///
    /// # Errors
    /// The database failed.
    pub fn by_unique_ids<'a>(
        &self,
        mailbox: MailboxId,
        unique_ids: impl IntoIterator<Item = &'a UniqueId>,
    ) -> Result<Vec<StoredMessage>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM message WHERE mailbox = ? AND unique_id = ?"
        ))?;
        let mut found = Vec::new();
        for unique_id in unique_ids {
            let parameters = params![mailbox.0, unique_id.as_str()];
            found.extend(statement.query_row(parameters, read).optional()?);
        }
        found.into_iter().map(|raw| raw.decode()).collect()
    }

    /// Messages by their place in the mailbox, the newest first; without those that are on this
    /// device only.
    ///
    /// # Errors
    /// The database failed.
    pub fn newest(&self, mailbox: MailboxId, skip: u32, count: u32) -> Result<Vec<StoredMessage>> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM message WHERE mailbox = ? AND kept IS NULL AND NOT hidden
             ORDER BY position DESC LIMIT ? OFFSET ?"
        ))?;
        let rows = statement.query_map(params![mailbox.0, count, skip], read)?;
        rows.map(|raw| raw?.decode()).collect()
    }

    /// How many messages of a mailbox are known; without those that are on this device only.
    ///
    /// # Errors
    /// The database failed.
    pub fn count(&self, mailbox: MailboxId) -> Result<u32> {
        let mut statement = self.connection.prepare_cached(
            "SELECT count(*) FROM message WHERE mailbox = ? AND kept IS NULL AND NOT hidden",
        )?;
        Ok(statement.query_row([mailbox.0], |row| row.get(0))?)
    }

    /// One message, if it is known.
    ///
    /// # Errors
    /// The database failed.
    pub fn message(&self, id: MessageId) -> Result<Option<StoredMessage>> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM message WHERE id = ?"))?;
        let raw = statement.query_row([id.0], read).optional()?;
        raw.map(RawMessage::decode).transpose()
    }

    /// Sets the flags that are shown.
    ///
    /// # Errors
    /// The database failed.
    pub fn set_flags(&mut self, id: MessageId, flags: Flags) -> Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("UPDATE message SET flags = ? WHERE id = ?")?;
        statement.execute(params![flags.bits(), id.0])?;
        Ok(())
    }

    /// Forgets the messages of a mailbox whose unique-ids begin like this.
    ///
    /// # Errors
    /// The database failed.
    pub fn remove_named(&mut self, mailbox: MailboxId, beginning: &str) -> Result<()> {
        let mut statement = self.connection.prepare_cached(
            "DELETE FROM message
             WHERE mailbox = ?1 AND substr(unique_id, 1, length(?2)) = ?2",
        )?;
        statement.execute(params![mailbox.0, beginning])?;
        Ok(())
    }

    /// Forgets messages and their content.
    ///
    /// # Errors
    /// The database failed.
    pub fn remove(&mut self, ids: &[MessageId]) -> Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("DELETE FROM message WHERE id = ?")?;
        for id in ids {
            statement.execute([id.0])?;
        }
        Ok(())
    }
}

/// A row before its JSON is read.
pub(crate) struct RawMessage {
    id: MessageId,
    mailbox: MailboxId,
    uid: Option<(u32, u32)>,
    unique_id: Option<String>,
    position: u32,
    flags: i64,
    internal_date: Option<i64>,
    octets: i64,
    summary: Option<String>,
    structure: Option<String>,
    preview: String,
    kept: bool,
}

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<RawMessage> {
    let validity: Option<u32> = row.get(2)?;
    let uid: Option<u32> = row.get(3)?;
    Ok(RawMessage {
        id: MessageId(row.get(0)?),
        mailbox: MailboxId(row.get(1)?),
        uid: validity.zip(uid),
        unique_id: row.get(4)?,
        position: row.get(5)?,
        flags: row.get(6)?,
        internal_date: row.get(7)?,
        octets: row.get(8)?,
        summary: row.get(9)?,
        structure: row.get(10)?,
        preview: row.get(11)?,
        kept: row.get(12)?,
    })
}

impl RawMessage {
    pub(crate) fn decode(self) -> Result<StoredMessage> {
        let key = match (self.uid, self.unique_id) {
            (Some((validity, uid)), _) => Key::Imap {
                validity: UidValidity(validity),
                uid: Uid(uid),
            },
            (None, unique_id) => {
                let unique_id = UniqueId::try_from(unique_id.unwrap_or_default().as_str())?;
                Key::Pop3 {
                    unique_id,
                    number: self.position,
                }
            }
        };
        let summary = self
            .summary
            .map(|json| serde_json::from_str(&json))
            .transpose()?;
        let structure = self
            .structure
            .map(|json| serde_json::from_str(&json))
            .transpose()?;
        Ok(StoredMessage {
            id: self.id,
            mailbox: self.mailbox,
            key,
            flags: Flags::from_bits(self.flags),
            internal_date: self.internal_date,
            octets: u64::try_from(self.octets).unwrap_or(0),
            summary,
            structure,
            preview: self.preview,
            kept: self.kept,
        })
    }
}
