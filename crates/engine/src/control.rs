//! Taking the wheel: commands that wait for the user, and lines that the user types.
//!
//! The machines hold back (`porthole_wire::Gate`); what is here decides how long. Whenever the
//! engine has settled, [`Control::settle`] lets through what the user's wish allows and tells the
//! page what waits.

use porthole_explain::{Explanation, Role, Unit, command_name, explain};
use porthole_wire::{CommandId, Entry, Gate, Instant};

use crate::{
    account::Protocol,
    backend::Backend,
    change::{Change, Controls, Held, Known, Preview, Run},
    core::Core,
    intent::Wheel,
    output::ConnectionId,
};

/// A connection whose commands can be held back.
pub(crate) trait Holdable {
    /// Which connection.
    fn id(&self) -> ConnectionId;
    /// Which commands may go.
    fn gate(&mut self) -> &mut Gate;
    /// The command that waits.
    fn held(&self) -> Option<(CommandId, Vec<Entry<Role>>)>;
    /// Puts a typed line in its place.
    fn replace_held(&mut self, line: &[u8]);
    /// Drops it.
    fn drop_held(&mut self);
    /// Issues a typed line, before what waits.
    fn issue_line(&mut self, line: &[u8], cause: Option<u64>);
    /// Sends octets as they are.
    fn send_verbatim(&mut self, now: Instant, octets: &[u8]);
    /// Whether a command lacks its answer.
    fn awaits(&self, id: CommandId) -> bool;
}

/// Marks of any protocol as the explanation takes them.
pub(crate) fn unified<R: Into<Role>>(entry: Entry<R>) -> Entry<Role> {
    Entry {
        at: entry.at,
        direction: entry.direction,
        shape: entry.shape,
        command: entry.command,
        octets: entry.octets,
        unknown: entry.unknown,
        kept: entry.kept,
        masked: entry.masked,
        marks: entry
            .marks
            .into_iter()
            .map(|mark| porthole_wire::Mark {
                range: mark.range,
                role: mark.role.into(),
            })
            .collect(),
        turn: entry.turn,
    }
}

/// How the conversation is being run.
#[derive(Debug, Default)]
pub(crate) struct Control {
    run: Run,
    /// The command whose answer ends `Run::ToAnswer`.
    awaited: Option<(ConnectionId, CommandId)>,
    told: Option<Controls>,
}

impl Control {
    /// Does what can be done before there is a connection.
    pub(crate) fn prepare(&mut self, wheel: Wheel) {
        match wheel {
            Wheel::Hold => self.run = Run::Held,
            Wheel::RunOn => self.run = Run::Free,
            Wheel::RunUntil(text) => self.run = Run::Until(text),
            _ => {}
        }
    }

    /// Does what the user wants.
    pub(crate) fn act(
        &mut self,
        core: &mut Core,
        backend: &mut dyn Backend,
        now: Instant,
        wheel: Wheel,
    ) {
        let cause = core.cause;
        let mut links = backend.links();
        let waiting = links.iter().position(|link| link.held().is_some());
        match wheel {
            Wheel::Hold => self.run = Run::Held,
            Wheel::RunOn => self.run = Run::Free,
            Wheel::RunUntil(text) if text.is_empty() => self.run = Run::Free,
            Wheel::RunUntil(text) => {
                // What waits has been seen.
                if let Some(at) = waiting {
                    links[at].gate().step();
                }
                self.run = Run::Until(text);
            }
            Wheel::Step => {
                if let Some(at) = waiting {
                    links[at].gate().step();
                }
            }
            Wheel::RunToAnswer => {
                if let Some(at) = waiting {
                    self.awaited = links[at].held().map(|(id, _)| (links[at].id(), id));
                    links[at].gate().step();
                    self.run = Run::ToAnswer;
                }
            }
            Wheel::Replace(line) => {
                if let Some(at) = waiting {
                    links[at].replace_held(line.as_bytes());
                }
            }
            Wheel::Drop => {
                if let Some(at) = waiting {
                    links[at].drop_held();
                }
            }
            Wheel::Send { line, verbatim } => match links.first_mut() {
                Some(link) if verbatim => link.send_verbatim(now, line.as_bytes()),
                Some(link) => link.issue_line(line.as_bytes(), cause),
                None => backend.check(core, now),
            },
        }
        backend.go_on(core, now);
    }

