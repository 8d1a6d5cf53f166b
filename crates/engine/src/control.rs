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
    change::{Asked, Change, Consequence, Controls, Held, Notice, Preview, Run},
    core::Core,
    intent::{Typed, Wheel, Wish},
    output::ConnectionId,
    reins::Holdable,
};

/// What the conversation is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whose {
    pub(crate) protocol: Protocol,
    /// Whether the mail is somebody's, and not the demo's.
    pub(crate) real: bool,
}

impl Default for Whose {
    fn default() -> Self {
        Self {
            protocol: Protocol::Imap,
            real: true,
        }
    }
}

/// How the conversation is being run.
#[derive(Debug, Default)]
pub(crate) struct Control {
    run: Run,
    /// The command whose answer ends `Run::ToAnswer`.
    awaited: Option<(ConnectionId, CommandId)>,
    asked: Option<Question>,
    told: Option<Controls>,
}

/// Whether something that could destroy mail is to be done.
#[derive(Debug)]
struct Question {
    wheel: Wheel,
    /// The command that waited when it was asked.
    held: Option<(ConnectionId, CommandId)>,
    asked: Asked,
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

    /// Does what the user wants. What could destroy somebody's mail asks first.
    pub(crate) fn act(
        &mut self,
        core: &mut Core,
        backend: &mut dyn Backend,
        now: Instant,
        whose: Whose,
        wheel: Wheel,
    ) {
        let links = backend.links();
        let held = first_held(&links);
        let Some(wheel) = self.considered(whose, wheel, held) else {
            return;
        };
        if let Wheel::Send { connection, .. } = wheel
            && !links.iter().any(|link| goes_on(&**link, connection))
        {
            let nobody = links.is_empty();
            drop(links);
            // Another connection may have another mailbox open, or have signed in anew.
            core.change(Change::Notice(Notice::NotSent));
            if nobody {
                backend.check(core, now);
            }
        } else {
            let begins = whose.protocol == Protocol::Imap && begins_literal(&wheel);
            self.steer(links, now, wheel, core.cause);
            if begins {
                // The server takes whatever comes next for the literal.
                self.run = Run::Held;
            }
        }
        backend.go_on(core, now);
    }

    /// What is to be done now, if anything is.
    fn considered(
        &mut self,
        whose: Whose,
        wheel: Wheel,
        held: Option<(ConnectionId, CommandId)>,
    ) -> Option<Wheel> {
        let question = self.asked.take();
        let (line, consequence) = match &wheel {
            Wheel::GoAhead => {
                let question = question.filter(|question| {
                    !matches!(question.wheel, Wheel::Replace(_)) || question.held == held
                });
                return question.map(|question| question.wheel);
            }
            Wheel::KeepBack => return None,
            Wheel::Send { typed, .. } => {
                let Typed { line, verbatim } = typed;
                (line, destroys(whose.protocol, line, *verbatim))
            }
            Wheel::Replace(line) => (line, destroys(whose.protocol, line, false)),
            _ => return Some(wheel),
        };
        let Some(consequence) = consequence.filter(|_| whose.real) else {
            return Some(wheel);
        };
        let asked = Asked {
            line: line.trim_end().to_owned(),
            words: consequence.words,
        };
        self.asked = Some(Question { wheel, held, asked });
        None
    }

