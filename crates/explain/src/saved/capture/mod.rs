//! The capture form: a pcap-ng file, in which Wireshark finds the mail protocols by itself.
//!
//! What crossed was octets; addresses, handshakes, segments and acknowledgements are made up around
//! them, and the file's comment says so. Each unit begins a segment of its own, which has what the
//! unit is as its comment. The server's port is the protocol's own, whatever it was and whether or
//! not TLS was around it.
//!
//! Octets that were not kept are left out as by a capture with a limit: the packets say how long
//! they were and end early. Where there are very many, packets are missing.
//!
//! After STARTTLS, STLS and COMPRESS a new connection begins: to whoever reads a capture, the octets
//! of the old one would not be text any more.

mod blocks;
mod segment;

use std::{collections::HashMap, net::Ipv4Addr};

use porthole_wire::Direction;

use self::{
    blocks::{Capture, Way},
    segment::{ACK, End, MSS, PSH, SYN, Segment},
};
use super::{Connection, Entry, Protocol, Saved};
use crate::command_name;

impl Saved {
    /// As a capture.
    pub fn pcapng(&self) -> Vec<u8> {
        let addresses = self.addresses();
        let mut wire = Wire {
            capture: Capture::new(&self.product, &self.comment(&addresses)),
            addresses,
            streams: HashMap::new(),
            opened: 0,
            packets: 0,
            left_out: MOST_LEFT_OUT,
        };
        for entry in &self.entries {
            if let Some(connection) = self.connection(entry.connection) {
                wire.entry(self, connection, entry);
            }
        }
        wire.capture.into_bytes()
    }

    /// What whoever opens the file has to know.
    fn comment(&self, addresses: &HashMap<u32, Ipv4Addr>) -> String {
        let mut comment = String::from(
            "What crossed inside TLS, if there was any, as the mail client saw it. Addresses, \
             ports, handshakes, segments and acknowledgements are made up; octets and times are \
             not. ",
        );
        comment += &format!(
            "Secrets replaced by ********: {}; they have that length here. Octets that were not \
             kept: {}; where they would be, packets end early or are missing. After STARTTLS, STLS \
             and COMPRESS a new connection begins, so that the octets are still read as text.",
            self.secrets(),
            self.entries
                .iter()
                .fold(0, |sum: u64, entry| sum.saturating_add(entry.left_out())),
        );
        for connection in &self.connections {
            let Connection { number, host, .. } = connection;
            let protocol = connection.protocol.name();
            comment += &format!(
                "
Connection {number}: {protocol} to {host}"
            );
            if let Some(address) = addresses.get(number) {
                comment += &format!(", here {address}");
            }
        }
        comment
    }

    /// The servers' addresses for each connection: for documentation (RFC 5737), one for each host.
    fn addresses(&self) -> HashMap<u32, Ipv4Addr> {
        let mut hosts = HashMap::new();
        let mut addresses = HashMap::new();
        for connection in &self.connections {
            let next = u8::try_from(hosts.len() % 254).unwrap_or(0) + 1;
            let last = *hosts.entry(connection.host.as_str()).or_insert(next);
            addresses.insert(connection.number, Ipv4Addr::new(198, 51, 100, last));
        }
        addresses
    }
}

/// The connections so far.
struct Wire {
    capture: Capture,
    addresses: HashMap<u32, Ipv4Addr>,
    streams: HashMap<u32, Stream>,
    /// How many connections there were.
    opened: u16,
    packets: u16,
    /// How many packets without data may still be written.
    left_out: usize,
}

/// A connection.
#[derive(Debug, Clone, Copy)]
struct Stream {
    client: End,
    server: End,
    /// The command after whose answer the octets would not be text any more.
    turning: Option<u64>,
    /// That answer was there.
    over: bool,
}

