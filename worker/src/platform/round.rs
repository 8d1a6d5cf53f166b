//! One run of a comparison: a script, the engines of two devices, and what carries their bytes.

use std::{collections::HashMap, rc::Rc};

use porthole_engine::{
    Change, ConnectionId, DialError, DialErrorKind, Dialled, Engine, Output as EngineOutput,
    account::Protocol,
    compare::{Ask, Device, Distance, Output, Run, Sample, Script, Task},
};
use porthole_store::Store;
use porthole_wire::Instant;

use super::{
    contest::{Shared, act},
    driver::random,
    far::{Arrival, Far},
    network::LineId,
    tunnel::{Happened, Tunnel},
};

/// A run under way.
pub(super) struct Round {
    task: Task,
    protocol: Protocol,
    script: Script,
    /// When the script wants to go on.
    until: Option<Instant>,
    devices: [OneDevice; 2],
    /// The demo server and the way there; `None` where the tunnel leads to an account's.
    far: Option<Far>,
    proxy: String,
    may_change: bool,
    /// The step in which the user was asked to send a message from elsewhere.
    asked_for_mail: Option<usize>,
    tunnels: HashMap<LineId, Tunnel>,
}

/// How the servers are reached, and what may be done there.
pub(super) struct Way {
    /// How far a demo server is; `None` for an account's servers.
    pub(super) distance: Option<Distance>,
    /// Where the proxy is.
    pub(super) proxy: String,
    /// Whether mail may be deleted and marked.
    pub(super) may_change: bool,
}

struct OneDevice {
    engine: Engine,
    deadline: Option<Instant>,
    /// Its plug was pulled.
    cut: bool,
}

impl Round {
    /// A run on devices that have never been used.
    pub(super) fn new(
        task: Task,
        protocol: Protocol,
        mut script: Script,
        way: Way,
        now: Instant,
    ) -> Result<Self, String> {
        let device = || {
            let store = Store::standing_in().map_err(|error| error.to_string())?;
            Ok::<_, String>(OneDevice {
                engine: Engine::new(store),
                deadline: None,
                cut: false,
            })
        };
        let devices = [device()?, device()?];
        script.start(now);
        Ok(Self {
            task,
            protocol,
            script,
            until: None,
            devices,
            far: way.distance.map(|distance| Far::new(distance, now)),
            proxy: way.proxy,
            may_change: way.may_change,
            asked_for_mail: None,
            tunnels: HashMap::new(),
        })
    }

    pub(super) fn progress(&self) -> (Task, Protocol, (usize, usize)) {
        (self.task, self.protocol, self.script.progress())
    }

    pub(super) fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Whether the user is to send a message to the account.
    pub(super) fn awaits_mail(&self) -> bool {
        let (done, _) = self.script.progress();
        // It is shown in the step after that.
        self.asked_for_mail.is_some_and(|step| done <= step + 1)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let devices = self.devices.iter().filter_map(|device| device.deadline);
        let far = self.far.as_ref().and_then(Far::deadline);
        devices.chain(self.until).chain(far).min()
    }

    /// Some deadline may have passed.
    pub(super) fn handle_timeout(&mut self, now: Instant) {
        for device in &mut self.devices {
            if device.deadline.is_some_and(|deadline| deadline <= now) {
                device.engine.handle_timeout(now);
            }
        }
        if self.until.is_some_and(|until| until <= now) {
            self.script.handle_timeout(now);
        }
    }

    /// Something happened on a tunnel.
    fn happened(&mut self, now: Instant, (device, id): LineId, happened: Happened) {
        let engine = &mut self.devices[index(device)].engine;
        match happened {
            Happened::Dialled(result) => engine.handle_dialled(now, id, result, random()),
            Happened::Secured(result) => engine.handle_tls(now, id, result),
            Happened::Input(bytes) => {
                engine.handle_input(now, id, &bytes);
                if let Some(tunnel) = self.tunnels.get(&(device, id)) {
                    tunnel.consumed(bytes.len());
                }
            }
            Happened::Closed => {
                self.tunnels.remove(&(device, id));
                engine.handle_eof(now, id);
            }
        }
    }

