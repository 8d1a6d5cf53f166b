//! Over IMAP.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

pub(super) fn imap(mechanism: Option<Mechanism>) -> Pair<porthole_imap::Client> {
    let client = porthole_imap::Client::new(porthole_imap::Options::default());
    let mut pair = Pair::new(client, Protocol::Imap, options(mechanism));
    pair.run();
    pair
}

/// Runs until all is answered, and checks that all succeeded and could be read.
pub(super) fn run_imap(
    pair: &mut Pair<porthole_imap::Client>,
) -> Vec<porthole_imap::client::Event> {
    use porthole_imap::client::Event;
    pair.client.flush(pair.now);
    let events = pair.run();
    for event in &events {
        match event {
            Event::Completed { result, .. } => assert!(result.is_ok(), "{event:?}"),
            Event::Unreadable { .. } => panic!("{event:?}"),
            _ => {}
        }
    }
    events
}

pub(super) fn sign_in_to_imap(
    pair: &mut Pair<porthole_imap::Client>,
    mechanism: Option<Mechanism>,
) {
    let channel = porthole_sasl::Channel {
        encrypted: true,
        cleartext_allowed: false,
    };
    let nonce = Nonce::from_bytes([3; 18]);
    pair.client
        .sign_in(&alice(mechanism), channel, &nonce)
        .unwrap();
    let events = run_imap(pair);
    assert!(!events.is_empty());
}

#[test]
fn imap_signs_in_by_every_way() {
    for mechanism in every_way() {
        let mut pair = imap(mechanism);
        sign_in_to_imap(&mut pair, mechanism);
        assert_eq!(
            pair.client.state(),
            porthole_imap::client::State::Authenticated,
            "{mechanism:?}"
        );
    }
}

#[test]
fn imap_begins_tls() {
    let mut pair = imap(None);
    pair.client.issue(Command::StartTls);
    let events = run_imap(&mut pair);
    assert!(events.contains(&porthole_imap::client::Event::StartTls));
    pair.establish_tls();
    pair.client.handle_tls_established(pair.now);
    pair.client.issue(Command::Capability);
    run_imap(&mut pair);
    assert!(!pair.client.capabilities().has("STARTTLS"), "only once");
    sign_in_to_imap(&mut pair, None);
}

#[test]
fn imap_reads_stores_moves_and_idles() {
    use porthole_imap::client::Event;
    let mut pair = imap(None);
    sign_in_to_imap(&mut pair, None);
    let first = Uid(1);
    let whole = FetchItem::Section {
        section: Section::default(),
        peek: true,
        partial: None,
    };
    let items = vec![FetchItem::Envelope, FetchItem::BodyStructure, whole];
    pair.client
        .issue(Command::select(MailboxName::inbox(), Vec::new()));
    pair.client
        .issue(Command::uid_fetch(UidSet::from(first), items));
    let events = run_imap(&mut pair);
    let fetched: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Fetch { fetch, .. } => fetch.items.iter().find_map(|item| match item {
                MessageDataItem::Section {
                    data: Data::Whole(octets),
                    ..
                } => Some(octets.clone()),
                _ => None,
            }),
            _ => None,
        })
        .collect();
    let kept: Vec<_> = inbox(&pair.server)
        .into_iter()
        .map(|(_, octets)| octets)
        .collect();
    assert_eq!(fetched, kept);

    let store = Command::uid_store(first, StoreAction::Add, vec![Flag::Deleted]);
    pair.client.issue(store);
    pair.client.issue(Command::uid_expunge(first));
    pair.client.issue(Command::Idle);
    let events = run_imap(&mut pair);
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::Expunged { uid: Some(uid), .. } if *uid == first))
    );
    assert!(events.contains(&Event::Idling));

    // Another client's doing.
    let account = pair.server.mailboxes_mut().account_mut("alice").unwrap();
    account.inbox_mut().expunge(|message| message.uid == Uid(2));
    assert_eq!(pair.server.ready(), [pair.session]);
    let events = run_imap(&mut pair);
    assert!(
        matches!(
            events[..],
            [Event::Expunged {
                uid: Some(Uid(2)),
                ..
            }]
        ),
        "{events:?}"
    );
}
