//! Large mailboxes over TLS and STARTTLS: rows as other programs read them, in the turns promised.

use porthole_engine::{
    account::{
        Protocol,
        Security::{self, StartTls, Tls},
    },
    change::{Connection, Row, Stage},
};
use porthole_tests::{Certificate, Dovecot, Live, PASSWORD, mail, program};
use serde_json::{Value, json};

const MESSAGES: u32 = 10_000;

/// The first 50 rows, and the turns that they cost.
fn first_rows(dovecot: &Dovecot, protocol: Protocol, security: Security) -> (Vec<Row>, u64) {
    let mut live = Live::new(dovecot.certificate());
    live.connect(dovecot.account(protocol, security), PASSWORD);
    let rows = live.until("50 rows", |live| {
        let rows: Option<Vec<Row>> = live.screen.rows().into_iter().collect();
        rows.filter(|rows| rows.len() == 50)
    });
    let tls = live.screen.stages().into_iter();
    let tls: Vec<_> = tls.filter(|(stage, _)| *stage == Stage::Tls).collect();
    assert!(
        matches!(&tls[..], [(_, summary)] if summary.contains("TLS")),
        "{tls:?}"
    );
    (rows, live.screen.turns_until_rows(50).unwrap())
}

/// The rows as `read.py` tells them.
fn told(rows: &[Row], protocol: Protocol) -> Value {
    let told = rows.iter().map(|row| {
        let unread = (protocol == Protocol::Imap).then_some(row.unread);
        json!([row.subject, row.correspondent, row.date, unread])
    });
    told.collect()
}

#[test]
fn rows_are_what_python_reads() {
    let inbox: Vec<_> = (1..=MESSAGES).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    for (protocol, name, turns) in [(Protocol::Imap, "imap", 3), (Protocol::Pop3, "pop3", 4)] {
        let python = program::python("read.py", &[name, &dovecot.port(protocol)]);
        let python: Value = serde_json::from_str(&python).unwrap();
        // STARTTLS and STLS cost a turn themselves, and one for the capabilities behind them.
        for (security, turns) in [(Tls, turns), (StartTls, turns + 2)] {
            let (rows, taken) = first_rows(&dovecot, protocol, security);
            assert_eq!(told(&rows, protocol), python, "{protocol:?} {security:?}");
            assert_eq!(taken, turns, "{protocol:?} {security:?}");
        }
    }
}

#[test]
fn scram_costs_two_turns_more() {
    let inbox: Vec<_> = (1..=60).map(mail::numbered).collect();
    let dovecot = Dovecot::with_mechanisms("plain scram-sha-1 scram-sha-256", &inbox);
    for (protocol, turns) in [(Protocol::Imap, 5), (Protocol::Pop3, 6)] {
        let (_, taken) = first_rows(&dovecot, protocol, Tls);
        assert_eq!(taken, turns, "{protocol:?}");
    }
}

#[test]
fn a_certificate_that_nobody_signed_ends_it() {
    let dovecot = Dovecot::start(&[]);
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        for security in [Tls, StartTls] {
            let mut live = Live::new(&Certificate::new());
            live.connect(dovecot.account(protocol, security), PASSWORD);
            let failure = live.until("a failure", |live| live.screen.failure());
            assert_eq!(failure.stage, Some(Stage::Tls), "{protocol:?} {security:?}");
            assert_eq!(live.screen.connection(), Connection::SignedOut);
            let wire = live.screen.wire();
            let mut sent = wire.lines().filter(|line| line.contains(" C: "));
            let signs_in = |line: &str| {
                ["AUTHENTICATE", "LOGIN", "PASS"]
                    .iter()
                    .any(|word| line.contains(word))
            };
            assert!(!sent.any(signs_in), "{wire}");
        }
    }
}
