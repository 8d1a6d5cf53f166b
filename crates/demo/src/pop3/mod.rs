//! A POP3 session: RFC 1939, RFC 2449, RFC 5034, RFC 6856.
//!
//! ```text
//!   Authorization --PASS, APOP, AUTH--> Transaction --QUIT--> (update) --> Ended
//! ```

mod commands;
mod sign_in;

use std::{collections::BTreeSet, sync::Arc};

use porthole_imap::types::number::Uid;
use porthole_pop3::{
    Capability, DropListing, MessageNumber, ResponseCode, Timestamp, UniqueId,
    types::{Command, Expire, StatusIndicator},
    wire::{Notes, encode_status, parse_command},
};
use porthole_sasl::ServerMechanism;
use porthole_wire::{Instant, LineBuffer};

use crate::{
    mailboxes::Content,
    misbehave::{self, Asked},
    server::SessionId,
    session::{Link, Outbox, Session, World},
    snapshot,
};

/// One client's session.
#[derive(Debug)]
pub(crate) struct Pop3Session {
    link: Link,
    lines: LineBuffer,
    outbox: Outbox,
    state: State,
    /// The command that is being answered.
    answering: &'static str,
}

#[derive(Debug)]
enum State {
    Authorization(Authorization),
    Transaction(Transaction),
    Ended,
}

/// Before the sign-in.
#[derive(Debug)]
struct Authorization {
    timestamp: Option<Timestamp>,
    step: Step,
}

/// How far a sign-in is.
#[derive(Debug)]
enum Step {
    None,
    /// USER was given.
    Named(String),
    /// AUTH is under way.
    Exchange(Box<dyn ServerMechanism>),
}

/// The maildrop as it was at the sign-in, and what is marked.
#[derive(Debug)]
struct Transaction {
    user: String,
    messages: Vec<Entry>,
    deleted: BTreeSet<usize>,
}

#[derive(Debug)]
struct Entry {
    uid: Uid,
    unique_id: UniqueId,
    content: Arc<Content>,
}

/// What a command comes to: words and perhaps a payload, or a refusal.
type Answer = Result<(String, Option<Vec<u8>>), Refusal>;
type Refusal = (Option<ResponseCode>, &'static str);

impl Pop3Session {
    pub(crate) fn new(link: Link, world: &mut World) -> Self {
        let timestamp = world.options.pop3_apop.then(|| {
            let nonce = world.nonce();
            Timestamp::from_octets(format!("<{}@demo.example>", nonce.as_str()).as_bytes())
        });
        let timestamp = timestamp.flatten();
        let mut session = Self {
            link,
            lines: LineBuffer::with_limit(MAX_LINE),
            outbox: Outbox::default(),
            state: State::Authorization(Authorization {
                timestamp: timestamp.clone(),
                step: Step::None,
            }),
            answering: "",
        };
        let shown = timestamp.map_or_else(String::new, |timestamp| format!(" {timestamp}"));
        session.ok(&format!("Porthole demo server ready{shown}"));
        session
    }

    fn handle_line(&mut self, line: &[u8], world: &mut World) {
        if let State::Authorization(Authorization {
            step: Step::Exchange(_),
            ..
        }) = &self.state
        {
            return self.handle_sasl_response(line, world);
        }
        match parse_command(line, &mut Notes::default()) {
            Ok(command) => {
                self.answering = command.verb().as_str();
                let asked = self.asked();
                match world.faults.refusal(asked) {
                    Some(refusal) => self.refuse_command(refusal),
                    None => self.handle_command(command, world),
                }
            }
            Err(error) => {
                self.answering = "";
                self.err(None, &error.to_string());
            }
        }
    }

    /// Refuses a command that could be carried out.
    fn refuse_command(&mut self, refusal: misbehave::Refusal) {
        use misbehave::Refusal as Words;
        match refusal {
            Words::No => self.err(None, "not now"),
            Words::Bad => self.err(None, "not understood"),
            Words::Bye => {
                self.err(Some(ResponseCode::SysTemp), "the server is going down");
                self.outbox.closing = true;
            }
            Words::InUse => self.in_use(),
        }
    }

    fn in_use(&mut self) {
        self.err(
            Some(ResponseCode::InUse),
            "another session has this maildrop open",
        );
    }

    fn asked(&self) -> Asked<'static> {
        self.link.asked(self.answering)
    }

    fn handle_command(&mut self, command: Command, world: &mut World) {
        match command {
            Command::Capa => return self.capa(world),
            Command::Quit => return self.quit(world),
            Command::Stls => return self.stls(),
            _ => {}
        }
        match &mut self.state {
            State::Authorization(_) => self.handle_authorization(command, world),
            State::Transaction(transaction) => {
                let answer = transaction.handle(&command, world);
                self.answer(answer);
            }
            State::Ended => {}
        }
    }

    fn answer(&mut self, answer: Answer) {
        match answer {
            Ok((text, payload)) => {
                self.ok(&text);
                self.outbox.bytes.extend(payload.unwrap_or_default());
            }
            Err((code, text)) => self.err(code, text),
        }
    }

    fn ok(&mut self, text: &str) {
        encode_status(StatusIndicator::Ok, None, text, &mut self.outbox.bytes);
    }

    fn err(&mut self, code: Option<ResponseCode>, text: &str) {
        encode_status(
            StatusIndicator::Err,
            code.as_ref(),
            text,
            &mut self.outbox.bytes,
        );
    }

    fn capa(&mut self, world: &World) {
        let mechanisms = world.options.mechanisms.iter();
        let mechanisms = mechanisms.map(|mechanism| mechanism.name().to_owned());
        let pipelining = world.options.pop3_pipelining;
        let early = matches!(self.state, State::Authorization(_));
        let stls = early && self.link.security.agreement().is_some();
        let capabilities = [
            stls.then_some(Capability::Stls),
            Some(Capability::Top),
            Some(Capability::Uidl),
            Some(Capability::RespCodes),
            Some(Capability::AuthRespCode),
            pipelining.then_some(Capability::Pipelining),
            Some(Capability::Expire {
                policy: Expire::Never,
                per_user: false,
            }),
            Some(Capability::LoginDelay {
                seconds: 0,
                per_user: false,
            }),
            Some(Capability::Utf8 { user: true }),
            Some(Capability::User),
            Some(Capability::Sasl(mechanisms.collect())),
            Some(Capability::Implementation("Porthole-Demo".to_owned())),
        ];
        self.ok("capabilities follow");
        for capability in capabilities.into_iter().flatten() {
            let line = format!("{capability}\r\n");
            self.outbox.bytes.extend_from_slice(line.as_bytes());
        }
        self.outbox.bytes.extend_from_slice(b".\r\n");
    }

    /// QUIT: in Transaction, what is marked goes now (RFC 1939 section 6).
    fn quit(&mut self, world: &mut World) {
        let text = match std::mem::replace(&mut self.state, State::Ended) {
            State::Transaction(transaction) => transaction.update(self.link.id, world),
            State::Authorization(_) | State::Ended => "goodbye".to_owned(),
        };
        self.ok(&text);
        self.outbox.closing = true;
    }
}

