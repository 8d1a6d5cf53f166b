//! What our clients make of each fault. They know more than these machines, which store nothing;
//! but what the machines do not notice, nobody can.

use porthole_demo::misbehave::{Misbehaviour, Refusal, Times};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{imap::*, pop3::*, *};

fn refuse(command: &str, with: Refusal) -> Misbehaviour {
    Misbehaviour::Refuse {
        command: command.to_owned(),
        with,
    }
}

fn cut(command: &str, after: u64) -> Misbehaviour {
    Misbehaviour::Cut {
        command: command.to_owned(),
        after,
    }
}

/// What comes of FETCH and NOOP in one batch, up to a minute of silence.
fn check_imap(misbehaviour: Misbehaviour, expected: &[&str]) {
    use porthole_imap::client::Event;
    let mut pair = imap(None);
    sign_in_to_imap(&mut pair, None);
    let inbox = MailboxName::inbox();
    pair.client.issue(Command::select(inbox, Vec::new()));
    run_imap(&mut pair);
    pair.server.misbehave(misbehaviour.clone(), Times::Once);
    let whole = FetchItem::Section {
        section: Section::default(),
        peek: true,
        partial: None,
    };
    pair.client.issue(Command::uid_fetch(Uid(2), vec![whole]));
    pair.client.issue(Command::Noop);
    pair.client.flush(pair.now);
    let mut events = pair.run();
    pair.now = pair.now + Duration::from_secs(60);
    events.extend(pair.run());
    let told: Vec<String> = events
        .iter()
        .map(|event| match event {
            Event::Fetch { .. } => "message".to_owned(),
            Event::Completed { result: Ok(_), .. } => "done".to_owned(),
            Event::Completed {
                result: Err(refused),
                ..
            } => format!("{:?}", refused.status),
            Event::Unreadable { .. } => "unreadable".to_owned(),
            Event::Closed(why) => why.to_string(),
            other => panic!("{misbehaviour:?}: {other:?}"),
        })
        .collect();
    assert_eq!(told, expected, "{misbehaviour:?}");
    assert_eq!(
        pair.server.next_misdeed().unwrap().misbehaviour,
        misbehaviour
    );
}

#[test]
fn an_imap_client_believes_whole_responses_only() {
    check_imap(refuse("FETCH", Refusal::No), &["No", "done"]);
    check_imap(refuse("FETCH", Refusal::Bad), &["Bad", "done"]);
    check_imap(refuse("FETCH", Refusal::InUse), &["No", "done"]);
    let bye = "the server said goodbye: the server is going down";
    check_imap(refuse("FETCH", Refusal::Bye), &[bye]);
    let ended = "the server closed the connection";
    check_imap(cut("FETCH", 0), &[ended]);
    check_imap(cut("FETCH", 40), &[ended]);
    // The response is there and the completion is not.
    check_imap(cut("FETCH", 70), &["message", ended]);
    // One message is lost, and where responses begin is found again by the line.
    let lost = ["unreadable", "unreadable", "done", "done"];
    check_imap(Misbehaviour::LiteralLength { by: -3 }, &lost);
    let swallowed = ["unreadable", "done", "done"];
    check_imap(Misbehaviour::LiteralLength { by: 1 }, &swallowed);
    // The completion was taken for the message: that it is missing, only silence tells.
    let silent = "the server was silent for 60 seconds";
    let swallowed = ["unreadable", "done", silent];
    check_imap(Misbehaviour::LiteralLength { by: 3 }, &swallowed);
    check_imap(Misbehaviour::LiteralLength { by: 500 }, &[silent]);
}

/// What comes of RETR and STAT in one batch, up to a minute of silence.
fn check_pop3(misbehaviour: Misbehaviour, expected: &[&str]) {
    use porthole_pop3::Event;
    let mut pair = pop3(Options::default());
    pair.client.capa();
    pair.run();
    let nonce = Nonce::from_bytes([3; 18]);
    pair.client.sign_in(&alice(None), false, &nonce).unwrap();
    pair.run();
    pair.server.misbehave(misbehaviour.clone(), Times::Once);
    pair.client.retr(MessageNumber::new(2).unwrap());
    pair.client.stat();
    let mut events = pair.run();
    pair.now = pair.now + Duration::from_secs(60);
    events.extend(pair.run());
    let told: Vec<String> = events
        .iter()
        .map(|event| match event {
            Event::PayloadChunk { bytes, .. } => format!("{} octets", bytes.len()),
            Event::DropListing { .. } => "listing".to_owned(),
            Event::Completed { result: Ok(()), .. } => "done".to_owned(),
            Event::Completed {
                result: Err(error), ..
            } => error.to_string(),
            Event::Unreadable { .. } => "unreadable".to_owned(),
            Event::Tolerated { quirk } => format!("{quirk:?}"),
            Event::Closed { .. } => "closed".to_owned(),
            other => panic!("{misbehaviour:?}: {other:?}"),
        })
        .collect();
    assert_eq!(told, expected, "{misbehaviour:?}");
    assert_eq!(
        pair.server.next_misdeed().unwrap().misbehaviour,
        misbehaviour
    );
}

#[test]
fn a_pop3_client_finds_its_way_back() {
    let refused = "the server refused: not now";
    check_pop3(refuse("RETR", Refusal::No), &[refused, "listing", "done"]);
    let in_use = "the server refused: another session has this maildrop open";
    check_pop3(refuse("RETR", Refusal::InUse), &[in_use, "listing", "done"]);
    let bye = "the server refused: the server is going down";
    let ended = "the connection ended";
    check_pop3(refuse("RETR", Refusal::Bye), &[bye, ended, "closed"]);
    check_pop3(cut("RETR", 30), &["15 octets", ended, ended, "closed"]);
    // The message seems to be whole. That it is not, only what comes behind it shows.
    check_pop3(
        Misbehaviour::UnstuffedDot,
        &[
            "15 octets",
            "done",
            "unreadable",
            "StrayLine",
            "listing",
            "done",
        ],
    );
}
