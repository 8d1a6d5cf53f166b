//! A saved capture in Wireshark: what others read in it is what crossed.

use std::{collections::BTreeSet, fs, process::Command as Program, sync::Arc, time::Duration};

use porthole_demo::{Content, Options, Protocol as Speaks, Server};
use porthole_explain::{
    Role,
    saved::{Connection, Crossed, Protocol, Saving},
};
use porthole_imap::types::{
    command::Command, datetime::DateTime, fetch::FetchItem, mailbox::MailboxName, number::Uid,
    section::Section, set::UidSet,
};
use porthole_pop3::MessageNumber;
use porthole_sasl::{Channel, Credentials, Nonce};
use porthole_smtp::wire::{Notes, parse_command, parse_reply_line};
use porthole_tests::{
    Folder, PASSWORD, USER,
    program::{run, tshark},
};
use porthole_wire::{Direction, Entry, Instant, Machine, Mark, Output, Secret, Shape, Transcript};

#[test]
fn wireshark_dissects_what_is_saved() {
    let folder = Folder::new();
    let path = folder.path().join("saved.pcapng");
    let mut saving = Saving::new("Porthole", 1_795_424_400_000_000, connections());
    imap(&mut saving);
    pop3(&mut saving);
    smtp(&mut saving);
    let saved = saving.finish();
    fs::write(&path, saved.pcapng()).unwrap();

    let told = |filter: &str, field: &str| {
        let told = tshark(&path, &["-Y", filter, "-T", "fields", "-e", field]);
        let told = told.replace(',', "\n");
        let told = told.lines().filter(|line| !line.is_empty());
        told.map(str::to_owned).collect::<Vec<_>>()
    };
    let imap = told("imap.request", "imap.request.command");
    assert_eq!(imap, ["AUTHENTICATE", "SELECT", "FETCH"]);
    // The last of them comes behind a literal of which not all was kept.
    let imap = told("imap.response", "imap.response.status");
    assert_eq!(imap, ["OK", "OK", "OK"], "what completes them");
    let pop3 = told("pop.request", "pop.request.command");
    assert_eq!(pop3, ["CAPA", "APOP", "RETR", "RETR", "QUIT"]);
    let pop3 = told("pop.response", "pop.response.indicator");
    assert_eq!(pop3, ["+OK"; 6]);
    let smtp = told("smtp.req", "smtp.req.command");
    assert_eq!(smtp, ["EHLO", "MAIL", "RCPT", "QUIT"]);
    let smtp = told("smtp.response", "smtp.response.code");
    assert_eq!(smtp, ["220", "250", "250", "250", "250", "221"]);
    for protocol in ["imap", "pop"] {
        let subjects = told(protocol, "imf.subject");
        let whole = subjects
            .iter()
            .any(|subject| subject == "seen from outside");
        assert!(whole, "{protocol}: {subjects:?}");
    }

    let checked = [
        "-o",
        "tcp.check_checksum:TRUE",
        "-o",
        "ip.check_checksum:TRUE",
    ];
    let all = tshark(&path, &[&["-V"][..], &checked].concat());
    assert!(all.contains("[correct]"), "{all}");
    for wrong in ["Malformed", "[incorrect", "(Error/", PASSWORD] {
        assert!(!all.contains(wrong), "{wrong} in\n{all}");
    }
    let comments = tshark(&path, &["-T", "fields", "-e", "frame.comment"]);
    for entry in &saved.entries {
        assert!(comments.contains(&entry.summary), "{}", entry.summary);
    }
    let header = run(Program::new("capinfos").arg(&path));
    assert!(
        header.contains("Secrets replaced by ********: 2;"),
        "{header}"
    );
}

fn connections() -> Vec<Connection> {
    let all = [Protocol::Imap, Protocol::Pop3, Protocol::Smtp];
    let connection = |(number, protocol)| Connection {
        number,
        protocol,
        host: "mail.example.com".to_owned(),
        beside: false,
    };
    (1..).zip(all).map(connection).collect()
}

/// Somebody signs in and reads what is there.
fn imap(saving: &mut Saving) {
    let mut link = Link::new(Speaks::Imap);
    let mut client = porthole_imap::Client::new(porthole_imap::Options::default());
    link.carry(&mut client);
    let channel = Channel {
        encrypted: true,
        cleartext_allowed: false,
    };
    client
        .sign_in(&credentials(), channel, &Nonce::from_bytes([3; 18]))
        .unwrap();
    client.issue(Command::select(MailboxName::inbox(), Vec::new()));
    let whole = FetchItem::Section {
        section: Section::default(),
        peek: true,
        partial: None,
    };
    client.issue(Command::uid_fetch(
        UidSet::from(Uid(1)),
        vec![FetchItem::Envelope, whole],
    ));
    client.flush(link.now);
    link.carry(&mut client);
    save(saving, 1, client.transcript());
}

