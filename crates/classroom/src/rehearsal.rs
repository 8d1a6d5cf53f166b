//! Trying what a lesson says of itself: its answers are done, step by step, on an engine and a demo
//! server that are made for it, under a clock that is only counted.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use porthole_demo::{
    Event as Told, Options, Protocol as DemoProtocol, Security as DemoSecurity, SessionId, Tls,
};
use porthole_engine::{
    Change, ConnectionId, Dialled, Engine, Intent, Output, TlsSummary,
    account::{Protocol, Security},
    change::{Connection, Row},
    intent::{Mark, MessageId, Typed, Wheel},
};
use porthole_imap::types::number::UidValidity;
use porthole_lesson::{Lesson, Problem, USER, Verdict, action::Action};
use porthole_store::Store;
use porthole_wire::{Instant, Output as Said};

use crate::Teacher;

/// 2026-03-02 08:00 UTC, in seconds since 1970. A lesson is the same whenever it is done.
const BEGAN: i64 = 1_772_438_400;
/// A client that has not shown the list after so long never will.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between one thing that a learner does and the next.
const PAUSE: Duration = Duration::from_millis(400);
/// The shortest round trip.
const NEAR: Duration = Duration::from_millis(20);

/// What is wrong with the answers of a lesson: its model answer has to solve each step at par, and
/// neither doing nothing nor what it calls wrong may. `check` has found nothing wrong with it.
pub fn rehearse(lesson: &Lesson) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (step, at) in lesson.steps.iter().zip(0..) {
        let mut say = |field: String, what: String| {
            let at = format!("steps[{}]{field}", at + 1);
            problems.push(Problem { at, what });
        };
        match attempt(lesson, at, &step.answer) {
            Err(why) => say(".answer".to_owned(), why),
            Ok(verdict) if !verdict.is_solved() => say(".answer".to_owned(), unsolved(&verdict)),
            Ok(verdict) if !verdict.at_par => say(
                ".par".to_owned(),
                format!(
                    "the answer takes {} turns and {} octets",
                    verdict.turns, verdict.octets
                ),
            ),
            Ok(_) => {}
        }
        let nothing = [Action::Wait(60)];
        if attempt(lesson, at, &nothing).is_ok_and(|verdict| verdict.is_solved()) {
            say(
                ".checks".to_owned(),
                "hold where nothing was done".to_owned(),
            );
        }
        for (wrong, number) in step.wrong.iter().zip(1..) {
            match attempt(lesson, at, wrong) {
                Ok(verdict) if !verdict.is_solved() => {}
                Ok(_) => say(format!(".wrong[{number}]"), "solves the step".to_owned()),
                Err(why) => say(format!(".wrong[{number}]"), why),
            }
        }
    }
    problems
}

fn unsolved(verdict: &Verdict) -> String {
    let missing = verdict.findings.iter().filter(|finding| !finding.holds);
    let missing: Vec<_> = missing.map(|finding| finding.what.as_str()).collect();
    format!("does not solve the step; not so: {}", missing.join(", "))
}

/// Does this in a step, from its beginning.
fn attempt(lesson: &Lesson, step: usize, actions: &[Action]) -> Result<Verdict, String> {
    let mut stage = Stage::new(lesson, step)?;
    for action in actions {
        stage.act(action)?;
        stage.run(PAUSE);
    }
    let snapshot = stage.server.snapshot();
    let verdict = stage.teacher.verdict(&stage.engine, &snapshot);
    verdict.ok_or_else(|| "it never was the learner's turn".to_owned())
}

/// Everything that a step needs.
struct Stage {
    engine: Engine,
    server: porthole_demo::Server,
    teacher: Teacher,
    now: Instant,
    /// Half of a round trip.
    half: Duration,
    /// When the engine wants to be woken.
    wake: Option<Instant>,
    coming: BTreeMap<(Instant, u64), Coming>,
    count: u64,
    sessions: HashMap<ConnectionId, SessionId>,
    connection: Connection,
    rows: Vec<Row>,
    /// UIDVALIDITY and HIGHESTMODSEQ of the inbox as the learner's turn began.
    inbox: Option<(u32, u64)>,
}

