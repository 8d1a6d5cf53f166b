//! What comes from the server.

use std::ops::Range;

use porthole_sasl::tells_nothing;
use porthole_wire::{CommandId, Direction, Secret, Shape, Unit};

use super::{
    Client, Closed, Error, Event, PeerMisbehaved, Refused,
    payload::{Ended, PayloadReader},
    queue::Sent,
    state::{Authorization, Phase, Reading, Transaction},
};
use crate::{
    types::{Capabilities, StatusIndicator, Verb},
    wire::{
        Data, Notes, ParseError, Quirk, Response, parse_challenge, parse_greeting, parse_response,
    },
};

impl Client {
    /// Takes octets apart: lines, payloads, and what must not be there.
    pub(super) fn read(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            match &mut self.reading {
                Reading::Payload(reader) => {
                    let mut notes = Notes::default();
                    // A listing goes line by line, so that what is noted of a line comes with it.
                    let piece = if reader.is_content() {
                        bytes
                    } else {
                        first_line(bytes)
                    };
                    let taken = reader.read(piece, &mut notes, &mut self.events);
                    bytes = &bytes[taken..];
                    let ended = reader.is_ended();
                    self.note_all(&notes);
                    if ended {
                        self.end_payload();
                        self.send_waiting();
                    }
                }
                Reading::Lines => {
                    let line = first_line(bytes);
                    self.lines.push(line);
                    bytes = &bytes[line.len()..];
                    match self.lines.next_line() {
                        Ok(Some(line)) => {
                            self.handle_line(&line);
                            // At once and not when polled: a line may have been cut off from
                            // the next, or have come with it, and that must not matter.
                            self.send_waiting();
                        }
                        Ok(None) => {}
                        Err(error) => self.give_up(PeerMisbehaved::LongLine(error)),
                    }
                }
                Reading::Handshake { .. } => self.give_up(PeerMisbehaved::CleartextAfterStls),
                Reading::Nothing => return,
            }
        }
    }

    fn handle_line(&mut self, line: &[u8]) {
        if let Some((id, mechanism)) = self.exchange() {
            let mut notes = Notes::with_marks();
            if let Some(challenge) = parse_challenge(line, &mut notes) {
                let from = line.len() - after_mark(line);
                let secret = from..from + challenge.len();
                let shown = tells_nothing(mechanism, challenge);
                self.record(id, line, (!shown).then_some(secret), &notes);
                self.note_all(&notes);
                return self.handle_challenge(challenge);
            }
        }
        let Some(sent) = self.queue.sent.front() else {
            return if matches!(self.phase, Phase::Greeting) {
                self.handle_greeting(line);
            } else {
                self.handle_unasked(line);
            };
        };
        let (id, verb) = (sent.id, sent.verb);
        let mut notes = Notes::with_marks();
        let response = parse_response(verb, line, &mut notes);
        self.record(Some(id), line, None, &notes);
        match response {
            Ok(response) => {
                self.verbatim = None;
                self.note_all(&notes);
                if let Some(sent) = self.queue.sent.pop_front() {
                    self.handle_response(sent, response);
                }
            }
            Err(error) => self.handle_stray(Some(id), line, error),
        }
    }

    /// The command whose SASL exchange is under way, and its mechanism.
    fn exchange(&self) -> Option<(Option<CommandId>, &str)> {
        match self.queue.sent.front() {
            Some(sent) => Some((Some(sent.id), sent.name.as_deref()?)),
            None => Some((None, self.verbatim.as_ref()?.mechanism()?)),
        }
    }

    fn handle_greeting(&mut self, line: &[u8]) {
        let mut notes = Notes::with_marks();
        let greeting = parse_greeting(line, &mut notes);
        self.record(None, line, None, &notes);
        match greeting {
            Err(_) => {
                let line = String::from_utf8_lossy(&line[..line.len().min(200)]);
                let line = line.trim_end().to_owned();
                self.give_up(PeerMisbehaved::Greeting(line));
            }
            Ok(greeting) => {
                self.note_all(&notes);
                if greeting.status == StatusIndicator::Err {
                    return self.close(Closed::Failed(Error::Refused(Refused {
                        code: greeting.code,
                        text: greeting.text,
                    })));
                }
                self.phase = Phase::Authorization(Authorization {
                    timestamp: greeting.timestamp.clone(),
                });
                self.events.push_back(Event::Greeting {
                    timestamp: greeting.timestamp,
                    text: greeting.text,
                });
            }
        }
    }

    /// A line while nothing was asked: a goodbye (RFC 1939 section 3 lets a server end a session
    /// that was idle, and does not let it say so), or nothing that can be understood.
    fn handle_unasked(&mut self, line: &[u8]) {
        let mut notes = Notes::with_marks();
        let parsed = parse_response(Verb::Noop, line, &mut notes);
        self.record(None, line, None, &notes);
        if parsed.is_ok() {
            self.verbatim = None;
        }
        match parsed {
            Ok(Response {
                status: StatusIndicator::Err,
                code,
                text,
                ..
            }) => self.close(Closed::Failed(Error::Refused(Refused { code, text }))),
            Ok(_) => self.handle_stray(
                None,
                line,
                ParseError {
                    at: 0,
                    expected: "nothing",
                },
            ),
            Err(error) => self.handle_stray(None, line, error),
        }
    }

    /// A line that is no response. It is passed over: what follows an unstuffed dot looks so, and
    /// the next status indicator is the right place to go on.
    fn handle_stray(&mut self, id: Option<CommandId>, line: &[u8], error: ParseError) {
        if matches!(line, b"\r\n" | b"\n") {
            return self.note(Quirk::BlankLine);
        }
        self.stray_lines += 1;
        let limit = self.options.max_stray_lines;
        if self.stray_lines > limit {
            return self.give_up(PeerMisbehaved::StrayLines { limit });
        }
        if !self.quirks.contains(&Quirk::StrayLine) {
            self.events.push_back(Event::Unreadable { id, error });
        }
        self.note(Quirk::StrayLine);
    }

    fn handle_response(&mut self, sent: Sent, response: Response) {
        let id = sent.id;
        if response.status == StatusIndicator::Err {
            let refused = Refused {
                code: response.code,
                text: without(response.text, &self.secrets),
            };
            return self.handle_refusal(sent, refused);
        }
        let data = match response.data {
            Ok(data) => data,
            Err(error) => {
                let error = Error::PeerMisbehaved(PeerMisbehaved::Unreadable(error));
                return self.complete(id, Err(error));
            }
        };
        if let Data::Capabilities(capabilities) = data {
            return self.end_capa(id, capabilities);
        }
        if let Some(payload) = sent.verb.payload() {
            self.reading = Reading::Payload(PayloadReader::new(id, payload, &self.options));
            return;
        }
        match data {
            Data::DropListing(listing) => {
                self.expect_messages(Some(listing.messages));
                self.events.push_back(Event::DropListing { id, listing });
            }
            Data::ScanListing(listing) => self.events.push_back(Event::ScanListing {
                id,
                listing: vec![listing],
            }),
            Data::UniqueIdListing(listing) => self.events.push_back(Event::UniqueIdListing {
                id,
                listing: vec![listing],
            }),
            Data::None | Data::Capabilities(_) => {}
        }
        match sent.verb {
            // Its second line completes the sign-in.
            Verb::User if self.queue.goes_on(id) => return,
            Verb::Auth => {
                if let Err(error) = Self::check_exchange(sent.mechanism) {
                    self.complete(id, Err(error.clone()));
                    return self.close(Closed::Failed(error));
                }
                self.phase = Phase::Transaction(Transaction::default());
            }
            Verb::Pass | Verb::Apop => self.phase = Phase::Transaction(Transaction::default()),
            Verb::Dele | Verb::Rset => self.expect_messages(None),
            Verb::Stls => {
                self.capabilities = None;
                self.reading = Reading::Handshake { id };
                self.events.push_back(Event::StartTls { id });
                return;
            }
            Verb::Quit => {
                self.complete(id, Ok(()));
                return self.close(Closed::Quit(Ok(())));
            }
            _ => {}
        }
        self.complete(id, Ok(()));
    }

    fn handle_refusal(&mut self, sent: Sent, refused: Refused) {
        let id = sent.id;
        match sent.verb {
            Verb::Capa => {
                self.capabilities = None;
                self.note(Quirk::NoCapa);
            }
            // Where PASS went along, its answer is the one that counts.
            Verb::User if !self.queue.withdraw(id) => return,
            _ => {}
        }
        let quit = (sent.verb == Verb::Quit).then(|| refused.clone());
        let cancelled = sent.mechanism.and_then(|exchange| exchange.failed);
        let error = cancelled.map_or(Error::Refused(refused), |error| {
            Error::PeerMisbehaved(PeerMisbehaved::Sasl(error))
        });
        self.complete(id, Err(error));
        if let Some(refused) = quit {
            self.close(Closed::Quit(Err(refused)));
        }
    }

    fn end_payload(&mut self) {
        let reading = std::mem::replace(&mut self.reading, Reading::Lines);
        let Reading::Payload(reader) = reading else {
            self.reading = reading;
            return;
        };
        let id = reader.id;
        self.record_payload(&reader);
        let mut notes = Notes::default();
        let ended = reader.into_ended(&mut notes);
        self.note_all(&notes);
        match ended {
            Ended::Content => {}
            Ended::Capabilities(capabilities) => return self.end_capa(id, capabilities),
            Ended::ScanListings(listing) => {
                self.check_count(listing.len());
                self.events.push_back(Event::ScanListing { id, listing });
            }
            Ended::UniqueIdListings(listing) => {
                self.check_count(listing.len());
                self.events
                    .push_back(Event::UniqueIdListing { id, listing });
            }
            Ended::Failed(error) => return self.complete(id, Err(error)),
        }
        self.complete(id, Ok(()));
    }

    fn end_capa(&mut self, id: CommandId, capabilities: Capabilities) {
        self.capabilities = Some(capabilities.clone());
        self.events
            .push_back(Event::Capabilities { id, capabilities });
        self.complete(id, Ok(()));
    }

    fn expect_messages(&mut self, messages: Option<u32>) {
        if let Phase::Transaction(transaction) = &mut self.phase {
            transaction.messages = messages;
        }
    }

    fn check_count(&mut self, lines: usize) {
        if let Phase::Transaction(transaction) = &self.phase
            && transaction
                .messages
                .is_some_and(|messages| messages as usize != lines)
        {
            self.note(Quirk::CountMismatch);
        }
    }

    fn give_up(&mut self, what: PeerMisbehaved) {
        self.close(Closed::Failed(Error::PeerMisbehaved(what)));
    }

    fn note_all(&mut self, notes: &Notes) {
        for &quirk in notes.quirks() {
            self.note(quirk);
        }
    }

    pub(super) fn record_payload(&mut self, reader: &PayloadReader) {
        if reader.octets == 0 {
            return;
        }
        let mut notes = Notes::with_marks();
        reader.mark(&mut notes);
        let unit = Unit {
            direction: Direction::Server,
            shape: Shape::Payload,
            command: Some(reader.id),
            queued: None,
            octets: reader.octets,
            bytes: &reader.beginning,
            secrets: &[],
            marks: notes.marks(),
            unknown: reader.unreadable,
        };
        self.transcript.record(self.now, &unit);
    }

    /// Records a line of the server's, with what it echoes masked.
    fn record(
        &mut self,
        id: Option<CommandId>,
        line: &[u8],
        secret: Option<Range<usize>>,
        notes: &Notes,
    ) {
        let secrets = match secret {
            Some(secret) => vec![secret],
            None => echoes(line, &self.secrets),
        };
        let unit = Unit {
            direction: Direction::Server,
            shape: Shape::Line,
            command: id,
            queued: None,
            octets: line.len() as u64,
            bytes: line,
            secrets: &secrets,
            marks: notes.marks(),
            unknown: notes.unknown(line.len()),
        };
        self.transcript.record(self.now, &unit);
    }
}

