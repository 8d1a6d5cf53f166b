//! A task done under virtual time, on the demo server, with a relay in the middle that counts.
//!
//! The relay knows nothing of the protocols: it counts octets and how often the client speaks
//! after the server has. What the script says is compared with that.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use porthole_demo::{Options as Demo, Protocol as DemoProtocol, Server, SessionId};
use porthole_engine::{
    Account, Change, ConnectionId, DialError, DialErrorKind, Dialled, Engine, Intent,
    Output as EngineOutput,
    account::{Protocol, Via},
    compare::{Ask, Device, Options, Output, Run, Sample, Script, Task},
    intent::Password,
};
use porthole_imap::types::number::UidValidity;
use porthole_store::Store;
use porthole_wire::Instant;

use crate::world::{deliver, message};

/// What a relay counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Count {
    pub(crate) turns: u64,
    pub(crate) up: u64,
    pub(crate) down: u64,
}

impl Count {
    fn since(self, earlier: Self) -> Self {
        Self {
            turns: self.turns - earlier.turns,
            up: self.up - earlier.up,
            down: self.down - earlier.down,
        }
    }
}

/// What the driver can do for a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Powers {
    /// Everything.
    Demo,
    /// No more than on somebody's own account.
    RealAccount,
    /// There somebody sends a message when asked to, after so long.
    Correspondent(Duration),
}

pub(crate) struct Duel {
    pub(crate) server: Server,
    pub(crate) half: Duration,
    /// Whether a connection can be made at all.
    pub(crate) reachable: bool,
    /// Whether what the server says gets through.
    pub(crate) silent: bool,
    powers: Powers,
    task: (Task, Protocol),
    script: Script,
    engines: [Engine; 2],
    deadlines: [Option<Instant>; 2],
    cut: [bool; 2],
    now: Instant,
    lines: HashMap<(usize, ConnectionId), Line>,
    events: BTreeMap<(Instant, u64), Event>,
    order: u64,
    entropy: u8,
    total: Count,
    began: Count,
    within: Count,
    counting: bool,
}

/// A connection through the relay.
struct Line {
    session: SessionId,
    server_spoke: bool,
    /// Sent since the server spoke last, within the task.
    unanswered: Count,
}

enum Event {
    Dialled(usize, ConnectionId, DemoProtocol),
    ToServer(usize, ConnectionId, Vec<u8>),
    ToClient(usize, ConnectionId, Vec<u8>),
    ServerGone(usize, ConnectionId),
    ClientGone(usize, ConnectionId),
    Sent(Sample),
}

impl Duel {
    /// Alice's inbox has this mail.
    pub(crate) fn new(task: Task, protocol: Protocol, inbox: &[Vec<u8>]) -> Self {
        let mut server = Server::new(Demo {
            uid_validity: UidValidity(7),
            ..Demo::default()
        });
        for raw in inbox {
            deliver(&mut server, raw);
        }
        Self {
            server,
            half: Duration::from_millis(50),
            reachable: true,
            silent: false,
            powers: Powers::Demo,
            task: (task, protocol),
            script: script((task, protocol), Via::Demo),
            engines: [(); 2].map(|()| Engine::new(Store::standing_in().unwrap())),
            deadlines: [None; 2],
            cut: [false; 2],
            now: Instant::ZERO,
            lines: HashMap::new(),
            events: BTreeMap::new(),
            order: 0,
            entropy: 0,
            total: Count::default(),
            began: Count::default(),
            within: Count::default(),
            counting: false,
        }
    }

    pub(crate) fn with_mail(task: Task, protocol: Protocol, count: u32) -> Self {
        let mail: Vec<_> = (1..=count).map(message).collect();
        Self::new(task, protocol, &mail)
    }

    pub(crate) fn with_powers(mut self, powers: Powers) -> Self {
        self.powers = powers;
        if powers != Powers::Demo {
            self.script = script(self.task, Via::Tunnel);
        }
        self
    }

