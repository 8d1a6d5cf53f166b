//! The contract of a sans-IO protocol end.

use crate::Instant;

/// One end of a protocol conversation, client or server, without a socket or a clock.
///
/// Mutate, then drain: after any `handle_*` and after any command of the machine's own, call
/// [`poll_output`](Self::poll_output) until it answers [`Output::Wait`].
///
/// **Cutting never matters.** The same input cut at any byte gives the same outputs, once
/// neighbouring chunks of one streamed literal are joined. **No input panics**, and every buffer
/// has a limit; passing one is an event, not a crash.
pub trait Machine {
    /// What the machine tells its driver besides bytes.
    type Event;

    /// Bytes came from the peer.
    fn handle_input(&mut self, now: Instant, bytes: &[u8]);

    /// The deadline of the last [`Output::Wait`] has passed. Calling it early does nothing.
    fn handle_timeout(&mut self, now: Instant);

    /// The peer will send no more.
    fn handle_eof(&mut self, now: Instant);

    /// What is to be done next.
    fn poll_output(&mut self) -> Output<Self::Event>;
}

/// One step that a [`Machine`] asks of its driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output<E> {
    /// Send these bytes to the peer; never empty. All that is pending comes as one.
    Transmit(Vec<u8>),
    /// Something happened.
    Event(E),
    /// Nothing to do until input comes or, where given, until this moment.
    Wait(Option<Instant>),
}
