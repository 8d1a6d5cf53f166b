//! The grammar: what each octet of a line is, and commands there and back.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use porthole_pop3::{
    types::{Payload, Verb},
    wire::{
        Notes, encode_command, mark_payload, parse_challenge, parse_command, parse_greeting,
        parse_payload_line, parse_response, parse_sasl_response,
    },
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The marks on `line` as `Role(text)`, after checking that they cover every octet in order.
fn marks(line: &[u8], parse: impl FnOnce(&[u8], &mut Notes)) -> String {
    let mut notes = Notes::with_marks();
    parse(line, &mut notes);
    let mut at = 0;
    let mut shown = Vec::new();
    for mark in notes.marks() {
        assert_eq!(mark.range.start, at, "a gap in {:?}", line.escape_ascii());
        at = mark.range.end;
        let text = line[mark.range.clone()].escape_ascii();
        shown.push(format!("{:?}({text})", mark.role));
    }
    assert_eq!(at, line.len(), "{:?} is not covered", line.escape_ascii());
    // Spaces and endings are in every line: shown as themselves, the table reads better.
    shown
        .join(" ")
        .replace("Space( )", "_")
        .replace("LineEnd(\\r\\n)", "$")
}

fn check_command(line: &str, expected: &str) {
    let shown = marks(line.as_bytes(), |line, notes| {
        let command = parse_command(line, notes).unwrap();
        let encoded = encode_command(&command);
        let again = parse_command(&encoded.line, &mut Notes::default()).unwrap();
        assert_eq!(command, again);
    });
    assert_eq!(shown, expected, "{line:?}");
}

#[test]
fn commands() {
    check_command("CAPA\r\n", "Keyword(CAPA) $");
    check_command("stat\r\n", "Keyword(stat) $");
    check_command("USER al ice\r\n", "Keyword(USER) _ UserName(al ice) $");
    check_command("PASS  two \r\n", "Keyword(PASS) _ Password( two ) $");
    check_command(
        "APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n",
        "Keyword(APOP) _ UserName(mrose) _ Digest(c4c9334bac560ecc979e58001b3e22fb) $",
    );
    check_command("AUTH CRAM-MD5\r\n", "Keyword(AUTH) _ Mechanism(CRAM-MD5) $");
    check_command(
        "AUTH PLAIN AGEAYg==\r\n",
        "Keyword(AUTH) _ Mechanism(PLAIN) _ SaslData(AGEAYg==) $",
    );
    check_command("LIST\r\n", "Keyword(LIST) $");
    check_command("LIST 3\r\n", "Keyword(LIST) _ MessageNumber(3) $");
    check_command("UIDL 3\r\n", "Keyword(UIDL) _ MessageNumber(3) $");
    check_command(
        "TOP 3 0\r\n",
        "Keyword(TOP) _ MessageNumber(3) _ LineCount(0) $",
    );
    check_command("RETR 3\n", "Keyword(RETR) _ MessageNumber(3) LineEnd(\\n)");
    check_command("DELE 3", "Keyword(DELE) _ MessageNumber(3)");
    for verb in ["STLS", "RSET", "NOOP", "UTF8", "QUIT"] {
        check_command(&format!("{verb}\r\n"), &format!("Keyword({verb}) $"));
    }
}

#[test]
fn wrong_commands() {
    let rows = [
        ("", "unknown command at octet 0"),
        ("XTND X", "unknown command at octet 0"),
        ("USER", "missing argument at octet 4"),
        ("USER ", "missing argument at octet 5"),
        ("PASS", "missing argument at octet 4"),
        ("RETR", "missing argument at octet 4"),
        ("RETR 0", "invalid argument at octet 6"),
        ("RETR -1", "invalid argument at octet 5"),
        ("RETR 4294967296", "invalid argument at octet 5"),
        ("RETR 1 2", "too many arguments at octet 6"),
        ("TOP 1", "missing argument at octet 5"),
        ("STAT x", "too many arguments at octet 4"),
        ("APOP alice c4c9", "invalid argument at octet 15"),
        ("AUTH A/B", "invalid argument at octet 8"),
        ("PASS a\0b", "invalid argument at octet 8"),
    ];
    for (line, expected) in rows {
        let line = format!("{line}\r\n");
        marks(line.as_bytes(), |line, notes| {
            let error = parse_command(line, notes).unwrap_err();
            assert_eq!(error.to_string(), expected, "{}", line.escape_ascii());
        });
    }
}

fn check_response(verb: Verb, line: &str, expected: &str) {
    let shown = marks(line.as_bytes(), |line, notes| {
        parse_response(verb, line, notes).unwrap();
    });
    assert_eq!(shown, expected, "{line:?}");
}

