//! The grammar: what each octet of a line is, and commands and replies there and back.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use porthole_smtp::{
    types::{Extension, Reply, ReplyCode},
    wire::{
        Notes, ReplyParser, encode_command, encode_reply, parse_command, parse_reply_line,
        parse_sasl_response,
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
    check_command(
        "EHLO [192.0.2.1]\r\n",
        "Keyword(EHLO) _ ClientName([192.0.2.1]) $",
    );
    check_command(
        "auth plain AGEAYg==\r\n",
        "Keyword(auth) _ Mechanism(plain) _ SaslData(AGEAYg==) $",
    );
    check_command("AUTH LOGIN\r\n", "Keyword(AUTH) _ Mechanism(LOGIN) $");
    check_command(
        "MAIL FROM:<> SMTPUTF8\r\n",
        "Keyword(MAIL) _ PathKeyword(FROM:) AngleBracket(<) AngleBracket(>) _ Parameter(SMTPUTF8) $",
    );
    check_command(
        "MAIL FROM: <a@example.com> SIZE=320 BODY=8BITMIME AUTH=<>\r\n",
        "Keyword(MAIL) _ PathKeyword(FROM:) _ AngleBracket(<) Address(a@example.com) \
         AngleBracket(>) _ Parameter(SIZE=320) _ Parameter(BODY=8BITMIME) _ Parameter(AUTH=<>) $",
    );
    check_command(
        "RCPT TO:<@relay.example,@other.example:b@example.com>\r\n",
        "Keyword(RCPT) _ PathKeyword(TO:) AngleBracket(<) \
         SourceRoute(@relay.example,@other.example:) Address(b@example.com) AngleBracket(>) $",
    );
    check_command(
        "RCPT TO:<Postmaster>\r\n",
        "Keyword(RCPT) _ PathKeyword(TO:) AngleBracket(<) Address(Postmaster) AngleBracket(>) $",
    );
    check_command("NOOP hello\r\n", "Keyword(NOOP) _ Text(hello) $");
    for verb in ["STARTTLS", "DATA", "RSET", "QUIT", "HELP", "VRFY"] {
        check_command(&format!("{verb}\r\n"), &format!("Keyword({verb}) $"));
    }
    let mut notes = Notes::default();
    assert_eq!(
        parse_sasl_response(b"YWJj\r\n", &mut notes),
        Some(&b"YWJj"[..])
    );
    assert_eq!(parse_sasl_response(b"*\r\n", &mut notes), None);
}

#[test]
fn wrong_commands() {
    let rows = [
        ("", "unknown command at octet 0"),
        ("EXPN x", "unknown command at octet 0"),
        ("EHLO", "missing argument at octet 4"),
        ("EHLO a b", "too many arguments at octet 7"),
        ("MAIL TO:<a@example.com>", "invalid argument at octet 5"),
        ("MAIL FROM:a@example.com", "invalid argument at octet 10"),
        ("MAIL FROM:<a@>", "invalid argument at octet 14"),
        (
            "MAIL FROM:<a@example.com> SIZE=x",
            "invalid argument at octet 26",
        ),
        (
            "MAIL FROM:<a@example.com> RET=FULL",
            "unknown parameter at octet 26",
        ),
        ("RCPT TO:<>", "invalid argument at octet 10"),
        ("RCPT TO:<a b@example.com>", "invalid argument at octet 25"),
        (
            "RCPT TO:<a@example.com> NOTIFY=NEVER",
            "unknown parameter at octet 24",
        ),
        ("DATA x", "too many arguments at octet 5"),
    ];
    for (line, expected) in rows {
        let line = format!("{line}\r\n");
        marks(line.as_bytes(), |line, notes| {
            let error = parse_command(line, notes).unwrap_err();
            assert_eq!(error.to_string(), expected, "{}", line.escape_ascii());
        });
    }
}

fn check_reply(wire: &str, expected: &Reply) {
    let mut out = Vec::new();
    encode_reply(expected, &mut out);
    assert_eq!(String::from_utf8(out).unwrap(), wire);
    let mut parser = ReplyParser::default();
    let mut found = None;
    for line in wire.split_inclusive("\r\n") {
        assert_eq!(found, None);
        found = parser.push(line.as_bytes(), &mut Notes::default()).unwrap();
    }
    assert_eq!(found.as_ref(), Some(expected), "{wire}");
}

#[test]
fn replies() {
    check_reply(
        "250 2.1.0 sender ok\r\n",
        &Reply::new(ReplyCode::OK, "sender ok").with_enhanced(2, 1, 0),
    );
    check_reply(
        "250-mail.example.com\r\n250-SIZE 1000\r\n250 PIPELINING\r\n",
        &Reply {
            code: ReplyCode::OK,
            enhanced: None,
            lines: ["mail.example.com", "SIZE 1000", "PIPELINING"]
                .map(Into::into)
                .to_vec(),
        },
    );
    assert_eq!(
        marks(b"550-5.1.1 no such user\r\n", |line, notes| {
            assert!(!parse_reply_line(line, notes).unwrap().is_last);
        }),
        "ReplyCode(550) MoreLines(-) EnhancedStatusCode(5.1.1) _ Text(no such user) $"
    );
    assert_eq!(
        marks(b"250\r\n", |line, notes| {
            assert!(parse_reply_line(line, notes).unwrap().is_last);
        }),
        "ReplyCode(250) $"
    );
    // Not of the reply's class: the text only looks like a code.
    let line = parse_reply_line(b"250 5.1.1 x\r\n", &mut Notes::default()).unwrap();
    assert_eq!((line.enhanced, &*line.text), (None, "5.1.1 x"));
    for wrong in [
        "25 x",
        "150 x",
        "600 x",
        "+50 x",
        "250x",
        "",
        "\u{e4}\u{e4}",
    ] {
        parse_reply_line(wrong.as_bytes(), &mut Notes::default()).unwrap_err();
    }
    let mut parser = ReplyParser::default();
    let mut notes = Notes::default();
    assert_eq!(parser.push(b"250-a\r\n", &mut notes), Ok(None));
    parser.push(b"251 b\r\n", &mut notes).unwrap_err();
}

#[test]
fn extensions() {
    let rows = [
        ("SIZE 1000", Extension::Size(Some(1000))),
        ("SIZE", Extension::Size(None)),
        ("8BITMIME", Extension::EightBitMime),
        ("PIPELINING", Extension::Pipelining),
        (
            "AUTH PLAIN LOGIN",
            Extension::Auth(vec!["PLAIN".into(), "LOGIN".into()]),
        ),
        ("ENHANCEDSTATUSCODES", Extension::EnhancedStatusCodes),
        ("SMTPUTF8", Extension::SmtpUtf8),
        ("STARTTLS", Extension::StartTls),
        ("CHUNKING", Extension::Chunking),
        ("DSN", Extension::Other("DSN".into())),
    ];
    for (line, expected) in rows {
        assert_eq!(Extension::from_line(line), expected);
        assert_eq!(expected.to_string(), line);
    }
    assert_eq!(Extension::from_line("size 0"), Extension::Size(None));
}
