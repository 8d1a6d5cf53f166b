//! Every octet on the Wire is explained, and mail and Wire point at each other.

use porthole_tests::{
    Browser, Dovecot, Site,
    keys::{DOWN, HOME, TAB, UP},
    mail,
};

use super::{
    demo_server::read_dots,
    page,
    server::{signed_in, ways},
    try_demo,
};

/// Reads some of what there is, so that the Wire has more than a sign-in.
fn read_some(browser: &Browser, subjects: &[&str]) {
    for subject in subjects {
        browser.open_message(subject);
        browser.until_text("article", "Message", subject);
    }
}

#[test]
fn tokens_are_named_with_their_meaning_and_their_rfc() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.filter_wire("Client", "FETCH 1:45");
    let said = browser.explain("FETCH 1:45");
    for part in [
        "sequence set",
        "RFC 9051",
        "data item",
        "because you signed in",
        "41 30 30",
    ] {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
    browser.filter_wire("Server", "{");
    let said = browser.explain("{");
    assert!(said.contains("octets of literal follow"), "{said}");
    browser.filter_wire("Server", "Tr&AOQ-ume");
    let said = browser.explain("Tr&AOQ-ume");
    assert!(said.contains("= Reisen & Tr\u{e4}ume"), "{said}");
    browser.activate("button", "Close the explanation");
    assert!(browser.find("region", "Explanation").is_none());

    browser.activate("button", "Sign out");
    try_demo(&browser, "POP3");
    browser.filter_wire("Client", "TOP 45 0");
    let said = browser.explain("TOP 45 0");
    assert!(said.contains("RFC 1939 section 7"), "{said}");
    assert!(said.contains("message 45 of this session"), "{said}");
    browser.filter_wire("Client", "APOP alice");
    let said = browser.explain("APOP alice");
    assert!(said.contains("A secret was taken out"), "{said}");
    assert!(said.contains("digest: MD5 of"), "{said}");
}

#[test]
fn what_is_encoded_is_decoded_in_place() {
    let inbox: Vec<_> = (1..=5).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let [imap, ..] = ways(&dovecot);
    let browser = signed_in(&site, &imap);
    browser.until_text("status", "Connection", "Online");
    for (side, line, decoded) in [
        ("Server", "Gr=C3=BC", "= Grüße 2"),
        ("Server", "INTERNALDATE", " UTC"),
    ] {
        browser.filter_wire(side, line);
        let said = browser.explain(line);
        assert!(said.contains(decoded), "{decoded:?} is not in {said}");
    }
}

#[test]
fn what_a_payload_is_made_of_is_seen() {
    let (_site, browser) = page();
    try_demo(&browser, "POP3");
    read_dots(&browser);
    browser.until_text("article", "Message", "knows how to count dots");
    browser.filter_wire("Server", "shackles, 12 mm");
    let said = browser.explain("A list that begins with dots");
    for part in ["CR LF", "stuffed.", "stuffed dot: "] {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
}

#[test]
fn of_a_long_line_all_is_listed_when_that_is_asked() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.filter_wire("Server", "berth-20");
    browser.explain("Committee");
    let listed = || {
        let rows = "return document.querySelectorAll('[aria-label=Explanation] tbody tr').length";
        browser.script(rows, &[]).as_u64().unwrap()
    };
    let before = listed();
    let more = "return [...document.querySelectorAll('[aria-label=Explanation] button')]
        .map(button => button.innerText).find(name => name.endsWith(' more'))";
    let more = browser.script(more, &[]);
    let more = more.as_str().unwrap();
    let hidden: u64 = more.split(' ').nth(1).unwrap().parse().unwrap();
    browser.activate("button", more);
    let all = browser.until("all of it", || Some(listed()).filter(|all| *all > before));
    assert_eq!(all, before + hidden);
    assert!(!browser.text("region", "Explanation").contains("space: "));
    browser.activate("button", "Punctuation");
    browser.until_text("region", "Explanation", "space: ");
}

#[test]
fn pointing_at_mail_shows_what_brought_it_and_the_other_way_round() {
    for (protocol, command) in [("IMAP", "UID 43 "), ("POP3", "TOP 43 0")] {
        let (_site, browser) = page();
        try_demo(&browser, protocol);
        point_and_trace_back(&browser, command);
    }

    let inbox: Vec<_> = (1..=5).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let [imap, _, pop3, _] = ways(&dovecot);
    for (way, command) in [(imap, "UID 3 "), (pop3, "TOP 3 0")] {
        point_and_trace_back(&signed_in(&site, &way), command);
    }
}

/// Points at the third row, by keyboard and with the pointer, and comes back to it from what
/// brought it, which has this text.
fn point_and_trace_back(browser: &Browser, text: &str) {
    let row = browser.until("the third row", || browser.row(2));
    browser.until_text("status", "Connection", "Online");
    browser.filter_wire("Both", text);
    assert_eq!(browser.traced_entries(), 0);
    let until_traced = |is_traced: bool| {
        browser.until("what is pointed at", || {
            ((browser.traced_entries() > 0) == is_traced).then_some(())
        });
    };
    browser.press_in_list(&[HOME, DOWN, DOWN].concat());
    until_traced(true);
    browser.press(UP);
    until_traced(false);
    browser.press(DOWN);
    until_traced(true);
    // Whoever leaves the list no longer points.
    browser.press(TAB);
    until_traced(false);
    browser.point_at_row(&row);
    until_traced(true);

    let said = browser.explain(text);
    let answered = ["answered after ", "first answer after "];
    assert!(answered.iter().any(|part| said.contains(part)), "{said}");
    for part in [" up, ", " down \u{b7} because you "] {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
    let traced = browser.until("traced rows", || {
        Some(browser.traced_rows()).filter(|rows| !rows.is_empty())
    });
    let [traced] = &traced[..] else {
        panic!("{traced:?}")
    };
    let told = "looked at on the Wire, ";
    assert!(traced.contains(told), "{traced}");
    // A preview may have come behind it.
    assert!(traced.replace(told, "").starts_with(&row.label), "{traced}");
}

#[test]
fn all_of_the_demo_and_nearly_all_of_dovecot_is_explained() {
    let (_site, browser) = page();
    for protocol in ["IMAP", "POP3"] {
        try_demo(&browser, protocol);
        read_some(
            &browser,
            &["Keys, ladder, soup", "Tide tables for the weekend"],
        );
        assert_eq!(browser.explained().to_string(), "100", "{protocol}");
        browser.activate("button", "Sign out");
    }
    let inbox: Vec<_> = (1..=300).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    for way in ways(&dovecot) {
        let browser = signed_in(&site, &way);
        let newest = browser.until("rows", || browser.row(0));
        browser.click_row(&newest);
        browser.until_text("status", "Connection", "Online");
        assert!(
            browser.explained() >= 99.0,
            "{way:?}: {}",
            browser.explained()
        );
    }
}
