//! What imap-codec makes of the same octets: both accept them, and they mean the same.
