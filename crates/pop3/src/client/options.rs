//! What a client allows a server, and itself.

use std::time::Duration;

/// Limits, and what is known of the connection.
#[derive(Debug, Clone)]
pub struct Options {
    /// Nobody on the way can read the connection: it began with TLS.
    pub encrypted: bool,
    /// How long a server may be silent while something is asked of it.
    pub response_timeout: Duration,
    /// Octets in a line of a response, or of a listing.
    pub max_line: usize,
    /// Lines in a listing.
    pub max_listing: usize,
    /// Whether commands are sent before those before them are answered, where the server has
    /// PIPELINING (RFC 2449 section 6.6).
    pub pipelining: bool,
    /// Commands that are sent before the first of them is answered.
    pub max_pipelined: usize,
    /// Lines that belong to no response before the server is given up.
    pub max_stray_lines: u32,
    /// Octets of an entry that the transcript keeps.
    pub transcript_keep: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            encrypted: false,
            // Servers that index on STAT or UIDL take many seconds for a large maildrop.
            response_timeout: Duration::from_secs(60),
            // RFC 2449 section 4 has 512; challenges of some mechanisms are longer.
            max_line: 8 * 1024,
            // Ten times the largest maildrop that anybody keeps.
            max_listing: 1_000_000,
            pipelining: true,
            // More would fill a server's receive window while it waits for us to read.
            max_pipelined: 500,
            // The rest of a message whose payload ended at an unstuffed dot.
            max_stray_lines: 100_000,
            // Whole for nearly every line, the beginning of a large payload.
            transcript_keep: 8 * 1024,
        }
    }
}