    /// Does what engines and script ask for, until all wait; the run, when it is over.
    pub(super) fn pump(&mut self, shared: &Shared, now: Instant) -> Option<Run> {
        loop {
            let mut quiet = true;
            for (line, arrival) in self.far.iter_mut().flat_map(|far| far.poll(now)) {
                quiet = false;
                let (device, id) = line;
                let engine = &mut self.devices[index(device)].engine;
                match arrival {
                    Arrival::Opened => {
                        engine.handle_dialled(now, id, Ok(Dialled::default()), random());
                    }
                    Arrival::Octets(bytes) => engine.handle_input(now, id, &bytes),
                    Arrival::End => engine.handle_eof(now, id),
                }
            }
            for device in Device::ALL {
                let changes = self.drain(shared, device, now);
                if !changes.is_empty() {
                    quiet = false;
                    self.script.handle_changes(now, device, &changes);
                }
            }
            match self.script.poll_output() {
                Output::Ask(ask) => self.ask(ask, now),
                Output::Done(run) => return Some(*run),
                Output::Wait(until) => {
                    self.until = until;
                    if quiet {
                        // What a socket had no room for goes when it has told us again.
                        self.tunnels.values().for_each(|tunnel| _ = tunnel.push());
                        return None;
                    }
                }
            }
        }
    }

    fn ask(&mut self, ask: Ask, now: Instant) {
        let answer = match (ask, &mut self.far) {
            (Ask::Device(device, intent), _) => {
                let engine = &mut self.devices[index(device)].engine;
                return engine.handle_intent(now, intent);
            }
            (Ask::Cut(device), far) => {
                if let Some(far) = far {
                    far.cut(device);
                }
                let lines: Vec<_> = self.tunnels.keys().copied().collect();
                for line in lines.into_iter().filter(|(on, _)| *on == device) {
                    self.tunnels.remove(&line);
                }
                let device = &mut self.devices[index(device)];
                device.cut = true;
                // An engine does not mind the end of what it has not got.
                for id in 1..=LINES {
                    device.engine.handle_eof(now, ConnectionId(id));
                }
                Ok(())
            }
            (Ask::Deliver(sample), Some(far)) => {
                far.deliver(sample);
                Ok(())
            }
            // What is in an account is what is read there; new mail somebody else must send.
            (Ask::Deliver(sample), None) => {
                let (done, _) = self.script.progress();
                self.asked_for_mail = Some(done).filter(|_| sample == Sample::Small);
                Ok(())
            }
            (Ask::Allow(_), _) if self.may_change => Ok(()),
            (Ask::Allow(_), _) => Err("mail is not to be deleted or marked there".to_owned()),
        };
        self.script.handle_answer(now, answer);
    }

    /// Does what an engine asks for; what it has to tell.
    fn drain(&mut self, shared: &Shared, device: Device, now: Instant) -> Vec<Change> {
        let mut changes = Vec::new();
        let one = &mut self.devices[index(device)];
        loop {
            match one.engine.poll_output() {
                EngineOutput::Change(change) => changes.push(change),
                EngineOutput::Dial { connection, .. } if one.cut => {
                    let error = DialError {
                        kind: DialErrorKind::Connect,
                        message: "the plug is pulled".to_owned(),
                    };
                    one.engine
                        .handle_dialled(now, connection, Err(error), random());
                }
                EngineOutput::Dial {
                    connection,
                    protocol,
                    destination,
                    ..
                } => match &mut self.far {
                    Some(far) => far.dial((device, connection), protocol, now),
                    None => {
                        let (weak, protocol) = (Rc::downgrade(shared), self.protocol);
                        let is_for = move |round: &Self| round.protocol() == protocol;
                        let tell = move |id, happened| {
                            let Some(shared) = weak.upgrade() else {
                                return;
                            };
                            let mut happened = Some(happened);
                            act(&shared, is_for, |round, now| {
                                if let Some(happened) = happened.take() {
                                    round.happened(now, (device, id), happened);
                                }
                            });
                        };
                        match Tunnel::dial(&self.proxy, connection, &destination, tell) {
                            Ok(tunnel) => _ = self.tunnels.insert((device, connection), tunnel),
                            Err(error) => {
                                one.engine
                                    .handle_dialled(now, connection, Err(error), random());
                            }
                        }
                    }
                },
                EngineOutput::Transmit { connection, bytes } => {
                    let line = (device, connection);
                    if let Some(far) = &mut self.far {
                        far.send(line, bytes, now);
                    } else if let Some(tunnel) = self.tunnels.get(&line) {
                        tunnel.send(&bytes);
                    }
                }
                EngineOutput::StartTls { connection } => {
                    if let Some(tunnel) = self.tunnels.get(&(device, connection)) {
                        tunnel.start_tls();
                    }
                }
                EngineOutput::Hangup { connection } => {
                    let line = (device, connection);
                    if let Some(far) = &mut self.far {
                        far.hang_up(line, now);
                    }
                    if let Some(tunnel) = self.tunnels.remove(&line) {
                        tunnel.close();
                    }
                }
                EngineOutput::Wait(deadline) => {
                    one.deadline = deadline;
                    return changes;
                }
            }
        }
    }
}

/// More connections than a run makes on one device.
const LINES: u32 = 32;

fn index(device: Device) -> usize {
    usize::from(device.number()) - 1
}
