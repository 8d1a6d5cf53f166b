//! Two pages on one mailbox, in one browser.

use porthole_tests::{Browser, Dovecot, Site, mail};

use super::server::sign_in;

#[test]
fn two_pages_see_each_others_marks() {
    let inbox = ["One", "Two", "Three"].map(|subject| mail::text(subject, "Hello.\n"));
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let [_, imaps, ..] = dovecot.ports();
    let browser = Browser::start(None);
    browser.open(&site.url());
    sign_in(&browser, "IMAP", "TLS", imaps);
    browser.until("rows", || browser.row(2));
    assert!(!browser.text("navigation", "Mailboxes").contains("memory"));

    let first = browser.open_another(&site.url());
    sign_in(&browser, "IMAP", "TLS", imaps);
    browser.until("rows", || browser.row(2));
    browser.until_text(
        "navigation",
        "Mailboxes",
        "another page of Porthole has the mail store open",
    );

    browser.open_message("Two");
    browser.until_text("article", "Message", "Hello.");
    browser.click("button", "Star");
    let second = browser.switch(&first);
    browser.until("both marks of the second page", || {
        let label = browser.row_of("Two")?.label;
        (!label.starts_with("Unread") && label.contains("starred")).then_some(())
    });
    browser.open_message("Three");
    browser.until_text("article", "Message", "Hello.");
    browser.switch(&second);
    browser.until("the mark of the first page", || {
        let label = browser.row_of("Three")?.label;
        (!label.starts_with("Unread")).then_some(())
    });
}
