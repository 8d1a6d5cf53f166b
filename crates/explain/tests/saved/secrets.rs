//! No password, token or answer to a challenge is in any form, whichever way it went.

use base64::{Engine, engine::general_purpose::STANDARD};
use porthole_demo::{Options, Protocol as Speaks};
use porthole_explain::saved::{Protocol, Saved};
use porthole_sasl::{Channel, Credentials, Mechanism, Nonce};
use porthole_wire::{Direction, Entry, Hold, Instant, Machine, Secret, Shape};

use crate::{
    carry::{Answers, Raw, demo, save, saved},
    needles::{contains, needles},
};

/// The second is escaped in IMAP and in JSON, the third needs a literal and is escaped in a page.
const PASSWORDS: [&str; 3] = ["wonderland", "won \"der\\land", "w\u{f6}nderl\u{e4}nd<&>'"];

#[test]
fn imap_signs_in_on_the_demo() {
    for mechanism in every_way() {
        let mut server = demo(Speaks::Imap, options(mechanism, false), &[]);
        imap(
            &format!("{mechanism:?}"),
            "wonderland",
            mechanism,
            &mut server,
            true,
        );
    }
}

#[test]
fn imap_is_refused_by_a_server_that_repeats_all_it_is_told() {
    for password in PASSWORDS {
        for (capabilities, mechanism) in [
            ("", None),
            ("LITERAL+", None),
            ("AUTH=PLAIN", None),
            ("AUTH=PLAIN SASL-IR", None),
            ("AUTH=LOGIN", None),
            ("AUTH=LOGIN SASL-IR", None),
            ("AUTH=XOAUTH2", Some(Mechanism::XOAuth2)),
            ("AUTH=XOAUTH2 SASL-IR", Some(Mechanism::XOAuth2)),
            ("AUTH=OAUTHBEARER", Some(Mechanism::OAuthBearer)),
            ("AUTH=OAUTHBEARER SASL-IR", Some(Mechanism::OAuthBearer)),
        ] {
            let name = format!("{capabilities}: {password}");
            let mut server = repeating_imap(capabilities);
            imap(&name, password, mechanism, &mut server, false);
        }
    }
}

#[test]
fn what_is_typed_into_pop3_is_looked_through_too() {
    for line in [
        "PASS wonderland",
        "pass wonderland",
        "PASS  wonderland",
        "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=",
        "auth plain AGFsaWNlAHdvbmRlcmxhbmQ=",
        "APOP alice c4c9334bac560ecc979e58001b3e22fb",
    ] {
        for verbatim in [false, true] {
            let mut server = demo(Speaks::Pop3, options(Some(Mechanism::Plain), true), &[]);
            let mut raw = Raw::default();
            let mut client = porthole_pop3::Client::new(porthole_pop3::Options::default());
            raw.carry(&mut client, &mut server);
            client.issue_line(b"USER alice");
            raw.carry(&mut client, &mut server);
            match verbatim {
                true => client.send_verbatim(raw.now(), format!("{line}\r\n").as_bytes()),
                false => _ = client.issue_line(line.as_bytes()),
            }
            raw.carry(&mut client, &mut server);
            let saved = saved(Protocol::Pop3, client.transcript_mut());
            check(line, "wonderland", &raw, &saved);
        }
    }
}

#[test]
fn what_is_typed_into_imap_is_looked_through_too() {
    for line in [
        "LOGIN alice wonderland",
        "login \"alice\" \"wonderland\"",
        "LOGIN  alice wonderland",
        "LOGIN alice  wonderland",
        "LOGIN alice \"wonderland",
        "LOGIN alice wonderland again",
        "authenticate plain AGFsaWNlAHdvbmRlcmxhbmQ=",
        "AUTHENTICATE PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=",
    ] {
        for verbatim in [false, true] {
            let mut server = demo(Speaks::Imap, options(Some(Mechanism::Plain), false), &[]);
            let mut raw = Raw::default();
            let mut client = porthole_imap::Client::new(porthole_imap::Options::default());
            raw.carry(&mut client, &mut server);
            match verbatim {
                true => {
                    let line = format!("T1 {line}\r\n");
                    client.send_verbatim(raw.now(), line.as_bytes());
                }
                false => _ = client.issue_line(line.as_bytes()),
            }
            client.flush(raw.now());
            raw.carry(&mut client, &mut server);
            let saved = saved(Protocol::Imap, client.transcript());
            check(line, "wonderland", &raw, &saved);
        }
    }
}

