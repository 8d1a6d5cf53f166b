//! What the engine asks of a protocol's back end.

use porthole_wire::Instant;

use crate::{
    change::{AfterDownload, Belief, PartId},
    core::Core,
    farewell::Farewell,
    intent::{Mark, MessageId, UndoId},
    output::{ConnectionId, DialError, Dialled, TlsSummary},
    reins::Holdable,
    wire::Named,
};

/// One account being read, over IMAP or POP3.
///
/// A back end acts on its connections through `Core::output` and tells the page through
/// `Core::change`; it never waits.
pub(crate) trait Backend: std::fmt::Debug {
    /// Begin: show what the store has, dial.
    fn start(&mut self, core: &mut Core, now: Instant);
    /// End all connections in good order. The user does not wait for the server's last answer,
    /// but something may.
    fn stop(self: Box<Self>, core: &mut Core, now: Instant) -> Option<Box<dyn Farewell>>;
    /// Dial again now.
    fn retry(&mut self, core: &mut Core, now: Instant);
    /// A connection was made, or not. `entropy` was never used before.
    fn dialled(
        &mut self,
        core: &mut Core,
        now: Instant,
        connection: ConnectionId,
        result: Result<Dialled, DialError>,
        entropy: [u8; 18],
    );
    /// TLS is on, or failed.
    fn tls(
        &mut self,
        core: &mut Core,
        now: Instant,
        connection: ConnectionId,
        result: Result<TlsSummary, DialError>,
    );
    /// Octets came.
    fn input(&mut self, core: &mut Core, now: Instant, connection: ConnectionId, bytes: &[u8]);
    /// The stream ended.
    fn eof(&mut self, core: &mut Core, now: Instant, connection: ConnectionId);
    /// A deadline may have passed.
    fn timeout(&mut self, core: &mut Core, now: Instant);
    /// When `timeout` must be called.
    fn deadline(&mut self) -> Option<Instant>;
    /// Something is to be done in the mailbox that is shown.
    fn come_back(&mut self, _core: &mut Core, _now: Instant) {}
    /// Open this mailbox.
    fn open_mailbox(&mut self, core: &mut Core, now: Instant, name: String);
    /// The window of the list has moved.
    fn window_moved(&mut self, core: &mut Core, now: Instant);
    /// Fetch what is missing of this message.
    fn open_message(&mut self, core: &mut Core, now: Instant, id: MessageId);
    /// Give an attachment.
    fn fetch_part(&mut self, core: &mut Core, now: Instant, id: MessageId, part: String);
    /// Give the whole message.
    fn fetch_source(&mut self, core: &mut Core, now: Instant, id: MessageId);
    /// Stop fetching of this message.
    fn stop_fetching(&mut self, core: &mut Core, now: Instant, id: MessageId, part: Option<PartId>);
    /// Set or clear a mark.
    fn mark(&mut self, core: &mut Core, now: Instant, ids: &[MessageId], mark: Mark, on: bool);
    /// Delete.
    fn delete(&mut self, core: &mut Core, now: Instant, ids: &[MessageId]);
    /// Move to another mailbox.
    fn move_to(&mut self, core: &mut Core, now: Instant, ids: &[MessageId], mailbox: String);
    /// Take an action back.
    fn undo(&mut self, core: &mut Core, now: Instant, id: UndoId);
    /// What becomes of mail on the server once it is here.
    fn after_download(&mut self, core: &mut Core, now: Instant, choice: AfterDownload);
    /// What is to be made use of has changed: `Core::habits`.
    fn take_up(&mut self, core: &mut Core, now: Instant);
    /// Look for new mail.
    fn check(&mut self, core: &mut Core, now: Instant);
    /// Show what has these words, or the mailbox again where there are none.
    fn search(&mut self, core: &mut Core, now: Instant, text: &str);
    /// The connections that are open, the one for the user first.
    fn links(&mut self) -> Vec<Box<dyn Holdable + '_>>;
    /// Take up what the machines have to say since something was done to them.
    fn go_on(&mut self, core: &mut Core, now: Instant);
    /// What it is doing.
    fn activity(&mut self) -> Activity;
    /// How many of the user's actions wait for a connection.
    fn waiting(&self, core: &mut Core) -> u32;
    /// The open mailbox as the server has told of it; `None` while none is open.
    fn belief(&self, core: &mut Core) -> Option<Belief>;
    /// How the wire names a message of the open mailbox.
    fn name_of(&self, core: &mut Core, id: MessageId) -> Option<Named>;
    /// The messages of the open mailbox that the wire names so.
    fn messages(&self, core: &mut Core, named: &[Named]) -> Vec<MessageId>;
    /// Tell the page the rows in the window.
    fn show(&mut self, core: &mut Core);
}

/// What a back end is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Activity {
    pub(crate) busy: bool,
    pub(crate) listening: bool,
}