/// Everything up to the first line feed, that included.
fn first_line(bytes: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
    &bytes[..end]
}

/// How many octets follow the `+` and the space of a challenge, the line's ending among them.
fn after_mark(line: &[u8]) -> usize {
    let after = &line[1..];
    after.strip_prefix(b" ").unwrap_or(after).len()
}

/// A text with the secrets that it echoes replaced: it is shown to people and may be logged.
fn without(text: String, secrets: &[Secret]) -> String {
    secrets
        .iter()
        .fold(text, |text, secret| text.replace(secret.expose(), "***"))
}

/// Where a line holds one of the secrets: in order, not overlapping. The status indicator is
/// passed over, lest a password of "OK" be told by its mask.
fn echoes(line: &[u8], secrets: &[Secret]) -> Vec<Range<usize>> {
    let text_from = memchr::memchr(b' ', line).unwrap_or(line.len());
    let mut found: Vec<Range<usize>> = secrets
        .iter()
        .flat_map(|secret| {
            let secret = secret.expose().as_bytes();
            memchr::memmem::find_iter(&line[text_from..], secret)
                .map(move |at| text_from + at..text_from + at + secret.len())
        })
        .collect();
    found.sort_by_key(|range| (range.start, range.end));
    found.dedup_by(|next, kept| {
        let overlaps = next.start < kept.end;
        if overlaps {
            kept.end = kept.end.max(next.end);
        }
        overlaps
    });
    found
}