#[test]
fn pop3_signs_in_on_the_demo() {
    for mechanism in every_way() {
        for apop in [false, true] {
            let mut server = demo(Speaks::Pop3, options(mechanism, apop), &[]);
            let name = format!("{mechanism:?}, APOP: {apop}");
            pop3(&name, "wonderland", mechanism, &mut server, true);
        }
    }
}

#[test]
fn pop3_is_refused_by_a_server_that_repeats_all_it_is_told() {
    for password in PASSWORDS {
        for (capabilities, mechanism) in [
            ("USER", None),
            ("USER\r\nPIPELINING", None),
            ("SASL PLAIN", None),
            ("SASL LOGIN", None),
            ("SASL XOAUTH2", Some(Mechanism::XOAuth2)),
            ("SASL OAUTHBEARER", Some(Mechanism::OAuthBearer)),
        ] {
            let name = format!("{capabilities}: {password}");
            let mut server = repeating_pop3(capabilities);
            pop3(&name, password, mechanism, &mut server, false);
        }
    }
}

#[test]
fn a_literal_that_is_typed_apart_is_looked_through_too() {
    let mut server = demo(Speaks::Imap, options(None, false), &[]);
    let mut raw = Raw::default();
    let mut client = porthole_imap::Client::new(porthole_imap::Options::default());
    raw.carry(&mut client, &mut server);
    client.issue_line(b"LOGIN alice {10}");
    client.flush(raw.now());
    raw.carry(&mut client, &mut server);
    client.send_verbatim(raw.now(), b"wonderland\r\n");
    raw.carry(&mut client, &mut server);
    let saved = saved(Protocol::Imap, client.transcript());
    check("in two pieces", "wonderland", &raw, &saved);
}

#[test]
fn steps_that_are_typed_apart_are_looked_through_too() {
    let plain = &["AGFsaWNlAHdvbmRlcmxhbmQ="][..];
    let login = &["YWxpY2U=", "d29uZGVybGFuZA=="][..];
    for (mechanism, steps) in [(Mechanism::Plain, plain), (Mechanism::Login, login)] {
        for verbatim in [false, true] {
            let name = format!("{mechanism}, verbatim: {verbatim}");
            let options = options(Some(mechanism), false);

            let mut server = demo(Speaks::Imap, options.clone(), &[]);
            let mut client = porthole_imap::Client::new(porthole_imap::Options::default());
            let line = format!("AUTHENTICATE {mechanism}");
            let first = |client: &mut porthole_imap::Client, now| {
                match verbatim {
                    true => client.send_verbatim(now, format!("T1 {line}\r\n").as_bytes()),
                    false => _ = client.issue_line(line.as_bytes()),
                }
                client.flush(now);
            };
            let raw = type_in(&mut client, &mut server, first, steps);
            let signed_in = contains(&raw.received, b"1 OK ");
            assert!(signed_in, "IMAP, {name}");
            let saved = saved(Protocol::Imap, client.transcript());
            check(&format!("IMAP, {name}"), "wonderland", &raw, &saved);

            let mut server = demo(Speaks::Pop3, options, &[]);
            let mut client = porthole_pop3::Client::new(porthole_pop3::Options::default());
            let line = format!("AUTH {mechanism}");
            let first = |client: &mut porthole_pop3::Client, now| match verbatim {
                true => client.send_verbatim(now, format!("{line}\r\n").as_bytes()),
                false => _ = client.issue_line(line.as_bytes()),
            };
            let raw = type_in(&mut client, &mut server, first, steps);
            let answers = String::from_utf8_lossy(&raw.received)
                .matches("+OK")
                .count();
            assert_eq!(answers, 2, "POP3, {name}");
            let saved = self::saved(Protocol::Pop3, client.transcript_mut());
            check(&format!("POP3, {name}"), "wonderland", &raw, &saved);
        }
    }
}