/// The same over POP3.
fn pop3(saving: &mut Saving) {
    let mut link = Link::new(Speaks::Pop3);
    let mut client = porthole_pop3::Client::new(porthole_pop3::Options {
        encrypted: true,
        ..porthole_pop3::Options::default()
    });
    client.capa();
    link.carry(&mut client);
    client
        .sign_in(&credentials(), false, &Nonce::from_bytes([3; 18]))
        .unwrap();
    for number in 1..=2 {
        client.retr(MessageNumber::new(number).unwrap());
    }
    client.quit();
    link.carry(&mut client);
    save(saving, 2, client.transcript_mut());
}

/// A message is submitted; there is no client of ours to do it.
fn smtp(saving: &mut Saving) {
    let lines = [
        ("S", "220 mail.example.com ready\r\n"),
        ("C", "EHLO [192.0.2.1]\r\n"),
        ("S", "250-mail.example.com\r\n"),
        ("S", "250 SIZE 1000\r\n"),
        ("C", "MAIL FROM:<alice@example.com>\r\n"),
        ("S", "250 2.1.0 sender ok\r\n"),
        ("C", "RCPT TO:<bob@example.org>\r\n"),
        ("S", "250 2.1.5 recipient ok\r\n"),
        ("C", "QUIT\r\n"),
        ("S", "221 2.0.0 bye\r\n"),
    ];
    for (at, (who, line)) in (0..).zip(lines) {
        let mut notes = Notes::with_marks();
        let direction = match who {
            "C" => {
                parse_command(line.as_bytes(), &mut notes).unwrap();
                Direction::Client
            }
            _ => {
                parse_reply_line(line.as_bytes(), &mut notes).unwrap();
                Direction::Server
            }
        };
        saving.add(&Crossed {
            connection: 3,
            at: at * 10_000,
            queued: None,
            direction,
            shape: Shape::Line,
            turn: 0,
            command: None,
            wish: None,
            octets: line.len() as u64,
            kept: line.as_bytes(),
            masked: &[],
            marks: &notes.marks().iter().map(role).collect::<Vec<_>>(),
        });
    }
}

fn credentials() -> Credentials {
    Credentials::Password {
        user: USER.to_owned(),
        password: Secret::new(PASSWORD),
    }
}

/// The demo server within reach.
struct Link {
    server: Server,
    session: porthole_demo::SessionId,
    now: Instant,
}

impl Link {
    fn new(speaks: Speaks) -> Self {
        let mut server = Server::new(Options::default());
        let user = server.mailboxes_mut().account_mut(USER).unwrap();
        // The second is larger than what is kept of it.
        for (subject, lines) in [("seen from outside", 200), ("large", 2000)] {
            let body = "All of this crossed.\r\n".repeat(lines);
            let message = format!("Subject: {subject}\r\nFrom: bob@example.com\r\n\r\n{body}");
            let date = DateTime::from_unix(1_795_424_400);
            let content = Arc::new(Content::new(message));
            user.inbox_mut().append(content, BTreeSet::new(), date);
        }
        let session = server.open(speaks, Instant::ZERO);
        let now = Instant::ZERO;
        Self {
            server,
            session,
            now,
        }
    }

    /// Carries octets to and fro until both wait.
    fn carry<M: Machine>(&mut self, client: &mut M) {
        let mut idle = false;
        while !std::mem::replace(&mut idle, true) {
            self.now = self.now + Duration::from_millis(10);
            while let Output::Transmit(bytes) = self.server.poll_output(self.session) {
                client.handle_input(self.now, &bytes);
            }
            loop {
                match client.poll_output() {
                    Output::Transmit(bytes) => {
                        idle = false;
                        self.server.handle_input(self.session, self.now, &bytes);
                    }
                    Output::Event(_) => {}
                    Output::Wait(_) => break,
                }
            }
        }
    }
}

fn save<R: Copy + Into<Role>>(saving: &mut Saving, connection: u32, crossed: &mut Transcript<R>) {
    while let Some(entry) = crossed.next_entry() {
        let Entry { kept, .. } = &entry;
        let small = |at: usize| u32::try_from(at).unwrap();
        let masked = entry.masked.iter();
        let masked: Vec<_> = masked.map(|r| (small(r.start), small(r.end))).collect();
        saving.add(&Crossed {
            connection,
            at: entry.at.as_micros(),
            queued: entry.queued.map(Instant::as_micros),
            direction: entry.direction,
            shape: entry.shape,
            turn: entry.turn,
            command: entry.command.map(|command| command.0),
            wish: None,
            octets: entry.octets,
            kept,
            masked: &masked,
            marks: &entry.marks.iter().map(role).collect::<Vec<_>>(),
        });
    }
}

fn role<R: Copy + Into<Role>>(mark: &Mark<R>) -> Mark<Role> {
    Mark {
        range: mark.range.clone(),
        role: mark.role.into(),
    }
}
