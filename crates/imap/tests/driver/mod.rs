//! Drives a client through one dialogue.

use std::{fmt::Write, time::Duration};

use porthole_imap::{
    client::{Client, Event, Options},
    types::{command::Command, number::SeqNum},
    wire::{FrameLimits, Framed, Framer, Peer, Quirks, parse_command},
};
use porthole_sasl::{Channel, Credentials, Nonce};
use porthole_wire::{Direction, Instant, Machine, Output, Secret};

pub(crate) struct Replay<'a> {
    text: &'a str,
    client: Client,
    encrypted: bool,
    now: Instant,
    /// Octets that the client sent, and that it was given.
    pub(crate) sent: u64,
    pub(crate) received: u64,
    written: String,
    /// The octets of a literal that may go on.
    chunk: Vec<u8>,
    sending: String,
    happened: String,
    /// The open mailbox as it was written down last, and what was tolerated until then.
    view: String,
    quirks: Quirks,
}

impl<'a> Replay<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut options = Options::default();
        let mut encrypted = false;
        for line in text.lines().filter_map(|line| line.strip_prefix("@ ")) {
            let (name, value) = line.split_once(' ').unwrap_or((line, ""));
            let limits = &mut options.limits;
            match name {
                "encrypted" => encrypted = true,
                "max-text" => limits.text = value.parse().unwrap(),
                "max-literals" => limits.literals = value.parse().unwrap(),
                "max-literal" => limits.literal = value.parse().unwrap(),
                "inline" => limits.inline = value.parse().unwrap(),
                other => panic!("unknown option {other}"),
            }
        }
        Self {
            text,
            client: Client::new(options),
            encrypted,
            now: Instant::from_micros(1),
            sent: 0,
            received: 0,
            written: String::new(),
            chunk: Vec::new(),
            sending: String::new(),
            happened: String::new(),
            view: String::new(),
            quirks: Quirks::default(),
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
                    self.client.flush(self.now);
                }
                "! " => self.driver(&line[2..]),
                _ => {}
            }
            self.drain();
            self.end_group();
        }
        self.written.clone()
    }

    /// `sign-in USER PASSWORD`, or a command as it stands on the wire without its tag.
    fn command(&mut self, command: &str) {
        let Some(rest) = command.strip_prefix("sign-in") else {
            self.client.issue(parsed(command));
            return;
        };
        let (cleartext_allowed, rest) = match rest.strip_prefix("-clear ") {
            Some(rest) => (true, rest),
            None => (false, rest.trim_start()),
        };
        let (user, password) = rest.split_once(' ').unwrap();
        let credentials = Credentials::Password {
            user: user.to_owned(),
            password: Secret::new(password),
        };
        let channel = Channel {
            encrypted: self.encrypted,
            cleartext_allowed,
        };
        let nonce = Nonce::try_from("fyko+d2lbbFgONRv9qkxdawL").unwrap();
        if let Err(error) = self.client.sign_in(&credentials, channel, &nonce) {
            writeln!(self.happened, "= no sign-in: {error}").unwrap();
        }
    }

    fn driver(&mut self, what: &str) {
        match what {
            "eof" => self.client.handle_eof(self.now),
            "tls" => {
                self.encrypted = true;
                self.client.handle_tls_established(self.now);
            }
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
                    for line in String::from_utf8_lossy(&bytes).split_inclusive("\r\n") {
                        let line = line.strip_suffix("\r\n").unwrap_or(line);
                        writeln!(self.sending, "{}", format!("C: {line}").trim_end()).unwrap();
                    }
                }
                Output::Event(Event::Chunk { bytes, .. }) => self.chunk.extend_from_slice(&bytes),
                Output::Event(event) => {
                    self.end_chunk();
                    writeln!(self.happened, "= {}", readable(&describe(&event))).unwrap();
                }
                Output::Wait(Some(at)) if at <= self.now => self.client.handle_timeout(self.now),
                Output::Wait(_) => return,
            }
        }
    }

    /// Says what is known of the open mailbox, when that has changed.
    fn look_at_the_mailbox(&mut self) {
        let view = self.client.selected().map_or_else(String::new, |selected| {
            let exists = selected.view.exists();
            let uid = |seq| match selected.view.uid(SeqNum(seq)) {
                Some(uid) => uid.0.to_string(),
                None => "?".to_owned(),
            };
            let uids: Vec<_> = (1..=exists.min(9)).map(uid).collect();
            format!(
                "{} has UIDs [{}]",
                selected.mailbox.as_str(),
                uids.join(" ")
            )
        });
        if view != self.view {
            if !view.is_empty() {
                writeln!(self.happened, "= {view}").unwrap();
            }
            self.view = view;
        }
    }

    fn end_chunk(&mut self) {
        if !self.chunk.is_empty() {
            let bytes = std::mem::take(&mut self.chunk);
            writeln!(self.happened, "= streamed {}", bytes.escape_ascii()).unwrap();
        }
    }

    /// Says what was tolerated for the first time.
    fn look_at_the_quirks(&mut self) {
        let quirks = self.client.quirks();
        for quirk in quirks.iter().filter(|&quirk| !self.quirks.contains(quirk)) {
            writeln!(self.happened, "= tolerated {quirk:?}").unwrap();
        }
        self.quirks = quirks;
    }

    fn end_group(&mut self) {
        self.end_chunk();
        self.look_at_the_quirks();
        self.look_at_the_mailbox();
        self.written += &std::mem::take(&mut self.happened);
        self.written += &std::mem::take(&mut self.sending);
    }

    /// All that the transcript keeps, and how many octets of client and server it has counted.
    /// Taken once.
    pub(crate) fn transcript(&mut self) -> (String, u64, u64) {
        let (mut shown, mut client, mut server) = (String::new(), 0, 0);
        while let Some(entry) = self.client.transcript().next_entry() {
            shown += &String::from_utf8_lossy(&entry.kept);
            match entry.direction {
                Direction::Client => client += entry.octets,
                Direction::Server => server += entry.octets,
            }
        }
        (shown, client, server)
    }
}