#[test]
fn lines_that_are_sent_at_once_are_looked_through_too() {
    for lines in [
        "T1 LOGIN alice {10}\r\nwonderland\r\n",
        "T1 NOOP\r\nT2 LOGIN alice wonderland\r\n",
        "T1 AUTHENTICATE PLAIN\r\nAGFsaWNlAHdvbmRlcmxhbmQ=\r\n",
        "T1 AUTHENTICATE LOGIN\r\nYWxpY2U=\r\nd29uZGVybGFuZA==\r\n",
    ] {
        let mut server = demo(Speaks::Imap, options(None, false), &[]);
        let mut client = porthole_imap::Client::new(porthole_imap::Options::default());
        let first =
            |client: &mut porthole_imap::Client, now| client.send_verbatim(now, lines.as_bytes());
        let raw = type_in(&mut client, &mut server, first, &[]);
        let saved = saved(Protocol::Imap, client.transcript());
        check(lines, "wonderland", &raw, &saved);
    }
    for lines in [
        "USER alice\r\nPASS wonderland\r\n",
        "AUTH PLAIN\r\nAGFsaWNlAHdvbmRlcmxhbmQ=\r\n",
        "AUTH LOGIN\r\nYWxpY2U=\r\nd29uZGVybGFuZA==\r\n",
    ] {
        let mut server = demo(Speaks::Pop3, options(None, false), &[]);
        let mut client = porthole_pop3::Client::new(porthole_pop3::Options::default());
        let first =
            |client: &mut porthole_pop3::Client, now| client.send_verbatim(now, lines.as_bytes());
        let raw = type_in(&mut client, &mut server, first, &[]);
        let saved = saved(Protocol::Pop3, client.transcript_mut());
        check(lines, "wonderland", &raw, &saved);
    }
}

#[test]
fn what_is_typed_is_masked_where_a_server_repeats_it() {
    for line in ["LOGIN alice wonderland", "LOGIN \"alice\" \"wonderland\""] {
        let mut server = repeating_imap("");
        let mut client = porthole_imap::Client::new(porthole_imap::Options::default());
        let first = |client: &mut porthole_imap::Client, now| {
            client.issue_line(line.as_bytes());
            client.flush(now);
        };
        let raw = type_in(&mut client, &mut server, first, &[]);
        let repeated = contains(&raw.received, b"wonderland");
        assert!(repeated, "{line}");
        let saved = saved(Protocol::Imap, client.transcript());
        check(line, "wonderland", &raw, &saved);
    }
    const STEP: &str = "AGFsaWNlAHdvbmRlcmxhbmQ=";
    for (line, steps) in [
        ("PASS wonderland", &[][..]),
        ("AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=", &[]),
        ("AUTH PLAIN", &[STEP]),
    ] {
        let mut server = repeating_pop3("");
        let mut client = porthole_pop3::Client::new(porthole_pop3::Options::default());
        let first = |client: &mut porthole_pop3::Client, _| _ = client.issue_line(line.as_bytes());
        let raw = type_in(&mut client, &mut server, first, steps);
        let repeated = needles("wonderland")
            .iter()
            .any(|it| contains(&raw.received, it));
        assert!(repeated, "{line}");
        let saved = saved(Protocol::Pop3, client.transcript_mut());
        check(line, "wonderland", &raw, &saved);
    }
}

#[test]
fn what_is_typed_over_a_held_command_is_looked_through_too() {
    let mut server = demo(Speaks::Imap, options(None, false), &[]);
    let mut raw = Raw::default();
    let mut client = porthole_imap::Client::new(porthole_imap::Options::default());
    raw.carry(&mut client, &mut server);
    client.gate().hold();
    client.issue(porthole_imap::types::command::Command::Noop);
    client.replace_held(b"LOGIN alice wonderland");
    let held = client.held().map(|(_, entries)| entries).unwrap();
    check_held(&save(Protocol::Imap, &held));
    client.gate().step();
    client.flush(raw.now());
    raw.carry(&mut client, &mut server);
    let saved = saved(Protocol::Imap, client.transcript());
    check("IMAP", "wonderland", &raw, &saved);

    let mut server = demo(Speaks::Pop3, options(None, false), &[]);
    let mut raw = Raw::default();
    let mut client = porthole_pop3::Client::new(porthole_pop3::Options::default());
    raw.carry(&mut client, &mut server);
    client.issue_line(b"USER alice");
    raw.carry(&mut client, &mut server);
    client.gate().hold();
    client.noop();
    client.replace_held(b"PASS wonderland");
    let held = client.held().map(|(_, entries)| entries).unwrap();
    check_held(&save(Protocol::Pop3, &held));
    client.gate().step();
    raw.carry(&mut client, &mut server);
    let saved = self::saved(Protocol::Pop3, client.transcript_mut());
    check("POP3", "wonderland", &raw, &saved);
}

