//! No password, token or answer to a challenge is in any form, whichever way it went.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD},
};
use porthole_demo::{Options, Protocol as Speaks};
use porthole_explain::saved::{Protocol, Saved};
use porthole_sasl::{Channel, Credentials, Mechanism, Nonce};
use porthole_wire::{Direction, Entry, Hold, Instant, Secret, Shape};

use crate::carry::{Answers, Raw, demo, save, saved};

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

/// All that a password may look like.
fn needles(password: &str) -> Vec<Vec<u8>> {
    let each = |write: fn(&u8) -> String| password.as_bytes().iter().map(write).collect::<String>();
    let swapped = |c: char| match c.is_uppercase() {
        true => c.to_lowercase().to_string(),
        false => c.to_uppercase().to_string(),
    };
    let special = |octet: &u8| !octet.is_ascii_alphanumeric();
    let some = |sign: char| {
        let write = |octet: &u8| match special(octet) {
            true => format!("{sign}{octet:02X}"),
            false => char::from(*octet).to_string(),
        };
        password.as_bytes().iter().map(write).collect::<String>()
    };
    let html = password.replace('&', "&amp;").replace('<', "&lt;");
    let html = html
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;");
    let json = serde_json::to_string(password).unwrap();
    let texts = [
        password.to_owned(),
        password.chars().map(swapped).collect(),
        password.to_uppercase(),
        password.to_lowercase(),
        password.chars().rev().collect(),
        password.replace('\\', "\\\\").replace('"', "\\\""),
        password.escape_default().to_string(),
        json.trim_matches('"').to_owned(),
        html,
        each(|octet| format!("{octet:02x}")),
        each(|octet| format!("{octet:02X}")),
        each(|octet| format!("{octet:02x} ")),
        each(|octet| format!("%{octet:02X}")),
        each(|octet| format!("%{octet:02x}")),
        each(|octet| format!("={octet:02X}")),
        some('%'),
        some('='),
    ];
    let aligned = (0..3).map(|before| {
        let text = [&vec![0; before], password.as_bytes()].concat();
        let text = STANDARD_NO_PAD.encode(text);
        // Its edges depend on what stands around it.
        text[[0, 2, 3][before]..text.len() - 1].to_owned()
    });
    texts
        .into_iter()
        .chain(aligned)
        .map(String::into_bytes)
        .collect()
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
        steps.extend(STANDARD.decode(&step));
        steps.push(step.into_bytes());
    }
    // Prompts and the user's name are no secret once they are decoded.
    let public: [&[u8]; 5] = [
        b"alice",
        b"Username:",
        b"Password:",
        b"User Name\0",
        b"CAPABILITY",
    ];
    steps.retain(|step| !public.contains(&step.as_slice()));
    steps
}

fn contains(octets: &[u8], wanted: &[u8]) -> bool {
    octets.windows(wanted.len()).any(|window| window == wanted)
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