impl Wire {
    fn entry(&mut self, saved: &Saved, connection: &Connection, entry: &Entry) {
        let at = saved.began.saturating_add(entry.at);
        let stream = self.streams.get(&connection.number).filter(|s| !s.over);
        let mut stream = match stream {
            Some(stream) => *stream,
            None => self.open(at, connection),
        };
        let mut comment = entry.summary.as_str();
        for data in entry.kept.chunks(MSS) {
            self.segment(
                at,
                &mut stream,
                entry.direction,
                PSH | ACK,
                data,
                0,
                comment,
            );
            comment = "";
        }
        let mut left_out = entry.left_out();
        while left_out > 0 && self.left_out > 0 {
            let now = left_out.min(MSS as u64);
            self.left_out -= 1;
            left_out -= now;
            let octets = usize::try_from(now).unwrap_or(MSS);
            self.segment(at, &mut stream, entry.direction, ACK, &[], octets, comment);
            comment = "";
        }
        let sender = stream.sender(entry.direction);
        // Sequence numbers wrap round (RFC 9293 section 3.4).
        sender.next = sender.next.wrapping_add((left_out & 0xffff_ffff) as u32);
        self.acknowledge(at, &mut stream, entry.direction);

        let command = command_name(&entry.kept, &saved.marks(entry));
        let turns = TURNING
            .iter()
            .any(|name| command.eq_ignore_ascii_case(name.as_bytes()));
        match entry.direction {
            Direction::Client if turns => stream.turning = entry.command,
            Direction::Server if stream.turning.is_some() && stream.turning == entry.command => {
                stream.over = true;
            }
            _ => {}
        }
        self.streams.insert(connection.number, stream);
    }

    /// The three segments that open a connection (RFC 9293 section 3.5).
    fn open(&mut self, at: u64, connection: &Connection) -> Stream {
        let address = self.addresses.get(&connection.number);
        let address = address.copied().unwrap_or(Ipv4Addr::UNSPECIFIED);
        let end = |address, port| End {
            address,
            port,
            next: FIRST,
            acknowledged: 0,
        };
        let mut stream = Stream {
            // From the ports that are nobody's (RFC 6335 section 6).
            client: end(CLIENT, 49152 + self.opened % 16384),
            server: end(address, port(connection.protocol)),
            turning: None,
            over: false,
        };
        self.opened = self.opened.wrapping_add(1);
        let steps = [
            (Direction::Client, SYN),
            (Direction::Server, SYN | ACK),
            (Direction::Client, ACK),
        ];
        for (from, flags) in steps {
            self.segment(at, &mut stream, from, flags, &[], 0, "");
            if flags & SYN != 0 {
                let sender = stream.sender(from);
                sender.next = sender.next.wrapping_add(1);
            }
        }
        stream
    }

    /// Has what was sent acknowledged before the other's window could be full.
    fn acknowledge(&mut self, at: u64, stream: &mut Stream, sender: Direction) {
        let (next, receiver) = match sender {
            Direction::Client => (stream.client.next, Direction::Server),
            Direction::Server => (stream.server.next, Direction::Client),
        };
        let acknowledged = stream.sender(receiver).acknowledged;
        if next.wrapping_sub(acknowledged) > UNACKNOWLEDGED {
            self.segment(at, stream, receiver, ACK, &[], 0, "");
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a segment has as many fields")]
    fn segment(
        &mut self,
        at: u64,
        stream: &mut Stream,
        from: Direction,
        flags: u8,
        data: &[u8],
        left_out: usize,
        comment: &str,
    ) {
        let other = match from {
            Direction::Client => stream.server,
            Direction::Server => stream.client,
        };
        let sender = stream.sender(from);
        if flags & ACK != 0 {
            sender.acknowledged = other.next;
        }
        let segment = Segment {
            from: *sender,
            to: other,
            flags,
            identification: self.packets,
            data,
            left_out,
        };
        let (frame, octets) = segment.frame();
        let sent = u32::try_from(data.len() + left_out).unwrap_or(0);
        sender.next = sender.next.wrapping_add(sent);
        self.packets = self.packets.wrapping_add(1);
        let way = match from {
            Direction::Client => Way::Out,
            Direction::Server => Way::In,
        };
        self.capture.packet(at, way, &frame, octets, comment);
    }
}

impl Stream {
    fn sender(&mut self, direction: Direction) -> &mut End {
        match direction {
            Direction::Client => &mut self.client,
            Direction::Server => &mut self.server,
        }
    }
}

/// The port by which a protocol is known (RFC 9051 section 2.1, RFC 1939 section 3, RFC 6409
/// section 3.1).
fn port(protocol: Protocol) -> u16 {
    match protocol {
        Protocol::Imap => 143,
        Protocol::Pop3 => 110,
        Protocol::Smtp => 587,
    }
}

/// For documentation (RFC 5737).
const CLIENT: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
/// The number of a connection's first octet, either way.
const FIRST: u32 = 1000;
/// Octets that may be under way: half of what the window allows.
const UNACKNOWLEDGED: u32 = 32 << 10;
/// Packets of which only the header is written: 90 MB of data that was not kept, in 7 MB of file.
const MOST_LEFT_OUT: usize = 65_536;
/// Commands after whose answer the octets are TLS or compressed.
const TURNING: [&str; 3] = ["STARTTLS", "STLS", "COMPRESS"];
