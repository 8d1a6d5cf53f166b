//! The state machines, lit as they change: on the demo, on Dovecot, and in a transcript.

use porthole_tests::{
    Browser, Dovecot, Site,
    keys::{HOME, RIGHT},
    mail,
};

use super::{
    page,
    server::{signed_in, ways},
    try_demo,
};

/// What a machine says of itself, by the number of its connection.
fn machine(browser: &Browser, connection: u32) -> String {
    browser.text("region", &format!("State of connection {connection}"))
}

/// Waits until a machine is in this state.
fn until_state(browser: &Browser, connection: u32, state: &str) {
    let name = format!("State of connection {connection}");
    browser.until_text("region", &name, &format!("{state}: "));
}

/// The commands that are legal in the state of the first connection. A client that waits in IDLE
/// ends that first.
fn legal(browser: &Browser) -> Vec<String> {
    let script = "const machine = document.querySelector('.machine');
        const tables = [...machine.querySelectorAll('table')];
        const legal = tables.find(table => /^Legal (now|after that)$/.test(table.ariaLabel));
        return [...legal.querySelectorAll('th')].map(name => name.innerText)";
    let names = browser.script(script, &[]);
    let names = names.as_array().unwrap().iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

/// Scrubs to the first or the last entry, by keyboard.
fn press_in_wire(browser: &Browser, key: &str) {
    browser.script("document.querySelector('.lines').focus()", &[]);
    browser.press(key);
}

#[test]
fn imap_is_selected_and_was_not_authenticated() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.activate("button", "States");
    until_state(&browser, 1, "selected");
    assert!(browser.find("image", SELECTED).is_some());
    let said = machine(&browser, 1);
    assert!(
        said.contains("FETCH") && said.contains("RFC 9051 section 6.4.5"),
        "{said}"
    );
    let now = legal(&browser);
    assert!(
        now.contains(&"EXPUNGE".to_owned()) && !now.contains(&"LOGIN".to_owned()),
        "{now:?}"
    );
    assert!(
        said.contains("Not legal now: ") && said.contains("LOGIN"),
        "{said}"
    );

    press_in_wire(&browser, HOME);
    until_state(&browser, 1, "not authenticated");
    let now = legal(&browser);
    assert!(
        now.contains(&"LOGIN".to_owned()) && !now.contains(&"FETCH".to_owned()),
        "{now:?}"
    );
    browser.activate("button", "Now");
    until_state(&browser, 1, "selected");

    // Lit as it changes.
    browser.fill("textbox", "Command", "UNSELECT");
    browser.activate("button", "Send");
    until_state(&browser, 1, "authenticated");
    let now = legal(&browser);
    assert!(
        now.contains(&"SELECT".to_owned()) && !now.contains(&"FETCH".to_owned()),
        "{now:?}"
    );
}

#[test]
fn pop3_updates_at_quit() {
    let (_site, browser) = page();
    try_demo(&browser, "POP3");
    browser.activate("button", "States");
    until_state(&browser, 1, "TRANSACTION");
    let now = legal(&browser);
    assert!(
        now.contains(&"RETR".to_owned()) && !now.contains(&"PASS".to_owned()),
        "{now:?}"
    );
    browser.fill("textbox", "Command", "QUIT");
    browser.activate("button", "Send");
    until_state(&browser, 1, "UPDATE");
    assert!(machine(&browser, 1).contains("the session is over"));
}

#[test]
fn a_transcript_that_is_played_back_shows_the_states_of_then() {
    let (site, browser) = page();
    browser.open(&format!("{}#/transcript/demo", site.url()));
    browser.get("region", "Wire");
    browser.activate("button", "States");
    // The user's connection ends with the answer to LOGOUT; the other is open still.
    until_state(&browser, 2, "authenticated");
    browser.press_on("slider", "Moment", HOME);
    browser.press_on("slider", "Moment", RIGHT);
    until_state(&browser, 1, "not authenticated");
}

#[test]
fn dovecot_goes_through_the_same_states() {
    let inbox: Vec<_> = (1..=20).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    for way in ways(&dovecot) {
        let browser = signed_in(&site, &way);
        browser.until("rows", || browser.row(0));
        browser.activate("button", "States");
        // State and what is legal in it alone: last, then first.
        let (last, first) = match way.protocol {
            "IMAP" => (("selected", "EXPUNGE"), ("not authenticated", "LOGIN")),
            _ => (("TRANSACTION", "RETR"), ("AUTHORIZATION", "USER")),
        };
        until_state(&browser, 1, last.0);
        let now = legal(&browser);
        assert!(now.contains(&last.1.to_owned()), "{now:?}");
        assert!(!now.contains(&first.1.to_owned()), "{now:?}");
        press_in_wire(&browser, HOME);
        until_state(&browser, 1, first.0);
        let then = legal(&browser);
        assert!(then.contains(&first.1.to_owned()), "{then:?}");
        assert!(!then.contains(&last.1.to_owned()), "{then:?}");
    }
}

/// The drawing of IMAP's states.
const SELECTED: &str =
    "State machine: not authenticated, authenticated, selected, logout; now selected";
