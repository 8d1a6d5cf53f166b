//! What a client does in its dialogues.

use porthole_dialogue::{Script, Told};
use porthole_pop3::{
    Client, Closed, Error, Event, MessageNumber, Options, Refused, ResponseCode, wire::Role,
};
use porthole_sasl::{Credentials, Nonce};
use porthole_wire::{Instant, Secret, Transcript};

pub(crate) struct Driver {
    client: Client,
}

impl Script for Driver {
    type Machine = Client;

    fn begin(named: &[(&str, &str)]) -> Self {
        let mut options = Options::default();
        for &(name, value) in named {
            match name {
                "encrypted" => options.encrypted = true,
                "max-line" => options.max_line = value.parse().unwrap(),
                "max-stray" => options.max_stray_lines = value.parse().unwrap(),
                "max-listing" => options.max_listing = value.parse().unwrap(),
                other => panic!("unknown option {other}"),
            }
        }
        let client = Client::new(options);
        Self { client }
    }

    fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    fn transcript(&mut self) -> &mut Transcript<Role> {
        self.client.transcript_mut()
    }

    fn command(&mut self, command: &str) -> Option<String> {
        let words: Vec<_> = command.split(' ').collect();
        let number = |at: usize| MessageNumber::new(words[at].parse().unwrap()).unwrap();
        let optional = || (words.len() > 1).then(|| number(1));
        let client = &mut self.client;
        match words[0] {
            "capa" => client.capa(),
            "stls" => client.stls(),
            "utf8" => client.utf8(),
            "stat" => client.stat(),
            "list" => client.list(optional()),
            "uidl" => client.uidl(optional()),
            "top" => client.top(number(1), words[2].parse().unwrap()),
            "retr" => client.retr(number(1)),
            "dele" => client.dele(number(1)),
            "rset" => client.rset(),
            "noop" => client.noop(),
            "quit" => client.quit(),
            "sign-in" | "sign-in-clear" | "token" => {
                let user = words[1].to_owned();
                let secret = Secret::new(words[2..].join(" "));
                let credentials = if words[0] == "token" {
                    let token = secret;
                    Credentials::Token { user, token }
                } else {
                    let password = secret;
                    Credentials::Password { user, password }
                };
                let nonce = Nonce::try_from("fyko+d2lbbFgONRv9qkxdawL").unwrap();
                let clear = words[0] == "sign-in-clear";
                let signing_in = client.sign_in(&credentials, clear, &nonce);
                return signing_in.err().map(|error| format!("no sign-in: {error}"));
            }
            other => panic!("unknown command {other}"),
        };
        None
    }

    fn happen(&mut self, now: Instant, what: &str) {
        match what {
            "tls" => self.client.handle_tls_established(now),
            other => panic!("unknown action {other}"),
        }
    }

    fn tell(&mut self, event: Event) -> Told {
        match event {
            Event::PayloadChunk { id, bytes } => Told::Chunk(format!("{} content", id.0), bytes),
            event => Told::Line(describe(&event)),
        }
    }
}

/// An event on one line.
fn describe(event: &Event) -> String {
    match event {
        Event::Greeting { timestamp, text } => match timestamp {
            Some(timestamp) => format!("greeting {text:?} with {timestamp}"),
            None => format!("greeting {text:?}"),
        },
        Event::Capabilities { id, capabilities } => {
            let all: Vec<_> = capabilities.iter().map(ToString::to_string).collect();
            format!("{} capabilities {}", id.0, all.join(", "))
        }
        Event::DropListing { id, listing } => format!("{} drop listing {listing}", id.0),
        Event::ScanListing { id, listing } => {
            let all: Vec<_> = listing.iter().map(ToString::to_string).collect();
            format!("{} scan listing {}", id.0, all.join(", "))
        }
        Event::UniqueIdListing { id, listing } => {
            let all: Vec<_> = listing.iter().map(ToString::to_string).collect();
            format!("{} unique-id listing {}", id.0, all.join(", "))
        }
        Event::PayloadChunk { .. } => unreachable!("a chunk is no line"),
        Event::Unreadable {
            id: Some(id),
            error,
        } => format!("{} unreadable: {error}", id.0),
        Event::Unreadable { id: None, error } => format!("unreadable: {error}"),
        Event::Tolerated { quirk } => format!("tolerated {quirk:?}"),
        Event::StartTls { id } => format!("{} start TLS", id.0),
        Event::Completed { id, result: Ok(()) } => format!("{} completed", id.0),
        Event::Completed {
            id,
            result: Err(error),
        } => format!("{} failed{}: {error}", id.0, with(code(error))),
        Event::Closed { why } => {
            let code = match why {
                Closed::Quit(Err(refused)) => refused.code.as_ref(),
                Closed::Failed(error) => code(error),
                Closed::Quit(Ok(())) => None,
            };
            format!("closed{}: {why}", with(code))
        }
    }
}

/// The response code of a refusal.
fn code(error: &Error) -> Option<&ResponseCode> {
    match error {
        Error::Refused(Refused { code, .. }) => code.as_ref(),
        _ => None,
    }
}

fn with(code: Option<&ResponseCode>) -> String {
    code.map_or_else(String::new, |code| format!(" with {code:?}"))
}
