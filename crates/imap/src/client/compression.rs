//! The octets of a connection after COMPRESS (RFC 4978): the same conversation, deflated.
//!
//! ```text
//!   commands --> out --> deflate --> bytes        a batch at a time
//!   frames <-- inflate <-- bytes                  a piece at a time
//! ```

use porthole_wire::{
    Instant,
    deflate::{Deflater, Inflater},
};

use super::{Client, Closed, PeerMisbehaved, State};

#[derive(Debug, Default)]
pub(super) enum Compression {
    /// It was not agreed on.
    #[default]
    Off,
    /// The server has agreed: what comes behind its OK is compressed.
    Begins,
    On(Box<(Deflater, Inflater)>),
}

impl Compression {
    pub(super) fn is_on(&self) -> bool {
        !matches!(self, Self::Off)
    }

    /// A batch as it crosses.
    pub(super) fn deflated(&mut self, plain: Vec<u8>) -> Vec<u8> {
        let Self::On(streams) = self else {
            return plain;
        };
        let mut wire = Vec::new();
        streams.0.deflate(&plain, &mut wire);
        wire
    }
}

impl Client {
    /// Reads what came, whichever way it is written.
    pub(super) fn take_in(&mut self, now: Instant, bytes: &[u8]) {
        if let Compression::On(streams) = &mut self.compression {
            streams.1.push(bytes);
            return self.inflate(now);
        }
        self.framer.push(bytes);
        self.receive(now);
        if let Compression::Begins = self.compression {
            let (deflater, mut inflater) = (Deflater::default(), Inflater::default());
            inflater.push(&self.framer.take_rest());
            self.compression = Compression::On(Box::new((deflater, inflater)));
            self.inflate(now);
        }
    }

    fn inflate(&mut self, now: Instant) {
        while self.state != State::Logout
            && let Compression::On(streams) = &mut self.compression
        {
            match streams.1.next_piece() {
                Ok(Some(piece)) => {
                    self.framer.push(&piece);
                    self.receive(now);
                }
                Ok(None) => return,
                Err(_) => {
                    let why = PeerMisbehaved::NotCompressed;
                    self.close(Closed::PeerMisbehaved(why));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use porthole_wire::{Machine, Output};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::{
        client::{Event, Options},
        types::command::Command,
    };

    const NOW: Instant = Instant::ZERO;
    const GREETING: &[u8] = b"* PREAUTH [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] hello\r\n";

    /// What a client sends, and what it says of what happened.
    fn drain(client: &mut Client) -> (Vec<u8>, Vec<String>) {
        let (mut sent, mut events) = (Vec::new(), Vec::new());
        loop {
            match client.poll_output() {
                Output::Transmit(bytes) => sent.extend(bytes),
                Output::Event(event) => events.push(match event {
                    Event::Completed { command, .. } => format!("{} completed", command.0),
                    Event::Closed(why) => why.to_string(),
                    Event::Greeting { .. } => continue,
                    other => format!("{other:?}"),
                }),
                Output::Wait(_) => return (sent, events),
            }
        }
    }

    fn compressing() -> Client {
        let mut client = Client::new(Options::default());
        client.handle_input(NOW, GREETING);
        client.issue(Command::Compress);
        client.issue(Command::Noop);
        client.flush(NOW);
        let (sent, _) = drain(&mut client);
        // What follows waits: it is to be compressed, or is not.
        assert_eq!(sent, b"A001 COMPRESS DEFLATE\r\n");
        client
    }

    fn inflated(inflater: &mut Inflater, wire: &[u8]) -> Vec<u8> {
        inflater.push(wire);
        let pieces = std::iter::from_fn(|| inflater.next_piece().unwrap());
        pieces.collect::<Vec<_>>().concat()
    }

    #[test]
    fn both_ways_are_compressed_behind_the_ok_wherever_it_is_cut() {
        let agreed = b"A001 OK from here on\r\n".as_slice();
        let mut deflater = Deflater::default();
        let mut answers = agreed.to_vec();
        deflater.deflate(b"* 7 EXISTS\r\n* OK well\r\n", &mut answers);
        for cut in 0..=answers.len() {
            let mut client = compressing();
            let mut all = (Vec::new(), Vec::new());
            for piece in [&answers[..cut], &answers[cut..]] {
                client.handle_input(NOW, piece);
                let (sent, events) = drain(&mut client);
                all.0.extend(sent);
                all.1.extend(events);
            }
            assert!(client.is_compressed());
            let mut inflater = Inflater::default();
            assert_eq!(inflated(&mut inflater, &all.0), b"A002 NOOP\r\n", "{cut}");
            assert_eq!(all.1.len(), 2, "{cut}: {:?}", all.1);
            assert!(all.1[1].contains("well"), "{cut}: {:?}", all.1);
            client.issue(Command::Noop);
            client.flush(NOW);
            let (sent, _) = drain(&mut client);
            // The stream goes on: it is one.
            assert_eq!(inflated(&mut inflater, &sent), b"A003 NOOP\r\n");
        }
    }

    #[test]
    fn refused_it_is_not_begun_and_false_it_ends() {
        let mut client = compressing();
        client.handle_input(NOW, b"A001 NO [COMPRESSIONACTIVE] TLS does\r\n");
        assert_eq!(drain(&mut client).0, b"A002 NOOP\r\n");
        assert!(!client.is_compressed());

        let mut client = compressing();
        client.handle_input(
            NOW,
            b"A001 OK from here on\r\n\xff\xff* OK in the clear\r\n",
        );
        let (_, events) = drain(&mut client);
        assert_eq!(
            events.last().map(String::as_str),
            Some("what the server sent after COMPRESS cannot be decompressed")
        );
    }
}
