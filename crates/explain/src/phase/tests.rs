//! Dialogues, and the state after each line of them; what is legal where.

use porthole_imap::wire::{Frame, Peer, Role as Imap};
use porthole_pop3::wire as pop3;
use porthole_smtp::wire as smtp;
use porthole_wire::{Direction, Mark};

use super::{Course, Phase, State, Within, legal};
use crate::{
    Role, Unit,
    saved::Protocol,
    vocabulary::{IMAP_COMMANDS, POP3_COMMANDS, SMTP_COMMANDS},
};

/// Each line begins with who says it; where a state or what is waited for becomes another one, it
/// stands behind `;`.
fn check(protocol: Protocol, dialogue: &str) {
    let mut course = Course::new(protocol);
    let mut before = Phase::first(protocol);
    for row in dialogue
        .lines()
        .map(str::trim)
        .filter(|row| !row.is_empty())
    {
        let (line, expected) = row.split_once(" ; ").unwrap_or((row, ""));
        let (direction, text) = match line.trim().split_at(3) {
            ("C: ", text) => (Direction::Client, text),
            ("S: ", text) => (Direction::Server, text),
            other => panic!("{other:?}"),
        };
        let octets = format!("{text}\r\n").into_bytes();
        let marks = marks(protocol, direction, &octets);
        let now = course.take(&Unit {
            direction,
            octets: &octets,
            marks: &marks,
            command: b"",
        });
        let told = match (now == before, now.within) {
            (true, _) => String::new(),
            (false, Within::Commands) => now.state.name().to_owned(),
            (false, within) => format!("{} {within:?}", now.state.name()),
        };
        assert_eq!(told, expected.trim(), "{row}\n{dialogue}");
        before = now;
    }
}

/// As the parsers mark them.
fn marks(protocol: Protocol, direction: Direction, octets: &[u8]) -> Vec<Mark<Role>> {
    match protocol {
        Protocol::Imap if octets == b"DONE\r\n" => vec![Mark {
            range: 0..4,
            role: Imap::CommandName.into(),
        }],
        Protocol::Imap => {
            let frame = Frame {
                text: octets.to_vec(),
                literals: Vec::new(),
            };
            let peer = match direction {
                Direction::Client => Peer::Client,
                Direction::Server => Peer::Server,
            };
            let marks = porthole_imap::wire::marks(&frame, peer, false);
            marks.text.into_iter().map(|m| m.map(Role::from)).collect()
        }
        Protocol::Pop3 => {
            let mut notes = pop3::Notes::with_marks();
            if direction == Direction::Client {
                // For its marks, here and below: the step of a sign-in is no command.
                let _ = pop3::parse_command(octets, &mut notes);
            } else if octets.starts_with(b"+") && !octets.starts_with(b"+OK") {
                let _ = pop3::parse_challenge(octets, &mut notes);
            } else {
                let _ = pop3::parse_greeting(octets, &mut notes);
            }
            let marks = notes.marks().iter();
            marks.map(|m| m.clone().map(Role::from)).collect()
        }
        Protocol::Smtp => {
            let mut notes = smtp::Notes::with_marks();
            if direction == Direction::Client {
                let _ = smtp::parse_command(octets, &mut notes);
            } else {
                let _ = smtp::parse_reply_line(octets, &mut notes);
            }
            let marks = notes.marks().iter();
            marks.map(|m| m.clone().map(Role::from)).collect()
        }
    }
}

#[test]
fn imap_from_the_greeting_to_goodbye() {
    check(
        Protocol::Imap,
        "S: * OK ready
         C: A1 LOGIN alice ********
         S: A1 OK welcome ; authenticated
         C: A2 SELECT INBOX
         S: * 3 EXISTS
         S: A2 OK [READ-WRITE] done ; selected
         C: A3 IDLE
         S: + idling ; selected Idle
         S: * 4 EXISTS
         C: DONE ; selected
         C: A4 NOOP
         S: A3 OK done
         S: A4 OK done
         C: A5 UNSELECT
         S: A5 OK done ; authenticated
         C: A6 EXAMINE Archive
         S: A6 OK [READ-ONLY] done ; selected
         C: A7 CLOSE
         S: A7 OK done ; authenticated
         C: A8 LOGOUT
         S: * BYE see you ; logout
         S: A8 OK done",
    );
}

