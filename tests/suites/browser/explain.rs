//! Every octet on the Wire is explained, and mail and Wire point at each other.

use porthole_tests::{Browser, Dovecot, Site, mail};

use super::{
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
fn pointing_at_mail_shows_what_brought_it_and_the_other_way_round() {
    let (_site, browser) = page();
    for (protocol, command) in [("IMAP", "UID 43 "), ("POP3", "TOP 43 0")] {
        try_demo(&browser, protocol);
        let row = browser.until("the third row", || browser.row(2));
        browser.filter_wire("Both", command);
        assert_eq!(browser.traced_entries(), 0);
        browser.point_at_row(&row);
        browser.until("traced entries", || {
            (browser.traced_entries() > 0).then_some(())
        });
        browser.explain(command);
        browser.until("traced rows", || {
            let traced = browser.traced_rows();
            (traced == [row.label.clone()]).then_some(())
        });
        browser.activate("button", "Sign out");
    }
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
