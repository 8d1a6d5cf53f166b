//! Faults as data: ordered, crossed off, told of, and written down.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use porthole_demo::{
    Options, Protocol, Server, SessionId,
    misbehave::{ANY, Misbehaviour, Misdeed, Order, Refusal, Times},
};
use porthole_wire::{Instant, Output};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn refuse(command: &str) -> Misbehaviour {
    Misbehaviour::Refuse {
        command: command.to_owned(),
        with: Refusal::No,
    }
}

fn ask(server: &mut Server, session: SessionId, line: &str) -> String {
    let line = format!("{line}\r\n");
    server.handle_input(session, Instant::ZERO, line.as_bytes());
    let mut answer = Vec::new();
    while let Output::Transmit(bytes) = server.poll_output(session) {
        answer.extend(bytes);
    }
    String::from_utf8(answer).unwrap()
}

#[test]
fn a_fault_meant_for_one_session_happens_in_no_other() {
    let mut server = Server::new(Options::default());
    let [first, second] = [(); 2].map(|()| server.open(Protocol::Pop3, Instant::ZERO));
    for session in [first, second] {
        ask(&mut server, session, "NOOP");
    }
    server.misbehave_in(second, refuse("CAPA"), Times::Always);
    assert!(ask(&mut server, first, "CAPA").starts_with("+OK"));
    for _ in 0..2 {
        assert_eq!(ask(&mut server, second, "CAPA"), "-ERR not now\r\n");
    }
    let misdeed = Misdeed {
        session: second,
        command: "CAPA".to_owned(),
        misbehaviour: refuse("CAPA"),
    };
    assert_eq!(server.next_misdeed(), Some(misdeed.clone()));
    assert_eq!(server.next_misdeed(), Some(misdeed));
    assert_eq!(server.next_misdeed(), None);

    assert_eq!(server.orders().len(), 1);
    server.handle_eof(second);
    assert_eq!(server.orders(), [], "nobody can meet it any more");
}

#[test]
fn a_fault_for_once_is_crossed_off_and_all_can_be_taken_back() {
    let mut server = Server::new(Options::default());
    let session = server.open(Protocol::Imap, Instant::ZERO);
    server.misbehave(refuse("ID"), Times::Once);
    server.misbehave(refuse(ANY), Times::Always);
    assert!(ask(&mut server, session, "a ID NIL").contains("a NO not now"));
    assert_eq!(server.orders().len(), 1, "one command, one refusal");
    assert!(ask(&mut server, session, "b ID NIL").contains("b NO not now"));
    server.behave();
    assert!(ask(&mut server, session, "c ID NIL").contains("c OK"));
    assert_eq!(server.orders(), []);
}

#[test]
fn orders_are_written_in_few_words() {
    let check = |json: &str, misbehaviour, times| {
        let order: Order = serde_json::from_str(json).unwrap();
        let expected = Order {
            session: None,
            misbehaviour,
            times,
        };
        assert_eq!(order, expected);
        let again: Order = serde_json::from_str(&serde_json::to_string(&order).unwrap()).unwrap();
        assert_eq!(again, expected);
    };
    check(
        r#"{"misbehaviour": {"refuse": {"command": "RETR", "with": "no"}}}"#,
        refuse("RETR"),
        Times::Once,
    );
    check(
        r#"{"misbehaviour": "unstuffed_dot", "times": "always"}"#,
        Misbehaviour::UnstuffedDot,
        Times::Always,
    );
    check(
        r#"{"misbehaviour": {"literal_length": {"by": -1}}}"#,
        Misbehaviour::LiteralLength { by: -1 },
        Times::Once,
    );
}
