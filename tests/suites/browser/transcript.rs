//! Transcripts: three views of what crossed, files of it, and the recording that the page has.

use std::{fs, path::Path};

use porthole_tests::Browser;

use super::{page, try_demo};

/// The names of what is drawn in a list.
fn drawn(browser: &Browser, list: &str) -> Vec<String> {
    let script = "return [...document.querySelectorAll('svg[role=list]')]
        .filter(list => list.getAttribute('aria-label') === arguments[0])
        .flatMap(list => [...list.querySelectorAll('[role=listitem]')])
        .map(item => item.getAttribute('aria-label'))";
    let names = browser.script(script, &[list.into()]);
    let names = names.as_array().unwrap().iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_conversation_is_drawn() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    browser.click("button", "Follow");
    browser.click("button", "Sequence");
    browser.script("document.querySelector('.lines').scrollTop = 0", &[]);
    let arrows = browser.until("arrows", || {
        let arrows = drawn(&browser, "Sequence of what crossed");
        arrows
            .iter()
            .any(|name| name.contains("SELECT INBOX"))
            .then_some(arrows)
    });
    let at = |side: &str, part: &str| {
        let is = |name: &&String| name.starts_with(side) && name.contains(part);
        arrows
            .iter()
            .find(is)
            .unwrap_or_else(|| panic!("{part} in {arrows:#?}"))
    };
    at("Server to client", "IMAP4rev");
    at("Client to server", "SELECT INBOX");
    // The two commands of one batch are seen to be on the way at once.
    let bars = "return [...document.querySelectorAll('.bar-of')].map(bar => bar.getAttribute('x'))";
    let bars = browser.script(bars, &[]);
    let bars = bars.as_array().unwrap();
    assert!(bars.iter().any(|x| x != &bars[0]), "{bars:?}");

    browser.click("button", "Timing");
    let commands = browser.until("bars", || {
        let commands = drawn(&browser, "Timing of the commands");
        commands
            .iter()
            .any(|name| name.contains("SELECT INBOX"))
            .then_some(commands)
    });
    assert!(
        commands
            .iter()
            .any(|name| name.contains("first octet after")),
        "{commands:#?}"
    );

    // By keyboard: the first command, and what it means.
    let focus = "document.querySelector('.lines').focus()";
    browser.script(focus, &[]);
    browser.press("\u{e011}");
    browser.until("its meaning", || {
        let text = browser
            .find("region", "Explanation")
            .map(|_| browser.text("region", "Explanation"));
        text.filter(|text| text.contains("AUTHENTICATE"))
    });
}

#[test]
fn what_crossed_is_saved_in_every_form_and_opened_again() {
    let (_site, browser) = page();
    try_demo(&browser, "POP3");
    browser.until_text("status", "Connection", "Online");
    for (form, name, part) in [
        ("Text", "porthole-wire.txt", "********"),
        ("JSON", "porthole-wire.json", "porthole transcript"),
        ("Page", "porthole-wire.html", "<!doctype html>"),
        ("Capture (pcap-ng)", "porthole-wire.pcapng", "CAPA"),
    ] {
        browser.choose("Save as", form);
        browser.click("button", "Save");
        let file = browser.downloaded(name);
        let text = String::from_utf8_lossy(&file);
        assert!(text.contains(part), "{name}");
        assert!(!text.contains("wonderland"), "{name}");
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("porthole-wire.json");
    fs::write(&path, browser.downloaded("porthole-wire.json")).unwrap();
    browser.click("button", "Sign out");
    browser.get("form", "Connect");
    browser.choose_file("Open a transcript", &path);
    browser.get("toolbar", "Playback");
    let last = browser.text("log", "Wire");
    browser.click("button", "Play");
    browser.until("another moment", || {
        let now = browser.text("log", "Wire");
        (now != last).then_some(())
    });
    browser.click("button", "Pause");
    assert_eq!(browser.explained(), 100.0);
}

#[test]
fn a_link_leads_to_a_place_in_the_recording() {
    let (site, browser) = page();
    browser.open(&format!("{}#/transcript/demo/4", site.url()));
    browser.script("location.reload()", &[]);
    let shown = browser.until("the entry", || {
        let text = browser
            .find("region", "Explanation")
            .map(|_| browser.text("region", "Explanation"));
        text.filter(|text| text.contains("RFC"))
    });
    assert!(!shown.is_empty());
    browser.click("button", "One on");
    browser.until("the next", || {
        let place = "return document.querySelector('input[type=range]').value";
        (browser.script(place, &[]) == "6").then_some(())
    });
    browser.click("link", "Close the transcript");
    browser.get("form", "Connect");
}
