//! A mailbox of 100,000 messages: what is in the document does not grow with it.

use porthole_tests::{
    Browser, Dovecot, Scrolled, ShownRow, Site,
    keys::{END, HOME},
    mail,
};

use super::server::{Way, signed_in, ways};

const MESSAGES: u32 = 100_000;

/// As many rows as a screen has, and some around them.
const MOST_ROWS: u64 = 60;

/// Scrolls by three screens in each of so many frames, and waits for what it came to.
fn scrolled(browser: &Browser) -> Scrolled {
    let scrolled = browser.scroll(1800, 60);
    until_known(browser);
    scrolled
}

fn until_known(browser: &Browser) -> Vec<ShownRow> {
    browser.until("known rows", || {
        let waiting =
            "return document.querySelectorAll('[role=option][aria-label=Loading]').length";
        let are_known = browser.script(waiting, &[]) == 0;
        let rows = browser.rows();
        (are_known && !rows.is_empty()).then_some(rows)
    })
}

fn elements(browser: &Browser) -> u64 {
    let count = browser.script("return document.querySelectorAll('*').length", &[]);
    count.as_u64().unwrap()
}

/// The page after scrolling through a mailbox of so many messages; the elements that it has.
fn opened(site: &Site, way: &Way, messages: u32) -> (Browser, u64) {
    let browser = signed_in(site, way);
    let first = browser.until("the first row", || browser.row(0));
    assert_eq!(first.of, messages, "{way:?}");
    let scrolled = scrolled(&browser);
    assert!(scrolled.most_rows <= MOST_ROWS, "{way:?}: {scrolled:?}");
    // From the same rows on: the first ones.
    browser.press_in_list(HOME);
    browser.until("the first row again", || browser.row(0));
    until_known(&browser);
    let count = elements(&browser);
    (browser, count)
}

#[test]
fn a_hundred_thousand_rows_scroll_as_a_hundred_do() {
    let mail = |count| (1..=count).map(mail::numbered).collect::<Vec<_>>();
    let few = Dovecot::start(&mail(100));
    let many = Dovecot::large(&mail(MESSAGES));
    let (small, large) = (Site::of(&few), Site::of(&many));
    // Over TLS, by either protocol.
    for at in [0, 2] {
        let (_, usual) = opened(&small, &ways(&few)[at], 100);
        let way = &ways(&many)[at];
        let (browser, count) = opened(&large, way, MESSAGES);
        assert!(count < usual + 50, "{way:?}: {count} instead of {usual}");

        browser.press_in_list(END);
        let last = browser.until("the last row", || browser.row(MESSAGES - 1));
        assert!(last.label.contains("Tide table 1"), "{last:?}");
        let around = until_known(&browser);
        assert!(around.len() as u64 <= MOST_ROWS, "{}", around.len());
        let from = MESSAGES - u32::try_from(around.len()).unwrap();
        assert!(around.iter().map(|row| row.at).eq(from..MESSAGES));
    }
}
