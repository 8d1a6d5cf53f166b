//! The client's end of a POP3 connection.
//!
//! ```text
//!   Greeting --+OK--> Authorization --PASS, APOP, AUTH +OK--> Transaction --QUIT sent--> Update
//!      |                 |      ^                                  |                       |
//!      |               STLS +OK |                                  |                  QUIT answered
//!      |                 v      | handle_tls_established           |                       |
//!      |               (nothing is sent or read)                   |                       |
//!      +---- -ERR, end of stream, deadline, broken limit ----------+-------> Closed <------+
//! ```

mod commands;
mod error;
mod event;
mod hold;
mod input;
mod options;
mod payload;
mod queue;
mod sign_in;
mod state;

use std::collections::VecDeque;

use porthole_wire::{
    CommandId, Direction, Gate, Instant, LineBuffer, Machine, Output, Secret, Shape, Transcript,
    Unit,
};

pub use error::{Closed, Error, Misuse, PeerMisbehaved, Refused};
pub use event::Event;
pub use options::Options;
pub use state::State;

use crate::{
    client::{
        queue::Queue,
        state::{Deadline, Phase, Reading},
    },
    types::{Capabilities, Command},
    wire::{Encoded, Notes, Quirk, Role},
};

/// A POP3 client: commands and octets in, octets and [`Event`]s out.
///
/// Every command method answers a [`CommandId`]; exactly one [`Event::Completed`] with that
/// identifier follows, whatever happens to the connection. Commands wait in the client until the
/// server may have them: all at once where it announced PIPELINING, one by one where it did not.
///
/// A command method is not told the time. A driver whose clock has moved since its last call
/// calls [`handle_timeout`](Machine::handle_timeout) first, so that the transcript is right.
#[derive(Debug)]
pub struct Client {
    options: Options,
    phase: Phase,
    reading: Reading,
    lines: LineBuffer,
    queue: Queue,
    gate: Gate,
    capabilities: Option<Capabilities>,
    encrypted: bool,
    secrets: Vec<Secret>,
    /// An AUTH that somebody sent octet by octet, until a status indicator comes.
    verbatim: Option<Command>,
    quirks: Vec<Quirk>,
    stray_lines: u32,
    events: VecDeque<Event>,
    transmit: Vec<u8>,
    transcript: Transcript<Role>,
    now: Instant,
    deadline: Deadline,
}

impl Client {
    /// A client on a fresh connection, before the greeting.
    pub fn new(options: Options) -> Self {
        Self {
            phase: Phase::Greeting,
            reading: Reading::Lines,
            lines: LineBuffer::with_limit(options.max_line),
            queue: Queue::default(),
            gate: Gate::Open,
            capabilities: None,
            encrypted: options.encrypted,
            secrets: Vec::new(),
            verbatim: None,
            quirks: Vec::new(),
            stray_lines: 0,
            events: VecDeque::new(),
            transmit: Vec::new(),
            transcript: Transcript::with_limit(options.transcript_keep),
            now: Instant::ZERO,
            deadline: Deadline::Unarmed,
            options,
        }
    }

    /// What the server said last that it can do; `None` before CAPA or where it has none.
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// The state of the session.
    pub fn state(&self) -> State {
        self.phase.state()
    }

    /// What crossed so far; the driver takes its entries.
    pub fn transcript_mut(&mut self) -> &mut Transcript<Role> {
        &mut self.transcript
    }

    /// Deviations that were tolerated so far.
    pub fn quirks(&self) -> &[Quirk] {
        &self.quirks
    }

    /// The upgrade that [`Event::StartTls`] asked for is done; the session goes on inside it.
    pub fn handle_tls_established(&mut self, now: Instant) {
        self.now = now;
        let reading = std::mem::replace(&mut self.reading, Reading::Lines);
        let Reading::Handshake { id } = reading else {
            self.reading = reading;
            return;
        };
        self.encrypted = true;
        self.deadline = Deadline::Unarmed;
        self.complete(id, Ok(()));
    }

    fn complete(&mut self, id: CommandId, result: Result<(), Error>) {
        self.events.push_back(Event::Completed { id, result });
    }

    /// Tells of a deviation, once on a connection.
    fn note(&mut self, quirk: Quirk) {
        if !self.quirks.contains(&quirk) {
            self.quirks.push(quirk);
            self.events.push_back(Event::Tolerated { quirk });
        }
    }

    /// Ends everything: what is unanswered fails, then the connection is closed.
    fn close(&mut self, why: Closed) {
        if matches!(self.phase, Phase::Closed) {
            return;
        }
        self.phase = Phase::Closed;
        let unanswered = match std::mem::replace(&mut self.reading, Reading::Nothing) {
            Reading::Handshake { id } => Some(id),
            Reading::Payload(reader) => {
                // What came of it has crossed, and may be why the connection ended.
                self.record_payload(&reader);
                Some(reader.id)
            }
            Reading::Lines | Reading::Nothing => None,
        };
        let error = match &why {
            Closed::Quit(_) => Error::Disconnected,
            Closed::Failed(error) => error.clone(),
        };
        for id in unanswered.into_iter().chain(self.queue.drain()) {
            self.complete(id, Err(error.clone()));
        }
        self.secrets.clear();
        self.events.push_back(Event::Closed { why });
    }
}

/// A line as the transcript takes it.
fn unit<'a>(id: CommandId, encoded: &'a Encoded, notes: &'a Notes) -> Unit<'a, Role> {
    Unit {
        direction: Direction::Client,
        shape: Shape::Line,
        command: Some(id),
        queued: None,
        octets: encoded.line.len() as u64,
        bytes: &encoded.line,
        secrets: encoded.secret.as_slice(),
        marks: notes.marks(),
        unknown: notes.unknown(encoded.line.len()),
    }
}

impl Machine for Client {
    type Event = Event;

    fn handle_input(&mut self, now: Instant, bytes: &[u8]) {
        self.now = now;
        if !bytes.is_empty() {
            self.deadline = Deadline::At(now + self.options.response_timeout);
            self.transcript.hear();
            self.read(bytes);
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.now = now;
        if !self.awaits_something() {
            return;
        }
        match self.deadline {
            Deadline::Unarmed => {
                self.deadline = Deadline::At(now + self.options.response_timeout);
            }
            Deadline::At(deadline) if deadline <= now => {
                self.close(Closed::Failed(Error::TimedOut));
            }
            Deadline::At(_) => {}
        }
    }

    fn handle_eof(&mut self, now: Instant) {
        self.now = now;
        self.close(Closed::Failed(Error::Disconnected));
    }

    fn poll_output(&mut self) -> Output<Event> {
        if let Some(event) = self.events.pop_front() {
            return Output::Event(event);
        }
        self.send_waiting();
        if !self.transmit.is_empty() {
            return Output::Transmit(std::mem::take(&mut self.transmit));
        }
        if let Some(event) = self.events.pop_front() {
            return Output::Event(event);
        }
        Output::Wait(match self.deadline {
            _ if !self.awaits_something() => None,
            // A command is not told the time: asked to wait until a moment that has passed, the
            // driver tells it at once.
            Deadline::Unarmed => Some(self.now),
            Deadline::At(deadline) => Some(deadline),
        })
    }
}
