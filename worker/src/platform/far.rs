//! A demo server at a distance: what is sent arrives half a round trip later, one after the other.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use porthole_demo::{Content, Options, Protocol as DemoProtocol, Server, SessionId, sample};
use porthole_engine::{
    account::Protocol,
    compare::{Device, Distance, Sample},
};
use porthole_imap::types::{datetime::DateTime, number::UidValidity};
use porthole_wire::{Instant, Output};

use super::{
    driver::{random, unix},
    network::LineId,
};

/// The server, and what is on its way.
pub(super) struct Far {
    server: Server,
    half: Duration,
    /// Bits each second, each way.
    bandwidth: Option<u64>,
    /// When the line is free again, each way.
    free: [Instant; 2],
    sessions: HashMap<LineId, SessionId>,
    events: BTreeMap<(Instant, u64), Event>,
    order: u64,
}

/// What reaches a client.
pub(super) enum Arrival {
    /// The connection that it asked for.
    Opened,
    /// Octets.
    Octets(Vec<u8>),
    /// The end of them.
    End,
}

enum Event {
    Dialled(LineId, DemoProtocol),
    ToServer(LineId, Vec<u8>),
    HungUp(LineId),
    ToClient(LineId, Arrival),
}

const UP: usize = 0;
const DOWN: usize = 1;

impl Far {
    /// A server so far away, with the sample mail.
    pub(super) fn new(distance: Distance, now: Instant) -> Self {
        let unix = unix();
        let mut server = Server::new(Options {
            uid_validity: UidValidity(u32::try_from(unix).unwrap_or(u32::MAX)),
            epoch: unix.saturating_sub_unsigned(now.as_micros() / 1_000_000),
            seed: random(),
            ..Options::default()
        });
        sample::fill(server.mailboxes_mut(), unix);
        Self {
            server,
            half: Duration::from_micros(u64::from(distance.round_trip) * 500),
            bandwidth: distance.bandwidth.filter(|bandwidth| *bandwidth > 0),
            free: [now; 2],
            sessions: HashMap::new(),
            events: BTreeMap::new(),
            order: 0,
        }
    }

    pub(super) fn dial(&mut self, line: LineId, protocol: Protocol, now: Instant) {
        let protocol = match protocol {
            Protocol::Imap => DemoProtocol::Imap,
            Protocol::Pop3 => DemoProtocol::Pop3,
        };
        self.later(now + self.half, Event::Dialled(line, protocol));
    }

    pub(super) fn send(&mut self, line: LineId, bytes: Vec<u8>, now: Instant) {
        let at = self.arrives(UP, bytes.len(), now);
        self.later(at, Event::ToServer(line, bytes));
    }

    pub(super) fn hang_up(&mut self, line: LineId, now: Instant) {
        let at = self.arrives(UP, 0, now);
        self.later(at, Event::HungUp(line));
    }

    /// Nothing reaches the device any more, and nothing leaves it.
    pub(super) fn cut(&mut self, device: Device) {
        let server = &mut self.server;
        self.sessions.retain(|(on, _), session| {
            let keeps = *on != device;
            if !keeps {
                server.handle_eof(*session);
            }
            keeps
        });
        self.events.retain(|_, event| event.line().0 != device);
    }

    /// Puts a message into the inbox, as somebody's mail server would.
    pub(super) fn deliver(&mut self, sample: Sample) {
        let now = unix();
        if let Some(alice) = self.server.mailboxes_mut().account_mut("alice") {
            let content = std::sync::Arc::new(Content::new(message(sample)));
            let at = DateTime::from_unix(now);
            alice.inbox_mut().append(content, Default::default(), at);
        }
    }

