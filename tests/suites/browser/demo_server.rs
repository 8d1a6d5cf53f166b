//! The demo server is moved away, misbehaves and gets mail, as the page tells it to.

use std::{thread, time::Duration};

use porthole_tests::{
    Browser,
    keys::{END, ENTER, PAGE_DOWN},
};
use serde_json::Value;

use super::{page, try_demo};

/// Opens the panel.
fn panel(browser: &Browser) {
    browser.unfold("Demo server");
}

/// The seconds at which the line with this text stands in the Wire, the last of them.
pub(crate) fn at(browser: &Browser, direction: &str, text: &str) -> Option<f64> {
    let script =
        "return [...document.querySelectorAll(`[role=log] [data-direction=${arguments[0]}]`)]
        .filter(line => line.innerText.includes(arguments[1]))
        .map(line => parseFloat(line.querySelector('.t').innerText)).at(-1)";
    browser
        .script(script, &[direction.into(), text.into()])
        .as_f64()
}

#[test]
fn a_server_far_away_costs_its_distance_with_each_turn() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    panel(&browser);
    browser.press_on("slider", "Distance", END);
    browser.until("the farthest", || {
        let told = browser.attribute("slider", "Distance", "aria-valuetext");
        (told? == "600 ms a round trip").then_some(())
    });
    browser.activate("button", "Archive");
    let (asked, answered) = browser.until("the answer", || {
        let asked = at(&browser, "client", "SELECT Archive")?;
        let answered = at(&browser, "server", "OK [READ-WRITE]")?;
        (answered > asked).then_some((asked, answered))
    });
    // Both were cut to milliseconds.
    assert!(answered - asked > 0.598, "{asked} {answered}");
    browser.until("rows", || browser.row(0).filter(|row| row.of < 40));
}

/// The last lines of the Wire: seconds, side and text.
fn lines(browser: &Browser) -> Vec<(f64, String, String)> {
    // Where a row is pointed at the Wire does not follow by itself.
    browser.script("document.querySelector('.lines').scrollTop = 1e6", &[]);
    shown_lines(browser)
}

/// The lines of the Wire about where it is scrolled to.
fn shown_lines(browser: &Browser) -> Vec<(f64, String, String)> {
    let read = "return [...document.querySelectorAll('[role=log] [data-direction]')].map(line =>
        [parseFloat(line.querySelector('.t').innerText), line.dataset.direction, line.innerText])";
    let lines = browser.script(read, &[]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let line = |line: &Value| (line[0].as_f64().unwrap(), text(&line[1]), text(&line[2]));
    lines.as_array().unwrap().iter().map(line).collect()
}

/// When a command was sent, and when each line of its answer was there, as soon as the answer holds
/// that text.
fn answered(browser: &Browser, command: &str, text: &str) -> (f64, Vec<(f64, String)>) {
    browser.until(&format!("the answer to {command}"), || {
        let mut lines = lines(browser);
        let asks =
            |(_, side, line): &(f64, String, String)| side == "client" && line.contains(command);
        let at = lines.iter().rposition(asks)?;
        let mut lines = lines.drain(at..);
        let (sent, ..) = lines.next()?;
        let answer = lines.take_while(|(_, side, _)| side == "server");
        let answer: Vec<_> = answer.map(|(at, _, line)| (at, line)).collect();
        let is_there = answer.iter().any(|(_, line)| line.contains(text));
        is_there.then_some((sent, answer))
    })
}

#[test]
fn a_narrow_line_takes_its_time_with_each_octet() {
    // 109429 octets, at 125000 in a second.
    const LEAST: f64 = 0.87;
    let (_site, browser) = page();
    try_demo(&browser, "POP3");
    browser.until_text("status", "Connection", "Online");
    panel(&browser);
    let [wide, narrow] = [
        ("Seven o'clock, from the breakwater", 42, "No limit"),
        ("Minutes of the harbour meeting", 44, "1 Mbit/s"),
    ]
    .map(|(subject, number, bandwidth)| {
        browser.choose("Bandwidth", bandwidth);
        browser.open_message(subject);
        let (sent, answer) = answered(&browser, &format!("RETR {number}"), "kB");
        answer.last().unwrap().0 - sent
    });
    assert!(narrow >= LEAST, "{narrow}");
    assert!(wide < narrow, "{wide} {narrow}");
}

