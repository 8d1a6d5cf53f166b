//! What a client does in its dialogues.

use std::fmt::Write;

use porthole_dialogue::{Script, Told};
use porthole_imap::{
    client::{Client, Event, Options},
    types::{command::Command, number::SeqNum},
    wire::{FrameLimits, Framed, Framer, Peer, Quirks, Role, parse_command},
};
use porthole_sasl::{Channel, Credentials, Nonce};
use porthole_wire::{Instant, Secret, Transcript};

pub(crate) struct Driver {
    client: Client,
    encrypted: bool,
    /// The open mailbox as it was written down last, and what was tolerated until then.
    view: String,
    quirks: Quirks,
}

impl Script for Driver {
    type Machine = Client;

    fn begin(named: &[(&str, &str)]) -> Self {
        let mut options = Options::default();
        let mut encrypted = false;
        for &(name, value) in named {
            let limits = &mut options.limits;
            match name {
                "encrypted" => encrypted = true,
                "max-text" => limits.text = value.parse().unwrap(),
                "max-literals" => limits.literals = value.parse().unwrap(),
                "max-literal" => limits.literal = value.parse().unwrap(),
                "inline" => limits.inline = value.parse().unwrap(),
                "no-pipelining" => options.habits.pipelining = false,
                "no-literal-plus" => options.habits.non_synchronizing_literals = false,
                other => panic!("unknown option {other}"),
            }
        }
        Self {
            client: Client::new(options),
            encrypted,
            view: String::new(),
            quirks: Quirks::default(),
        }
    }

    fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    fn transcript(&mut self) -> &mut Transcript<Role> {
        self.client.transcript()
    }

    fn command(&mut self, command: &str) -> Option<String> {
        let Some(rest) = command.strip_prefix("sign-in") else {
            self.client.issue(parsed(command));
            return None;
        };
        let (cleartext_allowed, rest) = match rest.strip_prefix("-clear ") {
            Some(rest) => (true, rest),
            None => (false, rest.trim_start()),
        };
        let (user, password) = rest.split_once(' ').unwrap();
        let credentials = Credentials::Password {
            user: user.to_owned(),
            password: Secret::new(password),
        };
        let channel = Channel {
            encrypted: self.encrypted,
            cleartext_allowed,
        };
        let nonce = Nonce::try_from("fyko+d2lbbFgONRv9qkxdawL").unwrap();
        let signing_in = self.client.sign_in(&credentials, channel, &nonce);
        signing_in.err().map(|error| format!("no sign-in: {error}"))
    }

    fn flush(&mut self, now: Instant) {
        self.client.flush(now);
    }

    fn happen(&mut self, now: Instant, what: &str) {
        match what {
            "tls" => {
                self.encrypted = true;
                self.client.handle_tls_established(now);
            }
            other => panic!("unknown action {other}"),
        }
    }

    fn tell(&mut self, event: Event) -> Told {
        match event {
            Event::Chunk { bytes, .. } => Told::Chunk("streamed".to_owned(), bytes),
            event => Told::Line(readable(&describe(&event))),
        }
    }

    /// What was tolerated for the first time, and what is known of the open mailbox when that has
    /// changed.
    fn look(&mut self) -> Vec<String> {
        let quirks = self.client.quirks();
        let new = quirks.iter().filter(|&quirk| !self.quirks.contains(quirk));
        let mut looked: Vec<_> = new.map(|quirk| format!("tolerated {quirk:?}")).collect();
        self.quirks = quirks;
        let view = self.client.selected().map_or_else(String::new, |selected| {
            let exists = selected.view.exists();
            let uid = |seq| match selected.view.uid(SeqNum(seq)) {
                Some(uid) => uid.0.to_string(),
                None => "?".to_owned(),
            };
            let uids: Vec<_> = (1..=exists.min(9)).map(uid).collect();
            format!("{} has UIDs [{}]", selected.mailbox, uids.join(" "))
        });
        if view != self.view {
            looked.extend((!view.is_empty()).then(|| view.clone()));
            self.view = view;
        }
        looked
    }
}

/// A command by the parser that servers use.
fn parsed(command: &str) -> Command {
    let mut framer = Framer::new(Peer::Client, FrameLimits::default());
    let command = command.replace("\\r\\n", "\r\n");
    framer.push(format!("x {command}\r\n").as_bytes());
    let Ok(Some(Framed::Frame(frame))) = framer.next_framed() else {
        panic!("{command} is no whole command")
    };
    parse_command(&frame, true)
        .unwrap_or_else(|error| panic!("{command}: {error:?}"))
        .1
}

/// An event on one line.
fn describe(event: &Event) -> String {
    match event {
        Event::Greeting { signed_in, text } => format!("greeting {text:?}, signed in: {signed_in}"),
        Event::Alert(text) => format!("alert {text:?}"),
        Event::Untagged { command, response } => match command {
            Some(command) => format!("{} {response:?}", command.0),
            None => format!("unasked {response:?}"),
        },
        Event::Fetch { uid, fetch, .. } => match uid {
            Some(uid) => format!("message with UID {}: {:?}", uid.0, fetch.items),
            None => format!("message {}: {:?}", fetch.seq.0, fetch.items),
        },
        Event::Chunk { .. } => unreachable!("a chunk is no line"),
        Event::Expunged { seq, uid } => match uid {
            Some(uid) => format!("{} is gone, UID {}", seq.0, uid.0),
            None => format!("{} is gone", seq.0),
        },
        Event::Vanished { earlier, uids } => format!("UIDs {uids} are gone, earlier: {earlier}"),
        Event::Exists(count) => format!("{count} messages"),
        Event::Idling => "idling".to_owned(),
        Event::Completed {
            command,
            result: Ok(text),
        } => format!("{} completed {text:?}", command.0),
        Event::Completed {
            command,
            result: Err(refused),
        } => format!("{} {:?} {:?}", command.0, refused.status, refused.text),
        Event::StartTls => "start TLS".to_owned(),
        Event::Unreadable { error, beginning } => format!("unreadable {beginning:?}: {error:?}"),
        Event::Closed(why) => format!("closed: {why}"),
    }
}

/// Puts text in the place of lists of octets that are text.
fn readable(debug: &str) -> String {
    let mut shown = String::new();
    let mut rest = debug;
    while let Some((before, list)) = rest.split_once('[') {
        shown += before;
        let octets = list.split_once(']').and_then(|(list, after)| {
            let octets: Option<Vec<u8>> = list.split(", ").map(|n| n.parse().ok()).collect();
            let text = octets.filter(|octets| octets.iter().all(|o| (b' '..=b'~').contains(o)))?;
            Some((String::from_utf8(text).ok()?, after))
        });
        match octets {
            Some((text, after)) => {
                write!(shown, "{text:?}").unwrap();
                rest = after;
            }
            None => {
                shown.push('[');
                rest = list;
            }
        }
    }
    shown + rest
}