/// What the other tests look with finds a password that is there.
#[test]
fn a_secret_would_be_found() {
    let crossed = [
        "A1 LOGIN alice wonderland\r\n",
        "AGFsaWNlAHdvbmRlcmxhbmQ=\r\n",
        "AWFsaWNlAHdvbmRlcmxhbmQ=\r\n",
        "xGFsaWNlYQB3b25kZXJsYW5k\r\n",
        "WONDERLAND\r\n",
        "dnalrednow\r\n",
        "776f6e6465726c616e64\r\n",
        "%77%6F%6E%64%65%72%6C%61%6E%64\r\n",
        "=77=6F=6E=64=65=72=6C=61=6E=64\r\n",
    ];
    for line in crossed {
        let kept = line.as_bytes().to_vec();
        let entry = Entry::<porthole_imap::wire::Role> {
            at: Instant::ZERO,
            queued: None,
            direction: Direction::Client,
            shape: Shape::Line,
            command: None,
            octets: kept.len() as u64,
            unknown: 0,
            kept,
            masked: Vec::new(),
            marks: Vec::new(),
            turn: 0,
        };
        let forms = forms(&save(Protocol::Imap, &[entry]));
        let needles = needles("wonderland");
        for (form, octets) in forms {
            let found = needles.iter().any(|needle| contains(&octets, needle));
            assert!(found, "{line:?} in the {form}");
        }
    }
}

fn imap(
    name: &str,
    password: &str,
    mechanism: Option<Mechanism>,
    server: &mut Answers<'_>,
    succeeds: bool,
) {
    let mut raw = Raw::default();
    let mut client = porthole_imap::Client::new(porthole_imap::Options::default());
    raw.carry(&mut client, server);
    let channel = Channel {
        encrypted: true,
        cleartext_allowed: false,
    };
    let signing_in = client.sign_in(&alice(password, mechanism), channel, &nonce());
    signing_in.unwrap_or_else(|error| panic!("{name}: {error}"));
    client.flush(raw.now());
    raw.carry(&mut client, server);
    let signed_in = client.state() == porthole_imap::client::State::Authenticated;
    assert_eq!(signed_in, succeeds, "{name}");
    let saved = saved(Protocol::Imap, client.transcript());
    // A server that repeats what it is told is told the password by each of its ways.
    let told = needles(password);
    assert!(
        succeeds || told.iter().any(|form| contains(&raw.sent, form)),
        "{name}"
    );
    check(name, password, &raw, &saved);
}

fn pop3(
    name: &str,
    password: &str,
    mechanism: Option<Mechanism>,
    server: &mut Answers<'_>,
    succeeds: bool,
) {
    let mut raw = Raw::default();
    let mut client = porthole_pop3::Client::new(porthole_pop3::Options {
        encrypted: true,
        ..Default::default()
    });
    client.capa();
    raw.carry(&mut client, server);
    let signing_in = client.sign_in(&alice(password, mechanism), false, &nonce());
    signing_in.unwrap_or_else(|error| panic!("{name}: {error}"));
    raw.carry(&mut client, server);
    let signed_in = client.state() == porthole_pop3::State::Transaction;
    assert_eq!(signed_in, succeeds, "{name}");
    let saved = saved(Protocol::Pop3, client.transcript_mut());
    // A server that repeats what it is told is told the password by each of its ways.
    let told = needles(password);
    assert!(
        succeeds || told.iter().any(|form| contains(&raw.sent, form)),
        "{name}"
    );
    check(name, password, &raw, &saved);
}