/// At how many moments the rows of a mailbox come, on a line that is slow enough to see which of
/// them come together.
fn moments(mailbox: &str, messages: usize, pieces: &str) -> usize {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    panel(&browser);
    browser.choose("Bandwidth", "56 kbit/s");
    browser.choose("Arrives in pieces", pieces);
    browser.activate("button", mailbox);
    browser.until("rows", || (browser.rows().len() == messages).then_some(()));
    browser.filter_wire("Server", "FETCH (UID");
    let mut moments = browser.until("their answers", || {
        let mut lines = lines(&browser);
        let before = lines.len().checked_sub(messages)?;
        let rows = lines.split_off(before);
        Some(rows.iter().map(|(at, ..)| *at).collect::<Vec<_>>())
    });
    moments.dedup();
    moments.len()
}

#[test]
fn what_arrives_in_pieces_is_there_bit_by_bit() {
    // A segment brings more than one of them.
    assert!(moments("Sent", 3, "as sent") < 3);
    // A page that was busy takes two at once; it is not each time.
    let is_one_by_one = |_| moments("Archive", 10, "16 octets") >= 8;
    assert!((0..4).any(is_one_by_one));
}

#[test]
fn what_arrives_in_pieces_is_the_same() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    panel(&browser);
    browser.choose("Arrives in pieces", "single octets");
    sign_in_again(&browser);
    read_one(&browser);
    browser.until_text("article", "Message", "the low water on Saturday is early");
    browser.until_text("status", "Connection", "Online");
    let summary = "return document.querySelector('.demo-server summary').innerText";
    let summary = browser.script(summary, &[]).to_string();
    assert!(summary.contains("in pieces"), "{summary}");
}

#[test]
fn mail_comes_while_somebody_looks() {
    for protocol in ["IMAP", "POP3"] {
        let (_site, browser) = page();
        try_demo(&browser, protocol);
        browser.until("rows", || browser.row(0));
        panel(&browser);
        browser.activate("button", "A message arrives");
        if protocol == "POP3" {
            // The maildrop of this session stays as it was; the next one has it.
            assert!(!browser.row(0).unwrap().label.contains("The ferry is late"));
            continue;
        }
        browser.until("the message", || {
            browser
                .row(0)
                .filter(|row| row.label.contains("The ferry is late"))
        });
    }
}

#[test]
fn a_server_that_says_goodbye_is_dialled_again() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    panel(&browser);
    browser.choose("Misbehaves", "Say goodbye");
    browser.activate("button", "Archive");
    browser.until("the fault", || {
        let said = browser.text("status", "Misbehaved");
        said.contains("SELECT").then_some(())
    });
    browser.filter_wire("Server", "* BYE");
    browser.until("its goodbye", || at(&browser, "server", "* BYE"));
    browser.until_text("status", "Connection", "Online");
    browser.until("rows", || browser.row(0).filter(|row| row.of < 40));
}

#[test]
fn what_a_server_lacks_is_said_with_what_it_costs() {
    let (_site, browser) = page();
    try_demo(&browser, "POP3");
    browser.until_text("status", "Connection", "Online");
    panel(&browser);
    browser.activate("checkbox", "Every time");
    browser.choose("Misbehaves", "Hide UIDL and TOP");
    browser.activate("button", "Sign out");
    try_demo(&browser, "POP3");
    browser.until_text("status", "Notice", "no UIDL");
    browser.activate("button", "Close");
    browser.until_text("status", "Notice", "no TOP");
    // The rows come all the same.
    assert!(browser.row(0).unwrap().of >= 40);
}

/// A fault, what brings it about, and where the client stands when it has dealt with it.
struct Case {
    protocol: &'static str,
    fault: &'static str,
    provoke: fn(&Browser),
    until: fn(&Browser),
    /// What the client has sent since, among other things.
    then: &'static str,
}

fn open_archive(browser: &Browser) {
    browser.activate("button", "Archive");
}

fn until_archive(browser: &Browser) {
    browser.until("rows", || browser.row(0).filter(|row| row.of < 40));
}

fn open_inbox_again(browser: &Browser) {
    open_archive(browser);
    until_archive(browser);
    let inbox = "[...document.querySelectorAll('nav[aria-label=Mailboxes] button')]
        .find(button => button.innerText.startsWith('Inbox')).focus()";
    browser.script(inbox, &[]);
    browser.press(ENTER);
}

fn read_one(browser: &Browser) {
    browser.open_message("Tide tables for the weekend");
}

pub(crate) fn read_dots(browser: &Browser) {
    let row = browser.until("the row", || {
        let row = browser.row_of("A list that begins with dots");
        if row.is_none() {
            browser.press_in_list(PAGE_DOWN);
        }
        row
    });
    browser.click_row(&row);
}

fn sign_in_again(browser: &Browser) {
    browser.activate("button", "Sign in again");
}

fn is_online(browser: &Browser) {
    browser.until_text("status", "Connection", "Online");
}

