//! Drives the server through one dialogue.

use std::{collections::BTreeMap, fmt::Write, sync::Arc, time::Duration};

use porthole_demo::{
    Content, Event, Options, Protocol, Security, Server, SessionId, Tls, misbehave::Order,
};
use porthole_dialogue::Cut;
use porthole_imap::types::{datetime::DateTime, number::UidValidity};
use porthole_sasl::Mechanism;
use porthole_wire::{Instant, Output};

pub(crate) struct Replay<'a> {
    text: &'a str,
    server: Server,
    sessions: BTreeMap<char, SessionId>,
    sent: BTreeMap<char, String>,
    now: Instant,
    /// All that IMAP sessions sent.
    pub(crate) imap: BTreeMap<char, Vec<u8>>,
}

impl<'a> Replay<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let options = Options {
            uid_validity: UidValidity(7),
            // 2026-11-23 09:00 UTC.
            epoch: 1_795_424_400,
            ..Options::default()
        };
        let mut server = Server::new(options);
        let mechanisms = text
            .lines()
            .find_map(|line| line.strip_prefix("@ mechanisms "));
        if let Some(names) = mechanisms {
            let offered = names
                .split(' ')
                .map(|name| Mechanism::from_name(name).unwrap());
            server.options_mut().mechanisms = offered.collect();
        }
        if text.lines().any(|line| line == "@ mail") {
            let inbox = server.mailboxes_mut().account_mut("alice").unwrap();
            for (at, message) in (0..).zip(MAIL) {
                let date = DateTime::from_unix(1_795_392_000 + at * 3600);
                let content = Arc::new(Content::new(message.replace('\n', "\r\n")));
                inbox.inbox_mut().append(content, Default::default(), date);
            }
        }
        Self {
            text,
            server,
            sessions: BTreeMap::new(),
            sent: BTreeMap::new(),
            now: Instant::ZERO,
            imap: BTreeMap::new(),
        }
    }

    /// Runs it and gives the dialogue back with what the server really sent.
    pub(crate) fn run(&mut self, cut: &Cut) -> String {
        let mut written = String::new();
        let mut lines = self.text.lines().peekable();
        while let Some(line) = lines.next() {
            let mut words = line.chars();
            let (kind, name) = (words.next(), words.next());
            if kind == Some('S') {
                continue;
            }
            writeln!(written, "{line}").unwrap();
            match (kind, name) {
                (Some('C'), Some(name)) => {
                    let mut octets = client_octets(line);
                    while line[2..].starts_with('+')
                        && let Some(next) = lines.next_if(|next| next[..3] == line[..3])
                    {
                        writeln!(written, "{next}").unwrap();
                        octets += &client_octets(next);
                    }
                    for chunk in cut.pieces(octets.as_bytes()) {
                        let id = self.sessions[&name];
                        self.server.handle_input(id, self.now, chunk);
                        self.drain();
                    }
                }
                (Some('!'), _) => self.happen(&line[2..]),
                (Some(name), Some(' ')) if name.is_ascii_digit() => self.open(name, &line[2..]),
                _ => {}
            }
            self.drain();
            for (name, text) in std::mem::take(&mut self.sent) {
                for line in text.split_inclusive("\r\n") {
                    let line = self.shortened(line.strip_suffix("\r\n").unwrap());
                    writeln!(written, "{}", format!("S{name}: {line}").trim_end()).unwrap();
                }
            }
        }
        written
    }

    /// Runs it with what the clients send spoilt.
    pub(crate) fn run_garbled(&mut self, mut spoil: impl FnMut(&mut Vec<u8>)) {
        let lines: Vec<&str> = self.text.lines().collect();
        for line in lines {
            let mut letters = line.chars();
            match (letters.next(), letters.next()) {
                (Some('C'), Some(name)) => {
                    let mut octets = client_octets(line).into_bytes();
                    spoil(&mut octets);
                    let id = self.sessions[&name];
                    self.server.handle_input(id, self.now, &octets);
                }
                (Some('!'), _) => self.happen(&line[2..]),
                (Some(name), Some(' ')) if name.is_ascii_digit() => self.open(name, &line[2..]),
                _ => {}
            }
            self.drain();
        }
    }

    fn open(&mut self, name: char, protocol: &str) {
        let (protocol, security) = protocol.split_once(' ').unwrap_or((protocol, ""));
        let security = match security {
            "" => Security::None,
            "starttls" => Security::StartTls(Tls::Real),
            "simulated" => Security::StartTls(Tls::Simulated),
            "tls" => Security::Tls(Tls::Real),
            other => panic!("unknown security {other}"),
        };
        let protocol = match protocol {
            "imap" => {
                self.imap.insert(name, Vec::new());
                Protocol::Imap
            }
            "pop3" => Protocol::Pop3,
            "smtp" => Protocol::Smtp,
            other => panic!("unknown protocol {other}"),
        };
        let id = self.server.open_with(protocol, security, self.now);
        self.sessions.insert(name, id);
    }

    /// A line with its list of capabilities left out, unless the dialogue is about them.
    fn shortened(&self, line: &str) -> String {
        if self.text.contains("\n@ capabilities\n") {
            return line.to_owned();
        }
        match line.split_once("CAPABILITY IMAP4rev1") {
            Some((before, rest)) => {
                let after = rest.find(']').map_or("", |at| &rest[at..]);
                format!("{before}CAPABILITY ...{after}")
            }
            None => line.to_owned(),
        }
    }

    fn happen(&mut self, what: &str) {
        if let Some(order) = what.strip_prefix("misbehave ") {
            let order: Order = serde_json::from_str(order).unwrap();
            return self.server.misbehave(order.misbehaviour, order.times);
        }
        let (name, what) = what.split_once(' ').unwrap();
        let id = self.sessions[&name.chars().next().unwrap()];
        match what {
            "eof" => self.server.handle_eof(id),
            "tls" => self.server.handle_tls_established(id, self.now),
            "silence" => {
                self.now = self.now + Duration::from_secs(31 * 60);
                self.server.handle_timeout(id, self.now);
            }
            other => panic!("nothing called {other} can happen"),
        }
    }

    fn drain(&mut self) {
        for (&name, &id) in &self.sessions {
            loop {
                match self.server.poll_output(id) {
                    Output::Transmit(bytes) => {
                        if let Some(sent) = self.imap.get_mut(&name) {
                            sent.extend_from_slice(&bytes);
                        }
                        let text = String::from_utf8_lossy(&bytes);
                        self.sent.entry(name).or_default().push_str(&text);
                    }
                    Output::Event(Event::StartTls) => {
                        let sent = self.sent.entry(name).or_default();
                        sent.push_str("(TLS)\r\n");
                    }
                    Output::Event(Event::Closed) => {
                        let sent = self.sent.entry(name).or_default();
                        sent.push_str("(closed)\r\n");
                    }
                    Output::Wait(_) => break,
                }
            }
        }
        assert!(self.server.ready().is_empty(), "a session was not drained");
    }
}

fn client_octets(line: &str) -> String {
    format!("{}\r\n", line.get(4..).unwrap_or_default())
}

const MAIL: [&str; 3] = [
    "From: Bob Builder <bob@example.com>\nTo: Alice <alice@example.com>, Team: c@example.com;\n\
     Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nDate: Mon, 23 Nov 2026 08:00:00 +0100\n\
     Message-ID: <1@example.com>\n\nHello Alice,\n.\n.dots\nwhat about lunch?\n",
    "From: carol@example.com\nTo: alice@example.com\nSubject: Re: lunch\n\
     Date: Mon, 23 Nov 2026 09:00:00 +0000\nMessage-ID: <2@example.com>\nIn-Reply-To: <1@example.com>\n\
     MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\n\
     Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n\
     Caf=C3=A9 at noon.\n--b\nContent-Type: application/octet-stream; name=menu.bin\n\
     Content-Disposition: attachment; filename=menu.bin\nContent-Transfer-Encoding: base64\n\n\
     AAECAw==\n--b--\n",
    "From: dave@example.org\nSubject: forwarded\nContent-Type: message/rfc822\n\n\
     Subject: inner\nFrom: erin@example.net\n\ninner text\n",
];