#[test]
fn responses() {
    check_response(Verb::Noop, "+OK\r\n", "StatusIndicator(+OK) $");
    check_response(
        Verb::Pass,
        "-ERR [SYS/TEMP] later\r\n",
        "StatusIndicator(-ERR) _ Bracket([) ResponseCode(SYS/TEMP) Bracket(]) _ Text(later) $",
    );
    check_response(
        Verb::Pass,
        "-ERR [not a code] x\r\n",
        "StatusIndicator(-ERR) _ Text([not a code] x) $",
    );
    check_response(
        Verb::Stat,
        "+OK 2 320\r\n",
        "StatusIndicator(+OK) _ MessageCount(2) _ Octets(320) $",
    );
    check_response(
        Verb::Stat,
        "+OK 2 mm\r\n",
        "StatusIndicator(+OK) _ MessageCount(2) _ Unknown(mm) $",
    );
    check_response(
        Verb::ListOne,
        "+OK 2 200 x\r\n",
        "StatusIndicator(+OK) _ MessageNumber(2) _ Octets(200) _ Text(x) $",
    );
    check_response(
        Verb::UidlOne,
        "+OK 2 abc\r\n",
        "StatusIndicator(+OK) _ MessageNumber(2) _ UniqueId(abc) $",
    );
    check_response(
        Verb::UidlOne,
        "-ERR 2 abc\r\n",
        "StatusIndicator(-ERR) _ Text(2 abc) $",
    );
    check_response(
        Verb::Capa,
        "+OK Capability list follows\r\n",
        "StatusIndicator(+OK) _ Text(Capability list follows) $",
    );
}

#[test]
fn greetings_and_exchanges() {
    let greeting = |line: &[u8], notes: &mut Notes| {
        parse_greeting(line, notes).unwrap();
    };
    assert_eq!(
        marks(b"+OK at <1.2@example.com> now\r\n", greeting),
        "StatusIndicator(+OK) _ Text(at ) Timestamp(<1.2@example.com>) Text( now) $"
    );
    assert_eq!(
        marks(b"+OK a < b\r\n", greeting),
        "StatusIndicator(+OK) _ Text(a < b) $"
    );
    assert_eq!(
        marks(b"+ YWJj\r\n", |line, notes| {
            assert_eq!(parse_challenge(line, notes), Some(&b"YWJj"[..]));
        }),
        "ContinuationMark(+) _ SaslData(YWJj) $"
    );
    assert_eq!(parse_challenge(b"+OK\r\n", &mut Notes::default()), None);
    assert_eq!(parse_challenge(b"-ERR\r\n", &mut Notes::default()), None);
    assert_eq!(
        marks(b"YWJj\r\n", |line, notes| {
            assert_eq!(parse_sasl_response(line, notes), Some(&b"YWJj"[..]));
        }),
        "SaslData(YWJj) $"
    );
    assert_eq!(
        marks(b"*\r\n", |line, notes| {
            assert_eq!(parse_sasl_response(line, notes), None);
        }),
        "SaslCancel(*) $"
    );
}

#[test]
fn payloads() {
    let check = |payload, octets: &[u8], expected| {
        let shown = marks(octets, |octets, notes| mark_payload(payload, octets, notes));
        assert_eq!(shown, expected);
    };
    check(
        Payload::Capabilities,
        b"SASL PLAIN LOGIN\r\nTOP\r\n.\r\n",
        "CapabilityName(SASL) _ CapabilityArgument(PLAIN) _ CapabilityArgument(LOGIN) $ \
         CapabilityName(TOP) $ Termination(.) $",
    );
    check(
        Payload::ScanListings,
        b"1 320\r\nx\r\n.\r\n",
        "MessageNumber(1) _ Octets(320) $ Unknown(x) $ Termination(.) $",
    );
    check(
        Payload::UniqueIdListings,
        b"1 abc\r\n2 d",
        "MessageNumber(1) _ UniqueId(abc) $ MessageNumber(2) _ UniqueId(d)",
    );
    check(
        Payload::Content,
        b"a\r\n..b\r\n\r\n.\r\n",
        "Content(a) $ StuffedDot(.) Content(.b) $ $ Termination(.) $",
    );
}

/// No line panics, and whatever it is, its marks cover it.
#[test]
fn any_line_is_covered() {
    let seeds: &[&[u8]] = &[
        b"+OK 2 320\r\n",
        b"-ERR [IN-USE] x\r\n",
        b"APOP a c4c9334bac560ecc979e58001b3e22fb\r\n",
        b"1 320\r\n",
        b"EXPIRE 30 USER\r\n",
        b"+ YWJj\r\n",
        b"TOP 1 2\r\n",
    ];
    let mut random: u32 = 1;
    let mut next = || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        random as usize >> 8
    };
    for round in 0..20_000 {
        let mut line = seeds[round % seeds.len()].to_vec();
        for _ in 0..next() % 4 {
            let at = next() % line.len();
            match next() % 3 {
                0 => line[at] = b" \r\n.+-[]<>0\xff\0a"[next() % 14],
                1 => line.insert(at, b' '),
                _ => line.truncate(at + 1),
            }
        }
        for verb in [
            Verb::Stat,
            Verb::ListOne,
            Verb::UidlOne,
            Verb::Capa,
            Verb::Noop,
        ] {
            let mut notes = Notes::with_marks();
            if parse_response(verb, &line, &mut notes).is_ok() {
                let covered: usize = notes.marks().iter().map(|mark| mark.range.len()).sum();
                assert_eq!(covered, line.len(), "{}", line.escape_ascii());
            }
        }
        for payload in [
            Payload::Capabilities,
            Payload::ScanListings,
            Payload::UniqueIdListings,
            Payload::Content,
        ] {
            marks(&line, |line, notes| {
                let _ = parse_payload_line(payload, line, notes);
            });
            marks(&line, |line, notes| mark_payload(payload, line, notes));
        }
        marks(&line, |line, notes| {
            let _ = parse_command(line, notes);
        });
        let _ = parse_greeting(&line, &mut Notes::with_marks());
        let _ = parse_challenge(&line, &mut Notes::with_marks());
    }
}
