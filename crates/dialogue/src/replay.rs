//! Drives a client through one dialogue.

use std::{iter::Peekable, str::Lines, time::Duration};

use porthole_wire::{Direction, Hold, Instant, Machine, Output, Transcript, fuzz};

use crate::Cut;

/// What a client's dialogues say about it.
pub trait Script {
    /// The client.
    type Machine: Machine + Hold<Role: Copy>;

    /// Begins, with the dialogue's options: name and value.
    fn begin(options: &[(&str, &str)]) -> Self;

    /// The client.
    fn client(&mut self) -> &mut Self::Machine;

    /// What the client has recorded.
    fn transcript(&mut self) -> &mut Transcript<<Self::Machine as Hold>::Role>;

    /// Tells the client to do what stands behind `> `, if that is not about holding commands back;
    /// gives what is to be written down at once.
    fn command(&mut self, command: &str) -> Option<String>;

    /// Sends what was told, if the client does not do so by itself.
    fn flush(&mut self, _now: Instant) {}

    /// What stands behind `! `, if it is neither `eof` nor `silence`.
    fn happen(&mut self, now: Instant, what: &str);

    /// An event, in one line.
    fn tell(&mut self, event: <Self::Machine as Machine>::Event) -> Told;

    /// What else is worth a line at the end of what came at once.
    fn look(&mut self) -> Vec<String> {
        Vec::new()
    }
}

/// An event as it is written down.
#[derive(Debug)]
pub enum Told {
    /// In one line.
    Line(String),
    /// Some octets of something longer: those that follow each other under one name are joined.
    Chunk(String, Vec<u8>),
}

/// What crossed, and what the transcript says of it.
#[derive(Debug, Default)]
pub struct Crossed {
    /// Octets that the client sent.
    pub sent: u64,
    /// Octets that it was given.
    pub received: u64,
    /// Octets of the client that the transcript counts.
    pub recorded_sent: u64,
    /// Octets of the server that the transcript counts.
    pub recorded_received: u64,
    /// All that the transcript keeps.
    pub shown: String,
}

/// Plays one dialogue. Gives it back with what really happened in it, and what crossed.
///
/// # Panics
/// Where an entry of the transcript is said to be understood and has an octet without a mark.
pub fn replay<S: Script>(text: &str, cut: &Cut) -> (String, Crossed) {
    let options: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("@ "))
        .map(|line| line.split_once(' ').unwrap_or((line, "")))
        .collect();
    let mut replay = Replay {
        script: S::begin(&options),
        now: Instant::from_micros(1),
        written: String::new(),
        happened: Vec::new(),
        sending: Vec::new(),
        chunk: None,
        crossed: Crossed::default(),
    };
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        replay.play(line, &mut lines, cut);
    }
    let mut crossed = replay.crossed;
    while let Some(entry) = replay.script.transcript().next_entry() {
        if entry.unknown == 0 {
            fuzz::marks(&entry.marks, entry.kept.len());
        }
        crossed.shown += &String::from_utf8_lossy(&entry.kept);
        match entry.direction {
            Direction::Client => crossed.recorded_sent += entry.octets,
            Direction::Server => crossed.recorded_received += entry.octets,
        }
    }
    (replay.written, crossed)
}

struct Replay<S> {
    script: S,
    now: Instant,
    written: String,
    /// Lines about events since something came.
    happened: Vec<String>,
    /// Lines that were sent since then.
    sending: Vec<String>,
    chunk: Option<(String, Vec<u8>)>,
    crossed: Crossed,
}

