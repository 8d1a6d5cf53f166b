//! Taking the wheel: commands that wait for the user, and lines that the user types.
//!
//! The machines hold back (`porthole_wire::Gate`); what is here decides how long. Whenever the
//! engine has settled, [`Control::settle`] lets through what the user's wish allows and tells the
//! page what waits.

use porthole_explain::{Explanation, Known, Role, Unit, command_name, explain};
use porthole_wire::{CommandId, Entry, Gate, Instant, Mark};

use crate::{
    account::Protocol,
    backend::Backend,
    change::{Change, Controls, Held, Preview, Run},
    core::Core,
    intent::Wheel,
    output::ConnectionId,
    reins::Holdable,
};

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
        let links = backend.links();
        if links.is_empty() && matches!(wheel, Wheel::Send { .. }) {
            drop(links);
            backend.check(core, now);
        } else {
            self.steer(links, now, wheel, core.cause);
        }
        backend.go_on(core, now);
    }

    fn steer(
        &mut self,
        mut links: Vec<Box<dyn Holdable + '_>>,
        now: Instant,
        wheel: Wheel,
        cause: Option<u64>,
    ) {
        let waiting = links.iter_mut().find(|link| link.held().is_some());
        match wheel {
            Wheel::Hold => self.run = Run::Held,
            Wheel::RunOn => self.run = Run::Free,
            Wheel::RunUntil(text) if text.is_empty() => self.run = Run::Free,
            Wheel::RunUntil(text) => {
                // What waits has been seen.
                if let Some(link) = waiting {
                    link.gate().step();
                }
                self.run = Run::Until(text);
            }
            Wheel::Step => {
                if let Some(link) = waiting {
                    link.gate().step();
                }
            }
            Wheel::RunToAnswer => {
                if let Some(link) = waiting {
                    self.awaited = link.held().map(|(id, _)| (link.id(), id));
                    link.gate().step();
                    self.run = Run::ToAnswer;
                }
            }
            Wheel::Replace(line) => {
                if let Some(link) = waiting {
                    link.replace_held(line.as_bytes());
                }
            }
            Wheel::Drop => {
                if let Some(link) = waiting {
                    link.drop_held();
                }
            }
            Wheel::Send { line, verbatim } => match links.first_mut() {
                Some(link) if verbatim => link.send_verbatim(now, line.as_bytes()),
                Some(link) => link.issue_line(line.as_bytes(), cause),
                None => {}
            },
        }
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
            && core.wire.server_said(text)
        {
            self.run = Run::Held;
        }
        while self.pass(backend) {
            backend.go_on(core, now);
        }
        let mut links = match self.run {
            Run::Held => backend.links(),
            _ => Vec::new(),
        };
        let held = links.iter_mut().find_map(|link| {
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
        for mut link in links {
            let Some((_, entries)) = link.held() else {
                continue;
            };
            let wanted = match &self.run {
                Run::Free | Run::ToAnswer => false,
                Run::Held => true,
                Run::Until(text) => entries.iter().any(|e| says(&e.kept, text)),
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
            held,
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
    // The tag stays with the command, whatever becomes of the rest.
    let line = octets.get(tag_end(entries)..).unwrap_or_default();
    let line = String::from_utf8_lossy(line).trim().to_owned();
    Held {
        connection: connection.0,
        command: command.0,
        line,
        secret: secret || entries.len() > 1,
        summary: explanation.map_or_else(String::new, |explanation| explanation.summary),
    }
}

/// Where the tag ends; 0 where there is none.
fn tag_end(entries: &[Entry<Role>]) -> usize {
    let first = entries.first().and_then(|entry| entry.marks.first());
    let is_tag = |mark: &&Mark<Role>| mark.role == Role::Imap(porthole_imap::wire::Role::Tag);
    first.filter(is_tag).map_or(0, |mark| mark.range.end)
}

/// Whether the text stands in these octets, in any case.
pub(crate) fn says(octets: &[u8], text: &str) -> bool {
    let mut windows = octets.windows(text.len().max(1));
    windows.any(|window| window.eq_ignore_ascii_case(text.as_bytes()))
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
    match protocol {
        Protocol::Imap => porthole_explain::imap_commands().collect(),
        Protocol::Pop3 => porthole_explain::pop3_commands().collect(),
    }
}
