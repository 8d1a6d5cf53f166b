//! Carries octets between a client and a server, and saves what crossed.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use porthole_demo::{Content, Options, Protocol as Speaks, Server};
use porthole_explain::{
    Role,
    saved::{Connection, Crossed, Protocol, Saved, Saving},
};
use porthole_imap::types::datetime::DateTime;
use porthole_wire::{Entry, Instant, Machine, Mark, Output, Transcript};

/// A server: octets in, octets out. It is first given none, and greets.
pub(crate) type Answers<'a> = dyn FnMut(&[u8]) -> Vec<u8> + 'a;

/// All that crossed.
#[derive(Debug, Default)]
pub(crate) struct Raw {
    pub(crate) sent: Vec<u8>,
    pub(crate) received: Vec<u8>,
    now: Instant,
}

impl Raw {
    /// Carries until both wait.
    pub(crate) fn carry<M: Machine>(&mut self, client: &mut M, server: &mut Answers<'_>) {
        let mut sent = Vec::new();
        loop {
            self.now = self.now + Duration::from_millis(50);
            let received = server(&sent);
            sent.clear();
            client.handle_input(self.now, &received);
            client.handle_timeout(self.now);
            self.received.extend_from_slice(&received);
            loop {
                match client.poll_output() {
                    Output::Transmit(bytes) => sent.extend_from_slice(&bytes),
                    Output::Event(_) => {}
                    Output::Wait(_) => break,
                }
            }
            self.sent.extend_from_slice(&sent);
            if sent.is_empty() && received.is_empty() {
                return;
            }
        }
    }

    pub(crate) fn now(&self) -> Instant {
        self.now
    }
}

/// The demo server as one that answers, with this mail for alice.
pub(crate) fn demo(
    speaks: Speaks,
    options: Options,
    mail: &[&str],
) -> impl FnMut(&[u8]) -> Vec<u8> + use<> {
    let mut server = Server::new(options);
    let alice = server.mailboxes_mut().account_mut("alice").unwrap();
    for message in mail {
        let content = Arc::new(Content::new(message.as_bytes().to_vec()));
        let date = DateTime::from_unix(1_795_424_400);
        alice.inbox_mut().append(content, BTreeSet::new(), date);
    }
    let id = server.open(speaks, Instant::ZERO);
    move |bytes| {
        let mut answer = Vec::new();
        if !bytes.is_empty() {
            server.handle_input(id, Instant::ZERO, bytes);
        }
        while let Output::Transmit(bytes) = server.poll_output(id) {
            answer.extend(bytes);
        }
        answer
    }
}

/// What the client has recorded of it.
pub(crate) fn saved<R: Copy + Into<Role>>(
    protocol: Protocol,
    transcript: &mut Transcript<R>,
) -> Saved {
    let entries = std::iter::from_fn(|| transcript.next_entry());
    save(protocol, &entries.collect::<Vec<_>>())
}

pub(crate) fn save<R: Copy + Into<Role>>(protocol: Protocol, entries: &[Entry<R>]) -> Saved {
    let connection = Connection {
        number: 1,
        protocol,
        host: "mail.example.com".to_owned(),
        beside: false,
    };
    let mut saving = Saving::new("Porthole", BEGAN, vec![connection]);
    for entry in entries {
        let small = |at: usize| u32::try_from(at).unwrap();
        let masked = entry.masked.iter();
        let masked: Vec<_> = masked.map(|r| (small(r.start), small(r.end))).collect();
        let marks = entry.marks.iter().map(|mark| Mark {
            range: mark.range.clone(),
            role: mark.role.into(),
        });
        saving.add(&Crossed {
            connection: 1,
            at: entry.at.as_micros(),
            queued: entry.queued.map(Instant::as_micros),
            direction: entry.direction,
            shape: entry.shape,
            turn: entry.turn,
            command: entry.command.map(|command| command.0),
            wish: Some("SignIn"),
            octets: entry.octets,
            kept: &entry.kept,
            masked: &masked,
            marks: &marks.collect::<Vec<_>>(),
        });
    }
    saving.finish()
}

/// 2026-11-23 09:00:00 UTC.
pub(crate) const BEGAN: u64 = 1_795_424_400_000_000;