/// What is on its way.
enum Coming {
    Dialled(ConnectionId, DemoProtocol, DemoSecurity),
    Up(ConnectionId, Vec<u8>),
    UpEnd(ConnectionId),
    Down(ConnectionId, Vec<u8>),
    DownEnd(ConnectionId),
}

impl Stage {
    /// The learner's turn.
    fn new(lesson: &Lesson, step: usize) -> Result<Self, String> {
        let teacher = Teacher::new(lesson.clone(), step, 0).ok_or("there is no such step")?;
        let store = Store::in_memory().map_err(|error| error.to_string())?;
        let mut server = porthole_demo::Server::new(Options {
            uid_validity: UidValidity(7),
            ..Options::default()
        });
        teacher.server().set_up(&mut server, BEGAN);
        let mut stage = Self {
            engine: Engine::new(store),
            server,
            now: Instant::ZERO,
            half: teacher.far().max(NEAR) / 2,
            teacher,
            wake: None,
            coming: BTreeMap::new(),
            count: 0,
            sessions: HashMap::new(),
            connection: Connection::Connecting,
            rows: Vec::new(),
            inbox: None,
        };
        stage.engine.set_epoch(BEGAN);
        stage.teacher.begin(&mut stage.engine, stage.now);
        stage.drain();
        let until = stage.now + PATIENCE;
        while !stage.teacher.is_open() && stage.now < until {
            stage.run(Duration::from_millis(10));
            let (server, engine) = (&stage.server, &mut stage.engine);
            let snapshot = || server.snapshot();
            stage
                .teacher
                .go_on(engine, stage.connection, stage.now, snapshot);
            stage.drain();
        }
        let snapshot = stage.server.snapshot();
        let inbox = snapshot.mailbox(USER, "INBOX");
        stage.inbox = inbox.map(|inbox| (inbox.uid_validity.0, inbox.highest_mod_seq.0));
        Ok(stage)
    }

    fn act(&mut self, action: &Action) -> Result<(), String> {
        match action {
            Action::Send(line) => self.send(line.clone(), false),
            Action::Type(line) => self.send(format!("{line}\r\n"), true),
            Action::Step => self.wants(Intent::Wheel(Wheel::Step)),
            Action::RunOn => self.wants(Intent::Wheel(Wheel::RunOn)),
            Action::Hold => self.wants(Intent::Wheel(Wheel::Hold)),
            Action::Open(subject) => {
                let message = self.message(subject)?;
                self.wants(Intent::OpenMessage(message));
            }
            Action::Delete(subject) => {
                let message = self.message(subject)?;
                self.wants(Intent::Delete(vec![message]));
            }
            Action::Star(subject) => {
                let (messages, mark, on) = (vec![self.message(subject)?], Mark::Flagged, true);
                self.wants(Intent::Mark { messages, mark, on });
            }
            Action::Mailbox(name) => self.wants(Intent::OpenMailbox(name.clone())),
            Action::Check => self.wants(Intent::CheckNow),
            Action::Event => {
                self.teacher.server().happen(&mut self.server, BEGAN + 60);
                self.drain();
            }
            Action::Wait(seconds) => self.run(Duration::from_secs((*seconds).into())),
        }
        Ok(())
    }

    fn send(&mut self, mut line: String, verbatim: bool) {
        if let Some((validity, mod_seq)) = self.inbox {
            line = line.replace("{uidvalidity}", &validity.to_string());
            line = line.replace("{modseq}", &mod_seq.to_string());
        }
        self.wants(Intent::Wheel(Wheel::Send {
            typed: Typed { line, verbatim },
            connection: None,
        }));
    }

    fn message(&self, subject: &str) -> Result<MessageId, String> {
        let found = self.rows.iter().find(|row| row.subject == subject);
        let found = found.map(|row| row.id);
        found.ok_or_else(|| format!("no message “{subject}” is in the list by then"))
    }

