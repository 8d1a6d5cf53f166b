//! What a relay between the engine and a server counts is what the engine says of itself.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use porthole_engine::{
    Change, Intent,
    account::{
        Protocol,
        Security::{self, None as Clear, Tls},
    },
    change::{Connection, WireEntry},
};
use porthole_tests::{CountingRelay, Dovecot, KeptPort, Live, PASSWORD, mail};
use porthole_wire::Direction;

const IMAP: usize = 0;

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection through a relay: the client's end, the server's end, and the relay.
fn through() -> (TcpStream, TcpStream, CountingRelay) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let relay = CountingRelay::start(&[(Protocol::Imap, port)]);
    let client = TcpStream::connect((Ipv4Addr::LOCALHOST, relay.port(Protocol::Imap))).unwrap();
    let (server, _) = listener.accept().unwrap();
    for end in [&client, &server] {
        end.set_read_timeout(Some(PATIENCE)).unwrap();
    }
    (client, server, relay)
}

/// What one end says and the other hears.
fn say(from: &mut TcpStream, to: &mut TcpStream, words: &[u8]) {
    from.write_all(words).unwrap();
    let mut heard = vec![0; words.len()];
    to.read_exact(&mut heard).unwrap();
    assert_eq!(heard, words);
}

fn ends(stream: &mut TcpStream) {
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
}

/// What the only connection has carried: up, down and in how many turns.
fn carried(relay: &CountingRelay) -> (u64, u64, u64) {
    let [counted] = &relay.connections()[..] else {
        panic!("{relay:?}");
    };
    (counted.up, counted.down, counted.turns)
}

fn is_over(relay: &CountingRelay) -> bool {
    relay.connections().iter().all(|counted| counted.is_over)
}

fn until_over(relay: &CountingRelay) {
    let start = Instant::now();
    while !is_over(relay) {
        assert!(start.elapsed() < PATIENCE, "{relay:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn octets_and_turns_are_counted() {
    let before = Instant::now();
    let (mut client, mut server, relay) = through();
    assert_eq!(carried(&relay), (0, 0, 0));
    say(&mut server, &mut client, b"* OK\r\n");
    assert_eq!(carried(&relay), (0, 6, 0));
    // One message that comes in three pieces.
    for piece in [&b"a NOOP"[..], b"\r\nb NOOP\r\n", b"c NOOP\r\n"] {
        say(&mut client, &mut server, piece);
    }
    assert_eq!(carried(&relay), (24, 6, 1));
    say(&mut server, &mut client, b"a OK\r\nb OK\r\n");
    say(&mut server, &mut client, b"c OK\r\n");
    assert_eq!(carried(&relay), (24, 24, 1));
    say(&mut client, &mut server, b"d LOGOUT\r\n");
    assert_eq!(carried(&relay), (34, 24, 2));
    let began = relay.connections()[IMAP].began;
    assert!(before < began && began < Instant::now());
}

#[test]
fn one_direction_may_end_before_the_other() {
    let (mut client, mut server, relay) = through();
    say(&mut client, &mut server, b"QUIT\r\n");
    client.shutdown(Shutdown::Write).unwrap();
    ends(&mut server);
    say(&mut server, &mut client, b"+OK\r\n");
    assert!(!relay.connections()[IMAP].is_over);
    drop(server);
    ends(&mut client);
    until_over(&relay);
    assert_eq!(carried(&relay), (6, 5, 1));
    assert_eq!(relay.connections()[IMAP].down_after_end, 5);

    let (mut client, mut server, relay) = through();
    server.shutdown(Shutdown::Write).unwrap();
    ends(&mut client);
    say(&mut client, &mut server, b"QUIT\r\n");
    assert!(!relay.connections()[IMAP].is_over);
    drop(client);
    ends(&mut server);
    until_over(&relay);
    assert_eq!(carried(&relay), (6, 0, 1));
}

#[test]
fn more_than_fits_into_a_buffer_is_passed_on_whole() {
    let (mut client, mut server, relay) = through();
    let much = mail::lines(3_000_000).into_bytes();
    let length = much.len() as u64;
    let sent = much.clone();
    let sending = thread::spawn(move || {
        server.write_all(&sent).unwrap();
    });
    let mut all = Vec::new();
    client.read_to_end(&mut all).unwrap();
    sending.join().unwrap();
    assert!(all == much);
    assert_eq!(carried(&relay), (0, length, 0));
}

/// A server that is not there, and a relay that went: the client learns of both.
#[test]
fn nothing_behind_it_is_an_end() {
    let nobody = KeptPort::new();
    let relay = CountingRelay::start(&[(Protocol::Pop3, nobody.number())]);
    let address = (Ipv4Addr::LOCALHOST, relay.port(Protocol::Pop3));
    let mut client = TcpStream::connect(address).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    ends(&mut client);

    let (mut client, mut server, relay) = through();
    drop(relay);
    ends(&mut client);
    ends(&mut server);
}

/// What each connection carried by the engine's own account, in the order in which they began.
fn told(live: &Live) -> Vec<(u64, u64, u64)> {
    let entries = live
        .screen
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Wire(entries) => Some(entries),
            _ => None,
        });
    let entries: Vec<&WireEntry> = entries.flatten().collect();
    let mut connections: Vec<u32> = entries.iter().map(|entry| entry.connection).collect();
    connections.sort_unstable();
    connections.dedup();
    let told = connections.into_iter().map(|connection| {
        let of = || entries.iter().filter(|e| e.connection == connection);
        let octets = |direction| {
            let sent = of().filter(|entry| entry.direction == direction);
            sent.map(|entry| entry.octets).sum()
        };
        let turns = of().map(|entry| entry.turn).max().unwrap();
        (octets(Direction::Client), octets(Direction::Server), turns)
    });
    told.collect()
}

