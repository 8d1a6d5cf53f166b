//! A client whose commands can be held back, and that sends what somebody types.

use crate::{CommandId, Entry, Gate, Instant};

/// A client end that lets its user come between it and the wire.
///
/// While the [`Gate`] is held no command is begun: it waits where it can be looked at, replaced or
/// dropped. What belongs to a command that has begun, such as a step of a SASL exchange, is not
/// held.
pub trait Hold {
    /// What a token can be in its protocol.
    type Role;

    /// Which commands may go.
    fn gate(&mut self) -> &mut Gate;

    /// The command that is held back, as the transcript will have it.
    fn held(&self) -> Option<(CommandId, Vec<Entry<Self::Role>>)>;

    /// Puts a typed line in the place of the command that is held back. Whoever issued that hears
    /// of its completion.
    fn replace_held(&mut self, line: &[u8]);

    /// Drops the command that is held back: to whoever issued it, it is refused.
    fn drop_held(&mut self);

    /// Issues a line that somebody typed, without its ending and, where the protocol has one, its
    /// tag; whatever it is. It goes before all that is held back, and what it does to the session
    /// is followed as far as it can be understood.
    fn issue_line(&mut self, line: &[u8]) -> CommandId;

    /// Sends octets as they are, at once and as part of the command that is on its way: a step of
    /// a SASL exchange, a literal, DONE, or a mistake that somebody wants to make.
    fn send_verbatim(&mut self, now: Instant, octets: &[u8]);

    /// Whether a command lacks its answer.
    fn awaits(&self, id: CommandId) -> bool;
}

/// What a command that was dropped is completed with, in the place of a server's words.
pub const DROPPED: &str = "it was held back and dropped";
