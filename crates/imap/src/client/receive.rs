//! What the server said, and what becomes of it.

use std::ops::Range;

use porthole_sasl::tells_nothing;
use porthole_wire::{CommandId, Direction, Instant, Shape, Transcript, Unit};

use super::{
    Client, Closed, Event, Idle, PeerMisbehaved, Refused, Selected, State,
    compression::Compression, queue::tag,
};
use crate::{
    types::{
        code::{Named, ResponseCode},
        command::Command,
        number::Numbering,
        response::{Response, Status, StatusText, Untagged},
    },
    wire::{Frame, Framed, Mark, Marks, ParseError, Quirk, Role, parse_response_noting, unknown},
};

impl Client {
    /// Takes in everything that is whole.
    pub(super) fn receive(&mut self, now: Instant) {
        while self.state != State::Logout
            && !self.upgrading
            && !matches!(self.compression, Compression::Begins)
        {
            match self.framer.next_framed() {
                Ok(Some(Framed::Frame(frame))) => {
                    let numbering = self.numbering(&frame);
                    let (response, mut notes) = parse_response_noting(&frame, self.utf8, numbering);
                    match &response {
                        Ok(Response::Continuation(_)) if self.is_challenge() => {
                            notes.marks.relabel(Role::Text, Role::SaslData);
                        }
                        Ok(Response::Tagged { .. }) => self.verbatim = None,
                        _ => {}
                    }
                    self.record(now, &frame, &notes.marks);
                    self.quirks.extend(notes.quirks);
                    self.frame(now, &frame, response);
                }
                Ok(Some(Framed::Chunk {
                    offset,
                    octets,
                    bytes,
                    ..
                })) => {
                    let room = self.transcript.limit().saturating_sub(self.streaming.len());
                    self.streaming
                        .extend_from_slice(&bytes[..bytes.len().min(room)]);
                    let command = self.oldest();
                    self.events.push_back(Event::Chunk {
                        command,
                        offset,
                        octets,
                        bytes,
                    });
                }
                // Only a client announces.
                Ok(Some(Framed::LiteralAnnounced { .. })) => {}
                Ok(None) => return,
                Err(error) => {
                    self.close(Closed::PeerMisbehaved(PeerMisbehaved::Frame(error)));
                }
            }
        }
        if self.upgrading && !self.framer.take_rest().is_empty() {
            self.close(Closed::PeerMisbehaved(
                PeerMisbehaved::ClearTextAfterStartTls,
            ));
        }
    }

    /// The oldest command without an answer; IDLE answers nothing that was asked.
    fn oldest(&self) -> Option<CommandId> {
        self.in_flight
            .iter()
            .find(|issued| issued.command != Command::Idle)
            .map(|i| i.id)
    }

    /// What the numbers in a frame are: what the command asked for that it completes, or else the
    /// oldest that may have asked for numbers.
    fn numbering(&self, frame: &Frame) -> Numbering {
        let asked = if frame.text.starts_with(b"*") {
            self.in_flight.iter().find(|issued| {
                use Command::{Search, Sort, Thread};
                matches!(issued.command, Search { .. } | Sort { .. } | Thread { .. })
            })
        } else {
            self.completes(frame).and_then(|at| self.in_flight.get(at))
        };
        asked.map_or_else(Numbering::default, |issued| issued.command.numbering())
    }

