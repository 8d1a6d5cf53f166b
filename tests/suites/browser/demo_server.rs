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
