//! Where the keyboard is while things come and go: on the same message, in the pane that is shown.

use porthole_tests::{
    Browser, Dovecot, Look, Site,
    keys::{DELETE, DOWN, ENTER, ESCAPE},
    mail,
};
use serde_json::json;

use super::{
    page,
    server::{signed_in, ways},
    try_demo,
};

/// A page on a Dovecot with so many messages, over IMAP, which hears of new mail.
fn listening(messages: u32) -> (Dovecot, Site, Browser) {
    let inbox: Vec<_> = (1..=messages).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let browser = signed_in(&site, &ways(&dovecot)[0]);
    browser.first_rows(5);
    browser.until_text("status", "Connection", "Online");
    (dovecot, site, browser)
}

fn has_focus(browser: &Browser, selector: &str) -> bool {
    let script = "return document.activeElement.matches(arguments[0])";
    browser.script(script, &[selector.into()]) == true
}

fn until_focus(browser: &Browser, selector: &str) {
    browser.until(&format!("focus on {selector}"), || {
        has_focus(browser, selector).then_some(())
    });
}

/// What the row says that the keyboard is on.
const ACTIVE: &str = "const list = document.querySelector('[role=listbox]');
    return document.getElementById(list.getAttribute('aria-activedescendant'))?.ariaLabel";

#[test]
fn the_keyboard_stays_with_its_message_when_mail_arrives() {
    let (dovecot, _site, browser) = listening(6);
    browser.press_in_list(&format!("{DOWN}{DOWN}"));
    let [above, chosen] = [(1, "number 5."), (2, "number 4.")].map(|(at, preview)| {
        let row = browser.until(preview, || {
            browser.row(at).filter(|row| row.label.ends_with(preview))
        });
        row.label
    });
    dovecot.deliver(&mail::numbered(7));
    browser.until("new mail", || browser.row(0).filter(|row| row.of == 7));
    browser.until("the message", || {
        (browser.script(ACTIVE, &[]) == chosen).then_some(())
    });
    browser.press(DELETE);
    browser.until("one less", || browser.row(0).filter(|row| row.of == 6));
    let left: Vec<_> = browser.rows().into_iter().map(|row| row.label).collect();
    assert!(!left.contains(&chosen), "{left:?}");
    assert!(left.contains(&above), "{left:?}");
}

#[test]
fn what_is_read_further_down_stays_in_its_place_when_mail_arrives() {
    let (dovecot, _site, browser) = listening(120);
    let place = "const list = document.querySelector('[role=listbox]');
        const row = [...list.querySelectorAll('[role=option]')].find(row => row.ariaLabel.includes('Tide table 92'));
        return row ? row.getBoundingClientRect().top - list.getBoundingClientRect().top : null";
    browser.script(
        "document.querySelector('[role=listbox]').scrollTop = 1700",
        &[],
    );
    let before = browser.until("the row", || browser.script(place, &[]).as_f64());
    dovecot.deliver(&mail::numbered(121));
    browser.until("new mail", || {
        let rows = browser.rows();
        rows.first().filter(|row| row.of == 121).map(drop)
    });
    browser.until("the row where it was", || {
        let now = browser.script(place, &[]).as_f64()?;
        ((now - before).abs() < 2.0).then_some(())
    });
}

#[test]
fn on_a_phone_the_keyboard_follows_to_the_pane_that_is_shown() {
    let (_site, browser) = page();
    browser.look(Look::PHONE);
    try_demo(&browser, "IMAP");
    for _ in 0..2 {
        browser.press_in_list(ENTER);
        browser.get("button", "Back");
        until_focus(&browser, "article");
        browser.press(ESCAPE);
        browser.until("the list", || browser.row(0));
        until_focus(&browser, "[role=listbox]");
    }
}

#[test]
fn on_a_phone_the_highlight_waits_with_its_message() {
    let (dovecot, _site, browser) = listening(20);
    // Tall enough for a highlight that is far from the first rows, without scrolling.
    let tall = json!({ "width": 390, "height": 1600, "deviceScaleFactor": 1, "mobile": false });
    browser.devtools("Emulation.setDeviceMetricsOverride", tall);
    browser.press_in_list(&DOWN.repeat(11));
    let part = "number 9.";
    browser.until(part, || {
        browser.row(11).filter(|row| row.label.ends_with(part))
    });
    browser.press(ENTER);
    until_focus(&browser, "article");
    browser.until_text("article", "Message", "This is number 9.");
    // The list is hidden by now, and goes on.
    dovecot.deliver(&mail::numbered(21));
    browser.until("new mail", || browser.row(0).filter(|row| row.of == 21));
    browser.press(ESCAPE);
    until_focus(&browser, "[role=listbox]");
    browser.until("the message", || {
        let label = browser.script(ACTIVE, &[]);
        label.as_str()?.ends_with(part).then_some(())
    });
}

#[test]
fn a_dialog_has_the_keyboard_to_itself() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.open_message("Keys, ladder, soup");
    browser.activate("button", "Move to…");
    until_focus(&browser, "[popover] button");
    browser.press(ESCAPE);
    browser.until("no choice", || {
        browser
            .find("button", "Move to Archive")
            .is_none()
            .then_some(())
    });
    browser.until_text("article", "Message", "Keys, ladder, soup");
    browser.activate("button", "Account");
    browser.script(
        "[...document.querySelectorAll('dialog button')].find(b => b.textContent === 'Close').focus()",
        &[],
    );
    browser.press(ESCAPE);
    browser.until("no dialog", || {
        let open = "return document.querySelector('dialog').open";
        (browser.script(open, &[]) == false).then_some(())
    });
    browser.until_text("article", "Message", "Keys, ladder, soup");
}

#[test]
fn nothing_is_put_into_the_history_before_a_message_is_open() {
    let (_site, browser) = page();
    let length = || browser.script("return history.length", &[]);
    let before = length();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    assert_eq!(length(), before);
    browser.open_message("Keys, ladder, soup");
    browser.until("an entry", || (length() != before).then_some(()));
}

#[test]
fn what_is_chosen_beside_the_wire_keeps_its_keys() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    browser.activate("button", "Mailbox");
    browser.press_on("combobox", "Another client speaks", DOWN);
    let chosen =
        "return document.querySelector('[aria-label=\"Another client speaks\"]').selectedIndex";
    browser.until("the other protocol", || {
        (browser.script(chosen, &[]) == 1).then_some(())
    });
}

#[test]
fn whoever_closes_an_explanation_is_back_in_the_wire() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    browser.script("document.querySelector('.lines').focus()", &[]);
    browser.press(DOWN);
    browser.activate("button", "Close the explanation");
    until_focus(&browser, ".lines");
}