impl<S: Script> Replay<S> {
    /// Plays a line, and those that belong together with it.
    fn play(&mut self, line: &str, lines: &mut Peekable<Lines<'_>>, cut: &Cut) {
        let kind = line.get(..2).unwrap_or(line);
        if matches!(kind, "C:" | "= ") {
            return;
        }
        let mut group = vec![line];
        while matches!(kind, "S:" | "S~" | "> ")
            && let Some(next) = lines.next_if(|next| next.starts_with(&kind[..1]))
        {
            group.push(next);
        }
        for line in &group {
            self.write(line);
        }
        match kind {
            "S:" | "S~" => {
                for piece in cut.pieces(&server_octets(&group)) {
                    self.crossed.received += piece.len() as u64;
                    self.script.client().handle_input(self.now, piece);
                    self.drain();
                }
            }
            "> " => {
                for command in group {
                    let command = &command[2..];
                    if !self.hold(command) {
                        self.happened.extend(self.script.command(command));
                    }
                }
                self.script.flush(self.now);
            }
            "! " => self.happen(&line[2..]),
            _ => {}
        }
        self.drain();
        self.end_chunk();
        self.happened.extend(self.script.look());
        let held = self.script.client().held().map(|(_, entries)| entries);
        for entry in held.into_iter().flatten() {
            let line = entry.kept.escape_ascii();
            self.happened.push(format!("held {line}"));
        }
        for told in std::mem::take(&mut self.happened) {
            self.write(format!("= {told}").trim_end());
        }
        for sent in std::mem::take(&mut self.sending) {
            self.write(format!("C: {sent}").trim_end());
        }
    }

    /// Holds commands back, lets them go, or sends what is typed; `false` where the command is
    /// none of these.
    fn hold(&mut self, command: &str) -> bool {
        let (word, line) = command.split_once(' ').unwrap_or((command, ""));
        let line = line.replace("\\r\\n", "\r\n");
        let client = self.script.client();
        match word {
            "hold" => client.gate().hold(),
            "step" => client.gate().step(),
            "open" => client.gate().open(),
            "drop" => client.drop_held(),
            "replace" => client.replace_held(line.as_bytes()),
            "line" => _ = client.issue_line(line.as_bytes()),
            "verbatim" => client.send_verbatim(self.now, line.as_bytes()),
            _ => return false,
        }
        true
    }

    fn happen(&mut self, what: &str) {
        match what {
            "eof" => self.script.client().handle_eof(self.now),
            "silence" => {
                self.now = self.now + Duration::from_secs(60);
                self.script.client().handle_timeout(self.now);
            }
            other => self.script.happen(self.now, other),
        }
    }

    fn drain(&mut self) {
        loop {
            match self.script.client().poll_output() {
                Output::Transmit(bytes) => {
                    assert!(!bytes.is_empty(), "nothing is sent");
                    self.crossed.sent += bytes.len() as u64;
                    let text = String::from_utf8_lossy(&bytes);
                    let lines = text.split_inclusive("\r\n");
                    self.sending.extend(
                        lines.map(|line| line.strip_suffix("\r\n").unwrap_or(line).to_owned()),
                    );
                }
                Output::Event(event) => match self.script.tell(event) {
                    Told::Line(line) => {
                        self.end_chunk();
                        self.happened.push(line);
                    }
                    Told::Chunk(name, bytes) => self.chunk(name, bytes),
                },
                Output::Wait(Some(at)) if at <= self.now => {
                    self.script.client().handle_timeout(self.now);
                }
                Output::Wait(_) => return,
            }
        }
    }

    fn chunk(&mut self, name: String, bytes: Vec<u8>) {
        assert!(!bytes.is_empty(), "nothing is handed on");
        match &mut self.chunk {
            Some((of, joined)) if *of == name => joined.extend(bytes),
            _ => {
                self.end_chunk();
                self.chunk = Some((name, bytes));
            }
        }
    }

    fn end_chunk(&mut self) {
        if let Some((name, bytes)) = self.chunk.take() {
            self.happened
                .push(format!("{name} {}", bytes.escape_ascii()));
        }
    }

    fn write(&mut self, line: &str) {
        self.written += line;
        self.written.push('\n');
    }
}

fn server_octets(lines: &[&str]) -> Vec<u8> {
    let mut octets = Vec::new();
    for line in lines {
        // One space belongs to the dialogue; an empty line has lost it.
        let text = line.get(3..).unwrap_or_default();
        octets.extend_from_slice(text.as_bytes());
        let ending: &[u8] = if line.starts_with("S~") {
            b"\n"
        } else {
            b"\r\n"
        };
        octets.extend_from_slice(ending);
    }
    octets
}