#[test]
fn imap_refusals_change_only_what_they_must() {
    check(
        Protocol::Imap,
        "S: * OK ready
         C: A1 LOGIN alice ********
         S: A1 NO [AUTHENTICATIONFAILED] no
         C: A2 AUTHENTICATE PLAIN
         S: + ; not authenticated SignIn
         C: ********
         S: A2 NO no ; not authenticated
         C: A3 AUTHENTICATE PLAIN
         S: + ; not authenticated SignIn
         C: ********
         S: A3 OK welcome ; authenticated
         C: A4 SELECT Nowhere
         S: A4 NO [NONEXISTENT] no
         C: A5 SELECT INBOX
         S: A5 OK done ; selected
         C: A6 SELECT
         S: A6 BAD what
         C: A7 CLOSE
         S: A7 NO not now
         C: A8 SELECT Nowhere
         S: * OK [CLOSED] it is ; authenticated
         S: A8 NO [NONEXISTENT] no
         C: A9 EXAMINE INBOX
         S: A9 OK done ; selected
         C: B1 EXAMINE Nowhere
         S: B1 NO no ; authenticated
         C: B2 UNAUTHENTICATE
         S: B2 OK done ; not authenticated",
    );
}

#[test]
fn imap_may_begin_signed_in_and_end_at_any_time() {
    check(
        Protocol::Imap,
        "S: * PREAUTH welcome ; authenticated
         C: A1 SELECT INBOX
         C: A2 FETCH 1 FLAGS
         S: A1 OK done ; selected
         S: * BYE I must go ; logout
         S: A2 OK done",
    );
    check(Protocol::Imap, "S: * BYE too many ; logout");
    // What is no greeting signs nobody in.
    check(
        Protocol::Imap,
        "S: * OK ready
         S: * PREAUTH nonsense
         S: * OK still there",
    );
}

#[test]
fn imap_seen_from_the_middle_shows_where_it_is() {
    check(
        Protocol::Imap,
        "C: A7 UID FETCH 1:* FLAGS
         S: A7 OK done ; selected",
    );
    // STATUS works with and without an open mailbox: it tells nothing.
    check(
        Protocol::Imap,
        "C: A7 STATUS INBOX (MESSAGES)
         S: A7 OK done",
    );
}

#[test]
fn pop3_updates_only_from_a_transaction() {
    check(
        Protocol::Pop3,
        "S: +OK ready <1.2@example.com>
         C: STLS
         S: +OK begin
         C: USER alice
         S: +OK ; AUTHORIZATION Password
         C: PASS ********
         S: -ERR [AUTH] no ; AUTHORIZATION
         C: USER alice
         C: PASS ********
         S: +OK ; AUTHORIZATION Password
         S: +OK welcome ; TRANSACTION
         C: DELE 1
         S: +OK
         C: QUIT ; UPDATE
         S: +OK bye",
    );
    check(
        Protocol::Pop3,
        "S: +OK ready
         C: USER alice
         S: +OK ; AUTHORIZATION Password
         C: QUIT
         S: +OK bye ; closed",
    );
    check(Protocol::Pop3, "S: -ERR [SYS/TEMP] later ; closed");
}

#[test]
fn pop3_signs_in_by_steps_and_answers_in_order() {
    check(
        Protocol::Pop3,
        "S: +OK ready
         C: AUTH CRAM-MD5
         S: + PDEuMkBleGFtcGxlLmNvbT4= ; AUTHORIZATION SignIn
         C: *
         S: -ERR given up ; AUTHORIZATION
         C: AUTH PLAIN
         S: + ; AUTHORIZATION SignIn
         C: ********
         S: +OK welcome ; TRANSACTION
         C: STAT
         C: QUIT
         S: +OK 3 120
         S: +OK bye ; UPDATE",
    );
    check(
        Protocol::Pop3,
        "C: RETR 1
         S: +OK 120 octets ; TRANSACTION",
    );
}

#[test]
fn smtp_returns_from_a_message_to_where_it_was() {
    check(
        Protocol::Smtp,
        "S: 220 mail.example.com
         C: EHLO [192.0.2.1]
         S: 250-mail.example.com
         S: 250 AUTH PLAIN ; greeted
         C: STARTTLS
         S: 220 begin ; connected
         C: EHLO [192.0.2.1]
         S: 250 mail.example.com ; greeted
         C: AUTH PLAIN
         S: 334 ; greeted SignIn
         C: ********
         S: 535 5.7.8 no ; greeted
         C: AUTH PLAIN ********
         S: 235 2.7.0 welcome ; signed in
         C: MAIL FROM:<alice@example.com>
         C: RCPT TO:<bob@example.org>
         C: DATA
         S: 250 2.1.0 fine ; mail transaction
         S: 250 2.1.5 fine
         S: 354 go on ; mail transaction MailData
         C: hello
         C: .
         S: 250 2.0.0 taken ; signed in
         C: MAIL FROM:<alice@example.com>
         S: 250 2.1.0 fine ; mail transaction
         C: RSET
         S: 250 2.0.0 forgotten ; signed in
         C: QUIT
         S: 221 2.0.0 bye ; closed",
    );
    check(Protocol::Smtp, "S: 554 not here ; closed");
}