    fn wants(&mut self, intent: Intent) {
        self.engine.handle_intent(self.now, intent);
        self.drain();
    }

    /// Lets so much time pass.
    fn run(&mut self, time: Duration) {
        let until = self.now + time;
        loop {
            let coming = self.coming.first_key_value().map(|(&(at, _), _)| at);
            let next = coming.into_iter().chain(self.wake).min();
            let Some(next) = next.filter(|next| *next <= until) else {
                break;
            };
            self.now = self.now.max(next);
            if coming.is_some_and(|at| at <= self.now) {
                if let Some((_, coming)) = self.coming.pop_first() {
                    self.arrive(coming);
                }
            } else {
                self.engine.handle_timeout(self.now);
            }
            self.drain();
        }
        self.now = until;
    }

    fn later(&mut self, coming: Coming) {
        self.count += 1;
        self.coming
            .insert((self.now + self.half, self.count), coming);
    }

    fn arrive(&mut self, coming: Coming) {
        let now = self.now;
        match coming {
            Coming::Dialled(id, protocol, security) => {
                let session = self.server.open_with(protocol, security, now);
                self.sessions.insert(id, session);
                let nonce = [self.count as u8; 18];
                let dialled = Ok(Dialled::default());
                self.engine.handle_dialled(now, id, dialled, nonce);
            }
            Coming::Up(id, octets) => {
                if let Some(&session) = self.sessions.get(&id) {
                    self.server.handle_input(session, now, &octets);
                }
            }
            Coming::UpEnd(id) => {
                if let Some(session) = self.sessions.remove(&id) {
                    self.server.handle_eof(session);
                }
            }
            Coming::Down(id, octets) => self.engine.handle_input(now, id, &octets),
            Coming::DownEnd(id) => self.engine.handle_eof(now, id),
        }
    }

    /// Takes what engine and server have to say.
    fn drain(&mut self) {
        loop {
            match self.engine.poll_output() {
                Output::Dial {
                    connection,
                    protocol,
                    destination,
                    ..
                } => {
                    let protocol = match protocol {
                        Protocol::Imap => DemoProtocol::Imap,
                        Protocol::Pop3 => DemoProtocol::Pop3,
                    };
                    let security = match destination.security {
                        Security::StartTls => DemoSecurity::StartTls(Tls::Simulated),
                        Security::Tls | Security::None => DemoSecurity::None,
                    };
                    self.later(Coming::Dialled(connection, protocol, security));
                }
                Output::Transmit { connection, bytes } => self.later(Coming::Up(connection, bytes)),
                Output::Hangup { connection } => self.later(Coming::UpEnd(connection)),
                Output::StartTls { connection } => {
                    if let Some(&session) = self.sessions.get(&connection) {
                        self.server.handle_tls_established(session, self.now);
                        let simulated = Ok(TlsSummary::default());
                        self.engine.handle_tls(self.now, connection, simulated);
                    }
                }
                Output::Change(change) => self.learn(change),
                Output::Wait(wake) => {
                    self.wake = wake;
                    break;
                }
            }
        }
        let mut sessions: Vec<_> = self.sessions.iter().map(|(&c, &s)| (c, s)).collect();
        // In the same order each time.
        sessions.sort();
        for (id, session) in sessions {
            loop {
                match self.server.poll_output(session) {
                    Said::Transmit(octets) => self.later(Coming::Down(id, octets)),
                    // The client asks for TLS when it has read that the server agrees.
                    Said::Event(Told::StartTls) => {}
                    Said::Event(Told::Closed) => {
                        self.sessions.remove(&id);
                        self.later(Coming::DownEnd(id));
                    }
                    Said::Wait(_) => break,
                }
            }
        }
    }

    fn learn(&mut self, change: Change) {
        match change {
            Change::Connection(connection) => self.connection = connection,
            Change::Rows { rows, .. } => self.rows = rows.into_iter().flatten().collect(),
            _ => {}
        }
    }
}