    /// Lets through what may go, holds back the rest, and tells the page.
    pub(crate) fn settle(
        &mut self,
        core: &mut Core,
        backend: Option<&mut dyn Backend>,
        now: Instant,
    ) {
        let Some(backend) = backend else {
            return self.tell(core, None);
        };
        if let Run::Until(text) = &self.run
            && core.wire.server_said(text.as_bytes())
        {
            self.run = Run::Held;
        }
        while self.pass(backend) {
            backend.go_on(core, now);
        }
        let held = backend.links().into_iter().find_map(|link| {
            let (command, entries) = link.held()?;
            Some(held(link.id(), command, &entries))
        });
        self.tell(core, held);
    }

    /// Sets the gates; lets one command through that need not wait, if there is one.
    fn pass(&mut self, backend: &mut dyn Backend) -> bool {
        let free = self.run == Run::Free;
        let mut links = backend.links();
        let mut opened = false;
        for link in &mut links {
            match (free, *link.gate()) {
                (true, Gate::Held { .. }) => {
                    link.gate().open();
                    opened = true;
                }
                (false, Gate::Open) => link.gate().hold(),
                _ => {}
            }
        }
        if self.run == Run::ToAnswer {
            let awaits = |(on, id): (ConnectionId, CommandId)| {
                links.iter().any(|link| link.id() == on && link.awaits(id))
            };
            if !self.awaited.is_some_and(awaits) {
                self.run = Run::Held;
            }
        }
        for link in links {
            let Some((_, entries)) = link.held() else {
                continue;
            };
            let wanted = match &self.run {
                Run::Free | Run::ToAnswer => false,
                Run::Held => true,
                Run::Until(text) => entries.iter().any(|e| contains(&e.kept, text.as_bytes())),
            };
            if !wanted {
                link.gate().step();
                return true;
            }
            if matches!(self.run, Run::Until(_)) {
                self.run = Run::Held;
            }
        }
        opened
    }

    fn tell(&mut self, core: &mut Core, held: Option<Held>) {
        let now = Controls {
            run: self.run.clone(),
            held: held.filter(|_| self.run == Run::Held),
        };
        if self.told.as_ref() != Some(&now) && (self.told.is_some() || now != Controls::default()) {
            core.change(Change::Controls(Box::new(now.clone())));
            self.told = Some(now);
        }
    }
}

fn held(connection: ConnectionId, command: CommandId, entries: &[Entry<Role>]) -> Held {
    let octets: Vec<u8> = entries.iter().flat_map(|e| e.kept.clone()).collect();
    let secret = entries.iter().any(|entry| !entry.masked.is_empty());
    let explanation = entries.first().map(|first| {
        explain(&Unit {
            direction: first.direction,
            octets: &first.kept,
            marks: &first.marks,
            command: command_name(&first.kept, &first.marks),
        })
    });
    let text = String::from_utf8_lossy(&octets).trim_end().to_owned();
    let line = match text.split_once(' ') {
        // The tag stays with the command, whatever becomes of the rest.
        Some((tag, line)) if tag.starts_with('A') && is_tagged(entries) => line.to_owned(),
        _ => text,
    };
    Held {
        connection: connection.0,
        command: command.0,
        line,
        secret: secret || entries.len() > 1,
        summary: explanation.map_or_else(String::new, |explanation| explanation.summary),
    }
}

fn is_tagged(entries: &[Entry<Role>]) -> bool {
    let first = entries.first().and_then(|entry| entry.marks.first());
    first.is_some_and(|mark| mark.role == Role::Imap(porthole_imap::wire::Role::Tag))
}

fn contains(octets: &[u8], text: &[u8]) -> bool {
    octets
        .windows(text.len().max(1))
        .any(|window| window.eq_ignore_ascii_case(text))
}

/// What a line means that the user has not sent yet.
pub(crate) fn preview(protocol: Protocol, line: String) -> Preview {
    let (Explanation { summary, tokens }, consequence) = match protocol {
        Protocol::Imap => porthole_explain::imap_line(line.as_bytes()),
        Protocol::Pop3 => porthole_explain::pop3_line(line.as_bytes()),
    };
    Preview {
        understood: tokens.iter().all(|token| token.known),
        line,
        summary,
        consequence,
    }
}

/// What a user may type.
pub(crate) fn known(protocol: Protocol) -> Vec<Known> {
    let known = |known: porthole_explain::Known| Known {
        name: known.name.to_owned(),
        meaning: known.meaning.to_owned(),
    };
    match protocol {
        Protocol::Imap => porthole_explain::imap_commands().map(known).collect(),
        Protocol::Pop3 => porthole_explain::pop3_commands().map(known).collect(),
    }
}
