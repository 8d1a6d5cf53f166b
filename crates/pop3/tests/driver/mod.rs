//! Drives a client through one dialogue.

use std::{fmt::Write, time::Duration};

use porthole_pop3::{Client, Event, MessageNumber, Options};
use porthole_sasl::{Credentials, Nonce};
use porthole_wire::{Direction, Instant, Machine, Output, Secret};

pub(crate) struct Replay<'a> {
    text: &'a str,
    client: Client,
    now: Instant,
    /// Octets that the client sent, and that it was given.
    pub(crate) sent: u64,
    pub(crate) received: u64,
    written: String,
    /// The event of a chunk that may go on.
    chunk: Option<(u64, Vec<u8>)>,
    sending: String,
    happened: String,
}

impl<'a> Replay<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut options = Options::default();
        for line in text.lines().filter_map(|line| line.strip_prefix("@ ")) {
            let (name, value) = line.split_once(' ').unwrap_or((line, ""));
            match name {
                "encrypted" => options.encrypted = true,
                "max-line" => options.max_line = value.parse().unwrap(),
                "max-listing" => options.max_listing = value.parse().unwrap(),
                other => panic!("unknown option {other}"),
            }
        }
        Self {
            text,
            client: Client::new(options),
            now: Instant::from_micros(1),
            sent: 0,
            received: 0,
            written: String::new(),
            chunk: None,
            sending: String::new(),
            happened: String::new(),
        }
    }

    /// Runs it and gives the dialogue back with what really happened in it.
    pub(crate) fn run(&mut self, cut: impl Fn(&[u8]) -> Vec<&[u8]>) -> String {
        let mut lines = self.text.lines().peekable();
        while let Some(line) = lines.next() {
            let kind = line.get(..2).unwrap_or(line);
            if matches!(kind, "C:" | "= ") {
                continue;
            }
            writeln!(self.written, "{line}").unwrap();
            // Lines of one kind belong together.
            let mut group = vec![line];
            while matches!(kind, "S:" | "S~" | "> ")
                && let Some(next) = lines.next_if(|next| next.starts_with(&kind[..1]))
            {
                writeln!(self.written, "{next}").unwrap();
                group.push(next);
            }
            match kind {
                "S:" | "S~" => {
                    for chunk in cut(&server_octets(&group)) {
                        self.received += chunk.len() as u64;
                        self.client.handle_input(self.now, chunk);
                        self.drain();
                    }
                }
                "> " => {
                    for command in group {
                        self.command(&command[2..]);
                    }
                }
                "! " => self.driver(&line[2..]),
                _ => {}
            }
            self.drain();
            self.end_group();
        }
        self.written.clone()
    }

    fn command(&mut self, command: &str) {
        let words: Vec<_> = command.split(' ').collect();
        let number = |at: usize| MessageNumber::new(words[at].parse().unwrap()).unwrap();
        let optional = || (words.len() > 1).then(|| number(1));
        let client = &mut self.client;
        match words[0] {
            "capa" => drop(client.capa()),
            "stls" => drop(client.stls()),
            "utf8" => drop(client.utf8()),
            "stat" => drop(client.stat()),
            "list" => drop(client.list(optional())),
            "uidl" => drop(client.uidl(optional())),
            "top" => drop(client.top(number(1), words[2].parse().unwrap())),
            "retr" => drop(client.retr(number(1))),
            "dele" => drop(client.dele(number(1))),
            "rset" => drop(client.rset()),
            "noop" => drop(client.noop()),
            "quit" => drop(client.quit()),
            "sign-in" | "sign-in-clear" | "token" => {
                let user = words[1].to_owned();
                let secret = Secret::new(words[2..].join(" "));
                let credentials = if words[0] == "token" {
                    let token = secret;
                    Credentials::Token { user, token }
                } else {
                    let password = secret;
                    Credentials::Password { user, password }
                };
                let nonce = Nonce::try_from("fyko+d2lbbFgONRv9qkxdawL").unwrap();
                let clear = words[0] == "sign-in-clear";
                if let Err(error) = client.sign_in(&credentials, clear, &nonce) {
                    writeln!(self.happened, "= no sign-in: {error}").unwrap();
                }
            }
            other => panic!("unknown command {other}"),
        };
    }

    fn driver(&mut self, what: &str) {
        match what {
            "eof" => self.client.handle_eof(self.now),
            "tls" => self.client.handle_tls_established(self.now),
            "silence" => {
                self.now = self.now + Duration::from_secs(60);
                self.client.handle_timeout(self.now);
            }
            other => panic!("unknown action {other}"),
        }
    }

    fn drain(&mut self) {
        loop {
            match self.client.poll_output() {
                Output::Transmit(bytes) => {
                    assert!(!bytes.is_empty());
                    self.sent += bytes.len() as u64;
                    for line in std::str::from_utf8(&bytes).unwrap().split_inclusive("\r\n") {
                        let line = line.strip_suffix("\r\n").unwrap();
                        writeln!(self.sending, "{}", format!("C: {line}").trim_end()).unwrap();
                    }
                }
                Output::Event(Event::PayloadChunk { id, bytes }) => {
                    assert!(!bytes.is_empty());
                    match &mut self.chunk {
                        Some((of, chunk)) if *of == id.0 => chunk.extend_from_slice(&bytes),
                        _ => {
                            self.end_chunk();
                            self.chunk = Some((id.0, bytes));
                        }
                    }
                }
                Output::Event(event) => {
                    self.end_chunk();
                    writeln!(self.happened, "= {}", describe(&event)).unwrap();
                }
                Output::Wait(Some(at)) if at <= self.now => self.client.handle_timeout(self.now),
                Output::Wait(_) => return,
            }
        }
    }

    fn end_chunk(&mut self) {
        if let Some((id, bytes)) = self.chunk.take() {
            writeln!(self.happened, "= {id} content {}", bytes.escape_ascii()).unwrap();
        }
    }

    fn end_group(&mut self) {
        self.end_chunk();
        self.written += &std::mem::take(&mut self.happened);
        self.written += &std::mem::take(&mut self.sending);
    }

    /// All that the transcript keeps. Taken once.
    pub(crate) fn transcript(&mut self) -> String {
        let mut shown = String::new();
        while let Some(entry) = self.client.transcript_mut().next_entry() {
            shown += &String::from_utf8_lossy(&entry.kept);
        }
        shown
    }

    /// How many octets of client and server the transcript has counted. Taken once.
    pub(crate) fn recorded_octets(&mut self) -> (u64, u64) {
        let (mut client, mut server) = (0, 0);
        while let Some(entry) = self.client.transcript_mut().next_entry() {
            match entry.direction {
                Direction::Client => client += entry.octets,
                Direction::Server => server += entry.octets,
            }
        }
        (client, server)
    }
}

