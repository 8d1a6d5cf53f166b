//! Accounts and mailboxes.

use porthole_imap::types::{mailbox::ListItem, number::UidValidity};
use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::{Result, Store};

/// An account on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AccountId(pub(crate) i64);

/// A mailbox, or a POP3 maildrop, on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MailboxId(pub(crate) i64);

impl AccountId {
    /// No account: what a store that failed has.
    pub const NONE: Self = Self(0);
}

impl MailboxRecord {
    /// No mailbox: what a store that failed has.
    pub const NONE: Self = Self {
        id: MailboxId(0),
        validity: None,
    };
}

/// What tells one account from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AccountKey {
    /// How its mail is read.
    pub protocol: Protocol,
    /// Where.
    pub host: String,
    /// At which port.
    pub port: u16,
    /// Whose.
    pub user: String,
}

/// The protocol of an account: the same maildrop over both is two accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// IMAP.
    Imap,
    /// POP3.
    Pop3,
}

/// What is known of a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailboxRecord {
    /// Which.
    pub id: MailboxId,
    /// The generation that its messages are of.
    pub validity: Option<UidValidity>,
}

impl Store {
    /// The account of this key, made if it is new.
    ///
    /// # Errors
    /// The database failed.
    pub fn account(&mut self, key: &AccountKey) -> Result<AccountId> {
        let protocol = match key.protocol {
            Protocol::Imap => "imap",
            Protocol::Pop3 => "pop3",
        };
        let id = self.connection.query_row(
            "INSERT INTO account (protocol, host, port, user) VALUES (?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET user = excluded.user RETURNING id",
            params![protocol, key.host, key.port, key.user],
            |row| row.get(0),
        )?;
        Ok(AccountId(id))
    }

    /// The mailbox of this name, made if it is new.
    ///
    /// # Errors
    /// The database failed.
    pub fn mailbox(&mut self, account: AccountId, name: &str) -> Result<MailboxRecord> {
        let record = self.connection.query_row(
            "INSERT INTO mailbox (account, name) VALUES (?, ?)
             ON CONFLICT DO UPDATE SET name = excluded.name RETURNING id, uid_validity",
            params![account.0, name],
            |row| {
                Ok(MailboxRecord {
                    id: MailboxId(row.get(0)?),
                    validity: row.get::<_, Option<u32>>(1)?.map(UidValidity),
                })
            },
        )?;
        Ok(record)
    }

    /// Says which generation a mailbox is of now. If it was another, its messages are forgotten:
    /// their UIDs mean nothing any more (RFC 9051 section 2.3.1.1). Answers whether that was so.
    ///
    /// # Errors
    /// The database failed.
    pub fn renew(&mut self, mailbox: MailboxId, validity: UidValidity) -> Result<bool> {
        let before: Option<u32> = self.connection.query_row(
            "SELECT uid_validity FROM mailbox WHERE id = ?",
            [mailbox.0],
            |row| row.get(0),
        )?;
        if before == Some(validity.0) {
            return Ok(false);
        }
        self.batch(|store| {
            store
                .connection
                .execute("DELETE FROM message WHERE mailbox = ?", [mailbox.0])?;
            store.connection.execute(
                "UPDATE mailbox SET uid_validity = ? WHERE id = ?",
                params![validity.0, mailbox.0],
            )?;
            Ok(before.is_some())
        })
    }

    /// Keeps what LIST said; mailboxes that it did not name are forgotten with their messages.
    ///
    /// # Errors
    /// The database failed.
    pub fn set_listing(&mut self, account: AccountId, listing: &[ListItem]) -> Result<()> {
        self.batch(|store| {
            store.connection.execute(
                "UPDATE mailbox SET listing = NULL WHERE account = ?",
                [account.0],
            )?;
            for item in listing {
                let id = store.mailbox(account, item.mailbox.as_str())?.id;
                store.connection.execute(
                    "UPDATE mailbox SET listing = ? WHERE id = ?",
                    params![serde_json::to_string(item)?, id.0],
                )?;
            }
            store.connection.execute(
                "DELETE FROM mailbox WHERE account = ? AND listing IS NULL",
                [account.0],
            )?;
            Ok(())
        })
    }

    /// What LIST said last.
    ///
    /// # Errors
    /// The database failed.
    pub fn listing(&self, account: AccountId) -> Result<Vec<ListItem>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT listing FROM mailbox WHERE account = ? AND listing IS NOT NULL ORDER BY id",
        )?;
        let rows = statement.query_map([account.0], |row| row.get::<_, String>(0))?;
        rows.map(|json| Ok(serde_json::from_str(&json?)?)).collect()
    }
}
