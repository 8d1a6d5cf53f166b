//! COMPRESS=DEFLATE (RFC 4978): what crosses, and that a little of it cannot become too much.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use porthole_demo::{
    Event, Options, Protocol, Server, SessionId,
    misbehave::{Misbehaviour, Times},
};
use porthole_wire::{
    Instant, Output,
    deflate::{Deflater, Inflater, PIECE},
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A client of alice's that compresses.
struct Client {
    server: Server,
    session: SessionId,
    inflater: Inflater,
    deflater: Deflater,
}

impl Client {
    /// Signed in, and not yet compressing.
    fn new() -> Self {
        let mut server = Server::new(Options::default());
        let session = server.open(Protocol::Imap, Instant::ZERO);
        let mut client = Self {
            server,
            session,
            inflater: Inflater::default(),
            deflater: Deflater::default(),
        };
        client.send(b"a1 LOGIN alice wonderland\r\n");
        client.receive();
        client
    }

    fn compressing() -> Self {
        let mut client = Self::new();
        client.send(b"a2 COMPRESS DEFLATE\r\n");
        client.receive();
        client
    }

    fn send(&mut self, bytes: &[u8]) {
        self.server.handle_input(self.session, Instant::ZERO, bytes);
    }

    fn send_compressed(&mut self, plain: &[u8]) {
        let mut wire = Vec::new();
        self.deflater.deflate(plain, &mut wire);
        self.send(&wire);
    }

    /// All that comes as it crosses, and whether the connection ends.
    fn receive(&mut self) -> (Vec<u8>, bool) {
        let mut bytes = Vec::new();
        loop {
            match self.server.poll_output(self.session) {
                Output::Transmit(more) => bytes.extend(more),
                Output::Event(event) => {
                    assert_eq!(event, Event::Closed);
                    return (bytes, true);
                }
                Output::Wait(_) => return (bytes, false),
            }
        }
    }

    fn inflate(&mut self, wire: &[u8]) -> String {
        self.inflater.push(wire);
        let mut plain = Vec::new();
        while let Some(piece) = self.inflater.next_piece().unwrap() {
            plain.extend(piece);
        }
        String::from_utf8(plain).unwrap()
    }

    /// The same decompressed.
    fn receive_compressed(&mut self) -> String {
        let (wire, _) = self.receive();
        self.inflate(&wire)
    }
}

#[test]
fn from_the_answer_on_all_is_compressed() {
    let mut client = Client::new();
    client.send(b"a2 COMPRESS DEFLATE\r\n");
    let (answer, _) = client.receive();
    assert_eq!(answer, b"a2 OK compressed from here on\r\n");
    assert!(client.server.snapshot().sessions[0].compressed);
    client.send_compressed(b"a3 NOOP\r\na4 COMPRESS DEFLATE\r\n");
    assert_eq!(
        client.receive_compressed(),
        "a3 OK done\r\na4 NO [COMPRESSIONACTIVE] that is so already\r\n"
    );
    client.send_compressed(b"a5 LOGOUT\r\n");
    let (wire, closed) = client.receive();
    assert_eq!(
        client.inflate(&wire),
        "* BYE goodbye\r\na5 OK logged out\r\n"
    );
    assert!(closed);
}

#[test]
fn it_does_not_matter_where_the_stream_is_cut() {
    let plain = b"a3 IDLE\r\nDONE\r\na4 SELECT {5}\r\nINBOX\r\na5 UID SEARCH ALL\r\n";
    let mut wire = b"a2 COMPRESS DEFLATE\r\n".to_vec();
    let mut deflater = Deflater::default();
    for command in plain.split_inclusive(|&octet| octet == b'\n') {
        deflater.deflate(command, &mut wire);
    }
    let mut answers = Vec::new();
    for cut in 0..=wire.len() {
        let mut client = Client::new();
        let mut came = Vec::new();
        // Also with compressed octets right behind the command, which a client should not send.
        for piece in [&wire[..cut], &wire[cut..]] {
            client.send(piece);
            came.extend(client.receive().0);
        }
        let first = came.iter().position(|&octet| octet == b'\n').unwrap() + 1;
        assert_eq!(
            came[..first],
            *b"a2 OK compressed from here on\r\n",
            "{cut}"
        );
        answers.push(client.inflate(&came[first..]));
    }
    assert!(answers[0].contains("a5 OK"), "{}", answers[0]);
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

#[test]
fn a_few_octets_are_not_answered_all_at_once() {
    let mut client = Client::compressing();
    let many = 50_000;
    client.send_compressed(&b"a NOOP\r\n".repeat(many));
    let (mut answers, mut longest) = (String::new(), 0);
    while let Output::Transmit(wire) = client.server.poll_output(client.session) {
        let answer = client.inflate(&wire);
        longest = longest.max(answer.len());
        answers += &answer;
    }
    assert!(answers == "a OK done\r\n".repeat(many));
    assert!(longest <= 2 * PIECE, "{longest} octets at once");
}

#[test]
fn what_cannot_be_decompressed_ends_the_session() {
    let mut client = Client::compressing();
    client.send(b"a3 NOOP\r\n");
    let (wire, closed) = client.receive();
    assert_eq!(
        client.inflate(&wire),
        "* BYE what came cannot be decompressed\r\n"
    );
    assert!(closed);
}

/// A fault counts what the server says, not what crosses: the rest is still a whole stream.
#[test]
fn a_connection_can_be_cut_inside_it() {
    let mut client = Client::compressing();
    let cut = Misbehaviour::Cut {
        command: "NOOP".to_owned(),
        after: 7,
    };
    client.server.misbehave(cut, Times::Once);
    client.send_compressed(b"a3 NOOP\r\n");
    let (wire, closed) = client.receive();
    assert_eq!(client.inflate(&wire), "a3 OK d");
    assert!(closed);
}

#[test]
fn nobody_compresses_before_the_sign_in() {
    let mut server = Server::new(Options::default());
    let session = server.open(Protocol::Imap, Instant::ZERO);
    let mut client = Client {
        server,
        session,
        ..Client::new()
    };
    client.receive();
    client.send(b"a1 COMPRESS DEFLATE\r\na2 NOOP\r\n");
    let (answer, _) = client.receive();
    assert_eq!(answer, b"a1 BAD sign in first\r\na2 OK done\r\n");
}
