//! What the engine learned, in SQLite: accounts, mailboxes, messages and their content.
//!
//! An IMAP message is only ever addressed by (mailbox, UIDVALIDITY, UID), a POP3 message by its
//! unique-id. The rest of the program uses the [`MessageId`] that the row has on this device.
//!
//! ```
//! use porthole_store::{AccountKey, Key, NewMessage, Protocol, Store};
//! use porthole_imap::types::number::{Uid, UidValidity};
//!
//! # fn main() -> Result<(), porthole_store::Error> {
//! let mut store = Store::in_memory()?;
//! let account = store.account(&AccountKey {
//!     protocol: Protocol::Imap,
//!     host: "imap.example.com".to_owned(),
//!     port: 993,
//!     user: "alice".to_owned(),
//! })?;
//! let inbox = store.mailbox(account, "INBOX")?;
//! store.renew(inbox.id, UidValidity(7))?;
//! let key = Key::Imap { validity: UidValidity(7), uid: Uid(61) };
//! let id = store.put(inbox.id, &NewMessage::new(key))?;
//! assert_eq!(store.by_uids(inbox.id, UidValidity(7), &[Uid(61)])?[0].id, id);
//! # Ok(())
//! # }
//! ```

mod account;
mod content;
mod kept;
mod message;
mod schema;
mod script;
mod search;
mod waiting;

use rusqlite::Connection;

pub use account::{AccountId, AccountKey, MailboxId, MailboxRecord, Protocol};
pub use message::{Flags, Key, MessageId, NewMessage, StoredMessage};
pub use porthole_interface::change::{AfterDownload, Kept};
pub use search::{Found, Searchable};
pub use waiting::{Deed, DeedId, Waiting};

/// The database. One at a time may be open on the same file.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    /// In memory, and taken for what outlives the program.
    stands_in: bool,
}

/// The database failed. Nothing that was written before is lost.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// SQLite says so.
    #[error("the mail store failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A record is not what this version writes.
    #[error("the mail store holds a record that cannot be read: {0}")]
    Record(#[from] serde_json::Error),
    /// A message has a name that no server gives.
    #[error("the mail store is damaged: {0}")]
    UniqueId(#[from] porthole_pop3::types::InvalidUniqueId),
    /// The file was written by a newer version.
    #[error("the mail store was made by a newer version of Porthole (schema {found})")]
    TooNew {
        /// Its schema's number.
        found: i64,
    },
}

type Result<T> = std::result::Result<T, Error>;

impl Store {
    /// A store that is forgotten when it is dropped.
    ///
    /// # Errors
    /// SQLite has no memory.
    pub fn in_memory() -> Result<Self> {
        Self::with(Connection::open_in_memory()?)
    }

    /// The same in the place of a device's: what it holds counts as kept. Nobody's mail may be
    /// deleted for being in it.
    ///
    /// # Errors
    /// SQLite has no memory.
    pub fn standing_in() -> Result<Self> {
        let stands_in = true;
        Ok(Self {
            stands_in,
            ..Self::in_memory()?
        })
    }

    /// The store in this file, made or brought up to date if need be.
    ///
    /// # Errors
    /// The file cannot be opened, is damaged, or comes from a newer version.
    pub fn open(path: &str) -> Result<Self> {
        Self::with(Connection::open(path)?)
    }

    fn with(connection: Connection) -> Result<Self> {
        let mut store = Self {
            connection,
            stands_in: false,
        };
        schema::migrate(&mut store.connection)?;
        Ok(store)
    }

    /// Runs `work` as one transaction: all of it is kept, or none.
    ///
    /// # Errors
    /// What `work` says, or that SQLite cannot commit.
    pub fn batch<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.connection.execute_batch("BEGIN")?;
        let result = work(self).and_then(|done| {
            self.connection.execute_batch("COMMIT")?;
            Ok(done)
        });
        // On some errors, such as a full disk, SQLite has rolled back by itself.
        if result.is_err() && !self.connection.is_autocommit() {
            // The first error says what went wrong; a second would only hide it.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        result
    }
}

#[cfg(test)]
mod tests;
