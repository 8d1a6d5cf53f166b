//! What a client makes use of where the server has it: each can be done without, and costs then.

/// What is made use of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habits {
    /// A command goes before the one before it is answered (RFC 9051 section 5.5). Without it
    /// every command costs a turn.
    pub pipelining: bool,
    /// A literal goes without being asked for (LITERAL+ and LITERAL-, RFC 7888). Without it every
    /// literal costs a turn.
    pub non_synchronizing_literals: bool,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            pipelining: true,
            non_synchronizing_literals: true,
        }
    }
}
