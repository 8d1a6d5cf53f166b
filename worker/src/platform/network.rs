//! What carries the bytes of every client in the worker: tunnels through the proxy, or the demo
//! server in the page.

use std::collections::HashMap;

use porthole_engine::{
    ConnectionId, Dialled, Output,
    account::{Destination, Via},
    compare::Device,
};
use porthole_wire::Instant;

use super::{
    demo::{Demo, Happened as DemoHappened},
    driver::{random, unix},
    tunnel::{Happened, Tunnel},
};

/// Names a connection of either device.
pub(super) type LineId = (Device, ConnectionId);

/// The ways to servers.
#[derive(Default)]
pub(super) struct Network {
    /// Where the proxy is.
    pub(super) proxy: String,
    /// The server in the page, once somebody wanted it.
    pub(super) demo: Option<Demo>,
    tunnels: HashMap<LineId, Tunnel>,
}

impl Network {
    /// Does what an engine asks for, and says what came of it at once. `tell` says what happens
    /// later.
    pub(super) fn act(
        &mut self,
        device: Device,
        output: Output,
        now: Instant,
        tell: impl Fn(ConnectionId, Happened) + 'static,
    ) -> Option<(LineId, Happened)> {
        match output {
            Output::Dial {
                connection,
                via,
                protocol,
                destination,
            } => {
                let line = (device, connection);
                return match via {
                    Via::Demo => {
                        let demo = self.demo(now);
                        demo.open(line, protocol, destination.security, now);
                        None
                    }
                    Via::Tunnel => self.dial(line, &destination, tell),
                };
            }
            Output::Transmit { connection, bytes } => {
                let line = (device, connection);
                let demo = self.demo.as_mut();
                let taken = demo.is_some_and(|demo| demo.handle_input(line, now, &bytes));
                if let (false, Some(tunnel)) = (taken, self.tunnels.get(&line)) {
                    tunnel.send(&bytes);
                }
            }
            Output::StartTls { connection } => {
                let line = (device, connection);
                if let Some(tunnel) = self.tunnels.get(&line) {
                    tunnel.start_tls();
                } else if let Some(tls) = self.demo(now).start_tls(line, now) {
                    return Some((line, Happened::Secured(Ok(tls))));
                }
            }
            Output::Hangup { connection } => self.hang_up((device, connection)),
            Output::Change(_) | Output::Wait(_) => {}
        }
        None
    }

    fn dial(
        &mut self,
        line: LineId,
        destination: &Destination,
        tell: impl Fn(ConnectionId, Happened) + 'static,
    ) -> Option<(LineId, Happened)> {
        match Tunnel::dial(&self.proxy, line.1, destination, tell) {
            Ok(tunnel) => {
                self.tunnels.insert(line, tunnel);
                None
            }
            Err(error) => Some((line, Happened::Dialled(Err(error)))),
        }
    }

    fn hang_up(&mut self, line: LineId) {
        if let Some(demo) = &mut self.demo {
            demo.close(line);
        }
        if let Some(tunnel) = self.tunnels.remove(&line) {
            tunnel.close();
        }
    }

    /// What has come of the demo server by now.
    pub(super) fn poll(&mut self, now: Instant) -> Vec<(LineId, Happened)> {
        let demo = self.demo.as_mut();
        let happened = demo.map(|demo| demo.poll(now)).unwrap_or_default();
        let told = happened.into_iter().map(|event| match event {
            DemoHappened::Opened(line) => (line, Happened::Dialled(Ok(Dialled::default()))),
            DemoHappened::Sent(line, bytes) => (line, Happened::Input(bytes)),
            DemoHappened::Closed(line) => (line, Happened::Closed),
        });
        told.collect()
    }

    /// The engine has taken so many octets.
    pub(super) fn consumed(&self, line: LineId, octets: usize) {
        if let Some(tunnel) = self.tunnels.get(&line) {
            tunnel.consumed(octets);
        }
    }

    /// The connection is over.
    pub(super) fn forget(&mut self, line: LineId) {
        self.tunnels.remove(&line);
    }

    /// Sends what a WebSocket had no room for; whether there is none left.
    pub(super) fn push(&self) -> bool {
        self.tunnels.values().all(Tunnel::push)
    }

    /// When the next octets arrive somewhere in the page.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.demo.as_ref().and_then(Demo::deadline)
    }

    /// The server in the page.
    pub(super) fn demo(&mut self, now: Instant) -> &mut Demo {
        self.demo
            .get_or_insert_with(|| Demo::new(unix(), now, random()))
    }
}
