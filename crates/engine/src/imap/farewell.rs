//! The main connection of an account that was left, until LOGOUT is answered.

use porthole_imap::client::{Event, State};
use porthole_wire::{Instant, Machine, Output as MachineOutput};

use super::{deeds::Step, link::Link, task::Task};
use crate::{
    core::Core,
    farewell::Farewell,
    output::{ConnectionId, Output},
};

/// A connection on which nothing is of interest but what became of the user's last deeds, and the
/// answer to LOGOUT.
#[derive(Debug)]
pub(super) struct Leaving {
    link: Link<Task>,
    is_over: bool,
}

impl Leaving {
    /// Waits where LOGOUT was issued to a server that listens, and hangs up otherwise.
    pub(super) fn begin(core: &mut Core, now: Instant, link: Link<Task>) -> Option<Self> {
        let hopeless = matches!(link.client.state(), State::Connecting | State::Logout);
        let mut leaving = Self {
            link,
            is_over: false,
        };
        if hopeless {
            leaving.hang_up(core);
        } else {
            leaving.drive(core, now);
        }
        (!leaving.is_over).then_some(leaving)
    }

    fn drive(&mut self, core: &mut Core, now: Instant) {
        self.link.client.flush(now);
        loop {
            match self.link.client.poll_output() {
                MachineOutput::Transmit(bytes) => core.output(Output::Transmit {
                    connection: self.link.id,
                    bytes,
                }),
                MachineOutput::Event(Event::Completed { command, result }) => {
                    let (task, _) = self.link.complete(command);
                    match (task, result) {
                        (Some(Task::Deed(Step::Last(batch))), Ok(_)) => {
                            let done = core.store.done(batch.ids());
                            core.stored(done);
                        }
                        // The rest of it is done on the next visit.
                        (Some(Task::Deed(Step::Copy(batch))), Ok(_)) => {
                            batch.removals(core);
                        }
                        // What was refused is done, and told, on the next visit.
                        _ => {}
                    }
                }
                MachineOutput::Event(Event::Closed(_)) => return self.hang_up(core),
                MachineOutput::Event(_) => {}
                MachineOutput::Wait(_) => break,
            }
        }
        self.link.record(core, false);
    }

    fn hang_up(&mut self, core: &mut Core) {
        self.is_over = true;
        self.link.record(core, false);
        core.output(Output::Hangup {
            connection: self.link.id,
        });
    }
}

impl Farewell for Leaving {
    fn is(&self, connection: ConnectionId) -> bool {
        self.link.id == connection
    }

    fn input(&mut self, core: &mut Core, now: Instant, bytes: &[u8]) {
        self.link.client.handle_input(now, bytes);
        self.drive(core, now);
    }

    fn eof(&mut self, core: &mut Core, now: Instant) {
        self.link.client.handle_eof(now);
        self.drive(core, now);
    }

    fn is_over(&self) -> bool {
        self.is_over
    }
}