    fn record(&mut self, now: Instant, frame: &Frame, marks: &Marks) {
        let command = match self.completes(frame) {
            Some(at) => Some(self.in_flight[at].id),
            None => self.oldest(),
        };
        let challenges = self.challenges(frame, marks);
        let transcript = &mut self.transcript;
        let line = |transcript: &mut Transcript<Role>, stretch: Range<usize>, secrets: &[_]| {
            let bytes = &frame.text[stretch.clone()];
            let marks = marks.within(&stretch);
            let unit = Unit {
                direction: Direction::Server,
                shape: Shape::Line,
                command,
                queued: None,
                octets: bytes.len() as u64,
                bytes,
                secrets,
                marks: &marks,
                unknown: unknown(&marks),
            };
            transcript.record(now, &unit);
        };
        let mut from = 0;
        for (literal, &role) in frame.literals.iter().zip(&marks.literals) {
            line(transcript, from..literal.at, &[]);
            from = literal.at;
            let bytes = literal.data.as_deref().unwrap_or(&self.streaming);
            let range = 0..bytes.len();
            transcript.record(
                now,
                &Unit {
                    direction: Direction::Server,
                    shape: Shape::Literal,
                    command,
                    queued: None,
                    octets: literal.octets,
                    bytes,
                    secrets: &[],
                    marks: &[Mark { range, role }],
                    unknown: if role == Role::Unknown {
                        literal.octets
                    } else {
                        0
                    },
                },
            );
        }
        self.streaming.clear();
        let text = &frame.text[from..];
        let found = self.secrets.iter().flat_map(|secret| {
            let secret = secret.expose().as_bytes();
            let found = memchr::memmem::find_iter(text, secret);
            found.map(|at| at..at + secret.len())
        });
        let challenges = challenges.into_iter();
        let challenges = challenges.map(|range| range.start - from..range.end - from);
        let mut secrets: Vec<_> = found.chain(challenges).collect();
        secrets.sort_by_key(|range| range.start);
        secrets.dedup_by(|next, kept| {
            let overlaps = next.start < kept.end;
            if overlaps {
                kept.end = kept.end.max(next.end);
            }
            overlaps
        });
        line(transcript, from..frame.text.len(), &secrets);
    }

    /// The steps of a SASL exchange that are not to be shown.
    fn challenges(&self, frame: &Frame, marks: &Marks) -> Vec<Range<usize>> {
        let steps = marks.text.iter().filter(|mark| mark.role == Role::SaslData);
        let steps = steps.map(|mark| mark.range.clone());
        let shown =
            |mechanism, step: &Range<_>| tells_nothing(mechanism, &frame.text[step.clone()]);
        let hidden = |step: &Range<_>| !self.exchange().is_some_and(|name| shown(name, step));
        steps.filter(hidden).collect()
    }

    /// Which command in flight a frame completes.
    fn completes(&self, frame: &Frame) -> Option<usize> {
        let end = memchr::memchr(b' ', &frame.text)?;
        let found = &frame.text[..end];
        self.in_flight
            .iter()
            .position(|issued| tag(issued).as_bytes().eq_ignore_ascii_case(found))
    }

    fn frame(&mut self, now: Instant, frame: &Frame, response: Result<Response, ParseError>) {
        match response {
            Ok(response) if self.state == State::Connecting => self.greeting(now, frame, response),
            Ok(Response::Untagged(untagged)) => self.untagged(untagged),
            Ok(Response::Continuation(continuation)) => {
                self.continuation(now, &continuation.text);
            }
            Ok(Response::Tagged {
                tag: found,
                status,
                text,
            }) => match self.completes(frame) {
                Some(at) => {
                    if tag(&self.in_flight[at]) != found {
                        self.quirks.insert(Quirk::ChangedTag);
                    }
                    self.complete(at, status, text);
                }
                None if self
                    .queue
                    .front()
                    .is_some_and(|i| i.waiting && tag(i) == found) =>
                {
                    self.abandon(status, text);
                }
                // A tag that nobody used: the answer to a line cut in two, or a confused server.
                None => {
                    self.quirks.insert(Quirk::UnknownTag);
                    self.notice(&text);
                }
            },
            Err(_) if self.state == State::Connecting => self.no_greeting(frame),
            Err(error) => {
                let beginning = beginning(frame);
                self.events
                    .push_back(Event::Unreadable { error, beginning });
            }
        }
    }

