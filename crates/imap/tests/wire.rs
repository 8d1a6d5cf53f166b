//! Tables for the parser and the encoder: what servers and clients say, read, printed, read again.
#![allow(clippy::unwrap_used, reason = "a test may")]

use porthole_imap::{
    types::{
        code::{Named, ResponseCode},
        fetch::{Data, Fetch, MessageDataItem},
        flag::Flag,
        number::{ModSeq, Numbering, SeqNum, Uid, UidValidity},
        response::{Response, Untagged},
        section::Section,
        set::UidSet,
    },
    wire::{
        Encoder, Frame, FrameLimits, Framed, Framer, Notes, Peer, Role, marks, parse_command,
        parse_response, parse_response_noting,
    },
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn frame(peer: Peer, bytes: &[u8]) -> Frame {
    let mut framer = Framer::new(peer, FrameLimits::default());
    framer.push(bytes);
    loop {
        match framer.next_framed().unwrap() {
            Some(Framed::Frame(frame)) => return frame,
            Some(Framed::LiteralAnnounced { .. }) => framer.accept_literal(),
            other => panic!(
                "no frame in {:?}: {other:?}",
                String::from_utf8_lossy(bytes)
            ),
        }
    }
}

/// Every octet is covered once and in order.
fn check_marks(frame: &Frame, peer: Peer) -> Vec<(String, Role)> {
    let marks = marks(frame, peer, false);
    let mut at = 0;
    for mark in &marks.text {
        assert_eq!(mark.range.start, at, "{marks:?}");
        at = mark.range.end;
    }
    assert_eq!(at, frame.text.len());
    assert_eq!(marks.literals.len(), frame.literals.len());
    let text = |range| String::from_utf8_lossy(&frame.text[range]).into_owned();
    marks
        .text
        .into_iter()
        .map(|mark| (text(mark.range), mark.role))
        .collect()
}

fn response(line: &str) -> Response {
    let frame = frame(Peer::Server, format!("{line}\r\n").as_bytes());
    let known = check_marks(&frame, Peer::Server);
    assert!(
        known.iter().all(|(_, role)| *role != Role::Unknown),
        "{known:?}"
    );
    parse_response(&frame, false).unwrap_or_else(|error| panic!("{line}: {error}"))
}

fn untagged(line: &str) -> Untagged {
    match response(line) {
        Response::Untagged(untagged) => untagged,
        other => panic!("{line}: {other:?}"),
    }
}

fn fetched(line: &str) -> Vec<MessageDataItem> {
    match untagged(line) {
        Untagged::Fetch(Fetch { items, .. }) => items,
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn numbers_and_names() {
    assert_eq!(untagged("* 23 EXISTS"), Untagged::Exists(23));
    assert_eq!(untagged("* 0 RECENT"), Untagged::Recent(0));
    assert_eq!(untagged("* 7 EXPUNGE"), Untagged::Expunge(SeqNum(7)));
    assert_eq!(
        untagged("* VANISHED (EARLIER) 41,43:116"),
        Untagged::Vanished {
            earlier: true,
            uids: [41].into_iter().chain(43..=116).map(Uid).collect()
        }
    );
    let frame = frame(Peer::Server, b"* 9 BANANA (1 2)\r\n");
    assert_eq!(
        parse_response(&frame, false).unwrap(),
        Response::Untagged(Untagged::Unknown {
            name: "BANANA".to_owned()
        })
    );
}

#[test]
fn response_codes() {
    let check = |line: &str, expected: Option<ResponseCode>, text: &str| match response(line) {
        Response::Tagged { text: found, .. } => {
            assert_eq!(
                (found.code, found.text.as_str()),
                (expected, text),
                "{line}"
            );
        }
        other => panic!("{other:?}"),
    };
    let set = |text: [u32; 2]| text.into_iter().map(Uid).collect::<UidSet>();
    check("a OK done", None, "done");
    check("a OK", None, "");
    check(
        "a NO [AUTHENTICATIONFAILED] no",
        Some(ResponseCode::Named(Named::AuthenticationFailed)),
        "no",
    );
    check(
        "a OK [UIDNEXT 4392] next",
        Some(ResponseCode::UidNext(Uid(4392))),
        "next",
    );
    check(
        "a OK [COPYUID 38505 304,319 3956:3957] Done",
        Some(ResponseCode::CopyUid {
            validity: UidValidity(38505),
            source: set([304, 319]),
            target: set([3956, 3957]),
        }),
        "Done",
    );
    check(
        "a OK [HIGHESTMODSEQ 9223372036854775807] x",
        Some(ResponseCode::HighestModSeq(ModSeq(
            9_223_372_036_854_775_807,
        ))),
        "x",
    );
    check(
        "a OK [PERMANENTFLAGS (\\Deleted \\*)] Limited",
        Some(ResponseCode::PermanentFlags(vec![
            Flag::Deleted,
            Flag::AnyKeyword,
        ])),
        "Limited",
    );
    check(
        "a NO [BANANA 1 (2)] x",
        Some(ResponseCode::Other {
            name: "BANANA".to_owned(),
            text: "1 (2)".to_owned(),
        }),
        "x",
    );
    check(
        "a NO [BADEVENT (FlagChange MessageNew)] x",
        Some(ResponseCode::BadEvent(vec![
            "FLAGCHANGE".to_owned(),
            "MESSAGENEW".to_owned(),
        ])),
        "x",
    );
    check("a OK [not closed", None, "[not closed");
    check(
        "a OK [UIDNEXT none] x",
        Some(ResponseCode::Other {
            name: "UIDNEXT".into(),
            text: "none".into(),
        }),
        "x",
    );
}

#[test]
fn codes_of_one_word_are_known_by_their_names() {
    let names = "ALREADYEXISTS AUTHENTICATIONFAILED AUTHORIZATIONFAILED CLIENTBUG CONTACTADMIN \
                 CANNOT CORRUPTION EXPIRED EXPUNGEISSUED HASCHILDREN INUSE LIMIT NONEXISTENT \
                 NOPERM OVERQUOTA PARSE PRIVACYREQUIRED SERVERBUG TRYCREATE UIDNOTSTICKY \
                 UNAVAILABLE UNKNOWN-CTE COMPRESSIONACTIVE NOTSAVED NOTIFICATIONOVERFLOW USEATTR \
                 TOOBIG";
    let names: Vec<_> = names.split(' ').collect();
    assert_eq!(names.len(), Named::ALL.len());
    for (name, &named) in names.iter().zip(Named::ALL) {
        let Response::Tagged { text, .. } = response(&format!("a NO [{name}] why")) else {
            panic!("{name}")
        };
        assert_eq!(text.code, Some(ResponseCode::Named(named)), "{name}");
        assert_eq!(named.as_str(), *name);
    }
}

#[test]
fn fetch_items() {
    let items = fetched(
        "* 61 FETCH (UID 61 FLAGS (\\Seen $Forwarded) INTERNALDATE \"23-Nov-2026 09:15:00 +0100\" \
         RFC822.SIZE 4102 MODSEQ (917) BODY[HEADER.FIELDS (\"FROM\" TO)] {7}\r\nFrom: x BODY[1]<0> NIL)",
    );
    assert_eq!(items[0], MessageDataItem::Uid(Uid(61)));
    assert_eq!(
        items[1],
        MessageDataItem::Flags(vec![Flag::Seen, Flag::Keyword("$Forwarded".to_owned())])
    );
    let MessageDataItem::InternalDate(date) = items[2] else {
        panic!("{items:?}")
    };
    assert_eq!(date.unix(), 1_795_421_700);
    assert_eq!(items[4], MessageDataItem::ModSeq(ModSeq(917)));
    assert_eq!(
        items[5],
        MessageDataItem::Section {
            section: Section::header_fields(&["FROM", "TO"]),
            origin: None,
            data: Data::Whole(b"From: x".to_vec())
        }
    );
    assert_eq!(
        items[6],
        MessageDataItem::Section {
            section: Section::part([1]),
            origin: Some(0),
            data: Data::Nil
        }
    );
}

#[test]
fn numbers_are_of_the_kind_that_was_asked_for() {
    for line in [
        "* SEARCH 7 9 (MODSEQ 5)",
        "* SORT 9 7",
        "* THREAD (7 (8)(9))",
        "a OK [MODIFIED 7,9] done",
    ] {
        let frame = frame(Peer::Server, format!("{line}\r\n").as_bytes());
        for (numbering, kind, expected) in [
            (Numbering::Seq, "Seq(", [Role::SeqNum, Role::SeqSet]),
            (Numbering::Uid, "Uid(", [Role::Uid, Role::UidSet]),
        ] {
            let (response, Notes { marks, .. }) = parse_response_noting(&frame, false, numbering);
            assert!(format!("{response:?}").contains(kind), "{response:?}");
            let kinds = [Role::SeqNum, Role::SeqSet, Role::Uid, Role::UidSet];
            let roles = marks.text.iter().map(|mark| mark.role);
            let numbers: Vec<_> = roles.filter(|role| kinds.contains(role)).collect();
            assert!(!numbers.is_empty(), "{line}");
            let alike = numbers.iter().all(|role| expected.contains(role));
            assert!(alike, "{line}: {numbers:?}");
        }
    }
    for (line, role) in [
        ("* ESEARCH (TAG \"a\") MIN 7", Role::SeqNum),
        ("* ESEARCH (TAG \"a\") UID MIN 7", Role::Uid),
    ] {
        let frame = frame(Peer::Server, format!("{line}\r\n").as_bytes());
        let marks = check_marks(&frame, Peer::Server);
        assert!(marks.contains(&("7".to_owned(), role)), "{marks:?}");
    }
}

#[test]
fn an_unreadable_item_costs_itself() {
    let frame = frame(
        Peer::Server,
        b"* 1 FETCH (ENVELOPE (broken \"(\" NIL) X-NEW[1]<2> (a (\"b)\") {2}\r\n()) UID 5)\r\n",
    );
    check_marks(&frame, Peer::Server);
    let Response::Untagged(Untagged::Fetch(fetch)) = parse_response(&frame, false).unwrap() else {
        panic!()
    };
    assert_eq!(
        fetch.items,
        [
            MessageDataItem::Unknown("ENVELOPE".to_owned()),
            MessageDataItem::Unknown("X-NEW".to_owned()),
            MessageDataItem::Uid(Uid(5)),
        ]
    );
}

#[test]
fn structures_are_read_and_printed_the_same() {
    for body in [
        r#"("text" "plain" ("charset" "utf-8") NIL NIL "quoted-printable" 412 9 NIL NIL NIL NIL)"#,
        r#"(("text" "plain" NIL NIL NIL "7bit" 3 1 NIL NIL NIL NIL)("image" "png" ("name" "a \"b\".png") "<1@example.com>" NIL "base64" 900 NIL ("attachment" ("filename" "a.png")) ("en" "de") NIL) "mixed" ("boundary" "x") NIL "en" "http://example.com/")"#,
        r#"("message" "rfc822" NIL NIL NIL "7bit" 300 ("Mon, 23 Nov 2026 09:15:00 +0100" "Hi" (("Ann" NIL "ann" "example.com")) NIL NIL NIL NIL NIL NIL "<1@example.com>") ("text" "plain" NIL NIL NIL "7bit" 3 1 NIL NIL NIL NIL) 12 NIL NIL NIL NIL)"#,
    ] {
        let items = fetched(&format!("* 1 FETCH (BODYSTRUCTURE {body})"));
        let MessageDataItem::BodyStructure(structure) = &items[0] else {
            panic!("{items:?}")
        };
        let mut encoder = Encoder::for_server(false);
        encoder.body(structure, true);
        assert_eq!(String::from_utf8(encoder.into_bytes()).unwrap(), body);
    }
    let nested = fetched(
        r#"* 1 FETCH (BODY (("text" "plain" NIL NIL NIL "7bit" 3 1)("message" "rfc822" NIL NIL NIL "7bit" 300 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) (("text" "html" NIL NIL NIL "7bit" 3 1) "related") 12) "mixed"))"#,
    );
    let MessageDataItem::BodyStructure(structure) = &nested[0] else {
        panic!("{nested:?}")
    };
    let parts: Vec<_> = structure
        .singles()
        .into_iter()
        .map(|(part, _)| part)
        .collect();
    assert_eq!(parts, [vec![1], vec![2], vec![2, 1]]);
}

#[test]
fn commands_are_read_and_printed_the_same() {
    for line in [
        "a CAPABILITY",
        "a LOGIN alice \"won der\\\"land\"",
        "a AUTHENTICATE PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=",
        "a ENABLE CONDSTORE IMAP4REV2",
        "a SELECT INBOX",
        "a SELECT \"Reisen &- Tr&AOQ-ume\" (QRESYNC (67890007 20050715194045000 41,43:211))",
        "a EXAMINE INBOX (CONDSTORE)",
        "a RENAME a \"b c\"",
        "a LIST \"\" \"*\" RETURN (SUBSCRIBED SPECIAL-USE STATUS (MESSAGES UNSEEN))",
        "a LIST (SUBSCRIBED) \"\" (\"a*\" \"b%\")",
        "a STATUS INBOX (UIDNEXT HIGHESTMODSEQ)",
        "a APPEND Sent (\\Seen) \" 3-Nov-2026 09:15:00 +0100\" {5+}\r\nhello",
        "a UID FETCH 1:5,9:* (UID FLAGS BODY.PEEK[1.2.MIME]<0.4096> BODY[HEADER.FIELDS (From To)] PREVIEW (LAZY)) (CHANGEDSINCE 7 VANISHED)",
        "a FETCH 1:* (BINARY.PEEK[1]<0.10> BINARY.SIZE[2] RFC822.HEADER MODSEQ)",
        "a UID STORE 4 (UNCHANGEDSINCE 12) +FLAGS.SILENT (\\Seen $Junk)",
        "a UID SEARCH RETURN (MIN COUNT) CHARSET UTF-8 UNSEEN OR FROM \"ann\" NOT KEYWORD $Junk SINCE 1-Feb-2026 (LARGER 10 UID 5:*)",
        "a SORT (REVERSE DATE SUBJECT) UTF-8 ALL",
        "a UID THREAD REFERENCES UTF-8 ALL",
        "a UID MOVE 4 Trash",
        "a UID EXPUNGE 4:5",
        "a ID (\"name\" \"Porthole\" \"os\" NIL)",
        "a ID NIL",
        "a NOTIFY SET STATUS (SELECTED (MESSAGENEW MESSAGEEXPUNGE)) (PERSONAL (MAILBOXNAME))",
        "a NOTIFY SET (SELECTED-DELAYED (MESSAGENEW (UID FLAGS) MESSAGEEXPUNGE FLAGCHANGE))",
        "a NOTIFY SET (MAILBOXES (INBOX Sent) (MESSAGENEW)) (SUBTREE (Lists) NONE)",
        "a COMPRESS DEFLATE",
        "a GETQUOTAROOT INBOX",
        "a SETQUOTA \"\" (STORAGE 512 MESSAGE 1000)",
        "a SETQUOTA \"#user/alice\" ()",
        "a CREATE Gesendet (USE (\\Sent \\X-Own))",
        "a SELECT INBOX (QRESYNC (67890007 90060115194045000 41:211,214:541 (1,3,50,100 41,43,116,169)))",
        "a EXAMINE INBOX (QRESYNC (67890007 20050715194045000 (1:3 7:9)))",
        "a STATUS INBOX (MAILBOXID DELETED DELETED-STORAGE)",
        "a SEARCH EMAILID M6d99ac3275bb4e THREADID T64b478a75b7ea9",
        "a UID SEARCH MODSEQ \"/flags/\\\\Draft\" ALL 620162338 MODSEQ \"/flags/$Junk\" PRIV 4 MODSEQ 5",
        "a APPEND Drafts (\\Draft) ~{5+}\r\nh\0llo",
        "a APPEND Sent UTF8 (~{6+}\r\nhéllo)",
    ] {
        let wire = format!("{line}\r\n");
        let frame = frame(Peer::Client, wire.as_bytes());
        let known = check_marks(&frame, Peer::Client);
        assert!(
            known.iter().all(|(_, role)| *role != Role::Unknown),
            "{line}: {known:?}"
        );
        let (tag, command) =
            parse_command(&frame, false).unwrap_or_else(|error| panic!("{line}: {error}"));
        let mut encoder = Encoder::for_client(Some(u64::MAX), false);
        encoder.command(&tag, &command);
        assert_eq!(String::from_utf8(encoder.into_bytes()).unwrap(), wire);
    }
}

#[test]
fn arguments_that_none_may_have_are_refused() {
    for line in [
        "a SEARCH MODSEQ \"/flags/\" ALL 5",
        "a SEARCH MODSEQ \"/flags/a b\" ALL 5",
        "a SEARCH MODSEQ \"/comment\" ALL 5",
        "a SEARCH MODSEQ \"/flags/a\" BOTH 5",
        "a SEARCH EMAILID",
        "a AUTHENTICATE PLAIN {3+}\r\nabc",
        "a CREATE Sent (FOR (\\Sent))",
        "a SETQUOTA \"\" (STORAGE)",
        "a SELECT INBOX (QRESYNC (1 2 (1:3)))",
        "a STATUS INBOX (MAILBOXNAME)",
    ] {
        let frame = frame(Peer::Client, format!("{line}\r\n").as_bytes());
        assert!(parse_command(&frame, false).is_err(), "{line}");
    }
}

#[test]
fn secrets_are_known_to_the_encoder() {
    for password in ["wonderland", "wonder\"land", "wönderland"] {
        let frame = frame(
            Peer::Client,
            format!("a LOGIN alice {{{}+}}\r\n{password}\r\n", password.len()).as_bytes(),
        );
        let (tag, command) = parse_command(&frame, false).unwrap();
        for literal in [None, Some(4096)] {
            let mut encoder = Encoder::for_client(literal, false);
            encoder.command(&tag, &command);
            let mut shown = Vec::new();
            for fragment in encoder.finish() {
                let mut from = 0;
                for secret in &fragment.secrets {
                    shown.extend_from_slice(&fragment.bytes[from..secret.start]);
                    from = secret.end;
                }
                shown.extend_from_slice(&fragment.bytes[from..]);
            }
            let shown = String::from_utf8(shown).unwrap();
            assert!(shown.starts_with("a LOGIN alice "), "{shown}");
            assert!(!shown.contains("nd") || !shown.contains("land"), "{shown}");
        }
    }
}

#[test]
fn nesting_is_bounded() {
    for line in [
        format!("* 1 FETCH (BODY {}", "(".repeat(100_000)),
        format!("* THREAD {}", "(".repeat(100_000)),
    ] {
        let frame = frame(Peer::Server, format!("{line}\r\n").as_bytes());
        assert!(parse_response(&frame, false).is_err());
    }
    let line = format!("a SEARCH {} ALL\r\n", "NOT ".repeat(100_000).trim_end());
    assert!(parse_command(&frame(Peer::Client, line.as_bytes()), false).is_err());
}
