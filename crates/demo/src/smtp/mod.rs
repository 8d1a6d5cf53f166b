//! An SMTP submission session: RFC 5321, RFC 6409, RFC 4954.
//!
//! ```text
//!   Connected --EHLO--> Ready --MAIL--> Transaction --DATA--> Data --+
//!                         ^                                          |
//!                         +-------------- the message is taken ------+
//! ```

mod auth;
mod transaction;

use porthole_sasl::ServerMechanism;
use porthole_smtp::{
    types::{Command, Extension, Reply, ReplyCode},
    wire::{Notes, Problem, encode_reply, parse_command},
};
use porthole_wire::{Instant, LineBuffer};

use self::transaction::{MailData, MailTransaction};
use crate::{
    misbehave::{Asked, Refusal},
    server::SessionId,
    session::{Link, Outbox, Session, Upgrade, World},
    snapshot,
};

/// One client's session.
#[derive(Debug)]
pub(crate) struct SmtpSession {
    link: Link,
    lines: LineBuffer,
    outbox: Outbox,
    client_name: String,
    user: Option<String>,
    state: State,
    /// The command that is being answered.
    answering: &'static str,
}

#[derive(Debug)]
enum State {
    Connected,
    Ready,
    Exchange(Box<dyn ServerMechanism>),
    Transaction(MailTransaction),
    Data(MailTransaction, MailData),
}

impl SmtpSession {
    pub(crate) fn new(link: Link) -> Self {
        let mut session = Self {
            link,
            lines: LineBuffer::with_limit(MAX_LINE),
            outbox: Outbox::default(),
            client_name: String::new(),
            user: None,
            state: State::Connected,
            answering: "",
        };
        session.reply(&Reply::new(
            ReplyCode::READY,
            "demo.example ESMTP Porthole demo server",
        ));
        session
    }

    fn handle_line(&mut self, line: &[u8], world: &mut World) {
        if let State::Exchange(_) = &self.state {
            return self.handle_sasl_response(line, world);
        }
        match parse_command(line, &mut Notes::default()) {
            Ok(command) => {
                self.answering = command.verb().as_str();
                let asked = self.asked();
                match world.faults.refusal(asked) {
                    Some(refusal) => self.refuse(refusal),
                    None => self.handle_command(command, world),
                }
            }
            Err(error) => {
                self.answering = "";
                let (code, detail) = match error.problem {
                    Problem::UnknownKeyword => (ReplyCode::SYNTAX_ERROR, 2),
                    Problem::UnknownParameter => (ReplyCode::PARAMETERS_NOT_RECOGNIZED, 4),
                    Problem::MissingArgument
                    | Problem::InvalidArgument
                    | Problem::TooManyArguments => (ReplyCode::ARGUMENT_ERROR, 4),
                };
                self.reply(&Reply::new(code, error.to_string()).with_enhanced(5, 5, detail));
            }
        }
    }

    fn handle_command(&mut self, command: Command, world: &mut World) {
        let reply = match command {
            Command::Ehlo(name) => {
                name.as_str().clone_into(&mut self.client_name);
                self.state = State::Ready;
                self.extensions(world)
            }
            Command::Helo(name) => {
                name.as_str().clone_into(&mut self.client_name);
                self.state = State::Ready;
                Reply::new(ReplyCode::OK, "demo.example")
            }
            Command::Auth {
                mechanism,
                initial_response,
            } => return self.auth(&mechanism, initial_response.as_ref(), world),
            Command::StartTls => self.start_tls(),
            Command::Mail { from, parameters } => self.mail(from, parameters, world),
            Command::Rcpt { to } => self.rcpt(&to, world),
            Command::Data => self.data(),
            Command::Rset => {
                if let State::Transaction(_) = self.state {
                    self.state = State::Ready;
                }
                Reply::new(ReplyCode::OK, "forgotten").with_enhanced(2, 0, 0)
            }
            Command::Vrfy => {
                Reply::new(ReplyCode::CANNOT_VERIFY, "try and see").with_enhanced(2, 5, 0)
            }
            Command::Help => {
                Reply::new(HELP_MESSAGE, "RFC 5321 says it all").with_enhanced(2, 0, 0)
            }
            Command::Noop => Reply::new(ReplyCode::OK, "done").with_enhanced(2, 0, 0),
            Command::Quit => {
                self.outbox.closing = true;
                Reply::new(ReplyCode::CLOSING, "goodbye").with_enhanced(2, 0, 0)
            }
        };
        self.reply(&reply);
    }

    /// STARTTLS (RFC 3207): what the client sent behind it is dropped.
    fn start_tls(&mut self) -> Reply {
        let security = self.link.security;
        match security.agreement().filter(|_| self.user.is_none()) {
            Some(text) => {
                self.lines.take(usize::MAX);
                self.outbox.upgrade = Upgrade::Agreed;
                Reply::new(ReplyCode::READY, text).with_enhanced(2, 0, 0)
            }
            None => {
                Reply::new(ReplyCode::BAD_SEQUENCE, security.objection()).with_enhanced(5, 5, 1)
            }
        }
    }