    /// Runs to the end: what the script says, what the relay counted within the task, and in all.
    pub(crate) fn run(&mut self) -> (Run, Count, Count) {
        self.script.start(self.now);
        for _ in 0..1_000_000 {
            if let Some(run) = self.obey() {
                return (run, self.within, self.total);
            }
            let script = match self.script.poll_output() {
                Output::Wait(until) => until,
                other => panic!("{other:?}"),
            };
            let event = self.events.first_key_value().map(|(&(at, _), _)| at);
            let deadlines = self.deadlines.into_iter().flatten().chain(script);
            let Some(next) = deadlines.chain(event).min() else {
                panic!("nothing will ever happen")
            };
            self.now = self.now.max(next);
            if event.is_some_and(|at| at <= self.now) {
                if let Some((_, event)) = self.events.pop_first() {
                    self.happen(event);
                }
            } else if script.is_some_and(|at| at <= self.now) {
                self.script.handle_timeout(self.now);
            } else {
                for device in Device::ALL {
                    self.engines[index(device)].handle_timeout(self.now);
                }
            }
        }
        panic!("it never comes to rest")
    }

    /// Does what engines and script ask for, until all wait or the script is done.
    fn obey(&mut self) -> Option<Run> {
        loop {
            self.watch();
            let mut quiet = true;
            for device in Device::ALL {
                let changes = self.drain(index(device));
                if !changes.is_empty() {
                    quiet = false;
                    self.script.handle_changes(self.now, device, &changes);
                    self.watch();
                }
            }
            self.listen();
            match self.script.poll_output() {
                Output::Ask(ask) => self.ask(ask),
                Output::Done(run) => return Some(*run),
                Output::Wait(_) if quiet => return None,
                Output::Wait(_) => {}
            }
        }
    }

    /// Where the task begins and ends, for the relay.
    fn watch(&mut self) {
        let counting = self.script.is_counting();
        if counting && !self.counting {
            self.begin();
        } else if !counting && self.counting {
            self.within = self.total.since(self.began);
            // What has no answer yet is not part of the task.
            for line in self.lines.values() {
                self.within = self.within.since(line.unanswered);
            }
        }
        self.counting = counting;
    }

    fn begin(&mut self) {
        self.began = self.total;
        for line in self.lines.values_mut() {
            line.unanswered = Count::default();
        }
    }

