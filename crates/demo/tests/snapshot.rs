//! What the server says of itself, beside what each client was told.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use porthole_demo::{
    Content, Options, Protocol, Server, SessionId, Snapshot,
    snapshot::{Entry, Place, Selected, State},
};
use porthole_imap::types::{
    datetime::DateTime,
    number::{SeqNum, Uid, UidValidity},
};
use porthole_wire::{Instant, Output};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A server with three messages for alice.
fn server() -> Server {
    let mut server = Server::new(Options::default());
    let alice = server.mailboxes_mut().account_mut("alice").unwrap();
    for subject in ["one", "=?utf-8?q?zw=C3=B6lf?=", "three"] {
        let content = Content::new(format!("Subject: {subject}\r\n\r\nx\r\n"));
        let date = DateTime::from_unix(0);
        alice
            .inbox_mut()
            .append(Arc::new(content), Default::default(), date);
    }
    server
}

fn tell(server: &mut Server, session: SessionId, lines: &[&str]) {
    for line in lines {
        let line = format!("{line}\r\n");
        server.handle_input(session, Instant::ZERO, line.as_bytes());
        while let Output::Transmit(_) = server.poll_output(session) {}
    }
}

fn state(server: &Server, session: SessionId) -> State {
    server.snapshot().session(session).unwrap().state.clone()
}

fn selected(server: &Server, session: SessionId) -> Selected {
    match state(server, session) {
        State::Selected(selected) => selected,
        other => panic!("{other:?}"),
    }
}

/// Sequence number, UID, gone, outdated.
fn view(server: &Server, session: SessionId) -> Vec<(u32, u32, bool, bool)> {
    let place = |place: Place| {
        let Place {
            seq: SeqNum(seq),
            uid: Uid(uid),
            gone,
            outdated,
            ..
        } = place;
        (seq, uid, gone, outdated)
    };
    selected(server, session)
        .view
        .into_iter()
        .map(place)
        .collect()
}

#[test]
fn each_session_has_its_own_view() {
    let mut server = server();
    let [one, two] = [(); 2].map(|()| server.open(Protocol::Imap, Instant::ZERO));
    assert_eq!(state(&server, one), State::NotAuthenticated);
    tell(&mut server, one, &["a LOGIN alice wonderland"]);
    let user = "alice".to_owned();
    assert_eq!(state(&server, one), State::Authenticated { user });
    tell(&mut server, one, &["b SELECT INBOX"]);
    tell(
        &mut server,
        two,
        &["a LOGIN alice wonderland", "b EXAMINE INBOX"],
    );
    let whole = [1, 2, 3].map(|n| (n, n, false, false));
    assert_eq!(view(&server, one), whole);
    assert_eq!(selected(&server, one).mailbox.as_deref(), Some("INBOX"));
    assert!(!selected(&server, one).read_only && selected(&server, two).read_only);

    tell(&mut server, two, &["c FETCH 3 FLAGS"]);
    let delete = [
        "c STORE 1 +FLAGS (\\Deleted)",
        "d EXPUNGE",
        "e STORE 2 +FLAGS (\\Seen)",
    ];
    tell(&mut server, one, &delete);
    assert_eq!(
        view(&server, one),
        [(1, 2, false, false), (2, 3, false, false)]
    );
    let untold = [
        (1, 1, true, false),
        (2, 2, false, false),
        (3, 3, false, true),
    ];
    assert_eq!(view(&server, two), untold, "nobody asked");
    let flags = |server: &Server, session| -> Vec<_> {
        let view = selected(server, session).view.into_iter();
        view.map(|place| place.flags).collect()
    };
    let seen = Some(vec!["\\Seen".to_owned()]);
    assert_eq!(flags(&server, one), [None, seen.clone()]);
    assert_eq!(flags(&server, two), [None, None, Some(Vec::new())]);
    tell(&mut server, two, &["c NOOP", "d IDLE"]);
    assert_eq!(view(&server, two), view(&server, one));
    assert_eq!(flags(&server, two), [None, seen]);
    assert!(selected(&server, two).idle && !selected(&server, one).idle);

    let alice = server.mailboxes_mut().account_mut("alice").unwrap();
    alice.renew("INBOX");
    assert_eq!(selected(&server, one).uid_validity, UidValidity(1));
    let gone = [(1, 2, true, false), (2, 3, true, false)];
    assert_eq!(view(&server, one), gone, "its UIDs mean nothing any more");
    tell(&mut server, one, &["f LOGOUT"]);
    assert_eq!(server.snapshot().session(one), None);
}

#[test]
fn what_dele_marks_is_in_the_snapshot_until_it_goes() {
    let mut server = server();
    let session = server.open(Protocol::Pop3, Instant::ZERO);
    assert_eq!(state(&server, session), State::Authorization);
    tell(
        &mut server,
        session,
        &["USER alice", "PASS wonderland", "DELE 2"],
    );
    let State::Transaction { user, messages } = state(&server, session) else {
        panic!("{:?}", state(&server, session));
    };
    assert_eq!(user, "alice");
    let marked = |entry: &Entry| (entry.number.value(), entry.octets, entry.deleted);
    let marked: Vec<_> = messages.iter().map(marked).collect();
    assert_eq!(marked, [(1, 19, false), (2, 38, true), (3, 21, false)]);

    let before = server.snapshot();
    assert_eq!(before.accounts[0].maildrop_held_by, Some(session));
    let inbox = before.mailbox("alice", "INBOX").unwrap();
    let subjects: Vec<_> = inbox.messages.iter().map(|m| m.subject.as_str()).collect();
    assert_eq!(subjects, ["one", "zwölf", "three"]);
    let unique_ids: Vec<_> = inbox.messages.iter().map(|m| m.unique_id.clone()).collect();
    let told: Vec<_> = messages.into_iter().map(|m| Some(m.unique_id)).collect();
    assert_eq!(unique_ids, told);

    tell(&mut server, session, &["QUIT"]);
    let after = server.snapshot();
    let uids = after.mailbox("alice", "INBOX").unwrap().messages.iter();
    assert_eq!(uids.map(|m| m.uid.0).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(after.accounts[0].maildrop_held_by, None);
}

#[test]
fn a_message_under_way_is_seen() {
    let mut server = server();
    let session = server.open(Protocol::Smtp, Instant::ZERO);
    assert_eq!(state(&server, session), State::Ready { user: None });
    let begin = [
        "EHLO client.example",
        "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=",
        "MAIL FROM:<alice@example.com>",
        "RCPT TO:<bob@example.com>",
    ];
    tell(&mut server, session, &begin);
    let under_way = State::MailTransaction {
        user: Some("alice".to_owned()),
        recipients: vec!["bob".to_owned()],
    };
    assert_eq!(state(&server, session), under_way);
}

/// It crosses from the worker to the page, and into a lesson's check, which reads JSON.
#[test]
fn a_snapshot_is_plain_data() {
    let mut server = server();
    let session = server.open(Protocol::Imap, Instant::ZERO);
    tell(
        &mut server,
        session,
        &["a LOGIN alice wonderland", "b SELECT INBOX"],
    );
    let snapshot = server.snapshot();
    let json = serde_json::to_string(&snapshot).unwrap();
    assert_eq!(serde_json::from_str::<Snapshot>(&json).unwrap(), snapshot);
    assert!(json.contains(r#""state":{"selected":{"user":"alice","mailbox":"INBOX""#));
    assert!(!json.contains("wonderland"));
}