/// Types a line and then, each when the server has answered, the steps.
fn type_in<C: Machine + Hold>(
    client: &mut C,
    server: &mut Answers<'_>,
    first: impl Fn(&mut C, Instant),
    steps: &[&str],
) -> Raw {
    let mut raw = Raw::default();
    raw.carry(client, server);
    first(client, raw.now());
    raw.carry(client, server);
    for step in steps {
        client.send_verbatim(raw.now(), format!("{step}\r\n").as_bytes());
        raw.carry(client, server);
    }
    raw
}

/// Looks for the password in what waits to be sent.
fn check_held(held: &Saved) {
    for (form, octets) in forms(held) {
        let found = needles("wonderland").iter().any(|it| contains(&octets, it));
        assert!(!found, "held, in the {form}");
    }
}

/// Looks for the password, and for all that was said of it, in every form.
fn check(name: &str, password: &str, raw: &Raw, saved: &Saved) {
    let mut secrets = needles(password);
    let steps = steps(&raw.sent, true);
    assert!(!steps.is_empty(), "{name}: nothing secret was sent");
    secrets.extend(steps.into_iter().chain(self::steps(&raw.received, false)));
    assert!(
        saved.entries.iter().any(|entry| !entry.masked.is_empty()),
        "{name}"
    );
    for (form, octets) in forms(saved) {
        for secret in &secrets {
            let shown = String::from_utf8_lossy(&octets);
            let found = contains(&octets, secret);
            assert!(
                !found,
                "{name}: {} in the {form}:\n{shown}",
                secret.escape_ascii()
            );
        }
    }
    // Nor is its length told.
    for entry in saved
        .entries
        .iter()
        .filter(|entry| !entry.masked.is_empty())
    {
        assert_eq!(entry.octets, entry.kept.len() as u64, "{name}: {entry:?}");
    }
    assert_eq!(
        &Saved::read(&saved.json().unwrap()).unwrap(),
        saved,
        "{name}"
    );
}

/// Every form, and what is left of it without what its form puts in between.
fn forms(saved: &Saved) -> Vec<(&'static str, Vec<u8>)> {
    let page = saved.html();
    let mut inside = false;
    let untagged = page.chars().filter(|&c| {
        let shown = !inside && c != '<';
        inside = (inside || c == '<') && c != '>';
        shown
    });
    let untagged: String = untagged.collect();
    let json = saved.json().unwrap();
    let read = Saved::read(&json).unwrap();
    let kept = read.entries.iter().flat_map(|entry| entry.kept.clone());
    vec![
        ("text", saved.text().into_bytes()),
        ("JSON", json),
        ("octets of the JSON", kept.collect()),
        ("page", page.clone().into_bytes()),
        ("text of the page", untagged.into_bytes()),
        ("capture", saved.pcapng()),
    ]
}

/// The steps of signing in, as they crossed and decoded, of whoever sent this.
fn steps(octets: &[u8], by_client: bool) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(octets);
    let mut steps = Vec::new();
    for line in text.split("\r\n") {
        let words: Vec<_> = line.split_whitespace().collect();
        let keyword = |at: usize| {
            words
                .get(at)
                .map_or(String::new(), |word| word.to_uppercase())
        };
        let from = |at: usize| words.get(at..).map(|words| words.join(" "));
        let step = match (&*keyword(0), &*keyword(1)) {
            // A prompt in words is none.
            ("+", _) if !by_client => from(1).filter(|step| !step.contains(' ')),
            _ if !by_client => None,
            ("APOP" | "AUTH", _) => from(2),
            ("PASS", _) => from(1),
            (_, "AUTHENTICATE" | "LOGIN") => from(3),
            (_, "") => from(0),
            _ => None,
        };
        // Shorter ones say nothing, such as the header of a literal.
        let Some(step) = step.filter(|step| step.len() >= 8) else {
            continue;
        };
        let decoded = STANDARD.decode(&step).unwrap_or_default();
        if by_client || !is_public(&decoded) {
            steps.extend([decoded, step.into_bytes()]);
        }
    }
    // The user's name is no secret once it is decoded.
    let public: [&[u8]; 3] = [b"alice", b"CAPABILITY", b""];
    steps.retain(|step| !public.contains(&step.as_slice()));
    steps
}

