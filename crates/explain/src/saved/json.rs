//! The JSON form: written, and read again from whoever sent it.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use super::{Fault, Saved, VERSION, check::MOST_CONNECTIONS};

/// What the files are. Others are turned away by this before anything else is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Format {
    #[serde(rename = "porthole transcript")]
    Transcript,
}

/// The JSON would have more than [`LIMIT`] octets and could not be opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the transcript has more than {LIMIT} octets as JSON")]
pub struct TooLarge;

/// Why JSON is no saved transcript.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// More than is ever written.
    #[error("the file has {0} octets, more than {LIMIT}")]
    TooLarge(usize),
    /// Not JSON, or JSON of something else.
    #[error("the file is no transcript that Porthole saved as JSON: {0}")]
    Foreign(serde_json::Error),
    /// Written by another Porthole.
    #[error("the file has version {0}; this Porthole reads version {VERSION}")]
    Version(u64),
    /// Something that every transcript has is missing or of another kind.
    #[error("the file is damaged: {0}")]
    Damaged(serde_json::Error),
    /// All is there and does not fit together.
    #[error("entry {entry} of the file is damaged: {fault}")]
    Entry {
        /// Which, from 0.
        entry: usize,
        /// What is wrong with it.
        fault: Fault,
    },
    /// More connections than anybody has.
    #[error("the file has {0} connections, more than {MOST_CONNECTIONS}")]
    Connections(usize),
    /// The transcript began at no time that there is.
    #[error("the file is damaged: it begins at no time that there is")]
    Time,
}

impl Saved {
    /// As JSON.
    ///
    /// # Errors
    /// It would be larger than what [`Saved::read`] takes.
    pub fn json(&self) -> Result<Vec<u8>, TooLarge> {
        let mut bounded = Bounded(Vec::new());
        // Nothing else can go wrong: all keys are strings, and writing fails at the limit only.
        serde_json::to_writer(&mut bounded, self).map_err(|_| TooLarge)?;
        Ok(bounded.0)
    }

    /// Reads JSON that [`Saved::json`] wrote, or somebody else.
    ///
    /// # Errors
    /// It is none, of another version, too large, or its parts do not fit together.
    pub fn read(json: &[u8]) -> Result<Self, ReadError> {
        if json.len() > LIMIT {
            return Err(ReadError::TooLarge(json.len()));
        }
        let Head { version, .. } = serde_json::from_slice(json).map_err(ReadError::Foreign)?;
        if version != u64::from(VERSION) {
            return Err(ReadError::Version(version));
        }
        let saved: Self = serde_json::from_slice(json).map_err(ReadError::Damaged)?;
        saved.check()?;
        Ok(saved)
    }
}

/// What every version begins with.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "format")]
    _format: Format,
    version: u64,
}

struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LIMIT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Octets of the largest file: the engine keeps 32 MiB of a transcript, which with its tokens is
/// three times as much, and a page can hold that in memory.
const LIMIT: usize = 128 << 20;