/// A command by the parser that servers use.
fn parsed(command: &str) -> Command {
    let mut framer = Framer::new(Peer::Client, FrameLimits::default());
    let command = command.replace("\\r\\n", "\r\n");
    framer.push(format!("x {command}\r\n").as_bytes());
    let Ok(Some(Framed::Frame(frame))) = framer.next_framed() else {
        panic!("{command} is no whole command")
    };
    parse_command(&frame, true)
        .unwrap_or_else(|error| panic!("{command}: {error:?}"))
        .1
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
        Event::Greeting { signed_in, text } => format!("greeting {text:?}, signed in: {signed_in}"),
        Event::Alert(text) => format!("alert {text:?}"),
        Event::Untagged { command, response } => match command {
            Some(command) => format!("{} {response:?}", command.0),
            None => format!("unasked {response:?}"),
        },
        Event::Fetch { uid, fetch, .. } => match uid {
            Some(uid) => format!("message with UID {}: {:?}", uid.0, fetch.items),
            None => format!("message {}: {:?}", fetch.seq.0, fetch.items),
        },
        Event::Chunk { .. } => unreachable!("chunks are joined first"),
        Event::Expunged { seq, uid } => match uid {
            Some(uid) => format!("{} is gone, UID {}", seq.0, uid.0),
            None => format!("{} is gone", seq.0),
        },
        Event::Vanished { earlier, uids } => format!("UIDs {uids} are gone, earlier: {earlier}"),
        Event::Exists(count) => format!("{count} messages"),
        Event::Idling => "idling".to_owned(),
        Event::Completed {
            command,
            result: Ok(text),
        } => format!("{} completed {text:?}", command.0),
        Event::Completed {
            command,
            result: Err(refused),
        } => format!("{} {:?} {:?}", command.0, refused.status, refused.text),
        Event::StartTls => "start TLS".to_owned(),
        Event::Unreadable { error, beginning } => format!("unreadable {beginning:?}: {error:?}"),
        Event::Closed(why) => format!("closed: {why}"),
    }
}

/// Puts text in the place of lists of octets that are text.
fn readable(debug: &str) -> String {
    let mut shown = String::new();
    let mut rest = debug;
    while let Some((before, list)) = rest.split_once('[') {
        shown += before;
        let octets = list.split_once(']').and_then(|(list, after)| {
            let octets: Option<Vec<u8>> = list.split(", ").map(|n| n.parse().ok()).collect();
            let text = octets.filter(|octets| octets.iter().all(|o| (b' '..=b'~').contains(o)))?;
            Some((String::from_utf8(text).ok()?, after))
        });
        match octets {
            Some((text, after)) => {
                write!(shown, "{text:?}").unwrap();
                rest = after;
            }
            None => {
                shown.push('[');
                rest = list;
            }
        }
    }
    shown + rest
}
