//! The demo mail server in the page, as a transport: the same bytes as over a network, and none.

use std::collections::HashMap;

use porthole_demo::{Options, Protocol as DemoProtocol, Server, SessionId};
use porthole_engine::{ConnectionId, account::Protocol};
use porthole_imap::types::number::UidValidity;
use porthole_wire::{Instant, Output};

/// The server and which of its sessions is which of our connections.
pub(super) struct Demo {
    server: Server,
    sessions: HashMap<ConnectionId, SessionId>,
}

/// What the server did.
pub(super) enum Happened {
    /// It sent octets.
    Sent(ConnectionId, Vec<u8>),
    /// It closed.
    Closed(ConnectionId),
}

impl Demo {
    /// A server with its sample mail. It begins anew with each page, so its UIDVALIDITY is the
    /// clock: what was kept of an earlier one is known to be of another.
    pub(super) fn new(unix: i64, seed: [u8; 32]) -> Self {
        let validity = u32::try_from(unix).unwrap_or(u32::MAX);
        let mut server = Server::new(Options {
            uid_validity: UidValidity(validity),
            epoch: unix,
            seed,
            ..Options::default()
        });
        porthole_demo::sample::fill(server.mailboxes_mut(), unix);
        Self {
            server,
            sessions: HashMap::new(),
        }
    }

    pub(super) fn open(&mut self, id: ConnectionId, protocol: Protocol, now: Instant) {
        let protocol = match protocol {
            Protocol::Imap => DemoProtocol::Imap,
            Protocol::Pop3 => DemoProtocol::Pop3,
        };
        let session = self.server.open(protocol, now);
        self.sessions.insert(id, session);
    }

    /// Whether this connection leads here. Octets for it are taken if so.
    pub(super) fn handle_input(&mut self, id: ConnectionId, now: Instant, bytes: &[u8]) -> bool {
        let Some(&session) = self.sessions.get(&id) else {
            return false;
        };
        self.server.handle_input(session, now, bytes);
        true
    }

    pub(super) fn close(&mut self, id: ConnectionId) {
        if let Some(session) = self.sessions.remove(&id) {
            self.server.handle_eof(session);
        }
    }

    /// What the server has to say on any connection.
    pub(super) fn poll(&mut self) -> Vec<Happened> {
        let mut happened = Vec::new();
        let sessions: Vec<_> = self
            .sessions
            .iter()
            .map(|(&id, &session)| (id, session))
            .collect();
        for (id, session) in sessions {
            loop {
                match self.server.poll_output(session) {
                    Output::Transmit(bytes) => happened.push(Happened::Sent(id, bytes)),
                    Output::Event(_) => {
                        self.sessions.remove(&id);
                        happened.push(Happened::Closed(id));
                        break;
                    }
                    Output::Wait(_) => break,
                }
            }
        }
        happened
    }
}