    fn steer(
        &mut self,
        mut links: Vec<Box<dyn Holdable + '_>>,
        now: Instant,
        wheel: Wheel,
        cause: Option<Wish>,
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
                    link.gate().step();
                }
            }
            Wheel::Drop => {
                if let Some(link) = waiting {
                    link.drop_held();
                }
            }
            Wheel::Send { typed, connection } => {
                let line = typed.line.as_bytes();
                match links.iter_mut().find(|link| goes_on(&***link, connection)) {
                    Some(link) if typed.verbatim => link.send_verbatim(now, line),
                    Some(link) => link.issue_line(line, cause),
                    None => {}
                }
            }
            Wheel::GoAhead | Wheel::KeepBack => {}
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
            self.asked = None;
            return self.tell(core, Vec::new(), None);
        };
        if let Run::Until(text) = &self.run
            && core.wire.server_said(text)
        {
            self.run = Run::Held;
        }
        while self.pass(backend) {
            backend.go_on(core, now);
        }
        let links = backend.links();
        let connections = links.iter().map(|link| link.id().0).collect();
        let mut held = links.iter().filter_map(|link| {
            let (command, entries) = link.held()?;
            Some(held(link.id(), command, &entries))
        });
        let held = held.next().filter(|_| self.run == Run::Held);
        self.tell(core, connections, held);
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

    fn tell(&mut self, core: &mut Core, connections: Vec<u32>, held: Option<Held>) {
        let now = Controls {
            run: self.run.clone(),
            held,
            asked: self.asked.as_ref().map(|question| question.asked.clone()),
            connections,
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

/// Whether the pattern stands in these octets, in any case: `*` is whatever comes between.
pub(crate) fn says(octets: &[u8], pattern: &str) -> bool {
    let mut rest = octets;
    pattern.split('*').all(|part| {
        let part = part.as_bytes();
        let mut windows = rest.windows(part.len().max(1));
        let found = part.is_empty().then_some(0);
        let found = found.or_else(|| windows.position(|window| window.eq_ignore_ascii_case(part)));
        let after = found.and_then(|at| rest.get(at + part.len()..));
        rest = after.unwrap_or_default();
        after.is_some()
    })
}

/// What a line means that the user has not sent yet.
pub(crate) fn preview(protocol: Protocol, typed: Typed) -> Preview {
    let (Explanation { summary, tokens }, consequence) =
        explained(protocol, &typed.line, typed.verbatim);
    Preview {
        understood: tokens.iter().all(|token| token.known),
        typed,
        summary,
        consequence,
    }
}

/// What becomes of mail that these lines may destroy.
fn destroys(protocol: Protocol, lines: &str, verbatim: bool) -> Option<Consequence> {
    let lines = lines.split(['\r', '\n']);
    lines
        .filter_map(|line| explained(protocol, line, verbatim).1)
        .find(|consequence| consequence.destroys)
}

fn explained(protocol: Protocol, line: &str, verbatim: bool) -> (Explanation, Option<Consequence>) {
    match protocol {
        Protocol::Imap => porthole_explain::imap_line(line.as_bytes(), verbatim),
        Protocol::Pop3 => porthole_explain::pop3_line(line.as_bytes()),
    }
}

/// Whether what is sent ends in the announcement of a literal (RFC 9051 section 4.3, RFC 7888).
fn begins_literal(wheel: &Wheel) -> bool {
    let Wheel::Send { typed, .. } = wheel else {
        return false;
    };
    let announced = typed.line.trim_end().strip_suffix('}');
    let announced = announced.and_then(|line| line.rsplit_once('{'));
    announced.is_some_and(|(_, count)| {
        let digits = count.strip_suffix(['+', '-']).unwrap_or(count);
        !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

/// Whether what is typed for this connection goes on that one: the first where none is named.
fn goes_on(link: &dyn Holdable, connection: Option<u32>) -> bool {
    connection.is_none_or(|wanted| link.id().0 == wanted)
}

fn first_held(links: &[Box<dyn Holdable + '_>]) -> Option<(ConnectionId, CommandId)> {
    let mut held = links
        .iter()
        .filter_map(|link| Some((link.id(), link.held()?.0)));
    held.next()
}

/// What a user may type.
pub(crate) fn known(protocol: Protocol) -> Vec<Known> {
    match protocol {
        Protocol::Imap => porthole_explain::imap_commands().collect(),
        Protocol::Pop3 => porthole_explain::pop3_commands().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_its_parts_in_order() {
        let line = b"A004 UID FETCH 61 (FLAGS)";
        for (pattern, stands) in [
            ("fetch", true),
            ("uid*flags", true),
            ("A0*(FLAGS)*", true),
            ("flags*uid", false),
            ("fetch*fetch", false),
            ("", true),
            ("*", true),
            ("STORE", false),
            ("A004 UID FETCH 61 (FLAGS) and more", false),
        ] {
            assert_eq!(says(line, pattern), stands, "{pattern}");
        }
    }
}