impl Session for Pop3Session {
    fn handle_input(&mut self, _now: Instant, bytes: &[u8], world: &mut World) {
        self.lines.push(bytes);
        while self.outbox.is_open() {
            match self.lines.next_line() {
                Ok(Some(line)) => {
                    let answer = self.outbox.bytes.len();
                    self.handle_line(&line, world);
                    let asked = self.asked();
                    world.faults.spoil(asked, &mut self.outbox, answer);
                }
                Ok(None) => return,
                Err(error) => {
                    self.err(None, &error.to_string());
                    self.outbox.closing = true;
                }
            }
        }
    }

    /// A maildrop stays as it was at the sign-in, so there is never news.
    fn refresh(&mut self, _world: &mut World) {}

    fn handle_tls_established(&mut self) {
        self.link.security = self.link.security.established();
    }

    fn turn_away(&mut self) {
        self.outbox.bytes.clear();
        self.err(Some(ResponseCode::SysTemp), "too busy, try again later");
        self.outbox.closing = true;
    }

    /// RFC 1939 section 3: closed without a word, and nothing is removed.
    fn time_out(&mut self) {
        self.outbox.closing = true;
    }

    fn end(&mut self, id: SessionId, world: &mut World) {
        if let State::Transaction(transaction) = &self.state
            && let Some(account) = world.mailboxes.account_mut(&transaction.user)
        {
            account.unlock_maildrop(id);
        }
        self.state = State::Ended;
    }

    fn snapshot(&self, _world: &World) -> snapshot::State {
        match &self.state {
            State::Authorization(_) => snapshot::State::Authorization,
            State::Transaction(transaction) => snapshot::State::Transaction {
                user: transaction.user.clone(),
                messages: transaction.snapshot().collect(),
            },
            State::Ended => snapshot::State::Logout,
        }
    }

    fn outbox(&mut self) -> &mut Outbox {
        &mut self.outbox
    }
}

impl Transaction {
    fn drop_listing(&self) -> DropListing {
        let octets = self.kept().map(|(_, entry)| entry.octets());
        DropListing {
            messages: self.kept().count() as u32,
            octets: octets.sum(),
        }
    }

    /// The messages that are not marked, with their numbers.
    fn kept(&self) -> impl Iterator<Item = (MessageNumber, &Entry)> {
        let kept = |number: MessageNumber| !self.deleted.contains(&(number.value() as usize - 1));
        self.numbered().filter(move |&(number, _)| kept(number))
    }

    fn numbered(&self) -> impl Iterator<Item = (MessageNumber, &Entry)> {
        let number = |at: u32| MessageNumber::new(at);
        (1..).map_while(number).zip(&self.messages)
    }

    fn snapshot(&self) -> impl Iterator<Item = snapshot::Entry> {
        self.numbered().map(|(number, entry)| snapshot::Entry {
            number,
            unique_id: entry.unique_id.clone(),
            octets: entry.octets(),
            deleted: self.deleted.contains(&(number.value() as usize - 1)),
        })
    }
}

impl Entry {
    fn octets(&self) -> u64 {
        self.content.octets().len() as u64
    }
}

/// Longer than any command: RFC 2449 section 4 has 255 octets, SASL steps need more.
const MAX_LINE: usize = 16 * 1024;