    /// Whether a continuation request is a step of a SASL exchange.
    fn is_challenge(&self) -> bool {
        self.exchange().is_some() && !self.queue.front().is_some_and(|first| first.waiting)
    }

    /// The mechanism of the SASL exchange that is under way.
    fn exchange(&self) -> Option<&str> {
        let commands = self.in_flight.iter().map(|issued| &issued.command);
        commands
            .chain(&self.verbatim)
            .find_map(|command| match command {
                Command::Authenticate { mechanism, .. } => Some(mechanism.as_str()),
                _ => None,
            })
    }

    fn no_greeting(&mut self, frame: &Frame) {
        let line = beginning(frame).trim_end().to_owned();
        self.close(Closed::PeerMisbehaved(PeerMisbehaved::NoGreeting(line)));
    }

    fn greeting(&mut self, now: Instant, frame: &Frame, response: Response) {
        let (signed_in, text) = match response {
            Response::Untagged(Untagged::Ok(text)) => (false, text),
            Response::Untagged(Untagged::PreAuth(text)) => (true, text),
            Response::Untagged(Untagged::Bye(text)) => return self.bye(text),
            _ => return self.no_greeting(frame),
        };
        self.state = if signed_in {
            State::Authenticated
        } else {
            State::NotAuthenticated
        };
        self.notice(&text);
        self.events.push_back(Event::Greeting { signed_in, text });
        self.pump(now);
    }

    /// The server ends the connection; what it wants shown is shown before.
    fn bye(&mut self, text: StatusText) {
        self.notice(&text);
        self.close(Closed::Bye(text));
    }

    /// What a status text says besides its own completion.
    fn notice(&mut self, text: &StatusText) {
        match &text.code {
            Some(ResponseCode::Alert) => self.events.push_back(Event::Alert(text.text.clone())),
            Some(ResponseCode::Capability(capabilities)) => {
                self.capabilities = capabilities.clone();
            }
            Some(code) => {
                if let Some(selected) = &mut self.selected {
                    selected.code(code);
                }
            }
            None => {}
        }
    }

    fn untagged(&mut self, untagged: Untagged) {
        let command = self.oldest();
        let event = match untagged {
            // The answer to LOGOUT goes on with its OK (RFC 9051 section 6.1.3).
            Untagged::Bye(text) if !self.is_logging_out() => {
                return self.bye(text);
            }
            Untagged::Exists(count) => {
                let Some(selected) = &mut self.selected else {
                    return;
                };
                if count < selected.view.exists() {
                    self.quirks.insert(Quirk::ShrinkingMailbox);
                }
                selected.view.set_exists(count);
                Event::Exists(selected.view.exists())
            }
            Untagged::Expunge(seq) => {
                let Some(selected) = &mut self.selected else {
                    return;
                };
                // A number past the end tells nothing that could be believed.
                let Some(uid) = selected.view.expunge(seq) else {
                    self.quirks.insert(Quirk::ExpungeOfNothing);
                    return;
                };
                Event::Expunged { seq, uid }
            }
            Untagged::Vanished { earlier, uids } => {
                let Some(selected) = &mut self.selected else {
                    return;
                };
                if !earlier {
                    selected.view.vanish(&uids);
                }
                Event::Vanished { earlier, uids }
            }
            Untagged::Fetch(fetch) => {
                let Some(selected) = &mut self.selected else {
                    return;
                };
                if fetch.seq.0 > selected.view.exists() {
                    self.quirks.insert(Quirk::UnannouncedMessage);
                }
                let uid = match fetch.uid() {
                    Some(uid) => {
                        selected.view.learn(fetch.seq, uid);
                        Some(uid)
                    }
                    None => selected.view.uid(fetch.seq),
                };
                Event::Fetch {
                    command,
                    uid,
                    fetch,
                }
            }
            other => {
                match &other {
                    Untagged::Capability(capabilities) => self.capabilities = capabilities.clone(),
                    Untagged::Enabled(enabled) => {
                        self.utf8 |= enabled.has("UTF8=ACCEPT") || enabled.has("IMAP4REV2");
                    }
                    Untagged::Flags(flags) => {
                        if let Some(selected) = &mut self.selected {
                            selected.flags = flags.clone();
                        }
                    }
                    Untagged::Ok(text) | Untagged::No(text) | Untagged::Bad(text) => {
                        self.notice(text);
                    }
                    _ => {}
                }
                Event::Untagged {
                    command,
                    response: other,
                }
            }
        };
        self.events.push_back(event);
    }

