//! An IMAP session: RFC 9051 and RFC 3501.
//!
//! ```text
//!   NotAuthenticated --LOGIN, AUTHENTICATE--> Authenticated --SELECT--> Selected
//!                                                   ^------CLOSE, UNSELECT--+
//! ```
//!
//! Between commands the session waits for one of three things: a command, the next step of an
//! authentication exchange, or the DONE that ends IDLE.

mod append;
mod authenticate;
mod copy;
mod dispatch;
mod expunge;
mod fetch;
mod list;
mod mailboxes;
mod notify;
mod reply;
mod search;
mod select;
mod sort;
mod status;
mod store;
mod view;
mod watch;

use porthole_imap::{
    types::{command::Command, number::Uid},
    wire::{Encoder, Frame, FrameLimits, Framed, Framer, Peer, parse_command},
};
use porthole_sasl::ServerMechanism;
use porthole_wire::Instant;

use self::{dispatch::tells_expunges, notify::Watch, reply::Completion, view::View};
use crate::{
    mailboxes::{Account, Mailbox},
    misbehave::{Asked, Refusal},
    server::SessionId,
    session::{Link, Outbox, Session, World},
    snapshot,
};

/// One client's session.
#[derive(Debug)]
pub(crate) struct ImapSession {
    link: Link,
    framer: Framer,
    outbox: Outbox,
    state: State,
    awaiting: Awaiting,
    enabled: Enabled,
    /// What NOTIFY asked for.
    watch: Option<Watch>,
    /// The command that is being answered.
    answering: &'static str,
}

#[derive(Debug)]
enum State {
    NotAuthenticated,
    Authenticated { user: String },
    Selected(Selected),
}

/// An open mailbox.
#[derive(Debug)]
struct Selected {
    user: String,
    view: View,
    /// The saved search result, `$` (RFC 5182).
    saved: Vec<Uid>,
}

/// What the client's next line is.
#[derive(Debug)]
enum Awaiting {
    Command,
    Exchange {
        tag: String,
        mechanism: Box<dyn ServerMechanism>,
    },
    Done {
        tag: String,
    },
}

/// What the client has switched on.
#[derive(Debug, Clone, Copy, Default)]
struct Enabled {
    rev2: bool,
    utf8: bool,
    cond_store: bool,
    /// RFC 7162 section 3.2.3; `cond_store` is on as well.
    q_resync: bool,
    compression: bool,
}

impl ImapSession {
    pub(crate) fn new(link: Link, world: &World) -> Self {
        let max_message = world.options.max_message as u64;
        let limits = FrameLimits {
            // A command of a megabyte without its literals: a UID set of a shuffled mailbox.
            text: 1 << 20,
            literals: 1000,
            inline: max_message,
            // A message, and the names and patterns beside it.
            kept: 2 * max_message,
            literal: max_message,
        };
        let mut session = Self {
            link,
            framer: Framer::new(Peer::Client, limits),
            outbox: Outbox::default(),
            state: State::NotAuthenticated,
            awaiting: Awaiting::Command,
            enabled: Enabled::default(),
            watch: None,
            answering: "",
        };
        let capabilities = session.capabilities(world);
        session.write(|out| {
            out.raw("* OK [CAPABILITY ")
                .raw(&capabilities)
                .raw("] Porthole demo server ready\r\n");
        });
        session
    }

    /// One step of what was pushed, and its answer; false once more must come.
    fn step(&mut self, now: Instant, world: &mut World) -> bool {
        let answer = self.outbox.bytes.len();
        let more = self.take_step(now, world);
        let asked = self.asked();
        world.faults.spoil(asked, &mut self.outbox, answer);
        more
    }

    fn take_step(&mut self, now: Instant, world: &mut World) -> bool {
        if let Awaiting::Command = self.awaiting {
            match self.framer.next_framed() {
                Ok(Some(Framed::Frame(frame))) => self.handle_frame(&frame, now, world),
                Ok(Some(Framed::LiteralAnnounced { octets })) => self.handle_literal(octets),
                // Every literal that is taken is kept, so there are no chunks.
                Ok(Some(Framed::Chunk { .. })) => {}
                Ok(None) => return false,
                Err(error) => self.bye(&error.to_string()),
            }
            return true;
        }
        match self.framer.next_line() {
            Ok(Some(line)) => self.handle_line(line.trim_ascii_end(), world),
            Ok(None) => return false,
            Err(error) => self.bye(&error.to_string()),
        }
        true
    }

    /// A client waits before it sends a literal.
    fn handle_literal(&mut self, octets: u64) {
        let signed_in = !matches!(self.state, State::NotAuthenticated);
        if signed_in || octets <= MAX_EARLY_LITERAL {
            self.framer.accept_literal();
            self.write(|out| {
                out.raw("+ go ahead\r\n");
            });
        } else {
            let text = self.framer.refuse_literal();
            let refused = Completion::no("the literal is too large").code("TOOBIG");
            self.complete(&tag_of(&text), refused);
        }
    }

    /// A line of an exchange, or the end of IDLE.
    fn handle_line(&mut self, line: &[u8], world: &mut World) {
        match std::mem::replace(&mut self.awaiting, Awaiting::Command) {
            Awaiting::Exchange { tag, mechanism } => {
                self.handle_sasl_response(tag, mechanism, line, world);
            }
            Awaiting::Done { tag } => {
                let completion = if line.eq_ignore_ascii_case(b"DONE") {
                    Completion::ok("IDLE ended")
                } else {
                    Completion::bad("DONE was expected")
                };
                self.sync(world, true);
                self.complete(&tag, completion);
            }
            Awaiting::Command => {}
        }
    }