/// Whether a server's step is no secret: a prompt, CRAM-MD5's challenge or the first of SCRAM.
fn is_public(step: &[u8]) -> bool {
    let prompts: [&[u8]; 3] = [b"Username:", b"Password:", b"User Name\0"];
    prompts.contains(&step) || step.starts_with(b"<") || step.starts_with(b"r=")
}

/// Wants everything and refuses it, saying all that it was told.
fn repeating_imap(capabilities: &str) -> impl FnMut(&[u8]) -> Vec<u8> {
    let greeting = format!("* OK [CAPABILITY IMAP4rev1 {capabilities}] ready\r\n");
    let mut greeting = Some(greeting.replace(" ]", "]"));
    let mut all = String::new();
    move |bytes| {
        if let Some(greeting) = greeting.take() {
            return greeting.into_bytes();
        }
        if bytes.is_empty() {
            return Vec::new();
        }
        let said = String::from_utf8_lossy(bytes);
        all += &said.replace("\r\n", " ");
        let words = all.split(' ').filter(|word| !word.is_empty()).count();
        let steps = if all.contains("AUTHENTICATE LOGIN") {
            5
        } else {
            4
        };
        if all.contains("AUTHENTICATE") && words < steps {
            let prompt = ["", "VXNlcm5hbWU6", "UGFzc3dvcmQ6"][(words + 3 - steps).min(2)];
            let prompt = if steps == 5 { prompt } else { "" };
            return format!("+ {prompt}\r\n").into_bytes();
        }
        if said.ends_with("}\r\n") && !said.ends_with("+}\r\n") {
            return b"+ go on\r\n".to_vec();
        }
        let tag = all.split(' ').next().unwrap_or_default();
        format!("* NO heard {all}\r\n{tag} NO [AUTHENTICATIONFAILED] not: {all}\r\n").into_bytes()
    }
}

/// The same in POP3.
fn repeating_pop3(capabilities: &str) -> impl FnMut(&[u8]) -> Vec<u8> {
    let capabilities = format!("+OK\r\n{capabilities}\r\n.\r\n");
    let mut greeted = false;
    let (mut all, mut exchange) = (String::new(), 0);
    move |bytes| {
        let mut answer = String::new();
        if !greeted {
            greeted = true;
            answer += "+OK ready\r\n";
        }
        for line in String::from_utf8_lossy(bytes).split_terminator("\r\n") {
            all += line;
            all.push(' ');
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["CAPA"] => answer += &capabilities,
                ["USER", _] => answer += "+OK\r\n",
                ["AUTH", "LOGIN"] => (exchange, answer) = (2, answer + "+ VXNlcm5hbWU6\r\n"),
                ["AUTH", "LOGIN", _] => (exchange, answer) = (1, answer + "+ UGFzc3dvcmQ6\r\n"),
                ["AUTH", _] => (exchange, answer) = (1, answer + "+ \r\n"),
                [_] if exchange == 2 => (exchange, answer) = (1, answer + "+ UGFzc3dvcmQ6\r\n"),
                _ => answer += &format!("-ERR [AUTH] not: {all}\r\n"),
            }
        }
        answer.into_bytes()
    }
}

fn every_way() -> impl Iterator<Item = Option<Mechanism>> {
    [None].into_iter().chain(Mechanism::ALL.map(Some))
}

fn options(mechanism: Option<Mechanism>, pop3_apop: bool) -> Options {
    Options {
        mechanisms: mechanism.into_iter().collect(),
        pop3_apop,
        ..Options::default()
    }
}

fn alice(password: &str, mechanism: Option<Mechanism>) -> Credentials {
    let (user, secret) = ("alice".to_owned(), Secret::new(password));
    match mechanism {
        Some(Mechanism::OAuthBearer | Mechanism::XOAuth2) => Credentials::Token {
            user,
            token: secret,
        },
        _ => Credentials::Password {
            user,
            password: secret,
        },
    }
}

fn nonce() -> Nonce {
    Nonce::from_bytes([3; 18])
}
