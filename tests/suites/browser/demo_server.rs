//! The demo server is moved away, misbehaves and gets mail, as the page tells it to.

use porthole_tests::Browser;

use super::{page, try_demo};

/// Opens the panel.
fn panel(browser: &Browser) {
    browser.script("document.querySelector('.demo-server').open = true", &[]);
}

/// Moves the server away: a range has no text to type.
fn distance(browser: &Browser, millis: u32) {
    let set = "const range = document.querySelector('input[type=range]');
        const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
        setter.call(range, arguments[0]);
        range.dispatchEvent(new Event('input', { bubbles: true }));";
    browser.script(set, &[millis.to_string().into()]);
}

/// The seconds at which the line with this text stands in the Wire, the last of them.
fn at(browser: &Browser, direction: &str, text: &str) -> Option<f64> {
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
    distance(&browser, 300);
    browser.click("button", "Archive");
    let answered = browser.until("the answer", || at(&browser, "server", "OK [READ-WRITE]"));
    let asked = at(&browser, "client", "SELECT Archive").unwrap();
    assert!(answered - asked >= 0.3, "{asked} {answered}");
    browser.until("rows", || browser.row(0).filter(|row| row.of < 40));
}

#[test]
fn mail_comes_while_somebody_looks() {
    for protocol in ["IMAP", "POP3"] {
        let (_site, browser) = page();
        try_demo(&browser, protocol);
        browser.until("rows", || browser.row(0));
        panel(&browser);
        browser.click("button", "A message arrives");
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
    browser.click("button", "Archive");
    browser.until("the fault", || {
        let said = browser.text("status", "Misbehaved");
        said.contains("SELECT").then_some(())
    });
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
    browser.click("checkbox", "Every time");
    browser.choose("Misbehaves", "Hide UIDL and TOP");
    browser.click("button", "Sign out");
    try_demo(&browser, "POP3");
    browser.until_text("status", "Notice", "no UIDL");
    browser.press_on("button", "Close", " ");
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
    browser.click("button", "Archive");
}

fn read_one(browser: &Browser) {
    browser.open_message("Tide tables for the weekend");
}

fn is_online(browser: &Browser) {
    browser.until_text("status", "Connection", "Online");
}

fn is_refused(browser: &Browser) {
    browser.get("alert", "");
    is_online(browser);
}

/// The faults that are told as they happen and have an end within a minute.
const CASES: [Case; 5] = [
    Case {
        protocol: "IMAP",
        fault: "Cut the connection",
        provoke: open_archive,
        until: is_online,
        then: "SELECT Archive",
    },
    Case {
        protocol: "IMAP",
        fault: "Refuse a command",
        provoke: open_archive,
        until: is_refused,
        then: "",
    },
    Case {
        protocol: "IMAP",
        fault: "Not understand a command",
        provoke: open_archive,
        until: is_refused,
        then: "",
    },
    Case {
        protocol: "IMAP",
        fault: "Say that it is in use",
        provoke: open_archive,
        until: is_refused,
        then: "",
    },
    Case {
        protocol: "POP3",
        fault: "Cut the connection",
        provoke: read_one,
        until: is_online,
        then: "CAPA",
    },
];

#[test]
fn each_fault_happens_and_what_the_client_did_about_it_is_shown() {
    for case in &CASES {
        let (_site, browser) = page();
        try_demo(&browser, case.protocol);
        browser.until_text("status", "Connection", "Online");
        panel(&browser);
        browser.choose("Misbehaves", case.fault);
        (case.provoke)(&browser);
        let what = format!("{} over {}", case.fault, case.protocol);
        browser.until(&what, || {
            browser.find("status", "Misbehaved")?;
            let said = browser.text("status", "Misbehaved");
            said.contains("Happened").then_some(())
        });
        (case.until)(&browser);
        browser.until(&format!("{what}: {}", case.then), || {
            browser.find("status", "What the client did then")?;
            let did = browser.text("status", "What the client did then");
            (did.contains(case.then) && did.contains("Online")).then_some(())
        });
    }
}

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
        browser.click("button", "Sign in again over STARTTLS");
        browser.until_text("status", "Connection", "Online");
        let command = if protocol == "IMAP" {
            "STARTTLS"
        } else {
            "STLS"
        };
        browser.filter_wire("Client", command);
        browser.until(command, || at(&browser, "client", command));
        let before = sign_ins(&browser);
        panel(&browser);
        browser.choose("Misbehaves", "Strip STARTTLS");
        browser.click("button", "Sign in again over STARTTLS");
        browser.until("what went wrong", || {
            browser.find("alert", "")?;
            let said = browser.text("alert", "");
            said.contains("TLS").then_some(())
        });
        browser.until_text("status", "Connection", "Signed out");
        assert_eq!(sign_ins(&browser), before, "{protocol}");
    }
}