    fn handle_frame(&mut self, frame: &Frame, now: Instant, world: &mut World) {
        match parse_command(frame, self.enabled.utf8) {
            Ok((tag, command)) => {
                self.answering = command.name();
                let asked = self.asked();
                match world.faults.refusal(asked) {
                    Some(refusal) => self.refuse(&tag, refusal),
                    None => self.carry_out(&tag, command, now, world),
                }
            }
            Err(error) => {
                self.answering = "";
                let completion = Completion::bad(&error.to_string());
                self.complete(&tag_of(&frame.text), completion);
            }
        }
    }

    /// Carries a command out, tells what is new, and completes it.
    fn carry_out(&mut self, tag: &str, command: Command, now: Instant, world: &mut World) {
        let tells_expunges = tells_expunges(&command);
        let Some(completion) = self.execute(tag, command, now, world) else {
            return;
        };
        if !self.outbox.closing {
            self.sync(world, tells_expunges);
        }
        self.complete(tag, completion);
    }

    /// Refuses a command that could be carried out.
    fn refuse(&mut self, tag: &str, refusal: Refusal) {
        match refusal {
            Refusal::No => self.complete(tag, Completion::no("not now")),
            Refusal::Bad => self.complete(tag, Completion::bad("not understood")),
            Refusal::Bye => self.bye("the server is going down"),
            Refusal::InUse => {
                let in_use = Completion::no("somebody else is using it").code("INUSE");
                self.complete(tag, in_use);
            }
        }
    }

    /// The signed-in user's account.
    fn account<'w>(&self, world: &'w mut World) -> Option<&'w mut Account> {
        world.mailboxes.account_mut(self.user()?)
    }

    fn user(&self) -> Option<&str> {
        match &self.state {
            State::NotAuthenticated => None,
            State::Authenticated { user } => Some(user),
            State::Selected(selected) => Some(&selected.user),
        }
    }

    /// The open mailbox and the session's view of it.
    fn open<'s, 'w>(
        &'s mut self,
        world: &'w mut World,
    ) -> Option<(&'s mut Selected, &'w mut Mailbox)> {
        let State::Selected(selected) = &mut self.state else {
            return None;
        };
        let account = world.mailboxes.account_mut(&selected.user)?;
        let mailbox = account.by_id_mut(selected.view.mailbox())?;
        // Its UIDs are others now: none that the session knows may be looked up.
        if mailbox.uid_validity() != selected.view.validity() {
            return None;
        }
        Some((selected, mailbox))
    }

    fn asked(&self) -> Asked<'static> {
        self.link.asked(self.answering)
    }

    fn encoder(&self) -> Encoder {
        Encoder::for_server(self.enabled.utf8)
    }

    fn write(&mut self, write: impl FnOnce(&mut Encoder)) {
        let mut encoder = self.encoder();
        write(&mut encoder);
        self.outbox.bytes.extend(encoder.into_bytes());
    }
}

impl Session for ImapSession {
    fn handle_input(&mut self, now: Instant, bytes: &[u8], world: &mut World) {
        self.framer.push(bytes);
        while self.outbox.is_open() && self.step(now, world) {}
    }

    /// Only in IDLE, and after NOTIFY, may anything be said that was not asked for.
    fn refresh(&mut self, world: &mut World) {
        if !self.outbox.closing {
            self.tell(world);
        }
    }

    fn handle_tls_established(&mut self) {
        self.link.security = self.link.security.established();
    }

    fn turn_away(&mut self) {
        self.outbox.bytes.clear();
        self.bye("too busy, try again later");
    }

    fn time_out(&mut self) {
        self.bye("silent for too long");
    }

    fn take_rest(&mut self) -> Vec<u8> {
        self.framer.take_rest()
    }

    fn give_up(&mut self, why: &str) {
        self.bye(why);
    }

    fn end(&mut self, _id: SessionId, _world: &mut World) {}

    fn snapshot(&self, world: &World) -> snapshot::State {
        if self.outbox.closing {
            return snapshot::State::Logout;
        }
        match &self.state {
            State::NotAuthenticated => snapshot::State::NotAuthenticated,
            State::Authenticated { user } => snapshot::State::Authenticated { user: user.clone() },
            State::Selected(selected) => {
                let idle = matches!(self.awaiting, Awaiting::Done { .. });
                snapshot::State::Selected(selected.snapshot(idle, world))
            }
        }
    }

    fn outbox(&mut self) -> &mut Outbox {
        &mut self.outbox
    }
}

/// The tag of a command that could not be read; `*` if it has none.
fn tag_of(text: &[u8]) -> String {
    let first = text.split(|octet| octet.is_ascii_whitespace()).next();
    let is_tag = |octet: &u8| octet.is_ascii_graphic() && !b"(){%*\"\\+".contains(octet);
    first
        .filter(|tag| !tag.is_empty() && tag.iter().all(is_tag))
        .map_or_else(
            || "*".to_owned(),
            |tag| String::from_utf8_lossy(tag).into_owned(),
        )
}

/// What a stranger may send in one literal: a user name, a password.
const MAX_EARLY_LITERAL: u64 = 4096;