    /// `+`: the oldest command that waits for one gets it.
    fn continuation(&mut self, now: Instant, text: &[u8]) {
        if let Some(first) = self.queue.front_mut()
            && first.waiting
        {
            first.waiting = false;
        } else if self.is_challenge() {
            self.challenge(now, text);
        } else if self.idle == Idle::Requested {
            self.idle = Idle::Active;
            self.events.push_back(Event::Idling);
        }
        self.pump(now);
    }

    fn complete(&mut self, at: usize, status: Status, text: StatusText) {
        let Some(issued) = self.in_flight.remove(at) else {
            return;
        };
        self.notice(&text);
        let ok = status == Status::Ok;
        match &issued.command {
            // One that somebody typed may have begun meanwhile.
            Command::Idle
                if !self
                    .in_flight
                    .iter()
                    .any(|other| other.command == Command::Idle) =>
            {
                self.idle = Idle::No;
            }
            Command::StartTls if ok => {
                self.upgrading = true;
                self.events.push_back(Event::StartTls);
            }
            Command::Compress if ok && !self.compression.is_on() => {
                self.compression = Compression::Begins;
            }
            Command::Login { .. } | Command::Authenticate { .. }
                if !self.signed_in(ok, issued.typed.is_none(), &text) =>
            {
                return;
            }
            Command::Select { read_only, .. } => {
                self.state = if ok {
                    State::Selected
                } else {
                    State::Authenticated
                };
                match &mut self.selected {
                    Some(selected) if ok => {
                        selected.read_only |= *read_only;
                    }
                    _ => self.selected = None,
                }
            }
            Command::Close | Command::Unselect if ok => {
                self.selected = None;
                self.state = State::Authenticated;
            }
            Command::Logout => self.close(Closed::LoggedOut),
            _ => {}
        }
        let result = if ok {
            Ok(text)
        } else {
            Err(Refused { status, text })
        };
        self.events.push_back(Event::Completed {
            command: issued.id,
            result,
        });
        self.oldest_changed();
    }

    /// A command that failed before all of it was sent: the server will not ask for the rest.
    fn abandon(&mut self, status: Status, text: StatusText) {
        if let Some(first) = self.queue.pop_front() {
            self.notice(&text);
            let result = Err(Refused { status, text });
            self.events.push_back(Event::Completed {
                command: first.id,
                result,
            });
        }
    }

    /// A SELECT that is now the oldest command: what comes belongs to its mailbox.
    pub(super) fn oldest_changed(&mut self) {
        let oldest = self
            .in_flight
            .iter()
            .find(|issued| issued.command != Command::Idle);
        if let Some(issued) = oldest
            && let Command::Select { mailbox, .. } = &issued.command
            && self
                .selected
                .as_ref()
                .is_none_or(|selected| selected.by != issued.id)
        {
            self.selected = Some(Selected::new(mailbox.clone(), issued.id));
        }
    }
}

/// Whether a refusal means that the password was wrong, as far as a server says.
pub(super) fn is_wrong_password(refused: &Refused) -> bool {
    matches!(
        refused.text.code,
        Some(ResponseCode::Named(
            Named::AuthenticationFailed | Named::AuthorizationFailed
        ))
    )
}

/// What a frame begins with, as people read it.
fn beginning(frame: &Frame) -> String {
    let octets = &frame.text[..frame.text.len().min(200)];
    String::from_utf8_lossy(octets).into_owned()
}