/// A visit: rows, a text, and what follows by itself.
fn visit(dovecot: &Dovecot, protocol: Protocol, security: Security) -> (CountingRelay, Live) {
    let mut account = dovecot.account(protocol, security);
    let relay = CountingRelay::start(&[(protocol, account.destination.port)]);
    account.destination.port = relay.port(protocol);
    let mut live = Live::new(dovecot.certificate());
    live.connect(account, PASSWORD);
    let row = live.until("a row", |live| {
        let online = live.screen.connection() == Connection::Online;
        online.then(|| live.screen.row("Number 294")).flatten()
    });
    // Who speaks while an answer is on its way speaks before it here and behind it at the relay.
    live.run(Duration::from_secs(1));
    live.intent(Intent::OpenMessage(row.id));
    live.until("the text", |live| live.screen.text(row.id));
    live.run(Duration::from_secs(3));
    (relay, live)
}

fn counted(relay: &CountingRelay) -> Vec<(u64, u64, u64)> {
    let connections = relay.connections().into_iter();
    connections
        .map(|counted| (counted.up, counted.down, counted.turns))
        .collect()
}

/// Waits until nothing is on its way: as many octets were counted as were told. Answers whether
/// they came in as many turns.
fn agree(relay: &CountingRelay, live: &mut Live) -> bool {
    let octets = |counts: &[(u64, u64, u64)]| -> Vec<(u64, u64)> {
        counts.iter().map(|&(up, down, _)| (up, down)).collect()
    };
    let (counted, told) = live.until("the same octets", |live| {
        let (counted, told) = (counted(relay), told(live));
        (octets(&counted) == octets(&told)).then_some((counted, told))
    });
    if counted != told {
        eprintln!("{counted:?} {told:?}\n{}", live.screen.wire());
    }
    counted == told
}

/// Whether a visit is what the engine says it is, while it lasts and after its end.
fn is_told_right(dovecot: &Dovecot, protocol: Protocol) -> bool {
    let (relay, mut live) = visit(dovecot, protocol, Clear);
    if !agree(&relay, &mut live) {
        return false;
    }
    // The answer to its last words as well.
    live.intent(Intent::Disconnect);
    live.until("its end", |_| is_over(&relay).then_some(()));
    agree(&relay, &mut live)
}

#[test]
fn a_visit_is_what_the_engine_says_it_was() {
    let inbox: Vec<_> = (1..=300).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        // On a machine that is too busy, an answer is past the relay before the client has said all
        // that it said before that: once, and not each time.
        let is_right = (0..3).any(|_| is_told_right(&dovecot, protocol));
        assert!(is_right, "{protocol:?}");

        // Through TLS it counts the records.
        let (relay, mut live) = visit(&dovecot, protocol, Tls);
        live.until("more octets", |live| {
            let ((up, down, _), (told_up, told_down, _)) = (counted(&relay)[0], told(live)[0]);
            (up > told_up && down > told_down).then_some(())
        });
        assert!(relay.connections().iter().all(|c| c.protocol == protocol));
    }
}
