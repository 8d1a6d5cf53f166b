//! What stays on the device, what comes piece by piece, and pictures.

use super::{page, try_demo};

#[test]
fn an_attachment_shows_how_far_it_is_and_stops() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    browser.script("document.querySelector('.demo-server').open = true", &[]);
    browser.choose("Bandwidth", "1 Mbit/s");
    browser.fill("searchbox", "Search", "foghorn\u{e007}");
    let large = browser.until("the large message", || {
        browser.row(0).filter(|row| row.of < 10)
    });
    browser.click_row(&large);
    let save = "return [...document.querySelectorAll('.attachments .att')].map(a => a.getAttribute('aria-label'))[0]";
    let save = browser.until("the attachment", || {
        browser.script(save, &[]).as_str().map(str::to_owned)
    });
    browser.click("button", &save);
    let far = "return document.querySelector('.attachments progress')?.value";
    browser.until("progress", || {
        browser.script(far, &[]).as_f64().filter(|far| *far > 0.0)
    });
    browser.click("button", &save.replacen("Save", "Stop", 1));
    browser.until("its end", || {
        browser.script(far, &[]).is_null().then_some(())
    });
    browser.choose("Bandwidth", "No limit");
    // The connection is as good as before.
    browser.click("button", "Archive");
    browser.until("other rows", || {
        browser
            .row(0)
            .filter(|row| row.of > 1 && row.label != large.label)
    });
}

#[test]
fn pictures_of_the_message_are_shown_and_others_leave_no_broken_sign() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    let pictures = |subject: &str| {
        browser.open_message(subject);
        browser.until_text("article", "Message", subject);
        let script = "const frame = document.querySelector('article iframe');
            return frame ? frame.srcdoc.match(/<img[^>]*>/g) : null";
        let found = browser.until("pictures", || {
            browser.script(script, &[]).as_array().cloned()
        });
        let tags = found.iter().map(|tag| tag.as_str().unwrap().to_owned());
        tags.collect::<Vec<_>>()
    };
    let own = pictures("Seven o'clock, from the breakwater");
    assert!(own[0].contains("src=\"data:image/png;base64,"), "{own:?}");
    browser.keep_picture("inline-picture");
    let remote = pictures("What the light keepers read");
    assert!(remote.iter().any(|tag| !tag.contains("src=")), "{remote:?}");
    let plain = "return document.querySelector('article iframe').srcdoc.includes('img:not([src]){content:url(data:')";
    assert_eq!(browser.script(plain, &[]), true);
    browser.keep_picture("blocked-pictures");
}