fn is_refused(browser: &Browser) {
    browser.get("alert", "");
    is_online(browser);
}

const fn case(protocol: &'static str, fault: &'static str) -> Case {
    Case {
        protocol,
        fault,
        provoke: sign_in_again,
        until: is_online,
        then: "",
    }
}

/// The faults that have an end within a minute.
const CASES: [Case; 14] = [
    Case {
        provoke: open_archive,
        then: "SELECT Archive",
        ..case("IMAP", "Cut the connection")
    },
    Case {
        provoke: open_archive,
        until: is_refused,
        ..case("IMAP", "Refuse a command")
    },
    Case {
        provoke: open_archive,
        until: is_refused,
        ..case("IMAP", "Not understand a command")
    },
    Case {
        provoke: open_archive,
        until: is_refused,
        ..case("IMAP", "Say that it is in use")
    },
    Case {
        provoke: open_inbox_again,
        until: |browser| browser.until_text("status", "Notice", "made anew"),
        then: "FETCH",
        ..case("IMAP", "Change UIDVALIDITY")
    },
    Case {
        // In whichever session comes next.
        provoke: |browser| {
            browser.activate("checkbox", "Every time");
            sign_in_again(browser);
        },
        until: |browser| browser.until_text("status", "Notice", "no IDLE"),
        ..case("IMAP", "Hide IDLE")
    },
    Case {
        provoke: read_one,
        then: "CAPA",
        ..case("POP3", "Cut the connection")
    },
    Case {
        provoke: read_one,
        until: is_refused,
        ..case("POP3", "Refuse a command")
    },
    Case {
        provoke: read_one,
        until: is_refused,
        ..case("POP3", "Not understand a command")
    },
    Case {
        provoke: read_one,
        then: "CAPA",
        ..case("POP3", "Say goodbye")
    },
    Case {
        then: "CAPA",
        ..case("POP3", "Say that it is in use")
    },
    Case {
        provoke: read_dots,
        until: |browser| browser.until_text("status", "Notice", "could not be read"),
        ..case("POP3", "Forget to stuff dots")
    },
    Case {
        then: "UIDL",
        ..case("POP3", "Use unique-ids again")
    },
    Case {
        until: |browser| browser.until_text("status", "Notice", "no PIPELINING"),
        then: "UIDL",
        ..case("POP3", "Hide PIPELINING")
    },
];

#[test]
fn each_fault_happens_and_what_the_client_did_about_it_is_shown() {
    for case in &CASES {
        let (_site, browser) = page();
        try_demo(&browser, case.protocol);
        browser.until_text("status", "Connection", "Online");
        if case.protocol == "IMAP" {
            // The side connection has come and listed: the next one is that of the case.
            browser.get("button", "Archive");
        }
        panel(&browser);
        browser.choose("Misbehaves", case.fault);
        (case.provoke)(&browser);
        let what = format!("{} over {}", case.fault, case.protocol);
        until_happened(&browser, &what);
        let panel = "return document.querySelector('.demo-server').innerText";
        let said = browser.script(panel, &[]).to_string();
        assert!(said.contains("What the client does: "), "{what}: {said}");
        (case.until)(&browser);
        until_done(&browser, &what, case.then);
    }
}

/// Waits until the fault that was ordered has been committed.
fn until_happened(browser: &Browser, what: &str) {
    browser.until(what, || {
        browser.find("status", "Misbehaved")?;
        let said = browser.text("status", "Misbehaved");
        said.contains("Happened").then_some(())
    });
}

/// Waits until the client is said to have sent this since, and to be online.
fn until_done(browser: &Browser, what: &str, then: &str) {
    browser.until(&format!("{what}: {then}"), || {
        browser.find("group", "What the client did then")?;
        let did = browser.text("group", "What the client did then");
        (did.contains(then) && did.contains("Online")).then_some(())
    });
}

#[test]
fn a_wrong_literal_length_is_waited_out() {
    // The client is as patient as a minute with a silent server, and a test less so.
    const NOT_YET: Duration = Duration::from_secs(45);
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    is_online(&browser);
    browser.get("button", "Archive");
    panel(&browser);
    browser.choose("Misbehaves", "Announce a wrong literal length");
    read_one(&browser);
    until_happened(&browser, "a literal");
    browser.until_text("group", "What the client did then", "has sent nothing more");
    thread::sleep(NOT_YET);
    let did = browser.text("group", "What the client did then");
    assert!(did.contains("has sent nothing more"), "{did}");
    until_done(&browser, "a new connection", "AUTHENTICATE");
    browser.until_text("article", "Message", "the low water on Saturday is early");
}

