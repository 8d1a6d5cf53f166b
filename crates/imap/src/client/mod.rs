//! The client: commands in, typed responses out.
//!
//! ```text
//!   commands --> queue --> in flight --> completed
//!                  |          ^
//!                  | fragments until one must wait for '+'
//!                  v          | tagged response
//!                bytes      responses <-- frames <-- bytes
//! ```
//!
//! Commands are pipelined: all that may go goes in one [`Output::Transmit`]. Three kinds wait:
//! what stands behind a literal that must be asked for, what stands behind a command that changes
//! the conversation itself (STARTTLS, AUTHENTICATE, LOGIN), and everything while the server has
//! not yet agreed to IDLE.

mod authenticate;
mod compression;
mod event;
mod habits;
mod hold;
mod queue;
mod receive;
mod selected;
mod view;

use std::{collections::VecDeque, time::Duration};

use porthole_sasl::ClientMechanism;
use porthole_wire::{
    CommandId, Direction, Gate, Instant, Machine, Output, Secret, Shape, Transcript, Unit,
};

use self::compression::Compression;
pub use self::{
    authenticate::CannotSignIn,
    event::{Closed, Event, PeerMisbehaved, Refused},
    habits::Habits,
    selected::Selected,
    view::View,
};
use crate::{
    types::{capability::Capabilities, command::Command},
    wire::{FrameLimits, Framer, Mark, Peer, Quirks, Role, encode::Fragment, unknown},
};

/// How a client behaves and what it tolerates.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long a command may be without any octet of an answer. Servers that search a large
    /// mailbox are silent for long; RFC 9051 section 5.4 sets no limit.
    pub response_timeout: Duration,
    /// How long the greeting may take.
    pub greeting_timeout: Duration,
    /// Limits of what a server may send.
    pub limits: FrameLimits,
    /// What is made use of to begin with.
    pub habits: Habits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            response_timeout: Duration::from_secs(60),
            greeting_timeout: Duration::from_secs(30),
            limits: FrameLimits::default(),
            habits: Habits::default(),
        }
    }
}

/// The states of RFC 9051 section 3.
///
/// ```text
///   connection
///      |  greeting OK            greeting PREAUTH    greeting BYE
///      v                              |                  |
///   NotAuthenticated --- OK of LOGIN or AUTHENTICATE      |
///      |                 v            |                  |
///      |          Authenticated <-----+                  |
///      |            |       ^                            |
///      |   SELECT OK|       |CLOSE, UNSELECT,            |
///      |            v       |failed SELECT               |
///      |           Selected                              |
///      |             |  LOGOUT, BYE, end of stream       |
///      +-------------+--> Logout <-----------------------+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// The greeting did not come yet.
    Connecting,
    /// The user is not known to the server.
    NotAuthenticated,
    /// Signed in, no mailbox open.
    Authenticated,
    /// A mailbox is open.
    Selected,
    /// Over.
    Logout,
}

/// An IMAP client without a socket.
#[derive(Debug)]
pub struct Client {
    options: Options,
    framer: Framer,
    transcript: Transcript<Role>,
    state: State,
    capabilities: Capabilities,
    utf8: bool,
    selected: Option<Selected>,
    queue: VecDeque<Issued>,
    gate: Gate,
    in_flight: VecDeque<Issued>,
    next: CommandId,
    idle: Idle,
    mechanism: Option<Box<dyn ClientMechanism>>,
    /// A sign-in that somebody sent octet by octet, until an answer with a tag comes.
    verbatim: Option<Command>,
    /// What must not be seen in a server's own text either.
    secrets: Vec<Secret>,
    /// The beginning of the literal that is being streamed.
    streaming: Vec<u8>,
    upgrading: bool,
    compression: Compression,
    quirks: Quirks,
    heard: Option<Instant>,
    out: Vec<u8>,
    events: VecDeque<Event>,
}

/// A command on its way.
#[derive(Debug)]
struct Issued {
    id: CommandId,
    command: Command,
    /// The line that somebody typed, where that is what goes.
    typed: Option<Vec<u8>>,
    /// What is not sent yet; `None` until it is encoded.
    fragments: Option<VecDeque<(Fragment, Vec<Mark>)>>,
    /// Whether the next fragment waits for a continuation request.
    waiting: bool,
    /// Since when it has waited to be sent.
    since: Option<Instant>,
}

/// Where IDLE stands (RFC 9051 section 6.3.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Idle {
    No,
    /// Sent, not agreed to.
    Requested,
    /// The server reports what happens.
    Active,
}

impl Client {
    /// A client that waits for the greeting.
    pub fn new(options: Options) -> Self {
        Self {
            framer: Framer::new(Peer::Server, options.limits),
            options,
            transcript: Transcript::default(),
            state: State::Connecting,
            capabilities: Capabilities::default(),
            utf8: false,
            selected: None,
            queue: VecDeque::new(),
            gate: Gate::Open,
            in_flight: VecDeque::new(),
            next: CommandId(1),
            idle: Idle::No,
            mechanism: None,
            verbatim: None,
            secrets: Vec::new(),
            streaming: Vec::new(),
            upgrading: false,
            compression: Compression::default(),
            quirks: Quirks::default(),
            heard: None,
            out: Vec::new(),
            events: VecDeque::new(),
        }
    }

    /// Where the conversation stands.
    pub fn state(&self) -> State {
        self.state
    }

    /// What the server said last that it can do.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// The open mailbox.
    pub fn selected(&self) -> Option<&Selected> {
        self.selected.as_ref()
    }

    /// Makes use of other things from the next command on.
    pub fn set_habits(&mut self, habits: Habits) {
        self.options.habits = habits;
    }

