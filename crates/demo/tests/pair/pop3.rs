//! Over POP3.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

pub(super) fn pop3(options: Options) -> Pair<porthole_pop3::Client> {
    let client = porthole_pop3::Client::new(porthole_pop3::Options {
        encrypted: true,
        ..Default::default()
    });
    Pair::new(client, Protocol::Pop3, options)
}

/// Whether each of these commands succeeded.
fn succeeded(events: &[porthole_pop3::Event]) -> Vec<bool> {
    events
        .iter()
        .filter_map(|event| match event {
            porthole_pop3::Event::Completed { result, .. } => Some(result.is_ok()),
            _ => None,
        })
        .collect()
}

#[test]
fn pop3_signs_in_by_every_way() {
    for mechanism in every_way() {
        for (pipelining, apop) in [(true, false), (false, false), (true, true)] {
            let mut pair = pop3(Options {
                pop3_pipelining: pipelining,
                pop3_apop: apop,
                ..options(mechanism)
            });
            pair.client.capa();
            assert_eq!(succeeded(&pair.run()), [true], "{mechanism:?}");
            let nonce = Nonce::from_bytes([3; 18]);
            pair.client
                .sign_in(&alice(mechanism), false, &nonce)
                .unwrap();
            pair.client.stat();
            let events = pair.run();
            assert_eq!(
                succeeded(&events),
                [true, true],
                "{mechanism:?}: {events:?}"
            );
            assert!(pair.client.quirks().is_empty());
        }
    }
}

#[test]
fn pop3_begins_tls() {
    let client = porthole_pop3::Client::new(porthole_pop3::Options::default());
    let mut pair = Pair::new(client, Protocol::Pop3, Options::default());
    pair.client.capa();
    pair.client.stls();
    let agreed = |event: &_| matches!(event, porthole_pop3::Event::StartTls { .. });
    let events = pair.run();
    assert!(events.iter().any(agreed), "{events:?}");
    pair.establish_tls();
    pair.client.handle_tls_established(pair.now);
    pair.client.capa();
    pair.run();
    let nonce = Nonce::from_bytes([3; 18]);
    pair.client.sign_in(&alice(None), false, &nonce).unwrap();
    assert_eq!(succeeded(&pair.run()), [true]);
}

#[test]
fn pop3_reads_exactly_what_is_there_and_deletes_at_quit() {
    let mut pair = pop3(Options::default());
    pair.client.capa();
    pair.run();
    let nonce = Nonce::from_bytes([3; 18]);
    pair.client.sign_in(&alice(None), false, &nonce).unwrap();
    pair.client.capa();
    pair.client.stat();
    pair.run();
    // CAPA, and the sign-in with what follows it.
    assert_eq!(pair.client.transcript_mut().turns(), 2);
    let number = |at: usize| MessageNumber::new(at as u32 + 1).unwrap();
    for at in 0..BODIES.len() {
        let id = pair.client.retr(number(at));
        let mut octets = Vec::new();
        for event in pair.run() {
            match event {
                porthole_pop3::Event::PayloadChunk { bytes, .. } => octets.extend(bytes),
                porthole_pop3::Event::Completed { id: done, result } => {
                    assert_eq!((done, result), (id, Ok(())));
                }
                other => panic!("{other:?}"),
            }
        }
        let mut kept = inbox(&pair.server)[at].1.clone();
        if !kept.ends_with(b"\r\n") {
            kept.extend_from_slice(b"\r\n");
        }
        assert_eq!(octets, kept);
    }
    pair.client.dele(number(0));
    pair.client.uidl(None);
    pair.client.quit();
    let before = inbox(&pair.server);
    assert_eq!(succeeded(&pair.run()), [true, true, true]);
    assert_eq!(inbox(&pair.server), before[1..]);
    assert!(pair.client.quirks().is_empty());
}

/// A connection that breaks deletes nothing (RFC 1939 section 6).
#[test]
fn pop3_without_quit_deletes_nothing() {
    let mut pair = pop3(options(Some(Mechanism::Plain)));
    pair.run();
    let nonce = Nonce::from_bytes([3; 18]);
    pair.client.sign_in(&alice(None), false, &nonce).unwrap();
    pair.client.dele(MessageNumber::new(1).unwrap());
    assert_eq!(succeeded(&pair.run()), [true, true]);
    pair.server.handle_eof(pair.session);
    assert_eq!(inbox(&pair.server).len(), BODIES.len());
}

#[test]
fn every_octet_of_pop3_is_explained() {
    use porthole_pop3::wire::{Notes, Role, mark_payload, parse_command, parse_response};
    use porthole_wire::{Direction, Shape};

    let mut pair = pop3(Options::default());
    let verbs = [Verb::Stat, Verb::List, Verb::Uidl, Verb::Retr, Verb::Top];
    pair.run();
    while pair.client.transcript_mut().next_entry().is_some() {}
    let nonce = Nonce::from_bytes([3; 18]);
    pair.client.sign_in(&alice(None), false, &nonce).unwrap();
    pair.run();
    while pair.client.transcript_mut().next_entry().is_some() {}
    let first = MessageNumber::new(1).unwrap();
    for verb in verbs {
        match verb {
            Verb::Stat => pair.client.stat(),
            Verb::List => pair.client.list(None),
            Verb::Uidl => pair.client.uidl(None),
            Verb::Retr => pair.client.retr(first),
            _ => pair.client.top(first, 2),
        };
        pair.run();
        while let Some(entry) = pair.client.transcript_mut().next_entry() {
            let mut notes = Notes::with_marks();
            match (entry.direction, entry.shape) {
                (Direction::Client, _) => {
                    parse_command(&entry.kept, &mut notes).unwrap();
                }
                (Direction::Server, Shape::Line) => {
                    parse_response(verb, &entry.kept, &mut notes).unwrap();
                }
                (Direction::Server, _) => {
                    mark_payload(verb.payload().unwrap(), &entry.kept, &mut notes);
                }
            }
            let octets: usize = notes.marks().iter().map(|mark| mark.range.len()).sum();
            assert_eq!(octets, entry.kept.len(), "{verb}");
            let unknown = |mark: &porthole_pop3::wire::Mark| mark.role == Role::Unknown;
            assert!(!notes.marks().iter().any(unknown), "{verb}");
        }
    }
}