#[test]
fn what_is_legal_depends_on_the_state() {
    let check = |state, within, legal: &str, illegal: &str| {
        let phase = Phase { state, within };
        let now: Vec<_> = phase.legal().iter().map(|rule| rule.name).collect();
        for name in legal.split_ascii_whitespace() {
            assert!(now.contains(&name), "{phase:?}: {name}");
        }
        for name in illegal.split_ascii_whitespace() {
            assert!(!now.contains(&name), "{phase:?}: {name}");
            let why_not = phase.illegal();
            assert!(why_not.iter().any(|(rule, _)| rule.name == name), "{name}");
        }
        let all = phase.legal().len() + phase.illegal().len();
        assert!(all > 10, "{phase:?}");
    };
    use State as S;
    use Within::{Commands, Idle, Password, SignIn};
    check(
        S::NotAuthenticated,
        Commands,
        "LOGIN NOOP STARTTLS",
        "SELECT FETCH ENABLE",
    );
    check(S::NotAuthenticated, SignIn, "", "LOGIN NOOP");
    check(
        S::Authenticated,
        Commands,
        "SELECT LIST ENABLE",
        "LOGIN FETCH CLOSE",
    );
    check(
        S::Selected,
        Commands,
        "SELECT FETCH CLOSE EXPUNGE",
        "LOGIN ENABLE",
    );
    check(S::Selected, Idle, "", "FETCH NOOP");
    check(S::Logout, Commands, "", "NOOP LOGIN");
    check(
        S::Authorization,
        Commands,
        "USER APOP AUTH STLS CAPA QUIT",
        "PASS RETR NOOP",
    );
    check(S::Authorization, Password, "PASS QUIT", "USER STAT CAPA");
    check(
        S::Transaction,
        Commands,
        "RETR DELE NOOP QUIT CAPA",
        "USER PASS STLS",
    );
    check(S::Update, Commands, "", "RETR QUIT");
    check(S::Connected, Commands, "EHLO NOOP QUIT", "MAIL AUTH");
    check(S::Greeted, Commands, "AUTH MAIL STARTTLS", "DATA");
    check(S::MailTransaction, Commands, "RCPT DATA RSET", "MAIL AUTH");
}

#[test]
fn what_is_not_legal_is_told_why() {
    let why = |state, name: &str| {
        let found = Phase::of(state).illegal();
        let found = found.into_iter().find(|(rule, _)| rule.name == name);
        found.map(|(_, why)| why)
    };
    let rows = [
        (
            State::NotAuthenticated,
            "SELECT",
            "nobody has signed in yet",
        ),
        (
            State::Authenticated,
            "LOGIN",
            "somebody has signed in already",
        ),
        (State::Authenticated, "FETCH", "no mailbox is open"),
        (State::Selected, "ENABLE", "a mailbox is open"),
        (State::Logout, "NOOP", "the connection ends"),
        (State::Authorization, "PASS", "USER comes first"),
        (State::Authorization, "DELE", "nobody has signed in yet"),
        (State::Transaction, "STLS", "somebody has signed in already"),
        (State::Connected, "MAIL", "EHLO comes first"),
        (State::SignedIn, "DATA", "MAIL comes first"),
    ];
    for (state, name, expected) in rows {
        assert_eq!(why(state, name), Some(expected), "{state:?} {name}");
    }
}

#[test]
fn every_command_of_an_rfc_is_legal_somewhere() {
    // What goes on with another command, or is spoken between servers.
    let others = ["DONE", "LHLO", "TURN"];
    for (protocol, words) in [
        (Protocol::Imap, IMAP_COMMANDS),
        (Protocol::Pop3, POP3_COMMANDS),
        (Protocol::Smtp, SMTP_COMMANDS),
    ] {
        for word in words {
            let legal = legal::states(protocol, word.word).is_some();
            let expected = word.source().is_some() && !others.contains(&word.word);
            assert_eq!(legal, expected, "{}", word.word);
        }
    }
}

#[test]
fn ways_lead_from_states_to_states() {
    for protocol in [Protocol::Imap, Protocol::Pop3, Protocol::Smtp] {
        let states = State::all(protocol);
        for way in State::moves(protocol) {
            assert!(
                states.contains(&way.from) && states.contains(&way.to),
                "{way:?}"
            );
            assert!(!way.from.is_over(), "{way:?}");
        }
        let reached = |state: &&State| State::moves(protocol).iter().any(|way| way.to == **state);
        assert_eq!(states.iter().filter(reached).count(), states.len() - 1);
    }
}