    /// Whether what crosses is compressed (RFC 4978).
    pub fn is_compressed(&self) -> bool {
        self.compression.is_on()
    }

    /// What the server did so far that no RFC allows, and that was understood all the same.
    pub fn quirks(&self) -> Quirks {
        self.quirks
    }

    /// How many commands were issued and not completed, IDLE not counted.
    pub fn pending(&self) -> usize {
        let idle = |issued: &&Issued| issued.command != Command::Idle;
        self.queue
            .iter()
            .chain(&self.in_flight)
            .filter(idle)
            .count()
    }

    /// Whether the server is reporting by IDLE, or was asked to.
    pub fn is_idle(&self) -> bool {
        self.idle != Idle::No
    }

    /// What crossed so far.
    pub fn transcript(&mut self) -> &mut Transcript<Role> {
        &mut self.transcript
    }

    /// Issues a command. It goes as soon as the protocol allows, behind those issued before.
    pub fn issue(&mut self, command: Command) -> CommandId {
        let id = self.next;
        self.next = id.next();
        self.queue.push_back(Issued {
            id,
            command,
            typed: None,
            fragments: None,
            waiting: false,
            since: None,
        });
        id
    }

    /// The driver has put TLS on the connection after [`Event::StartTls`].
    ///
    /// What was known of the server is forgotten: it came in the clear (RFC 9051 section 6.2.1).
    pub fn handle_tls_established(&mut self, now: Instant) {
        self.upgrading = false;
        self.capabilities = Capabilities::default();
        self.flush(now);
    }

    /// Sends what may go. Called by every input; a driver that only issued commands calls it too.
    pub fn flush(&mut self, now: Instant) {
        self.pump(now);
    }

    fn is_logging_out(&self) -> bool {
        let mut commands = self.in_flight.iter().map(|issued| &issued.command);
        commands.any(|command| *command == Command::Logout)
    }

    fn close(&mut self, why: Closed) {
        if self.state == State::Logout {
            return;
        }
        self.state = State::Logout;
        self.selected = None;
        self.idle = Idle::No;
        self.mechanism = None;
        self.verbatim = None;
        self.out.clear();
        self.queue.clear();
        self.in_flight.clear();
        self.events.push_back(Event::Closed(why));
    }

    /// When silence becomes too long.
    fn deadline(&self) -> Option<Instant> {
        let heard = self.heard?;
        match self.state {
            State::Logout => None,
            // Whoever holds commands back takes the time that it takes.
            _ if self.gate != Gate::Open => None,
            State::Connecting => Some(heard + self.options.greeting_timeout),
            _ if self.pending() > 0 => Some(heard + self.options.response_timeout),
            _ => None,
        }
    }

    /// Writes octets and records them.
    fn transmit(
        &mut self,
        now: Instant,
        (id, since): (CommandId, Option<Instant>),
        fragment: &Fragment,
        marks: &[Mark],
    ) {
        let unit = Unit {
            queued: since,
            ..unit(id, fragment, marks)
        };
        self.transcript.record(now, &unit);
        for secret in &fragment.secrets {
            let text = std::str::from_utf8(&fragment.bytes[secret.clone()]).unwrap_or_default();
            let quoted = text.strip_prefix('"').unwrap_or(text);
            self.remember(quoted.strip_suffix('"').unwrap_or(quoted));
        }
        self.out.extend_from_slice(&fragment.bytes);
        self.heard = Some(now);
    }
}

/// A fragment as the transcript takes it.
fn unit<'a>(id: CommandId, fragment: &'a Fragment, marks: &'a [Mark]) -> Unit<'a, Role> {
    Unit {
        direction: Direction::Client,
        shape: if fragment.literal {
            Shape::Literal
        } else {
            Shape::Line
        },
        command: Some(id),
        queued: None,
        octets: fragment.bytes.len() as u64,
        bytes: &fragment.bytes,
        secrets: &fragment.secrets,
        marks,
        unknown: unknown(marks),
    }
}

impl Machine for Client {
    type Event = Event;

    fn handle_input(&mut self, now: Instant, bytes: &[u8]) {
        if self.state == State::Logout || bytes.is_empty() {
            return;
        }
        if self.upgrading {
            // Octets between the server's OK and the handshake were injected (RFC 9051 section
            // 11.1, CVE-2011-0411).
            self.close(Closed::PeerMisbehaved(
                PeerMisbehaved::ClearTextAfterStartTls,
            ));
            return;
        }
        self.heard = Some(now);
        self.transcript.hear();
        self.take_in(now, bytes);
        self.pump(now);
    }

    fn handle_timeout(&mut self, now: Instant) {
        match self.deadline() {
            Some(deadline) if now >= deadline => {
                let after = match self.state {
                    State::Connecting => self.options.greeting_timeout,
                    _ => self.options.response_timeout,
                };
                self.close(Closed::Silent { after });
            }
            Some(_) => {}
            // The driver's clock starts with its first call.
            None if self.heard.is_none() => self.heard = Some(now),
            None => {}
        }
    }

    fn handle_eof(&mut self, _now: Instant) {
        if self.is_logging_out() {
            return self.close(Closed::LoggedOut);
        }
        let during = self.in_flight.front().map(|issued| issued.id);
        self.close(Closed::EndOfStream { during });
    }

    fn poll_output(&mut self) -> Output<Event> {
        if let Some(event) = self.events.pop_front() {
            Output::Event(event)
        } else if !self.out.is_empty() {
            let plain = std::mem::take(&mut self.out);
            Output::Transmit(self.compression.deflated(plain))
        } else {
            Output::Wait(self.deadline())
        }
    }
}