/// The octets of each line of the answer to the first SELECT of Archive; with a limit, the
/// connection is cut after so many of them.
fn octets_of_select(limit: Option<u64>) -> Vec<u64> {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    is_online(&browser);
    browser.get("button", "Archive");
    // What comes stays in sight.
    browser.activate("button", "Follow");
    if let Some(limit) = limit {
        panel(&browser);
        browser.choose("Misbehaves", "Cut the connection");
        browser.fill("textbox", "Octets until then", &limit.to_string());
    }
    open_archive(&browser);
    match limit {
        Some(_) => until_done(&browser, "the cut", "SELECT Archive"),
        None => until_archive(&browser),
    }
    let lines = shown_lines(&browser);
    let asks = |(_, side, line): &(f64, String, String)| {
        side == "client" && line.contains("SELECT Archive")
    };
    let at = lines.iter().position(asks).unwrap();
    let answer = lines[at..]
        .iter()
        .skip_while(|(_, side, _)| side == "client");
    let answer = answer.take_while(|(_, side, line)| {
        // The greeting of the next connection is no answer.
        side == "server" && !line.contains("[CAPABILITY")
    });
    // Whether the client was listening is a matter of the hurry.
    let answer = answer.filter(|(_, _, line)| !line.contains("OK IDLE ended"));
    answer.map(|(_, _, line)| octets(line)).collect()
}

/// How many octets a short line of the Wire is said to have.
fn octets(line: &str) -> u64 {
    let (_, size) = line.trim_end().rsplit_once('\n').unwrap();
    size.strip_suffix(" B").unwrap().parse().unwrap()
}

#[test]
fn a_connection_is_cut_after_as_many_octets_as_is_told() {
    let whole = octets_of_select(None);
    let three = whole[..3].iter().sum::<u64>();
    assert_eq!(octets_of_select(Some(three)), whole[..3]);
    assert_eq!(octets_of_select(Some(three - 1)), whole[..2]);
}

/// What the server says of TLS that is none.
const SIMULATED: &str = "only simulated here: nothing is encrypted";

/// How often the client has signed in, by whichever command.
fn sign_ins(browser: &Browser) -> u64 {
    let count = |command: &str| {
        browser.filter_wire("Client", command);
        let count = "return document.querySelectorAll('[role=log] [data-direction]').length";
        browser.script(count, &[]).as_u64().unwrap()
    };
    ["AUTH", "LOGIN", "USER", "APOP"].map(count).iter().sum()
}

#[test]
fn a_stripped_starttls_ends_the_attempt_before_the_password() {
    for protocol in ["IMAP", "POP3"] {
        let (_site, browser) = page();
        try_demo(&browser, protocol);
        browser.until_text("status", "Connection", "Online");
        panel(&browser);
        // It can be done, and is seen to be.
        browser.activate("button", "Sign in again over STARTTLS");
        browser.until_text("status", "Connection", "Online");
        let command = if protocol == "IMAP" {
            "STARTTLS"
        } else {
            "STLS"
        };
        browser.filter_wire("Client", command);
        browser.until(command, || at(&browser, "client", command));
        browser.filter_wire("Server", SIMULATED);
        browser.until(SIMULATED, || at(&browser, "server", SIMULATED));
        let before = sign_ins(&browser);
        panel(&browser);
        browser.choose("Misbehaves", "Strip STARTTLS");
        browser.activate("button", "Sign in again over STARTTLS");
        browser.until("what went wrong", || {
            browser.find("alert", "")?;
            let said = browser.text("alert", "");
            said.contains("TLS").then_some(())
        });
        browser.until_text("status", "Connection", "Signed out");
        assert_eq!(sign_ins(&browser), before, "{protocol}");
    }
}

#[test]
fn a_fault_stays_with_the_protocol_that_it_was_ordered_for() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    is_online(&browser);
    panel(&browser);
    browser.choose("Misbehaves", "Strip STARTTLS");
    let told = || {
        browser.script(
            "return document.querySelector('.demo-server summary').innerText",
            &[],
        )
    };
    browser.until("the fault", || {
        told().as_str()?.contains("strip STARTTLS").then_some(())
    });
    browser.activate("button", "Sign out");
    try_demo(&browser, "POP3");
    is_online(&browser);
    browser.until("no fault", || {
        (!told().as_str()?.contains("strip STARTTLS")).then_some(())
    });
    panel(&browser);
    let chosen = "return document.querySelector('[aria-label=Misbehaves]').value";
    assert_eq!(browser.script(chosen, &[]), "");
    browser.activate("button", "Sign in again over STARTTLS");
    is_online(&browser);
}
