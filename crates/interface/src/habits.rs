//! What the client makes use of where the server has it, so that whoever wants to see what
//! something is worth can do without it.

use serde::{Deserialize, Serialize};

/// What is made use of, on every connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Habits {
    /// Commands go before those before them are answered: PIPELINING of POP3 (RFC 2449 section
    /// 6.6), RFC 9051 section 5.5. Without it each costs a turn.
    pub pipelining: bool,
    /// IMAP: literals go without being asked for (LITERAL+ and LITERAL-, RFC 7888). Without it each
    /// costs a turn.
    pub literals: bool,
    /// IMAP: what crosses is compressed (COMPRESS=DEFLATE, RFC 4978), which costs a turn first. It
    /// cannot be taken back on a connection that does it.
    pub compression: bool,
    /// IMAP: the server tells by itself what is new (IDLE, RFC 2177). Without it it is asked now
    /// and then.
    pub push: bool,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            pipelining: true,
            literals: true,
            compression: false,
            push: true,
        }
    }
}