    /// What has reached a client by now.
    pub(super) fn poll(&mut self, now: Instant) -> Vec<(LineId, Arrival)> {
        let mut arrived = Vec::new();
        loop {
            self.listen(now);
            let Some(next) = self.events.first_entry() else {
                return arrived;
            };
            if next.key().0 > now {
                return arrived;
            }
            match next.remove() {
                Event::Dialled(line, protocol) => {
                    let session = self.server.open(protocol, now);
                    self.sessions.insert(line, session);
                    // The greeting comes behind it.
                    arrived.push((line, Arrival::Opened));
                }
                Event::ToServer(line, bytes) => {
                    if let Some(&session) = self.sessions.get(&line) {
                        self.server.handle_input(session, now, &bytes);
                    }
                }
                Event::HungUp(line) => {
                    if let Some(session) = self.sessions.remove(&line) {
                        self.server.handle_eof(session);
                    }
                }
                Event::ToClient(line, arrival) => arrived.push((line, arrival)),
            }
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.events.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes what the server has to say.
    fn listen(&mut self, now: Instant) {
        let lines: Vec<_> = self.sessions.iter().map(|(&line, &s)| (line, s)).collect();
        for (line, session) in lines {
            loop {
                let (octets, arrival) = match self.server.poll_output(session) {
                    Output::Transmit(bytes) => (bytes.len(), Arrival::Octets(bytes)),
                    Output::Event(porthole_demo::Event::Closed) => {
                        self.sessions.remove(&line);
                        (0, Arrival::End)
                    }
                    // Not offered: nothing here can do it.
                    Output::Event(porthole_demo::Event::StartTls) => continue,
                    Output::Wait(_) => break,
                };
                let at = self.arrives(DOWN, octets, now);
                let over = matches!(arrival, Arrival::End);
                self.later(at, Event::ToClient(line, arrival));
                if over {
                    break;
                }
            }
        }
    }

    /// When octets that are sent now are there.
    fn arrives(&mut self, way: usize, octets: usize, now: Instant) -> Instant {
        let micros = |bandwidth| (octets as u64).saturating_mul(8_000_000) / bandwidth;
        let sending = Duration::from_micros(self.bandwidth.map_or(0, micros));
        let sent = self.free[way].max(now) + sending;
        self.free[way] = sent;
        sent + self.half
    }

    fn later(&mut self, at: Instant, event: Event) {
        self.order += 1;
        self.events.insert((at, self.order), event);
    }
}

impl Event {
    fn line(&self) -> LineId {
        match self {
            Self::Dialled(line, _)
            | Self::ToServer(line, _)
            | Self::HungUp(line)
            | Self::ToClient(line, _) => *line,
        }
    }
}

/// A message as it is delivered.
fn message(sample: Sample) -> Vec<u8> {
    let mut raw = String::from(
        "From: Ines Haddad <ines@example.com>\r\nTo: alice@example.com\r\n\
         Date: Tue, 24 Nov 2026 09:15:00 +0100\r\nMIME-Version: 1.0\r\n",
    );
    match sample {
        Sample::Small => raw.push_str(
            "Subject: The boat is back\r\nMessage-ID: <boat@example.com>\r\n\
             Content-Type: text/plain\r\n\r\nIt is moored where it was.\r\n",
        ),
        Sample::Large => {
            raw.push_str(
                "Subject: Charts of the whole coast\r\nMessage-ID: <charts@example.com>\r\n\
                 Content-Type: multipart/mixed; boundary=\"part\"\r\n\r\n--part\r\n\
                 Content-Type: text/plain\r\n\r\nHere they are.\r\n--part\r\n\
                 Content-Type: application/octet-stream\r\n\
                 Content-Disposition: attachment; filename=\"charts.bin\"\r\n\
                 Content-Transfer-Encoding: base64\r\n\r\n",
            );
            // 57 octets make a line of 76.
            for line in 0..LARGE.div_ceil(57) {
                let letter = char::from(b'A' + (line % 26) as u8);
                raw.extend(std::iter::repeat_n(letter, 76));
                raw.push_str("\r\n");
            }
            raw.push_str("--part--\r\n");
        }
    }
    raw.into_bytes()
}

/// Octets of the large attachment.
const LARGE: u32 = 5_000_000;