    fn extensions(&self, world: &World) -> Reply {
        let starts_tls = self.link.security.agreement().map(|_| Extension::StartTls);
        let mechanisms = world.options.mechanisms.iter();
        let mechanisms = mechanisms.map(|mechanism| mechanism.name().to_owned());
        let extensions = [
            Extension::Pipelining,
            Extension::Size(Some(world.options.max_message as u64)),
            Extension::EightBitMime,
            Extension::SmtpUtf8,
            Extension::EnhancedStatusCodes,
            Extension::Auth(mechanisms.collect()),
        ];
        let mut lines = vec!["demo.example".to_owned()];
        lines.extend(
            starts_tls
                .iter()
                .chain(&extensions)
                .map(ToString::to_string),
        );
        Reply {
            code: ReplyCode::OK,
            enhanced: None,
            lines,
        }
    }

    /// Refuses a command that could be carried out.
    fn refuse(&mut self, refusal: Refusal) {
        let reply = match refusal {
            Refusal::No | Refusal::InUse => {
                Reply::new(ReplyCode::TRANSACTION_FAILED, "not now").with_enhanced(5, 3, 0)
            }
            Refusal::Bad => {
                Reply::new(ReplyCode::SYNTAX_ERROR, "not understood").with_enhanced(5, 5, 2)
            }
            Refusal::Bye => {
                self.outbox.closing = true;
                Reply::new(ReplyCode::SERVICE_NOT_AVAILABLE, "going down").with_enhanced(4, 3, 2)
            }
        };
        self.reply(&reply);
    }

    fn asked(&self) -> Asked<'static> {
        self.link.asked(self.answering)
    }

    fn reply(&mut self, reply: &Reply) {
        encode_reply(reply, &mut self.outbox.bytes);
    }
}

impl Session for SmtpSession {
    fn handle_input(&mut self, now: Instant, mut bytes: &[u8], world: &mut World) {
        while !bytes.is_empty() && self.outbox.is_open() {
            let answer = self.outbox.bytes.len();
            if let State::Data(_, data) = &mut self.state {
                let taken = data.push(bytes, world.options.max_message);
                bytes = &bytes[taken..];
                if data.is_ended() {
                    self.end_data(now, world);
                    let asked = self.asked();
                    world.faults.spoil(asked, &mut self.outbox, answer);
                }
                continue;
            }
            let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
            self.lines.push(&bytes[..end]);
            bytes = &bytes[end..];
            match self.lines.next_line() {
                Ok(Some(line)) => self.handle_line(&line, world),
                Ok(None) => {}
                Err(error) => {
                    let reply = Reply::new(ReplyCode::SYNTAX_ERROR, error.to_string());
                    self.reply(&reply.with_enhanced(5, 5, 6));
                    self.outbox.closing = true;
                }
            }
            let asked = self.asked();
            world.faults.spoil(asked, &mut self.outbox, answer);
        }
    }

    fn refresh(&mut self, _world: &mut World) {}

    /// RFC 3207 section 4.2: as if the client had only just connected.
    fn handle_tls_established(&mut self) {
        self.link.security = self.link.security.established();
        self.state = State::Connected;
        self.client_name.clear();
    }

    fn turn_away(&mut self) {
        self.outbox.bytes.clear();
        let reply = Reply::new(ReplyCode::SERVICE_NOT_AVAILABLE, "too busy");
        self.reply(&reply.with_enhanced(4, 3, 2));
        self.outbox.closing = true;
    }

    fn time_out(&mut self) {
        let reply = Reply::new(ReplyCode::SERVICE_NOT_AVAILABLE, "silent for too long");
        self.reply(&reply.with_enhanced(4, 4, 2));
        self.outbox.closing = true;
    }

    fn end(&mut self, _id: SessionId, _world: &mut World) {}

    fn snapshot(&self, _world: &World) -> snapshot::State {
        let user = self.user.clone();
        match &self.state {
            State::Transaction(transaction) | State::Data(transaction, _) => {
                snapshot::State::MailTransaction {
                    user,
                    recipients: transaction.recipients().map(str::to_owned).collect(),
                }
            }
            State::Connected | State::Ready | State::Exchange(_) => snapshot::State::Ready { user },
        }
    }

    fn outbox(&mut self) -> &mut Outbox {
        &mut self.outbox
    }
}

/// RFC 5321 section 4.5.3.1.4 has 512 octets for a command line, RFC 4954 section 4 has 12288 for
/// a line of an exchange.
const MAX_LINE: usize = 12_288;

/// 214: RFC 5321 section 4.3.2.
const HELP_MESSAGE: ReplyCode = ReplyCode::new(214).expect("between 200 and 599");