    fn ask(&mut self, ask: Ask) {
        let refused = Err("this is somebody's own mail".to_owned());
        let answer = match (ask, self.powers) {
            (Ask::Device(device, intent), _) => {
                if intent == Intent::CheckNow {
                    // The user asks for what did not come by itself: that is the task now.
                    self.begin();
                }
                return self.engines[index(device)].handle_intent(self.now, intent);
            }
            (Ask::Cut(device), _) => {
                self.cut[index(device)] = true;
                let open = self.lines.keys().filter(|(on, _)| *on == index(device));
                for (device, id) in open.copied().collect::<Vec<_>>() {
                    self.lines.remove(&(device, id));
                    self.engines[device].handle_eof(self.now, id);
                }
                Ok(())
            }
            (Ask::Deliver(sample), Powers::Correspondent(delay)) => {
                self.order += 1;
                let event = Event::Sent(sample);
                self.events.insert((self.now + delay, self.order), event);
                Ok(())
            }
            (Ask::Deliver(_), Powers::RealAccount) => refused,
            (Ask::Allow(_), Powers::RealAccount | Powers::Correspondent(_)) => refused,
            (Ask::Deliver(sample), Powers::Demo) => {
                deliver(&mut self.server, &sample_mail(sample));
                Ok(())
            }
            (Ask::Allow(_), Powers::Demo) => Ok(()),
        };
        self.script.handle_answer(self.now, answer);
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Dialled(device, id, protocol) => {
                self.entropy += 1;
                let result = if self.cut[device] || !self.reachable {
                    Err(DialError {
                        kind: DialErrorKind::Connect,
                        message: "nobody there".to_owned(),
                    })
                } else {
                    let session = self.server.open(protocol, self.now);
                    let line = Line {
                        session,
                        server_spoke: true,
                        unanswered: Count::default(),
                    };
                    self.lines.insert((device, id), line);
                    Ok(Dialled::default())
                };
                let entropy = [self.entropy; 18];
                self.engines[device].handle_dialled(self.now, id, result, entropy);
            }
            Event::ToServer(device, id, bytes) => {
                if let Some(line) = self.lines.get(&(device, id)) {
                    self.server.handle_input(line.session, self.now, &bytes);
                }
            }
            Event::ToClient(device, id, bytes) => {
                self.total.down += bytes.len() as u64;
                if let Some(line) = self.lines.get_mut(&(device, id)) {
                    line.server_spoke = true;
                    line.unanswered = Count::default();
                }
                self.engines[device].handle_input(self.now, id, &bytes);
            }
            Event::Sent(sample) => deliver(&mut self.server, &sample_mail(sample)),
            Event::ServerGone(device, id) => self.engines[device].handle_eof(self.now, id),
            Event::ClientGone(device, id) => {
                if let Some(line) = self.lines.remove(&(device, id)) {
                    self.server.handle_eof(line.session);
                }
            }
        }
    }

    /// Does what an engine asks for; what it has to tell.
    fn drain(&mut self, device: usize) -> Vec<Change> {
        let mut changes = Vec::new();
        loop {
            match self.engines[device].poll_output() {
                EngineOutput::Dial {
                    connection,
                    protocol,
                    ..
                } => {
                    let protocol = match protocol {
                        Protocol::Imap => DemoProtocol::Imap,
                        Protocol::Pop3 => DemoProtocol::Pop3,
                    };
                    self.later(Event::Dialled(device, connection, protocol));
                }
                EngineOutput::Transmit { connection, bytes } => {
                    self.total.up += bytes.len() as u64;
                    if let Some(line) = self.lines.get_mut(&(device, connection)) {
                        let turns = u64::from(line.server_spoke);
                        self.total.turns += turns;
                        line.server_spoke = false;
                        line.unanswered.turns += turns;
                        line.unanswered.up += bytes.len() as u64;
                    }
                    self.later(Event::ToServer(device, connection, bytes));
                }
                EngineOutput::Hangup { connection } => {
                    self.later(Event::ClientGone(device, connection));
                }
                EngineOutput::StartTls { .. } => panic!("the demo has no TLS"),
                EngineOutput::Change(change) => changes.push(change),
                EngineOutput::Wait(deadline) => {
                    self.deadlines[device] = deadline;
                    return changes;
                }
            }
        }
    }

    /// Takes what the server has to say.
    fn listen(&mut self) {
        let lines = self.lines.iter();
        let lines: Vec<_> = lines.map(|(&line, open)| (line, open.session)).collect();
        for ((device, id), session) in lines {
            loop {
                match self.server.poll_output(session) {
                    porthole_wire::Output::Transmit(_) if self.silent => {}
                    porthole_wire::Output::Transmit(bytes) => {
                        self.later(Event::ToClient(device, id, bytes));
                    }
                    porthole_wire::Output::Event(_) => {
                        self.later(Event::ServerGone(device, id));
                        break;
                    }
                    porthole_wire::Output::Wait(_) => break,
                }
            }
        }
    }

    fn later(&mut self, event: Event) {
        self.order += 1;
        let at = self.now + self.half;
        self.events.insert((at, self.order), event);
    }
}

fn script((task, protocol): (Task, Protocol), via: Via) -> Script {
    let account = Account {
        via,
        ..Account::demo(protocol)
    };
    let password = Password("wonderland".to_owned());
    Script::new(task, account, password, Options::default())
}

/// Mail that is delivered when a script asks for it.
fn sample_mail(sample: Sample) -> Vec<u8> {
    match sample {
        Sample::Small => message(9999),
        Sample::Large => large(5 << 20),
    }
}

/// A message with an attachment of so many octets.
pub(crate) fn large(octets: usize) -> Vec<u8> {
    let mut raw = "From: Ines Haddad <ines@example.com>\r\nTo: alice@example.com\r\n\
        Subject: Pictures\r\nDate: Mon, 23 Nov 2026 09:15:00 +0100\r\n\
        Message-ID: <large@example.com>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain\r\n\r\nHere they are.\r\n\
        --b\r\nContent-Type: application/octet-stream\r\n\
        Content-Disposition: attachment; filename=pictures.bin\r\n\
        Content-Transfer-Encoding: base64\r\n\r\n"
        .to_owned()
        .into_bytes();
    // 57 octets make a line of 76.
    for _ in 0..octets.div_ceil(57) {
        raw.extend_from_slice(&[b'A'; 76]);
        raw.extend_from_slice(b"\r\n");
    }
    raw.extend_from_slice(b"--b--\r\n");
    raw
}

fn index(device: Device) -> usize {
    usize::from(device.number()) - 1
}