/// The length of the longest input that comes at once.
pub(crate) fn longest_input(text: &str) -> usize {
    let (mut longest, mut current) = (0, 0);
    for line in text.lines() {
        current = if line.starts_with('S') {
            current + line.len()
        } else {
            0
        };
        longest = longest.max(current);
    }
    longest
}

fn server_octets(lines: &[&str]) -> Vec<u8> {
    let mut octets = Vec::new();
    for line in lines {
        // One space belongs to the dialogue; an empty line has lost it.
        let text = line.get(3..).unwrap_or_default();
        octets.extend_from_slice(text.as_bytes());
        octets.extend_from_slice(if line.starts_with("S~") {
            b"\n"
        } else {
            b"\r\n"
        });
    }
    octets
}

/// An event on one line.
fn describe(event: &Event) -> String {
    match event {
        Event::Greeting { timestamp, text } => match timestamp {
            Some(timestamp) => format!("greeting {text:?} with {timestamp}"),
            None => format!("greeting {text:?}"),
        },
        Event::Capabilities { id, capabilities } => {
            let all: Vec<_> = capabilities.iter().map(ToString::to_string).collect();
            format!("{} capabilities {}", id.0, all.join(", "))
        }
        Event::DropListing { id, listing } => format!("{} drop listing {listing}", id.0),
        Event::ScanListing { id, listing } => {
            let all: Vec<_> = listing.iter().map(ToString::to_string).collect();
            format!("{} scan listing {}", id.0, all.join(", "))
        }
        Event::UniqueIdListing { id, listing } => {
            let all: Vec<_> = listing.iter().map(ToString::to_string).collect();
            format!("{} unique-id listing {}", id.0, all.join(", "))
        }
        Event::PayloadChunk { .. } => unreachable!("chunks are joined first"),
        Event::Unreadable {
            id: Some(id),
            error,
        } => format!("{} unreadable: {error}", id.0),
        Event::Unreadable { id: None, error } => format!("unreadable: {error}"),
        Event::Tolerated { quirk } => format!("tolerated {quirk:?}"),
        Event::StartTls { id } => format!("{} start TLS", id.0),
        Event::Completed { id, result: Ok(()) } => format!("{} completed", id.0),
        Event::Completed {
            id,
            result: Err(error),
        } => format!("{} failed: {error}", id.0),
        Event::Closed { why } => format!("closed: {why}"),
    }
}
